"""What a report is made of: all that has to be read from a network itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.scoring import Answered, Part
from playground.session.frames import Frames
from playground.session.judging import answers, open_parts
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
        {part: answers(run, part, MOST_ROWS) for part in open_parts(run.experiment, prepared)},
    )


def fingerprint(arrays: Mapping[str, Any]) -> str:
    """SHA-256 of named arrays of numbers: equal for equal names, shapes and numbers alone."""
    digest = hashlib.sha256()
    for name in sorted(arrays):
        held = np.ascontiguousarray(arrays[name], dtype="<f8")
        digest.update(f"{name} {held.shape}".encode())
        digest.update(held.data)
    return digest.hexdigest()
