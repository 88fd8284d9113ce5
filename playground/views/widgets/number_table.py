"""A table of numbers to type: what begins a number is typed into it, and is no shortcut of the window."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLineEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
    QWidget,
)

from playground.views.theme import theme
from playground.views.widgets.control import FocusRing, plain_tip
from playground.views.widgets.table_model import TableModel

UNCHANGED = "The number stays as it was. "
BEGIN_NUMBERS = "0123456789+-−.,"
ENTERING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


class TypedCells(QStyledItemDelegate):
    """The field in which a cell of a TableModel is typed, named as the cell is.

    What the model refuses stays in the field to be mended when it is entered, with the reason below; where
    the field is left, the cell keeps its value. Either way `refused(words)`.
    """

    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._typed: QModelIndex | QPersistentModelIndex = QPersistentModelIndex()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """The field, on the cell."""
        editor = super().createEditor(parent, option, index)
        heading = index.model().headerData(index.column(), Qt.Orientation.Horizontal)
        editor.setAccessibleName(str(index.data(Qt.ItemDataRole.AccessibleTextRole) or heading))
        self._typed = QPersistentModelIndex(index)
        if isinstance(editor, QLineEdit):
            editor.textEdited.connect(lambda: _mark(editor, ""))
        return editor

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The field is left: take the text, or say why not."""
        why = self._refusal(editor, index)
        if why:
            self.refused.emit(UNCHANGED + why)
        else:
            super().setModelData(editor, model, index)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter and Tab end the typing only where the model takes the text."""
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() in ENTERING and isinstance(editor, QLineEdit):  # type: ignore[attr-defined]
            why = self._refusal(editor, self._typed)
            if why:
                _mark(editor, why)
                QToolTip.showText(editor.mapToGlobal(editor.rect().bottomLeft()), plain_tip(why), editor)
                self.refused.emit(UNCHANGED + why)
                return True
        return super().eventFilter(editor, event)

    @staticmethod
    def _refusal(editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> str:
        model = index.model()
        if not isinstance(editor, QLineEdit) or not isinstance(model, TableModel):
            return ""
        untouched = editor.text() == str(index.data(Qt.ItemDataRole.EditRole))
        return "" if untouched else model.refusal(index, editor.text())


def _mark(editor: QLineEdit, why: str) -> None:
    """Show a text as refused, or, where there is no reason, as any other."""
    editor.setAccessibleDescription(why)
    editor.setToolTip(plain_tip(why))
    editor.setProperty("refused", bool(why))  # what the style sheet looks at
    editor.style().unpolish(editor)
    editor.style().polish(editor)


class NumberTable(QTableView):
    """Rows of numbers on the panel's own ground; Tab goes on to the next control.

    `refused(words)` when what was typed into a cell is not taken.
    """

    refused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        cells = TypedCells(self)
        cells.refused.connect(self.refused)
        self.setItemDelegate(cells)
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
