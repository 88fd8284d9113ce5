"""Surgery keeps what the network has learned where it says so, training goes on, and undo works."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment import surgery as s
from playground.experiment.model import Experiment
from playground.session.course import Course
from playground.session.document import Change, Document
from playground.session.probe import Probe

CHAINS = ("spiral", "moons", "digits", "penguins", "weather", "autoencoder")


def course_of(name: str, *changes: tuple[str, object]) -> tuple[Course, Document]:
    experiment = files.load(name)
    for path, value in changes:
        experiment = edits.set_value(experiment, path, value)
    return course_with(experiment)


def course_with(experiment: Experiment) -> tuple[Course, Document]:
    course = Course(experiment, lambda each: Run(each, "float64"))
    document = Document(experiment)
    document.changed.connect(course.perform)
    course.advance(1e6, 60)
    return course, document


def answers(course: Course) -> np.ndarray:
    assert course.run is not None
    return course.run.predict(course.run.data()[0])


def first_dense(experiment: Experiment) -> str:
    return next(layer.name for layer in experiment.network.layers if layer.kind == "dense")


KEEPING = {
    "split": lambda e: s.split_unit(e, first_dense(e), 1),
    "identity after": lambda e: s.insert_identity(e, first_dense(e)),
    "identity first": lambda e: s.insert_identity(e, "input"),
    "wider": lambda e: (
        edits.set_value(e, f"network.{first_dense(e)}.units", e.layer(first_dense(e)).units + 3),
        None,
    ),
    "skip beside": lambda e: (edits.connect(e, "input", "output", "concatenate"), None),
}


def read_twice(*, normed: bool) -> Experiment:
    """A layer that reads the same units through dropout and past it, through one norm for all if `normed`."""
    dropped = edits.add_layer(edits.default_experiment(), 1, "dropout")
    both = edits.connect(dropped, "dense_1", "dense_2", "concatenate")
    return edits.add_layer(both, 3, "batch_norm") if normed else both


@pytest.mark.parametrize("normed", [False, True])
@pytest.mark.parametrize("operation", KEEPING.values(), ids=KEEPING)
def test_units_that_are_read_twice_keep_both_their_weights(operation, normed):
    course, document = course_with(read_twice(normed=normed))
    before = answers(course)
    changed, surgery = operation(document.experiment)
    document.apply(changed, "Operate", surgery=surgery)
    assert np.abs(answers(course) - before).max() < 1e-6
    assert course.moved < 1e-6
    course.advance(1e6, 20)
    assert np.isfinite(answers(course)).all()


@pytest.mark.parametrize("kind", ["dropout", "batch_norm"])
def test_reading_units_once_more_past_what_they_pass_keeps_the_function(kind):
    experiment = edits.connect(edits.default_experiment(), "dense_1", "output", "concatenate")
    experiment = edits.add_layer(experiment, 1, kind)
    course, document = course_with(experiment)
    before = answers(course)
    document.apply(edits.connect(document.experiment, f"{kind}_1", "concatenate_1", "concatenate"), "Connect")
    assert np.abs(answers(course) - before).max() < 1e-6


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("operation", KEEPING.values(), ids=KEEPING)
def test_the_function_is_kept_training_goes_on_and_undo_gives_everything_back(name, operation):
    course, document = course_of(name)
    start, before, weights = document.experiment, answers(course), course.run.parameters
    changed, surgery = operation(start)
    document.apply(changed, "Operate", surgery=surgery)
    assert np.abs(answers(course) - before).max() < 1e-6
    assert course.moved < 1e-6
    document.undo()
    assert document.experiment == start
    for tensor, array in course.run.parameters.items():
        np.testing.assert_array_equal(array, weights[tensor])
    document.redo()
    assert np.abs(answers(course) - before).max() < 1e-6
    steps = course.run.steps
    course.advance(1e6, 20)
    assert course.run.steps == steps + 20
    assert np.abs(answers(course) - before).max() > 0.0


def random_network(activation: str, number: int) -> Experiment:
    """Layers of one activation among norms, dropout, an addition and a concatenation; one to four outputs."""
    draw = np.random.default_rng(number)
    width = int(draw.integers(2, 6))
    dense = {"kind": "dense", "activation": activation}
    norm = ("batch_norm", "layer_norm", "gaussian_noise")[number % 3]
    layers = [
        dense | {"name": "dense_1", "units": width + 1},
        {"kind": norm, "name": "between"},
        dense | {"name": "dense_2", "units": width},
        {"kind": "dropout", "name": "dropout_1", "rate": 0.3},
        dense | {"name": "dense_3", "units": width},
        {"kind": "add", "name": "add_1", "inputs": ["dense_3", "dense_2"]},
        dense | {"name": "dense_4", "units": 3},
        {"kind": "concatenate", "name": "concatenate_1", "inputs": ["dense_4", "dense_1"]},
    ]
    data = {"kind": "random", "samples": 60, "inputs": width, "classes": (0, 2, 4)[number % 3]}
    loss = ("mean_squared_error", "binary_cross_entropy", "categorical_cross_entropy")[number % 3]
    return Experiment.model_validate(
        {
            "seed": number,
            "data": {"dataset": data},
            "network": {"layers": layers},
            "training": {"loss": loss, "optimizer": "adam", "batch_size": 16},
        }
    )


HIDDEN = [each.key for each in registries["activations"] if not each.output_only and not each.forward_only]


@pytest.mark.parametrize("activation", HIDDEN)
def test_with_every_activation_what_can_be_kept_is_kept(activation):
    number = HIDDEN.index(activation)
    start = random_network(activation, number)
    run = Run(start, "float64")
    run.step(12)
    points, state = run.data()[0], run.state()
    before = run.predict(points)
    wider = edits.set_value(start, "network.dense_4.units", 5)
    kept = {
        "wider": (wider, None),
        "beside": (edits.connect(start, "input", "concatenate_1"), None),
        **{
            f"identity after {name}": s.insert_identity(start, name)
            for name in ("input", "dense_1", "between", "dropout_1", "add_1", "concatenate_1")
        },
        **{f"split {unit + 1}": s.split_unit(start, "dense_4", unit) for unit in range(3)},
    }
    if activation in s.IDEMPOTENT:
        kept["twice"] = s.duplicate_layer(start, "dense_4")
    if number % 3 != 1:  # what a layer norm reads cannot be doubled without another mean
        kept["split before a norm"] = s.split_unit(start, "dense_1", 1)
    for name, (changed, surgery) in kept.items():
        run.adopt(changed, carry=lambda t, to=changed, by=surgery: s.carried(start, to, t, by))
        assert np.abs(run.predict(points) - before).max() < 1e-6, name
        run.adopt(start)
        run.restore(state)


@pytest.mark.parametrize("kind", ["batch_norm", "dropout", "gaussian_noise"])
def test_units_are_followed_through_layers_that_only_pass_them_on(kind):
    experiment = edits.add_layer(files.load("spiral"), 1, kind)
    run = Run(experiment, "float64")
    run.step(50)
    x, before = run.data()[0], run.predict(run.data()[0])
    changed, surgery = s.split_unit(experiment, "dense_1", 3)
    run.adopt(changed, carry=lambda tensors: s.carried(experiment, changed, tensors, surgery))
    assert np.abs(run.predict(x) - before).max() < 1e-6


def test_a_unit_in_the_middle_goes_with_its_own_weights():
    course, document = course_of("spiral")
    before = course.run.parameters
    document.apply(*_without(document.experiment, 2))
    after = course.run.parameters
    rest = [0, 1, 3, 4, 5]
    np.testing.assert_array_equal(after["dense_1.weight"], before["dense_1.weight"][rest])
    np.testing.assert_array_equal(after["dense_2.weight"], before["dense_2.weight"][:, rest])
    assert course.moved > 1e-3
    document.undo()
    for name, array in course.run.parameters.items():
        np.testing.assert_array_equal(array, before[name])


def _without(experiment: Experiment, unit: int) -> tuple[Experiment, str, str, s.Surgery]:
    changed, surgery = s.remove_unit(experiment, "dense_1", unit)
    return changed, "Remove neuron", "", surgery


def test_a_copied_layer_keeps_its_weights_and_a_relu_layer_the_function():
    course, document = course_of("moons")
    before = answers(course)
    changed, surgery = s.duplicate_layer(document.experiment, "dense_1")
    document.apply(changed, "Duplicate layer", surgery=surgery)
    assert np.abs(answers(course) - before).max() < 1e-6
    course, document = course_of("spiral", ("network.dense_1.units", 5))
    changed, surgery = s.duplicate_layer(document.experiment, "dense_2")
    document.apply(changed, "Duplicate layer", surgery=surgery)
    weights = course.run.parameters
    np.testing.assert_array_equal(weights["dense_3.weight"], weights["dense_2.weight"])
    assert course.moved > 1e-3


def test_another_activation_is_measured_not_promised():
    course, document = course_of("spiral")
    document.apply(edits.set_value(document.experiment, "network.dense_1.activation", "relu"), "Relu")
    assert course.moved > 1e-3
    document.apply(edits.set_value(document.experiment, "data.dataset.noise", 0.4), "Noise")
    assert course.moved is None


def test_both_halves_of_a_split_unit_learn_on_their_own():
    course, document = course_of("spiral")
    changed, surgery = s.split_unit(document.experiment, "dense_1", 0)
    document.apply(changed, "Split neuron", surgery=surgery)
    course.advance(1e6, 200)
    weight = course.run.parameters["dense_1.weight"]
    assert np.abs(weight[0] - weight[-1]).max() > 1e-3


def test_the_way_back_and_forth_through_surgery_gives_the_same_bits():
    course, document = course_of("spiral")
    changed, surgery = s.split_unit(document.experiment, "dense_1", 0)
    document.apply(changed, "Split neuron", surgery=surgery)
    course.advance(1e6, 30)
    digest = course.run.digest()
    course.seek(20)
    course.seek(90)
    assert course.run.digest() == digest


def test_what_cannot_be_operated_on_says_why():
    experiment = files.load("spiral")
    for operation in (
        lambda: s.split_unit(experiment, "dense_1", 99),
        lambda: s.remove_unit(experiment, "output", 0),
    ):
        with pytest.raises(edits.EditError, match="no unit"):
            operation()
    single = edits.set_value(experiment, "network.dense_1.units", 1)
    with pytest.raises(edits.EditError, match="at least one unit"):
        s.remove_unit(single, "dense_1", 0)


def test_answers_in_large_units_are_kept_up_to_the_digits_that_they_have():
    """32-bit numbers near 100,000 have seven digits: what a split changes in the last one is no change."""
    experiment = edits.default_experiment()
    probe = Probe(None, Change("edit", (), experiment, experiment, "Split neuron"))
    probe._inputs = np.zeros((3, 2))
    run = SimpleNamespace(predict=lambda inputs: np.array([[1e5], [2.0], [-3e4]]))
    for shift, kept in ((0.05, True), (0.5, False)):
        probe._before = run.predict(probe._inputs) + shift
        assert (probe.moved(run) == 0.0) == kept
