"""The import dialog: from a file to a table that the network learns from."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from playground.catalog.splits import splits
from playground.catalog.tables import Kind, Table, TableFormat
from playground.catalog.tables.samples import ColumnUse, of_role, wrong
from playground.experiment.model import Experiment
from playground.experiment.own_table import fitting_split
from playground.experiment.store import shown
from playground.session.table_reading import TablePreview, TableReading
from playground.views.tables.format_rows import FormatRows
from playground.views.tables.models import RowsModel, UsesModel
from playground.views.widgets.number_table import TypedCells
from playground.views.widgets.passing_menu import passing_menu
from playground.views.widgets.rows import Text
from playground.views.widgets.tick_box import TickBox

POLL = 60  # milliseconds
FITTED = 16  # columns of the preview that are as wide as what stands in their first rows
LOOKED_AT = 16  # rows


class TableDialog(QDialog):
    """Shows what is in a file and what becomes of it; `chosen(OwnTableChoice)` once it is read.

    The notes of the choice are those that the first rows had not shown.
    """

    chosen = Signal(object)

    def __init__(self, path: Path, experiment: Experiment, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Open table")
        self.resize(960, 680)
        self._path, self._experiment = path, experiment
        self._table: Table | None = None
        self._about = 0
        self._seen_notes: tuple[str, ...] = ()
        self._kinds_chosen = False
        self._preview: TablePreview | None = None
        self.reading: TableReading | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        column.addWidget(Text(shown(path)[1:-1], style="section"))
        self.format = FormatRows()
        self.format.edited.connect(self._look)
        self.format.part_edited.connect(lambda part: self._look(None, part))
        column.addWidget(self.format)
        self.rows = RowsModel(self)
        self._rows_view = _view("First rows", self.rows)
        self._rows_view.horizontalHeader().setResizeContentsPrecision(LOOKED_AT)
        column.addWidget(self._rows_view, 5)
        self.uses = UsesModel(self)
        self.uses.edited.connect(self._use_changed)
        self._uses_view = _view("Columns and what each is for", self.uses)
        cells = TypedCells(self._uses_view)
        cells.refused.connect(lambda why: self.plan.set_text(why))
        self._uses_view.setItemDelegate(cells)
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
        self._timer.timeout.connect(self._poll)
        self._look()

    def _build_foot(self, column: QVBoxLayout) -> None:
        self.plan = Text("", style="label")
        column.addWidget(self.plan)
        self.keep = TickBox("Keep the data in the experiment file")
        self.keep.setToolTip("Small tables only. Otherwise the experiment remembers where the file is.")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.use = buttons.addButton("Use this table", QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setDefault(True)
        buttons.accepted.connect(self.read)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.keep)
        foot.addStretch()
        foot.addWidget(buttons)
        column.addLayout(foot)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter on a cell is for its menu; everywhere else it uses the table."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (enters and isinstance(self.focusWidget(), QTableView)):
            super().keyPressEvent(event)

    # The preview

    def _look(
        self, form: TableFormat | None = None, part: str | None = None, kinds: tuple[Kind, ...] = ()
    ) -> None:
        """Look at the first rows in the background; the newest look counts."""
        if self._preview is not None:
            self._preview.cancel()
        self._preview = TablePreview(self._path, form, part, kinds)
        self._kinds_chosen = bool(kinds)
        self.use.setEnabled(False)
        self.plan.set_text("Looking at the first rows…")
        self._timer.start()

    @property
    def looking(self) -> bool:
        """Whether the first rows are still being read."""
        return self._preview is not None

    def _looked(self, preview: TablePreview) -> None:
        """Show what was found; uses that were chosen stay with columns of the same name."""
        seen = preview.seen
        if seen is None:
            self._refuse(preview.problem)
            return
        self._seen_notes = seen.table.notes
        old = {use.name: use for use in self.uses.uses or _used_before(self._experiment)}
        uses = seen.uses
        if {use.name for use in uses} == set(old):
            uses = tuple(
                replace(old[use.name], type=use.type, categories=use.categories)
                if not self._kinds_chosen
                else old[use.name]
                for use in uses
            )
        self._about = seen.rows
        self.format.show_form(seen.form, seen.parts)
        self._show(seen.table, uses)

    def _show(self, table: Table, uses: tuple[ColumnUse, ...]) -> None:
        self._table = table
        self.rows.show_table(table)
        self.uses.show_uses(uses, table, self._about)
        for column in range(min(len(table.columns), FITTED)):
            self._rows_view.resizeColumnToContents(column)
        self.notes.setPlainText("\n".join(table.notes) or "Nothing is wrong in the first rows.")
        self._say_plan()

    def _use_changed(self, row: int) -> None:
        """What a column holds decides how its cells are read."""
        table = self._table
        if table is not None and self.uses.uses[row].type != table.columns[row].kind:
            self._look(self.format.form, kinds=tuple(use.type for use in self.uses.uses))
            return
        self._say_plan()

    def _offer(self, index: QModelIndex) -> None:
        """The menu of a cell that has one."""
        menu = passing_menu(self)
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
        self.use.setEnabled(not problem and not self.looking)
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
        if self.reading is not None or self._preview is not None or self._table is None:
            return
        uses = tuple(
            replace(use, type=column.kind) if use.role == "ignore" else use
            for use, column in zip(self.uses.uses, self._table.columns, strict=True)
        )
        self.reading = TableReading(
            self._path, self.format.form, uses, self._experiment, self.keep.isChecked()
        )
        self._busy(True)
        self._timer.start()

    def _busy(self, busy: bool) -> None:
        for part in (self.format, self._uses_view, self.keep, self.use):
            part.setEnabled(not busy)

    def _poll(self) -> None:
        """What runs in the background: said while it does, shown once it ended."""
        preview, reading = self._preview, self.reading
        if preview is not None and preview.done:
            self._preview = None
            self._looked(preview)
        if reading is not None and reading.done:
            self.reading = None
            self._finish(reading)
        elif reading is not None:
            every = self.format.form.every
            of = f" of about {self._about // every:,}" if self._about // every > reading.rows else ""
            reads = f"Reading: {reading.rows:,}{of} rows."
            self.plan.set_text(reads if reading.rows else f"Checking the file: {reading.checked:.0%}")
        if self._preview is None and self.reading is None:
            self._timer.stop()

    def _finish(self, reading: TableReading) -> None:
        self._busy(False)
        if reading.chosen is not None:
            self.accept()
            news = tuple(note for note in reading.chosen.notes if note not in self._seen_notes)
            self.chosen.emit(replace(reading.chosen, notes=news))
            return
        self._say_plan()
        if reading.problem:
            self.plan.set_text(reading.problem)

    def done(self, result: int) -> None:
        """Closing stops the reading."""
        self._timer.stop()
        for work in (self._preview, self.reading):
            if work is not None:
                work.cancel()
        self._preview = self.reading = None
        super().done(result)


def _used_before(experiment: Experiment) -> tuple[ColumnUse, ...]:
    """How the columns of the table that the experiment learns from now are used: it may be opened again."""
    columns = getattr(experiment.data.dataset, "columns", ())
    names = [field.name for field in fields(ColumnUse)]
    return tuple(ColumnUse(**{name: getattr(column, name) for name in names}) for column in columns)


def _view(name: str, model: RowsModel | UsesModel) -> QTableView:
    view = QTableView()
    view.setAccessibleName(name)
    view.setTabKeyNavigation(False)  # arrows walk the cells, Tab goes on to the next control
    view.setModel(model)
    view.setShowGrid(False)
    view.setWordWrap(False)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.verticalHeader().setDefaultSectionSize(24)
    view.horizontalHeader().setHighlightSections(False)
    view.horizontalHeader().setMaximumSectionSize(280)
    view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    corner = view.findChild(QAbstractButton)
    if corner is not None:
        corner.setAccessibleName("Select all")
    if isinstance(model, UsesModel):
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        view.horizontalHeader().setMinimumSectionSize(78)
        view.horizontalHeader().setResizeContentsPrecision(20)
        view.horizontalHeader().setSectionResizeMode(5, QHeaderView.ResizeMode.ResizeToContents)
    return view
