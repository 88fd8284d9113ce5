"""Saving a run with all its changes, opening one, and experiments as text on the clipboard."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from playground.app import filing
from playground.experiment.files import FileProblems
from playground.experiment.one_line import from_line, to_line
from playground.experiment.store import NotSaved, shown
from playground.session.run_file import NotARun, load_run, save_run

if TYPE_CHECKING:
    from playground.app.window import Window

SMALL, WITH_STATES = "Runs, kilobytes (*.run)", "Runs with kept states, to open at once (*.run)"
FILTER = "Runs (*.run);;All files (*)"


def save(window: Window) -> None:
    """Ask for a place and write the run: its first state and every change."""
    name = window.document.experiment.name
    plain = "".join(c if c.isalnum() or c in " -_" else "_" for c in name).strip() or "experiment"
    kinds = f"{SMALL};;{WITH_STATES}"
    chosen, kind = QFileDialog.getSaveFileName(window, "Save run", f"{plain}.run", kinds)
    if chosen:
        path = Path(chosen)
        save_to(window, path if path.suffix else path.with_suffix(".run"), kind == WITH_STATES)


def save_to(window: Window, path: Path, with_states: bool = False) -> None:
    """Write the run to a file and say so."""
    recorded = window.trainer.record(with_states)
    if recorded is None:
        window.banner.show_message("There is no run to save yet: it cannot train as it is.", [])
        return
    try:
        save_run(recorded, path)
    except NotSaved as error:
        window.banner.show_message(str(error), [("Save run…", partial(save, window))], verdict="fail")
        return
    words = f"Saved {recorded.steps:,} steps to {shown(path)}. They replay bit for bit."
    window.banner.show_message(words, [])


def open_run(window: Window) -> None:
    """Ask for a run file and replay it."""
    chosen, _ = QFileDialog.getOpenFileName(window, "Open run", "", FILTER)
    if chosen:
        open_path(window, Path(chosen))


def open_path(window: Window, path: Path) -> bool:
    """Replay a run in this window; a file that holds none leaves everything as it was."""
    try:
        recorded = load_run(path)
    except NotARun as error:
        window.banner.show_message(str(error), [], verdict="fail")
        return False
    if not filing.may_leave(window):
        return False
    window.replace_document(recorded.last, None, recorded)
    filing.remember(window, path)
    if recorded.kept:
        return True  # opens at once
    stop = [("Stop here", window.trainer.stop_replay)]
    window.banner.show_message(f"Replaying {recorded.steps:,} steps.", stop)
    return True


def copy_text(window: Window) -> None:
    """Put the experiment on the clipboard as one line of text."""
    QGuiApplication.clipboard().setText(to_line(window.document.experiment))
    window.banner.show_message("The experiment is on the clipboard, as one line of text.", [])


def paste_text(window: Window) -> None:
    """Begin with the experiment from the clipboard, from its first weights; undo brings the run back."""
    try:
        experiment = from_line(QGuiApplication.clipboard().text())
    except FileProblems as error:
        window.banner.show_message(str(error).split("\n")[0], [], verdict="fail")
        return
    window.banner.clear()
    window.document.begin_again(experiment, "Paste experiment")
