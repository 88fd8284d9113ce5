"""The selected layer's weights and biases as a table, for the keyboard and for screen readers."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QLabel, QVBoxLayout, QWidget

from playground.experiment.edits import EditError
from playground.experiment.held import held_places, hold
from playground.experiment.model import Experiment
from playground.experiment.words import called
from playground.session.document import ByHand
from playground.session.snapshot import Snapshot, Wants
from playground.views.icons import icon
from playground.views.theme import theme
from playground.views.touch.headings import Names, inputs_of, units_of
from playground.views.widgets.number_table import NumberTable
from playground.views.widgets.numbers import MINUS, measure, spell
from playground.views.widgets.ranges import Range
from playground.views.widgets.table_model import Index, TableModel

WEIGHTS = Range(-1e6, 1e6)
MOST_COLUMNS = 1000
WIDE = 1e4  # from here on a cell has no room for four decimals


class Numbers(TableModel):
    """A row a unit: its bias, then its weights. Editing a cell asks for that number."""

    asked = Signal(object)  # a ByHand

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._layer = ""
        self._weight: NDArray[Any] = np.zeros((0, 0))
        self._bias: NDArray[Any] | None = None
        self._flat = False
        self._held: dict[str, frozenset[tuple[int, ...]]] = {}
        self._named: tuple[Experiment | None, str] = (None, "")
        self._inputs: Names = ()
        self._units: Names = ()

    def show_names(self, experiment: Experiment, layer: str) -> None:
        """What the rows and columns are called, and which numbers of the layer are frozen."""
        if self._named[0] is experiment and self._named[1] == layer:
            return
        self._named = experiment, layer
        self._held = {key: held_places(experiment, f"{layer}.{key}") for key in ("weight", "bias")}
        self._inputs, self._units = inputs_of(experiment, layer), units_of(experiment, layer)
        for way, last in (
            (Qt.Orientation.Horizontal, self.columnCount()),
            (Qt.Orientation.Vertical, self.rowCount()),
        ):
            if last:
                self.headerDataChanged.emit(way, 0, last - 1)

    def show_layer(self, layer: str, parameters: dict[str, Any]) -> None:
        """Other numbers, perhaps of another layer."""
        weight, bias = parameters.get(f"{layer}.weight"), parameters.get(f"{layer}.bias")
        if weight is None:
            weight = np.zeros((0, 0))
        self._flat = weight.ndim == 1  # a norm's weight, one for each unit
        weight = weight[:, None] if self._flat else weight
        same = layer == self._layer and weight.shape == self._weight.shape
        if not same:
            self.beginResetModel()
        self._layer, self._weight, self._bias = layer, weight, bias
        if not same:
            self.endResetModel()
        elif weight.size:
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row a unit."""
        return len(self._weight)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """The bias and the weights."""
        return 1 + min(self._weight.shape[1], MOST_COLUMNS) if self._weight.size else 0

    def _number(self, index: Index) -> float | None:
        if not index.isValid():
            return None
        if index.column() > 0:
            return float(self._weight[index.row(), index.column() - 1])
        return None if self._bias is None else float(self._bias[index.row()])

    def number_of(self, index: Index) -> tuple[str, tuple[int, ...]]:
        """The key of the tensor that a cell shows, and the place in it."""
        row, column = index.row(), index.column()
        if column == 0:
            return "bias", (row,)
        return "weight", (row,) if self._flat else (row, column - 1)

    def is_held(self, index: Index) -> bool:
        """True if the number is frozen."""
        key, place = self.number_of(index)
        return place in self._held.get(key, ())

    def cell(self, index: Index, role: int) -> Any:
        """The number with its sign, or what it is in words."""
        number = self._number(index)
        if number is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{number:.4f}".replace("-", MINUS) if abs(number) < WIDE else measure(number)
        if role == Qt.ItemDataRole.EditRole:
            return spell(round(number, 4))
        if role == Qt.ItemDataRole.DecorationRole and self.is_held(index):
            return icon("lock", theme().color("text"))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            frozen = ", frozen" if self.is_held(index) else ""
            return f"{self._spoken(index)}, {spell(round(number, 4))}{frozen}"
        return None

    def _spoken(self, index: Index) -> str:
        """Whose number it is, in words."""
        unit, source = self.heading(index.row(), False), self.heading(index.column(), True)
        unit = f"Neuron {unit}" if unit == f"{index.row() + 1}" else unit
        if index.column() == 0 or self._flat:
            return f"{unit}, {source}"
        return f"{unit}, weight of {'input ' if source == f'{index.column()}' else ''}{source}"

    def heading(self, section: int, across: bool) -> str:
        """Bias, and what is read: features by name, units by number; the units themselves at the side."""
        if across and (section == 0 or self._flat):
            return "weight" if section else "bias"
        names, at = (self._inputs, section - 1) if across else (self._units, section)
        return names[at] if at < len(names) else f"{at + 1}"

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every number can be typed."""
        return super().flags(index) | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for the number that was typed; what is no number changes nothing."""
        before = self._number(index)
        if before is None or self.refusal(index, str(value)):
            return False
        number = WEIGHTS.read(str(value))
        if number == round(before, 4):
            return False
        key, place = self.number_of(index)
        self.asked.emit(ByHand(f"{self._layer}.{key}", place, float(number)))
        return True

    def refusal(self, index: Index, text: str) -> str:
        """Why a text is no weight."""
        return WEIGHTS.refusal(text)


class NumbersTable(QWidget):
    """The table with a line that says what it shows."""

    edited = Signal(object, str, str)
    touched = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = ""
        self._experiment: Experiment | None = None
        self._parameters: dict[str, Any] = {}
        self._refusal = ""  # of what was typed or frozen last
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.model = Numbers(self)
        self.model.asked.connect(self._ask)
        self.table = NumberTable("Weights and biases")
        self.table.setModel(self.model)
        self.table.refused.connect(self._refuse)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        self.table.horizontalHeader().setDefaultSectionSize(80)
        self.table.setIconSize(QSize(12, 12))
        self.freeze = QAction("Freeze or let learn", self.table)
        self.freeze.setShortcut("Ctrl+L")
        self.freeze.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.freeze.triggered.connect(self._freeze)
        self.table.addAction(self.freeze)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 12, 12)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        self._describe()

    def select(self, layer: str) -> None:
        """Show another layer."""
        self._layer = layer
        self._refuse("")
        self._refresh()

    def set_experiment(self, experiment: Experiment) -> None:
        """Another experiment."""
        self._experiment = experiment
        self._refresh()

    def wants(self) -> Wants:
        """The weights, while in sight."""
        return Wants(parameters=self.isVisible())

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The numbers of this moment."""
        if snapshot.parameters is not self._parameters:
            self._parameters = snapshot.parameters
            if self.isVisible():
                self._refresh()

    def showEvent(self, event: Any) -> None:
        """Brought up to date when it comes into sight."""
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        editing = self.table.state() == QAbstractItemView.State.EditingState
        if self._experiment is not None:
            self.model.show_names(self._experiment, self._layer)
        if not editing:
            self.model.show_layer(self._layer, self._parameters)
        self._describe()

    def _refuse(self, why: str) -> None:
        """Say why something was not done, until something is."""
        self._refusal = why
        self._describe()

    def _describe(self) -> None:
        title = called(self._layer) if self._layer else ""
        if self._refusal:
            self.words.setText(self._refusal)
        elif self.model.rowCount():
            self.words.setText(
                f"{title}: a row for each neuron, a column for each input. Type to set one, "
                "Ctrl+L to freeze those selected."
            )
        else:
            self.words.setText("Select a layer that learns to see its weights and biases.")

    def _freeze(self) -> None:
        """Freeze the selected numbers, or let them learn again if all of them are frozen."""
        cells = [index for index in self.table.selectedIndexes() if self.model.data(index) is not None]
        if not cells or self._experiment is None:
            return
        freeze = not all(self.model.is_held(index) for index in cells)
        numbers = [self.model.number_of(index) for index in cells]
        word = numbers[0][0] if len(numbers) == 1 else f"{len(numbers)} numbers"
        try:
            changed = hold(self._experiment, [(f"{self._layer}.{key}", at) for key, at in numbers], freeze)
        except EditError as reason:
            self._refuse(f"{str(reason)[:1].upper()}{str(reason)[1:]}.")
            return
        self._refuse("")
        self.edited.emit(changed, f"Freeze {word}" if freeze else f"Let {word} learn again", "")

    def _ask(self, touch: ByHand) -> None:
        self._refuse("")
        word = touch.tensor.rpartition(".")[2]
        self.touched.emit((touch,), f"Set {word}", "")
