"""The window: commands, files, undo and closing, as a user meets them."""

from __future__ import annotations

import json
import math
import time

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from playground.app import filing
from playground.app.actions import COMMANDS
from playground.app.failures import lower_rate
from playground.app.settings import Settings
from playground.experiment import edits, files
from playground.session.keep import kept_session
from playground.session.snapshot import Wants
from playground.views.plots.loss_chart import LossChart
from playground.views.plots.loss_plot import Status
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.number_field import NumberField


def state(window):
    snapshot = window.trainer.latest()
    return snapshot.state if snapshot else ""


def steps(window):
    return window.trainer.latest().steps


def test_space_plays_and_pauses(open_window, qtbot):
    window = open_window()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: steps(window) > 20)
    QTest.keyClick(window.canvas, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: state(window) == "paused")


def test_the_first_key_is_the_canvas_s_and_not_the_first_button_s(open_window):
    window = open_window()
    assert window.focusWidget() is window.canvas


def test_space_starts_training_after_a_number_was_entered(open_window, qtbot):
    window = open_window()
    field = next(each for each in window.left.findChildren(NumberField) if each.accessibleName() == "Samples")
    field.setFocus()
    QTest.keyClicks(field, "300")
    QTest.keyClick(field, Qt.Key.Key_Space)
    assert state(window) != "running"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert window.document.experiment.data.dataset.samples == 300
    QTest.keyClick(field, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: steps(window) > 20)
    assert field.text() == "300"


def test_right_steps_and_shift_right_ends_the_epoch(open_window, qtbot):
    window = open_window()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: steps(window) == 1)
    QTest.keyClick(window.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.trainer.latest().epochs == 1.0)
    QTest.keyClick(window.canvas, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: steps(window) == 0)
    QTest.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.trainer.latest().epochs == 1.0)


def test_every_command_has_an_action_and_no_two_share_a_shortcut(open_window):
    window = open_window()
    seen = {}
    for command in COMMANDS:
        if command.do is not None:
            assert window.actions_by_key[command.key].text()
        for keys in (command.shortcut, *command.also):
            if keys:
                assert seen.setdefault(keys, command.key) == command.key, keys


def test_save_and_open_give_the_same_experiment(open_window, qtbot, tmp_path, monkeypatch):
    window = open_window()
    path = tmp_path / "mine ü.json"
    monkeypatch.setattr("playground.app.dialogs.choose_save", lambda *args: path)
    changed = edits.set_value(window.document.experiment, "training.optimizer.learning_rate", 0.5)
    window.document.apply(changed, "Rate")
    assert window.isWindowModified()
    assert filing.save_here(window)
    assert not window.isWindowModified()
    assert files.load(path) == changed
    assert "mine ü.json" in window.windowTitle()
    window.document.apply(edits.add_layer(changed, 0, "dense"), "Add")
    monkeypatch.setattr("playground.app.dialogs.ask_to_save", lambda *args: "discard")
    assert filing.open_path(window, path)
    assert window.document.experiment == changed
    assert window.settings.recent == [str(path)]


def test_a_change_that_takes_a_while_says_so(open_window, qtbot, monkeypatch):
    window = open_window()
    qtbot.waitUntil(lambda: state(window) == "paused")
    window.clock.flush()
    status = window.dock.findChild(Status)
    assert status.accessibleName() == "Paused"
    held = []
    monkeypatch.setattr(window.trainer, "change", held.append)
    window.edit(edits.set_dataset(window.document.experiment, "moons"), "Moons")
    qtbot.waitUntil(lambda: status.accessibleName() == "Getting ready")
    monkeypatch.undo()
    window.trainer.change(held[0])
    qtbot.waitUntil(lambda: status.accessibleName() == "Paused")


def test_another_experiment_is_in_sight_however_one_moved_about_the_last(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: len(window.trainer.latest().history) > 0)
    window.clock.flush()
    start, chart = window.canvas.mapToScene(0, 0), window.dock.findChild(LossChart)
    window.canvas.pan(QPoint(-200, 300))
    chart.moved.emit()
    assert window.canvas.mapToScene(0, 0) != start
    assert not chart.following
    window.replace_document(files.load("xor"), None)
    assert window.canvas.mapToScene(0, 0) == start
    assert chart.following


def test_a_file_that_cannot_be_read_changes_nothing(open_window, tmp_path):
    window = open_window()
    before = window.document.experiment
    path = tmp_path / "broken.json"
    path.write_text('{"format": "network-playground", "version": 1, ')
    assert not filing.open_path(window, path)
    assert window.document.experiment == before
    assert window.banner.isVisible()
    assert "It is cut off after 47 bytes" in window.banner.text()


def test_a_dropped_file_is_opened(open_window, tmp_path):
    window = open_window()
    changed = edits.set_dataset(edits.default_experiment(), "moons")
    path = tmp_path / "moons.json"
    files.save(changed, path)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)
    assert window.document.experiment == changed


def test_cancelling_keeps_the_changes(open_window, monkeypatch):
    window = open_window()
    changed = edits.add_layer(window.document.experiment, 0, "dense")
    window.document.apply(changed, "Add")
    monkeypatch.setattr("playground.app.dialogs.ask_to_save", lambda *args: "cancel")
    window.do("new")
    assert window.document.experiment == changed
    assert not filing.open_path(window, "xor")


def test_a_full_disk_is_said_and_nothing_is_lost(open_window, tmp_path, monkeypatch):
    window = open_window()
    monkeypatch.setattr("playground.app.dialogs.choose_save", lambda *args: tmp_path)
    assert not filing.save_here(window)
    assert window.banner.isVisible()
    assert not window.document.path


def test_closing_keeps_the_session_and_the_next_start_goes_on(open_window, qtbot):
    window = open_window()
    window.trainer.step(120)
    qtbot.waitUntil(lambda: steps(window) == 120)
    changed = edits.set_value(window.document.experiment, "training.l2", 0.01)
    window.document.apply(changed, "L2")
    rows = len(window.trainer.latest().history)
    window.close()
    kept = kept_session()
    assert kept.experiment == changed
    assert kept.saved == edits.default_experiment()
    again = open_window(kept.experiment, kept.arrays)
    qtbot.waitUntil(lambda: steps(again) == 120)
    assert len(again.trainer.latest().history) == rows


def test_a_divergence_offers_the_way_back(open_window, qtbot):
    wild = edits.set_value(
        edits.set_dataset(edits.default_experiment(), "plane"), "training.optimizer", "sgd"
    )
    for layer in ("dense_1", "dense_2"):
        wild = edits.set_value(wild, f"network.{layer}.activation", "relu")
    window = open_window(edits.set_value(wild, "training.optimizer.learning_rate", 1e5))
    window.trainer.set_speed(math.inf)
    window.do("play")
    qtbot.waitUntil(lambda: state(window) == "failed")
    qtbot.waitUntil(lambda: window.banner.isVisible())
    assert "learning rate" in window.banner.detail()
    labels = [button.text() for button in window.banner.findChildren(TextButton)]
    assert labels[-2:] == ["Set learning rate 10000", "Try the cures"]
    lower_rate(window, 0.01, window.trainer.latest().failure)
    qtbot.waitUntil(lambda: state(window) == "paused")
    assert window.document.experiment.training.optimizer.learning_rate == 0.01


def test_an_exception_in_a_slot_is_one_banner_and_the_program_goes_on(open_window, qtbot):
    window = open_window()
    for _ in range(3):
        try:
            raise RuntimeError("made by the test")
        except RuntimeError as error:
            import traceback

            window.reporter.report(f"Something went wrong: {error}", traceback.format_exc())
    qtbot.waitUntil(lambda: window.banner.isVisible())
    assert "made by the test" in window.banner.text()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: steps(window) == 1)


@pytest.mark.parametrize("size", [(1100, 700), (1440, 900), (1920, 1080), (3840, 2160)])
def test_the_window_fits_every_size(open_window, size):
    window = open_window()
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size
    for part in (window.top_bar, window.canvas, window.dock, window.right, window.left):
        assert part.isVisible()
        corner = part.mapTo(window, QPoint(part.width(), part.height()))
        assert corner.x() <= size[0]
        assert corner.y() <= size[1]


def test_light_and_dark_switch_while_it_trains(open_window, qtbot):
    window = open_window()
    window.do("play")
    for name in ("dark", "light", "dark", "system"):
        window.do(name)
        end = time.monotonic() + 0.1
        while time.monotonic() < end:
            QApplication.processEvents()
    window.do("play")
    qtbot.waitUntil(lambda: state(window) == "paused")


@pytest.mark.parametrize("leave", ["hide", "showMinimized"])
def test_a_window_out_of_sight_leaves_the_training_alone(open_window, leave):
    window = open_window()
    wants = window.trainer._worker._wants
    assert any(each != Wants() for each in wants.values())
    getattr(window, leave)()
    assert all(each == Wants() for each in wants.values())
    assert not any(timer.isActive() for timer in (window.clock._timer, window._ask))
    window.showNormal()
    assert any(each != Wants() for each in wants.values())
    assert all(timer.isActive() for timer in (window.clock._timer, window._ask))


def test_damaged_settings_fall_back_one_by_one(tmp_path):
    from playground.app.settings import load_settings

    path = tmp_path / "settings.json"
    for text in ("", "[]", "{", "null", '{"theme": 3}', '{"window": [1, 2]}', '{"recent": [1]}'):
        path.write_text(text)
        assert load_settings(path) == Settings()
    path.write_text(json.dumps({"theme": "dark", "speed": "fast", "unknown": 1}))
    assert load_settings(path) == Settings(theme="dark")


def test_a_file_that_another_program_changed_is_not_overwritten(open_window, tmp_path):
    path = tmp_path / "mine.json"
    files.save(edits.default_experiment(), path)
    window = open_window()
    assert filing.open_path(window, path)
    path.write_text(path.read_text().replace('"seed": 1', '"seed": 7'))
    window.edit(edits.set_value(window.document.experiment, "training.batch_size", 10), "Batch", "")
    assert not filing.save_here(window)
    assert "changed by another program" in window.banner.text()
    assert files.load(path).seed == 7
    filing.save_to(window, path)
    assert files.load(path).training.batch_size == 10
    assert filing.save_here(window)
    path.write_text("no longer an experiment")
    assert not filing.save_here(window)
    path.unlink()
    assert filing.save_here(window)
    window.document.mark_saved(path)


def test_a_dropped_table_becomes_one_edit_that_can_be_undone(open_window, qtbot, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i * i}\n" for i in range(60)), encoding="utf-8")
    window = open_window()
    before = window.document.experiment
    dialog = filing.open_table(window, path)
    qtbot.waitUntil(dialog.use.isEnabled)
    with qtbot.waitSignal(dialog.chosen):
        dialog.use.click()
    of = window.document.experiment
    assert of.data.dataset.path == str(path)
    assert of.training.loss.kind == "mean_squared_error"
    window.do("step")
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 1)
    assert window.left.data._about.text() == "60 samples, regression"
    window.do("undo")
    assert window.document.experiment == before


def test_a_headline_stays_bold_in_other_colours(open_window):
    window = open_window()
    window.banner.show_message("Loss became infinite", [], "fail", "Why it may be.")
    headline = window.banner.findChildren(QLabel)[0]
    for key in ("dark", "light"):
        window.do(key)
        assert headline.font() == theme().font("section", tabular=False)
