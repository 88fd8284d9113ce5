"""What other seeds came to as plain arrays and text, to be kept with the session."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from playground.experiment import files
from playground.session.parts import Arrays, Note, apart, sound, whole
from playground.session.repeat import Floats, Outcome, Side
from playground.session.seeds import MOST, Seeds
from playground.session.uncertainty import (
    ImagesAnswer,
    LineAnswer,
    PlaneAnswer,
    RecallAnswer,
    RowsAnswer,
)
from playground.sweep import Job, JobResult

MOST_ANSWERS = 16_000_000  # bytes of answers; beyond them only curves are kept, of the oldest seeds first
CURVES = ("step", "train_loss", "validation_loss", "train_metric", "validation_metric")
_ANSWERS = {each.__name__: each for each in (PlaneAnswer, LineAnswer, RowsAnswer, RecallAnswer, ImagesAnswer)}


def to_notes(found: Sequence[Seeds]) -> tuple[list[Note], Arrays]:
    """What a file holds of these: text, and arrays named by the numbers of experiment and run."""
    notes: list[Note] = []
    arrays: Arrays = {}
    room = MOST_ANSWERS
    for number, seeds in reversed(list(enumerate(found))):
        side = seeds.outcome.side
        runs = []
        for place, result in enumerate(seeds.outcome.results):
            name = f"{number}/{place}/"
            arrays |= {f"{name}{each}": getattr(result, each) for each in CURVES}
            arrays[f"{name}norms"] = np.vstack([result.looked, *result.norms.values()])
            answer, pictures = apart(result.seen, f"{name}seen/")
            room -= sum(array.nbytes for array in pictures.values())
            if room >= 0:
                arrays |= pictures
            runs.append(_note(result, answer if room >= 0 else {}))
        notes.insert(0, {"label": side.label, "experiment": files.dumps(side.experiment), "runs": runs})
    return notes, arrays


def _note(result: JobResult, answer: Note) -> Note:
    return {
        "label": result.label,
        "seed": result.job.seeded().seed,
        "metrics": result.metrics,
        "failure": result.failure,
        "finished": result.finished,
        "steps": result.steps,
        "layers": list(result.norms),
        "seen": answer,
    }


def from_notes(notes: Sequence[Note], arrays: Arrays) -> tuple[Seeds, ...]:
    """The seeds of a file; those that are damaged are left out."""
    return sound(_read, notes[:MOST], arrays)


def _read(note: Note, number: int, arrays: Arrays) -> Seeds:
    side = Side(str(note["label"]), files.loads(note["experiment"]))
    results = []
    for place, run in enumerate(note["runs"]):
        name = f"{number}/{place}/"
        step, *columns = (np.asarray(arrays[f"{name}{each}"], np.float64) for each in CURVES)
        if any(column.shape != (len(step),) for column in columns):
            raise ValueError("the curves do not fit each other")
        looked, norms = _norms(run, np.asarray(arrays.get(f"{name}norms", np.empty((1, 0))), np.float64))
        failure = run["failure"]
        results.append(
            JobResult(
                str(run["label"]),
                Job(str(run["label"]), side.experiment, int(run["seed"])),
                step.astype(np.int64),
                columns[0],
                columns[1],
                columns[2],
                columns[3],
                metrics={str(name): float(value) for name, value in run["metrics"].items()},
                failure=None if failure is None else str(failure),
                finished=bool(run["finished"]),
                steps=int(run["steps"]),
                goal=int(run["steps"]),
                looked=looked,
                norms=norms,
                seen=whole(run["seen"], arrays, f"{name}seen/", _ANSWERS),
            )
        )
    return Seeds(Outcome(side, tuple(results)))


def _norms(run: Note, table: Floats) -> tuple[NDArray[np.int64], dict[str, Floats]]:
    """The steps of the looks, and each layer's gradient norms; none in an older session."""
    layers = [str(layer) for layer in run.get("layers", ())]
    if table.ndim != 2 or len(table) != 1 + len(layers):
        raise ValueError("the curves do not fit each other")
    return table[0].astype(np.int64), dict(zip(layers, table[1:], strict=True))
