"""The main window: the views around one document and one trainer, and the commands that act on them."""

from __future__ import annotations

import math
import sys
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QProcess, Qt, QTimer
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from playground.app import dialogs, runs, taking
from playground.app.actions import COMMANDS, MENUS, Command
from playground.app.branches import branch_menu
from playground.app.exceptions import Reporter
from playground.app.frame_clock import FrameClock
from playground.app.sessions import SessionSlot
from playground.app.settings import Settings, save_settings
from playground.experiment import edits
from playground.experiment.files import FileProblems, load, save
from playground.experiment.model import Experiment
from playground.experiment.own_table import OwnTableChoice, with_table
from playground.experiment.problems import Problem, problems
from playground.experiment.surgery import Surgery
from playground.session.autosave import Autosave
from playground.session.document import ByHand, Change, Document
from playground.session.keep import Kept, keep_session
from playground.session.run_file import RecordedRun
from playground.session.snapshot import BranchView, Failure, Snapshot, Wants
from playground.session.trainer import Arrays, Trainer
from playground.views.banner import Banner
from playground.views.canvas.view import Canvas
from playground.views.examples import Examples
from playground.views.left_panel import LeftPanel
from playground.views.plots.loss_plot import LossPlot
from playground.views.right_panel import Line, RightPanel
from playground.views.slow_motion.mode import SlowMotionMode
from playground.views.tables.dialog import TableDialog
from playground.views.theme import theme
from playground.views.top_bar import TopBar

SPEEDS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0, 100_000.0, math.inf)
FIRST_PAINT = 60  # milliseconds from showing the window to loading the engine
CONTROL_KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Minus,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
}
TABLE_SUFFIXES = {".csv", ".tsv", ".txt", ".dat", ".tab"}
TYPING = ("QLineEdit", "QAbstractSpinBox", "QTextEdit", "QPlainTextEdit")


class Window(QMainWindow):
    """One experiment on screen: canvas, controls and everything there is to watch."""

    def __init__(
        self, document: Document, settings: Settings, reporter: Reporter, resume: Arrays | None = None
    ) -> None:
        super().__init__()
        self.document = document
        self.settings = settings
        self.reporter = reporter
        self.slot: SessionSlot | None = None
        self._autosave: Autosave | None = None
        self._gallery: Examples | None = None
        self._failure: Failure | None = None
        self._stopped_by = ""
        self._problems: tuple[Problem, ...] = ()
        self._save_failed = False
        self._begun = self._closed = False
        self._sent = 0  # changes given to the trainer
        self._travelled = False
        self._shown = document.experiment
        self.setAcceptDrops(True)
        self.setMinimumSize(1100, 700)
        self._build()
        self._connect()
        self.actions_by_key: dict[str, QAction] = {}
        self._build_menus()
        self.clock = FrameClock(lambda: self.trainer.latest(), self)
        self._start_trainer(resume)
        self._watch_views()
        self._show_experiment()
        self._select_first()
        self._update_title()

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
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.left)
        row.addWidget(middle, 1)
        row.addWidget(self.right)
        row.addWidget(self.slow.sheet)
        whole = QWidget()
        outer = QVBoxLayout(whole)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top_bar)
        outer.addWidget(self.slow.strip)
        outer.addLayout(row, 1)
        self.setCentralWidget(whole)

    def _connect(self) -> None:
        for view in (self.left, self.canvas, self.right):
            view.edited.connect(self._edit)
        self.canvas.edgeClicked.connect(self.right.landscape.choose_weight)
        self.canvas.operated.connect(self._operate)
        for source in (self.canvas, self.right):
            source.touched.connect(self._touch)
        self.right.output.sampleChosen.connect(self.follow_sample)
        self.slow.toggled.connect(self._show_slow_motion)
        self.slow.asked.connect(self._ask_for_views)
        self.slow.keepRequested.connect(self.do_step)
        bar = self.top_bar
        bar.play.connect(self.do_play)
        bar.step.connect(self.do_step)
        bar.epoch.connect(self.do_epoch)
        bar.reset.connect(self.do_reset)
        bar.speedChanged.connect(self._set_speed)
        bar.menuRequested.connect(self._pop_menu)
        bar.renameRequested.connect(self.do_rename)
        self.canvas.selected.connect(self._select)
        self.canvas.hoveredUnit.connect(self.right.preview_unit)
        self.canvas.checkupRequested.connect(self.do_checkup)
        self.canvas.pointed.connect(self.right.maths.light)
        self.right.maths.pointed.connect(self.canvas.light)
        self.right.maths.chosen.connect(self.canvas.select)
        self.canvas.undoRequested.connect(self.do_undo)
        self.canvas.redoRequested.connect(self.do_redo)
        self.left.data.table_wanted.connect(self.do_open_table)
        self.dock.sought.connect(self._seek)
        self.dock.returned.connect(self.do_back_to_live)
        self.dock.branched.connect(self.do_branch_off)
        self.dock.listed.connect(self._pop_branches)
        self.reporter.happened.connect(self._show_exception)
        self.document.changed.connect(self._on_changed)
        self.document.renamed.connect(self._update_title)

    def _build_menus(self) -> None:
        self.menu = QMenu(self)
        menus = {name: self.menu.addMenu(name) for name in MENUS}
        bar = self.menuBar()
        for name in MENUS:
            bar.addMenu(menus[name])
        bar.setVisible(self.settings.menu_bar)
        for command in COMMANDS:
            menu = menus[command.menu]
            if not command.key:
                menu.addSeparator()
            elif command.key == "recent":
                self._recent_menu(menu, command)
            else:
                menu.addAction(self._action(command))

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self)
        action.setCheckable(command.checkable)
        action.setShortcuts([QKeySequence(keys) for keys in (command.shortcut, *command.also) if keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(getattr(self, f"do_{command.key}"))
        self.actions_by_key[command.key] = action
        self.addAction(action)
        return action

    def _recent_menu(self, menu: QMenu, command: Command) -> None:
        sub = menu.addMenu(command.text)
        sub.aboutToShow.connect(lambda: self._fill_recent(sub))

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for text in self.settings.recent:
            menu.addAction(text.replace("&", "&&"), partial(self.open_path, Path(text)))
        if not self.settings.recent:
            menu.addAction("No recent files").setEnabled(False)

    def _pop_menu(self) -> None:
        self.menu.popup(self.top_bar.mapToGlobal(self.top_bar.rect().bottomLeft()))

    # The trainer ---------------------------------------------------------------------------------

    def _start_trainer(self, resume: Arrays | RecordedRun | None) -> None:
        self.trainer = Trainer(self.document.experiment, resume)
        self.trainer.report = self.reporter.report
        self.trainer.set_speed(self.settings.speed or math.inf)
        self.top_bar.set_speed(self.settings.speed or math.inf)
        self._sent, self._travelled = 0, False
        if self._begun:
            self.trainer.start()
            self._start_autosave()

    def _start_autosave(self) -> None:
        if self._autosave is not None:
            self._autosave.close()
            self._autosave = None
        if self.slot is not None and self.settings.keep_session:
            complain = partial(self.reporter.report, details="")
            self._autosave = Autosave(self.slot.path, self.document, self.trainer, complain)

    def _replace_document(
        self, experiment: Experiment, path: Path | None, resume: Arrays | RecordedRun | None = None
    ) -> None:
        """Open another experiment in this window."""
        self.document.changed.disconnect(self._on_changed)
        self.document.renamed.disconnect(self._update_title)
        self.trainer.close()
        self.document = Document(experiment, path)
        self.document.changed.connect(self._on_changed)
        self.document.renamed.connect(self._update_title)
        self._failure, self._stopped_by = None, ""
        self.banner.clear()
        self._start_trainer(resume)
        self._show_experiment()
        self._select_first()
        self._update_title()

    def _watch_views(self) -> None:
        self.clock.add(self.canvas, self.canvas.show_snapshot, 30.0)
        self.clock.add(self.slow.strip, self.slow.show_snapshot, 30.0)
        self.clock.add(self.right, self.right.show_snapshot, 20.0)
        self.clock.add(self.dock, self.dock.show_snapshot, 20.0)
        self.clock.add(self.left, self.left.show_snapshot, 4.0)
        self.clock.add(self.top_bar, self._show_numbers, 8.0)
        self._ask = QTimer(self)
        self._ask.timeout.connect(self._ask_for_views)
        self._ask_for_views()

    def _begin(self) -> None:
        """Load the engine and draw its numbers, once the window has been painted."""
        if not self._begun and not self._closed:
            self._begun = True
            self.trainer.start()
            self._start_autosave()
            self._ask.start(200)
            self.clock.start()

    def _ask_for_views(self) -> None:
        """Tell the trainer what is visible; hidden views ask for nothing."""
        hidden = self.isMinimized()
        for name, view in (("canvas", self.canvas), ("right", self.right)):
            shown = view.isVisible() or not self.isVisible()
            self.trainer.want(name, view.wants() if shown and not hidden else Wants())
        self.trainer.want("slow", self.slow.wants())

    def _show_numbers(self, snapshot: Snapshot) -> None:
        self.top_bar.show_snapshot(snapshot)
        self._show_then(snapshot)
        if snapshot.problems != self._problems:
            self._problems = snapshot.problems
            self.canvas.show_problems(snapshot.problems)
        if snapshot.failure is not self._failure:
            self._failure = snapshot.failure
            self._show_failure(snapshot)
        if snapshot.stopped_by != self._stopped_by:
            self._stopped_by = snapshot.stopped_by
            if snapshot.stopped_by:
                self.banner.show_message(snapshot.stopped_by, [])

    def _show_then(self, snapshot: Snapshot) -> None:
        """In the past, controls show the settings of then; back at the end, those of the document."""
        if snapshot.changes != self._sent or snapshot.state == "loading":
            return  # an edit is on its way: what it says comes first
        self._travelled = snapshot.timeline.travelled
        wanted = snapshot.experiment if self._travelled else self.document.experiment
        if wanted is not self._shown and wanted != self._shown:
            self._show_experiment()

    def _show_failure(self, snapshot: Snapshot) -> None:
        failure = snapshot.failure
        if failure is None:
            self.banner.clear()
            return
        buttons: list[tuple[str, Any]] = []
        if failure.good_step is not None:
            good = failure.good_step
            buttons.append((f"Go back to step {good:,}", lambda: self.trainer.seek(good)))
        rate = getattr(self.document.experiment.training.optimizer, "learning_rate", None)
        if rate:
            lower = float(f"{rate / 10:.1g}")
            buttons.append((f"Set learning rate {lower:g}", lambda: self._lower_rate(lower, failure)))
        self.banner.show_message(failure.message, buttons, verdict="fail")

    def _lower_rate(self, rate: float, failure: Failure) -> None:
        lowered = edits.set_value(self.document.experiment, "training.optimizer.learning_rate", rate)
        if failure.good_step is not None:
            self.trainer.seek(failure.good_step)
        self.document.apply(lowered, f"Set learning rate {rate:g}")

    def _show_exception(self, sentence: str, details: str) -> None:
        self.banner.show_message(
            sentence, [("Details", lambda: dialogs.show_details(self, sentence, details))], verdict="fail"
        )

    # The document --------------------------------------------------------------------------------

    def _edit(self, experiment: Experiment, label: str, merge: str) -> None:
        if not merge:
            self.document.finish_merge()
        if self._travelled:
            self.document.branch(experiment, label, merge)
        else:
            self.document.apply(experiment, label, merge)

    def _operate(self, experiment: Experiment, label: str, surgery: Surgery) -> None:
        self.document.finish_merge()
        if self._travelled:
            self.document.branch(experiment, label, surgery=surgery)
        else:
            self.document.apply(experiment, label, surgery=surgery)

    def _touch(self, touches: tuple[ByHand, ...], label: str, merge: str) -> None:
        if not merge:
            self.document.finish_merge()
        self.document.touch(touches, label, merge, self._shown if self._travelled else None)

    def _on_changed(self, change: Change) -> None:
        self._sent += 1
        self._travelled = False
        self.trainer.change(change)
        self._show_experiment()

    def _show_experiment(self) -> None:
        experiment = self.document.experiment
        if self._travelled and (snapshot := self.trainer.latest()) is not None:
            experiment = snapshot.experiment
        self._shown = experiment
        for view in (self.left, self.canvas, self.right, self.dock):
            view.set_experiment(experiment)
        self.top_bar.set_experiment(experiment)
        self._ask_for_views()

    def _update_title(self) -> None:
        document = self.document
        name = document.path.name if document.path else document.experiment.name
        mark = "[*]"
        self.setWindowTitle(f"{name}{mark} — Network Playground")
        self.setWindowModified(document.modified)
        self.top_bar.set_modified(document.modified)
        undo, redo = self.actions_by_key.get("undo"), self.actions_by_key.get("redo")
        if undo and redo:
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
        self._ask_for_views()

    # File commands -------------------------------------------------------------------------------

    def do_new(self) -> None:
        """Start a new experiment; the old one stays in the session until then."""
        if self._may_leave():
            self._replace_document(edits.default_experiment(), None)

    def do_open(self) -> None:
        """Choose an experiment file."""
        path = dialogs.choose_open(self)
        if path is not None:
            self.open_path(path)

    def do_open_table(self) -> None:
        """Choose a table of one's own to learn from."""
        path = dialogs.choose_table(self)
        if path is not None:
            self.open_table(path)

    def open_table(self, path: Path) -> TableDialog:
        """Show what is in a table; once it is chosen, the network learns from it."""
        dialog = TableDialog(path, self.document.experiment, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._choose_table)
        dialog.open()
        return dialog

    def _choose_table(self, chosen: OwnTableChoice) -> None:
        label = f"Open {Path(chosen.path).name}"
        self._edit(with_table(self.document.experiment, chosen), label, "data.dataset")

    def do_examples(self) -> None:
        """Show the examples; a click opens one."""
        if self._gallery is None:
            self._gallery = Examples(self, self.reporter.report)
            self._gallery.chosen.connect(self.open_path)
        self._gallery.open()

    def open_path(self, path: Path | str) -> bool:
        """Open a file or an example; a file that cannot be read leaves everything as it was."""
        try:
            experiment = load(path)
        except FileProblems as error:
            self.banner.show_message(str(error).split("\n")[0], [], verdict="fail")
            return False
        if not self._may_leave():
            return False
        opened = path if isinstance(path, Path) else None
        self._replace_document(experiment, opened)
        if opened is not None:
            self._remember(opened)
        return True

    def _may_leave(self) -> bool:
        """Ask before changes would be lost; True to go on."""
        if not self.document.modified:
            return True
        answer = dialogs.ask_to_save(self, self.document.experiment.name)
        if answer == "save":
            return self.do_save()
        return answer == "discard"

    def do_save_run(self) -> None:
        """Save the run with every change, to be replayed."""
        runs.save(self)

    def do_open_run(self) -> None:
        """Replay a saved run."""
        runs.open_run(self)

    def do_copy_text(self) -> None:
        """Copy the experiment as one line of text."""
        runs.copy_text(self)

    def do_paste_text(self) -> None:
        """Paste an experiment that was copied as text."""
        runs.paste_text(self)

    def do_save(self) -> bool:
        """Save where it was saved before, or ask for a place the first time."""
        path = self.document.path
        if path is None:
            return self.do_save_as()
        if self._changed_outside(path):
            self.banner.show_message(
                f"{path.name} was changed by another program since you opened it. Nothing was saved.",
                [("Save anyway", lambda: self._save_to(path)), ("Save as…", self.do_save_as)],
            )
            return False
        return self._save_to(path)

    def _changed_outside(self, path: Path) -> bool:
        """True if the file says something else than it did when it was opened or saved here."""
        try:
            return load(path) != self.document.saved
        except FileProblems:
            return path.exists()

    def do_save_as(self) -> bool:
        """Save under another name."""
        path = dialogs.choose_save(self, self.document.experiment.name, self.document.path)
        return self._save_to(path) if path is not None else False

    def _save_to(self, path: Path) -> bool:
        try:
            save(self.document.experiment, path)
        except (OSError, FileProblems) as error:
            self.banner.show_message(f"Could not save {path.name}: {error}", [("Save as…", self.do_save_as)])
            return False
        self.document.mark_saved(path)
        self._remember(path)
        return True

    def _remember(self, path: Path) -> None:
        self.settings.add_recent(path.resolve())
        self._keep_settings()

    def do_rename(self) -> None:
        """Give the experiment another name."""
        name = dialogs.ask_name(self, self.document.experiment.name)
        if name:
            self.document.apply(edits.set_value(self.document.experiment, "name", name), "Rename experiment")

    def do_export(self) -> None:
        """Write the network for other programs."""
        taking.export(self)

    def do_save_picture(self) -> None:
        """Write a picture of a view."""
        taking.save_picture(self)

    def do_preferences(self) -> None:
        """Show the preferences."""
        if dialogs.edit_preferences(self, self.settings):
            self._apply_settings()
            self._keep_settings()

    def _apply_settings(self) -> None:
        theme().set(self.settings.theme)
        theme().reduced_motion = self.settings.reduced_motion
        self.menuBar().setVisible(self.settings.menu_bar)

    def _keep_settings(self) -> None:
        try:
            save_settings(self.settings)
        except OSError as error:
            if not self._save_failed:
                self.banner.show_message(f"Preferences cannot be kept: {error}", [])
            self._save_failed = True

    def do_quit(self) -> None:
        """Close the window; the session is kept."""
        self.close()

    # Edit and network commands -------------------------------------------------------------------

    def do_undo(self) -> None:
        """Take the last change back."""
        self.document.undo()

    def do_redo(self) -> None:
        """Make the change again."""
        self.document.redo()

    def do_delete_layer(self) -> None:
        """Delete the selected layer."""
        self.canvas.delete_selected()

    def do_add_layer(self) -> None:
        """Add a layer after the selected one."""
        self.canvas.add_layer_menu()

    def do_more_units(self) -> None:
        """One unit more in the selected layer."""
        self.canvas.change_units(1)

    def do_fewer_units(self) -> None:
        """One unit fewer in the selected layer."""
        self.canvas.change_units(-1)

    def do_check(self) -> None:
        """Say what is wrong with the experiment, or that nothing is."""
        found = problems(self.document.experiment)
        words = (
            " ".join(problem.message for problem in found) or "Nothing is wrong. This experiment can train."
        )
        self.banner.show_message(words, [])

    # Training commands ---------------------------------------------------------------------------

    def do_play(self) -> None:
        """Play if paused, pause if playing."""
        snapshot = self.trainer.latest()
        if self.trainer.playing:
            self.trainer.pause()
        elif snapshot is None or snapshot.state != "blocked":
            self.banner.clear()
            self.trainer.play()

    def do_step(self) -> None:
        """One training step."""
        self.trainer.step()

    def do_epoch(self) -> None:
        """To the end of the epoch."""
        self.trainer.epoch()

    def do_reset(self) -> None:
        """Start again from first weights."""
        self.document.reset_training()

    def _set_speed(self, speed: float) -> None:
        self.trainer.set_speed(speed)
        self.settings.speed = 0.0 if math.isinf(speed) else float(speed)

    def _shift_speed(self, by: int) -> None:
        now = self.settings.speed or math.inf
        here = min(range(len(SPEEDS)), key=lambda i: abs(min(SPEEDS[i], 1e9) - min(now, 1e9)))
        speed = SPEEDS[min(max(here + by, 0), len(SPEEDS) - 1)]
        self.top_bar.set_speed(speed)
        self._set_speed(speed)

    def do_slower(self) -> None:
        """Fewer steps a second."""
        self._shift_speed(-1)

    def do_faster(self) -> None:
        """More steps a second."""
        self._shift_speed(1)

    def do_flat_out(self) -> None:
        """As fast as the machine goes."""
        self._shift_speed(len(SPEEDS))

    # The timeline --------------------------------------------------------------------------------

    def _seek(self, step: int) -> None:
        self.trainer.seek(step)

    def do_step_back(self) -> None:
        """One step back; the future stays."""
        snapshot = self.trainer.latest()
        if snapshot is not None and snapshot.steps > snapshot.timeline.first:
            self.trainer.seek(snapshot.steps - 1)

    def do_epoch_back(self) -> None:
        """Back to the evaluation before this step."""
        snapshot = self.trainer.latest()
        if snapshot is not None:
            before = snapshot.history.step[snapshot.history.step < snapshot.steps]
            self.trainer.seek(int(before[-1]) if len(before) else snapshot.timeline.first)

    def do_first_step(self) -> None:
        """To the first step that is kept."""
        self.trainer.seek(0)

    def do_back_to_live(self) -> None:
        """To the last step of the run."""
        self.trainer.back_to_live()

    def do_branch_off(self) -> None:
        """Begin a branch at the step on screen."""
        snapshot = self.trainer.latest()
        if snapshot is not None and snapshot.timeline.travelled:
            self.document.finish_merge()
            self.document.branch(snapshot.experiment, f"Continue from step {snapshot.steps:,}")

    def _pop_branches(self) -> None:
        """The runs of this session: choose one, name, pin or discard it."""
        snapshot = self.trainer.latest()
        if snapshot is None:
            return
        menu = branch_menu(self, snapshot.timeline, self._choose_branch, self.trainer)
        menu.popup(self.dock.mapToGlobal(self.dock.rect().topRight()) - QPoint(menu.sizeHint().width(), 0))

    def _choose_branch(self, branch: BranchView) -> None:
        if branch.experiment is not None and not branch.current:
            self.document.finish_merge()
            self.document.branch(branch.experiment, f"Show {branch.name}", number=branch.number)

    def do_slow_motion(self) -> None:
        """One training step in slow motion, or back to full speed."""
        self.slow.set_active(not self.slow.active, self.trainer.latest())

    def follow_sample(self, row: int) -> None:
        """A sample that was chosen in the output view travels through the network in slow motion."""
        self.slow.set_active(True, self.trainer.latest(), row)

    def _show_slow_motion(self, active: bool) -> None:
        """The walk takes the place of the panels."""
        if active:
            self.trainer.pause()
        for view in (self.left, self.right, self.dock):
            view.setVisible(not active)
        self.actions_by_key["slow_motion"].setChecked(active)
        self._ask_for_views()

    # View commands -------------------------------------------------------------------------------

    def do_fit(self) -> None:
        """Show the whole network."""
        self.canvas.fit()

    def do_zoom_in(self) -> None:
        """Larger."""
        self.canvas.zoom(1.25)

    def do_zoom_out(self) -> None:
        """Smaller."""
        self.canvas.zoom(0.8)

    def do_numbers(self) -> None:
        """The selected layer's weights and biases as a table, or put it away."""
        self.right.toggle_sheet("numbers")
        self._ask_for_views()

    def do_maths(self) -> None:
        """Write the network in the textbook's notation, or put it away."""
        self.right.toggle_sheet("maths")
        self._ask_for_views()

    def do_landscape(self) -> None:
        """Show the loss around the present weights, or put it away."""
        self.right.toggle_sheet("landscape")
        self._ask_for_views()

    def do_checkup(self) -> None:
        """Show what goes wrong and what to try, or put it away."""
        self.right.toggle_sheet("checkup")
        self._ask_for_views()

    def _set_theme(self, name: str) -> None:
        self.settings.theme = name
        theme().set(name)
        for key in ("light", "dark", "system"):
            self.actions_by_key[key].setChecked(key == name)
        self._keep_settings()

    def do_light(self) -> None:
        """Light colours."""
        self._set_theme("light")

    def do_dark(self) -> None:
        """Dark colours."""
        self._set_theme("dark")

    def do_system(self) -> None:
        """The colours of the system."""
        self._set_theme("system")

    def do_full_screen(self) -> None:
        """Fill the screen, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def do_menu_bar(self) -> None:
        """Show or hide the menu bar."""
        self.settings.menu_bar = not self.settings.menu_bar
        self.menuBar().setVisible(self.settings.menu_bar)
        self._keep_settings()

    def do_shortcuts(self) -> None:
        """Show every shortcut."""
        dialogs.show_shortcuts(self)

    def do_about(self) -> None:
        """What this program is."""
        dialogs.show_about(self)

    # Events --------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Single-key commands stand back while something is being typed or a button has the focus."""
        if event.type() == QEvent.Type.ShortcutOverride and self._is_typed(event):
            event.accept()
            return True
        return super().event(event)

    def _is_typed(self, event: Any) -> bool:
        """True for keys that belong to the control that has the focus."""
        if self.slow.takes(event):
            return True
        focus = QApplication.focusWidget()
        if focus is None or focus in (self, self.canvas, self.canvas.viewport()):
            return False
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return False
        if any(focus.inherits(name) for name in TYPING):
            return True
        if event.key() == Qt.Key.Key_Space:
            return hasattr(focus, "clicked")
        return event.key() in CONTROL_KEYS

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys of the walk in slow motion."""
        if not self.slow.press(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin a moment later: first the window, then the engine."""
        super().showEvent(event)
        QTimer.singleShot(FIRST_PAINT, self, self._begin)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold what no longer fits, in the order of the design."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self) -> None:
        width, height = self.width(), self.height()
        self.left.set_rail(width < 1280)
        self.top_bar.set_compact(width < 1280)
        self.slow.sheet.setFixedWidth(430 if width >= 1280 else 350)
        self.right.setFixedWidth(380 if width >= 1700 else 328)
        self.canvas.set_compact(width < 1180)
        self.dock.setFixedHeight(250 if height >= 1000 else 150 if height < 740 else 212)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file may be dropped anywhere."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the first file that was dropped."""
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            if files[0].suffix.lower() in TABLE_SUFFIXES:
                self.open_table(files[0])
            else:
                self.open_path(files[0])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep the session and go: nothing is asked, nothing is lost."""
        self.clock.stop()
        self._ask.stop()
        self._closed = True
        kept = self._keep_session()
        if not kept and not self._may_leave():
            self._closed = False
            self.clock.start()
            self._ask.start(200)
            self._start_autosave()
            event.ignore()
            return
        self.trainer.close()
        frame = self.normalGeometry()
        self.settings.window = [frame.x(), frame.y(), frame.width(), frame.height()]
        self.settings.maximized = self.isMaximized()
        self._keep_settings()
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
        kept = Kept(document.experiment, document.saved, document.path, self.trainer.keep())
        try:
            keep_session(kept, self.slot.path)
        except OSError:
            return False
        return True
