"""What is typed into a cell and is not taken stays there, with the reason; nothing goes without a word."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTableView
from snapshots import experiment_of, snapshot

from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.shapes import shapes
from playground.views.tables.dialog import TableDialog
from playground.views.touch.table import NumbersTable
from playground.views.trial.trial_panel import TrialPanel

TABLE = "rain [mm];yield\n" + "".join(f"{day};{day * 2}\n" for day in range(1, 29))


def weights(qtbot, tmp_path):
    """The table of weights: the view, a cell, where the reason stands, and what the cell's number is."""
    experiment = edits.default_experiment()
    shown = NumbersTable()
    qtbot.addWidget(shown)
    shown.select("dense_1")
    shown.set_experiment(experiment)
    tensors = {
        name: np.ones(size) for layer in shapes(experiment).layers for name, size in layer.parameters.items()
    }
    told = []
    shown.touched.connect(lambda touches, label, merge: told.append(touches[0].value))
    shown.show()
    shown.show_snapshot(snapshot(experiment, parameters=tensors))

    def again():
        """Another picture of the running network must not take the reason away."""
        shown.show_snapshot(snapshot(experiment, parameters=dict(tensors)))
        return shown.words.text()

    return shown, shown.table, (1, 1), again, lambda: told[-1] if told else 1.0


def trial(qtbot, tmp_path):
    """The inputs that are tried."""
    experiment = experiment_of("weather")
    prepared = prepare(experiment.data, experiment.seed)
    shown = TrialPanel()
    qtbot.addWidget(shown)
    shown.show()
    shown.set_experiment(experiment)
    shown.show_snapshot(snapshot(experiment, prepared=prepared))
    shown.fields.show_values(np.ones(len(prepared.raw_names)))
    return shown, shown.fields.table, (1, 1), shown._hint.text, lambda: shown.fields.model.values[1]


def bounds(qtbot, tmp_path):
    """The valid range of a column, where a table is opened."""
    path = tmp_path / "farm.csv"
    path.write_text(TABLE, encoding="utf-8")
    shown = TableDialog(path, edits.default_experiment())
    qtbot.addWidget(shown)
    shown.show()
    qtbot.waitUntil(lambda: not shown.looking)
    (view,) = (view for view in shown.findChildren(QTableView) if view.model() is shown.uses)
    shown.uses.setData(shown.uses.index(0, 7), "1")
    return shown, view, (0, 7), shown.plan.text, lambda: shown.uses.uses[0].maximum


def typed(view, index, text):
    """The field of a cell after this was typed over what it held."""
    view.setCurrentIndex(index)  # where every trigger counts, this begins to edit
    if view.indexWidget(index) is None:
        view.edit(index)
    editor = view.indexWidget(index)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    return editor


@pytest.mark.parametrize("table", [weights, trial, bounds])
def test_what_is_no_number_is_refused_where_it_is_typed(qtbot, tmp_path, table):
    _shown, view, cell, reason, value = table(qtbot, tmp_path)
    index = view.model().index(*cell)
    for nonsense in ("abc", "1,234.5", "nan"):
        editor = typed(view, index, nonsense)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        assert view.state() == QTableView.State.EditingState  # it stays, to be mended
        assert editor.property("refused")
        assert editor.accessibleDescription().startswith("Type ")
        assert reason() == f"The number stays as it was. {editor.accessibleDescription()}"
        assert value() == 1.0
        QTest.keyClick(editor, Qt.Key.Key_Backspace)
        assert not editor.property("refused")
        QTest.keyClick(editor, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: view.indexWidget(index) is None)
    refused = reason()
    editor = typed(view, index, "2,5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: value() == 2.5)
    assert reason() != refused


@pytest.mark.parametrize("table", [weights, trial, bounds])
def test_a_field_that_is_left_says_why_its_text_is_gone(qtbot, tmp_path, table):
    _shown, view, cell, reason, value = table(qtbot, tmp_path)
    index = view.model().index(*cell)
    view.commitData(typed(view, index, "one"))
    assert reason().startswith("The number stays as it was. Type a number")
    assert value() == 1.0
    if table is not bounds:
        view.commitData(typed(view, index, "1e300"))
        assert " to 1,000,000" in reason()
