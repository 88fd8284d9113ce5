"""Pinned runs as plain arrays and text, to be kept with the session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from playground.engine.state import HISTORY, curves
from playground.experiment import files
from playground.session.parts import Arrays, Note, apart, sound, whole
from playground.session.pins import LONGEST_NAME, MOST_PINS, Pinned
from playground.session.snapshot import (
    ConfusionOutput,
    CurveOutput,
    Flag,
    MapOutput,
    PredictedOutput,
    ReconstructionOutput,
)

_OUTPUTS: dict[str, Any] = {
    each.__name__: each
    for each in (MapOutput, CurveOutput, ConfusionOutput, PredictedOutput, ReconstructionOutput)
}


def to_notes(runs: Sequence[Pinned]) -> tuple[list[Note], Arrays]:
    """What a file holds of these runs: text, and arrays named by the run's number."""
    notes: list[Note] = []
    arrays: Arrays = {}
    for number, run in enumerate(runs):
        records = np.column_stack([run.history[name] for name in HISTORY.names or ()]).astype(np.float64)
        arrays[f"{number}/history"] = records
        arrays[f"{number}/seconds"] = run.seconds
        output, pictures = apart(run.output, f"{number}/")
        arrays |= pictures
        notes.append(
            {
                "name": run.name,
                "slot": run.slot,
                "steps": run.steps,
                "experiment": files.dumps(run.experiment),
                "stages": [[step, files.dumps(experiment)] for step, experiment in run.stages],
                "changes": [[flag.step, flag.label] for flag in run.changes],
                "first_weights": run.first_weights,
                "unit": run.unit,
                "output": output,
            }
        )
    return notes, arrays


def from_notes(notes: Sequence[Note], arrays: Arrays) -> tuple[Pinned, ...]:
    """The runs of a file; one that is damaged is left out. They lie in no timeline any more."""
    return sound(_read, notes[:MOST_PINS], arrays)


def _read(note: Note, number: int, arrays: Arrays) -> Pinned:
    records = np.asarray(arrays[f"{number}/history"], np.float64)
    seconds = np.asarray(arrays[f"{number}/seconds"], np.float64)
    if records.ndim != 2 or records.shape[1] != len(HISTORY.names or ()) or seconds.shape != (len(records),):
        raise ValueError("the curves do not fit each other")
    return Pinned(
        experiment=files.loads(note["experiment"]),
        steps=int(note["steps"]),
        history=curves(records),
        seconds=seconds,
        output=whole(note["output"], arrays, f"{number}/", _OUTPUTS),
        stages=tuple((int(step), files.loads(text)) for step, text in note["stages"]),
        changes=tuple(Flag(int(step), str(label)[:200]) for step, label in note["changes"]),
        first_weights=str(note["first_weights"]),
        unit=str(note["unit"]),
        name=str(note["name"])[:LONGEST_NAME],
        slot=int(note["slot"]) % MOST_PINS,
    )
