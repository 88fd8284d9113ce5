"""Does a number mean the same for several experiments? Asked wherever numbers are set side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from playground.experiment.model import Experiment


def why_not(experiments: Sequence[Experiment], metric: str) -> str:
    """Why these cannot be compared by a metric such as `train_loss`, of the second; "" where they can.

    Every metric needs the same data, the same target and the same split; a loss also the same loss in the
    same units. The seed may differ: what it draws otherwise is luck.
    """
    loss = metric.endswith("_loss")
    for one, other in pairwise(experiments):
        if (one.data.dataset, one.data.target) != (other.data.dataset, other.data.target):
            return "learns from other data"
        if one.data.split != other.data.split:
            return "is judged on other samples"
        ours, theirs = (
            (each.training.loss, each.data.target_scaling) if loss else () for each in (one, other)
        )
        if ours != theirs:
            return "measures its loss in another way"
    return ""
