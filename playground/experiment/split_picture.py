"""A split drawn on the data itself: where along time, on the map, or among the values each part lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.catalog.splits import splits
from playground.experiment.data import Prepared
from playground.experiment.model import Data

Floats = NDArray[np.float64]
PARTS = ("train", "validation", "test")
LEFT_OUT = 3  # the number of the part that a gap leaves out

_STRIP, _HISTOGRAM, _GROUPS = 90, 30, 60  # bins at most
_SPOTS = 700
_ROWS = 50_000  # that are looked at: the picture is small, and the window waits for it


@dataclass(frozen=True, eq=False)
class SplitPicture:
    """What to draw, small.

    A "strip" shows for each stretch of what it is `over` how its rows are dealt, a "histogram" also how
    many they are: `counts` (bins, 4) of train, validation, test and left out. A "map" shows rows at
    `places` (n, 2), each 0 to 1 with y upwards, and the number of the part of each, `parts` (n,).
    """

    kind: Literal["strip", "histogram", "map"]
    over: str
    counts: NDArray[np.int64]
    places: Floats
    parts: NDArray[np.int64]


def split_picture(data: Data, prepared: Prepared) -> SplitPicture:
    """Draw a split on what it goes by; one that goes by chance, on what relates the rows, else the target."""
    entry, every = data.dataset.entry, max(1, len(prepared.raw_inputs) // _ROWS)
    parts = parts_of(prepared)[::every]
    needs = splits[data.split.kind].needs
    shown = next((each for each in (needs, "place", "time", "depth", "group") if _has(prepared, each)), "")
    if shown == "place" and prepared.place is not None:
        return _map(prepared.place[::every], parts)
    if shown in ("time", "depth"):
        over = getattr(entry, f"{shown}_name") or shown
        return _bins("strip", over, _ranges(getattr(prepared, shown)[::every], _STRIP), parts)
    if shown == "group" and prepared.group is not None:
        _, which = np.unique(prepared.group[::every], return_inverse=True)
        groups = which.max() + 1 if len(which) else 0
        step = -(-groups // _GROUPS) if groups else 1
        return _bins("histogram", entry.group_name or "group", which // step, parts)
    name = ", ".join(prepared.target_names) or "class"
    targets = prepared.raw_targets[::every]
    if prepared.task == "classes":
        return _bins("histogram", name, np.asarray(targets, np.int64), parts)
    return _bins("histogram", name, _ranges(targets.reshape(len(targets), -1)[:, 0], _HISTOGRAM), parts)


def parts_of(prepared: Prepared) -> NDArray[np.int64]:
    """The number of the part that each row is in, (n,)."""
    parts = np.full(len(prepared.raw_inputs), LEFT_OUT, dtype=np.int64)
    for number, part in enumerate(PARTS):
        parts[getattr(prepared, part)] = number
    return parts


def _has(prepared: Prepared, what: str) -> bool:
    return what in ("place", "time", "depth", "group") and getattr(prepared, what) is not None


def _ranges(values: Floats, most: int) -> NDArray[np.int64]:
    """The number of the range of equal width in which each value lies."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    ranges = min(most, len(np.unique(values)))
    scaled = (values - low) / (high - low) if high > low else np.zeros(len(values))
    return np.minimum((scaled * ranges).astype(np.int64), max(ranges - 1, 0))


def _bins(kind: Any, over: str, which: NDArray[np.int64], parts: NDArray[np.int64]) -> SplitPicture:
    bins = int(which.max()) + 1 if len(which) else 0
    counts = np.bincount(which * 4 + parts, minlength=4 * bins).reshape(-1, 4)
    return SplitPicture(kind, over, counts, np.zeros((0, 2)), np.zeros(0, np.int64))


def _map(places: Floats, parts: NDArray[np.int64]) -> SplitPicture:
    low, high = places.min(axis=0), places.max(axis=0)
    size = float((high - low).max()) or 1.0  # the same scale along both sides
    rows = np.unique(np.linspace(0, len(places) - 1, _SPOTS).astype(np.int64))
    centred = (places[rows] - (low + high) / 2) / size + 0.5
    return SplitPicture("map", "place", np.zeros((0, 4), np.int64), centred, parts[rows])
