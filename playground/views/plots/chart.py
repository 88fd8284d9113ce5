"""The chart that every plot is made of: curves by pyqtgraph, axes and words by ourselves.

Curves, points and pictures are items of one `ViewBox`, which zooms and pans; grid, tick labels and
whatever a subclass writes beside its curves are painted behind and before them in plain pixels.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGraphicsView, QSizePolicy, QWidget

from playground.views.plots.axis import Ticks
from playground.views.plots.safe import LARGEST
from playground.views.theme import theme
from playground.views.widgets.control import write


class Margins(NamedTuple):
    """Room around the plot for tick labels and end labels, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


class Chart(pg.GraphicsView):  # type: ignore[misc]
    """A plot with its own axes. Create it once, then only set data.

    `across` and `up` say where the ticks stand. `moved` tells that the user zoomed or panned,
    `rested` that a double-click asked to follow the data again.
    """

    accessible_role = QAccessible.Role.Chart

    moved = Signal()
    rested = Signal()

    def __init__(
        self, name: str, margins: Margins, across: Ticks, up: Ticks, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, useOpenGL=False, background=None)
        self.setAccessibleName(name)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheNone)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.margins = margins
        self.across, self.up = across, up
        self.grid = True
        self.under = 6.0  # pixels between the plot and its tick labels
        self.spacing = (90.0, 34.0)  # at least so many pixels between ticks, across and up
        self.square = 0.0  # the largest side of a plot that stays square; 0 for any shape
        self.pointer: QPointF | None = None
        self.probe: tuple[float, ...] = ()  # the point that is tried: (x, y), or x alone
        self.answer: float | None = None  # and what is answered at x
        self.setCentralItem(None)
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.box.setLimits(
            xMin=-LARGEST, xMax=LARGEST, yMin=-LARGEST, yMax=LARGEST, minXRange=1e-9, minYRange=1e-9
        )
        self.box.disableAutoRange()
        self.scene().addItem(self.box)
        self.box.sigRangeChangedManually.connect(self._tell_moved)
        theme().changed.connect(self.restyle)

    def add(self, item: Any, above: float = 0.0) -> Any:
        """Put a curve, points or a picture into the plot; a larger `above` lies on top."""
        item.setZValue(above)
        self.box.addItem(item, ignoreBounds=True)
        return item

    def pen(self, color: QColor, width: float, dash: tuple[float, ...] = ()) -> QPen:
        """A pen for the plot's items, whose widths count in the screen's own pixels."""
        pen = QPen(color, width * self.devicePixelRatioF())
        pen.setCosmetic(True)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if dash:
            pen.setDashPattern(dash)
        return pen

    def restyle(self) -> None:
        """Take the theme's colours again; subclasses set the pens of their items."""
        self.viewport().update()

    def set_margins(self, margins: Margins) -> None:
        """Other room around the plot."""
        if margins != self.margins:
            self.margins = margins
            self.box.setGeometry(self.plot)

    def set_view(self, x_low: float, x_high: float, y_low: float, y_high: float) -> None:
        """Show this part of the plane; does nothing unless it is a part that can be shown."""
        numbers = [min(LARGEST, max(-LARGEST, float(n))) for n in (x_low, x_high, y_low, y_high)]
        if numbers[1] > numbers[0] and numbers[3] > numbers[2]:  # false for NaN too
            self.box.setRange(xRange=numbers[:2], yRange=numbers[2:], padding=0, disableAutoRange=True)
            self.box.updateMatrix()  # here: the library would do it while painting, and paint once more

    @property
    def view(self) -> tuple[float, float, float, float]:
        """The part shown: x low, x high, y low, y high."""
        (x_low, x_high), (y_low, y_high) = self.box.viewRange()
        return x_low, x_high, y_low, y_high

    @property
    def plot(self) -> QRectF:
        """The rectangle inside the axes, in pixels of the widget."""
        left, top, right, bottom = self.margins
        return QRectF(
            left, top, max(8.0, self.width() - left - right), max(8.0, self.height() - top - bottom)
        )

    def place(self, x: float, y: float) -> QPointF:
        """Where a point of the plot lies in the widget."""
        x_low, x_high, y_low, y_high = self.view
        plot = self.plot
        return QPointF(
            plot.left() + (x - x_low) / (x_high - x_low) * plot.width(),
            plot.bottom() - (y - y_low) / (y_high - y_low) * plot.height(),
        )

    def show_probe(self, probe: tuple[float, ...], answer: float | None) -> None:
        """Mark a point, or a place of the line with what is answered there."""
        if (probe, answer) != (self.probe, self.answer):
            self.probe, self.answer = probe, answer
            self.viewport().update()

    def paint_probe(self, painter: QPainter) -> None:
        """A ring where the tried input lies; on a line a stroke, with the ring on the curve."""
        if not self.probe or not all(abs(value) <= LARGEST for value in self.probe):
            return
        x, y = self.probe[0], self.probe[1] if len(self.probe) > 1 else self.answer
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.plot)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if len(self.probe) == 1:
            at = self.place(x, self.view[2]).x()
            painter.setPen(QPen(theme().color("ink"), 1.2))
            painter.drawLine(QPointF(at, self.plot.top()), QPointF(at, self.plot.bottom()))
        if y is not None and abs(y) <= LARGEST:
            spot = self.place(x, y)
            for color, width in ((theme().color("raised"), 5.0), (theme().color("ink"), 2.2)):
                painter.setPen(QPen(color, width))
                painter.drawEllipse(spot, 7.5, 7.5)
        painter.restore()

    def _tell_moved(self, *_: object) -> None:
        self.moved.emit()

    # Events

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The plot takes all but the margins."""
        super().resizeEvent(event)
        if hasattr(self, "box"):  # the library calls this before there is a plot
            self.box.setGeometry(self.plot)

    def keep_square(self, largest: float) -> None:
        """Let the height follow the width, up to a largest side."""
        self.square = largest
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def heightForWidth(self, width: int) -> int:
        """How high a square plot is, with its margins."""
        left, top, right, bottom = self.margins
        return int(min(width - left - right, self.square) + top + bottom)

    def changeEvent(self, event: Any) -> None:
        """Pens follow the screen's resolution."""
        super().changeEvent(event)
        if event.type() == event.Type.DevicePixelRatioChange and hasattr(self, "box"):
            self.restyle()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Remember where the pointer is, for read-outs."""
        super().mouseMoveEvent(event)
        inside = self.plot.contains(event.position()) and not event.buttons()
        self.pointer = event.position() if inside else None
        self.viewport().update()

    def leaveEvent(self, event: Any) -> None:
        """No read-out without a pointer."""
        super().leaveEvent(event)
        self.pointer = None
        self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to following the data."""
        self.rested.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """No menu of the library's own."""

    # Painting

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """The panel's colour, the grid and the tick labels."""
        painter.fillRect(rect, theme().color("panel"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        x_low, x_high, y_low, y_high = self.view
        plot = self.plot
        metrics = QFontMetricsF(theme().font("caption"))
        for tick in self.up(y_low, y_high, max(2, int(plot.height() / self.spacing[1]))):
            y = self.place(x_low, tick.at).y()
            if not plot.top() - 1 <= y <= plot.bottom() + 1:
                continue
            if self.grid:
                painter.setPen(QPen(theme().color("grid"), 1))
                painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            box = QRectF(0, y - 8, plot.left() - 6, 16)
            write(painter, box, tick.label, "caption", "text-3", Qt.AlignmentFlag.AlignRight)
        beyond = -1e9
        for tick in self.across(x_low, x_high, max(1, int(plot.width() / self.spacing[0]))):
            x = self.place(tick.at, y_low).x()
            width = metrics.horizontalAdvance(tick.label) + 2
            left = min(max(0.0, x - width / 2), self.width() - width)
            if left > beyond and plot.left() - 1 <= x <= plot.right() + 1:
                box = QRectF(left, plot.bottom() + self.under, width, 16)
                write(painter, box, tick.label, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
                beyond = left + width + 6
