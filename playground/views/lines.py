"""Many straight lines at once: Qt reads their ends where NumPy put them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QLineF
from PySide6.QtGui import QPainter


def draw_lines(painter: QPainter, ends: NDArray[np.float64]) -> None:
    """Lines from `ends` (n, 4): x1, y1, x2, y2. A `QLineF` is four such numbers, one after the other."""
    if len(ends):
        ends = np.ascontiguousarray(ends, dtype=np.float64)
        first: Any = shiboken6.wrapInstance(ends.ctypes.data, QLineF)
        painter.drawLines(first, len(ends))
