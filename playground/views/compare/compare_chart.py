"""The large chart: every pinned run by step or by time, and a level to reach that can be dragged."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.views.plots.axis import Tick, decimal_ticks, log_ticks, percent_ticks, step_ticks
from playground.views.plots.chart import Margins
from playground.views.plots.lines_chart import Line, LinesChart
from playground.views.plots.scale import Scale
from playground.views.plots.words import Format, percent
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write
from playground.views.widgets.numbers import count, measure, spell

REACH = 6.0  # pixels around the level's line that still take it
GRIP = 34.0  # the width of the level's number, which can be dragged too


class CompareChart(LinesChart):
    """Faint raw curves under smoothed ones; `levelChanged(value, finished)` while the level is dragged."""

    levelChanged = Signal(float, bool)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        self._log = self._share = False
        self._spelt: Format = measure
        super().__init__("Curves of the pinned runs", parent)
        self.set_margins(Margins(56, 14, 16, 40))
        self.title = ""
        self._by_time = False
        self._level: float | None = None
        self._here: float | None = None
        self._held = False
        self.viewport().setMouseTracking(True)

    def new_scale(self, shares: bool) -> tuple[Scale, Format]:
        """Logarithmic for losses, 0 to 100% for shares, plain for what may lie below zero."""
        if self._log:
            scale = Scale(log=True, ticks=log_ticks)
        elif self._share:
            scale = Scale(ticks=percent_ticks, ceiling=1.0)
        else:
            scale = Scale(ticks=decimal_ticks)
        scale.low, scale.high = math.inf, -math.inf  # the first curves decide
        return scale, self._spelt

    def set_measure(self, name: str, log: bool, spelt: Format, by_time: bool) -> None:
        """What is drawn and along what; zooming starts anew where that changes."""
        title = f"{name}, log scale" if log else name
        if (title, by_time) == (self.title, self._by_time):
            return
        self._log, self._share, self._by_time, self.title = log, spelt is percent, by_time, title
        self._spelt = spelt
        self.at = _at_time if by_time else _at_step
        self.across = self._across_ticks
        self._lines = ()  # draws with another scale
        self.setAccessibleName(f"{title}, by {'time' if by_time else 'step'}")

    def show_runs(self, lines: Sequence[Line], level: float | None, here: float | None) -> None:
        """Draw these runs, the level to reach, and the step in the window (None: not on this axis)."""
        self._level, self._here = level, here
        self.show_lines(lines)

    @property
    def _last(self) -> float:
        """Where the longest curve ends; beyond it is room for names."""
        return max((float(line.step[-1]) for line in self._lines if len(line.step)), default=0.0)

    def _across_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        ticks = (decimal_ticks if self._by_time else step_ticks)(max(0.0, low), high, most)
        return [tick for tick in ticks if tick.at <= self._last * 1.001]

    # The level

    def level_in_words(self) -> str:
        """The level as it stands beside its line: 0.2, 95%."""
        if self._level is None:
            return ""
        return f"{self._level:.0%}" if self._share else spell(self._level)

    def _height_of(self, level: float) -> float:
        plotted = math.log10(max(level, 1e-300)) if self._log else level
        return self.place(0.0, plotted).y()

    def _on_level(self, at: QPointF) -> bool:
        if self._level is None or not self._lines:
            return False
        y = self._height_of(self._level)
        grip = QRectF(self.plot.left(), y - 18, GRIP, 18).contains(at)
        inside = self.plot.left() <= at.x() <= self.plot.right()
        return inside and (grip or abs(at.y() - y) <= REACH)

    def _level_at(self, y: float) -> float:
        _, _, low, high = self.view
        plot = self.plot
        inside = min(max(y, plot.top()), plot.bottom())
        plotted = high - (inside - plot.top()) / plot.height() * (high - low)
        value = 10.0**plotted if self._log else plotted
        return round(value, 2) if self._share else float(f"{value:.2g}")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the level where its line is pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self._on_level(event.position()):
            self._held = True
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the level."""
        if self._held:
            self.levelChanged.emit(self._level_at(event.position().y()), False)
            return
        super().mouseMoveEvent(event)
        over = self._on_level(event.position())
        self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the level go."""
        if self._held:
            self._held = False
            self.levelChanged.emit(self._level_at(event.position().y()), True)
        else:
            super().mouseReleaseEvent(event)

    # Painting

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """What is drawn, the level, where the run on screen stands, then the curves' markers and names."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot
        if self._lines:
            unit = "seconds of training" if self._by_time else "step"
            below = QRectF(plot.left(), self.height() - 18, plot.width(), 16)
            write(painter, below, unit, "caption", "text-3", Qt.AlignmentFlag.AlignRight)
            self._paint_here(painter)
            self._paint_level(painter)
            super().drawForeground(painter, rect)

    def _paint_here(self, painter: QPainter) -> None:
        """A line at the step in the window, while the curves go on beyond it."""
        if self._here is not None and self._here < self._last:
            x = self.place(self._here, 0.0).x()
            if self.plot.left() < x <= self.plot.right():
                painter.setPen(QPen(theme().color("ink"), 1.4))
                painter.drawLine(QPointF(x, self.plot.top() - 8), QPointF(x, self.plot.bottom()))

    def _paint_level(self, painter: QPainter) -> None:
        if self._level is None or not self._lines:
            return
        y, plot = self._height_of(self._level), self.plot
        if not plot.top() <= y <= plot.bottom():
            return
        pen = QPen(theme().color("text-2"), 1.2)
        pen.setDashPattern([1.0, 2.6])
        painter.setPen(pen)
        right = min(plot.right(), self.place(self._last, 0.0).x())
        painter.drawLine(QPointF(plot.left(), y), QPointF(right, y))
        text = self.level_in_words()
        painter.fillRect(
            QRectF(plot.left() + 4, y - 17, text_width(text, "caption") + 6, 15), theme().color("panel", 0.8)
        )
        write(painter, QRectF(plot.left() + 6, y - 17, 80, 15), text, "caption", "text-2")


def _at_step(step: float) -> str:
    return f"Step {count(step)}"


def _at_time(seconds: float) -> str:
    return f"{measure(seconds)} s"
