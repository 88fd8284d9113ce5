"""Where the network changes its mind: the decision boundary of an output map, as line segments.

Marching squares over the whole map at once: a cell whose corners disagree about the sign is cut by a
straight line between the points on its edges where linear interpolation finds zero.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Extent = tuple[float, float, float, float]
Segments = NDArray[np.float64]
_Places = tuple[NDArray[np.intp], NDArray[np.intp]]

SMALLEST = 1e-7  # probabilities in float32 end there

_TOP, _RIGHT, _BOTTOM, _LEFT = range(4)
# The edges that a line joins, by the corners that lie above: top left 1, top right 2, bottom right 4, bottom
# left 8. Where two opposite corners do, there are two lines.
_FIRST = np.array(
    [_TOP] * 3 + [_RIGHT] * 2 + [_TOP] * 2 + [_BOTTOM] * 2 + [_TOP] * 2 + [_RIGHT] * 2 + [_TOP] * 3
)
_HALF = [_TOP, _LEFT, _RIGHT, _LEFT, _BOTTOM, _LEFT, _BOTTOM, _LEFT]
_SECOND = np.array(_HALF + _HALF[::-1])  # what lies above and what below have the same border


def boundary(values: NDArray[np.floating], extent: Extent) -> Segments:
    """The lines between the classes: (n, 4) segments x1, y1, x2, y2 in plane coordinates.

    `values` (classes, rows, columns) are probabilities, row 0 at the top; a single class is P(class 1)
    and the line lies at 0.5, else it lies where the winner changes. `extent` is x low, x high, y low,
    y high. Cells with a corner that is not a number have no line.
    """
    if values.ndim != 3 or 0 in values.shape:
        return np.empty((0, 4))
    # Between two samples a logit is nearly straight where the probability is a step.
    if len(values) == 1:
        return _lines(values[0] > 0.5, lambda at: _logit(values[0][at]), extent)
    maps = _log(values)
    winners = np.unique(maps.argmax(axis=0))
    if len(winners) < 2:
        return np.empty((0, 4))
    # Outlines of all winners but one already hold every line between two of them.
    return np.concatenate([zero_lines(_lead(maps, winner), extent) for winner in winners[:-1]])


def _log(values: NDArray[np.floating]) -> NDArray[np.float64]:
    logs: NDArray[np.float64] = np.log(np.clip(np.asarray(values, dtype=np.float64), SMALLEST, 1.0))
    return logs


def _logit(values: NDArray[np.floating]) -> NDArray[np.float64]:
    return _log(values) - _log(1.0 - np.asarray(values, dtype=np.float64))


def _lead(maps: NDArray[np.float64], winner: int) -> NDArray[np.float64]:
    """By what factor, as a logarithm, one class lies before the best of the others."""
    others = np.delete(maps, winner, axis=0).max(axis=0)
    lead: NDArray[np.float64] = maps[winner] - others
    return lead


def zero_lines(field: NDArray[np.float64], extent: Extent) -> Segments:
    """Where a sampled field (rows, columns) passes through zero, as (n, 4) segments."""
    return _lines(field > 0.0, lambda at: field[at], extent)


def _lines(above: NDArray[np.bool_], field_at: Callable[[_Places], Any], extent: Extent) -> Segments:
    """The same from where the field lies `above` zero; its values are asked for only where a line passes."""
    rows, columns = above.shape
    x_low, x_high, y_low, y_high = extent
    # The samples are the centres of cells; repeating the rim lets lines run to the border of the map.
    x = x_low + (x_high - x_low) * _centres(columns)
    y = y_high - (y_high - y_low) * _centres(rows)
    down, across = (np.clip(np.arange(-1, count + 1), 0, count - 1) for count in (rows, columns))
    up = above[down[:, None], across].astype(np.uint8)
    code = up[:-1, :-1] | up[:-1, 1:] << 1 | up[1:, 1:] << 2 | up[1:, :-1] << 3
    row, column = np.nonzero((code > 0) & (code < 15))
    top, bottom, left, right = down[row], down[row + 1], across[column], across[column + 1]
    places = np.concatenate([top, top, bottom, bottom]), np.concatenate([left, right, right, left])
    corners = np.asarray(field_at(places), np.float64).reshape(4, -1)  # in the order of the code
    whole = np.isfinite(corners).all(axis=0)
    row, column, corners = row[whole], column[whole], corners[:, whole]
    points = _crossings(corners, x[column], x[column + 1], y[row], y[row + 1])
    return _connect(code[row, column], corners, points)


def _centres(count: int) -> NDArray[np.float64]:
    """0, the centres of `count` equal cells, 1."""
    return np.concatenate([[0.0], (np.arange(count) + 0.5) / count, [1.0]])


def _crossings(
    corners: NDArray[np.float64],
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    top: NDArray[np.float64],
    bottom: NDArray[np.float64],
) -> NDArray[np.float64]:
    """For each edge of each cell (4, n) the point where the field is zero (meaningless where it is not)."""
    top_left, top_right, bottom_right, bottom_left = corners
    points = np.empty((4, len(left), 2))
    points[_TOP, :, 0], points[_TOP, :, 1] = left + (right - left) * _zero(top_left, top_right), top
    points[_RIGHT, :, 0], points[_RIGHT, :, 1] = right, top + (bottom - top) * _zero(top_right, bottom_right)
    points[_BOTTOM, :, 0], points[_BOTTOM, :, 1] = (
        left + (right - left) * _zero(bottom_left, bottom_right),
        bottom,
    )
    points[_LEFT, :, 0], points[_LEFT, :, 1] = left, top + (bottom - top) * _zero(top_left, bottom_left)
    return points


def _zero(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The fraction of the way from a to b at which their straight line is zero."""
    span = a - b
    zero: NDArray[np.float64] = np.divide(a, span, out=np.full_like(a, 0.5), where=span != 0.0)
    return zero


def _connect(code: NDArray[np.uint8], corners: NDArray[np.float64], points: NDArray[np.float64]) -> Segments:
    first, second = _FIRST[code], _SECOND[code]
    saddle = np.flatnonzero((code == 5) | (code == 10))
    # A saddle's centre goes with its top left corner, or its lines run the other way.
    joined = (corners[:, saddle].mean(axis=0) > 0.0) == (corners[0, saddle] > 0.0)
    second[saddle] = np.where(joined, _RIGHT, _LEFT)
    cells = np.concatenate([np.arange(len(code)), saddle])
    first = np.concatenate([first, np.where(joined, _BOTTOM, _RIGHT)])
    second = np.concatenate([second, np.where(joined, _LEFT, _BOTTOM)])
    return np.concatenate([points[first, cells], points[second, cells]], axis=1)
