"""Metrics equal the stored answers of scikit-learn, ties and several outputs included."""

import json
from pathlib import Path

import numpy as np
import pytest

from playground.experiment import metrics

STORED = json.loads((Path(__file__).parents[1] / "golden" / "metrics.json").read_text(encoding="utf-8"))
TRUTH, PREDICTED = np.array(STORED["truth"]), np.array(STORED["predicted"])
CLASSES, PROBABILITY = np.array(STORED["classes"]), np.array(STORED["probability"])
CHOSEN, SCORE = PROBABILITY.argmax(axis=1), np.array(STORED["score"])


def same(name):
    return pytest.approx(STORED[name], abs=1e-12)


def test_numbers():
    assert metrics.mean_absolute_error(TRUTH, PREDICTED) == same("mae")
    assert metrics.root_mean_squared_error(TRUTH, PREDICTED) == same("rmse")
    assert metrics.r_squared(TRUTH, PREDICTED) == same("r2")
    assert metrics.bias(TRUTH, TRUTH + 0.25) == pytest.approx(0.25)
    assert metrics.skill(1.0, 4.0) == 0.75


def test_classes():
    assert metrics.accuracy(CLASSES, CHOSEN) == same("accuracy")
    assert metrics.balanced_accuracy(CLASSES, CHOSEN, 3) == same("balanced")
    assert metrics.confusion(CLASSES, CHOSEN, 3).tolist() == STORED["confusion"]
    scores = metrics.class_scores(CLASSES, CHOSEN, 3)
    for name in ("precision", "recall", "f1", "support"):
        assert getattr(scores, name) == same(name)
    assert metrics.log_loss(CLASSES, PROBABILITY) == same("log_loss")


def test_curves():
    curve = metrics.roc(CLASSES == 1, SCORE)
    assert len(set(SCORE.tolist())) < len(SCORE)  # there are ties
    assert curve.area == same("auc")
    assert curve.false_alarms == same("fpr")
    assert curve.hits == same("tpr")
    found = metrics.reliability(CLASSES == 1, PROBABILITY[:, 1], bins=5)
    assert found.observed == same("observed")
    assert found.stated == same("stated")
    assert found.count.sum() == len(CLASSES)
    assert metrics.brier(CLASSES == 1, PROBABILITY[:, 1]) == same("brier")


def test_where_a_metric_has_no_meaning_it_is_not_a_number():
    assert np.isnan(metrics.r_squared(np.ones(4), np.zeros(4)))
    assert np.isnan(metrics.roc(np.ones(4, dtype=bool), np.arange(4.0)).area)
    assert np.isnan(metrics.skill(1.0, 0.0))
