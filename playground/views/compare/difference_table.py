"""What differs between the pinned runs, as a table that a keyboard and a screen reader can walk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from playground.session.pins import Pinned
from playground.views.compare.rows import Row
from playground.views.compare.run_card import swatch_of
from playground.views.icons import paint_icon
from playground.views.output.legend import paint_swatch
from playground.views.theme import theme
from playground.views.widgets.control import plain_tip, text_width, write
from playground.views.widgets.rows import Text
from playground.views.widgets.table_model import Index, TableModel

ROW, HEAD = 26, 32
LABELS = (110, 180)  # the narrowest and the widest column of names
NARROWEST, WIDEST = 92, 168


class _Model(TableModel):
    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.runs: tuple[Pinned, ...] = ()
        self.rows: tuple[Row, ...] = ()

    def show(self, runs: Sequence[Pinned], rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self.runs, self.rows = tuple(runs), tuple(rows)
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return len(self.runs)

    def cell(self, index: Index, role: int) -> Any:
        row = self.rows[index.row()]
        text = row.texts[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            better = ", best" if row.best[index.column()] else ""
            return f"{row.label}, {self.runs[index.column()].name}: {text}{better}"
        if role == Qt.ItemDataRole.ToolTipRole and len(text) > 12:
            return plain_tip(text)
        return None

    def heading(self, section: int, across: bool) -> str:
        return self.runs[section].name if across else self.rows[section].label


class _Names(QHeaderView):
    """The runs' names with their markers, or the settings' names."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setSectionsClickable(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setFixedHeight(HEAD) if orientation == Qt.Orientation.Horizontal else None

    def paintSection(self, painter: QPainter | None, rect: QRect, section: int) -> None:
        assert painter is not None
        model = self.model()
        assert isinstance(model, _Model)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(rect)
        painter.fillRect(box, theme().color("panel"))
        if self.orientation() == Qt.Orientation.Horizontal:
            run = model.runs[section]
            paint_swatch(painter, swatch_of(run), QPointF(box.left() + 8, box.center().y()))
            write(painter, box.adjusted(20, 0, -4, 0), run.name, "label")
        else:
            row = model.rows[section]
            write(painter, box.adjusted(0, 0, -8, 0), row.label, "body", "text-2")
            _separate(painter, model, section, box)
        painter.restore()


class _Cells(QStyledItemDelegate):
    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: Index) -> None:
        assert painter is not None
        model = index.model()
        assert isinstance(model, _Model)
        row, column = model.rows[index.row()], index.column()
        box = QRectF(option.rect)
        table = self.parent()
        assert isinstance(table, QTableView)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index == table.currentIndex() and table.hasFocus():
            painter.setPen(theme().pen("ink", 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        strong = row.kind == "setting" or row.best[column]
        font = theme().font("label", 600 if strong else 400)
        room = box.adjusted(4, 0, -22 if row.best[column] else -4, 0)
        write(painter, room, row.texts[column], color="text" if strong else "text-2", font=font)
        if row.best[column]:
            wide = min(QFontMetricsF(font).horizontalAdvance(row.texts[column]), room.width())
            place = QPointF(room.left() + wide + 13, box.center().y())
            paint_icon(painter, "check", place, theme().color("pass"), 14)
        _separate(painter, model, index.row(), box)
        painter.restore()


def _separate(painter: QPainter, model: _Model, number: int, box: QRectF) -> None:
    """A line where the results begin, and another where they end."""
    if number and model.rows[number].kind != model.rows[number - 1].kind:
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), 1), theme().color("border-strong"))


class DifferenceTable(QTableView):
    """One column a run, one row a setting or a result."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What differs")
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalHeader(_Names(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Names(Qt.Orientation.Vertical, self))
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        for corner in self.findChildren(QAbstractButton):
            corner.setAccessibleName("Select all")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QTableView { border: 0px; border-radius: 0px; }")
        self._title = Text("What differs", self, style="section")
        theme().changed.connect(self._repaint)

    def show_rows(self, runs: Sequence[Pinned], rows: Sequence[Row]) -> None:
        """Show these rows; the place scrolled to stays where it can."""
        at = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        self._model.show(runs, rows)
        self._share_width()
        self.horizontalScrollBar().setValue(at[0])
        self.verticalScrollBar().setValue(at[1])

    @property
    def texts(self) -> list[list[str]]:
        """What is written, row by row, the name of the row first."""
        return [[row.label, *row.texts] for row in self._model.rows]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The columns share the width."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        wanted = max((text_width(row.label, "body") for row in self._model.rows), default=0.0) + 20
        labels = int(min(max(wanted, LABELS[0]), LABELS[1]))
        if self.verticalHeader().width() != labels:
            self.verticalHeader().setFixedWidth(labels)
        self._title.setGeometry(0, 0, labels, HEAD)
        count = max(1, len(self._model.runs))
        each = min(WIDEST, max(NARROWEST, (self.width() - labels - 10) // count))
        for column in range(len(self._model.runs)):
            self.setColumnWidth(column, each)

    def _repaint(self) -> None:
        for part in (self.viewport(), self.horizontalHeader().viewport(), self.verticalHeader().viewport()):
            part.update()
