"""Slow motion as a mode of the window: strip above, worksheet beside, bar below, numbers on the canvas."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.words import called
from playground.session.snapshot import Rehearse, Snapshot, Wants
from playground.views.canvas.view import Canvas
from playground.views.output.confusion_view import picture, values_picture
from playground.views.slow_motion import formulas
from playground.views.slow_motion.bar import Bar
from playground.views.slow_motion.stage import StageItem
from playground.views.slow_motion.strip import Strip
from playground.views.slow_motion.update_terms import update_lines
from playground.views.slow_motion.walk import Followed, Walk
from playground.views.slow_motion.worksheet import Worksheet
from playground.views.theme import theme

KEYS = (
    *(Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home),
    *(Qt.Key.Key_End, Qt.Key.Key_Space, Qt.Key.Key_Escape),
)
DWELL = 900  # milliseconds at a micro-step while it walks by itself


class SlowMotionMode(QObject):
    """Brings up the parts and moves them together. `toggled` says when it begins and ends."""

    toggled = Signal(bool)
    asked = Signal()  # another step is wanted
    keepRequested = Signal()  # noqa: N815

    def __init__(self, canvas: Canvas, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self.walk = Walk()
        self.active = False
        self._experiment: Experiment | None = None
        self._prepared: Prepared | None = None
        self._asked = Rehearse(None)
        self._arriving = False
        self.strip = Strip(self.walk, parent)
        self.sheet = Worksheet(self.walk, parent)
        self.bar = Bar(parent)
        self.stage = StageItem(canvas.canvas_scene, self.walk)
        self.stage.setVisible(False)
        canvas.canvas_scene.addItem(self.stage)
        self._timer = QTimer(self)
        self._timer.setInterval(DWELL)
        self._timer.timeout.connect(self._walk_on)
        self._connect()
        for part in (self.strip, self.sheet, self.bar):
            part.hide()

    def _connect(self) -> None:
        self.strip.went.connect(self.go)
        self.bar.back.clicked.connect(lambda: self.move(-1))
        self.bar.next.clicked.connect(lambda: self.move(1))
        self.bar.play.clicked.connect(self.play)
        self.bar.other.clicked.connect(self.another)
        self.bar.keep.clicked.connect(self.keepRequested)
        self.bar.picked.connect(lambda row: self.ask(Rehearse(row)))
        self.bar.mode.connect(lambda key: self.ask(Rehearse(None if key == "batch" else self._some_row())))
        self._canvas.weightChosen.connect(self._follow)
        theme().changed.connect(self._refresh)  # formulas bear the colours in which they were written

    # What a view has -----------------------------------------------------------------------------

    def wants(self) -> Wants:
        """A rehearsal, while it is on."""
        return Wants(rehearse=self._asked) if self.active else Wants()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the rehearsal of this moment."""
        self._prepared = snapshot.prepared
        if self._prepared is not None and not self._asked.fits(self._prepared):
            self.ask(Rehearse(self._some_row()))
        motion = snapshot.slow_motion
        if not self.active or motion is self.walk.motion:
            return
        self._experiment = snapshot.experiment
        self.walk.show(motion)
        if motion is not None and self._arriving:  # a chosen sample is shown at the end of its way
            self._arriving = False
            self.walk.go(self.walk.places("forward")[-1])
        self._refresh()

    # The walk ------------------------------------------------------------------------------------

    def set_active(
        self,
        active: bool,
        snapshot: Snapshot | None = None,
        row: int | None = None,
        values: tuple[float, ...] | None = None,
    ) -> None:
        """Begin on this sample, on this input by hand, or on any sample; or end."""
        if active == self.active:
            return
        self.active = active
        self._arriving = row is not None or values is not None
        self._timer.stop()
        self._prepared = snapshot.prepared if snapshot is not None else self._prepared
        if active:
            self._asked = Rehearse(row if row is not None else self._some_row())
            if values is not None:
                self._asked = Rehearse(None, values)
        self.walk.show(None)
        for part in (self.strip, self.sheet, self.bar):
            part.setVisible(active)
        self.stage.setVisible(active)
        self._canvas.set_bare(active, images=not active)
        self._refresh()
        self.toggled.emit(active)

    def ask(self, asked: Rehearse) -> None:
        """Rehearse another step."""
        self._asked = asked
        self.asked.emit()

    def _some_row(self) -> int:
        row, prepared = self._asked.row, self._prepared
        if row is not None and (prepared is None or self._asked.fits(prepared)):
            return row
        return int(self._prepared.train[0]) if self._prepared is not None and len(self._prepared.train) else 0

    def another(self) -> None:
        """The next training sample."""
        if self._prepared is not None and len(self._prepared.train):
            train = self._prepared.train.tolist()
            here = train.index(self._asked.row) if self._asked.row in train else -1
            self.ask(Rehearse(train[(here + 1) % len(train)]))

    def go(self, place: int) -> None:
        """To a place of the walk."""
        self.walk.go(place)
        if self.walk.now is not None:
            self._canvas.reveal("output" if self.walk.now.phase == "loss" else self.walk.now.layer)
        self._refresh()

    def move(self, by: int) -> None:
        """Some micro-steps on, or back."""
        self.go(self.walk.at + by)

    def play(self) -> None:
        """Walk by itself, or stand still."""
        if self._timer.isActive():
            self._timer.stop()
        else:
            if self.walk.at == self.walk.last:
                self.go(0)
            self._timer.start()
        self._name_play()

    def _walk_on(self) -> None:
        self.move(1)
        if self.walk.at == self.walk.last:
            self._timer.stop()
            self._name_play()

    def _name_play(self) -> None:
        words = "Stop" if self._timer.isActive() else "Play slowly"
        self.bar.play.setText(words)
        self.bar.play.setAccessibleName(words)
        self.bar.play.updateGeometry()

    def takes(self, event: QKeyEvent) -> bool:
        """True for keys that are meant for the walk and not for the window's commands."""
        bare = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self.active and bare and event.key() in KEYS

    def press(self, event: QKeyEvent) -> bool:
        """Arrows walk, Space walks by itself, Escape ends; True if the key was meant for the walk."""
        if not self.takes(event):
            return False
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_Right: lambda: self.move(1),
            Qt.Key.Key_Left: lambda: self.move(-1),
            Qt.Key.Key_Home: lambda: self.go(0),
            Qt.Key.Key_End: lambda: self.go(self.walk.last),
            Qt.Key.Key_Space: self.play,
            Qt.Key.Key_Escape: lambda: self.set_active(False),
        }
        keys[Qt.Key(event.key())]()
        return True

    def _follow(self, layer: str, unit: int, source: int) -> None:
        if self.active:
            self.walk.follow(Followed(layer, unit, source))
            self._refresh()

    def _refresh(self) -> None:
        lines = [*self._whose(), *self._spoken()]
        self.stage.unit = self._unit()
        self.stage.set_formula("".join(f"<p style='margin:0 0 4px 0'>{line}</p>" for line in lines))
        self.strip.refresh()
        if self._experiment is not None:
            self.sheet.refresh(self._experiment)
        self.bar.show_motion(self.walk.motion, self._prepared)
        self.bar.back.setEnabled(self.walk.at > 0)
        self.bar.next.setEnabled(self.walk.at < self.walk.last)
        self.stage.picture = self._picture()
        self.stage.update()
        self._canvas.viewport().update()

    def _picture(self) -> QImage | None:
        """The image that the neurons show, None where the inputs are no image."""
        motion, prepared = self.walk.motion, self._prepared
        if motion is None or prepared is None or prepared.image_shape is None:
            return None
        if motion.asked.values is not None:
            return values_picture(prepared, motion.asked.values)
        if not len(motion.rows):
            return None
        return picture(prepared, int(motion.rows[0])) if motion.rows[0] < len(prepared.raw_inputs) else None

    def _whose(self) -> list[str]:
        """The neuron by name, where it is one of those that the canvas has no room for."""
        now = self.walk.now
        column = self._canvas.canvas_scene.columns.get(now.layer) if now is not None else None
        if now is None or column is None or now.phase == "loss" or self._unit() in column.units:
            return []
        return [f"{called(now.layer)}, neuron {self._unit() + 1}, out of sight"]

    def _unit(self) -> int:
        """The unit whose numbers are written out; of a layer that is computed at once, the one followed."""
        now, followed = self.walk.now, self.walk.followed
        if now is None:
            return 0
        if now.unit < 0 and followed is not None and followed.layer == now.layer:
            return followed.unit
        column = self._canvas.canvas_scene.columns.get(now.layer)
        if now.unit < 0 and column is not None and column.units:
            return column.units[0]  # one in sight
        return max(now.unit, 0)

    def _spoken(self) -> list[str]:
        """The formula of this micro-step."""
        motion, now, followed = self.walk.motion, self.walk.now, self.walk.followed
        experiment = self._experiment
        if motion is None or now is None or experiment is None or now.layer == "input":
            return []
        if now.phase == "loss":
            return formulas.loss_lines(motion, experiment)
        sheet = motion.layers[now.layer]
        unit = self._unit()
        mine = followed if followed is not None and followed.layer == now.layer else None
        source = mine.source if mine is not None and mine.unit == unit else 0
        if now.phase == "forward":
            return formulas.forward_lines(sheet, unit, experiment, source)
        if sheet.weight is None:
            return formulas.passed_back(sheet, unit) if now.phase == "backward" else []
        weight = Followed(now.layer, unit, source)
        if now.phase == "update":
            return update_lines(motion, weight, experiment)[-2:]
        if mine is not None and mine.unit == unit:
            return formulas.gradient_lines(motion, sheet, weight)
        return formulas.delta_lines(motion, sheet, unit, experiment)
