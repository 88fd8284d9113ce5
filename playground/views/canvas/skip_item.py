"""Skip connections: arcs above the chips, from a layer to a later one that joins it to what it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPainterPathStroker
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.layout import CHIP_TOP
from playground.views.theme import theme

LOWEST, LANE = 9.0, 10.0  # the height of the lowest arc, and how far apart they lie
ASIDE = 7.0  # arcs leave to the right of a chip's middle and arrive to its left
_ROUND = 7.0
_REACH = 10.0  # the width of the band in which an arc is hit


def lanes_of(spans: Sequence[tuple[int, int]]) -> list[int]:
    """A lane for each arc from one column to another, so that none lie on each other; short ones lowest."""
    lanes = [0] * len(spans)
    taken: list[list[tuple[int, int]]] = []
    for index in sorted(range(len(spans)), key=lambda i: (spans[i][1] - spans[i][0], spans[i])):
        start, end = spans[index]
        free = (n for n, lane in enumerate(taken) if all(end <= a or b <= start for a, b in lane))
        lanes[index] = next(free, len(taken))
        if lanes[index] == len(taken):
            taken.append([])
        taken[lanes[index]].append((start, end))
    return lanes


def headroom(lanes: Sequence[int]) -> float:
    """The room above the chips' own margin that so many lanes need."""
    return LANE * max(lanes, default=0)


class SkipItem(QGraphicsItem):
    """One skip connection from `source` to `target`."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__()
        self.source, self.target = source, target
        self.is_selected = False
        self.is_hovered = False
        self._path = QPainterPath()
        self._tip = QPointF()
        self.setZValue(2)

    def place(self, start: float, end: float, lane: int) -> None:
        """From the chip at x = `start` over the columns between to the chip at x = `end`."""
        self.prepareGeometryChange()
        left, right, y = start + ASIDE, end - ASIDE, LOWEST - LANE * lane
        bend = min(_ROUND, (right - left) / 2, CHIP_TOP - y)
        path = QPainterPath(QPointF(left, CHIP_TOP))
        path.lineTo(left, y + bend)
        path.quadTo(QPointF(left, y), QPointF(left + bend, y))
        path.lineTo(right - bend, y)
        path.quadTo(QPointF(right, y), QPointF(right, y + bend))
        path.lineTo(right, CHIP_TOP - 1)
        self._path, self._tip = path, QPointF(right, CHIP_TOP - 1)

    def contains_point(self, x: float, y: float) -> bool:
        """True near the arc."""
        stroker = QPainterPathStroker()
        stroker.setWidth(_REACH)
        point = QPointF(x, y) - self.pos()
        return point.y() < CHIP_TOP and stroker.createStroke(self._path).contains(point)

    def boundingRect(self) -> QRectF:
        """Around the arc and its tip."""
        return self._path.boundingRect().adjusted(-6, -3, 6, 3)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A neutral line with a small tip; ink where it is selected."""
        lit = self.is_selected or self.is_hovered
        color = theme().color("ink" if self.is_selected else "text" if self.is_hovered else "text-3")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = theme().pen("ink", 2.4 if self.is_selected else 1.8 if lit else 1.4)
        pen.setColor(color)
        painter.setPen(pen)
        painter.drawPath(self._path)
        tip = self._tip
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon([tip + QPointF(-3.6, -5.4), tip + QPointF(3.6, -5.4), tip])


class WireItem(QGraphicsItem):
    """The line from a port to the pointer while a connection is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._start = QPointF()
        self._end = QPointF()
        self.setZValue(40)

    def place(self, start: QPointF, end: QPointF) -> None:
        """From the port to the pointer."""
        self.prepareGeometryChange()
        self._start, self._end = start, end

    def boundingRect(self) -> QRectF:
        """Around both ends."""
        return QRectF(self._start, self._end).normalized().adjusted(-8, -30, 8, 8)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A dashed arc of ink."""
        pen = theme().pen("ink", 1.8)
        pen.setDashPattern([3.0, 2.2])
        painter.setPen(pen)
        path = QPainterPath(self._start)
        path.cubicTo(self._start + QPointF(12, -24), QPointF(self._end.x(), self._start.y() - 24), self._end)
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("ink"))
        painter.drawEllipse(self._end, 4, 4)
