"""One unit of a layer: its tile, the halo that cuts the edges off, the bias at its corner."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.session.snapshot import TILE
from playground.views.canvas.layout import KERNEL_GAP, kernel_side
from playground.views.canvas.marks import paint_lock, paint_unit_mark
from playground.views.canvas.tile_atlas import FULL, TileAtlas
from playground.views.theme import theme
from playground.views.widgets.control import rounded

BIAS = 8.0
_RIM = 5.0  # the halo, and the part of the bias that lies outside the tile


def _radius(side: float) -> float:
    return min(theme().radius("tile"), side * 0.17)


@lru_cache(maxsize=64)
def _frame(side: float, scale: float, sign: str, _theme: str) -> QPixmap:
    """All of a tile but its picture, drawn once: halo with round corners, outline, and the bias's sign."""
    whole = side + 2 * _RIM
    pixels = max(1, round(whole * scale))
    frame = QPixmap(pixels, pixels)
    frame.setDevicePixelRatio(pixels / whole)
    frame.fill(Qt.GlobalColor.transparent)
    painter = QPainter(frame)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box, radius = QRectF(_RIM, _RIM, side, side), _radius(side)
    halo, hole = QPainterPath(), QPainterPath()
    halo.addRoundedRect(box.adjusted(-3, -3, 3, 3), radius + 3, radius + 3)
    hole.addRoundedRect(box.adjusted(0.3, 0.3, -0.3, -0.3), radius, radius)
    painter.fillPath(halo.subtracted(hole), theme().color("canvas"))
    painter.setPen(QPen(QColor(0, 0, 0, 70) if theme().name == "light" else QColor(255, 255, 255, 46), 1.0))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)
    if sign:
        small = min(BIAS, side * 0.22)
        corner = QRectF(box.left() - small * 0.38, box.bottom() - small * 0.68, small, small)
        rounded(painter, corner.adjusted(-1.5, -1.5, 1.5, 1.5), 2.5, theme().color("canvas"))
        rounded(painter, corner, 1.2, theme().color(sign))
    painter.end()
    return frame


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
        self.kernel: QImage | None = None  # its weights, where it sees an image
        self.has_kernel = False  # that image stands at its left
        self.bias: float | None = None
        self.is_far = False  # too far away for words
        self.is_held = False  # its bias is frozen
        self.is_dropped = False  # by dropout, for the first sample of the last step
        self.named_on = 0  # the side on which its name stands: −1 left, 1 right, 0 without one
        self.mark = ""  # the word that says what is wrong with the unit
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
        beside = self._kernel_box().width() + KERNEL_GAP if self.has_kernel else 0.0
        return QRectF(-half - beside, -half, 2 * half + beside, 2 * half)

    def _kernel_box(self) -> QRectF:
        side = kernel_side(self.side)
        return QRectF(-self.side / 2 - KERNEL_GAP - side, -side / 2, side, side)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Picture, frame, bias, ring."""
        if self.look == "dot":
            self._paint_dot(painter)
            return
        box = QRectF(-self.side / 2, -self.side / 2, self.side, self.side)
        radius = _radius(self.side)
        self._paint_picture(painter, box, radius)
        scale = round(painter.deviceTransform().m11(), 3)
        sign = "" if self.bias is None else "neg" if self.bias < 0 else "pos"
        frame = _frame(self.side, scale, sign, theme().name)
        if self.has_kernel:
            self._paint_kernel(painter, self._kernel_box())
        self._paint_ring(painter, box, radius)
        painter.drawPixmap(box.topLeft() - QPointF(_RIM, _RIM), frame)
        if self.is_held:
            paint_lock(painter, box.bottomLeft() + QPointF(1, -1), 11 if self.side >= 24 else 8)
        if self.mark:
            paint_unit_mark(painter, self.side, "" if self.is_far else self.mark)

    def _paint_dot(self, painter: QPainter) -> None:
        half = self.side / 2
        box = QRectF(-half, -half, self.side, self.side)
        painter.setPen(theme().pen("text-3", 1.4))
        painter.setBrush(theme().color("canvas" if self.is_dropped else "text-3"))
        painter.drawEllipse(box.adjusted(1, 1, -1, -1))
        self._paint_ring(painter, box, half)

    def _paint_picture(self, painter: QPainter, box: QRectF, radius: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.picture is None)
        if self.picture is not None:
            painter.drawImage(box, self.picture)
        elif self.curve is not None:
            self._paint_curve(painter, box, radius)
        elif self.atlas is not None and self.cell < self.atlas.count and self.atlas.filled[self.cell]:
            # a copy, because a picture as SVG would show the whole atlas in every tile
            painter.drawImage(box, self.atlas.image.copy(0, TILE * self.cell, TILE, TILE))
        else:
            painter.setBrush(theme().color("field"))
            painter.drawRoundedRect(box, radius, radius)

    def _paint_kernel(self, painter: QPainter, box: QRectF) -> None:
        """The image that the unit looks for, crisp, in a thin frame."""
        painter.fillRect(box.adjusted(-3, -3, 3, 3), theme().color("canvas"))
        if self.kernel is None:
            painter.fillRect(box, theme().color("field"))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(box, self.kernel)
        painter.setPen(QPen(theme().color("ink", 0.25), 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

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

    def _paint_ring(self, painter: QPainter, box: QRectF, radius: float) -> None:
        """Selected or in focus: a ring of ink. Pointed at: a grey one."""
        if not (self.is_selected or self.is_focused or self.is_hovered):
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.is_selected or self.is_focused:
            painter.setPen(QPen(theme().color("ink"), 2.0))
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), radius + 4, radius + 4)
        elif self.is_hovered:
            painter.setPen(QPen(theme().color("text-3"), 1.5))
            painter.drawRoundedRect(box.adjusted(-3.8, -3.8, 3.8, 3.8), radius + 3.8, radius + 3.8)
