"""How the file is written: every guess with a control that changes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from playground.catalog.tables import TableFormat
from playground.experiment.records import Encoding
from playground.views.widgets.combo import Combo
from playground.views.widgets.rows import Text

_DELIMITERS = ((",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar"), (" ", "blanks"))
_DECIMALS = ((".", "point 1.5"), (",", "comma 1,5"))
_HEADERS = ("0", "1", "2", "0u", "1u", "2u")
_HEADER_WORDS = (
    "no names",
    "1 row of names",
    "2 rows of names",
    "units only",
    "names, units",
    "2 names, units",
)
_OF_TEXT = ("Delimiter", "Decimal sign", "Header", "Encoding", "Lines to skip", "Comment lines start with")
_OF_ALL = ("Missing marks", "Date format", "Use one row in")
_SHOWN = {
    "text": (*_OF_TEXT, *_OF_ALL),
    "excel": ("Sheet", "Decimal sign", "Header", "Lines to skip", *_OF_ALL),
    "parquet": _OF_ALL,
    "numpy": ("Arrays", *_OF_ALL),
    "las": ("Missing marks", "Use one row in"),
}
_EMPTY = "(empty)"  # the mark of an empty cell, as the field shows it


class FormatRows(QWidget):
    """Rows of controls over a `TableFormat`; `edited(form)` when the user changes one.

    Shown are those that the kind of file has; `part_edited(name)` when another sheet or array is chosen.
    """

    edited = Signal(object)
    part_edited = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = TableFormat()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._controls: dict[str, tuple[QWidget, QWidget]] = {}
        self._sheet, self._array = self._parts("Sheet"), self._parts("Arrays")
        self._delimiter = self._combo("Delimiter", _DELIMITERS, "delimiter")
        self._decimal = self._combo("Decimal sign", _DECIMALS, "decimal")
        self._header = Combo("Header", tuple(zip(_HEADERS, _HEADER_WORDS, [""] * 6, strict=True)))
        self._header.edited.connect(lambda key, _done: self._set_header(key))
        self._place("Header", self._header)
        self._encoding = self._combo("Encoding", tuple((key, key) for key in get_args(Encoding)), "encoding")
        self._skip = self._field("Lines to skip", lambda text: {"skip": _whole(text)})
        self._comment = self._field("Comment lines start with", lambda text: {"comment": text})
        self._missing = self._field("Missing marks", lambda text: {"missing": _marks(text)})
        self._date = self._field("Date format", lambda text: {"date_format": text})
        self._every = self._field("Use one row in", lambda text: {"every": max(1, _whole(text))})
        self._arrange("text")
        self._every.setToolTip("Very long tables are thinned so that they fit: 1 uses every row.")
        self._missing.setToolTip("Cells that mean “unknown”, divided by blanks.")
        self._date.setToolTip(
            "%Y year, %m month, %d day, %H hour, %M minute, %S second; | between several formats."
        )

    def _parts(self, name: str) -> Combo:
        combo = Combo(name)
        combo.edited.connect(lambda key, _done: self.part_edited.emit(key))
        self._place(name, combo)
        return combo

    def _combo(self, name: str, options: tuple[tuple[str, str], ...], field: str) -> Combo:
        combo = Combo(name, tuple((key, words, "") for key, words in options))
        combo.edited.connect(lambda key, _done: self._set(**{field: key}))
        self._place(name, combo)
        return combo

    def _field(self, name: str, change: Any) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(name)
        field.setMaxLength(400)
        field.editingFinished.connect(lambda: self._set(**change(field.text().strip())))
        self._place(name, field)
        return field

    def _place(self, name: str, control: QWidget) -> None:
        self._controls[name] = (Text(name, style="caption", color="text-2", parent=self), control)
        control.setParent(self)

    def _arrange(self, file: str) -> None:
        """Show the controls that this kind of file has, four in a row."""
        for caption, control in self._controls.values():
            for part in (caption, control):
                self._grid.removeWidget(part)
                part.hide()
        columns = 5 if len(_SHOWN[file]) > 8 else 4
        for place, name in enumerate(_SHOWN[file]):
            row, column = 2 * (place // columns), place % columns
            for offset, part in enumerate(self._controls[name]):
                self._grid.addWidget(part, row + offset, column)
                part.show()
            self._grid.setColumnStretch(column, 1)

    def show_form(self, form: TableFormat, parts: tuple[str, ...] = ("",)) -> None:
        """Show another format, and the sheets or arrays to choose from."""
        if form.file != self.form.file:
            self._arrange(form.file)
        self.form = form
        for combo, words in ((self._sheet, ""), (self._array, "all, side by side")):
            combo.set_options(tuple((part, part or words, "") for part in parts))
            combo.set_value(form.part)
            combo.update()
        self._every.setText(str(form.every))
        self._delimiter.set_value(form.delimiter)
        self._decimal.set_value(form.decimal)
        self._header.set_value(f"{form.header_rows}{'u' if form.units_row else ''}")
        self._encoding.set_value(form.encoding)
        self._skip.setText(str(form.skip))
        self._comment.setText(form.comment)
        self._missing.setText(" ".join(mark or _EMPTY for mark in form.missing))
        self._missing.setCursorPosition(0)
        self._date.setText(form.date_format)

    def _set_header(self, key: str) -> None:
        self._set(header_rows=int(key[0]), units_row=key.endswith("u"))

    def _set(self, **changes: Any) -> None:
        form = replace(self.form, **changes)
        if form != self.form:
            self.form = form
            self.edited.emit(form)


def _marks(text: str) -> tuple[str, ...]:
    return tuple("" if mark == _EMPTY else mark[:40] for mark in text.split())[:100]


def _whole(text: str) -> int:
    return min(int(text), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 9 else 0
