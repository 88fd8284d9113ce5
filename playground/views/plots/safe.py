"""The one gate between numbers of a run and the plotting library."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

LARGEST = 1e15  # beyond it, plotting libraries run out of digits for the axis
Curve = tuple[NDArray[np.float64], NDArray[np.float64]]


def plot_safe(x: ArrayLike, y: ArrayLike) -> Curve:
    """The points that can be drawn: finite, of modest size, float64, in arrays of their own."""
    across = np.array(x, dtype=np.float64).ravel()
    up = np.array(y, dtype=np.float64).ravel()
    count = min(len(across), len(up))
    across, up = across[:count], up[:count]
    drawable = np.isfinite(across) & np.isfinite(up)
    across, up = across[drawable], up[drawable]
    return np.clip(across, -LARGEST, LARGEST), np.clip(up, -LARGEST, LARGEST)
