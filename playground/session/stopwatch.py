"""How long training took, without pauses: seconds at every step, from a bounded number of marks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

MOST_MARKS = 2_048
FIRST_INTERVAL = 0.01  # seconds between two marks, until they are thinned

Floats = NDArray[np.float64]


class Stopwatch:
    """Seconds of training by step; steps between two marks are taken to last equally long."""

    def __init__(self, marks: ArrayLike = ()) -> None:
        given = np.asarray(marks, np.float64).reshape(-1, 2)
        self._rows = np.empty((max(len(given), MOST_MARKS) + 1, 2))
        self._rows[: len(given)] = given
        self._count = len(given)
        self._interval = FIRST_INTERVAL
        self._unfinished = 0.0  # spent on a long step that has not ended

    def add(self, before: int, after: int, seconds: float) -> None:
        """The steps from `before` to `after` took so long."""
        if after <= before:
            self._unfinished += seconds
            return
        seconds, self._unfinished = seconds + self._unfinished, 0.0
        if self._count == 0:
            self._rows[0], self._count = (before, 0.0), 1
        rows, count = self._rows, self._count
        total = rows[count - 1, 1] + seconds
        close = count > 1 and total - rows[count - 2, 1] < self._interval
        if not close:
            self._count = count = count + 1
        rows[count - 1] = after, total
        if count > MOST_MARKS:
            thinned = np.vstack([rows[: count - 1 : 2], rows[count - 1]])
            self._count = len(thinned)
            rows[: self._count] = thinned
            self._interval *= 2

    def until(self, step: int) -> Stopwatch:
        """The same up to a step, to go on from there."""
        marks = self.marks
        earlier = marks[marks[:, 0] < step]
        time = seconds_at(marks, [step])[0]
        return Stopwatch(np.vstack([earlier, [[step, time]]]) if np.isfinite(time) else earlier)

    @property
    def marks(self) -> Floats:
        """(n, 2): steps, and seconds of training until then. Never written again."""
        return self._rows[: self._count].copy()


def seconds_at(marks: NDArray[Any], steps: ArrayLike) -> Floats:
    """Seconds of training until each of these steps; NaN where nobody looked at the clock."""
    steps = np.asarray(steps, np.float64)
    if len(marks) == 0:
        return np.where(steps == 0, 0.0, np.nan)
    found: Floats = np.interp(steps, marks[:, 0], marks[:, 1], left=np.nan, right=np.nan)
    return found
