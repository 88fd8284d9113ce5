"""One field for each input, in its own units, and a slider for the one at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QVBoxLayout, QWidget

from playground.views.theme import theme
from playground.views.widgets.number_table import NumberTable
from playground.views.widgets.numbers import spell
from playground.views.widgets.ranges import Range
from playground.views.widgets.slider import Slider
from playground.views.widgets.table_model import Index, TableModel

VALUES = Range(-1e9, 1e9)
ROW = 28
MOST_ROWS = 9  # in sight at a time
HEADS = ("input", "value", "range")


@dataclass(frozen=True)
class Input:
    """One column of the data: its name, its unit, and between which values it lay in training."""

    name: str
    unit: str
    low: float
    high: float

    @property
    def words(self) -> str:
        """The range in words: "11 to 34 °C"."""
        return f"{_short(self.low)} to {_short(self.high)} {self.unit}".strip()


def _short(value: float) -> str:
    """Three digits that count, and all before the point."""
    size = abs(value)
    if size >= 1000:
        return spell(round(value))
    return spell(round(value, 1) if size >= 100 else float(f"{value:.3g}"))


class _Model(TableModel):
    """A row an input: name, value, range. The values can be typed."""

    typed = Signal(int, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.inputs: tuple[Input, ...] = ()
        self.values: NDArray[np.float64] = np.zeros(0)

    def show_inputs(self, inputs: tuple[Input, ...]) -> None:
        """Other inputs."""
        self.beginResetModel()
        self.inputs, self.values = inputs, np.zeros(len(inputs))
        self.endResetModel()

    def show_values(self, values: NDArray[np.float64]) -> None:
        """Other values."""
        self.values = values
        if len(values):
            self.dataChanged.emit(self.index(0, 1), self.index(len(values) - 1, 1))

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row an input."""
        return len(self.inputs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Name, value, range."""
        return len(HEADS)

    def cell(self, index: Index, role: int) -> Any:
        """What stands in a cell."""
        each, value = self.inputs[index.row()], float(self.values[index.row()])
        outside = not each.low <= value <= each.high
        if role == Qt.ItemDataRole.EditRole and index.column() == 1:
            return spell(round(value, 6))
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return (each.name, _short(value), each.words)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != 1:
            return theme().color("text-2")
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{each.name}: {each.words}" + (", so this value is new to the network" if outside else "")
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == 1:
            return f"{each.name}, {spell(round(value, 6))} {each.unit}, range {each.words}"
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == 1:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def heading(self, section: int, across: bool) -> str | None:
        """What the columns hold."""
        return HEADS[section] if across else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The values can be typed."""
        editable = Qt.ItemFlag.ItemIsEditable if index.column() == 1 else Qt.ItemFlag.NoItemFlags
        return super().flags(index) | editable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """A value that was typed; what is no number changes nothing."""
        if self.refusal(index, str(value)):
            return False
        self.typed.emit(index.row(), float(VALUES.read(str(value))))
        return True

    def refusal(self, index: Index, text: str) -> str:
        """Why a text is no value of an input."""
        return VALUES.refusal(text)


class Fields(QWidget):
    """`changed(values)` when one is typed, or moved with the slider; `refused(why)` what is no value."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = 0
        self.model = _Model(self)
        self.model.typed.connect(self._set)
        self.table = NumberTable("Inputs")
        self.table.setModel(self.model)
        self.table.refused.connect(self.refused)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.setWordWrap(False)  # a long name is cut at a letter, not at a word
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(40)
        header.resizeSection(1, 60)
        header.resizeSection(2, 104)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.selectionModel().currentChanged.connect(self._show_slider)
        self.slider = Slider("Value of the input at hand", Range(0.0, 1.0))
        self.slider.edited.connect(lambda value, _finished: self._set(self._row, value))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.table)
        column.addWidget(self.slider)
        self._show_slider()

    def show_inputs(self, inputs: tuple[Input, ...]) -> None:
        """Other data."""
        self.model.show_inputs(inputs)
        rows = min(len(inputs), MOST_ROWS)
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows * ROW + 4)
        if inputs:
            self.table.setCurrentIndex(self.model.index(0, 1))
        self._row = 0
        self._show_slider()

    def show_values(self, values: NDArray[np.float64]) -> None:
        """Other values; those of other data, which are more or fewer, are left out."""
        if len(values) == len(self.model.inputs):
            self.model.show_values(np.array(values))
            self._show_slider()

    def _show_slider(self, current: Index | None = None, _before: Index | None = None) -> None:
        if current is not None and current.isValid():
            self._row = current.row()
        self.slider.setVisible(self._row < len(self.model.inputs))
        if self._row < len(self.model.inputs):
            each = self.model.inputs[self._row]
            high = each.high if each.high > each.low else each.low + 1.0
            self.slider.setAccessibleName(f"Value of {each.name}")
            self.slider.setToolTip(f"{each.name}: {each.words}")
            self.slider.set_bounds(Range(each.low, high))
            self.slider.set_value(float(self.model.values[self._row]))

    def _set(self, row: int, value: float) -> None:
        if row < len(self.model.values):
            values = self.model.values.copy()
            values[row] = value
            self.show_values(values)
            self.changed.emit(values)
