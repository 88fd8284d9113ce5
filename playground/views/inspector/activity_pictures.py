"""How each picture of a layer is painted, and which number stands where in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from playground.session.activity import Activity, Array
from playground.views.output.colors import signed
from playground.views.theme import theme
from playground.views.widgets.control import rounded, write
from playground.views.widgets.pictures import colored

IMAGES, IMAGES_ACROSS = 12, 4  # at a time, and side by side
GUTTER = 24.0

Units = NDArray[np.int64]


def _heat(painter: QPainter, box: QRectF, values: Array, scale: float) -> None:
    """Numbers from −scale to scale as crisp cells."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    table = signed(values, scale, theme().lut("diverging"), theme().color("field"))
    painter.drawImage(box, colored(table))


def _scale(values: NDArray[np.float64]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.99)) or 1.0 if finite.size else 1.0


def paint_rows(painter: QPainter, box: QRectF, activity: Activity, units: Units) -> None:
    """One row a unit, its number at the left."""
    inner = rows_box(box)
    _heat(painter, inner, activity.values[units], _scale(np.asarray(activity.values, np.float64)))
    _number_rows(painter, inner, units)


def paint_alike(painter: QPainter, box: QRectF, activity: Activity, units: Units) -> None:
    """A square of correlations, with the units' numbers at the left."""
    inner = alike_box(box)
    _heat(painter, inner, activity.values, 1.0)
    _number_rows(painter, inner, units)


def _number_rows(painter: QPainter, inner: QRectF, units: Units) -> None:
    height = inner.height() / max(1, len(units))
    for place, unit in enumerate(units):
        if height >= 10 or place == 0:
            line = QRectF(inner.left() - GUTTER, inner.top() + place * height, GUTTER - 5, max(height, 12))
            write(painter, line, str(int(unit) + 1), "caption", "text-3", Qt.AlignmentFlag.AlignRight)


def paint_images(painter: QPainter, box: QRectF, activity: Activity, units: Units) -> None:
    """The weights of each unit as the picture that it looks for."""
    scale = _scale(np.asarray(activity.values, np.float64))
    for unit, spot in zip(units.tolist(), image_boxes(box), strict=False):
        _heat(painter, spot, activity.values[unit], scale)


def rows_box(box: QRectF) -> QRectF:
    """Where the cells of rows stand, beside the units' numbers."""
    return box.adjusted(GUTTER, 0, 0, 0)


def alike_box(box: QRectF) -> QRectF:
    """The square of correlations."""
    side = min(box.height(), box.width() - GUTTER)
    return QRectF(box.center().x() - side / 2 + GUTTER / 2, box.top(), side, side)


def image_boxes(box: QRectF) -> list[QRectF]:
    """Where the pictures of a page of units stand."""
    down = -(-IMAGES // IMAGES_ACROSS)
    across = (box.width() - 6 * (IMAGES_ACROSS - 1)) / IMAGES_ACROSS
    side = min(across, (box.height() - 6 * (down - 1)) / down)
    left = box.center().x() - (side * IMAGES_ACROSS + 6 * (IMAGES_ACROSS - 1)) / 2
    step = side + 6
    spots = (divmod(place, IMAGES_ACROSS) for place in range(IMAGES))
    return [QRectF(left + column * step, box.top() + row * step, side, side) for row, column in spots]


def cell_at(activity: Activity, units: Units, box: QRectF, place: QPointF) -> tuple[int, int] | None:
    """The row and the column of `activity.values` that are drawn at a place; for images −1 as the column."""
    if activity.view == "images":
        spots = zip(units.tolist(), image_boxes(box), strict=False)
        return next(((unit, -1) for unit, spot in spots if spot.contains(place)), None)
    if activity.view not in ("samples", "outgoing", "alike") or not len(units):
        return None
    inner = alike_box(box) if activity.view == "alike" else rows_box(box)
    if not inner.contains(place):
        return None
    columns = activity.values.shape[1]
    row = min(int((place.y() - inner.top()) / inner.height() * len(units)), len(units) - 1)
    column = min(int((place.x() - inner.left()) / inner.width() * columns), columns - 1)
    return (row if activity.view == "alike" else int(units[row])), column


def paint_grid(painter: QPainter, box: QRectF, across: Array, up: Array) -> None:
    """The plane's straight lines as two units bend them: both (LINES, LINES)."""
    rounded(painter, box, theme().radius("tile"), theme().color("canvas"), theme().color("border"))
    side = min(box.width(), box.height()) - 24
    spots = []
    for values in (across, up):
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        middle, reach = (low + high) / 2, max(high - low, 1e-12)
        spots.append((values - middle) / reach * side)
    x, y = box.center().x() + spots[0], box.center().y() - spots[1]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for lines, token in (((x, y), "pos"), ((x.T, y.T), "neg")):
        painter.setPen(QPen(theme().color(token, 0.8), 1.1))
        for one, other in zip(*lines, strict=True):
            line = [QPointF(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(line))
