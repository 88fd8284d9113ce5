"""A small plot's axes: where numbers lie, the grid behind them and the numbers beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.views.plots.axis import Ticks, decimal_ticks
from playground.views.plots.safe import plot_safe
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write

_RIGHT = Qt.AlignmentFlag.AlignRight
_CENTER = Qt.AlignmentFlag.AlignHCenter
LARGEST = 20_000.0  # pixels: further out nothing is drawn


class Axes:
    """A rectangle of the widget that shows x from `low[0]` to `high[0]` and y likewise."""

    def __init__(self, box: QRectF, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.box = box
        self.x = _wide(*x)
        self.y = _wide(*y)

    def at_x(self, x: float) -> float:
        """Where a number lies across."""
        share = (x - self.x[0]) / (self.x[1] - self.x[0])
        return min(LARGEST, max(-LARGEST, self.box.left() + share * self.box.width()))

    def at_y(self, y: float) -> float:
        """Where a number lies up and down."""
        share = (y - self.y[0]) / (self.y[1] - self.y[0])
        return min(LARGEST, max(-LARGEST, self.box.bottom() - share * self.box.height()))

    def place(self, x: float, y: float) -> QPointF:
        """Where a point lies."""
        return QPointF(self.at_x(x), self.at_y(y))

    def points(self, x: ArrayLike, y: ArrayLike) -> QPolygonF:
        """Where points lie; those that are no numbers are left out."""
        across, up = plot_safe(np.asarray(x, np.float64), np.asarray(y, np.float64))
        return QPolygonF([self.place(float(a), float(b)) for a, b in zip(across, up, strict=True)])

    def curve(
        self,
        painter: QPainter,
        x: ArrayLike,
        y: ArrayLike,
        color: QColor,
        width: float = 1.8,
        dash: bool = False,
    ) -> None:
        """A line through points, dashed if it is about samples that were not learned from."""
        pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
        if dash:
            pen.setDashPattern([3.0, 2.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(self.points(x, y))

    def rows(
        self, painter: QPainter, most: int = 3, percent: bool = False, ticks: Ticks = decimal_ticks
    ) -> None:
        """Horizontal lines with their numbers, or names, at the left."""
        for tick in ticks(*self.y, most):
            y = self.at_y(tick.at)
            painter.setPen(QPen(theme().color("grid"), 1))
            painter.drawLine(QPointF(self.box.left(), y), QPointF(self.box.right(), y))
            text = f"{100 * tick.at:.3g}%" if percent else tick.label
            write(painter, QRectF(self.box.left() - 66, y - 8, 58, 16), text, "caption", "text-3", _RIGHT)

    def columns(self, painter: QPainter, most: int = 6) -> None:
        """Numbers below."""
        for tick in decimal_ticks(*self.x, most):
            box = QRectF(self.at_x(tick.at) - 40, self.box.bottom() + 4, 80, 14)
            write(painter, box, tick.label, "caption", "text-3", _CENTER)


def _wide(low: float, high: float) -> tuple[float, float]:
    if not (np.isfinite(low) and np.isfinite(high)):
        return 0.0, 1.0
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def in_lines(painter: QPainter, box: QRectF, text: str, color: str) -> None:
    """A label in as many lines as the box is high."""
    painter.setFont(theme().font("caption", tabular=False))
    painter.setPen(theme().color(color))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap), text)


def beside(
    painter: QPainter, place: QPointF, text: str, color: str, style: str = "label", room: float = 150
) -> None:
    """A label at the right of a point."""
    width = min(room, text_width(text, style) + 2)
    write(painter, QRectF(place.x() + 8, place.y() - 9, width, 18), text, style, color)
