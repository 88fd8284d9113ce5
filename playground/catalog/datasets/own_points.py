"""Points that the user draws: classes in the plane, and a curve over a line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from playground.catalog.datasets.entry import LINE, Dataset, Samples
from playground.catalog.entry import Setting

MOST_CLASSES = 6
EDGE = 6.0

Point = tuple[float, float, float]

_TWO_HEAPS: tuple[Point, ...] = tuple(
    (side * (1.5 + 0.75 * (i % 5)), side * 1.5 + 0.75 * (i // 5) - 1.0, float(side > 0))
    for side in (-1.0, 1.0)
    for i in range(20)
)
_ARCH: tuple[Point, ...] = tuple((0.25 * i, 2.0 - i * i / 100.0, 0.0) for i in range(-20, 21))


@dataclass(frozen=True)
class DrawnPoints(Dataset):
    """Points of an experiment, each (x, y, class); on a line (x, value, 0)."""

    def of(self, choice: Any) -> Dataset:
        """With as many classes as were drawn."""
        return _of(self, 1 + max((int(point[2]) for point in choice.points), default=0))

    def samples_of(self, choice: Any, seed: int) -> Samples:
        """The points as they were drawn; ValueError if there are none."""
        for sentence in self.problems_of(choice):
            raise ValueError(sentence)
        points = np.array(choice.points, dtype=np.float64)
        if self.task == "classes":
            return Samples(points[:, :2].copy(), points[:, 2].astype(np.int64))
        return Samples(points[:, :1].copy(), points[:, 1:2].copy())

    def problems_of(self, choice: Any) -> Iterator[str]:
        """No points, a class that does not exist, or a point outside the picture."""
        if not choice.points:
            yield "There are no points yet. Draw some on the output."
        for x, y, which in choice.points:
            if which not in range(MOST_CLASSES if self.task == "classes" else 1):
                yield f"A point is of class {which:g}; classes are 0 to {MOST_CLASSES - 1}."
                return
            if abs(x) > EDGE or abs(y) > EDGE:
                yield f"A point lies outside the picture, which goes from −{EDGE:g} to {EDGE:g}."
                return

    def class_names_of(self, choice: Any) -> tuple[str, ...]:
        """A, B and so on, up to the last that was drawn."""
        return self.of(choice).class_names


@lru_cache(maxsize=16)
def _of(entry: DrawnPoints, classes: int) -> Dataset:
    if entry.task != "classes":
        return entry
    return replace(entry, class_names=tuple(map(chr, range(ord("A"), ord("A") + min(classes, MOST_CLASSES)))))


def _points(default: tuple[Point, ...]) -> Setting:
    return Setting("points", "Points", default, "record", record="points")


entries: tuple[Dataset, ...] = (
    DrawnPoints(
        "points",
        "Drawn points",
        "Points of your own: draw them on the output with the brush.",
        settings=(_points(_TWO_HEAPS),),
        in_gallery=False,
    ),
    DrawnPoints(
        "line_points",
        "Drawn curve",
        "A curve of your own: drag its points on the output.",
        settings=(_points(_ARCH),),
        task="regression",
        raw_names=("x1",),
        target_names=("y",),
        domain=LINE,
        in_gallery=False,
    ),
)
