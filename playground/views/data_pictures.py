"""Small pictures of data sets and input features, painted from the catalog's own numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.catalog import registries
from playground.experiment.data import Thumbnail, feature_picture, thumbnail
from playground.views.theme import theme
from playground.views.widgets.pictures import Paint, colored

_SHARPNESS = 0.92  # full colour is kept for the map's very ends


def dataset_picture(key: str) -> Paint:
    """How to paint a data set's thumbnail."""

    def paint(painter: QPainter, box: QRectF) -> None:
        made = thumbnail(key)
        inner = box.adjusted(7, 7, -7, -7)
        if made.image is not None:
            _image(painter, inner, made.image)
        elif made.task == "regression" and not _on_plane(key):
            _series(painter, inner, made)
        else:
            _points(painter, inner, made)

    return paint


def _on_plane(key: str) -> bool:
    domain = registries["datasets"][key].domain
    return domain is not None and len(domain) == 2


def _spots(box: QRectF, made: Thumbnail) -> list[QPointF]:
    x = box.center().x() + made.points[:, 0] * box.width() / 2
    y = box.center().y() - made.points[:, 1] * box.height() / 2
    return [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]


def _colors(made: Thumbnail) -> list[QColor]:
    """A colour for each class number, or along the diverging map for numbers from −1 to 1."""
    if made.task == "classes":
        classes = int(made.targets.max()) + 1
        palette = [theme().class_color(index, classes) for index in range(classes)]
        return [palette[int(value)] for value in made.targets]
    lut = theme().lut("diverging")
    return [QColor.fromRgb(int(lut[int(level)])) for level in np.clip((made.targets + 1) * 127.5, 0, 255)]


def _points(painter: QPainter, box: QRectF, made: Thumbnail) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for spot, color in zip(_spots(box, made), _colors(made), strict=True):
        painter.setBrush(color)
        painter.drawEllipse(spot, 1.45, 1.45)


def _series(painter: QPainter, box: QRectF, made: Thumbnail) -> None:
    painter.setPen(QPen(theme().color("text-2"), 1.1, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(sorted(_spots(box, made), key=QPointF.x)))


def _image(painter: QPainter, box: QRectF, brightness: NDArray[np.float64]) -> None:
    """Each pixel a crisp square; empty paper shows the tile behind it."""
    lut = theme().lut("gray").copy()
    lut[:24] &= np.uint32(0x00FFFFFF)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(box, colored(lut[np.clip(brightness * 255, 0, 255).astype(int)], transparent=True))


def feature_paint(key: str, plane: bool) -> Paint:
    """How to paint what an input feature computes over the plane, or along the line."""

    def paint(painter: QPainter, box: QRectF) -> None:
        values = feature_picture(key, 38)
        values = values / (float(np.abs(values).max()) or 1.0)
        if not plane:
            _curve(painter, box, values[0])
            return
        levels = np.clip((values * _SHARPNESS + 1.0) * 127.5, 0, 255).astype(int)
        painter.drawImage(box, colored(theme().lut("diverging")[levels]))

    return paint


def _curve(painter: QPainter, box: QRectF, values: NDArray[np.float64]) -> None:
    painter.fillRect(box, theme().color("field"))
    x = np.linspace(box.left(), box.right(), len(values))
    y = box.center().y() - values * (box.height() / 2 - 5)
    spots = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    painter.setPen(QPen(theme().color("text"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(spots))
