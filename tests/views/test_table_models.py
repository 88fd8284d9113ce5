"""Tables on screen: whatever Qt asks a model for, it answers, for an exception there ends the program."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QWidget

import playground.views.tables.models
import playground.views.touch.table
import playground.views.trial.fields  # noqa: F401
from playground.app.start import application
from playground.views.compare.difference_table import DifferenceTable
from playground.views.compare.rows import Row
from playground.views.widgets.table_model import TableModel

MODELS = TableModel.__subclasses__()


def test_all_models_of_the_program_are_careful():
    ours = [each for each in QAbstractItemModel.__subclasses__() if each.__module__.startswith("playground")]
    assert ours == []
    assert len(MODELS) >= 5


@pytest.mark.parametrize("kind", MODELS, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
def test_what_is_not_there_is_nothing(qtbot, kind):
    application()
    owner = QWidget()
    qtbot.addWidget(owner)
    model = kind(owner)
    for role in Qt.ItemDataRole:
        assert model.data(QModelIndex(), role) is None
        for orientation in Qt.Orientation:
            assert model.headerData(10_000, orientation, role) is None
            assert model.headerData(-1, orientation, role) is None


def test_a_table_may_lose_rows_and_columns_at_once(qtbot):
    """One header is measured while the other still counts what is gone: this once ended the program."""
    application()
    table = DifferenceTable()
    qtbot.addWidget(table)
    table.resize(700, 260)
    table.show()
    for columns, rows in ((12, 30), (1, 2), (9, 0), (0, 0), (5, 40), (2, 3)) * 5:
        runs = [SimpleNamespace(name=f"run {k}", slot=k) for k in range(columns)]
        row = Row("label", ("x",) * columns, (False,) * columns, "setting")
        table.show_rows(runs, [row] * rows)
        assert len(table.texts) == rows
        QApplication.sendPostedEvents()
