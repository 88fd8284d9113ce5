"""The two lists of the import dialog: the first rows, and what each column is for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

from PySide6.QtCore import QModelIndex, Qt, Signal

from playground.catalog.tables import Column, Kind, Table
from playground.catalog.tables.samples import MISSING, ONCE, ROLES, ColumnUse
from playground.views.widgets.numbers import NumberError, parse, spell
from playground.views.widgets.table_model import Index, TableModel

SHOWN_ROWS = 100
_NO_INDEX = QModelIndex()
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

KINDS: tuple[Kind, ...] = get_args(Kind)
KIND_WORDS = {"number": "numbers", "date": "dates", "category": "categories", "text": "text"}
MISSING_WORDS = {
    "drop": "leave rows out",
    "mean": "mean of training rows",
    "median": "median of training rows",
    "previous": "value before",
}


def cell_text(column: Column, row: int) -> str:
    """One value as it was understood; a dash where it is missing."""
    if column.kind == "text":
        return "text"
    value = float(column.values[row])
    if math.isnan(value):
        return "—"
    if column.kind == "category":
        return column.categories[int(value)]
    if column.kind == "date":
        day = datetime.fromordinal(max(1, int(value))) + timedelta(seconds=round((value % 1.0) * 86_400))
        return day.strftime("%Y-%m-%d" if value == int(value) else "%Y-%m-%d %H:%M")
    text = f"{value:.9g}"  # coordinates in metres have seven digits and a fraction
    return text.replace("-", "−")


class RowsModel(TableModel):
    """The first rows of a table, as they were understood."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None

    def show_table(self, table: Table | None) -> None:
        """Show another preview."""
        self.beginResetModel()
        self._table = table
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many rows are shown."""
        return min(self._table.rows, SHOWN_ROWS) if self._table else 0

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """The columns of the table."""
        return len(self._table.columns) if self._table else 0

    def cell(self, index: Index, role: int) -> Any:
        """A value, numbers to the right."""
        assert self._table is not None
        column = self._table.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(column, index.row())
        if role == Qt.ItemDataRole.TextAlignmentRole and column.kind == "number":
            return _RIGHT
        return None

    def heading(self, section: int, across: bool) -> str:
        """Names with their units, and the numbers of the rows."""
        assert self._table is not None
        if not across:
            return str(section + 1)
        column = self._table.columns[section]
        return f"{column.name} [{column.unit}]" if column.unit else column.name


_HEADINGS = ("Column", "Unit", "Holds", "Use as", "Missing", "Where missing", "At least", "At most")
_HOLDS, _ROLE, _COUNT, _STRATEGY, _LEAST, _MOST = 2, 3, 4, 5, 6, 7


class UsesModel(TableModel):
    """A row for each column of the table; `edited` tells the column whose use was changed."""

    edited = Signal(int)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.uses: tuple[ColumnUse, ...] = ()
        self._table: Table | None = None
        self._rows = 0

    def show_uses(self, uses: tuple[ColumnUse, ...], table: Table | None, rows: int = 0) -> None:
        """Show other uses; `rows` is about how many the whole file has."""
        self.beginResetModel()
        self._rows = rows
        self.uses, self._table = uses, table
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """One row for each column of the file."""
        return len(self.uses)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """What can be said of a column."""
        return len(_HEADINGS)

    def heading(self, section: int, across: bool) -> str | None:
        """What the cells below say; missing values are counted in what was read: the first rows of many."""
        if not across:
            return None
        known = self._table.rows if self._table is not None else 0
        if section == _COUNT and known > 999 and self._rows > 1.05 * known:
            return f"Missing in {known:,}"
        return _HEADINGS[section]

    def cell(self, index: Index, role: int) -> Any:
        """The use in words."""
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._words(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() in (_LEAST, _MOST):
            return _RIGHT
        return None

    def _words(self, row: int, column: int) -> str:
        use = self.uses[row]
        missing = self._table.columns[row].missing if self._table else 0
        arrow = " ▾"
        fills = use.role == "input" and use.missing in ("mean", "median") and use.type == "category"
        strategy = "shares of training rows" if fills else MISSING_WORDS[use.missing]
        return (
            use.name,
            use.unit,
            KIND_WORDS[use.type] + arrow,
            use.role + arrow,
            f"{missing:,}" if missing else "",
            strategy + arrow,
            "" if use.minimum is None else spell(use.minimum),
            "" if use.maximum is None else spell(use.maximum),
        )[column]

    def choices(self, row: int, column: int) -> list[tuple[str, Callable[[], None]]]:
        """What a menu on this cell offers: words and what to do; empty where there is no menu."""
        use = self.uses[row]
        options: dict[int, list[tuple[str, ColumnUse]]] = {
            _HOLDS: [(KIND_WORDS[kind], replace(use, type=kind)) for kind in KINDS],
            _ROLE: [(role, replace(use, role=role)) for role in ROLES],
            _STRATEGY: [(MISSING_WORDS[way], replace(use, missing=way)) for way in MISSING],
        }
        return [(words, lambda new=new: self.set_use(row, new)) for words, new in options.get(column, [])]  # type: ignore[misc]

    def set_use(self, row: int, use: ColumnUse) -> None:
        """Use a column in another way; what only one column can be, the other one is no more."""
        uses = list(self.uses)
        if use.role in ONCE and use.role != uses[row].role:
            uses = [replace(each, role="ignore") if each.role == use.role else each for each in uses]
        uses[row] = use
        self.uses = tuple(uses)
        self.dataChanged.emit(self.index(0, 0), self.index(len(uses) - 1, len(_HEADINGS) - 1))
        self.edited.emit(row)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Unit and valid range are typed in place."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in (1, _LEAST, _MOST) else flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed unit or bound; what is no number changes nothing."""
        use, text = self.uses[index.row()], str(value).strip().replace("−", "-")
        if index.column() == 1:
            self.set_use(index.row(), replace(use, unit=text[:200]))
            return True
        if self.refusal(index, text):
            return False
        bound = parse(text) if text else None
        name = "minimum" if index.column() == _LEAST else "maximum"
        self.set_use(index.row(), replace(use, **{name: bound}))  # type: ignore[arg-type]
        return True

    def refusal(self, index: Index, text: str) -> str:
        """Why a text is no bound: it is no number, and not empty either."""
        if index.column() == 1 or not text.strip():
            return ""
        try:
            parse(text)
        except NumberError as why:
            return f"{why} Leave it empty for no bound."
        return ""
