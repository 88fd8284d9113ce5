"""The residuals page: clouds of samples to brush, errors by regime, and what the marked ones share."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from playground.catalog.datasets.regimes import Regimes
from playground.experiment.data import Prepared, regimes_of
from playground.experiment.model import Experiment
from playground.experiment.scoring import PART_NAMES, Answered, Part, scores, spelt
from playground.session.judging import open_parts
from playground.session.residuals import Brushed, by_regime, overrepresented, worst
from playground.session.snapshot import Snapshot, Wants
from playground.views.plots.words import percent, with_unit
from playground.views.residuals.brush_plot import BrushPlot
from playground.views.residuals.clouds import clouds, line
from playground.views.residuals.marked_panel import MarkedPanel
from playground.views.residuals.regime_bars import RegimeBars
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import painter_of
from playground.views.widgets.rows import Text
from playground.views.widgets.segments import Segments

_ORDER: tuple[Part, ...] = ("validation", "train", "test")
MOST_PLOTS = 3
Places = NDArray[np.int64]


class ResidualsPage(QWidget):
    """`followed` tells a row of the data to travel with, `asked` a neuron (layer, unit) to look at."""

    followed = Signal(int)
    asked = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Residuals")
        self.experiment: Experiment | None = None
        self._snapshot: Snapshot | None = None
        self._found: Answered | None = None
        self._prepared: Prepared | None = None
        self._ways: tuple[Regimes, ...] = ()
        self._rows: tuple[int, ...] = ()  # the marked samples, as rows of the data
        self._listed: Places = np.zeros(0, np.int64)
        self.part = Segments("Samples", (("validation", "Validation"),))
        self.part.edited.connect(self._clear)
        self.which = Combo("Which output")
        self.which.edited.connect(self._redraw)
        self.way = Combo("Regimes")
        self.way.edited.connect(self._redraw)
        self.words = Text("", style="body", color="text-2")
        self.worst = TextButton("Mark the worst tenth", tip="Mark the samples that are predicted worst")
        self.worst.clicked.connect(self._mark_worst)
        self.meaning = Text("", style="caption", color="text-3")
        self.plots = [BrushPlot() for _ in range(MOST_PLOTS)]
        self.bars = RegimeBars()
        self.bars.chosen.connect(self._mark_regime)
        self.marked = MarkedPanel()
        self.marked.cleared.connect(self._clear)
        self.marked.followed.connect(self._follow)
        self.marked.asked.connect(self.asked)
        for plot in self.plots:
            plot.brushed.connect(self._mark)
        self._build()
        theme().changed.connect(self._redraw)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text("Residuals", style="headline"))
        head.addWidget(self.part)
        head.addWidget(self.which)
        head.addWidget(self.words, 1)
        head.addWidget(self.worst)
        self._regimes = QWidget()
        regimes = QVBoxLayout(self._regimes)
        regimes.setContentsMargins(0, 0, 0, 0)
        regimes.setSpacing(8)
        title = QHBoxLayout()
        title.setSpacing(12)
        title.addWidget(Text("Error by regime", style="section"))
        title.addWidget(self.meaning, 1)
        self.way.setFixedWidth(170)
        title.addWidget(self.way)
        regimes.addLayout(title)
        regimes.addWidget(self.bars)
        regimes.addStretch(1)
        self._grid = grid = QGridLayout()
        grid.setSpacing(24)
        grid.addWidget(self.plots[0], 0, 0)
        grid.addWidget(self.plots[1], 0, 1)
        grid.addWidget(self.plots[2], 1, 0)
        grid.addWidget(self._regimes, 1, 1)
        for each in (0, 1):
            grid.setColumnStretch(each, 1)
        column = QVBoxLayout()
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(14)
        column.addLayout(head)
        column.addLayout(grid, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(self.marked)

    # What the window tells

    def wants(self) -> Wants:
        """The answers to a part of the data, and how neurons answer to the marked samples."""
        part = next(each for each in _ORDER if each == self.part.value())
        return Wants(judged=part, brushed=Brushed(part, self._rows) if self._rows else None)

    def set_experiment(self, experiment: Experiment) -> None:
        """Other data have other regimes, which come with the snapshot."""
        self.experiment = experiment

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show where the network is wrong now."""
        self._snapshot = snapshot
        prepared, found = snapshot.prepared, snapshot.judgement
        if prepared is None or found is None:
            return
        if prepared is not self._prepared:
            self._take_data(snapshot, prepared)
        parts = open_parts(snapshot.experiment, prepared)
        self.part.set_options(tuple((each, PART_NAMES[each]) for each in _ORDER if each in parts))
        asked = snapshot.responses
        if asked is not None and asked.asked.rows == self._rows:
            self.marked.show_neurons(asked.found)
        if found.answers is not self._found:
            self._found = found.answers
            self._redraw()

    def _take_data(self, snapshot: Snapshot, prepared: Prepared) -> None:
        self._prepared, self._found, self._rows = prepared, None, ()
        self.marked.show_nothing()
        experiment = snapshot.experiment
        self._ways = regimes_of(experiment.data, experiment.seed)
        self.way.set_options(tuple((way.name, way.name, "") for way in self._ways))
        names = prepared.target_names
        self.which.set_options(tuple((name, name.replace("_", " "), "") for name in names))
        self.which.setVisible(len(names) > 1)
        if names and self.which.value() not in names:
            self.which.set_value(names[0])
        if self._ways and self.way.value() not in [way.name for way in self._ways]:
            self.way.set_value(self._ways[0].name)

    # Marking

    def _mark(self, places: Places) -> None:
        """Mark the samples at these places of what is shown."""
        if self._found is None:
            return
        self._rows = tuple(self._found.rows[places].tolist())
        self.marked.show_neurons(())
        self._redraw()

    def _mark_worst(self) -> None:
        if self._found is not None:
            everything = np.arange(len(self._found.rows))
            self._mark(worst(self._found, everything, max(1, len(everything) // 10)))

    def _mark_regime(self, kind: int) -> None:
        way = self._way()
        if self._found is not None and way is not None:
            self._mark(np.flatnonzero(way.of[self._found.rows] == kind))

    def _clear(self) -> None:
        self._mark(np.zeros(0, np.int64))

    def _follow(self, place: int) -> None:
        if self._found is not None and place < len(self._listed):
            self.followed.emit(int(self._found.rows[self._listed[place]]))

    # Drawing

    def _way(self) -> Regimes | None:
        return next((way for way in self._ways if way.name == self.way.value()), None)

    def _target(self) -> int:
        names = self._prepared.target_names if self._prepared is not None else ()
        return names.index(self.which.value()) if self.which.value() in names else 0

    def _redraw(self) -> None:
        prepared, found = self._prepared, self._found
        if prepared is None or found is None:
            return
        which = self._target()
        marked = np.isin(found.rows, np.array(self._rows, np.int64))
        shown = clouds(prepared, found, which)
        full = len(shown) >= MOST_PLOTS
        self._grid.setRowStretch(0, 3)
        self._grid.setRowStretch(1, 2 if full else 0)
        self._grid.addWidget(self._regimes, 1, 1 if full else 0, 1, 1 if full else 2)
        for number, plot in enumerate(self.plots):
            plot.setVisible(number < len(shown))
            if number < len(shown):
                plot.show_cloud(shown[number], marked)
        said = scores(found)
        self.words.set_text(
            f"{said[0].label} {spelt(said[0].value, said[0].form, prepared.target_unit)} on "
            f"{len(found.rows):,} {PART_NAMES[found.part].lower()} samples"
            if said
            else ""
        )
        way = self._way()
        if way is not None:
            classes = found.probability is not None
            words = percent if classes else with_unit(prepared.target_unit)
            blue = "RMSE; blue is too high on average, orange too low"
            self.meaning.set_text("The share that is wrong" if classes else blue)
            self.bars.show_errors(by_regime(way, found, which), words)
        self._show_marked(prepared, found, marked)

    def _show_marked(self, prepared: Prepared, found: Answered, marked: NDArray[np.bool_]) -> None:
        if not marked.any():
            self.marked.show_nothing()
            return
        chosen = np.flatnonzero(marked)
        self._listed = worst(found, chosen)
        part = found.only(chosen)
        unit = prepared.target_unit
        words = ", ".join(
            f"{score.label} {spelt(score.value, score.form, unit)}"
            for score in scores(part)
            if score.key in ("rmse", "bias", "accuracy")
        )
        shares = overrepresented(self._ways, found.rows[chosen], found.rows)
        lines = [line(prepared, found, int(place), self._target()) for place in self._listed]
        self.marked.show_marked(words, len(chosen), shares, lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))
