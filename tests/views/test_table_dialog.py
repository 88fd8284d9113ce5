"""The import dialog: guesses that can be changed, a use for each column, and one choice in the end."""

from __future__ import annotations

import numpy as np
import openpyxl
import pytest
from PySide6.QtCore import Qt

from playground.experiment import edits
from playground.experiment.own_table import with_table
from playground.experiment.problems import problems
from playground.views.tables.dialog import TableDialog
from playground.views.tables.models import KINDS

TEXT = "date;place;rain [mm];<b>sky</b>;yield\n" + "".join(
    f"{day:02d}.01.2020;{'ab'[day % 2]};{day // 4},{day % 4};{('sun', 'fog', '')[day % 3]};{day * 2}\n"
    for day in range(1, 29)
)


@pytest.fixture
def dialog(qtbot, tmp_path):
    path = tmp_path / "farm.csv"
    path.write_text(TEXT + "wide;row;1;2;3;4;5\n", encoding="utf-8")
    return opened(qtbot, path)


def opened(qtbot, path):
    shown = TableDialog(path, edits.default_experiment())
    qtbot.addWidget(shown)
    return looked(qtbot, shown)


def looked(qtbot, dialog):
    qtbot.waitUntil(lambda: not dialog.looking)
    return dialog


def use_of(dialog, name):
    return next(use for use in dialog.uses.uses if use.name == name)


def pick(dialog, name, column, words):
    row = [use.name for use in dialog.uses.uses].index(name)
    dict(dialog.uses.choices(row, column))[words]()


def test_what_is_guessed_can_be_used_at_once(dialog, qtbot):
    roles = {use.name: use.role for use in dialog.uses.uses}
    assert roles == {
        "date": "time", "place": "input", "rain": "input", "<b>sky</b>": "input", "yield": "target",
    }  # fmt: skip
    assert use_of(dialog, "<b>sky</b>").missing == "median"
    assert dialog.notes.toPlainText().startswith("Line 30 has 7 cells instead of 5")
    assert "Learns yield (numbers) from 3 columns, split by time." in dialog.plan.text()
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.use.click()
    after = with_table(edits.default_experiment(), told.args[0])
    assert problems(after) == ()
    assert after.data.split.kind == "time"
    assert after.training.loss.kind == "mean_squared_error"
    assert after.data.dataset.samples == 28
    assert after.data.dataset.columns[3].categories == ("fog", "sun")


def test_every_choice_of_a_cell_works(dialog):
    for row in range(len(dialog.uses.uses)):
        for column in range(dialog.uses.columnCount()):
            for words, do in dialog.uses.choices(row, column):
                do()
                assert words
    assert len(dialog.uses.choices(0, 2)) == len(KINDS)
    assert not dialog.grab().isNull()


def test_a_target_can_be_classes_and_a_group_splits(dialog, qtbot):
    pick(dialog, "yield", 3, "ignore")
    assert "No column is the target" in dialog.plan.text()
    assert not dialog.use.isEnabled()
    pick(dialog, "place", 3, "target")
    pick(dialog, "date", 3, "ignore")
    assert "Learns place (classes) from 2 columns, split stratified." in dialog.plan.text()
    pick(dialog, "place", 3, "group")
    pick(dialog, "<b>sky</b>", 3, "group")
    assert use_of(dialog, "place").role == "ignore"


def test_another_format_is_shown(dialog, qtbot):
    form = dialog.format.form
    dialog.format._delimiter.edited.emit(",", True)
    looked(qtbot, dialog)
    assert dialog.format.form.delimiter == ","
    assert len(dialog.uses.uses) != 5
    dialog.format._delimiter.edited.emit(form.delimiter, True)
    looked(qtbot, dialog)
    assert len(dialog.uses.uses) == 5


def test_bounds_are_typed_and_nonsense_is_not_taken(dialog):
    index = dialog.uses.index(2, 7)
    assert dialog.uses.setData(index, "3.5")
    assert use_of(dialog, "rain").maximum == 3.5
    for nonsense in ("x", "inf", "nan", "1_000", "1e999", "1,234.5", "\N{ARABIC-INDIC DIGIT THREE}"):
        assert not dialog.uses.setData(index, nonsense), nonsense
    for typed, bound in (("0,25", 0.25), ("\N{MINUS SIGN}4", -4.0), ("1234567.5", 1234567.5)):
        assert dialog.uses.setData(index, typed)
        assert use_of(dialog, "rain").maximum == bound
        assert dialog.uses.setData(index, dialog.uses.data(index, Qt.ItemDataRole.EditRole))
        assert use_of(dialog, "rain").maximum == bound  # what is shown can be typed again
    assert dialog.uses.setData(index, "")
    assert use_of(dialog, "rain").maximum is None


def test_a_table_can_be_kept_in_the_experiment(dialog, qtbot):
    dialog.keep.setChecked(True)
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.use.click()
    assert told.args[0].text.startswith("date;place")


def test_closing_stops_the_reading(dialog):
    dialog.read()
    reading = dialog.reading
    dialog.reject()
    reading.wait(10)
    assert reading.done
    assert dialog.reading is None


def test_opened_again_the_columns_are_used_as_before(dialog, qtbot, tmp_path):
    pick(dialog, "rain", 3, "ignore")
    pick(dialog, "place", 3, "group")
    with qtbot.waitSignal(dialog.chosen) as told:
        dialog.use.click()
    after = with_table(edits.default_experiment(), told.args[0])
    again = TableDialog(tmp_path / "farm.csv", after)
    qtbot.addWidget(again)
    looked(qtbot, again)
    roles = {use.name: use.role for use in again.uses.uses}
    assert (roles["rain"], roles["place"], roles["yield"]) == ("ignore", "group", "target")


def test_what_is_wrong_further_down_is_told_after_the_reading(qtbot, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2\n2,1\n" * 11_000 + "oops,3\n", encoding="utf-8")
    shown = opened(qtbot, path)
    assert "Nothing is wrong" in shown.notes.toPlainText()
    headings = [shown.uses.headerData(section, Qt.Orientation.Horizontal) for section in range(8)]
    assert "Missing in 20,000" in headings
    with qtbot.waitSignal(shown.chosen) as told:
        shown.use.click()
    assert told.args[0].notes == ('Line 22,002, a: "oops" is not a number, so it counts as missing.',)


@pytest.mark.parametrize("name", ["book.xlsx", "arrays.npz"])
def test_sheets_and_arrays_are_chosen(qtbot, tmp_path, name):
    path = tmp_path / name
    if name == "book.xlsx":
        made = openpyxl.Workbook()
        for sheet, rows in {"one": ["a", "b"], "two": ["c", "d"]}.items():
            page = made.create_sheet(sheet)
            for row in (rows, [1, 2], [2, 4], [5, 5]):
                page.append(row)
        made.remove(made.active)
        made.save(path)
    else:
        np.savez(path, two=np.arange(6.0).reshape(3, 2), y=[3.0, 1.0, 2.0])
    shown = opened(qtbot, path)
    first = [use.name for use in shown.uses.uses]
    shown.format.part_edited.emit("two")
    looked(qtbot, shown)
    assert shown.format.form.part == "two"
    assert [use.name for use in shown.uses.uses] != first
    shown.keep.setChecked(True)
    with qtbot.waitSignal(shown.chosen) as told:
        shown.use.click()
    path.unlink()
    assert problems(with_table(edits.default_experiment(), told.args[0])) == ()


def test_a_file_that_is_no_table_says_why(qtbot, tmp_path):
    path = tmp_path / "picture.csv"
    path.write_bytes(b"\x89PNG" + bytes(99))
    dialog = opened(qtbot, path)
    assert "not a text file" in dialog.notes.toPlainText()
    assert not dialog.use.isEnabled()
