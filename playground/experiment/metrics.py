"""Metrics: how good predictions are, in plain NumPy.

`truth` and `predicted` are numbers (n,) or (n, outputs), or class numbers (n,); `probability` is (n, classes)
or, for one class against the rest, (n,). Nothing is defined without samples: all functions need n ≥ 1, and
answer NaN where a metric has no meaning (R² of a constant, AUC with one class).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]
_SMALLEST = float(np.finfo(np.float64).eps)


def mean_absolute_error(truth: Floats, predicted: Floats) -> float:
    """Mean distance from the truth, in its units."""
    return float(np.mean(np.abs(predicted - truth)))


def root_mean_squared_error(truth: Floats, predicted: Floats) -> float:
    """Typical distance from the truth, in its units; large misses count more."""
    return float(np.sqrt(np.mean((predicted - truth) ** 2)))


def bias(truth: Floats, predicted: Floats) -> float:
    """Mean of predicted − truth: above 0 where predictions are too high on average."""
    return float(np.mean(predicted - truth))


def r_squared(truth: Floats, predicted: Floats) -> float:
    """Share of the variance explained, 1 − Σ(error²)/Σ((truth − mean)²); the mean over several outputs.

    NaN for fewer than two samples or where an output never changes.
    """
    truth, predicted = truth.reshape(len(truth), -1), predicted.reshape(len(truth), -1)
    total = np.sum((truth - truth.mean(axis=0)) ** 2, axis=0)
    if len(truth) < 2 or (total == 0.0).any():
        return float("nan")
    return float(np.mean(1.0 - np.sum((predicted - truth) ** 2, axis=0) / total))


def skill(error: float, reference: float) -> float:
    """1 − error / reference: 0 is no better than the reference (such as persistence), 1 is perfect."""
    return 1.0 - error / reference if reference > 0.0 else float("nan")


def accuracy(truth: Classes, predicted: Classes) -> float:
    """Share of samples whose class is right."""
    return float(np.mean(truth == predicted))


def confusion(truth: Classes, predicted: Classes, classes: int) -> Classes:
    """Counts (classes, classes): row = true class, column = predicted class."""
    return np.bincount(truth * classes + predicted, minlength=classes * classes).reshape(classes, classes)


@dataclass(frozen=True, eq=False)
class ClassScores:
    """Scores of each class (classes,): `support` counts its samples; 0 where nothing could be divided."""

    precision: Floats
    recall: Floats
    f1: Floats
    support: Classes


def class_scores(truth: Classes, predicted: Classes, classes: int) -> ClassScores:
    """Precision (how often a named class is right), recall (how much of a class is found), and F1, their
    harmonic mean."""
    counts = confusion(truth, predicted, classes)
    hits, named, support = np.diag(counts).astype(np.float64), counts.sum(axis=0), counts.sum(axis=1)
    precision, recall = hits / np.maximum(named, 1), hits / np.maximum(support, 1)
    return ClassScores(precision, recall, 2.0 * hits / np.maximum(named + support, 1), support)


def balanced_accuracy(truth: Classes, predicted: Classes, classes: int) -> float:
    """Mean recall of the classes that occur: rare ones count as much as common ones."""
    scores = class_scores(truth, predicted, classes)
    return float(scores.recall[scores.support > 0].mean())


def share_right(truth: Classes, predicted: Classes, balanced: int = 0) -> float:
    """The accuracy; the balanced one if the number of classes to balance is given."""
    return balanced_accuracy(truth, predicted, balanced) if balanced else accuracy(truth, predicted)


def log_loss(truth: Classes, probability: Floats) -> float:
    """Mean −log of the probability (n, classes) given to the true class; rows are made to add up to 1."""
    known = np.clip(probability, _SMALLEST, 1.0 - _SMALLEST)
    known = known / known.sum(axis=1, keepdims=True)
    return float(-np.mean(np.log(known[np.arange(len(truth)), truth])))


@dataclass(frozen=True, eq=False)
class Roc:
    """The ROC curve: shares of false alarms and of hits as the threshold falls, from 0 to 1."""

    false_alarms: Floats
    hits: Floats
    area: float


def roc(positive: NDArray[np.bool_], score: Floats) -> Roc:
    """ROC curve and area of one class against the rest; equal scores are one step, so ties count half."""
    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0.0, True))
    hits = np.append(0, np.cumsum(positive[order])[last]).astype(np.float64)
    alarms = np.append(0, np.cumsum(~positive[order])[last]).astype(np.float64)
    if hits[-1] == 0.0 or alarms[-1] == 0.0:
        return Roc(alarms / max(alarms[-1], 1.0), hits / max(hits[-1], 1.0), float("nan"))
    hits, alarms = hits / hits[-1], alarms / alarms[-1]
    return Roc(alarms, hits, float(np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2.0)))


@dataclass(frozen=True, eq=False)
class Reliability:
    """Stated probability against how often it came true, for each bin that has samples."""

    stated: Floats
    observed: Floats
    count: Classes


def reliability(positive: NDArray[np.bool_], probability: Floats, bins: int = 10) -> Reliability:
    """Reliability curve of one class over equal bins from 0 to 1; on the diagonal it can be believed."""
    edges = np.linspace(0.0, 1.0, bins + 1)
    which = np.searchsorted(edges[1:-1], probability)
    count = np.bincount(which, minlength=bins)
    full = count > 0
    stated = np.bincount(which, probability, minlength=bins)[full] / count[full]
    observed = np.bincount(which, positive, minlength=bins)[full] / count[full]
    return Reliability(stated, observed, count[full])


def brier(positive: NDArray[np.bool_], probability: Floats) -> float:
    """Mean squared distance of the stated probability from what happened (0 or 1)."""
    return float(np.mean((probability - positive) ** 2))
