"""Drawing data: points of any class in the plane, and the points of a curve, as edits of the experiment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.catalog import registries
from playground.catalog.datasets.own_points import EDGE, MOST_CLASSES, Point
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.model import Experiment, choice
from playground.experiment.records import MOST_POINTS
from playground.experiment.shapes import class_count

_KINDS = {"plane": "points", "line": "line_points"}


def drawable(experiment: Experiment) -> str:
    """What can be drawn: classes in the "plane", numbers over a "line", or "" where nothing can."""
    data = experiment.data
    entry, size = data.dataset.entry, getattr(data.dataset, "samples", 0)
    if data.target == "inputs" or size > MOST_POINTS:
        return ""
    classes = entry.task_of(data.dataset) == "classes"
    if entry.dimensions == 2:
        return "plane" if classes else ""
    return "line" if entry.dimensions == 1 and not classes and entry.outputs_of(data.dataset) == 1 else ""


def points_of(experiment: Experiment) -> tuple[Point, ...]:
    """The points of the data, in the order of its rows: (x, y, class), on a line (x, value, 0)."""
    data = experiment.data
    if data.dataset.kind in _KINDS.values():
        return tuple(data.dataset.points)
    prepared = prepare(data, experiment.seed)
    if drawable(experiment) == "plane":
        found = np.column_stack((prepared.raw_inputs[:, :2], prepared.raw_targets))
    else:
        found = np.column_stack((prepared.raw_inputs, prepared.raw_targets, np.zeros(len(prepared.inputs))))
    return tuple((_on_paper(x), _on_paper(y), which) for x, y, which in found.tolist())


def _on_paper(value: float) -> float:
    """Within the picture, to a thousandth: no more shows, and files stay short."""
    return round(min(max(value, -EDGE), EDGE), 3)


def added(points: Sequence[Point], x: float, y: float, which: int) -> tuple[Point, ...]:
    """One point more; EditError if there are too many."""
    if len(points) >= MOST_POINTS:
        raise edits.EditError(f"at most {MOST_POINTS:,} points can be drawn")
    return (*points, (_on_paper(x), _on_paper(y), float(which)))


def erased(
    points: Sequence[Point], x: float, y: float, reach: float, stretch: float = 1.0
) -> tuple[Point, ...]:
    """The points without those nearer than `reach`; heights count divided by `stretch`."""
    return tuple(p for p in points if math.hypot(p[0] - x, (p[1] - y) / stretch) >= reach)


def moved(points: Sequence[Point], index: int, x: float, y: float) -> tuple[Point, ...]:
    """The points with one of them elsewhere."""
    new = (_on_paper(x), _on_paper(y), points[index][2])
    return (*points[:index], new, *points[index + 1 :])


def class_choices(experiment: Experiment) -> int:
    """How many classes can be drawn with: those there are, and a new one."""
    return min(class_count(experiment.data) + 1, MOST_CLASSES)


def with_points(experiment: Experiment, points: Sequence[Point]) -> Experiment:
    """Learn from these points; inputs, split and scaling stay, loss and output follow the classes."""
    dataset: Any = choice(registries["datasets"], _KINDS[drawable(experiment)], points=tuple(points))
    changes: dict[str, Any] = {"dataset": dataset}
    split = experiment.data.split
    if not split.entry.fits(dataset):
        changes["split"] = choice(registries["splits"], "random")
    data = experiment.data.model_copy(update=changes)
    after = experiment.model_copy(update={"data": data})
    same = class_count(after.data) == class_count(experiment.data)
    return after if same else edits.fit_to_data(after)
