"""Measure what a change of the network does to what the network has learned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment.model import Experiment
from playground.session.document import Change

if TYPE_CHECKING:
    from playground.engine.run import Run

KEPT = 1e-6  # a move of predictions that is none, as a share of the largest where that is beyond 1
PROBED = 256  # samples on which predictions before and after a change are compared


def same_task(before: Experiment, after: Experiment) -> bool:
    """True if only what lies between inputs and outputs is another."""
    return (before.data, before.seed, before.training.loss) == (after.data, after.seed, after.training.loss)


class Probe:
    """Predictions before a change, to be compared with those after it."""

    def __init__(self, run: Run | None, change: Change) -> None:
        self._before: Any = None
        if run is None or run.steps == 0 or change.kind != "edit" or change.restarts:
            return
        if run.experiment.network != change.after.network and same_task(run.experiment, change.after):
            self._inputs = run.data()[0][:PROBED]
            before = run.predict(self._inputs)
            self._before = before if np.isfinite(before).all() else None

    def moved(self, run: Run | None) -> float | None:
        """The most that a prediction moved; None where that says nothing, 0.0 where all were kept.

        Of large predictions, in a target's own unit say, the last digits of 32-bit numbers are rounded.
        """
        if self._before is None or run is None:
            return None
        after = run.predict(self._inputs)
        if after.shape != self._before.shape:
            return None
        moved, size = (float(np.abs(each).max()) for each in (after - self._before, self._before))
        return 0.0 if size > 1.0 and moved <= KEPT * size else moved
