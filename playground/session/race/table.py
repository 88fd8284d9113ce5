"""What a race leaves as a table: one row for each lane, where it stands now."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from playground.experiment.differences import lines
from playground.experiment.shapes import task
from playground.session.race.race import LaneView
from playground.session.seeds import Seeds
from playground.sweep.scores import main_metric

LOSSES = ("train_loss", "validation_loss")


def lane_rows(lanes: Sequence[LaneView], seeds: Sequence[Seeds | None]) -> list[dict[str, Any]]:
    """A row a lane: what differs in its settings, its losses at its last step and metrics as last evaluated.

    `seeds` is what other seeds of each lane came to; their median and middle half at that step follow.
    """
    settings = [line for line in lines([lane.contestant.experiment for lane in lanes]) if line.differs]
    rows = [
        {"lane": lane.label}
        | {line.label: line.values[number] for line in settings}
        | {"steps": lane.steps}
        | _where(lane)
        | {"ended": lane.ended}
        for number, lane in enumerate(lanes)
    ]
    if any(seeds):
        for row, lane, each in zip(rows, lanes, seeds, strict=True):
            row |= _over_seeds(lane, each)
    return rows


def _where(lane: LaneView) -> dict[str, float | int | None]:
    """The losses of this moment where they are measured, else as last evaluated."""
    last = {name: lane.history[name][-1] for name in lane.history.dtype.names} if len(lane.history) else {}
    losses = lane.now[1:] if lane.now is not None else [last.get(name) for name in LOSSES]
    name = main_metric(task(lane.contestant.experiment.data))
    return {
        **{loss: _known(value) for loss, value in zip(LOSSES, losses, strict=True)},
        f"train_{name}": _known(last.get("train_metric")),
        f"validation_{name}": _known(last.get("validation_metric")),
        "evaluated_at_step": int(last["step"]) if last else None,
    }


def _known(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


def _over_seeds(lane: LaneView, seeds: Seeds | None) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {"seeds": seeds.count if seeds is not None else None}
    for loss in LOSSES:
        spread = seeds.spread(loss, lane.steps) if seeds is not None else None
        for name in ("median", "low", "high"):
            found[f"{loss}_{name}"] = getattr(spread, name) if spread is not None else None
    return found
