"""Two curves over the steps, train and validation, each with its value at its end."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from playground.sweep.verdict import Band
from playground.views.plots.axis import Tick, step_ticks
from playground.views.plots.band import paint_band
from playground.views.plots.chart import Margins
from playground.views.plots.curve import decimate, smooth
from playground.views.plots.following import FollowingChart
from playground.views.plots.reference import paint_reference
from playground.views.plots.safe import plot_safe
from playground.views.plots.scale import Scale
from playground.views.plots.spread import spread
from playground.views.plots.stroke import LiveCurve, Stroke
from playground.views.plots.track import LABEL, MIDDLE, REACH, ROOM, Track, paint_flags, paint_track
from playground.views.plots.words import Format
from playground.views.theme import theme
from playground.views.widgets.control import rounded, text_width, write
from playground.views.widgets.numbers import count, measure

DASH = (2.8, 1.4)
STRIP = 18.0  # the height of the learning rate's strip


@dataclass(frozen=True)
class Series:
    """One quantity over the steps; (n,) each. `validation` may hold nothing but NaN."""

    step: NDArray[np.float64]
    epoch: NDArray[np.float64]
    train: NDArray[np.float64]
    validation: NDArray[np.float64]
    rate: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))  # the learning rate, if it varies


class LossChart(FollowingChart):
    """Train in ink, validation dashed in magenta; a crosshair reads both at the pointer's step."""

    sought = Signal(int)  # the playhead was put on this step

    def __init__(self, parent: QWidget | None = None) -> None:
        margins = Margins(46, 8, 16, 24 + ROOM)
        super().__init__("Loss by step", margins, step_ticks, self._up_ticks, parent)
        self.under = 6.0 + ROOM
        self._track: Track | None = None
        self._dragged = False
        self._ghosts: list[Stroke] = []
        self._future = [self.add(Stroke(), 1.0), self.add(Stroke(DASH), 1.0)]
        self._ahead: list[float] = []  # the lowest and the highest of what lies ahead, as drawn
        self._scale = Scale()
        self._format: Format = measure
        self._series: Series | None = None
        self._ends: list[tuple[str, str, float, float]] = []  # word, token, x, plotted y
        self._values: dict[str, float] = {}
        self._reference: tuple[str, float] | None = None  # a baseline's name and value
        self._bands: tuple[tuple[str, Band], ...] = ()  # of other seeds, by the token of their colour
        self._raw = [self.add(LiveCurve(), 1.0) for _ in range(2)]
        self._smooth = [self.add(Stroke(), 3.0), self.add(Stroke(DASH), 2.0)]
        self.restyle()

    def restyle(self) -> None:
        """Ink and magenta of the theme."""
        if not hasattr(self, "_smooth"):
            return
        for raw, calm, token, dash in zip(self._raw, self._smooth, ("train", "val"), ((), DASH), strict=True):
            color, width = theme().color(token), theme().line("curve")
            raw.setPen(self.pen(theme().color(token, 0.28), 1.0))
            calm.set_look(color, width, self.pen(color, width, dash))
        for future, token, dash in zip(self._future, ("train", "val"), ((), DASH), strict=True):
            self._make_faint(future, token, dash, 0.32)
        for ghost in self._ghosts:
            self._make_faint(ghost, "train", (), 0.2)
        super().restyle()

    def _make_faint(self, stroke: Stroke, token: str, dash: tuple[float, ...], strength: float) -> None:
        color = theme().color(token, strength)
        stroke.set_look(color, 1.5, self.pen(color, 1.5, dash))

    def show_timeline(self, track: Track, future: Series | None, ghosts: list[Series], scale: Scale) -> None:
        """Where the run stands; what lies ahead of it, and other branches' training curves, drawn faint."""
        self._track = track
        columns = (future.train, future.validation) if future is not None else (np.empty(0), np.empty(0))
        steps = future.step if future is not None else np.empty(0)
        self._ahead = []
        for stroke, values in zip(self._future, columns, strict=True):
            x, y = plot_safe(steps, scale.plotted(values))
            stroke.show_points(*smooth(x, y))
            self._ahead += [float(y.min()), float(y.max())] if len(y) else []
        while len(self._ghosts) < len(ghosts):
            ghost = self.add(Stroke(), 0.5)
            self._make_faint(ghost, "train", (), 0.2)
            self._ghosts.append(ghost)
        for number, stroke in enumerate(self._ghosts):
            series = ghosts[number] if number < len(ghosts) else None
            x = series.step if series is not None else np.empty(0)
            y = scale.plotted(series.train) if series is not None else np.empty(0)
            stroke.show_points(*smooth(*plot_safe(x, y)))

    def _up_ticks(self, low: float, high: float, most: int) -> list[Tick]:
        return self._scale.marks(low, high, most)

    def show_bands(self, bands: tuple[tuple[str, Band], ...]) -> None:
        """Where other seeds lie, drawn with the next series; each with the token of its colour."""
        self._bands = bands

    def show_series(
        self,
        series: Series,
        scale: Scale,
        value_format: Format,
        reference: tuple[str, float] | None = None,
    ) -> None:
        """Draw other curves; the view follows unless the user zoomed.

        `reference` is the name and the value of what there is to beat.
        """
        self._reference = reference
        if scale is not self._scale:
            self.following = True
        self._scale, self._format, self._series = scale, value_format, series
        scale.learn(series.train, series.validation)
        self._ends, self._values = [], {}
        lows_and_highs = list(self._ahead)
        for word, token, values, raw, calm in (
            ("Train", "train", series.train, self._raw[0], self._smooth[0]),
            ("Validation", "val", series.validation, self._raw[1], self._smooth[1]),
        ):
            x, y = plot_safe(series.step, self._scale.plotted(values))
            self._draw(raw, calm, x, y)
            if len(x):
                self._ends.append((word, token, float(x[-1]), float(y[-1])))
                lows_and_highs += [float(y.min()), float(y.max())]
            if len(values):
                self._values[word] = float(values[-1])
        if reference is not None and lows_and_highs:
            lows_and_highs.append(float(scale.plotted(np.array([reference[1]]))[0]))
        for _token, band in self._bands:
            seen = band.step <= (series.step[-1] if len(series.step) else 0.0)
            edges = scale.plotted(np.concatenate([band.low[seen], band.high[seen]]))
            lows_and_highs += edges[np.isfinite(edges)].tolist()
        self._scale.fit(lows_and_highs)
        if self.following:
            self.follow()
        self._describe()
        self.viewport().update()

    @staticmethod
    def _draw(raw: LiveCurve, calm: LiveCurve, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        smooth_x, smooth_y = smooth(x, y)
        calm.show_points(smooth_x, smooth_y)
        if len(smooth_x) == len(x) and np.array_equal(smooth_y, y):
            raw.show_points(x[:0], y[:0])
        else:
            raw.show_points(*decimate(x, y))

    def _describe(self) -> None:
        words = [f"{word} {self._format(value)}" for word, value in self._values.items()]
        if self._reference is not None:
            words.append(f"{self._reference[0]} {self._format(self._reference[1])}")
        self.setAccessibleDescription(", ".join(words))

    # The view

    def follow(self) -> None:
        """Show the whole run, with room at its end for the labels."""
        super().follow()
        steps = self._series.step if self._series is not None else np.empty(0)
        first, last = (float(steps[0]), float(steps[-1])) if len(steps) else (0.0, 1.0)
        if self._track is not None and self._track.timeline.travelled:
            last = max(last, float(self._track.timeline.tip))
        room = self._label_width() + 18.0
        share = max(0.3, 1.0 - room / self.plot.width())
        span = max(last - first, 1.0)
        self.set_view(first, first + span / share, self._scale.low, self._scale.high)

    # The playhead

    def _across(self, step: float) -> float:
        return self.place(step, 0.0).x()

    def _step_at(self, x: float) -> int:
        """The step at a place of the track; a flag draws the playhead to itself."""
        assert self._track is not None
        flag = self._track.flag_near(x, self._across)
        if flag is not None:
            return flag.step
        x_low, x_high, _, _ = self.view
        step = x_low + (x - self.plot.left()) / self.plot.width() * (x_high - x_low)
        timeline = self._track.timeline
        return round(min(max(step, timeline.first), timeline.tip))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the playhead where the track was pressed."""
        below = event.position().y() - self.plot.bottom()
        on_track = self._track is not None and 0 < below < MIDDLE + REACH
        if on_track and event.button() == Qt.MouseButton.LeftButton:
            self._dragged = True
            self.sought.emit(self._step_at(event.position().x()))
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub; over a flag, say what was changed there."""
        if self._dragged:
            self.sought.emit(self._step_at(event.position().x()))
            return
        super().mouseMoveEvent(event)
        below = event.position().y() - self.plot.bottom()
        flag = None
        if self._track is not None and 0 < below < MIDDLE + REACH:
            flag = self._track.flag_near(event.position().x(), self._across)
        self.setToolTip(f"Step {flag.step:,}: {flag.label}" if flag is not None else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the playhead go."""
        if self._dragged:
            self._dragged = False
        else:
            super().mouseReleaseEvent(event)

    # End labels and read-out

    def _label_width(self) -> float:
        texts = [f"{word} {self._format(self._values[word])}" for word, *_ in self._ends]
        return max((text_width(text, "label", 600) for text in texts), default=0.0)

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Other seeds lie behind everything."""
        super().drawBackground(painter, rect)
        for token, band in self._bands:
            dash = DASH if token == "val" else ()
            paint_band(painter, self, self._scale, band, theme().color(token), dash)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The labels at the curves' ends, and the read-out at the pointer."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._ends:
            words = "The loss appears here, step by step, once training starts."
            write(painter, self.plot, words, "body", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        flags: list[tuple[float, float]] = []
        if self._track is not None:
            flags = paint_flags(painter, self._track, self.plot, self._across)
            paint_track(painter, self._track, self.plot, self._across, flags)
        self._paint_reference(painter)
        self._paint_rate(painter)
        self._paint_ends(painter, flags)
        if self.pointer is not None:
            self._paint_readout(painter, self.pointer)

    def _paint_reference(self, painter: QPainter) -> None:
        """The best baseline, its name on the side that the curves leave free."""
        if self._reference is None:
            return
        name, value = self._reference
        y = self.place(0.0, float(self._scale.plotted(np.array([value]))[0])).y()
        beaten = all(self.place(x, end).y() > y for _, _, x, end in self._ends)
        paint_reference(painter, self.plot, y, f"{name} {self._format(value)}", above=beaten)

    def _paint_rate(self, painter: QPainter) -> None:
        """A slim strip along the bottom: the learning rate, where a schedule moves it."""
        series = self._series
        if series is None or len(series.rate) < 2 or not np.nanmax(series.rate) > 0:
            return
        x, y = decimate(series.step, series.rate / np.nanmax(series.rate))
        bottom, left, right = self.plot.bottom() - 1, self.plot.left(), self.plot.right()
        points = [
            QPointF(self._across(float(a)), bottom - STRIP * float(b)) for a, b in zip(x, y, strict=True)
        ]
        painter.save()
        painter.setClipRect(self.plot)
        outline = [QPointF(points[0].x(), bottom), *points, QPointF(points[-1].x(), bottom)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("text-3", 0.16))
        painter.drawPolygon(QPolygonF(outline))
        painter.setPen(QPen(theme().color("text-3"), 1))
        painter.drawPolyline(QPolygonF(points))
        painter.restore()
        box = QRectF(left + 6, bottom - STRIP - 15, right - left, 14)
        words = f"Learning rate {measure(float(series.rate[-1]))}"
        write(painter, box, words, "caption", "text-3")

    def _paint_ends(self, painter: QPainter, flags: list[tuple[float, float]]) -> None:
        """The last values, below the words of flags that stand there."""
        plot = self.plot
        shown = []
        for word, token, x, y in self._ends:
            at = self.place(x, y)
            if plot.left() - 1 <= at.x() <= plot.right() and plot.top() - 1 <= at.y() <= plot.bottom() + 1:
                shown.append((word, token, at))
        right = self._label_width() + 10
        met = any(at.x() - 4 < end and start < at.x() + right for *_, at in shown for start, end in flags)
        top = plot.top() + 7 + (LABEL if met else 0)
        heights = spread([at.y() for _word, _token, at in shown], top, plot.bottom() - 7)
        for (word, token, at), y in zip(shown, heights, strict=True):
            self._paint_dot(painter, at, token)
            self._paint_end(painter, QPointF(at.x() + 10, y), word, token)

    def _paint_end(self, painter: QPainter, at: QPointF, word: str, token: str) -> None:
        number = self._format(self._values[word])
        width = text_width(word + " ", "label")
        bold = theme().font("label", 600)
        whole = width + text_width(number, "label", 600)
        left = min(at.x(), self.width() - whole - 2)
        if self._track is not None and self._track.timeline.travelled:  # flags and curves go on behind it
            painter.fillRect(QRectF(left - 3, at.y() - 8, whole + 6, 16), theme().color("panel"))
        write(painter, QRectF(left, at.y() - 8, width, 16), word, "label", token)
        write(painter, QRectF(left + width, at.y() - 8, whole, 16), number, color=token, font=bold)

    @staticmethod
    def _paint_dot(painter: QPainter, at: QPointF, token: str) -> None:
        painter.setPen(QPen(theme().color("panel"), 1.5))
        painter.setBrush(theme().color(token))
        painter.drawEllipse(at, 3.6, 3.6)

    def _paint_readout(self, painter: QPainter, pointer: QPointF) -> None:
        series = self._series
        if series is None or not len(series.step):
            return
        x_low, x_high, _, _ = self.view
        plot = self.plot
        wanted = x_low + (pointer.x() - plot.left()) / plot.width() * (x_high - x_low)
        index = nearest(series.step, wanted)
        x = self.place(float(series.step[index]), 0.0).x()
        if not plot.left() - 1 <= x <= plot.right() + 1:
            return
        painter.setPen(QPen(theme().color("ink", 0.55), 1))
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        lines = [("", "text", f"Step {count(series.step[index])}", f"epoch {epoch(series.epoch[index])}")]
        for word, token, values in (
            ("Train", "train", series.train),
            ("Validation", "val", series.validation),
        ):
            if not np.isnan(values[index]):
                lines.append((word, token, word, self._format(float(values[index]))))
                at = self.place(
                    float(series.step[index]), float(self._scale.plotted(values[index : index + 1])[0])
                )
                if plot.top() <= at.y() <= plot.bottom():
                    self._paint_dot(painter, at, token)
        self._paint_card(painter, x, lines)

    def _paint_card(self, painter: QPainter, x: float, lines: list[tuple[str, str, str, str]]) -> None:
        metrics, bold = QFontMetricsF(theme().font("caption")), theme().font("caption", 600)
        left_width = max(metrics.horizontalAdvance(left) for _, _, left, _ in lines) + 14
        right_width = max(QFontMetricsF(bold).horizontalAdvance(right) for *_, right in lines)
        width, height = left_width + right_width + 20, 16.0 * len(lines) + 12
        plot = self.plot
        ends = [self.place(end_x, end_y).x() for _word, _token, end_x, end_y in self._ends]
        room = min(max(ends, default=plot.right()), plot.right())  # the end labels stay readable
        left = x + 12 if x + 12 + width <= room or x - 12 - width < plot.left() else x - 12 - width
        top = min(plot.top() + 2, max(2.0, self.height() - height - 2))
        card = QRectF(left, top, width, height)
        rounded(
            painter, card, theme().radius("field"), theme().color("raised"), theme().color("border-strong")
        )
        for row, (_, token, left_text, right_text) in enumerate(lines):
            box = card.adjusted(10, 6 + 16 * row, -10, 0)
            box.setHeight(16)
            write(painter, box, left_text, "caption", token)
            write(painter, box, right_text, color=token, align=Qt.AlignmentFlag.AlignRight, font=bold)


def nearest(values: NDArray[np.float64], wanted: float) -> int:
    """The index of the nearest of ascending values."""
    right = int(np.clip(np.searchsorted(values, wanted), 0, len(values) - 1))
    left = max(0, right - 1)
    return left if abs(values[left] - wanted) <= abs(values[right] - wanted) else right


def epoch(value: float) -> str:
    """An epoch: whole where it is whole, else with one decimal."""
    return count(value) if abs(value - round(value)) < 0.05 or value >= 1000 else f"{value:.1f}"


def series_of(history: np.recarray, train: str, validation: str) -> Series:
    """Two columns of a run's history over its steps."""

    def column(values: ArrayLike) -> NDArray[np.float64]:
        return np.array(values, dtype=np.float64)

    rates = column(history["learning_rate"])
    if len(rates) > 1 and history["step"][0] == 0:
        rates[0] = rates[1]  # no step was made with it: a schedule may have been chosen since
    varies = len(rates) > 0 and bool(np.any(rates != rates[0]))
    step, epochs, of_train, of_validation = (
        column(history[name]) for name in ("step", "epoch", train, validation)
    )
    return Series(step, epochs, of_train, of_validation, rates if varies else np.empty(0))


def after(series: Series, step: int) -> Series:
    """The part of the curves that lies ahead of a step, joined to what came before."""
    start = max(0, int(np.searchsorted(series.step, step, side="right")) - 1)
    return Series(series.step[start:], series.epoch[start:], series.train[start:], series.validation[start:])
