"""Every dialog of the program: where the sources make one, and what opens it in a window."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QDialog

import playground
from playground.app import dialogs, exporting, filing, pinning, travel
from playground.app.window import Window
from playground.experiment import edits
from playground.session.snapshot import BranchView

SOURCES = Path(playground.__file__).parent
QTS = ("QDialog", "QMessageBox", "QInputDialog", "QFileDialog")


def made() -> set[str]:
    """Every function of the program that makes a dialog, as `module.function`."""
    texts = {path: path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")}
    bases = re.compile(rf"^class (\w+)\((?:{'|'.join(QTS)})\b", re.MULTILINE)
    own = {name for text in texts.values() for name in bases.findall(text)}
    mentions = re.compile(rf"\b(?:{'|'.join({*QTS, *own})})(?:\(|\.get)")
    found = set()
    for path, text in texts.items():
        for node in ast.walk(ast.parse(text)) if mentions.search(text) else ():
            if isinstance(node, ast.FunctionDef) and any(_makes(part, own) for part in ast.walk(node)):
                found.add(".".join((*path.relative_to(SOURCES).with_suffix("").parts, node.name)))
    return found


def _makes(node: ast.AST, own: set[str]) -> bool:
    """Whether this calls a dialog's class, or one of Qt's functions that ask something."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    if isinstance(called, ast.Attribute):
        return getattr(called.value, "id", "") in QTS and called.attr.startswith("get")
    return isinstance(called, ast.Name) and called.id in {*QTS, *own}


def _unsaved(window: Window) -> None:
    experiment = window.document.experiment
    window.document.apply(edits.set_value(experiment, "name", experiment.name + " again"), "Rename")
    filing.may_leave(window)


def _rename_pinned(window: Window) -> None:
    window.do("pin")
    pinning.rename(window, window.pins.runs[-1])


def _rename_branch(window: Window) -> None:
    branch: BranchView = window.trainer.latest().timeline.branches[0]
    travel._rename(window, branch, window.trainer)


def _table(window: Window, folder: Path) -> None:
    path = folder / "some.csv"
    path.write_text("a,b,c\n" + "".join(f"{n},{n * n},{n % 3}\n" for n in range(30)))
    dialog = filing.open_table(window, path)
    while dialog.looking:
        QApplication.processEvents()


def openings(folder: Path) -> dict[str, Callable[[Window], object]]:
    """What opens each dialog: by the function that makes it."""

    def command(key: str) -> Callable[[Window], object]:
        return lambda window: window.do(key)

    return {
        "app.dialogs.choose_open": command("open"),
        "app.dialogs.choose_table": command("open_table"),
        "app.dialogs.choose_predictions": lambda window: dialogs.choose_predictions(window, folder / "a.csv"),
        "app.dialogs.choose_save": command("save_as"),
        "app.dialogs.choose_export": command("export"),
        "app.dialogs.choose_picture": command("save_picture"),
        "app.dialogs.choose_report": lambda window: dialogs.choose_report(window, "Spiral"),
        "app.dialogs.ask_to_save": _unsaved,
        "app.dialogs.ask_to_unlock": dialogs.ask_to_unlock,
        "app.dialogs.ask_name": command("rename"),
        "app.dialogs.edit_preferences": command("preferences"),
        "app.dialogs.show_details": partial(dialogs.show_details, sentence="It broke.", details="Line 1"),
        "app.dialogs.show_shortcuts": command("shortcuts"),
        "app.dialogs.show_about": command("about"),
        "app.filing.open_table": partial(_table, folder=folder),
        "app.look.examples": command("examples"),
        "app.exporting.export": lambda window: exporting.export(window, window, "table"),
        "app.pinning.rename": _rename_pinned,
        "app.reporting.report": command("report"),
        "app.runs.save": command("save_run"),
        "app.runs.open_run": command("open_run"),
        "app.travel._rename": _rename_branch,
        "views.data_panel._show_origin": lambda window: window.left.data._show_origin(),
    }


def visit(window: Window, opening: Callable[[Window], object], look: Callable[[QDialog], None]) -> None:
    """Open a dialog, look at it, close it, and see what was wrong."""
    wrong: list[Exception] = []
    looked: list[QDialog] = []

    def come() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None or looked:
            return
        timer.stop()
        looked.append(dialog)
        try:
            QApplication.processEvents()
            look(dialog)
        except Exception as error:  # raised below: here Qt would swallow it
            wrong.append(error)
        finally:
            if dialog.isVisible():
                dialog.reject()

    timer = QTimer()
    timer.setInterval(10)
    timer.timeout.connect(come)
    timer.start()
    opening(window)
    if not looked:
        come()
    timer.stop()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if wrong:
        raise wrong[0]
    assert looked, "no dialog came"
