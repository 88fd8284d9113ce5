"""Many straight lines at once: Qt reads their ends where NumPy put them. Several times as fast as a path."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter


class Lines:
    """Lines that stay where they are, drawn again and again."""

    def __init__(self, ends: NDArray[np.float64]) -> None:
        self._ends = np.ascontiguousarray(ends, dtype=np.float64)  # lives as long as Qt reads it
        self._count = len(ends)
        self._first: Any = shiboken6.wrapInstance(self._ends.ctypes.data, QLineF) if self._count else None

    def draw(self, painter: QPainter) -> None:
        """Draw them all."""
        if self._count:
            painter.drawLines(self._first, self._count)


def draw_lines(painter: QPainter, ends: NDArray[np.float64]) -> None:
    """Lines from `ends` (n, 4): x1, y1, x2, y2. A `QLineF` is four such numbers, one after the other."""
    Lines(ends).draw(painter)


def dashed(points: NDArray[np.float64], on: float, off: float) -> NDArray[np.float64]:
    """The dashes of a line through `points` (n, 2) as ends (m, 4), `on` and `off` long along the line."""
    x, y = points[:, 0], points[:, 1]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))])
    starts = np.arange(0.0, along[-1], on + off)
    cuts = np.unique(np.concatenate([along, starts, np.minimum(starts + on, along[-1])]))
    drawn = ((cuts[:-1] + cuts[1:]) / 2) % (on + off) < on
    places = np.column_stack([np.interp(cuts, along, x), np.interp(cuts, along, y)])
    ends: NDArray[np.float64] = np.hstack([places[:-1], places[1:]])[drawn]
    return ends
