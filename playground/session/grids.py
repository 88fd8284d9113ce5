"""Regular grids of raw inputs: what pictures of the plane and the line are computed on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def plane_grid(domain: tuple[tuple[float, float], ...], side: int) -> NDArray[np.float64]:
    """Raw inputs at the centres of side × side cells, the top row first: (side², 2)."""
    (x_low, x_high), (y_low, y_high) = domain
    middle = (np.arange(side) + 0.5) / side
    x = x_low + (x_high - x_low) * middle
    y = y_high - (y_high - y_low) * middle
    return np.column_stack([np.tile(x, side), np.repeat(y, side)])


def line_grid(domain: tuple[tuple[float, float], ...], count: int) -> NDArray[np.float64]:
    """Raw inputs along a 1-D domain: (count, 1)."""
    low, high = domain[0]
    return np.linspace(low, high, count)[:, None]
