"""One unit of a layer: its tile, the halo that cuts the edges off, the bias at its corner."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.tile_atlas import FULL, TileAtlas
from playground.views.theme import theme

BIAS = 8.0


class NeuronItem(QGraphicsItem):
    """A tile around its own origin. `cell` is its picture in the atlas; `unit` the unit it shows."""

    def __init__(self, parent: QGraphicsItem, row: int) -> None:
        super().__init__(parent)
        self.row = row
        self.unit = row
        self.side = 46.0
        self.look = "tile"  # "tile", "dot" or "picture"
        self.atlas: TileAtlas | None = None
        self.cell = 0
        self.curve: NDArray[Any] | None = None
        self.picture: QImage | None = None
        self.bias: float | None = None
        self.on_selected_column = False
        self.is_selected = False
        self.is_focused = False
        self.is_hovered = False

    def set_side(self, side: float) -> None:
        """The side of the tile in pixels."""
        if side != self.side:
            self.prepareGeometryChange()
            self.side = side

    def boundingRect(self) -> QRectF:
        """The tile with room for the focus ring."""
        half = self.side / 2 + 7
        return QRectF(-half, -half, 2 * half, 2 * half)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Halo, picture, outline, bias."""
        if self.look == "dot":
            self._paint_dot(painter)
            return
        box = QRectF(-self.side / 2, -self.side / 2, self.side, self.side)
        radius = min(theme().radius("tile"), self.side * 0.17)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("canvas"))
        painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)
        self._paint_picture(painter, box, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 70) if theme().name == "light" else QColor(255, 255, 255, 46), 1.0))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
        if self.bias is not None:
            self._paint_bias(painter, box)
        self._paint_ring(painter, box, radius)

    def _paint_dot(self, painter: QPainter) -> None:
        half = self.side / 2
        box = QRectF(-half, -half, self.side, self.side)
        painter.setPen(theme().pen("text-3", 1.4))
        painter.setBrush(theme().color("canvas"))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        self._paint_ring(painter, box, half)

    def _paint_picture(self, painter: QPainter, box: QRectF, radius: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self.picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(box, self.picture)
        elif self.curve is not None:
            self._paint_curve(painter, box, radius)
        elif self.atlas is not None and self.cell < self.atlas.count and self.atlas.filled[self.cell]:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.setBrush(self.atlas.brush(self.cell, box.left(), box.top(), self.side))
            painter.drawRoundedRect(box, radius, radius)
        else:
            painter.setBrush(theme().color("field"))
            painter.drawRoundedRect(box, radius, radius)

    def _paint_curve(self, painter: QPainter, box: QRectF, radius: float) -> None:
        assert self.curve is not None
        painter.setBrush(theme().color("raised"))
        painter.drawRoundedRect(box, radius, radius)
        inner = box.adjusted(3, 3, -3, -3)
        painter.setPen(QPen(theme().color("border-strong"), 1.0))
        painter.drawLine(QPointF(inner.left(), 0.0), QPointF(inner.right(), 0.0))
        values = np.nan_to_num(np.clip(self.curve[::2] * FULL, -1.0, 1.0))
        xs = np.linspace(inner.left(), inner.right(), len(values)).tolist()
        ys = (-values * inner.height() / 2).tolist()
        painter.setPen(theme().pen("ink", 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in zip(xs, ys, strict=True)]))

    def _paint_bias(self, painter: QPainter, box: QRectF) -> None:
        side = min(BIAS, self.side * 0.22)
        corner = QRectF(box.left() - side * 0.38, box.bottom() - side * 0.68, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("canvas"))
        painter.drawRoundedRect(corner.adjusted(-1.5, -1.5, 1.5, 1.5), 2.5, 2.5)
        painter.setBrush(theme().color("neg" if (self.bias or 0.0) < 0 else "pos"))
        painter.drawRoundedRect(corner, 1.2, 1.2)

    def _paint_ring(self, painter: QPainter, box: QRectF, radius: float) -> None:
        """Selected: an outline of ink. Focus: the same, two pixels further out."""
        if not (self.is_selected or self.is_focused or self.is_hovered):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.is_selected or self.is_focused:
            painter.setPen(QPen(theme().color("ink"), 2.0))
            painter.drawRoundedRect(box.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)
        elif self.is_hovered:
            painter.setPen(QPen(theme().color("text-3"), 1.5))
            painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), radius + 2.5, radius + 2.5)
