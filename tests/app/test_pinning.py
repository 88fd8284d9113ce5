"""Pinning in the window: P, the page, the way back to a pinned run, and the next session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.app import exporting, pinning
from playground.experiment import edits
from playground.session.keep import Kept, keep_session, kept_session
from playground.session.pin_files import from_notes, to_notes
from playground.session.pins import MOST_PINS
from playground.views.widgets.buttons import TextButton

START = edits.default_experiment()


@pytest.fixture
def train(qtbot):
    def go(window, steps):
        goal = window.trainer.latest().steps + steps
        window.trainer.step(steps)
        qtbot.waitUntil(lambda: window.trainer.latest().steps == goal)

    return go


def settled(window, qtbot, steps):
    qtbot.waitUntil(lambda: window.trainer.latest().steps == steps)


def offered(window):
    return [button.text() for button in window.banner.findChildren(TextButton) if button.isVisible()]


def test_p_pins_and_c_compares(open_window, qtbot, train):
    window = open_window()
    train(window, 100)
    QTest.keyClick(window.canvas, Qt.Key.Key_P)
    assert [(run.name, run.steps) for run in window.pins.runs] == [("Adam", 100)]
    assert "Pinned this run as Adam, at step 100." in window.banner.text()
    QTest.keyClick(window.canvas, Qt.Key.Key_C)
    page = window.pages.page("compare")
    assert window.banner.text() == ""  # which offered to come here
    qtbot.waitUntil(lambda: page.strip.cards[0].on_screen)
    train(window, 50)
    QTest.keyClick(window, Qt.Key.Key_P)
    assert [run.name for run in window.pins.runs] == ["Adam", "Step 150"]
    assert len(page.strip.cards) == 2
    window.pins._set(tuple(replace(page.runs[0], slot=slot) for slot in range(MOST_PINS)))
    QTest.keyClick(window, Qt.Key.Key_P)
    assert window.banner.text() == pinning.FULL
    assert not offered(window)  # the page that it would lead to
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.key == ""
    QTest.keyClick(window, Qt.Key.Key_P)
    assert offered(window) == ["Compare"]
    QTest.keyClick(window, Qt.Key.Key_C)
    assert window.banner.text() == ""
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.pages.key == ""


def test_a_pinned_run_comes_back_from_the_timeline_bit_for_bit(open_window, qtbot, train):
    window = open_window()
    train(window, 100)
    pinning.pin(window)
    first = window.pins.runs[0]
    before = window.trainer.describe().example_outputs
    window.edit(edits.set_choice(START, "training.optimizer", "sgd"), "Choose SGD")
    window.document.reset_training()
    settled(window, qtbot, 0)
    train(window, 30)
    pinning.pin(window)
    pinning.show(window, first)
    settled(window, qtbot, 100)
    assert window.document.experiment.training.optimizer.kind == "adam"
    assert np.array_equal(window.trainer.describe().example_outputs, before)
    window.document.undo()
    settled(window, qtbot, 30)
    assert window.document.experiment.training.optimizer.kind == "sgd"


def test_a_run_of_another_session_starts_again_as_an_undo_step(open_window, qtbot, train):
    window = open_window()
    train(window, 40)
    pinning.pin(window)
    run = window.pins.runs[0]
    window.replace_document(edits.set_choice(START, "training.optimizer", "sgd"), None)
    qtbot.waitUntil(lambda: window.trainer.latest() is not None)
    qtbot.waitUntil(lambda: window.trainer.latest().state == "paused")
    train(window, 10)
    pinning.show(window, run)
    settled(window, qtbot, 0)
    assert window.document.experiment == run.experiment
    window.document.undo()
    settled(window, qtbot, 10)
    assert window.document.experiment.training.optimizer.kind == "sgd"


def test_unpinning_can_be_taken_back(open_window, train):
    window = open_window()
    train(window, 10)
    pinning.pin(window)
    run = window.pins.runs[0]
    pinning.unpin(window, run)
    assert window.pins.runs == ()
    pinning.pin_again(window, run)
    assert [each.name for each in window.pins.runs] == ["Adam"]


def test_pins_survive_the_session(open_window, train, tmp_path):
    window = open_window()
    train(window, 60)
    pinning.pin(window)
    run = window.pins.runs[0]
    path = tmp_path / "session.npz"
    keep_session(Kept(START, START, None, None, pins=window.pins.runs), path)
    (back,) = kept_session(path).pins
    assert (back.name, back.steps, back.experiment, back.stages) == (
        run.name,
        run.steps,
        run.experiment,
        run.stages,
    )
    assert np.array_equal(back.history, run.history)
    assert np.array_equal(back.output.values, run.output.values)
    assert back.output.extent == run.output.extent
    assert back.first_weights == run.first_weights
    assert back.timeline == ""


def test_a_damaged_pin_does_not_take_the_others_along():
    from tests.session.pinned_runs import board

    notes, arrays = to_notes(board(3).runs)
    del arrays["1/seconds"]
    notes[2]["experiment"] = "{}"
    assert [run.name for run in from_notes(notes, arrays)] == ["SGD"]


@pytest.mark.parametrize(("what", "name"), [("table", "a.csv"), ("chart", "a.svg"), ("page", "a.png")])
def test_table_and_pictures_are_written(open_window, train, tmp_path, what, name):
    window = open_window()
    train(window, 60)
    pinning.pin(window)
    pinning.open_page(window)
    path = tmp_path / name
    exporting.export_to(window, window.pages.page("compare"), what, path)
    assert path.stat().st_size > 200
    assert name in window.banner.text()
