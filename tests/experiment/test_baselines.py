"""Baselines: closed forms, published figures, and scikit-learn only when it is asked for."""

import subprocess
import sys

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.experiment.baselines import baselines
from playground.experiment.data import prepare
from playground.experiment.model import Data


def scores(dataset, part="validation", **changes):
    prepared = prepare(Data.model_validate({"dataset": dataset} | changes), 1)
    return prepared, {each.key: each for each in baselines(prepared, part)}


@pytest.mark.parametrize("key", [entry.key for entry in datasets if entry.key != "random"])
def test_every_data_set_has_baselines(key):
    prepared, found = scores(key)
    classes = prepared.task == "classes"
    assert set(found) >= ({"majority", "logistic"} if classes else {"mean", "linear"}) | {"neighbours"}
    for each in found.values():
        assert each.predicted.shape == prepared.raw_targets[prepared.validation].shape
        assert np.isfinite(each.score)
        assert each.label


def test_linear_regression_and_the_mean_are_their_closed_forms():
    prepared, found = scores("plane")
    design = np.column_stack((np.ones(len(prepared.train)), prepared.inputs[prepared.train]))
    weights = np.linalg.lstsq(design, prepared.raw_targets[prepared.train], rcond=None)[0]
    asked = np.column_stack((np.ones(len(prepared.validation)), prepared.inputs[prepared.validation]))
    np.testing.assert_allclose(found["linear"].predicted, asked @ weights, atol=1e-10)
    assert (found["mean"].predicted == prepared.raw_targets[prepared.train].mean(axis=0)).all()


def test_weather_has_the_figures_that_were_measured():
    _, found = scores("weather", "test")
    assert found["mean"].score == pytest.approx(7.52, abs=0.1)
    assert found["persistence"].score == pytest.approx(2.91, abs=0.02)
    assert found["linear"].score == pytest.approx(2.70, abs=0.03)
    assert found["climatology"].score < found["mean"].score


def test_persistence_stays_within_its_station():
    prepared, found = scores("stations")
    predicted, rows = found["persistence"].predicted, prepared.validation
    for place in (0, len(rows) // 2, len(rows) - 1):
        row = rows[place]
        mine = (prepared.group == prepared.group[row]) & (prepared.time < prepared.time[row])
        expected = prepared.raw_targets[prepared.train].mean(axis=0)
        if mine.any():
            expected = prepared.raw_targets[np.flatnonzero(mine)[prepared.time[mine].argmax()]]
        np.testing.assert_allclose(predicted[place], expected)


def test_a_part_without_samples_has_none():
    split = {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}
    assert scores("plane", split=split)[1] == {}


def test_an_autoencoder_is_only_compared_with_the_mean():
    assert set(scores("wine", target="inputs")[1]) == {"mean"}


def test_scikit_learn_is_not_imported_before_it_is_asked_for():
    program = "import playground.experiment.baselines, sys; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_they_are_fitted_once_for_the_same_data():
    prepared = prepare(Data.model_validate({"dataset": "moons"}), 1)
    assert baselines(prepared) is baselines(prepared)
    assert baselines(prepared) is not baselines(prepare(Data.model_validate({"dataset": "moons"}), 2))
