"""The main window: the views around one document and one trainer, and the commands that act on them."""

from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QProcess, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from playground.app import filing, keyboard, look, menus, pinning, readiness, training, travel
from playground.app.exceptions import Reporter
from playground.app.failures import Failures, show_exception
from playground.app.frame_clock import FrameClock
from playground.app.pages import Pages
from playground.app.sessions import SessionSlot
from playground.app.settings import Settings, save_settings
from playground.experiment.held import follow_units
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem
from playground.experiment.surgery import Surgery
from playground.session.autosave import Autosave
from playground.session.document import ByHand, Change, Document
from playground.session.keep import Kept, keep_session
from playground.session.pins import PinBoard
from playground.session.run_file import RecordedRun
from playground.session.seeds import SeedBook
from playground.session.snapshot import Snapshot, Wants
from playground.session.trainer import Trainer
from playground.session.worker import Arrays
from playground.views.banner import Banner
from playground.views.canvas.view import Canvas
from playground.views.left_panel import LeftPanel
from playground.views.plots.loss_plot import LossPlot
from playground.views.right_panel import Line, RightPanel
from playground.views.slow_motion.mode import SlowMotionMode
from playground.views.top_bar import TopBar

FIRST_PAINT = 60  # milliseconds from showing the window to loading the engine
LATE = 400  # milliseconds from a change to saying that it takes a while


class Window(QMainWindow):
    """One experiment on screen: canvas, controls and everything there is to watch."""

    closing = Signal()  # what still works in the background has to end
    ready = Signal()  # all that is made ahead is there

    def __init__(
        self, document: Document, settings: Settings, reporter: Reporter, resume: Arrays | None = None
    ) -> None:
        super().__init__()
        self.document = document
        self.settings = settings
        self.pins = PinBoard()
        self.seeds = SeedBook()
        self.reporter = reporter
        self.slot: SessionSlot | None = None
        self._autosave: Autosave | None = None
        self._failures = Failures(self)
        self._problems: tuple[Problem, ...] = ()
        self._save_failed = False
        self._begun = self._closed = False
        self.actions_by_key: dict[str, QAction] = {}
        self._sent = 0  # changes given to the trainer
        self.travelled = False
        self.shown = document.experiment
        self.setAcceptDrops(True)
        self.setMinimumSize(1100, 700)
        self._build()
        self._connect()
        self.menu = menus.build(self)
        self.clock = FrameClock(lambda: self.trainer.latest(), self)
        self._start_trainer(resume)
        self._watch_views()
        self._show_experiment()
        self._select_first()
        self._update_title()
        self.canvas.setFocus()  # so that the first Space starts training and does not press the first button

    # The parts -----------------------------------------------------------------------------------

    def _build(self) -> None:
        self.top_bar = TopBar(self)
        self.banner = Banner(self)
        self.left = LeftPanel(self)
        self.canvas = Canvas(self)
        self.right = RightPanel(self)
        self.dock = LossPlot(self)
        self.slow = SlowMotionMode(self.canvas, self)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.canvas, 1)
        column.addWidget(self.slow.bar)
        column.addWidget(Line())
        column.addWidget(self.dock)
        bench = QWidget()
        row = QHBoxLayout(bench)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        row.addWidget(middle, 1)
        row.addWidget(self.right)
        row.addWidget(self.slow.sheet)
        self.pages = Pages(self, bench)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top_bar)
        outer.addWidget(self.slow.strip)
        outer.addWidget(self.pages, 1)
        self.setCentralWidget(whole)
        self.closing.connect(self.left.data.drawn.stop)
        self.pages.turned.connect(lambda key: self.top_bar.set_page(bool(key)))
        self.pages.turned.connect(partial(pinning.turned, self))
        self.top_bar.back.connect(self.pages.leave)
        self.pages.turned.connect(
            lambda key: outer.insertWidget(2, self.banner) if key else column.insertWidget(0, self.banner)
        )

    def _connect(self) -> None:
        for view in (self.left, self.canvas, self.right):
            view.edited.connect(self.edit)
        self.canvas.weightChosen.connect(self.right.landscape.choose_weight)
        self.right.landscape.looked.connect(self.canvas.canvas_scene.axes.show_places)
        self.canvas.operated.connect(self._operate)
        for source in (self.canvas, self.right):
            source.touched.connect(self._touch)
        for choosing in (self.right.output, self.right.inspector):
            choosing.sampleChosen.connect(self.follow_sample)
        self.right.trial.walked.connect(self.follow_input)
        self.slow.toggled.connect(self._show_slow_motion)
        for asking in (self.slow, self.canvas, self.right):
            asking.asked.connect(self.ask_for_views)
        self.canvas.selected.connect(self._select)
        self.canvas.hoveredUnit.connect(self.right.preview_unit)
        self.canvas.pointed.connect(self.right.maths.light)
        self.right.maths.pointed.connect(self.canvas.light)
        self.right.maths.chosen.connect(self.canvas.select)
        self.top_bar.speedChanged.connect(partial(training.set_speed, self))
        self.top_bar.menuRequested.connect(self._pop_menu)
        self.dock.sought.connect(partial(travel.seek, self))
        self.dock.listed.connect(partial(travel.pop_branches, self))
        self.reporter.happened.connect(partial(show_exception, self))
        self.document.changed.connect(self._on_changed)
        self.document.renamed.connect(self._update_title)
        self.seeds.changed.connect(self._show_seeds)
        for signal, key in (
            (self.top_bar.play, "play"),
            (self.top_bar.step, "step"),
            (self.top_bar.epoch, "epoch"),
            (self.top_bar.reset, "reset"),
            (self.top_bar.diagnose, "diagnostics"),
            (self.top_bar.renameRequested, "rename"),
            (self.top_bar.pin, "pin"),
            (self.slow.keepRequested, "step"),
            (self.canvas.checkupRequested, "checkup"),
            (self.right.checkup.trial, "cures"),
            (self.canvas.undoRequested, "undo"),
            (self.canvas.redoRequested, "redo"),
            (self.left.data.table_wanted, "open_table"),
            (self.dock.returned, "back_to_live"),
            (self.dock.branched, "branch_off"),
        ):
            signal.connect(partial(self.do, key))

    def do(self, key: str) -> None:
        """Carry out a command, as its menu entry does: a key of `COMMANDS`."""
        self.actions_by_key[key].trigger()

    def _pop_menu(self) -> None:
        self.menu.popup(self.top_bar.mapToGlobal(self.top_bar.rect().bottomLeft()))

    # The trainer ---------------------------------------------------------------------------------

    def _start_trainer(self, resume: Arrays | RecordedRun | None) -> None:
        self.trainer = Trainer(self.document.experiment, resume, self.settings.kept_megabytes * 1_000_000)
        self.trainer.report = self.reporter.report
        self.trainer.set_speed(self.settings.speed or math.inf)
        self.top_bar.set_speed(self.settings.speed or math.inf)
        self._sent, self.travelled = 0, False
        if self._begun:
            self.trainer.start()
            self._start_autosave()

    def _start_autosave(self) -> None:
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None
        if self.slot is not None and self.settings.keep_session:
            complain = partial(self.reporter.report, details="")
            self._autosave = Autosave(
                self.slot.path, self.document, self.trainer, complain, self.pins, self.seeds
            )

    def replace_document(
        self, experiment: Experiment, path: Path | None, resume: Arrays | RecordedRun | None = None
    ) -> None:
        """Open another experiment in this window."""
        self.document.changed.disconnect(self._on_changed)
        self.document.renamed.disconnect(self._update_title)
        self.pages.forget()
        self.trainer.close()
        self.document = Document(experiment, path)
        self.document.changed.connect(self._on_changed)
        self.document.renamed.connect(self._update_title)
        self._failures.forget()
        self.banner.clear()
        self._start_trainer(resume)
        self.canvas.forget_view()
        self.dock.follow()
        self._show_experiment()
        self._select_first()
        self._update_title()

    def _watch_views(self) -> None:
        self.clock.add(self.canvas, self.canvas.show_snapshot, 36.0)  # every frame
        self.clock.add(self.slow.strip, self.slow.show_snapshot, 30.0)
        self.clock.add(self.right, self.right.show_snapshot, 20.0)
        self.clock.add(self.dock, self.dock.show_snapshot, 24.0)
        self.clock.add(self.left, self.left.show_snapshot, 4.0)
        self.clock.add(self.pages, self.pages.show_snapshot, 10.0)
        self.clock.add(self.top_bar, self._show_numbers, 8.0)
        self._ask = QTimer(self)
        self._ask.timeout.connect(self.ask_for_views)
        self.ask_for_views()

    def _begin(self) -> None:
        """Load the engine and draw its numbers, once the window has been painted."""
        if not self._begun and not self._closed:
            self._begun = True
            self.trainer.start()
            self._start_autosave()
            self._look_on()
            readiness.get_ready(self)

    def _look_on(self) -> None:
        """Draw and ask while there is something to be seen; a window out of sight leaves training alone."""
        if self._begun and not self._closed:
            if self._in_sight():
                self._ask.start(200)
                self.clock.start()
            else:
                self._ask.stop()
                self.clock.stop()
            self.ask_for_views()

    def _in_sight(self) -> bool:
        return not self._begun or (self.isVisible() and not self.isMinimized())

    def ask_for_views(self) -> None:
        """Tell the trainer what is visible; hidden views ask for nothing."""
        seen = self._in_sight()
        for name, view in (("canvas", self.canvas), ("right", self.right)):
            shown = view.isVisible() or not self.isVisible()
            self.trainer.want(name, view.wants() if shown and seen else Wants())
        self.trainer.want("slow", self.slow.wants() if seen else Wants())
        self.trainer.want("page", self.pages.wants() if seen else Wants())

    def _show_numbers(self, snapshot: Snapshot) -> None:
        self.top_bar.show_snapshot(snapshot)
        self._show_then(snapshot)
        if snapshot.problems != self._problems:
            self._problems = snapshot.problems
            self.canvas.show_problems(snapshot.problems)
        self._failures.show_snapshot(snapshot)

    def _show_then(self, snapshot: Snapshot) -> None:
        """In the past, controls show the settings of then; back at the end, those of the document."""
        if snapshot.changes != self._sent or snapshot.state == "loading":
            return  # an edit is on its way: what it says comes first
        self.travelled = snapshot.timeline.travelled
        wanted = snapshot.experiment if self.travelled else self.document.experiment
        if wanted is not self.shown and wanted != self.shown:
            self._show_experiment()

    # The document --------------------------------------------------------------------------------

    def edit(self, experiment: Experiment, label: str, merge: str = "") -> None:
        """Make this the experiment, as one undo entry; entries with the same `merge` become one."""
        if not merge:
            self.document.finish_merge()
        if self.travelled:
            self.document.branch(follow_units(self.shown, experiment), label, merge)
        else:
            self.document.apply(experiment, label, merge)

    def _operate(self, experiment: Experiment, label: str, surgery: Surgery) -> None:
        self.document.finish_merge()
        if self.travelled:
            moved = follow_units(self.shown, experiment, surgery)
            self.document.branch(moved, label, surgery=surgery)
        else:
            self.document.apply(experiment, label, surgery=surgery)

    def _touch(self, touches: tuple[ByHand, ...], label: str, merge: str) -> None:
        if not merge:
            self.document.finish_merge()
        self.document.touch(touches, label, merge, self.shown if self.travelled else None)

    def _on_changed(self, change: Change) -> None:
        self._sent += 1
        self.travelled = False
        self.trainer.change(change)
        self._show_experiment()
        QTimer.singleShot(LATE, self, self._say_if_late)

    def _say_if_late(self) -> None:
        """A change that needs another engine can take seconds; till then the numbers are those of before."""
        snapshot = self.trainer.latest()
        if snapshot is not None and snapshot.changes < self._sent:
            self.dock.show_getting_ready()

    def _show_experiment(self) -> None:
        experiment = self.document.experiment
        if self.travelled and (snapshot := self.trainer.latest()) is not None:
            experiment = snapshot.experiment
        self.shown = experiment
        for view in (self.left, self.canvas, self.right, self.dock):
            view.set_experiment(experiment)
        self.top_bar.set_experiment(experiment)
        self.pages.set_experiment(experiment)
        self._show_seeds()
        self.ask_for_views()

    def _show_seeds(self) -> None:
        """What other seeds of the experiment on screen have come to, as far as this session knows."""
        seeds = self.seeds.of(self.shown)
        self.dock.show_seeds(seeds)
        self.right.output.show_seeds(seeds)

    def _update_title(self) -> None:
        document = self.document
        name = document.path.name if document.path else document.experiment.name
        mark = "[*]"
        self.setWindowTitle(f"{name}{mark} — Network Playground")
        self.setWindowModified(document.modified)
        self.top_bar.set_modified(document.modified)
        undo, redo = self.actions_by_key["undo"], self.actions_by_key["redo"]
        undo.setEnabled(document.can_undo)
        undo.setText(f"Undo {document.undo_label}" if document.can_undo else "Undo")
        redo.setEnabled(document.can_redo)
        redo.setText(f"Redo {document.redo_label}" if document.can_redo else "Redo")
        self.canvas.set_undo(document.can_undo, document.can_redo)

    def _select_first(self) -> None:
        """Inspect the first layer, so that there is something to see at once."""
        layers = self.document.experiment.network.layers
        self.canvas.select(layers[0].name if layers else "output")

    def _select(self, layer: str, unit: int) -> None:
        self.right.select_layer(layer, unit)
        self.ask_for_views()

    def follow_sample(self, row: int) -> None:
        """A sample that was chosen in a view travels through the network in slow motion."""
        self.pages.leave()
        self.slow.set_active(True, self.trainer.latest(), row)

    def follow_input(self, values: tuple[float, ...]) -> None:
        """An input that is tried travels through the network in slow motion."""
        self.slow.set_active(True, self.trainer.latest(), values=values)

    def _show_slow_motion(self, active: bool) -> None:
        """The walk takes the place of the panels."""
        if active:
            self.trainer.pause()
        for view in (self.left, self.right, self.dock):
            view.setVisible(not active)
        self.actions_by_key["slow_motion"].setChecked(active)
        self.canvas.setFocus()  # what had the keyboard may be out of sight now
        self.ask_for_views()

    # Settings ------------------------------------------------------------------------------------

    def keep_settings(self) -> None:
        """Write the preferences; a disk that refuses is mentioned once."""
        try:
            save_settings(self.settings)
        except OSError as error:
            if not self._save_failed:
                self.banner.show_message(f"Preferences cannot be kept: {error}", [])
            self._save_failed = True

    # Events --------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Single-key commands stand back while something is being typed or a button has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and keyboard.is_typed(self, event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the walk in slow motion; Esc leaves a page."""
        if event.key() == Qt.Key.Key_Escape and self.pages.key:
            self.pages.leave()
        elif not self.slow.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin a moment later: first the window, then the engine."""
        super().showEvent(event)
        QTimer.singleShot(FIRST_PAINT, self, self._begin)
        self._look_on()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is drawn out of sight."""
        super().hideEvent(event)
        self._look_on()

    def changeEvent(self, event: QEvent) -> None:
        """The same for a window that is minimized."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._look_on()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what no longer fits, in the order of the design."""
        super().resizeEvent(event)
        look.fold(self)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        dropped = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if dropped:
            event.acceptProposedAction()
            filing.open_path(self, dropped[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the session and go: nothing is asked, nothing is lost."""
        self.clock.stop()
        self._ask.stop()
        self._closed = True
        kept = self._keep_session()
        if not kept and not filing.may_leave(self):
            self._closed = False
            self._look_on()
            self._start_autosave()
            event.ignore()
            return
        for dialog in self.findChildren(QDialog):
            dialog.close()  # one left open would go on giving commands
        self.closing.emit()
        self.pages.end()
        self.trainer.close()
        frame = self.normalGeometry()
        self.settings.window = [frame.x(), frame.y(), frame.width(), frame.height()]
        self.settings.maximized = self.isMaximized()
        self.keep_settings()
        super().closeEvent(event)

    def show_recovery(self, another: bool) -> None:
        """Say that the last window ended without being closed, and that its work is here."""
        words = "The program ended without being closed. Your work is back, up to its last seconds."
        buttons = [("Open the other window", self._open_other)] if another else []
        if another and not self.document.modified:
            words = "Another window ended without being closed. Its work is kept."
        self.banner.show_message(words, buttons)

    def _open_other(self) -> None:
        QProcess.startDetached(sys.executable, ["-m", "playground"])

    def _keep_session(self) -> bool:
        """True if the next start will bring everything back."""
        if self._autosave is not None:
            self._autosave.close()
        if self.slot is None or not self.settings.keep_session:
            return False
        document = self.document
        arrays = self.trainer.keep()
        pins, seeds = self.pins.runs, self.seeds.found
        kept = Kept(document.experiment, document.saved, document.path, arrays, pins=pins, seeds=seeds)
        try:
            keep_session(kept, self.slot.path)
        except OSError:
            return False
        return True
