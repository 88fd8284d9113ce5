"""The race: who runs, their curves, their landscape and what each network answers, live side by side."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.yardsticks import Yardstick, same_loss
from playground.session.race.contests import CONTESTS, Contestant
from playground.session.race.race import LaneView, Race, RaceState
from playground.session.race.table import lane_rows
from playground.session.repeat import Side
from playground.session.seeds import SeedBook, Seeds
from playground.session.snapshot import Snapshot, Wants
from playground.session.spreadsheet import as_csv
from playground.sweep.verdict import Band
from playground.views.plots.lines_chart import Line, LinesChart
from playground.views.plots.reference import Reference
from playground.views.race.chips import Chips
from playground.views.race.lane_card import LaneCard
from playground.views.race.race_map import RaceMap
from playground.views.race.seeds_button import SeedsButton
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, RoundButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of
from playground.views.widgets.export_menu import export_menu, open_below
from playground.views.widgets.numbers import count
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.segments import Segments

FRAME = 16  # milliseconds between two looks at the race
SPEEDS = (("20", "Slow"), ("300", "Normal"), ("inf", "Max"))
CURVES = (("train_loss", "Train loss"), ("validation_loss", "Validation loss"))
HINT = "Click a lane below to draw the map through its end."
NOBODY = "This experiment has nothing of that kind to race."


class RacePage(QWidget):
    """A page for one experiment. `edited` takes a lane's experiment into the window as one undo step."""

    edited = Signal(object, str, str)
    ended = Signal()
    exportRequested = Signal(str)  # noqa: N815 - "table", "chart" or "page"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Race")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._experiment: Experiment | None = None
        self._contestants: tuple[Contestant, ...] = ()
        self._stale = True
        self._through: tuple[int, ...] = ()
        self.race: Race | None = None
        self._shown: RaceState | None = None
        self._book: SeedBook | None = None
        self.cards: list[LaneCard] = []
        self._build()
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME)
        self._timer.timeout.connect(self.refresh)
        theme().changed.connect(self.update)

    # The parts

    def _build(self) -> None:
        self._alike = Text("", style="label", color="text-2")
        self._contest = Segments("What differs", tuple((each.key, each.label) for each in CONTESTS))
        self._contest.edited.connect(lambda *_: self._gather())
        self._speed = Segments("Speed", SPEEDS)
        self._speed.set_value("300")
        self._speed.edited.connect(lambda value, _: self._set_speed())
        self._step = Text("Step 0", style="label", color="text-2", fixed=96)
        self.export = IconButton("page", "Export", tip="Write the lanes as a table, or a picture, to a file")
        self.export.clicked.connect(lambda: open_below(self.export_menu(), self.export))
        self.reset = IconButton("reset", "Back to the start")
        self.reset.clicked.connect(self._reset)
        self.play = RoundButton("play", "Start the race")
        self.play.clicked.connect(self.toggle)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(Text("Race", style="page"))
        head.addSpacing(6)
        head.addWidget(self._contest)
        head.addStretch(1)
        for part in (self._step, self._speed, self.export, self.reset, self.play):
            part.setProperty("screen_only", part is not self._step)
            head.addWidget(part)
        self._chips = Chips()
        self._chips.chosen.connect(lambda keys: self._line_up(keys))
        self._lanes = QHBoxLayout()
        self._lanes.setSpacing(12)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 14, 24, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self._chips)
        column.addLayout(self._build_middle(), 5)
        column.addLayout(self._lanes, 4)

    def _build_middle(self) -> QHBoxLayout:
        self._which = Segments("Which loss", CURVES)
        self._which.edited.connect(lambda *_: self._redraw())
        self.chart = LinesChart("Loss by step, one curve a lane")
        self._reference = Reference(self)
        self._reference.found.connect(self._redraw)
        self.chart_card, inside = Card(), QVBoxLayout()
        self.chart_card.setAccessibleName("Race, loss by step")
        inside.setContentsMargins(14, 10, 10, 8)
        self.seeds = SeedsButton(self._sides)
        self.seeds.began.connect(lambda: self.race.pause() if self.race is not None else None)
        inside.addWidget(side_by_side(self._which, self._alike, self.seeds, spacing=12, stretch=1))
        inside.addWidget(self.chart, 1)
        self.chart_card.setLayout(inside)
        self.map = RaceMap()
        self._surface = Text("Loss landscape", style="section")
        land, within = Card(), QVBoxLayout()
        within.setContentsMargins(14, 10, 14, 12)
        within.setSpacing(8)
        within.addWidget(self._surface)
        hint = Text(HINT, style="caption", color="text-2")
        for part in (hint, self.seeds):
            part.setProperty("screen_only", True)
        within.addWidget(hint)
        within.addWidget(self.map, 1)
        land.setLayout(within)
        land.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.chart_card, 11)
        row.addWidget(land, 5)
        return row

    # What every page has

    def wants(self) -> Wants:
        """Nothing of the window's run: the race has runs of its own."""
        return Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """Race this one; a race under way goes on until the page is opened again or who runs changes."""
        if experiment != self._experiment:
            self._experiment, self._stale = experiment, True
            if self.isVisible():
                self._gather()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The window's run is no part of the race."""

    def set_seeds(self, book: SeedBook) -> None:
        """What is known of other seeds of the lanes."""
        self._book = book
        if self.isVisible():
            self._redraw()

    def showEvent(self, event: QShowEvent) -> None:
        """Line up."""
        super().showEvent(event)
        if self._stale:
            self._gather()
        self._timer.start()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """A race nobody sees is paused."""
        super().hideEvent(event)
        self._timer.stop()
        if self.race is not None:
            self.race.pause()

    def close_race(self) -> None:
        """End the runs, without waiting for a step or a kernel under way."""
        if self.race is not None:
            self.race.close(0.0)
            self.race = None

    def close_down(self) -> None:
        """Stop for good, when the window closes or shows another experiment."""
        self._timer.stop()
        self.seeds.close_down()
        self.ended.emit()
        if self.race is not None:
            self.race.close()
            self.race = None

    # Who runs

    def _gather(self) -> None:
        """All contestants of the chosen contest; the usual ones line up."""
        if self._experiment is None:
            return
        self._stale = False
        contest = next(each for each in CONTESTS if each.key == self._contest.value())
        self._contestants = contest.contestants(self._experiment)
        running = contest.chosen(self._contestants, self._experiment)
        self._chips.show_contestants(self._contestants, running)
        self._line_up(running)

    def _line_up(self, keys: tuple[str, ...]) -> None:
        self.close_race()
        self.seeds.stop()
        for card in self.cards:
            self._lanes.removeWidget(card)
            card.hide()
            card.deleteLater()
        running = [each for each in self._contestants if each.key in keys]
        self.cards = [LaneCard(number, each.label) for number, each in enumerate(running)]
        for card in self.cards:
            card.opened.connect(self._open)
            card.chosen.connect(self._draw_through)
            card.through.clicked.connect(lambda _=False, number=card.number: self._draw_through(number))
            self._lanes.addWidget(card, 1)
        self._shown, self._through = None, ()
        if running:
            experiments = [each.experiment for each in running]
            home = experiments.index(self._experiment) if self._experiment in experiments else 0
            self.race = Race(running, home).start()
            self._set_speed()
            self.refresh()
        else:
            self._alike.set_text(NOBODY)
            self.chart.show_lines(())

    def _open(self, number: int) -> None:
        if self.race is not None:
            contestant = self.race.latest().lanes[number].contestant
            self.edited.emit(contestant.experiment, f"Take {contestant.label} from the race", "")

    def _draw_through(self, number: int) -> None:
        """A click on a card: the map goes through its end, or no longer."""
        if self.race is not None:
            kept = tuple(each for each in self._through if each != number)
            self._through = kept if number in self._through else (*kept, number)[-2:]
            self.race.draw_through(self._through)

    # Running

    def toggle(self) -> None:
        """Play or pause."""
        if self.race is not None:
            if self.race.latest().playing:
                self.race.pause()
            else:
                self.race.play()

    def _reset(self) -> None:
        if self.race is not None:
            self.race.reset()

    def _set_speed(self) -> None:
        if self.race is not None:
            self.race.set_speed(float(self._speed.value()))

    def event(self, event: QEvent) -> bool:
        """Space belongs to the race, not to the window's run."""
        typed = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if typed and event.key() == Qt.Key.Key_Space and not event.modifiers():  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses."""
        if event.key() == Qt.Key.Key_Space:
            self.toggle()
        else:
            super().keyPressEvent(event)

    # Exporting

    def table_as_csv(self) -> str:
        """A row for each lane where it stands now, with what other seeds of it came to."""
        lanes = self._shown.lanes if self._shown is not None else ()
        return as_csv(lane_rows(lanes, [self._seeds_of(lane) for lane in lanes]))

    def export_menu(self) -> QMenu:
        """What can be written to a file."""
        return export_menu(self, self.exportRequested.emit)

    # Showing

    def refresh(self) -> None:
        """Show the newest state of the race, if there is a newer one."""
        state = self.race.latest() if self.race is not None else None
        if state is not None and state is not self._shown:
            self._shown = state
            self._redraw()

    def _redraw(self) -> None:
        state = self._shown
        if state is None:
            return
        which = self._which.value()
        self._alike.set_text(state.message or state.alike)
        self._step.set_text(f"Step {count(state.steps)}")
        self.play.set_icon(*(("pause", "Pause") if state.playing else ("play", "Start the race")))
        seeds = [self._seeds_of(lane) for lane in state.lanes]
        lines = [
            _line(number, lane, which, each.band(which) if each is not None else None)
            for number, (lane, each) in enumerate(zip(state.lanes, seeds, strict=True))
        ]
        self.seeds.say_drawn(any(line.band is not None for line in lines))
        self.chart.reference = self._best(state, which)
        self.chart.show_lines(lines)
        self.map.show_state(state)
        shared = state.map is None or state.map.shared
        for number, (card, lane, line) in enumerate(zip(self.cards, state.lanes, lines, strict=True)):
            loss = float(line.value[-1]) if len(line.value) else math.nan
            own = state.map is not None and (shared or state.map.surface == number)
            each = seeds[number]
            answers = each.together if each is not None and each.steps == lane.steps else None
            card.show_lane(lane, loss, number in self._through, own, answers)
        self._surface.set_text(_title(state))

    def _sides(self) -> tuple[tuple[Side, ...], int | None]:
        """The lanes that can train, to be repeated as far as the race has come."""
        lanes = [lane for lane in self._shown.lanes if lane.prepared is not None] if self._shown else []
        steps = self._shown.steps if self._shown is not None else 0
        return tuple(Side(lane.label, lane.contestant.experiment) for lane in lanes), steps or None

    def _seeds_of(self, lane: LaneView) -> Seeds | None:
        """What other seeds of a lane have come to."""
        return self._book.of(lane.contestant.experiment) if self._book is not None else None

    def _best(self, state: RaceState, column: str) -> Yardstick | None:
        """The best baseline, if it is the same for all lanes and they have begun."""
        first, *others = [lane.contestant.experiment for lane in state.lanes]
        prepared = state.lanes[0].prepared
        if not state.steps or prepared is None:
            return None
        if any((each.data, each.seed) != (first.data, first.seed) for each in others):
            return None
        if not all(same_loss(each, first) for each in others):
            return None
        return self._reference.best(first, lambda: prepared, column)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The page's grey."""
        painter_of(self).fillRect(QRectF(self.rect()), theme().color("window"))


def _title(state: RaceState) -> str:
    """What the map shows."""
    map_ = state.map
    if map_ is None:
        return "Training loss around the paths"
    whose = "" if map_.shared else f" of {state.lanes[map_.surface].label}"
    prepared = state.lanes[map_.surface].prepared
    whole = len(prepared.train) if prepared is not None else map_.samples
    part = f", on {count(map_.samples)} samples" if map_.samples < whole else ""
    return f"Training loss{whose} around the paths{part}"


def _line(number: int, lane: LaneView, which: str, band: Band | None) -> Line:
    """A lane's curve up to now; what is not finite is left out."""
    step: NDArray[np.float64] = np.asarray(lane.history["step"], np.float64)
    value: NDArray[np.float64] = np.asarray(lane.history[which], np.float64)
    if lane.now is not None and len(step) and lane.now[0] > step[-1]:
        step = np.append(step, lane.now[0])
        value = np.append(value, lane.now[1 if which == "train_loss" else 2])
    good = np.isfinite(value)
    return Line(lane.label, number, step[good], value[good], ended="fails" if lane.failed else "", band=band)
