"""Frozen numbers: training leaves them alone, undo lets them learn again, and they follow their units."""

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.files import dumps, loads
from playground.experiment.held import follow_units, held_places, hold
from playground.experiment.surgery import insert_identity, remove_unit, split_unit
from playground.session.course import Course
from playground.session.document import ByHand, Document

WEIGHT, BIAS = ("dense_1.weight", (2, 1)), ("dense_2.bias", (0,))
START = edits.default_experiment()


def told(experiment=START):
    """A document whose changes a course performs at once."""
    document = Document(experiment)
    course = Course(experiment, Run)
    document.changed.connect(course.perform)
    return document, course


def numbers(run):
    return [float(run.parameters[tensor][place]) for tensor, place in (WEIGHT, BIAS)]


@pytest.mark.parametrize("optimizer", registries["optimizers"].keys())
def test_no_optimizer_moves_a_frozen_number(optimizer):
    experiment = edits.set_value(START, "training.optimizer", optimizer)
    experiment = edits.set_value(experiment, "training.l2", 0.01)
    experiment = edits.set_value(experiment, "training.batch_size", 1000)
    document, course = told(experiment)
    course.advance(1000.0, 5)
    before, all_before = numbers(course.run), course.run.parameters
    document.apply(hold(document.experiment, (WEIGHT, BIAS)), "Freeze")
    course.advance(1000.0, 5)
    assert numbers(course.run) == before
    for name, array in course.run.parameters.items():
        still = np.argwhere(array == all_before[name]).tolist()
        assert still == [list(place) for tensor, place in (WEIGHT, BIAS) if tensor == name]
    document.undo()
    course.advance(1000.0, 2)
    assert all(one != other for one, other in zip(numbers(course.run), before, strict=True))


@pytest.mark.parametrize("changes", [{}, {"training.clip_norm": 0.01}])
def test_the_other_numbers_learn_as_if_the_frozen_gradient_were_not_there(changes):
    experiment = edits.set_value(START, "training.optimizer", "sgd")
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    frozen = hold(experiment, (WEIGHT, BIAS, ("dense_1.weight", (0, 0)), ("dense_1.weight", (0, 1))))
    compiled, twin = (Run(frozen, "float64", backend=backend) for backend in ("compiled", "twin"))
    before = compiled.parameters
    compiled.step(1)
    twin.step(1)
    rate = experiment.training.optimizer.learning_rate
    gradients = {name: array.copy() for name, array in twin.gradients.items()}
    for name, array in compiled.parameters.items():
        np.testing.assert_allclose(array, twin.parameters[name], rtol=0, atol=1e-15)
        moved = (before[name] - array) / rate
        held = held_places(frozen, name)
        for place in np.ndindex(moved.shape):
            assert moved[place] == (0.0 if place in held else pytest.approx(gradients[name][place]))
    if changes:
        shown = [
            gradients[name][place]
            for name in gradients
            for place in np.ndindex(gradients[name].shape)
            if place not in held_places(frozen, name)
        ]
        assert np.linalg.norm(shown) == pytest.approx(0.01, rel=1e-3)


def test_a_frozen_number_may_be_set_by_hand_and_then_stays_there():
    document, course = told(hold(START, (WEIGHT, BIAS)))
    document.touch((ByHand(*WEIGHT, 0.25),), "Set weight")
    course.advance(1000.0, 20)
    assert numbers(course.run)[0] == 0.25


def test_travel_passes_freezing_bit_for_bit():
    document, course = told()
    course.advance(1000.0, 40)
    early = course.run.steps
    document.apply(hold(document.experiment, (WEIGHT,)), "Freeze weight")
    course.advance(1000.0, 30)
    end, digest = course.run.steps, course.run.digest()
    course.seek(early - 10)
    assert not held_places(course.run.experiment, WEIGHT[0])
    course.seek(end)
    assert course.run.digest() == digest
    assert [flag.label for flag in course.view().flags] == ["Freeze weight"]


def test_frozen_numbers_are_in_the_file():
    frozen = hold(START, (WEIGHT, BIAS))
    assert loads(dumps(frozen)) == frozen
    assert '"held"' not in dumps(START)
    assert hold(frozen, (WEIGHT, BIAS), freeze=False) == START


def test_frozen_numbers_follow_their_units():
    document = Document(hold(START, (WEIGHT, ("dense_2.weight", (1, 2)))))
    changed, surgery = remove_unit(document.experiment, "dense_1", 0)
    document.apply(changed, "Remove neuron", surgery=surgery)
    assert held_places(document.experiment, "dense_1.weight") == {(1, 1)}
    assert held_places(document.experiment, "dense_2.weight") == {(1, 1)}
    changed, surgery = split_unit(document.experiment, "dense_1", 1)
    document.apply(changed, "Split neuron", surgery=surgery)
    units = document.experiment.layer("dense_1").units
    assert held_places(document.experiment, "dense_1.weight") == {(1, 1), (units - 1, 1)}
    document.apply(edits.set_value(document.experiment, "network.dense_1.units", 1), "Set units")
    assert held_places(document.experiment, "dense_1.weight") == set()
    assert held_places(document.experiment, "dense_2.weight") == set()
    for _ in range(3):
        document.undo()
    assert held_places(document.experiment, "dense_1.weight") == {(2, 1)}


def test_frozen_numbers_follow_their_features():
    document = Document(hold(START, (WEIGHT,)))
    features = document.experiment.data.features or ("x1", "x2")
    document.apply(edits.set_value(document.experiment, "data.features", features[1:]), "Without x1")
    assert held_places(document.experiment, "dense_1.weight") == {(2, 0)}


def test_an_identity_that_is_put_in_learns_and_what_was_frozen_stays():
    before = hold(edits.default_experiment(), [("dense_1.weight", (0, 0)), ("dense_2.weight", (1, 2))])
    after, surgery = insert_identity(before, "dense_1")
    found = follow_units(before, after, surgery)
    assert found.layer(surgery.new).held == ()
    for name in ("dense_1", "dense_2"):
        assert found.layer(name).held == before.layer(name).held
