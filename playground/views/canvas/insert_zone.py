"""The gaps between columns: a + to click, and a dashed capsule while a block is dragged."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.layout import CHIP_HEIGHT, CHIP_TOP, COLUMN_TOP, INSERT
from playground.views.icons import paint_icon
from playground.views.theme import theme

PLUS = 11.0  # radius of the circle
HIT = 14.0


class InsertItem(QGraphicsItem):
    """The + of one gap, and its capsule. Its origin is the middle of the gap at the canvas's top."""

    def __init__(self, gap: int) -> None:
        super().__init__()
        self.gap = gap
        self.is_hovered = False
        self.is_open = False  # a block is being dragged and may be dropped here
        self.is_nearest = False
        self.bottom = 500.0
        self.setZValue(2)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def set_open(self, is_open: bool, is_nearest: bool = False) -> None:
        """Show the capsule, filled if a drop would land here."""
        self.is_open, self.is_nearest = is_open, is_nearest
        self.update()

    def set_hovered(self, is_hovered: bool) -> None:
        """Show the + as pointed at."""
        if is_hovered != self.is_hovered:
            self.is_hovered = is_hovered
            self.update()

    def boundingRect(self) -> QRectF:
        """The capsule's column."""
        return QRectF(-INSERT / 2 - 2, COLUMN_TOP - 2, INSERT + 4, self.bottom - COLUMN_TOP + 4)

    def contains_point(self, x: float, y: float) -> bool:
        """True over the +, in the item's own coordinates."""
        return abs(x) <= HIT and abs(y - CHIP_TOP - CHIP_HEIGHT / 2) <= HIT

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A capsule while dragging, else a dashed circle with a +."""
        if self.is_open:
            self._paint_capsule(painter)
        else:
            self._paint_plus(painter)

    def _paint_capsule(self, painter: QPainter) -> None:
        box = QRectF(-INSERT / 2, COLUMN_TOP, INSERT, self.bottom - COLUMN_TOP).adjusted(1, 1, -1, -1)
        pen = QPen(theme().color("ink" if self.is_nearest else "text-3"), 1.8 if self.is_nearest else 1.2)
        pen.setDashPattern([3.0, 2.2])
        painter.setPen(pen)
        painter.setBrush(theme().color("ink", 0.10) if self.is_nearest else theme().color("select-fill"))
        painter.drawRoundedRect(box, box.width() / 2, box.width() / 2)

    def _paint_plus(self, painter: QPainter) -> None:
        center = QPointF(0, CHIP_TOP + CHIP_HEIGHT / 2)
        pen = QPen(theme().color("text-2" if self.is_hovered else "border-strong"), 1.0)
        if not self.is_hovered:
            pen.setDashPattern([2.5, 2.5])
        painter.setPen(pen)
        painter.setBrush(theme().color("raised") if self.is_hovered else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, PLUS, PLUS)
        paint_icon(painter, "plus", center, theme().color("text" if self.is_hovered else "text-2"), 12)
