"""Leaks: what validation and test tell too early, because training has seen it already."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.catalog.splits import splits
from playground.experiment.data import Prepared
from playground.experiment.model import Data

_BY_CHANCE = ("random", "stratified")
_HONEST = {"time": "time", "group": "group", "place": "blocks", "depth": "depth"}
_COMPARED = 5_000_000  # values; beyond them, looking for equal rows would take seconds


@dataclass(frozen=True)
class Leak:
    """One reason why scores look better than they are: a sentence, and the split that would help."""

    message: str
    split: str = ""


def leaks(data: Data, prepared: Prepared) -> tuple[Leak, ...]:
    """Everything about this split that flatters; empty if nothing was found.

    Shifts and scales are always fitted on the training rows alone, so scaling never leaks here.
    """
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
    return tuple(found)


def duplicates_across(prepared: Prepared) -> int:
    """How many validation and test rows are equal, in all inputs and the target, to a training row."""
    held = np.concatenate((prepared.validation, prepared.test))
    if prepared.inputs.size > _COMPARED or len(held) == 0:
        return 0
    targets = prepared.raw_targets.reshape(len(prepared.inputs), -1).astype(np.float64)
    rows = np.ascontiguousarray(np.column_stack((prepared.inputs, targets)) + 0.0)  # −0 becomes 0
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1])))[:, 0]
    learned = {key.tobytes() for key in keys[prepared.train]}
    return sum(key.tobytes() in learned for key in keys[held])
