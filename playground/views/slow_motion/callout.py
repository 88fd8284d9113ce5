"""Where the formula stands: near what it speaks of, and over as little of the network as can be."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF

MARGIN = 12.0
ROOM = 6.0  # around what is not to be covered
ACROSS, DOWN = 13, 17  # places that are tried
NEAR = 0.08  # of a square pixel covered, for each pixel farther away
TOO_NEAR = 26.0  # a leader needs so much room


def place_callout(
    size: QSizeF, area: QRectF, anchor: QPointF | None, kept: Iterable[tuple[QRectF, float]]
) -> QRectF:
    """The place in an area that covers least of the boxes in `kept`, each with how much it counts."""
    width, height = size.width(), size.height()
    xs = np.linspace(area.left(), max(area.left(), area.right() - width), ACROSS)
    ys = np.linspace(area.top(), max(area.top(), area.bottom() - height), DOWN)
    x, y = (each.ravel() for each in np.meshgrid(xs, ys))
    cost = np.zeros(len(x))
    for box, weight in kept:
        across = np.minimum(x + width, box.right() + ROOM) - np.maximum(x, box.left() - ROOM)
        down = np.minimum(y + height, box.bottom() + ROOM) - np.maximum(y, box.top() - ROOM)
        cost += weight * np.maximum(across, 0.0) * np.maximum(down, 0.0)
    if anchor is not None:
        aside = np.maximum(np.maximum(x - anchor.x(), anchor.x() - x - width), 0.0)
        apart = np.maximum(np.maximum(y - anchor.y(), anchor.y() - y - height), 0.0)
        cost += NEAR * (np.hypot(aside, apart) + 4.0 * np.maximum(TOO_NEAR - np.maximum(aside, apart), 0.0))
    best = int(cost.argmin())
    return QRectF(float(x[best]), float(y[best]), width, height)
