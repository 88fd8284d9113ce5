"""The page that compares pinned runs: one chart, their answers beside each other, and what differs."""

from __future__ import annotations

import math
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.yardsticks import Yardstick
from playground.session import compare
from playground.session.compare import Measure
from playground.session.pins import Pinned, thinned
from playground.session.seeds import SeedBook, Seeds
from playground.session.snapshot import Snapshot, Wants
from playground.session.stopwatch import seconds_at
from playground.sweep.verdict import Band
from playground.views.compare.compare_chart import CompareChart
from playground.views.compare.rows import format_of, rows_of, seeds_row
from playground.views.compare.run_card import look_of
from playground.views.compare.run_strip import RunStrip
from playground.views.compare.table_card import TableCard
from playground.views.plots.lines_chart import Line
from playground.views.plots.reference import Reference
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of, plain_tip
from playground.views.widgets.export_menu import export_menu, open_below
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.segments import Segments
from playground.views.widgets.slider import Slider

SHORT = {"Validation accuracy": "Accuracy", "Validation RMSE": "RMSE"}
ALONG = (("step", "By step"), ("time", "By time"))
LIVE = 0.2  # seconds between two drawings of a run that trains
SMOOTHING = 0.03  # of a curve
EMPTY = "Pin a run to compare it with the next one."

Floats = NDArray[np.float64]


class ComparePage(QWidget):
    """`set_runs` shows pinned runs; what is asked for leaves as signals, with the run it is about."""

    showRequested = Signal(object)  # noqa: N815
    renameRequested = Signal(object)  # noqa: N815
    unpinRequested = Signal(object)  # noqa: N815
    pinRequested = Signal()  # noqa: N815
    repeatRequested = Signal()  # noqa: N815
    exportRequested = Signal(str)  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Compare")
        self.runs: tuple[Pinned, ...] = ()
        self._measures: tuple[Measure, ...] = compare.measures(())
        self._snapshot: Snapshot | None = None
        self._book: SeedBook | None = None
        self._drawn: tuple[object, ...] = ()
        self._rest = 0.0  # until when a run that trains is not drawn again
        self._levels: dict[str, float] = {}  # set by hand, by measure
        self._curves: list[tuple[Floats, Floats, Floats]] = []
        head = self._build_head()
        self.pages = QStackedWidget()
        self.pages.addWidget(self._build_empty())
        self.pages.addWidget(self._build_body())
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 20)
        column.setSpacing(14)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
        theme().changed.connect(self.update)
        self._show_runs()

    # The parts

    def _build_head(self) -> QHBoxLayout:
        self.title = Text("Compare", style="page")
        self.common = Text("", color="text-2")
        self.which = Segments("What is compared", _options(self._measures))
        self.along = Segments("Along what", ALONG)
        for segments in (self.which, self.along):
            segments.edited.connect(lambda *_: self._redraw())
        self.export = TextButton("Export", icon="page", tip="Write the table or a picture to a file")
        self.export.setProperty("screen_only", True)
        self.export.clicked.connect(lambda: open_below(self.export_menu(), self.export))
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.common, 1)
        for part in (self.which, self.along, self.export):
            head.addWidget(part)
        return head

    def _build_empty(self) -> QWidget:
        pin = TextButton("Pin run", icon="pin", primary=True, tip="P")
        pin.clicked.connect(self.pinRequested)
        empty = QWidget()
        column = QVBoxLayout(empty)
        column.setSpacing(14)
        column.addStretch(1)
        column.addWidget(Text(EMPTY, style="section"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(pin, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(Text("or press P", color="text-3"), 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(2)
        return empty

    def _build_body(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self._build_chart(), 1)
        self._lower = QWidget()
        lower = QHBoxLayout(self._lower)
        lower.setContentsMargins(0, 0, 0, 0)
        lower.setSpacing(14)
        self.strip = RunStrip()
        self.strip.shown.connect(self.showRequested)
        self.strip.renamed.connect(self.renameRequested)
        self.strip.unpinned.connect(self.unpinRequested)
        self.judged = TableCard()
        self.judged.repeatRequested.connect(self.repeatRequested)
        lower.addWidget(self.strip, 1)
        lower.addWidget(self.judged, 1)
        column.addWidget(self._lower)
        return body

    def _build_chart(self) -> QWidget:
        self.chart_card = Card()
        self.chart_card.setAccessibleName("Comparison of runs")
        self.chart = CompareChart()
        self._reference = Reference(self)
        self._reference.found.connect(self._draw_chart)
        self.chart.levelChanged.connect(lambda value, _finished: self._set_level(value))
        self.smoothing = Slider("Smoothing", Range(0.0, 0.2))
        self.smoothing.setFixedWidth(96)
        self.smoothing.set_value(SMOOTHING)
        self.smoothing.edited.connect(lambda *_: self._redraw())
        self.level = NumberField("Level to reach", Range(0.0, 1e9))
        self.level.setFixedWidth(64)
        self.level.edited.connect(lambda value, _finished: self._set_level(value))
        self.drawn = Text("", style="label", color="text-2")
        self._tools = side_by_side(
            Text("Level", color="text-2"),
            self.level,
            Text("Smoothing", color="text-2"),
            self.smoothing,
        )
        self._tools.setProperty("screen_only", True)
        top = QHBoxLayout()
        top.setContentsMargins(52, 0, 8, 0)
        top.addWidget(self.drawn, 1)
        top.addWidget(self._tools)
        column = QVBoxLayout(self.chart_card)
        column.setContentsMargins(4, 6, 8, 6)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.chart, 1)
        return self.chart_card

    def export_menu(self) -> QMenu:
        """What can be written to a file."""
        return export_menu(self, self.exportRequested.emit)

    # What every page has

    def wants(self) -> Wants:
        """The live run is drawn from its history alone."""
        return Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """Pinned runs keep the experiments that they had."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The run in the window goes on as a faint line, and its card is marked."""
        self._snapshot = snapshot
        self.strip.show_snapshot(snapshot)
        moving = snapshot.state == "running" and monotonic() < self._rest
        if self.runs and self.isVisible() and not moving and (self._live(), self._here()) != self._drawn:
            self._rest = monotonic() + LIVE
            self._draw_chart()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up."""
        super().showEvent(event)
        self._redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three cards fit beside each other; more scroll."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        high = self.strip.fit((self.width() - 2 * 24 - 14) // 2)
        self._lower.setFixedHeight(min(high, int(0.4 * self.height())))

    # Pinned runs

    def set_seeds(self, book: SeedBook) -> None:
        """What is known of other seeds of these runs."""
        self._book = book
        self._redraw()

    def set_runs(self, runs: tuple[Pinned, ...]) -> None:
        """Show these runs."""
        self.runs = runs
        self.strip.set_runs(runs)
        self._fit()
        self._show_runs()

    def _show_runs(self) -> None:
        count = len(self.runs)
        words = "Compare" if not count else f"Compare {count} pinned run{'s' if count > 1 else ''}"
        self.title.set_text(words)
        self.common.set_text(compare.in_common(self.runs))
        self.common.setToolTip(plain_tip(self.common.text()))
        self.pages.setCurrentIndex(1 if count else 0)
        for part in (self.which, self.along, self.export):
            part.setVisible(count > 0)
        self._measures = compare.measures(self.runs)
        self.which.set_options(_options(self._measures))
        self._redraw()
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    # Drawing

    @property
    def measure(self) -> Measure:
        """What is compared now."""
        return next(each for each in self._measures if each.column == self.which.value())

    @property
    def by_time(self) -> bool:
        """True while the curves are drawn over seconds of training."""
        return self.along.value() == "time"

    def _redraw(self) -> None:
        if not self.runs or not self.isVisible():
            return
        spelt = format_of(self.runs, self.measure)
        self.chart.set_measure(self.measure.name, self._is_log(), spelt, self.by_time)
        self.drawn.set_text(self.chart.title)
        self._curves = [self._curve(run.history, run.seconds) for run in self.runs]
        level = self._level()
        self.level.set_value(level)
        self._draw_chart()
        reach = [compare.reached(x, calm, level, self.measure.lower_is_better) for x, _, calm in self._curves]
        over_seeds = seeds_row(self.runs, self._book, self.measure)
        rows = rows_of(self.runs, reach, self.chart.level_in_words(), self.by_time, over_seeds)
        self.judged.show_rows(self.runs, rows)
        self.judged.judge(self.runs, self._book, self.measure)

    def _is_log(self) -> bool:
        """Losses and errors on a logarithmic scale, where they are positive."""
        if not self.measure.lower_is_better:
            return False
        columns = [np.asarray(run.history[self.measure.column], np.float64) for run in self.runs]
        return all(bool((values[np.isfinite(values)] >= 0).all()) for values in columns)

    def _curve(self, history: np.recarray, seconds: Floats) -> tuple[Floats, Floats, Floats]:
        """Where, raw and smoothed; on a logarithmic scale logarithms are smoothed."""
        x = np.asarray(seconds if self.by_time else history["step"], np.float64)
        raw = np.asarray(history[self.measure.column], np.float64)
        good = np.isfinite(x) & np.isfinite(raw)
        x, raw = x[good], raw[good]
        strength = float(self.smoothing.value())
        if not self._is_log():
            return x, raw, compare.smoothed(raw, strength)
        floor = 1e-300
        calm = 10.0 ** compare.smoothed(np.log10(np.maximum(raw, floor)), strength)
        return x, raw, calm

    def _live(self) -> tuple[object, ...]:
        """What of the run in the window is drawn: its branch and last step; () if it is nothing new."""
        snapshot = self._snapshot
        if snapshot is None or len(snapshot.history) < 2 or any(card.on_screen for card in self.strip.cards):
            return ()
        return snapshot.timeline.current, int(snapshot.history["step"][-1]), len(snapshot.history)

    def _here(self) -> float | None:
        """The step in the window, where the curves are drawn by step."""
        snapshot = self._snapshot
        return float(snapshot.steps) if snapshot is not None and not self.by_time else None

    def _draw_chart(self) -> None:
        if not self.runs or not self.isVisible():  # a baseline may be found after the page was left
            return
        lines = [
            Line(run.name, look_of(run), x, raw, calm, band=band)
            for run, (x, raw, calm), band in zip(self.runs, self._curves, self._bands(), strict=True)
        ]
        live, here, snapshot = self._live(), self._here(), self._snapshot
        self._drawn = live, here
        if live and snapshot is not None:
            history = thinned(snapshot.history)
            seconds = seconds_at(snapshot.timeline.times, history["step"])
            lines.append(Line("This run", 0, *self._curve(history, seconds), quiet=True))
        self.chart.reference = self._best()
        self.chart.show_runs(lines, self._level(), here)

    def _bands(self) -> list[Band | None]:
        """Where other seeds of each run lie; by step those that several runs share are drawn once."""
        found: list[Band | None] = []
        drawn: list[Seeds] = []
        for run in self.runs:
            seeds = compare.seeds_of(run, self._book)
            if seeds is None or (seeds in drawn and not self.by_time):
                found.append(None)
                continue
            drawn.append(seeds)
            band = seeds.band(compare.metric_of(run, self.measure))
            found.append(compare.over_time(band, run) if self.by_time else band)
        return found

    def _best(self) -> Yardstick | None:
        """The best baseline, where all runs learned from the same data and are measured alike."""
        first = self.runs[0]
        ground = {(run.experiment.data, run.experiment.seed) for run in self.runs}
        if len(ground) > 1 or not compare.comparable(self.runs, self.measure):
            return None
        return self._reference.best(first.experiment, lambda: first.prepared, self.measure.column)

    # The level to reach

    def _level(self) -> float:
        level = self._levels.get(self.measure.column)
        if level is not None:
            return level
        return compare.level_to_reach([calm for _, _, calm in self._curves], self.measure.lower_is_better)

    def _set_level(self, level: float) -> None:
        if math.isfinite(level):
            self._levels[self.measure.column] = level
            self._redraw()

    def table_as_csv(self) -> str:
        """The whole table, for a spreadsheet."""
        return self.judged.as_csv()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page's grey."""
        painter_of(self).fillRect(QRectF(self.rect()), theme().color("window"))


def _options(measures: tuple[Measure, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((each.column, SHORT.get(each.name, each.name)) for each in measures)
