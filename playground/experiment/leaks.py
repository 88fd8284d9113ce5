"""Leaks: what validation and test tell too early, because training has seen it already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from playground.catalog.splits import splits
from playground.experiment.data import Prepared
from playground.experiment.model import Data

_BY_CHANCE = ("random", "stratified")
_HONEST = {"time": "time", "group": "group", "place": "blocks", "depth": "depth"}
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ over the golden ratio: spreads numbers that are alike
_AT_ONCE = 1 << 16  # rows that are looked at together, so that large tables need little memory


@dataclass(frozen=True)
class Leak:
    """One reason why scores look better than they are: a sentence, and the split that would help."""

    message: str
    split: str = ""


# What was found is kept as long as the data are, and keeps no data alive: tables may be large.
_found: WeakKeyDictionary[Prepared, tuple[Data, tuple[Leak, ...]]] = WeakKeyDictionary()


def leaks(data: Data, prepared: Prepared) -> tuple[Leak, ...]:
    """Everything about this split that flatters; empty if nothing was found.

    Shifts and scales are always fitted on the training rows alone, so scaling never leaks here.
    """
    asked, known = _found.get(prepared, (None, ()))
    if asked != data:
        known = tuple(_look(data, prepared))
        _found[prepared] = data, known
    return known


def _look(data: Data, prepared: Prepared) -> list[Leak]:
    found = []
    entry = data.dataset.entry
    if data.split.kind in _BY_CHANCE:
        for need, split in _HONEST.items():
            name = getattr(entry, f"{need}_name")
            if name:
                found.append(
                    Leak(
                        f"Samples are dealt by chance, but they are related by {name}: near neighbours of "
                        f"what is judged were learned from. Split {splits[split].label}.",
                        split,
                    )
                )
                break
    twins = duplicates_across(prepared)
    if twins:
        some, have = ("sample", "has") if twins == 1 else ("samples", "have")
        found.append(
            Leak(
                f"{twins:,} {some} outside training {have} an exact double inside it, so memorizing passes "
                "for learning."
            )
        )
    return found


def duplicates_across(prepared: Prepared) -> int:
    """How many validation and test rows are equal, in all inputs and the target, to a training row."""
    held = np.concatenate((prepared.validation, prepared.test))
    marks = _marks(prepared)
    likely = held[np.isin(marks[held], marks[prepared.train])]
    if len(likely) == 0:
        return 0
    learned = prepared.train[np.isin(marks[prepared.train], marks[likely])]
    seen = {row.tobytes() for row in _rows(prepared, learned)}
    return sum(row.tobytes() in seen for row in _rows(prepared, likely))


def _rows(prepared: Prepared, which: NDArray[Any]) -> NDArray[np.float64]:
    """Inputs and targets of these rows side by side; −0 becomes 0."""
    targets = prepared.raw_targets.reshape(len(prepared.inputs), -1)[which]
    return np.column_stack((prepared.inputs[which], targets)).astype(np.float64) + 0.0


def _marks(prepared: Prepared) -> NDArray[np.uint64]:
    """A number for each row: equal for equal rows, and hardly ever for others."""
    count = len(prepared.inputs)
    marks = np.empty(count, np.uint64)
    for first in range(0, count, _AT_ONCE):
        part = np.arange(first, min(first + _AT_ONCE, count))
        bits = np.ascontiguousarray(_rows(prepared, part)).view(np.uint64)
        mixed = np.zeros(len(part), np.uint64)
        for column in bits.T:
            mixed = (mixed ^ column) * _ODD
            mixed ^= mixed >> np.uint64(29)
        marks[part] = mixed
    return marks
