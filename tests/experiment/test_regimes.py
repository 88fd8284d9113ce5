"""Regimes tell samples apart, and one of them can count more in training."""

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.datasets.regimes import DEEP, band_labels, bands, round_edges
from playground.experiment import edits, files
from playground.experiment.data import prepare, regimes_of
from playground.experiment.model import Data, choice
from playground.experiment.problems import problems


def _data(key):
    entry = datasets[key]
    return Data(
        dataset=choice(datasets, key),
        split=entry.default_split,
        scaling="standard",
        target_scaling="standard",
    )


@pytest.mark.parametrize("key", datasets.keys())
def test_every_row_of_a_data_set_is_in_a_named_regime(key):
    data = _data(key)
    rows = len(prepare(data, 1).inputs)
    found = regimes_of(data, 1)
    assert found or key in ("random",)
    assert len({each.name for each in found}) == len(found)
    for each in found:
        assert each.of.shape == (rows,)
        assert each.of.min() >= 0
        assert each.of.max() < len(each.labels)
        assert len(set(each.labels)) == len(each.labels) >= 2


def test_bands_have_words():
    made = bands("Depth", np.array([1.0, 5.0, 7.0, np.nan]), (5.0, 7.0), "m")
    assert made.labels == ("below 5 m", "5–7", "above 7 m")
    assert made.of.tolist() == [0, 1, 2, -1]
    assert band_labels((5.0,), "m", DEEP) == ("shallower than 5 m", "deeper than 5 m")
    assert band_labels((-1.5, 2.0)) == ("below −1.5", "−1.5 to 2", "above 2")


def test_borders_are_round_and_few_values_have_none():
    assert round_edges(np.linspace(0.0, 100.0, 1001)) == [10.0, 35.0, 65.0, 90.0]
    assert round_edges(np.zeros(10)) == []
    assert round_edges(np.array([])) == []


def _weather():
    return files.load("weather")


def test_a_weighted_regime_is_learned_from_more_often():
    plain = prepare(_weather().data, 1)
    hot = {"regimes": "Observed", "label": "above 26 °C", "low": 26.0, "weight": 3}
    experiment = edits.set_value(_weather(), "data.emphasis", hot)
    weighted = prepare(experiment.data, 1)
    chosen = plain.train[plain.raw_targets[plain.train, 0] >= 26.0]
    assert len(weighted.train) == len(plain.train) + 2 * len(chosen) > len(plain.train)
    assert np.array_equal(np.unique(weighted.train), plain.train)
    assert np.array_equal(weighted.validation, plain.validation)
    assert np.array_equal(weighted.input_scale, plain.input_scale)
    assert files.loads(files.dumps(experiment)) == experiment
    assert [each.labels for each in regimes_of(experiment.data, 1)] == [
        each.labels for each in regimes_of(_weather().data, 1)
    ]


def test_a_season_can_be_weighted():
    summer = edits.set_value(_weather(), "data.emphasis", {"regimes": "Season", "label": "Jun–Aug"})
    assert len(prepare(summer.data, 1).train) == 730 + 2 * 184


def test_a_regime_that_is_not_there_is_said():
    gone = edits.set_value(_weather(), "data.emphasis", {"regimes": "Season", "label": "Monsoon"})
    assert any("Monsoon" in problem.message for problem in problems(gone))
