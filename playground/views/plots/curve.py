"""Long curves made short enough to draw: thinned by extremes, or smoothed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.views.plots.safe import Curve

RAW_POINTS = 1_000
SMOOTH_POINTS = 500
WINDOW = 150  # the smoothing window spans a 75th of the curve


def decimate(x: NDArray[np.float64], y: NDArray[np.float64], points: int = RAW_POINTS) -> Curve:
    """At most `points` points that keep every peak: lowest and highest of each stretch, in order."""
    if len(x) <= points:
        return x, y
    size = -(-len(x) // (points // 2))
    stretches = np.append(y, np.full(-len(y) % size, y[-1])).reshape(-1, size)
    starts = np.arange(len(stretches)) * size
    ends = np.column_stack([stretches.argmin(axis=1), stretches.argmax(axis=1)])
    keep = (starts[:, None] + np.sort(ends, axis=1)).ravel()
    return x[keep], y[keep]


def smooth(x: NDArray[np.float64], y: NDArray[np.float64], points: int = SMOOTH_POINTS) -> Curve:
    """A calm curve of at most `points` points that starts and ends where the data do.

    Means of short stretches, then a moving mean whose window shrinks towards the ends.
    """
    if len(x) > points:
        inner = points - 2
        edges = np.linspace(1, len(x) - 1, inner + 1).astype(np.int64)
        counts = np.diff(edges)
        x = np.concatenate([x[:1], np.add.reduceat(x[1:-1], edges[:-1] - 1) / counts, x[-1:]])
        y = np.concatenate([y[:1], np.add.reduceat(y[1:-1], edges[:-1] - 1) / counts, y[-1:]])
    half = len(y) // WINDOW
    if half == 0:
        return x, y
    place = np.arange(len(y))
    reach = np.minimum(np.minimum(place, place[::-1]), half)
    return _moving_mean(x, place, reach), _moving_mean(y, place, reach)


def _moving_mean(
    values: NDArray[np.float64], place: NDArray[np.int64], reach: NDArray[np.int64]
) -> NDArray[np.float64]:
    total = np.concatenate([[0.0], np.cumsum(values)])
    mean: NDArray[np.float64] = (total[place + reach + 1] - total[place - reach]) / (2 * reach + 1)
    return mean
