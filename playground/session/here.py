"""The losses of the step on screen, measured outside the run: its own evaluations are steps apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.program import Count
from playground.engine.state import curves
from playground.experiment.shapes import shapes

if TYPE_CHECKING:
    from playground.engine.run import Run

MOST_WORK = 50_000_000  # samples × parameters; what takes longer is left to the run's own evaluations


def evaluated(run: Run) -> np.recarray[Any, Any] | None:
    """The row that an evaluation at this step would add to the history; the run is left as it was.

    None where it would take long.
    """
    from playground.engine.rehearsal import Stage

    samples = len(run.prepared.train) + len(run.prepared.validation)
    if samples * shapes(run.experiment).parameter_count > MOST_WORK:
        return None
    machine = Stage(run).machine
    machine.counts[[Count.STOP, Count.CHECK]] = machine.counts[Count.STEP]
    machine.counts[Count.PC] = machine.program.marks["evaluate"]
    machine.run()
    records = machine.take_records(run.prepared.task)
    return curves(records) if len(records) else None


def with_row(history: np.recarray[Any, Any], row: np.recarray[Any, Any] | None) -> np.recarray[Any, Any]:
    """A history up to this row, as long as it has none of a later step itself.

    At the same step the row counts: weights may have been changed by hand since the evaluation.
    """
    if row is None or (len(history) and history["step"][-1] > row["step"][0]):
        return history
    return np.concatenate([history[history["step"] < row["step"][0]], row]).view(np.recarray)
