"""What a report is made of: all that has to be read from a network itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment.data import Indices, Prepared
from playground.experiment.model import Experiment
from playground.experiment.scoring import Answered, Part, answered
from playground.session.frames import Frames
from playground.session.snapshot import Output

if TYPE_CHECKING:
    from playground.engine.run import Run

MOST_ROWS = 20_000  # of each part, evenly taken


@dataclass(frozen=True, eq=False)
class Material:
    """A run at one step. `parts` holds the answers to each part that may be looked at."""

    experiment: Experiment
    prepared: Prepared
    history: np.recarray
    steps: int
    weights: str  # the fingerprint of all parameters and buffers
    dtype: str
    output: Output
    parts: dict[Part, Answered]

    @property
    def main(self) -> Answered:
        """What the network is judged on: the opened test set, else validation, else training samples."""
        return next(self.parts[part] for part in ("test", "validation", "train") if part in self.parts)


def collect(run: Run, steps: int | None = None, history: np.recarray | None = None) -> Material:
    """Read all of it from a run. The test set is read only once it has been unlocked.

    `steps` and `history` are those of the run that the weights come from, where this is another one.
    """
    prepared = run.prepared
    return Material(
        run.experiment,
        prepared,
        run.history if history is None else history,
        run.steps if steps is None else steps,
        fingerprint(run.parameters | run.buffers),
        run.dtype,
        Frames(run, prepared).output(),
        {part: answers(run, part) for part in open_parts(run.experiment, prepared)},
    )


def open_parts(experiment: Experiment, prepared: Prepared) -> tuple[Part, ...]:
    """The parts that have samples and may be looked at; the test set is one of them once it is unlocked."""
    parts: tuple[Part, ...] = ("train", "validation")
    if experiment.test_unlocked is not None:
        parts = (*parts, "test")
    return tuple(part for part in parts if len(getattr(prepared, part)))


def answers(run: Run, part: Part, most: int = MOST_ROWS) -> Answered:
    """What the network answers to a part of its data, each row once, at most so many of them."""
    rows: Indices = np.unique(getattr(run.prepared, part))
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
    return answered(run.prepared, part, rows, run.predict(run.prepared.inputs[rows]))


def fingerprint(arrays: Mapping[str, Any]) -> str:
    """SHA-256 of named arrays of numbers: equal for equal names, shapes and numbers alone."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        held = np.ascontiguousarray(arrays[name], dtype="<f8")
        digest.update(f"{name} {held.shape}".encode())
        digest.update(held.tobytes())
    return digest.hexdigest()
