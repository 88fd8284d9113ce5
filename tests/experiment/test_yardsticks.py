"""The baselines' losses are those that a network with the same answers would have."""

import numpy as np
import pytest
from sklearn.metrics import log_loss

from playground.catalog.losses import losses
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment.baselines import baselines
from playground.experiment.data import prepare
from playground.experiment.yardsticks import same_loss, with_losses, yardstick


def of(name, loss=None, part="validation"):
    experiment = files.load(name)
    if loss is not None:
        experiment = edits.set_loss(experiment, loss)
    prepared = prepare(experiment.data, experiment.seed)
    return prepared, {each.key: each for each in with_losses(experiment, prepared, part)}


@pytest.mark.parametrize("key", losses.keys())
def test_every_loss_measures_every_baseline_or_none(key):
    fits = [name for name in ("xor", "penguins", "weather") if fits_to(name, key)]
    assert fits
    for name in fits:
        _, found = of(name, key)
        known = np.isfinite([each.loss for each in found.values()])
        assert known.all() if key != "perceptron" else not known.any()


def fits_to(name, key):
    experiment = files.load(name)
    classes = experiment.data.dataset.entry.task_of(experiment.data.dataset) == "classes"
    return losses[key].task in ("both", "classes" if classes else "regression")


@pytest.mark.parametrize(
    ("name", "loss"), [("xor", None), ("xor", "categorical_cross_entropy"), ("penguins", None)]
)
def test_cross_entropies_are_scikit_learns_log_loss(name, loss):
    prepared, found = of(name, loss)
    truth, classes = prepared.raw_targets[prepared.validation], np.arange(len(prepared.class_names))
    for each in found.values():
        np.testing.assert_allclose(each.probability.sum(axis=1), 1.0)
        assert each.loss == pytest.approx(log_loss(truth, each.probability, labels=classes))


def test_probabilities_of_the_majority_are_the_frequencies_and_neighbours_rule_nothing_out():
    prepared, found = of("penguins")
    frequency = np.bincount(prepared.raw_targets[prepared.train]) / len(prepared.train)
    np.testing.assert_allclose(found["majority"].probability[0], frequency)
    near = found["neighbours"].probability
    assert (near > 0.0).all()
    votes = 6 * near - frequency
    np.testing.assert_allclose(votes, votes.round(), atol=1e-9)


def test_a_network_with_the_weights_of_linear_regression_has_its_loss():
    experiment = edits.with_layers(files.load("weather"), [])
    run = Run(experiment)
    found = {each.key: each for each in with_losses(experiment, run.prepared, "train")}
    design = np.column_stack([run.prepared.inputs[run.prepared.train], np.ones(len(run.prepared.train))])
    weights = np.linalg.lstsq(design, run.prepared.targets[run.prepared.train], rcond=None)[0]
    run.set_parameters({"output.weight": weights[:-1].T, "output.bias": weights[-1]})
    assert found["linear"].loss == pytest.approx(run.loss("train"), rel=1e-6)


def test_neighbours_say_nothing_of_the_rows_that_they_remember():
    prepared, found = of("xor", part="train")
    assert "neighbours" not in found
    assert "neighbours" in {each.key for each in baselines(prepared)}


def test_the_best_is_chosen_by_what_is_drawn():
    _, found = of("xor")
    for loss in (True, False):
        best = yardstick(tuple(found.values()), loss)
        key = min if loss else max
        assert best.value == key((each.loss if loss else each.score) for each in found.values())
    assert yardstick((), True) is None
    assert yardstick(tuple(of("xor", "perceptron")[1].values()), True) is None


def test_a_loss_is_the_same_only_with_its_settings():
    experiment = files.load("penguins")
    smooth = edits.set_value(experiment, "training.loss.label_smoothing", 0.1)
    assert same_loss(experiment, experiment.model_copy(update={"seed": 7}))
    assert not same_loss(experiment, smooth)
