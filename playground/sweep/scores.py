"""How good a trained network is on a part of its data: loss and every metric that has a meaning there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from playground.experiment import metrics

if TYPE_CHECKING:
    from playground.engine.run import Run

LOWER_IS_BETTER = ("loss", "rmse", "mae")


def lower_is_better(metric: str) -> bool:
    """True for losses and errors, False for accuracy and its like."""
    return metric.endswith(LOWER_IS_BETTER)


def metric_names(task: str) -> tuple[str, ...]:
    """The metrics that `scores` can give, the validation samples' first."""
    numbers = ("rmse", "mae", "bias", "r2")
    names = ("loss", *(("accuracy", "balanced_accuracy") if task == "classes" else numbers))
    return tuple(f"{part}_{name}" for part in ("validation", "train") for name in names)


def main_metric(task: str) -> str:
    """The metric people speak of: accuracy for classes, RMSE for numbers."""
    return "accuracy" if task == "classes" else "rmse"


def scores(run: Run) -> dict[str, float]:
    """Metrics of training and validation samples, such as `validation_accuracy`; parts without are left out.

    Classes: loss, accuracy, balanced_accuracy. Numbers: loss, and rmse, mae, bias in the target's own
    units, r2. Values without a meaning, such as the R² of a constant, are left out.
    """
    found: dict[str, float] = {}
    for part in ("train", "validation"):
        if len(run.data(part)[0]):
            found |= {f"{part}_{name}": value for name, value in _part(run, part).items()}
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _part(run: Run, part: str) -> dict[str, float]:
    x, y = run.data(part)
    answers, found = run.predict(x), {"loss": run.loss(part)}
    if run.prepared.task == "classes":
        classes = answers[:, 0] > 0.5 if answers.shape[1] == 1 else answers.argmax(axis=1)
        observed, named = y.astype(np.int64), classes.astype(np.int64)
        return found | {
            "accuracy": metrics.accuracy(observed, named),
            "balanced_accuracy": metrics.balanced_accuracy(observed, named, len(run.prepared.class_names)),
        }
    predicted, truth = run.prepared.restore_targets(answers), run.prepared.restore_targets(y)
    return found | {
        "rmse": metrics.root_mean_squared_error(truth, predicted),
        "mae": metrics.mean_absolute_error(truth, predicted),
        "bias": metrics.bias(truth, predicted),
        "r2": metrics.r_squared(truth, predicted),
    }
