"""A cloud of samples in which a rectangle can be marked with the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.data import Floats
from playground.views.diagnostics.axes import Axes
from playground.views.plots.axis import Tick, Ticks, decimal_ticks
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write

Mask = NDArray[np.bool_]
_LEFT, _TOP, _RIGHT, _BOTTOM = 54.0, 26.0, 10.0, 40.0
_CLICK = 4.0  # pixels: a shorter drag is a click
_REACH = 8.0


@dataclass(frozen=True, eq=False)
class Cloud:
    """Points x, y (n,) with a colour each; `line` is drawn as a diagonal ("perfect") or at zero ("zero")."""

    title: str
    x: Floats
    y: Floats
    colors: Sequence[QColor]  # a few looks
    look: NDArray[np.int64]  # the look of each point
    across: str
    up: str
    line: str = ""
    ticks: Ticks = decimal_ticks
    rows: Ticks = decimal_ticks


class BrushPlot(QWidget):
    """`brushed` tells the places (k,) of the points in the rectangle, none for a click beside them."""

    brushed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._cloud: Cloud | None = None
        self._marked: Mask = np.zeros(0, np.bool_)
        self._start: QPointF | None = None
        self._end = QPointF()
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As wide as it gets."""
        return QSize(360, 280)

    def minimumSizeHint(self) -> QSize:
        """Small windows have small plots."""
        return QSize(220, 170)

    def show_cloud(self, cloud: Cloud, marked: Mask) -> None:
        """Show these points; marked ones stand out."""
        self._cloud, self._marked = cloud, marked
        self.setAccessibleName(cloud.title)
        self.setAccessibleDescription(f"{len(cloud.x):,} samples, {int(marked.sum()):,} marked")
        self.update()

    # Geometry

    def _axes(self) -> Axes:
        cloud = self._cloud
        assert cloud is not None
        box = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)
        x, y = _range(cloud.x), _range(cloud.y)
        if cloud.line == "perfect":
            x = y = (min(x[0], y[0]), max(x[1], y[1]))
        elif cloud.line == "zero":
            y = (-max(-y[0], y[1]), max(-y[0], y[1]))
        return Axes(box, x, y)

    def _pixels(self) -> tuple[Floats, Floats]:
        cloud, axes = self._cloud, self._axes()
        assert cloud is not None
        across = axes.box.left() + (cloud.x - axes.x[0]) / (axes.x[1] - axes.x[0]) * axes.box.width()
        up = axes.box.bottom() - (cloud.y - axes.y[0]) / (axes.y[1] - axes.y[0]) * axes.box.height()
        return np.asarray(across), np.asarray(up)

    # The brush

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a rectangle."""
        if event.button() == Qt.MouseButton.LeftButton and self._cloud is not None:
            self._start = self._end = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it out."""
        if self._start is not None:
            self._end = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Mark what lies in it; a click marks the point under it, or nothing."""
        if self._start is None:
            return
        box = QRectF(self._start, event.position()).normalized()
        self._start = None
        if max(box.width(), box.height()) < _CLICK:
            box = QRectF(
                event.position() - QPointF(_REACH, _REACH), event.position() + QPointF(_REACH, _REACH)
            )
        self.brushed.emit(self.inside(box))
        self.update()

    def inside(self, box: QRectF) -> NDArray[np.int64]:
        """The places of the points that lie in a rectangle of the widget."""
        x, y = self._pixels()
        across = (x >= box.left()) & (x <= box.right())
        return np.flatnonzero(across & (y >= box.top()) & (y <= box.bottom()))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Axes, points, marked points on top, and the rectangle."""
        painter = painter_of(self)
        cloud = self._cloud
        if cloud is None:
            return
        axes = self._axes()
        write(painter, QRectF(0, 0, self.width(), 18), cloud.title, font=theme().font("label", 600))
        axes.rows(painter, max(2, int(axes.box.height() / 56)), ticks=cloud.rows)
        self._paint_ticks(painter, axes, cloud.ticks(*axes.x, max(2, int(axes.box.width() / 80))))
        below = QRectF(axes.box.left(), self.height() - 18, axes.box.width(), 16)
        write(painter, below, cloud.across, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        self._paint_line(painter, axes, cloud.line)
        self._paint_points(painter, cloud)
        if self._start is not None:
            painter.setPen(QPen(theme().color("ink"), 1, Qt.PenStyle.DashLine))
            painter.setBrush(theme().color("ink", 0.06))
            painter.drawRect(QRectF(self._start, self._end).normalized())

    def _paint_ticks(self, painter: QPainter, axes: Axes, ticks: list[Tick]) -> None:
        for tick in ticks:
            box = QRectF(axes.at_x(tick.at) - 44, axes.box.bottom() + 4, 88, 14)
            write(painter, box, tick.label, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        painter.save()
        painter.translate(0, axes.box.bottom())
        painter.rotate(-90)
        up = self._cloud.up if self._cloud is not None else ""
        beside = QRectF(0, 0, axes.box.height(), 14)
        write(painter, beside, up, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        painter.restore()

    @staticmethod
    def _paint_line(painter: QPainter, axes: Axes, line: str) -> None:
        painter.setPen(QPen(theme().color("ink"), 1.2))
        if line == "perfect":
            painter.drawLine(axes.place(axes.x[0], axes.x[0]), axes.place(axes.x[1], axes.x[1]))
        elif line == "zero":
            painter.drawLine(axes.place(axes.x[0], 0.0), axes.place(axes.x[1], 0.0))

    def _paint_points(self, painter: QPainter, cloud: Cloud) -> None:
        x, y = self._pixels()
        known = np.isfinite(x) & np.isfinite(y)  # a network that ran away answers with what has no place
        any_marked = bool(self._marked.any())
        for marked in (False, True):
            for look, color in enumerate(cloud.colors):
                chosen = known & (cloud.look == look) & (self._marked == marked)
                faint = QColor(color)
                faint.setAlphaF(0.9 if marked else 0.25 if any_marked else 0.6)
                painter.setBrush(faint)
                painter.setPen(QPen(theme().color("ink"), 1.2) if marked else Qt.PenStyle.NoPen)
                radius = 3.4 if marked else 2.3
                for a, b in zip(x[chosen].tolist(), y[chosen].tolist(), strict=True):
                    painter.drawEllipse(QPointF(a, b), radius, radius)


def _range(values: Floats) -> tuple[float, float]:
    known = values[np.isfinite(values)]
    if not len(known):
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    room = 0.05 * (high - low) or max(0.5, 0.1 * abs(high))
    return low - room, high + room
