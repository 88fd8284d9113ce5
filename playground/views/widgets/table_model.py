"""What all tables on screen have in common: they are asked only for cells and headings that they have."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex


class TableModel(QAbstractTableModel):
    """A table that says what stands in a cell, and in a heading.

    While a table gets fewer rows or columns, Qt measures one header before the other has heard of it, and
    asks for headings that are gone.
    """

    def cell(self, index: Index, role: int) -> Any:
        """What a cell that is there shows in a role; None for nothing."""
        raise NotImplementedError

    def heading(self, section: int, across: bool) -> str | None:
        """The words over a column, or before a row."""
        raise NotImplementedError

    def refusal(self, index: Index, text: str) -> str:
        """Why a text that is typed into a cell is not taken, and what is; "" where it is."""
        return ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """What Qt asks for: a cell, wherever that is."""
        return self.cell(index, role) if self.hasIndex(index.row(), index.column()) else None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """What Qt asks for: a heading, wherever that is."""
        across = orientation == Qt.Orientation.Horizontal
        there = 0 <= section < (self.columnCount() if across else self.rowCount())
        shown = role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)  # it may be cut short
        return self.heading(section, across) if there and shown else None
