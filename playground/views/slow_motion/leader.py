"""The line from the formula to what it speaks of: short, and over no number where there is such a way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath

Floats = NDArray[np.float64]

CORNER = 16.0  # the line leaves the box no nearer to its corners
STARTS = 9  # places along each side of the box from which it may leave
POINTS = 48  # of a line that are tried
CROSSED = 600.0  # pixels that a line may be longer to cross one number less
TOUCHED = 40.0  # the same for each point of it that lies on a number
STRAIGHT = 12.0  # pixels that a bent line may be longer than a straight one
APART = 2.0  # from the numbers


def find_leader(box: QRectF, ends: Sequence[QPointF], numbers: Iterable[QRectF]) -> QPainterPath:
    """A line from the border of a box to one of the ends, the one that crosses least and is short."""
    tips = np.array([[end.x(), end.y()] for end in ends])
    starts = _starts(box)
    start, tip = (each.reshape(-1, 2) for each in _pairs(starts, tips))
    middle, level, upright = (start + tip) / 2, np.stack([tip[:, 0], start[:, 1]], 1), start.copy()
    upright[:, 1] = tip[:, 1]
    bends = (middle, level, upright)
    starts, tips = np.tile(start, (len(bends), 1)), np.tile(tip, (len(bends), 1))
    controls = np.concatenate(bends)
    points = _curve(starts, controls, tips)
    cost = np.hypot(*np.moveaxis(np.diff(points, axis=1), 2, 0)).sum(axis=1)
    cost[: len(start)] += STRAIGHT
    inside = _inside(points[:, 2:], box)  # it would run below its own box
    cost += CROSSED * inside.any(axis=1)
    for number in numbers:
        crossed = _inside(points[:, :-2], number.adjusted(-APART, -APART, APART, APART))
        cost += CROSSED * crossed.any(axis=1) + TOUCHED * crossed.sum(axis=1)
    best = int(cost.argmin())
    start_point, control, end = (QPointF(*each[best].tolist()) for each in (starts, controls, tips))
    path = QPainterPath(start_point)
    path.cubicTo(control, control, end)
    return path


def _starts(box: QRectF) -> Floats:
    """Places on the border of a box, (n, 2)."""
    inset_x, inset_y = min(CORNER, box.width() / 2), min(CORNER, box.height() / 2)
    xs = np.linspace(box.left() + inset_x, box.right() - inset_x, STARTS)
    ys = np.linspace(box.top() + inset_y, box.bottom() - inset_y, STARTS)
    sides = [np.stack([xs, np.full(STARTS, y)], 1) for y in (box.top(), box.bottom())]
    sides += [np.stack([np.full(STARTS, x), ys], 1) for x in (box.left(), box.right())]
    return np.concatenate(sides)


def _pairs(starts: Floats, tips: Floats) -> tuple[Floats, Floats]:
    return np.repeat(starts, len(tips), axis=0), np.tile(tips, (len(starts), 1))


def _curve(start: Floats, control: Floats, tip: Floats) -> Floats:
    """Points along curves with one bend, (n, 2) each → (n, POINTS, 2)."""
    t = np.linspace(0.0, 1.0, POINTS)[None, :, None]
    u = 1.0 - t
    bent: Floats = 3.0 * u * t * control[:, None]
    return u**3 * start[:, None] + bent + t**3 * tip[:, None]


def _inside(points: Floats, box: QRectF) -> NDArray[np.bool_]:
    x, y = points[..., 0], points[..., 1]
    return (x > box.left()) & (x < box.right()) & (y > box.top()) & (y < box.bottom())
