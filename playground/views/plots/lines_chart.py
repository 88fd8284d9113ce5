"""Several runs on one chart: a curve each in its own colour, with marker, name and value at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.sweep.verdict import Band
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.plots.axis import Tick, log_ticks, percent_ticks, step_ticks
from playground.views.plots.band import paint_band
from playground.views.plots.chart import Margins
from playground.views.plots.curve import SMOOTH_POINTS, decimate, smooth
from playground.views.plots.following import FollowingChart
from playground.views.plots.loss_chart import nearest
from playground.views.plots.reference import paint_reference
from playground.views.plots.safe import plot_safe
from playground.views.plots.scale import Scale
from playground.views.plots.spread import spread
from playground.views.plots.stroke import Stroke
from playground.views.plots.words import Format, percent
from playground.views.theme import theme
from playground.views.widgets.control import rounded, write
from playground.views.widgets.numbers import count, measure

MARKED = 5  # markers along a curve, so that it is known without its colour


@dataclass(frozen=True, eq=False)
class Line:
    """One run: its name, its place in the order of colours and markers, and its curve (n,).

    `calm` is the smoothed curve where it is not left to the chart; a `quiet` line is faint, without markers.
    `ended` says how the run ended, in place of its last value. `band` is where other seeds of it lie.
    """

    label: str
    look: int
    step: NDArray[np.float64]
    value: NDArray[np.float64]
    calm: NDArray[np.float64] | None = None
    quiet: bool = False
    ended: str = ""
    band: Band | None = None

    @property
    def color(self) -> QColor:
        """In the theme of now."""
        return theme().color("text-3") if self.quiet else theme().categorical(self.look)

    @property
    def swatch(self) -> Swatch:
        """Its marker."""
        return Swatch(self.label, theme().marker(self.look), color=self.color)


class LinesChart(FollowingChart):
    """Curves over the steps; a crosshair reads all of them."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, Margins(46, 8, 16, 24), step_ticks, self._up_ticks, parent)
        self.at: Format = lambda step: f"Step {count(step)}"
        self.reference: tuple[str, float] | None = None  # name and value of what there is to beat
        self._shares = False
        self._scale, self.format = self.new_scale(False)
        self._lines: tuple[Line, ...] = ()
        self._strokes: list[tuple[pg.PlotCurveItem, Stroke]] = []
        self._calm: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []

    def _up_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        return self._scale.marks(low, high, most)

    def new_scale(self, shares: bool) -> tuple[Scale, Format]:
        """The scale before any values are known, and how they are spelt."""
        if shares:
            return Scale(ticks=percent_ticks, ceiling=1.0), percent
        return Scale(log=True, ticks=log_ticks), measure

    def show_lines(self, lines: Sequence[Line], shares: bool = False) -> None:
        """Draw these curves and no others; the view follows unless the user zoomed.

        `shares` draws accuracies on a plain scale, else the scale is logarithmic.
        """
        if len(lines) != len(self._lines) or shares != self._shares:
            self._shares = shares
            self._scale, self.format = self.new_scale(shares)
            self.following = True
        self._lines = tuple(lines)
        values = [line.value for line in lines]
        self._scale.learn(*(values or [np.empty(0)]))
        while len(self._strokes) < len(lines):
            self._strokes.append((self.add(pg.PlotCurveItem(), 1.0), self.add(Stroke(), 3.0)))
        self._calm = []
        ends: list[float] = []
        sound = [line for line in lines if not line.ended and len(line.value)] or lines
        for number, (raw, stroke) in enumerate(self._strokes):
            line = lines[number] if number < len(lines) else None
            x, y = np.empty(0), np.empty(0)
            if line is not None:
                x, y = plot_safe(line.step, self._scale.plotted(line.value))
            if line is None or line.calm is None:
                calm = smooth(x, y)
            else:
                calm = decimate(*plot_safe(line.step, self._scale.plotted(line.calm)), SMOOTH_POINTS)
            stroke.setData(*calm)
            changed = len(calm[0]) != len(x) or not np.array_equal(calm[1], y)
            raw.setData(*(decimate(x, y) if changed else ([], [])))
            if line is not None:
                self._calm.append(calm)
                if len(y) and line in sound:  # one that ran away would flatten the others
                    few = len(y) // 500
                    ordered = np.partition(y, (few, len(y) - 1 - few))
                    ends += [float(ordered[few]), float(ordered[-1 - few])]
        if self.reference is not None and ends:
            ends.append(self._plotted(self.reference[1]))
        for line in sound if ends else ():
            if (band := self._seen(line)) is not None:
                edges = self._scale.plotted(np.concatenate([band.low, band.high]))
                edges = edges[np.isfinite(edges)]
                ends += [float(edges.min()), float(edges.max())] if len(edges) else []
        self._scale.fit(ends)
        self.restyle()
        if self.following:
            self.follow()
        spoken = [f"{line.label} {self._end(line)}" for line in lines if len(line.value)]
        if self.reference is not None:
            spoken.append(f"{self.reference[0]} {self.format(self.reference[1])}")
        self.setAccessibleDescription(", ".join(spoken))

    def _end(self, line: Line) -> str:
        """What is written behind a curve's name."""
        return line.ended or self.format(float(line.value[-1]))

    def restyle(self) -> None:
        """Colours of the theme."""
        for line, (raw, stroke) in zip(
            getattr(self, "_lines", ()), getattr(self, "_strokes", ()), strict=False
        ):
            width = 1.2 if line.quiet else theme().line("curve")
            raw.setPen(self.pen(_faint(line.color), 1.0))
            stroke.set_look(line.color, width, self.pen(line.color, width))
        super().restyle()

    # The view

    def follow(self) -> None:
        """Show all of it, with room at the end for the labels."""
        super().follow()
        last = max((float(line.step[-1]) for line in self._lines if len(line.step)), default=1.0)
        share = max(0.3, 1.0 - (self._label_width() + 34.0) / self.plot.width())
        first = min((float(line.step[0]) for line in self._lines if len(line.step)), default=0.0)
        first = min(first, 0.0)  # before 0 lies what came before a fork
        end = first + ((last - first) or 1.0) / share
        self.set_view(first, end, self._scale.low, self._scale.high)

    def _label_width(self) -> float:
        metrics = QFontMetricsF(theme().font("label", 600))
        texts = [f"{line.label} {self._end(line)}" for line in self._lines if len(line.value)]
        return max((metrics.horizontalAdvance(text) for text in texts), default=0.0)

    # Painting

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Other seeds lie behind everything."""
        super().drawBackground(painter, rect)
        for line in self._lines:
            if (band := self._seen(line)) is not None:
                paint_band(painter, self, self._scale, band, line.color)

    def _seen(self, line: Line) -> Band | None:
        """The band of a line as far as the longest curve goes: beyond it stand the names."""
        band = line.band
        last = max((float(each.step[-1]) for each in self._lines if len(each.step)), default=-np.inf)
        if band is None or not len(band.step) or band.step[0] > last:
            return None
        seen = band.step <= last
        return Band(*(each[seen] for each in (band.step, band.low, band.median, band.high)))

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Markers along the curves, labels at their ends, and the read-out at the pointer."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not any(len(x) for x, _y in self._calm):
            words = "The curves appear here, step by step."
            write(painter, self.plot, words, "body", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        self._paint_reference(painter)
        self._paint_markers(painter)
        self._paint_ends(painter)
        if self.pointer is not None:
            self._paint_readout(painter, self.pointer)

    def _plotted(self, value: float) -> float:
        return float(self._scale.plotted(np.array([value]))[0])

    def _paint_reference(self, painter: QPainter) -> None:
        if self.reference is None:
            return
        name, value = self.reference
        y = self.place(0.0, self._plotted(value)).y()
        ends = [at for _line, at in self._ends()]
        below = all(at.y() > y for at in ends)
        before = QRectF(self.plot)  # the names at the ends of the curves
        before.setRight(min(before.right(), max((at.x() for at in ends), default=before.right())))
        paint_reference(painter, before, y, f"{name} {self.format(value)}", above=below)

    def _paint_markers(self, painter: QPainter) -> None:
        plot = self.plot
        for number, (line, (x, y)) in enumerate(zip(self._lines, self._calm, strict=True)):
            if len(x) < 2 * MARKED or line.quiet:
                continue
            shift = (number + 0.5) / max(1, len(self._lines))
            for at in (
                np.linspace(float(x[0]), float(x[-1]), MARKED + 1)[:-1] + shift * (x[-1] - x[0]) / MARKED
            ):
                place = self.place(float(at), float(np.interp(at, x, y)))
                if plot.contains(place):
                    paint_swatch(painter, line.swatch, place)

    def _ends(self) -> list[tuple[Line, QPointF]]:
        """Where the curves end, as far as that is in sight."""
        plot, shown = self.plot, []
        for line, (x, y) in zip(self._lines, self._calm, strict=True):
            if len(x):
                at = self.place(float(x[-1]), float(y[-1]))
                if plot.left() - 1 <= at.x() <= plot.right() + 1:
                    shown.append((line, QPointF(at.x(), min(max(at.y(), plot.top()), plot.bottom()))))
        return shown

    def label_heights(self) -> list[float]:
        """Where the names of these curves stand, one below the other, in pixels."""
        return spread([at.y() for _line, at in self._ends()], self.plot.top() + 7, self.plot.bottom() - 7)

    def _paint_ends(self, painter: QPainter) -> None:
        shown = self._ends()
        heights = self.label_heights()
        light, bold = theme().font("label"), theme().font("label", 600)
        column = max((at.x() for _line, at in shown), default=0.0)
        for (line, at), height in zip(shown, heights, strict=True):
            if abs(height - at.y()) > 3 or column - at.x() > 3:
                painter.setPen(QPen(_faint(line.color), 1))
                painter.drawLine(at, QPointF(column + 9, height))
            if not line.quiet:
                paint_swatch(painter, line.swatch, QPointF(column + 14, height))
            painter.setFont(light)
            painter.setPen(line.color)
            painter.drawText(QPointF(column + 24, height + 4), line.label)
            painter.setFont(bold)
            after = column + 29 + QFontMetricsF(light).horizontalAdvance(line.label)
            painter.drawText(QPointF(after, height + 4), self._end(line))

    def _paint_readout(self, painter: QPainter, pointer: QPointF) -> None:
        x_low, x_high, _, _ = self.view
        plot = self.plot
        wanted = x_low + (pointer.x() - plot.left()) / plot.width() * (x_high - x_low)
        longest = max(self._lines, key=lambda line: len(line.step))
        if not len(longest.step):
            return
        step = float(longest.step[nearest(longest.step, wanted)])
        x = self.place(step, 0.0).x()
        painter.setPen(QPen(theme().color("ink", 0.55), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        rows = [(self.at(step), "", theme().color("text"))]
        for line in self._lines:
            if len(line.step) and line.step[-1] >= step:
                value = float(line.value[nearest(line.step, step)])
                rows.append((line.label, self.format(value), line.color))
        self._paint_card(painter, x, rows)

    def _paint_card(self, painter: QPainter, x: float, rows: list[tuple[str, str, QColor]]) -> None:
        metrics, bold = QFontMetricsF(theme().font("caption")), theme().font("caption", 600)
        left_width = max(metrics.horizontalAdvance(left) for left, _, _ in rows) + 14
        right_width = max(QFontMetricsF(bold).horizontalAdvance(right) for _, right, _ in rows)
        width, height = left_width + right_width + 20, 16.0 * len(rows) + 12
        left = x + 12 if x + 12 + width <= self.plot.right() else x - 12 - width
        card = QRectF(left, self.plot.top() + 2, width, height)
        fill, border = theme().color("raised"), theme().color("border-strong")
        rounded(painter, card, theme().radius("field"), fill, border)
        for row, (word, number, color) in enumerate(rows):
            box = card.adjusted(10, 6 + 16 * row, -10, 0)
            box.setHeight(16)
            painter.setFont(theme().font("caption"))
            painter.setPen(color)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), word)
            painter.setFont(bold)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), number)


def _faint(color: QColor) -> QColor:
    faint = QColor(color)
    faint.setAlphaF(0.3)
    return faint
