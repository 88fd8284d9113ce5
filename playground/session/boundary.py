"""Where the network changes its mind: the decision boundary of an output map, as line segments.

Marching squares over the whole map at once: a cell whose corners disagree about the sign is cut by a
straight line between the points on its edges where linear interpolation finds zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Extent = tuple[float, float, float, float]
Segments = NDArray[np.float64]
_Points = tuple[NDArray[np.float64], NDArray[np.float64]]

SMALLEST = 1e-7  # probabilities in float32 end there

_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
_PAIRS = (
    (_TOP, _RIGHT),
    (_TOP, _BOTTOM),
    (_TOP, _LEFT),
    (_RIGHT, _BOTTOM),
    (_RIGHT, _LEFT),
    (_BOTTOM, _LEFT),
)


def boundary(values: NDArray[np.floating], extent: Extent) -> Segments:
    """The lines between the classes: (n, 4) segments x1, y1, x2, y2 in plane coordinates.

    `values` (classes, rows, columns) are probabilities, row 0 at the top; a single class is P(class 1)
    and the line lies at 0.5, else it lies where the winner changes. `extent` is x low, x high, y low,
    y high. Cells with a corner that is not a number have no line.
    """
    if values.ndim != 3 or 0 in values.shape:
        return np.empty((0, 4))
    # Between two samples a logit is nearly straight where the probability is a step.
    maps = _log(values)
    if len(maps) == 1:
        return zero_lines(maps[0] - _log(1.0 - np.asarray(values[0], dtype=np.float64)), extent)
    winners = np.unique(maps.argmax(axis=0))
    if len(winners) < 2:
        return np.empty((0, 4))
    # Outlines of all winners but one already hold every line between two of them.
    return np.concatenate([zero_lines(_lead(maps, winner), extent) for winner in winners[:-1]])


def _log(values: NDArray[np.floating]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(np.clip(np.asarray(values, dtype=np.float64), SMALLEST, 1.0))
    return logs


def _lead(maps: NDArray[np.float64], winner: int) -> NDArray[np.float64]:
    """By what factor, as a logarithm, one class lies before the best of the others."""
    others = np.delete(maps, winner, axis=0).max(axis=0)
    lead: NDArray[np.float64] = maps[winner] - others
    return lead


def zero_lines(field: NDArray[np.float64], extent: Extent) -> Segments:
    """Where a sampled field (rows, columns) passes through zero, as (n, 4) segments."""
    rows, columns = field.shape
    x_low, x_high, y_low, y_high = extent
    # The samples are the centres of cells; repeating the rim lets lines run to the border of the map.
    x = x_low + (x_high - x_low) * _centres(columns)
    y = y_high - (y_high - y_low) * _centres(rows)
    f = np.pad(field, 1, mode="edge")
    above = f > 0.0
    code = above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    row, column = np.nonzero((code > 0) & (code < 15))
    corners = np.stack(
        [f[row, column], f[row, column + 1], f[row + 1, column + 1], f[row + 1, column]]
    )  # top left, top right, bottom right, bottom left
    whole = np.isfinite(corners).all(axis=0)
    row, column, corners = row[whole], column[whole], corners[:, whole]
    return _connect(corners, _crossings(corners, x[column], x[column + 1], y[row], y[row + 1]))


def _centres(count: int) -> NDArray[np.float64]:
    """0, the centres of `count` equal cells, 1."""
    return np.concatenate([[0.0], (np.arange(count) + 0.5) / count, [1.0]])


def _crossings(
    corners: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    top: NDArray[np.float64],
    bottom: NDArray[np.float64],
) -> list[_Points]:
    """For each edge of each cell the point where the field is zero (meaningless where it is not)."""
    top_left, top_right, bottom_right, bottom_left = corners
    return [
        (left + (right - left) * _zero(top_left, top_right), top),
        (right, top + (bottom - top) * _zero(top_right, bottom_right)),
        (left + (right - left) * _zero(bottom_left, bottom_right), bottom),
        (left, top + (bottom - top) * _zero(top_left, bottom_left)),
    ]


def _zero(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fraction of the way from a to b at which their straight line is zero."""
    span = a - b
    zero: NDArray[np.float64] = np.divide(a, span, out=np.full_like(a, 0.5), where=span != 0.0)
    return zero


def _connect(corners: NDArray[np.float64], points: list[_Points]) -> Segments:
    above = corners > 0.0
    crossed = above != np.roll(above, -1, axis=0)  # top, right, bottom, left
    saddle = crossed.all(axis=0)
    joined = (corners.mean(axis=0) > 0.0) == above[0]  # a saddle's centre goes with its top left corner
    segments = []
    for first, second in _PAIRS:
        mask = crossed[first] & crossed[second] & ~saddle
        if (first, second) in ((_TOP, _RIGHT), (_BOTTOM, _LEFT)):
            mask = mask | (saddle & joined)
        elif (first, second) in ((_TOP, _LEFT), (_RIGHT, _BOTTOM)):
            mask = mask | (saddle & ~joined)
        if mask.any():
            ends = (*points[first], *points[second])
            segments.append(np.column_stack([end[mask] for end in ends]))
    return np.concatenate(segments) if segments else np.empty((0, 4))
