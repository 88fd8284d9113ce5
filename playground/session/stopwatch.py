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
        self._marks: list[tuple[float, float]] = [(float(step), float(time)) for step, time in given]
        self._interval = FIRST_INTERVAL
        self._unfinished = 0.0  # spent on a long step that has not ended
        self._array: Floats | None = None

    def add(self, before: int, after: int, seconds: float) -> None:
        """The steps from `before` to `after` took so long."""
        if after <= before:
            self._unfinished += seconds
            return
        seconds, self._unfinished = seconds + self._unfinished, 0.0
        if not self._marks:
            self._marks.append((float(before), 0.0))
        total = self._marks[-1][1] + seconds
        close = len(self._marks) > 1 and total - self._marks[-2][1] < self._interval
        if close:
            self._marks[-1] = (float(after), total)
        else:
            self._marks.append((float(after), total))
        if len(self._marks) > MOST_MARKS:
            self._marks = [*self._marks[:-1:2], self._marks[-1]]
            self._interval *= 2
        self._array = None

    def until(self, step: int) -> Stopwatch:
        """The same up to a step, to go on from there."""
        marks = self.marks
        earlier = marks[marks[:, 0] < step]
        time = seconds_at(marks, [step])[0]
        return Stopwatch(np.vstack([earlier, [[step, time]]]) if np.isfinite(time) else earlier)

    @property
    def marks(self) -> Floats:
        """(n, 2): steps, and seconds of training until then. Never written again."""
        if self._array is None:
            self._array = np.array(self._marks, np.float64).reshape(-1, 2)
        return self._array


def seconds_at(marks: NDArray[Any], steps: ArrayLike) -> Floats:
    """Seconds of training until each of these steps; NaN where nobody looked at the clock."""
    steps = np.asarray(steps, np.float64)
    if len(marks) == 0:
        return np.where(steps == 0, 0.0, np.nan)
    found: Floats = np.interp(steps, marks[:, 0], marks[:, 1], left=np.nan, right=np.nan)
    return found
