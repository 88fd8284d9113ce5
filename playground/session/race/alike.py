"""What the lanes of a race have in common, found by comparing what they really begin with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.session.race.lane import Lane


def same_function(lanes: Sequence[Lane]) -> bool:
    """True if the same weights mean the same loss in all lanes."""

    def measured(lane: Lane) -> tuple[Any, ...]:
        experiment = lane.contestant.experiment
        layers = [
            each.model_copy(update={"initializer": None}) if hasattr(each, "initializer") else each
            for each in (*experiment.network.layers, experiment.network.output)
        ]
        return experiment.data, experiment.seed, layers, experiment.training.loss

    return all(measured(lane) == measured(lanes[0]) for lane in lanes)


def alike(lanes: Sequence[Lane]) -> str:
    """Such as "Same data, same batches; other first weights"; "" with fewer than two lanes."""
    whole = [lane for lane in lanes if lane.run is not None]
    if len(whole) < 2:
        return ""
    one = whole[0]
    assert one.run is not None
    kept: list[str] = []
    other: list[str] = []

    def said(same: bool, words: str) -> None:
        (kept if same else other).append(words)

    first = [lane.contestant.experiment for lane in whole]
    data = all((each.data, each.seed) == (first[0].data, first[0].seed) for each in first)
    said(data, "data")
    weights = all(
        lane.first.keys() == one.first.keys()
        and all(np.array_equal(lane.first[n], one.first[n]) for n in one.first)
        for lane in whole
    )
    said(weights, "first weights")
    batches = data and all(each.training.batch_size == first[0].training.batch_size for each in first)
    said(batches, "batches")
    words = ", ".join(f"same {each}" for each in kept)
    if other:
        words += f"; other {' and '.join(other)}"
    return words[:1].upper() + words[1:]
