"""The page "Is it luck?": repeat the experiment with other seeds, alone or against another one."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QEvent, QRectF, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.shapes import task
from playground.experiment.yardsticks import Yardstick
from playground.session.repeat import Repeat, Repeated, Side
from playground.session.repeat_table import run_rows
from playground.session.snapshot import Snapshot, Wants
from playground.session.spreadsheet import as_csv
from playground.sweep.jobs import EPOCHS
from playground.sweep.scores import main_metric
from playground.sweep.wording import ONE_SEED, metric_in_words
from playground.views.luck.band_chart import BandChart, Curves
from playground.views.luck.rivals import RivalButton
from playground.views.luck.spread_table import SpreadTable
from playground.views.luck.together_view import Said, Tile, fill_tiles, tiles_for
from playground.views.luck.verdict_card import VerdictCard
from playground.views.luck.words import value_format
from playground.views.plots.reference import Reference
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of, rounded
from playground.views.widgets.export_menu import export_menu, open_below
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.numbers import count
from playground.views.widgets.progress import Progress
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text
from playground.views.widgets.segments import Segments

SEEDS = ("5", "10", "30")
POLL = 150  # milliseconds between two looks, at least
SHARE = 0.15  # of the window's time, at most, for showing what has come out
MARGIN = 24
MOST_STEPS = 10**9
THIS = "This experiment"
TRAINED = ("data", "network", "training", "seed")  # the parts of an experiment that its runs depend on
CHANGED = "; the experiment has changed since"


class LuckPage(QWidget):
    """Repeats the experiment on screen; `set_rivals` offers others to compare it with."""

    edited = Signal(object, str, str)  # no edits; every view has it
    exportRequested = Signal(str)  # noqa: N815 - "table", "chart" or "page"
    found = Signal(object)  # what has come out so far, when another run has finished

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Is it luck?")
        self._experiment: Experiment | None = None
        self._prepared: Prepared | None = None
        self._repeat: Repeat | None = None
        self._repeated: Repeated | None = None
        self._repeated_on: Prepared | None = None
        self._repeated_steps = 0
        self._drawn: tuple[object, ...] = ()
        self._tiles: tuple[Tile, ...] = ()
        self._kinds: tuple[type[object], ...] = ()
        self._steps_typed = False
        self._subtitle = Text(ONE_SEED, style="body", color="text-2")
        self._what = Segments("Metric")
        self._what.edited.connect(self._redraw)
        self.rivals = RivalButton()
        self._seeds = Segments("Seeds", tuple((seeds, seeds) for seeds in SEEDS))
        self._seeds.setToolTip("How many seeds, from the experiment’s own on")
        self._seeds.edited.connect(self._dress)
        self._steps = NumberField("Steps of each run", Range(1, MOST_STEPS, whole=True), framed=False)
        self._steps.setFixedWidth(84)
        self._steps.setTextMargins(8, 0, 6, 0)
        self._steps.edited.connect(self._keep_steps)
        self._go = TextButton("Repeat", primary=True)
        self._go.clicked.connect(self.toggle)
        self.export = IconButton("page", "Export", tip="Write all runs, or a picture, to a file")
        self.export.clicked.connect(lambda: open_below(self.export_menu(), self.export))
        for button in (self.export, self._go):
            button.setProperty("screen_only", True)
        self._progress = Progress()
        self.chart = BandChart()
        self._reference = Reference(self)
        self._reference.found.connect(self._redraw)
        self.verdict = VerdictCard()
        self.table = SpreadTable()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)
        self._lay_out()
        self._seeds.set_value(SEEDS[0])
        self._dress()

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(10)
        header.addWidget(Text("Is it luck?", style="page"))
        header.addWidget(self._subtitle, 1)
        header.addWidget(self._what)
        header.addWidget(self.rivals)
        for label, control in (("seeds", self._seeds), ("steps", self._steps)):
            header.addWidget(Text(label, style="body", color="text-2"))
            header.addWidget(Plate(control) if control is self._steps else control)
        header.addWidget(self.export)
        header.addWidget(self._go)
        upper = QHBoxLayout()
        upper.setSpacing(16)
        self.chart_card = Framed(self.chart)
        upper.addWidget(self.chart_card, 2)
        upper.addWidget(self.verdict, 1)
        self._lower = QHBoxLayout()
        self._lower.setSpacing(16)
        self._lower.addWidget(self.table, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 18, MARGIN, 20)
        column.setSpacing(10)
        column.addLayout(header)
        column.addWidget(self._progress)
        column.addLayout(upper, 1)
        column.addSpacing(6)
        column.addLayout(self._lower, 1)

    # What the window tells

    def wants(self) -> Wants:
        """Nothing: the runs of this page are its own."""
        return Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """The experiment on screen, which is what `Repeat` trains."""
        if self._experiment is None or self._experiment.data != experiment.data:
            name = main_metric(task(experiment.data))
            words = metric_in_words(f"x_{name}").removeprefix("X ")
            self._what.set_options((("loss", "Loss"), (name, words[:1].upper() + words[1:])))
        self._experiment = experiment
        self.rivals.set_experiment(experiment)
        self._say_how_far()

    def set_rivals(self, rivals: tuple[Side, ...]) -> None:
        """Other experiments to compare with, such as pinned runs and the one before the last change."""
        self.rivals.set_rivals(rivals)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The data, and how far the run on screen is: as far as that the others train too."""
        prepared = snapshot.prepared
        if prepared is not None:
            self._prepared = prepared
        if self._steps_typed or self._repeat is not None or self._prepared is None:
            return
        each = snapshot.experiment.steps_per_epoch(len(self._prepared.train))
        self._steps.set_value(snapshot.steps or EPOCHS * each)

    def _keep_steps(self, _value: object, _finished: bool) -> None:
        self._steps_typed = True

    # Repeating

    @property
    def running(self) -> bool:
        """True while seeds are trained."""
        return self._repeat is not None and (self._repeated is None or not self._repeated.done)

    @property
    def _stale(self) -> bool:
        """True if the runs shown are of settings that the experiment no longer has."""
        if self._repeat is None or self._experiment is None:
            return False
        then, now = self._repeat.sides[0].experiment, self._experiment
        return any(getattr(then, part) != getattr(now, part) for part in TRAINED)

    def toggle(self) -> None:
        """Start, or stop what is running."""
        if self.running:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Repeat the experiment on screen."""
        if self._experiment is None:
            return
        sides = [Side(THIS, self._experiment)]
        rival = self.rivals.chosen()
        if rival is not None:
            sides.append(rival)
        value = self._steps.value()
        self._repeated_steps = int(value or 0)
        self._repeat = Repeat(tuple(sides), int(self._seeds.value()), self._repeated_steps or None).start()
        self._repeated, self._repeated_on, self._drawn = None, self._prepared, ()
        self.verdict.ask()
        self._timer.start()
        self._look()

    def stop(self) -> None:
        """Cancel; what has come out stays."""
        if self._repeat is not None:
            self._repeat.cancel()

    def close_down(self) -> None:
        """Stop for good, when the window closes."""
        self._timer.stop()
        if self._repeat is not None:
            self._repeat.end()

    def _look(self) -> None:
        if self._repeat is None:
            return
        start = time.perf_counter()
        before, self._repeated = self._repeated, self._repeat.look()
        if self._repeated.done:
            self._timer.stop()
        if self._repeated.count != (before.count if before is not None else 0):
            self.found.emit(self._repeated)
        if self.isVisible():
            self._redraw()
        self._timer.setInterval(max(POLL, int(1e3 * (time.perf_counter() - start) / SHARE)))

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has come out in the meantime; while the page was hidden nothing was drawn."""
        if self.running:
            self._look()
        else:
            self._redraw()

    # Exporting

    def table_as_csv(self) -> str:
        """A row for each run, with every metric at its end."""
        return as_csv(run_rows(self._repeated)) if self._repeated is not None else ""

    def export_menu(self) -> QMenu:
        """What can be written to a file."""
        return export_menu(self, self.exportRequested.emit)

    # Showing

    def judged_by(self) -> str:
        """The metric on the chart and in the verdict: of validation samples where there are any."""
        on = self._repeated_on or self._prepared
        part = "train" if on is not None and not len(on.validation) else "validation"
        return f"{part}_{self._what.value() or 'loss'}"

    def _dress(self, *_: object) -> None:
        self._go.setText("Cancel" if self.running else f"Repeat with {self._seeds.value()} seeds")
        self.export.setEnabled(self._repeated is not None)
        self._go.updateGeometry()
        self._go.update()

    def _redraw(self, *_: object) -> None:
        self._dress()
        repeated = self._repeated
        if repeated is None:
            return
        self._progress.show_progress(repeated.progress if not repeated.done else 0.0)
        self._say_how_far()
        metric = self.judged_by()
        unit = self._repeated_on.target_unit if self._repeated_on is not None else ""
        self._draw_chart(repeated, metric, unit)
        drawn = (repeated.count, repeated.done, metric, theme().name)
        if drawn != self._drawn:
            self._drawn = drawn
            self.verdict.show_repeated(repeated, metric, unit)
            self.table.show_repeated(repeated, unit)
            self._draw_tiles(repeated)

    def _say_how_far(self) -> None:
        if self._repeated is not None:
            how_far = f"{self._repeated.message.removesuffix('.')}, {count(self._repeated_steps)} steps each"
            self._subtitle.set_text(how_far + (CHANGED if self._stale else ""))

    def _draw_chart(self, repeated: Repeated, metric: str, unit: str) -> None:
        kind = "share" if metric.endswith("accuracy") else "size"
        curves = tuple(
            Curves(each.side.label, each.band(metric), each.ends(metric), each.curve(0, metric))
            for each in repeated.outcomes
        )
        self.chart.reference = self._best(repeated, metric)
        found = repeated.outcomes[0].spread(metric)
        apart = found.high - found.low if found is not None else math.nan
        self.chart.show_curves(curves, metric_in_words(metric), value_format(metric, unit, apart), kind)

    def _best(self, repeated: Repeated, metric: str) -> Yardstick | None:
        """The best baseline for the data of the first seed, where a loss means the same on all sides."""
        prepared = self._repeated_on
        if prepared is None or repeated.unlike(metric):
            return None
        experiment = repeated.outcomes[0].side.experiment
        found = self._reference.best(experiment, lambda: prepared, metric)
        return Yardstick(f"{found.label}, first seed", found.value) if found is not None else None

    def _draw_tiles(self, repeated: Repeated) -> None:
        sides = self._said(repeated)
        if not sides:
            return
        kinds = tuple(type(side.found) for side in sides)
        wanted = tiles_for(sides) if kinds != self._kinds else self._tiles
        if wanted is not self._tiles:
            for tile in self._tiles:
                tile.deleteLater()
            for place, tile in enumerate(wanted):
                self._lower.insertWidget(place, tile)
            self._tiles, self._kinds = wanted, kinds
            self._fit_tiles()
        fill_tiles(self._tiles, sides)

    def _said(self, repeated: Repeated) -> list[Said]:
        """What the sides answer of which a run has finished; a side alone needs no name."""
        sides, on = [], self._repeated_on
        for outcome in repeated.outcomes:
            found = outcome.answers()
            if found is not None and on is not None:
                name = outcome.side.label if len(repeated.outcomes) > 1 else ""
                sides.append(Said(name, found, on, len(outcome.finished)))
        return sides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles are as wide as their pictures."""
        super().resizeEvent(event)
        self._fit_tiles()

    def _fit_tiles(self) -> None:
        height = (self.height() - 120) / 2
        most = 0.27 * self.width() if len(self._tiles) > 1 else 0.42 * self.width()
        for tile in self._tiles:
            tile.setFixedWidth(int(min(most, height - 30 if tile.square else 1.6 * height)))

    def changeEvent(self, event: QEvent) -> None:
        """Colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._repeated is not None:
            self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The window's grey behind the cards."""
        painter_of(self).fillRect(self.rect(), theme().color("window"))


class Plate(QWidget):
    """A white plate with a rim under a field, which has the grey of the page."""

    def __init__(self, field: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(field)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The plate."""
        radius = theme().radius("field")
        fill, rim = theme().color("raised"), theme().color("border")
        rounded(painter_of(self), QRectF(self.rect()), radius, fill, rim)


class Framed(Card):
    """A card around a chart."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addWidget(inside)


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(LuckPage, "spiral", (1440, 818))
