"""The import dialog: from a file of text to a table that the network learns from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.catalog.splits import splits
from playground.catalog.tables import NotATable, Table, TableFormat, guess, preview
from playground.catalog.tables.samples import ColumnUse, of_role, wrong
from playground.experiment.model import Experiment
from playground.experiment.own_table import fitting_split, proposed
from playground.experiment.store import shown
from playground.session.table_reading import TableReading
from playground.views.tables.format_rows import FormatRows
from playground.views.tables.models import RowsModel, UsesModel
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.rows import Text

POLL = 60  # milliseconds


class TableDialog(QDialog):
    """Shows what is in a file and what becomes of it; `chosen(OwnTableChoice)` once it is read."""

    chosen = Signal(object)

    def __init__(self, path: Path, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open table")
        self.resize(960, 680)
        self._path, self._experiment = path, experiment
        self._table: Table | None = None
        self.reading: TableReading | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(Text(shown(path)[1:-1], style="section"))
        self.format = FormatRows()
        self.format.edited.connect(self._preview)
        column.addWidget(self.format)
        self.rows = RowsModel(self)
        self._rows_view = _view(self.rows)
        column.addWidget(self._rows_view, 5)
        self.uses = UsesModel(self)
        self.uses.edited.connect(self._use_changed)
        self._uses_view = _view(self.uses)
        self._uses_view.verticalHeader().hide()
        self._uses_view.clicked.connect(self._offer)
        self._uses_view.activated.connect(self._offer)
        column.addWidget(self._uses_view, 5)
        self.notes = QPlainTextEdit()
        self.notes.setReadOnly(True)
        self.notes.setAccessibleName("What was noticed")
        self.notes.setFixedHeight(64)
        column.addWidget(self.notes)
        self._build_foot(column)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)
        self._guess()

    def _build_foot(self, column: QVBoxLayout) -> None:
        self.plan = Text("", style="label")
        column.addWidget(self.plan)
        self.keep = QCheckBox("Keep the data in the experiment file")
        self.keep.setToolTip("Small tables only. Otherwise the experiment remembers where the file is.")
        self.use = TextButton("Use this table", primary=True)
        self.use.clicked.connect(self.read)
        cancel = TextButton("Cancel")
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.keep)
        foot.addStretch()
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        column.addLayout(foot)

    # The preview

    def _guess(self) -> None:
        try:
            form = guess(self._path)
        except NotATable as error:
            self._refuse(str(error))
            return
        self.format.show_form(form)
        self._preview(form)

    def _preview(self, form: TableFormat) -> None:
        """Read the first rows in this way; uses that were chosen stay with columns of the same name."""
        try:
            table = preview(self._path, form)
        except (NotATable, OSError, LookupError, UnicodeError) as error:
            self._refuse(str(error))
            return
        old = {use.name: use for use in self.uses.uses}
        names = [column.name for column in table.columns]
        uses = proposed(table)
        if set(names) == set(old):
            uses = tuple(replace(old[use.name], type=use.type, categories=use.categories) for use in uses)
        self._show(table, uses)

    def _show(self, table: Table, uses: tuple[ColumnUse, ...]) -> None:
        self._table = table
        self.rows.show_table(table)
        self.uses.show_uses(uses, table)
        self._rows_view.resizeColumnsToContents()
        self.notes.setPlainText("\n".join(table.notes) or "Nothing is wrong in the first rows.")
        self._say_plan()

    def _use_changed(self, row: int) -> None:
        """What a column holds decides how its cells are read."""
        table = self._table
        if table is not None and self.uses.uses[row].type != table.columns[row].kind:
            kinds = tuple(use.type for use in self.uses.uses)
            self._table = preview(self._path, self.format.form, kinds=kinds)
            self.rows.show_table(self._table)
        self._say_plan()

    def _offer(self, index: QModelIndex) -> None:
        """The menu of a cell that has one."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, do in self.uses.choices(index.row(), index.column()):
            menu.addAction(words).triggered.connect(lambda _checked=False, do=do: do())
        if menu.actions():
            cell = self._uses_view.visualRect(index)
            menu.popup(self._uses_view.viewport().mapToGlobal(QPoint(cell.left(), cell.bottom())))

    def _refuse(self, why: str) -> None:
        self._table = None
        self.rows.show_table(None)
        self.uses.show_uses((), None)
        self.notes.setPlainText(why)
        self.plan.set_text("This file cannot be used as it is read now.")
        self.use.setEnabled(False)

    def _say_plan(self) -> None:
        """One sentence on what the network will learn, or why it cannot."""
        uses = self.uses.uses
        problem = next(wrong(uses), "")
        self.use.setEnabled(not problem)
        if problem:
            self.plan.set_text(problem)
            return
        targets = of_role(uses, "target")
        inputs = len(of_role(uses, "input"))
        goal = "classes" if targets[0].type == "category" else "numbers"
        names = ", ".join(use.name for use in targets)
        split = splits[fitting_split(uses)].label
        what = "column" if inputs == 1 else "columns"
        self.plan.set_text(f"Learns {names} ({goal}) from {inputs:,} {what}, split {split}.")

    # Reading

    def read(self) -> None:
        """Read the whole file in the background."""
        if self.reading is not None or self._table is None:
            return
        uses = tuple(
            replace(use, type=use.type if use.role != "ignore" else self._table.columns[i].kind)
            for i, use in enumerate(self.uses.uses)
        )
        self.reading = TableReading(
            self._path, self.format.form, uses, self._experiment, self.keep.isChecked()
        )
        self._busy(True)
        self._timer.start()

    def _busy(self, busy: bool) -> None:
        for part in (self.format, self._uses_view, self.keep, self.use):
            part.setEnabled(not busy)

    def _look(self) -> None:
        reading = self.reading
        if reading is None:
            return
        if not reading.done:
            self.plan.set_text(f"Reading: {reading.rows:,} rows so far.")
            return
        self._timer.stop()
        self.reading = None
        self._busy(False)
        if reading.chosen is not None:
            self.accept()
            self.chosen.emit(reading.chosen)
            return
        self._say_plan()
        if reading.problem:
            self.plan.set_text(reading.problem)

    def done(self, result: int) -> None:
        """Closing stops the reading."""
        self._timer.stop()
        if self.reading is not None:
            self.reading.cancel()
            self.reading = None
        super().done(result)


def _view(model: RowsModel | UsesModel) -> QTableView:
    view = QTableView()
    view.setModel(model)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().setDefaultSectionSize(24)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setMaximumSectionSize(280)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    if isinstance(model, UsesModel):
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setMinimumSectionSize(78)
        view.horizontalHeader().setSectionResizeMode(5, QHeaderView.ResizeMode.ResizeToContents)
    return view
