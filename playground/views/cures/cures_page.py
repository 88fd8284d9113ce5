"""Try the cures: every finding's cure on short forks of the present run, and which of them helped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.session.cures import Cures, Treated, Trials
from playground.session.snapshot import Snapshot, Wants
from playground.sweep.wording import metric_in_words
from playground.views.cures.cure_row import CureRow
from playground.views.plots.lines_chart import Line, LinesChart
from playground.views.plots.words import Format, percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of
from playground.views.widgets.numbers import count, measure
from playground.views.widgets.progress import Progress
from playground.views.widgets.rows import Paragraph, Text, side_by_side
from playground.views.widgets.scroll import Scroll
from playground.views.widgets.segments import Segments

POLL = 120  # milliseconds between two looks at the forks
WELL = "Nothing looks wrong at this step, so there is nothing to try."
NO_CURE = "Nothing that the check-up proposes can be tried on this network as it is."
BUSY = "Looking at the run…"

State = Callable[[], tuple[Experiment, Any] | None]  # an experiment, and a state of its run


class CuresPage(QWidget):
    """`present` gives the run to fork, `good` its last good state, for a run that has diverged.

    `edited` makes a change in the window as one undo step. `restarted` makes it and begins again from first
    weights, as the forks from the start did; `wentBack` goes back to a step and makes it there.
    """

    edited = Signal(object, str, str)
    restarted = Signal(object, str)
    wentBack = Signal(int, object, str)  # noqa: N815

    def __init__(self, present: State, good: State, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Try the cures")
        self._present, self._good = present, good
        self._prepared: Prepared | None = None
        self._waiting = True  # for what the rules find
        self.cures: Cures | None = None
        self.trials: Trials | None = None
        self.rows: list[CureRow] = []
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self.refresh)
        theme().changed.connect(self.update)

    def _build(self) -> None:
        self._where = Text(BUSY, style="label", color="text-2")
        self._progress = Progress()
        self._metric = Segments("Metric")
        self._metric.edited.connect(lambda *_: self._redraw())
        self._go = TextButton("Try again")
        self._go.clicked.connect(self.toggle)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text("Try the cures", style="page"))
        head.addWidget(self._where, 1)
        head.addWidget(self._go)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(0, 0, 6, 0)
        self._list.setSpacing(10)
        self._list.addStretch(1)
        area = Scroll("Cures", inside)
        self.chart = LinesChart("Median and middle half of each cure by step")
        self._note = Paragraph()
        self._curves = curves = Card()
        within = QVBoxLayout()
        within.setContentsMargins(14, 10, 10, 10)
        within.addWidget(side_by_side(self._metric, QWidget(), stretch=1))
        within.addWidget(self.chart, 1)
        within.addWidget(self._note)
        curves.setLayout(within)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(area, 1)
        row.addWidget(curves, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 20)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self._progress)
        column.addLayout(row, 1)

    # What every page has

    def wants(self) -> Wants:
        """What the rules find, until the forks are under way."""
        return Wants(checkup=self._waiting)

    def set_experiment(self, experiment: Experiment) -> None:
        """The forks are of the run that trains, which comes with the snapshots."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Begin once the rules have looked at the run of this moment."""
        checkup = snapshot.checkup
        if not self._waiting or checkup is None or checkup.experiment != snapshot.experiment:
            return
        self._waiting, self._prepared = False, snapshot.prepared
        found = self._present()
        cures = None
        if found is not None and snapshot.prepared is not None and checkup.findings:
            changed = snapshot.timeline.rate_change
            cures = Cures(found[0], found[1], checkup.findings, snapshot.prepared, self._good(), changed)
        if cures is not None and cures.remedies:
            self._begin(cures)
        else:
            self._clear()
            self._where.set_text(NO_CURE if checkup.findings else WELL)
            self._go.hide()
            self._curves.hide()

    def showEvent(self, event: QShowEvent) -> None:
        """Try anew, unless forks are still under way."""
        super().showEvent(event)
        if self.trials is None or self.trials.done:
            self._look_again()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody waits for it any more."""
        super().hideEvent(event)
        self._timer.stop()
        self.cancel()

    def _look_again(self) -> None:
        self._clear()
        self._waiting = True
        self._where.set_text(BUSY)

    # Trying

    def toggle(self) -> None:
        """Stop, or try again from the present weights."""
        if self.trials is not None and not self.trials.done:
            self.cancel()
        else:
            self._look_again()

    def cancel(self) -> None:
        """Stop the forks; what has come out stays."""
        if self.cures is not None:
            self.cures.cancel()

    def close_down(self) -> None:
        """Stop for good, when the window closes or shows another experiment."""
        self._timer.stop()
        if self.cures is not None:
            self.cures.end()

    def _clear(self) -> None:
        self.cancel()
        self.cures = self.trials = None
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        self.chart.show_lines(())
        self._note.say("")
        self._progress.show_progress(0.0)

    def _begin(self, cures: Cures) -> None:
        self._clear()
        self.cures = cures.start()
        trials = cures.look()
        self._metric.set_options(tuple((each, metric_in_words(each)) for each in trials.metrics))
        self._metric.set_value(trials.metrics[0])
        for number, treated in enumerate(trials.treated):
            row = CureRow(number, treated)
            row.applied.connect(self._apply)
            self._list.insertWidget(number, row)
            self.rows.append(row)
        self._go.show()
        self._curves.show()
        self.refresh()

    def _apply(self, number: int) -> None:
        if self.trials is not None:
            remedy = self.trials.treated[number].remedy
            if remedy.from_start:
                self.restarted.emit(remedy.experiment, remedy.label)
            elif self.cures is not None and self.cures.went_back:
                self.wentBack.emit(self.cures.steps, remedy.experiment, remedy.label)
            else:
                self.edited.emit(remedy.experiment, remedy.label, "")

    # Showing

    def refresh(self) -> None:
        """Look at how far the forks are."""
        if self.cures is not None and (self.trials is None or not self.trials.done):
            self.trials = self.cures.look()
            self._redraw()

    def _redraw(self) -> None:
        trials, cures = self.trials, self.cures
        if trials is None or cures is None:
            return
        metric = self._metric.value()
        shown = _format(metric, self._prepared)
        self._where.set_text(_summary(trials, metric) if trials.done else trials.message)
        self._go.setText("Try again" if trials.done else "Stop")
        self._go.setAccessibleName(self._go.text())
        self._go.updateGeometry()
        self._progress.show_progress(0.0 if trials.done else trials.progress)
        self._note.say(_how(cures, trials))
        ends = [_ends(treated, metric) for treated in trials.treated]
        most = 1.0 if metric.endswith("accuracy") else 1.05 * _usual_most(ends)
        lines = []
        for number, (treated, row) in enumerate(zip(trials.treated, self.rows, strict=True)):
            middle, mark = treated.median(metric), trials.control(treated).median(metric)
            row.strip.show_values(ends[number], middle, mark, most, shown)
            row.show_effect(trials.effect(treated, metric) if treated.remedy.changes else None)
            band = treated.band(metric)
            ended = "fails" if treated.failed else ""
            lines.append(Line(treated.name, number, band.step, band.median, ended=ended, band=band))
        self.chart.show_lines(lines, metric.endswith("accuracy"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page's grey."""
        painter_of(self).fillRect(QRectF(self.rect()), theme().color("window"))


def _ends(treated: Treated, metric: str) -> list[float]:
    """Where the forks stand now, or ended."""
    values = [result.metrics.get(metric, np.nan) for result in treated.outcome.results if not result.failure]
    return [float(value) for value in values if np.isfinite(value)]


def _usual_most(ends: list[list[float]]) -> float:
    """The largest end, but not one that is far beyond all others."""
    values = sorted(max(each) for each in ends if each)
    if not values:
        return 1.0
    return min(values[-1], 4.0 * values[len(values) // 2])


def _format(metric: str, prepared: Prepared | None) -> Format:
    if metric.endswith("accuracy"):
        return percent
    unit = prepared.target_unit if prepared is not None else ""
    return with_unit(unit) if metric.endswith("rmse") else measure


def _summary(trials: Trials, metric: str) -> str:
    """What helped, in one sentence."""
    tried = [treated for treated in trials.treated if treated.remedy.changes]
    effects = [(treated, trials.effect(treated, metric)) for treated in tried]
    helped = [treated.remedy.label for treated, effect in effects if effect.word == "helped"]
    if any(effect.word == "waiting" for _treated, effect in effects):
        return trials.message
    if not helped:
        return "None of them helped." if len(tried) > 1 else "It did not help."
    if len(helped) == len(tried):
        return "It helped." if len(tried) == 1 else "All of them helped."
    return f"Helped: {', '.join(helped)}."


def _how(cures: Cures, trials: Trials) -> str:
    """What was done, so that nobody takes it for more."""
    words = []
    if any(not treated.remedy.from_start for treated in trials.treated):
        orders = "all samples in every step" if trials.alike else f"{cures.count} orders of the mini-batches"
        further = f"{count(cures.epochs)} epochs further, {orders}"
        whose = "weights" if cures.went_back else "present weights"
        last = ", the last with a good loss" if cures.went_back else ""
        words.append(f"From the {whose} of step {count(cures.steps)}{last}: {further}.")
    if any(treated.remedy.from_start for treated in trials.treated):
        lost = cures.lost and not cures.went_back
        why = "the present loss is no number" if lost else "the change needs other first weights"
        length = f"{count(cures.start_epochs)} epochs, {cures.count} seeds"
        words.append(f"From the start, because {why}: {length}.")
    words.append("Curves are medians, shaded the middle half.")
    return " ".join(words)
