"""Yardsticks: the best baseline, measured as a curve of training is, to be drawn beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from playground.experiment import baselines
from playground.experiment.baselines import Baseline, Part
from playground.experiment.data import Floats, Prepared
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_units

_SURE = float(np.finfo(np.float64).eps)  # as near to 0 and 1 as a probability comes in a logarithm


class Yardstick(NamedTuple):
    """What there is to beat: a name and a value in the units of the curve."""

    label: str
    value: float


def yardstick(found: Sequence[Baseline], loss: bool) -> Yardstick | None:
    """The baseline with the least loss, or with the best score; None where none is measured so."""
    if loss:
        known = [each for each in found if np.isfinite(each.loss)]
        best = min(known, key=lambda each: each.loss, default=None)
        return Yardstick(_short(best), best.loss) if best is not None else None
    best = baselines.best(found)
    return Yardstick(_short(best), best.score) if best is not None else None


def _short(best: Baseline) -> str:
    return best.label.split(":")[0]


def with_losses(
    experiment: Experiment, prepared: Prepared, part: Part = "validation"
) -> tuple[Baseline, ...]:
    """Every baseline, with its loss as the network's is measured. Slow the first time."""
    return tuple(
        replace(each, loss=_loss(experiment, prepared, each, part))
        for each in baselines.baselines(prepared, part)
    )


def same_loss(one: Experiment, other: Experiment) -> bool:
    """True if a prediction has the same loss in both, given the same data."""
    return one.training.loss == other.training.loss and output_units(one) == output_units(other)


def _loss(experiment: Experiment, prepared: Prepared, baseline: Baseline, part: Part) -> float:
    """The mean of the loss over the part's samples; NaN for one that asks for more than probabilities.

    The loss reads what it would of a network that gives these very probabilities or numbers: their
    logarithms, their logits log p/(1 − p), or themselves. Numbers count on the scale of the network's
    targets.
    """
    choice = experiment.training.loss
    entry = choice.entry
    truth = prepared.raw_targets[prepared.rows_of(part)]
    if baseline.probability is not None:
        if entry.reads == "logits" and entry.output_activation != "sigmoid":
            return float("nan")  # a distance from a border, which probabilities do not tell
        answers, wanted = _classes(baseline.probability, truth, output_units(experiment), entry.reads)
    else:
        scale = np.where(prepared.target_scale > 0.0, prepared.target_scale, np.inf)
        answers, wanted = (each / scale for each in (baseline.predicted, truth))
    outputs = float(answers.shape[1])
    values = np.vectorize(entry.value, otypes=[np.float64])(answers, wanted, outputs, *choice.settings)
    return float(values.mean() * (outputs if entry.mean_over == "samples" else 1.0))


def _classes(
    probability: Floats, truth: NDArray[Any], outputs: int, reads: str
) -> tuple[Floats, NDArray[np.float64]]:
    """What the loss reads (n, outputs), and the one-hot targets."""
    p = np.clip(probability, _SURE, 1.0 - _SURE)
    wanted = np.eye(p.shape[1])[truth]
    if outputs == 1:
        p, wanted = p[:, 1:], wanted[:, 1:]
    if reads == "logits":
        return np.log(p) - np.log1p(-p), wanted
    return np.log(p) if reads == "log_softmax" else p, wanted
