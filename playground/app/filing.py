"""Experiments and tables as files: new, open, save, and what is asked before work would be lost."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from playground.app import dialogs
from playground.catalog.tables import SUFFIXES
from playground.experiment import edits
from playground.experiment.files import FileProblems, load, save
from playground.experiment.own_table import OwnTableChoice, with_table
from playground.views.tables.dialog import TableDialog

if TYPE_CHECKING:
    from playground.app.window import Window


def new(window: Window) -> None:
    """Start a new experiment; the old one stays in the session until then."""
    if may_leave(window):
        window.replace_document(edits.default_experiment(), None)


def choose(window: Window) -> None:
    """Ask for an experiment and open it."""
    path = dialogs.choose_open(window)
    if path is not None:
        open_path(window, path)


def open_path(window: Window, path: Path | str) -> bool:
    """Open a file, a run, a table or an example; True if it is there now.

    A file that cannot be read leaves everything as it was, and so does a table until it is chosen.
    """
    if isinstance(path, Path) and path.suffix.lower() in SUFFIXES:
        open_table(window, path)
        return False
    if isinstance(path, Path) and path.suffix.lower() == ".run":
        from playground.app import runs  # which asks here whether work may be left

        return runs.open_path(window, path)
    try:
        experiment = load(path)
    except FileProblems as error:
        window.banner.show_message(str(error).split("\n")[0], [], verdict="fail")
        return False
    if not may_leave(window):
        return False
    opened = path if isinstance(path, Path) else None
    window.replace_document(experiment, opened)
    if opened is not None:
        remember(window, opened)
    return True


def fill_recent(window: Window, menu: QMenu) -> None:
    """List the files opened lately."""
    menu.clear()
    for text in window.settings.recent:
        menu.addAction(text.replace("&", "&&"), partial(open_path, window, Path(text)))
    if not window.settings.recent:
        menu.addAction("No recent files").setEnabled(False)


def choose_table(window: Window) -> None:
    """Ask for a table of one's own to learn from."""
    path = dialogs.choose_table(window)
    if path is not None:
        open_table(window, path)


def open_table(window: Window, path: Path) -> TableDialog:
    """Show what is in a table; once it is chosen, the network learns from it."""
    dialog = TableDialog(path, window.document.experiment, window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.chosen.connect(partial(_learn_from, window))
    dialog.open()
    return dialog


def _learn_from(window: Window, chosen: OwnTableChoice) -> None:
    table = Path(chosen.path)
    learns = with_table(window.document.experiment, chosen)
    window.edit(learns, f"Open {table.name}", "data.dataset")
    if chosen.notes:
        more = f" And {len(chosen.notes) - 1:,} more like it." if len(chosen.notes) > 1 else ""
        window.banner.show_message(f"{chosen.rows:,} rows were read. {chosen.notes[0]}{more}", [])


def save_here(window: Window) -> bool:
    """Save where it was saved before, or ask for a place the first time."""
    path = window.document.path
    if path is None:
        return save_as(window)
    if _changed_outside(window, path):
        window.banner.show_message(
            f"{path.name} was changed by another program since you opened it. Nothing was saved.",
            [("Save anyway", partial(save_to, window, path)), ("Save as…", partial(save_as, window))],
        )
        return False
    return save_to(window, path)


def save_as(window: Window) -> bool:
    """Save under another name."""
    path = dialogs.choose_save(window, window.document.experiment.name, window.document.path)
    return save_to(window, path) if path is not None else False


def save_to(window: Window, path: Path) -> bool:
    """Write the experiment; True if it is on disk."""
    try:
        save(window.document.experiment, path)
    except (OSError, FileProblems) as error:
        again = [("Save as…", partial(save_as, window))]
        window.banner.show_message(f"Could not save {path.name}: {error}", again)
        return False
    window.document.mark_saved(path)
    remember(window, path)
    return True


def may_leave(window: Window) -> bool:
    """Ask before changes would be lost; True to go on."""
    if not window.document.modified:
        return True
    answer = dialogs.ask_to_save(window, window.document.experiment.name)
    if answer == "save":
        return save_here(window)
    return answer == "discard"


def rename(window: Window) -> None:
    """Give the experiment another name."""
    name = dialogs.ask_name(window, window.document.experiment.name)
    if name:
        renamed = edits.set_value(window.document.experiment, "name", name)
        window.document.apply(renamed, "Rename experiment")


def _changed_outside(window: Window, path: Path) -> bool:
    """True if the file says something else than it did when it was opened or saved here."""
    try:
        return load(path) != window.document.saved
    except FileProblems:
        return path.exists()


def remember(window: Window, path: Path) -> None:
    """Put a file at the head of the recent ones."""
    window.settings.add_recent(path.resolve())
    window.keep_settings()
