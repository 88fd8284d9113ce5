"""The dock under the canvas: how loss and accuracy went, step by step.

The chart itself is made with the first snapshot, after the window is on screen: the plotting library
takes a third of a second to load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.shapes import task
from playground.experiment.yardsticks import yardstick
from playground.session.seeds import Seeds
from playground.session.snapshot import Snapshot, TimelineView, Wants
from playground.sweep.scores import main_metric
from playground.sweep.verdict import Band, Standing
from playground.sweep.wording import rank_in_words
from playground.views.plots.axis import decimal_ticks, log_ticks, percent_ticks
from playground.views.plots.band_key import BandKey
from playground.views.plots.layer_chart import LayerChart
from playground.views.plots.scale import Scale
from playground.views.plots.track import Track
from playground.views.plots.words import Format, percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import painter_of, text_width, write
from playground.views.widgets.numbers import measure
from playground.views.widgets.rows import Text
from playground.views.widgets.segments import Segments
from playground.views.widgets.switch import Switch

if TYPE_CHECKING:
    from playground.views.plots.loss_chart import LossChart

NARROW = 840  # pixels
SHADED = "Shaded: the middle half of {} seeds of these settings; the thin line is their median."
BATCHES = "Each norm is that of one mini-batch."
STATUS = {
    "running": ("Live", "pass"),
    "paused": ("Paused", "text-3"),
    "loading": ("Getting ready", "text-3"),
    "failed": ("Stopped", "fail"),
    "blocked": ("Cannot train", "warn"),
}


class LossPlot(QWidget):
    """Loss, accuracy or RMSE over the steps, for training and validation."""

    edited = Signal(object, str, str)  # no edits; every view has it
    sought = Signal(int)  # travel to this step
    returned = Signal()  # back to the last step
    branched = Signal()  # begin a branch at the step on screen
    listed = Signal()  # show the menu of runs

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss plot")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._task = "classes"
        self._unit = ""
        self._snapshot: Snapshot | None = None
        self._drawn: tuple[object, ...] = ()
        self._rows = 0
        self._chart: LossChart | None = None
        self._scales = _scales()
        self._what = Segments("Plotted quantity")
        self._what.edited.connect(self._redraw)
        self._log_label = Text("log scale", style="body", color="text-2")
        self._log = Switch("Logarithmic scale")
        self._log.set_value(True)
        self._log.edited.connect(self._redraw)
        self._seeds: Seeds | None = None
        self.key = BandKey("Other seeds")
        self.key.clicked.connect(self._redraw)
        self.key.hide()
        self._follow = TextButton("Follow", quiet=True, tip="Show the whole run again (double-click)")
        self._follow.hide()
        self._live = TextButton("Back to live", tip="Return to the last step (End)")
        self._live.clicked.connect(self.returned)
        self._branch = TextButton(
            "Continue from here", primary=True, tip="Begin a branch; what came after stays as a faint run"
        )
        self._branch.clicked.connect(self.branched)
        self._runs = TextButton("Run 1", quiet=True, tip="Other runs of this session")
        self._runs.clicked.connect(self.listed)
        for button in (self._live, self._branch, self._runs):
            button.hide()
        self._status = Status()
        self._lay_out()
        self._set_options()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setContentsMargins(16, 0, 16, 0)
        header.setSpacing(8)
        parts = (self._what, self._log_label, self._log, self.key, None, *self._buttons(), self._status)
        for part in parts:
            if part is None:
                header.addStretch(1)
            else:
                header.addWidget(part)
        header.insertSpacing(1, 8)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 8, 0, 4)
        self._column.setSpacing(4)
        self._column.addLayout(header)
        self._layers = LayerChart()
        self._layers.hide()
        self._column.addWidget(self._layers, 1)
        self._column.addStretch(1)

    def _buttons(self) -> tuple[TextButton, ...]:
        return self._follow, self._runs, self._live, self._branch

    def sizeHint(self) -> QSize:
        """The dock's usual height."""
        return QSize(640, 212)

    def minimumSizeHint(self) -> QSize:
        """The dock in a low window."""
        return QSize(360, 150)

    # What every view has

    def wants(self) -> Wants:
        """The baselines, beside the history that every snapshot has."""
        return Wants(baselines=self.isVisible())

    def set_experiment(self, experiment: Experiment) -> None:
        """Accuracy for classes, RMSE for numbers."""
        self._task = task(experiment.data)
        self._unit = str(experiment.data.dataset.entry.target_unit)
        self._set_options()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the history as far as it goes."""
        self._status.show_state(snapshot.state)
        self._snapshot = snapshot
        if self.isVisible():
            self._redraw()

    def show_getting_ready(self) -> None:
        """Say so until the next moment that is shown."""
        self._status.show_state("loading")

    def show_seeds(self, seeds: Seeds | None) -> None:
        """What other seeds of the experiment on screen have come to; None where nobody knows."""
        if seeds is not self._seeds:
            self._seeds, self._drawn = seeds, ()
            if self._snapshot is not None and self.isVisible():
                self._redraw()

    @property
    def _narrow(self) -> bool:
        """True where the header has no room for every word."""
        return self.width() < NARROW

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer words where it is narrow."""
        super().resizeEvent(event)
        if (event.size().width() < NARROW) != (event.oldSize().width() < NARROW):
            self._drawn = ()
            if self._snapshot is not None and self.isVisible():
                self._redraw()

    def showEvent(self, event: object) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._snapshot is not None:
            self._redraw()

    # Drawing

    def _set_options(self) -> None:
        metric = "Accuracy" if self._task == "classes" else f"RMSE {self._unit and f'({self._unit})'}".strip()
        options = (("loss", "Loss"), ("metric", metric))
        self._what.set_options((*options, ("norms", "Gradient norm"), ("ratios", "Update ratio")))

    def _quantity(self) -> tuple[str, Format]:
        """Which scale to use and how to spell values."""
        if self._what.value() == "loss":
            return ("log" if self._log.value() else "loss"), measure
        if self._task == "classes":
            return "accuracy", percent
        return ("log rmse" if self._log.value() else "rmse"), with_unit(self._unit)

    def _redraw(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if self._show_layers(snapshot):
            return
        scale, value_format = self._quantity()
        self._log.setVisible(scale != "accuracy")
        crowded = self._narrow and (snapshot.timeline.travelled or self._seeds is not None)
        self._log_label.set_text("log" if self._narrow else "log scale")
        self._log_label.setVisible(scale != "accuracy" and not crowded)
        history, timeline = snapshot.history, snapshot.timeline
        ends = (len(history), int(history.step[-1]) if len(history) else -1)
        where = (
            snapshot.steps,
            timeline.tip,
            timeline.flags,
            *((b.number, b.tip) for b in timeline.branches),
        )
        reference = yardstick(snapshot.baselines, self._what.value() == "loss")
        drawn = (
            *(scale, self._unit, reference, self.key.isChecked(), snapshot.failure),
            *(*ends, history.train_loss[-1:].tobytes(), *where),
        )
        if drawn == self._drawn:
            return
        self._drawn = drawn
        shorter = ends[0] < self._rows - 1 and not timeline.travelled  # one may be where the run stood
        if len(history) and self._chart is not None and shorter:
            self._scales = _scales()  # a new run: old ranges mean nothing
        self._rows = len(history)
        from playground.views.plots.loss_chart import after, series_of  # late: loads the plotting library

        what = "loss" if self._what.value() == "loss" else "metric"
        chart, names = self._made_chart(), (f"train_{what}", f"validation_{what}")
        future = None
        if timeline.travelled:
            whole = next(branch.history for branch in timeline.branches if branch.current)
            future = after(series_of(whole, *names), snapshot.steps)
        ghosts = [series_of(branch.history, *names) for branch in timeline.branches if not branch.current]
        track = Track(snapshot.steps, timeline, snapshot.failure is not None)
        chart.show_timeline(track, future, ghosts, self._scales[scale])
        metric = "loss" if what == "loss" else main_metric(self._task)
        chart.show_bands(self._bands(metric))
        chart.show_series(series_of(history, *names), self._scales[scale], value_format, reference)
        self._show_travel(timeline)
        self._show_key(snapshot, metric, value_format)

    def _bands(self, metric: str) -> tuple[tuple[str, Band], ...]:
        """Where other seeds lie, unless they are switched off."""
        if self._seeds is None or not self.key.isChecked():
            return ()
        parts = (("train", "train"), ("val", "validation"))
        return tuple((token, self._seeds.band(f"{part}_{metric}")) for token, part in parts)

    def _show_key(self, snapshot: Snapshot, metric: str, shown: Format) -> None:
        """What the bands are, and how the run on screen stands among the seeds at its step."""
        seeds = self._seeds
        crowded = self._narrow and snapshot.timeline.travelled
        self.key.setVisible(seeds is not None and not crowded)
        if seeds is None or not len(snapshot.history):
            return
        held_out = snapshot.prepared is not None and len(snapshot.prepared.validation)
        part, which = ("validation", "metric") if held_out else ("train", "metric")
        own = float(snapshot.history[f"{part}_{'loss' if metric == 'loss' else which}"][-1])
        step, name = snapshot.steps, f"{part}_{metric}"
        changed = any(0 < flag.step <= step for flag in snapshot.timeline.flags)
        standing = None if changed else seeds.standing(name, step, own)
        words = rank_in_words(standing, seeds.count)
        self.key.say(words, seeds_in_words(seeds, name, step, own, standing, shown))

    def _show_layers(self, snapshot: Snapshot) -> bool:
        """Draw one curve a layer where that is chosen, up to the step on screen; True if so."""
        what = self._what.value()
        shown = what in ("norms", "ratios")
        self._layers.setVisible(shown)
        if self._chart is not None:
            self._chart.setVisible(not shown)
        if not shown:
            return False
        self._drawn = ()
        seeds = self._seeds if what == "norms" else None
        for part in (self._log, self._log_label):
            part.hide()
        self.key.setVisible(seeds is not None and not (self._narrow and snapshot.timeline.travelled))
        curves = snapshot.gradients
        if curves is not None:
            past = curves.steps <= snapshot.steps
            values = curves.norms if what == "norms" else curves.ratios
            bands = seeds.norm_bands if seeds is not None and self.key.isChecked() else {}
            self._layers.show_curves(curves.layers, curves.steps[past], values[past], bands)
            if seeds is not None:
                self.key.say(f"{seeds.count} seeds", f"{SHADED.format(seeds.count)} {BATCHES}")
        self._show_travel(snapshot.timeline)
        return True

    def _show_travel(self, timeline: TimelineView) -> None:
        """The buttons that belong to the past, and the name of the run where there are several."""
        self._live.setText("Back to live" if self._narrow else f"Back to live, step {timeline.tip:,}")
        for button in (self._live, self._branch):
            button.setVisible(timeline.travelled)
        self._status.setVisible(not timeline.travelled)
        names = [branch.name for branch in timeline.branches if branch.current]
        self._runs.setText(names[0] if names else "")
        self._runs.setVisible(len(timeline.branches) > 1)

    def follow(self) -> None:
        """Show the whole run again, however the user zoomed."""
        self._follow.click()

    def _made_chart(self) -> LossChart:
        if self._chart is None:
            from playground.views.plots.loss_chart import LossChart

            self._chart = LossChart(self)
            self._column.takeAt(2)  # the stretch that kept its place
            self._column.addWidget(self._chart, 1)
            self._chart.show()
            self._column.activate()  # the first curves need the size
            self._follow.clicked.connect(self._chart.follow)
            self._follow.clicked.connect(self._follow.hide)
            self._chart.moved.connect(self._follow.show)
            self._chart.rested.connect(self._follow.hide)
            self._chart.sought.connect(self.sought)
        return self._chart

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


def _scales() -> dict[str, Scale]:
    return {
        "loss": Scale(),
        "log": Scale(log=True, ticks=log_ticks),
        "accuracy": Scale(ticks=percent_ticks, ceiling=1.0),
        "rmse": Scale(ticks=decimal_ticks),
        "log rmse": Scale(log=True, ticks=log_ticks),
    }


def seeds_in_words(
    seeds: Seeds, metric: str, step: int, own: float, standing: Standing | None, shown: Format
) -> str:
    """What the band shows, and what a run with this value at this step looks like among the seeds."""
    words = SHADED.format(seeds.count)
    found = seeds.spread(metric, step)
    if standing is not None and found is not None:
        half = f"half of them lie between {shown(found.low)} and {shown(found.high)}"
        words += f" At step {step:,} {half}, this run at {shown(own)}."
    elif step > seeds.steps:
        words += f" They were trained for {seeds.steps:,} steps only."
    else:
        words += " This run was changed on its way, so that it is not judged by them."
    return words


class Status(QWidget):
    """Whether the run goes on: a dot and a word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = "paused"
        self.setAccessibleName("Paused")
        self.setFixedSize(int(max(text_width(word) for word, _ in STATUS.values()) + 18), 28)

    def show_state(self, state: str) -> None:
        """Say another state."""
        if state != self._state:
            self._state = state
            self.setAccessibleName(STATUS[state][0])
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dot and word, at the right end."""
        painter = painter_of(self)
        word, token = STATUS[self._state]
        write(painter, QRectF(self.rect()), word, "label", "text", Qt.AlignmentFlag.AlignRight)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color(token))
        painter.drawEllipse(QPointF(self.width() - text_width(word) - 11, self.height() / 2), 4, 4)


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(LossPlot, "spiral", (864, 212))
