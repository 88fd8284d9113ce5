"""A table of numbers to type: what begins a number is typed into it, and is no shortcut of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.views.theme import theme
from playground.views.widgets.control import FocusRing

BEGIN_NUMBERS = "0123456789+-−.,"


class _Typed(QStyledItemDelegate):
    """The field in which a cell is typed, named as the cell is."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or "Number"))
        return editor


class NumberTable(QTableView):
    """Rows of numbers on the panel's own ground; Tab goes on to the next control."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_Typed(self))
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.verticalHeader().setDefaultSectionSize(28)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName("Select all")
        self._ring = FocusRing(self, theme().radius("bar"), on_click=True, margin=2)

    def event(self, event: QEvent) -> bool:
        """Digits and signs are ours."""
        typed = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if typed and event.text() and event.text() in BEGIN_NUMBERS:  # type: ignore[attr-defined]
            event.accept()
            return True
        return bool(super().event(event))
