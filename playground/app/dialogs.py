"""The few questions the program asks, and the sheets it shows. All text from files is shown literally."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QGridLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from playground.app.pictures import PICTURES
from playground.app.settings import MOST_KEPT, Settings
from playground.catalog.tables import SUFFIXES
from playground.export.formats import FORMATS
from playground.views.widgets.combo import Combo
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.scroll import Scroll
from playground.views.widgets.switch import Switch

TABLES = f"Tables ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
COLOURS = {"system": "Colours of the system", "light": "Light", "dark": "Dark"}
FILTER = "Experiments (*.json);;All files (*)"


def choose_open(parent: QWidget) -> Path | None:
    """Ask for a file to open; None if cancelled."""
    name, _ = QFileDialog.getOpenFileName(parent, "Open experiment", "", FILTER)
    return Path(name) if name else None


def choose_table(parent: QWidget, title: str = "Open table") -> Path | None:
    """Ask for a table; None if cancelled."""
    name, _ = QFileDialog.getOpenFileName(parent, title, "", TABLES)
    return Path(name) if name else None


def choose_predictions(parent: QWidget, table: Path) -> Path | None:
    """Ask where to write what the network says to this table; None if cancelled."""
    proposal = str(table.with_name(f"{table.stem} predicted.csv"))
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save predictions", proposal, "Tables (*.csv)")
    return _with_suffix(Path(chosen), (".csv",)) if chosen else None


def choose_save(parent: QWidget, name: str, path: Path | None) -> Path | None:
    """Ask where to save; None if cancelled."""
    proposal = str(path) if path else f"{plain(name)}.json"
    chosen, _ = QFileDialog.getSaveFileName(parent, "Save experiment", proposal, FILTER)
    if not chosen:
        return None
    target = Path(chosen)
    return target if target.suffix else target.with_suffix(".json")


def plain(name: str) -> str:
    """A name that every file system takes."""
    return "".join(c if c.isalnum() or c in " -_" else "_" for c in name).strip() or "experiment"


def choose_export(parent: QWidget, name: str) -> tuple[Path, str] | None:
    """Ask where to write the network and as what: a key of `FORMATS`; None if cancelled."""
    filters = {f"{form.label} (*{form.suffix})": form for form in FORMATS.values()}
    chosen, picked = QFileDialog.getSaveFileName(
        parent, "Export network", plain(name), ";;".join(filters), next(iter(filters))
    )
    if not chosen:
        return None
    form = filters.get(picked) or next(iter(filters.values()))
    return _with_suffix(Path(chosen), (form.suffix,)), form.key


def choose_picture(parent: QWidget, name: str, subjects: Sequence[str]) -> tuple[str, Path] | None:
    """Ask of what to take a picture, and where to write it; None if cancelled."""
    subject, accepted = QInputDialog.getItem(parent, "Save picture", "Picture of", list(subjects), 0, False)
    if not accepted:
        return None
    filters = {f"{kind[1:].upper()} picture (*{kind})": kind for kind in PICTURES}
    proposal = f"{plain(name)} {subject.lower()}"
    chosen, picked = QFileDialog.getSaveFileName(parent, "Save picture", proposal, ";;".join(filters))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() in PICTURES:
        return subject, path
    return subject, _with_suffix(path, (filters.get(picked, PICTURES[0]),))


def choose_report(parent: QWidget, name: str) -> Path | None:
    """Ask where to write the report, and as what; None if cancelled."""
    filters = {f"{label} (*{suffix})": suffix for label, suffix in (("PDF", ".pdf"), ("HTML page", ".html"))}
    chosen, picked = QFileDialog.getSaveFileName(
        parent, "Write report", f"{plain(name)} report", ";;".join(filters), next(iter(filters))
    )
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() in filters.values():
        return path
    return _with_suffix(path, (filters.get(picked, ".pdf"),))


def _with_suffix(path: Path, suffixes: Sequence[str]) -> Path:
    return path if path.suffix.lower() in suffixes else path.with_name(path.name + suffixes[0])


def ask_to_save(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """Ask what to do with changes that are not saved."""
    box = QMessageBox(parent)
    box.setWindowTitle("Unsaved changes")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Save the changes to “{name}”?")
    box.setInformativeText("They are lost if you do not save them.")
    buttons = QMessageBox.StandardButton
    box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
    box.setDefaultButton(buttons.Save)
    answer = box.exec()
    box.deleteLater()
    if answer == buttons.Save:
        return "save"
    return "discard" if answer == buttons.Discard else "cancel"


def ask_to_unlock(parent: QWidget) -> bool:
    """Ask whether the test set is to be opened, which cannot be taken back."""
    box = QMessageBox(parent)
    box.setWindowTitle("Unlock the test set")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText("Unlock the test set?")
    box.setInformativeText(
        "It judges fairly only as long as nothing has been chosen by it. So it can be unlocked once; the "
        "moment is kept in the experiment, and the checks say so from then on."
    )
    unlock = box.addButton("Unlock", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
    box.exec()
    box.deleteLater()
    return box.clickedButton() is unlock


def ask_name(parent: QWidget, name: str) -> str:
    """Ask for the experiment's name; empty if cancelled."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Rename experiment")
    field = QLineEdit(name)
    field.setAccessibleName("Name")
    field.setMinimumWidth(400)
    field.selectAll()
    _finish(dialog, field, QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return field.text().strip()[:200] if accepted else ""


def edit_preferences(parent: QWidget, settings: Settings) -> bool:
    """Let the user change the preferences; True if they were accepted."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("Preferences")
    sheet = QWidget()
    column = QVBoxLayout(sheet)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    colours = Combo("Colours", tuple((key, label, "") for key, label in COLOURS.items()))
    colours.set_value(settings.theme)
    motion, session, menu_bar = (
        Switch("Move nothing that need not move"),
        Switch("Bring the last experiment back at the next start"),
        Switch("Show the menu bar"),
    )
    kept = NumberField("Memory for the past of a run", Range(1, MOST_KEPT, whole=True))
    kept.set_suffix("MB")
    kept.set_value(settings.kept_megabytes)
    for switch, on in (
        (motion, settings.reduced_motion),
        (session, settings.keep_session),
        (menu_bar, settings.menu_bar),
    ):
        switch.set_value(on)
    for control, tip in (
        (colours, ""),
        (motion, "Pulses stand still, and nothing slides into its place"),
        (session, ""),
        (menu_bar, "Every command is also behind the button at the upper left"),
        (kept, "More makes travelling back in long runs faster"),
    ):
        control.setFixedWidth(40 if isinstance(control, Switch) else 180)
        column.addWidget(_row(control, tip))
    _finish(dialog, sheet, QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    if not accepted:
        return False
    settings.theme = colours.value()
    settings.reduced_motion = motion.value()
    settings.keep_session = session.value()
    settings.kept_megabytes = int(kept.value() or settings.kept_megabytes)
    settings.menu_bar = menu_bar.value()
    return True


def _row(control: QWidget, tip: str) -> QWidget:
    """What is set at the left, the control at the right end."""
    text = Text(control.accessibleName())
    for part in (text, control):
        part.setToolTip(tip)
    return side_by_side(text, control, spacing=32, stretch=0)


def _finish(dialog: QDialog, content: QWidget, buttons: QDialogButtonBox.StandardButton) -> None:
    """Put the content and the usual buttons into a dialog."""
    column = QVBoxLayout(dialog)
    column.setContentsMargins(20, 20, 20, 16)
    column.setSpacing(16)
    column.addWidget(content)
    box = QDialogButtonBox(buttons)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    column.addWidget(box)


def show_details(parent: QWidget, sentence: str, details: str) -> None:
    """Show what went wrong, to be copied into a report."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Details")
    text = QPlainTextEdit(f"{sentence}\n\n{details}")
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setAccessibleName("Details")
    text.setMinimumSize(640, 360)
    _finish(dialog, text, QDialogButtonBox.StandardButton.Close)
    dialog.open()


def shortcut_rows() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every command that has a shortcut, by menu: (menu, [(text, keys), …])."""
    from playground.app.actions import COMMANDS, MENUS  # whose commands open these dialogs

    rows = []
    for menu in MENUS:
        found = [
            (c.text.rstrip("…"), QKeySequence(c.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
            for c in COMMANDS
            if c.menu == menu and c.shortcut
        ]
        if found:
            rows.append((menu, found))
    extra = [
        ("Walk the layers", "Tab"),
        ("Walk a layer's neurons", "↑ ↓"),
        ("Other neurons of a wide layer", "Page Up, Page Down"),
        ("Type units, weight or bias", "Enter"),
        ("Raise or lower weight or bias", "Shift+↑ ↓"),
        ("Choose the activation", "Alt+↓"),
        ("What can be done with it", "Menu, Shift+F10"),
        ("Pan", "Drag empty canvas"),
    ]
    return [*rows, ("Canvas", extra)]


def show_shortcuts(parent: QWidget) -> None:
    """The sheet of shortcuts."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle("Shortcuts")
    sheet = QWidget()
    grid = QGridLayout(sheet)
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(6)
    line = 0
    for menu, rows in shortcut_rows():
        title = QLabel(menu)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        grid.addWidget(title, line, 0)
        line += 1
        for text, keys in rows:
            grid.addWidget(QLabel(text), line, 0)
            grid.addWidget(QLabel(keys), line, 1, Qt.AlignmentFlag.AlignRight)
            line += 1
    area = Scroll("All shortcuts", sheet)
    area.setMinimumSize(380, 460)
    _finish(dialog, area, QDialogButtonBox.StandardButton.Close)
    dialog.open()


def show_about(parent: QWidget) -> None:
    """What this program is, and under which terms it comes."""
    from playground import __version__

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Network Playground")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Network Playground {__version__}")
    box.setInformativeText(
        "Draw a neural network, press play and watch every part of it learn.\n\n"
        "Free under the MIT licence. Inter and STIX Two are used under the SIL Open Font License 1.1."
    )
    box.open()
