"""A metric over the steps for all seeds: the median, a band between the quartiles, every end a dot."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.sweep.verdict import Band
from playground.views.luck.words import side_color, side_marker
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.plots.axis import Tick, decimal_ticks, log_ticks, percent_ticks, step_ticks
from playground.views.plots.band import points
from playground.views.plots.chart import Chart, Margins
from playground.views.plots.reference import paint_reference
from playground.views.plots.scale import Scale
from playground.views.plots.words import Format
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write

STRIP = 30.0  # pixels beside the last step, for the ends of the seeds
NARROW = 150.0  # a label is never wider


@dataclass(frozen=True, eq=False)
class Curves:
    """One side of the chart: its name, its band, the ends of its seeds, and the first seed's own curve."""

    label: str
    band: Band
    ends: NDArray[np.float64]
    own: tuple[NDArray[np.float64], NDArray[np.float64]]


class BandChart(Chart):
    """Medians and bands of one or two experiments."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._last = 1.0
        self._curves: tuple[Curves, ...] = ()
        margins = Margins(58, 30, 12, 24)
        super().__init__("All seeds by step", margins, self._across_ticks, self._up_ticks, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.box.setMouseEnabled(x=False, y=False)
        self._scale = Scale()
        self._title = ""
        self._format: Format = str
        self.reference: tuple[str, float] | None = None  # name and value of what there is to beat

    def _across_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        return [tick for tick in step_ticks(low, high, most) if tick.at <= self._last and self._drawn]

    @property
    def _drawn(self) -> bool:
        return any(len(each.band.step) for each in self._curves)

    def _up_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        return self._scale.marks(low, high, most) if self._drawn else []

    def show_curves(self, curves: tuple[Curves, ...], title: str, value_format: Format, kind: str) -> None:
        """Draw these; `kind` is "share" for percentages, "size" for what has a logarithm."""
        share = kind == "share"
        self._scale = Scale(ticks=percent_ticks, ceiling=1.0) if share else Scale(log=True, ticks=log_ticks)
        self._curves, self._format = curves, value_format
        columns = [column for each in curves for column in (each.band.low, each.band.high, each.ends)]
        columns += [each.own[1] for each in curves]
        values = np.concatenate(columns) if columns else np.empty(0)
        if self.reference is not None and len(values):
            values = np.append(values, self.reference[1])
        values = values[np.isfinite(values)]
        if (values < 0.0).any() and not share:
            self._scale = Scale(ticks=decimal_ticks)
        self._title = f"{title}: median and middle half of all seeds, by step"
        self._title += ", log scale" if self._scale.log else ""
        self._scale.learn(values)
        self._scale.fit([float(height) for height in self._scale.plotted(values)])
        steps = [float(each.band.step[-1]) for each in curves if len(each.band.step)]
        self._last = max(steps, default=1.0) or 1.0
        self._follow()
        medians = [f"{each.label} {value_format(_median(each))}" for each in curves]
        if self.reference is not None:
            medians.append(f"{self.reference[0]} {value_format(self.reference[1])}")
        self.setAccessibleDescription(f"{title}, median: {', '.join(medians)}" if medians else "")
        self.viewport().update()

    def _follow(self) -> None:
        room = STRIP + min(NARROW, self._label_width()) + 16.0
        share = max(0.4, 1.0 - room / self.plot.width())
        self.set_view(0.0, self._last / share, self._scale.low, self._scale.high)

    def _label_width(self) -> float:
        return max((text_width(each.label) + 24.0 for each in self._curves), default=0.0)

    def resizeEvent(self, event: object) -> None:
        """The room for dots and labels keeps its width."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        if hasattr(self, "box"):
            self._follow()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Bands, medians, dots, labels."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot
        write(painter, QRectF(plot.left(), 6, plot.width(), 18), self._title, "caption", "text-2")
        if not self._drawn:
            words = "The median of all seeds and the band around it appear here."
            write(painter, plot, words, "body", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        painter.save()
        painter.setClipRect(plot.adjusted(0, -2, 0, 2))
        for number, each in enumerate(self._curves):
            self._paint_band(painter, number, each)
        end = self.place(self._last, 0.0).x()
        if self.reference is not None:
            name, value = self.reference
            y = self._height(value)
            below = all(self._height(_median(each)) > y for each in self._curves)
            before = plot.adjusted(0, 0, end - plot.right(), 0)
            paint_reference(painter, before, y, f"{name} {self._format(value)}", above=below)
        painter.setPen(QPen(theme().color("border-strong"), 1))
        painter.drawLine(QPointF(end, plot.top()), QPointF(end, plot.bottom()))
        painter.restore()
        labels = []
        for number, each in enumerate(self._curves):
            self._paint_ends(painter, number, each, end + 12.0 + 6.0 * number)
            if np.isfinite(_median(each)):
                labels.append((self._height(_median(each)), number, each))
        self._paint_labels(painter, end + STRIP + 4.0, labels)

    def _height(self, value: float) -> float:
        plotted = float(self._scale.plotted(np.array([value]))[0])
        return min(max(self.place(0.0, plotted).y(), self.plot.top()), self.plot.bottom())

    def _line(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> list[QPointF]:
        return points(self, self._scale, x, y)

    def _paint_band(self, painter: QPainter, number: int, each: Curves) -> None:
        steps = each.band.step
        outline = self._line(steps, each.band.low) + self._line(steps, each.band.high)[::-1]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(side_color(number, 0.16))
        painter.drawPolygon(QPolygonF(outline))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(side_color(number, 0.4), 1.0))
        painter.drawPolyline(QPolygonF(self._line(*each.own)))
        pen = QPen(side_color(number), theme().line("curve"))
        if number:
            pen.setDashPattern([5.0, 2.0])
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(self._line(steps, each.band.median)))

    def _paint_ends(self, painter: QPainter, number: int, each: Curves, x: float) -> None:
        """Every seed's end; the first seed's, which is on screen elsewhere, has a ring."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(side_color(number, 0.55))
        for value in each.ends[np.isfinite(each.ends)]:
            painter.drawEllipse(QPointF(x, self._height(float(value))), 2.6, 2.6)
        if len(each.ends) and math.isfinite(each.ends[0]):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(side_color(number), 1.4))
            painter.drawEllipse(QPointF(x, self._height(float(each.ends[0]))), 4.4, 4.4)

    def _paint_labels(self, painter: QPainter, left: float, labels: list[tuple[float, int, Curves]]) -> None:
        beyond = self.plot.top() - 40.0
        ordered = sorted(labels, key=lambda label: label[0])
        for place, (wanted, number, each) in enumerate(ordered):
            lowest = self.plot.bottom() - 12.0 - 36.0 * (len(ordered) - 1 - place)
            y = min(max(wanted, beyond + 36.0), lowest)
            beyond = y
            paint_swatch(
                painter, Swatch("", side_marker(number), color=side_color(number)), QPointF(left + 6, y - 8)
            )
            room = self.width() - left - 20
            write(painter, QRectF(left + 18, y - 17, room, 18), each.label, font=theme().font("label", 600))
            write(painter, QRectF(left + 18, y, room, 16), self._format(_median(each)), "label", "text-2")


def _median(each: Curves) -> float:
    """Of the ends where there are any, else of the curve so far."""
    known = each.ends[np.isfinite(each.ends)]
    if len(known):
        return float(np.median(known))
    return float(each.band.median[-1]) if len(each.band.median) else math.nan
