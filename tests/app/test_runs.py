"""Runs and experiments leave the window and come back: a replay ends on the same bits."""

from PySide6.QtGui import QGuiApplication

from playground.app import filing, runs, travel
from playground.experiment import edits
from playground.experiment.store import shown
from playground.views.widgets.buttons import TextButton


def trained(window, qtbot, to):
    window.trainer.step(to - window.trainer.latest().steps)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == to)


def rate(window):
    return window.trainer.latest().experiment.training.optimizer.learning_rate


def buttons(window):
    return [button.text() for button in window.banner.findChildren(TextButton) if button.isVisible()]


def test_a_saved_run_is_replayed_in_the_window(open_window, qtbot, tmp_path):
    window = open_window()
    trained(window, qtbot, 60)
    window.edit(edits.set_value(window.shown, "training.optimizer.learning_rate", 0.05), "Rate", "")
    trained(window, qtbot, 100)
    path = tmp_path / "a.run"
    runs.save_to(window, path)
    digest = window.trainer.record().digest
    window.document.mark_saved(tmp_path / "a.json")
    runs.open_path(window, path)
    qtbot.waitUntil(lambda: "Replayed 100 steps" in window.trainer.latest().stopped_by)
    assert "every bit" in window.trainer.latest().stopped_by
    assert window.trainer.record().digest == digest
    assert window.trainer.latest().timeline.flags[0].step == 60
    qtbot.waitUntil(lambda: buttons(window) == ["Watch it"])
    window.do("play")
    qtbot.waitUntil(lambda: window.trainer.latest().steps > 120)
    window.trainer.pause()
    qtbot.waitUntil(lambda: window.trainer.latest().state == "paused")
    tip, digest = window.trainer.latest().steps, window.trainer.record().digest
    window.trainer.set_speed(400.0)
    rates = []
    window.do("watch")
    qtbot.waitUntil(lambda: 0 < window.trainer.latest().steps < 60)
    rates.append(rate(window))
    words = f"That was the run: {tip:,} steps."
    qtbot.waitUntil(lambda: window.trainer.latest().stopped_by == words)
    rates.append(rate(window))
    assert rates == [0.02, 0.05]  # settings are those of then
    assert (window.trainer.latest().steps, window.trainer.record().digest) == (tip, digest)
    assert not window.trainer.latest().timeline.travelled


def test_a_run_with_states_opens_at_once_when_it_is_dropped(open_window, qtbot, tmp_path):
    window = open_window()
    trained(window, qtbot, 60)
    path = tmp_path / "a.run"
    runs.save_to(window, path, with_states=True)
    digest = window.trainer.record().digest
    filing.open_path(window, path)
    qtbot.waitUntil(lambda: "Opened 60 steps" in window.trainer.latest().stopped_by)
    assert window.trainer.record().digest == digest
    assert window.settings.recent[0] == str(path)


def test_less_memory_for_the_past_lets_states_go(open_window, qtbot, monkeypatch):
    window = open_window()
    for step in range(20, 400, 20):
        trained(window, qtbot, step)
    before = window.trainer.latest().timeline

    def less(_window, settings):
        settings.kept_megabytes = 1
        return True

    monkeypatch.setattr("playground.app.dialogs.edit_preferences", less)
    window.do("preferences")
    qtbot.waitUntil(lambda: window.trainer.latest().timeline.budget == 1_000_000)
    window.trainer.set_budget(before.nbytes // 2)
    qtbot.waitUntil(lambda: window.trainer.latest().timeline.nbytes <= before.nbytes // 2)


def test_a_damaged_run_leaves_everything_as_it_was(open_window, tmp_path):
    window = open_window()
    trainer, path = window.trainer, tmp_path / "b.run"
    path.write_bytes(b"PK nothing")
    runs.open_path(window, path)
    assert window.trainer is trainer
    assert shown(path).strip('"') in window.banner._words.text()


def test_an_experiment_travels_over_the_clipboard(open_window, qtbot):
    window = open_window()
    first = window.document.experiment
    trained(window, qtbot, 20)
    window.do("copy_text")
    window.edit(edits.set_value(first, "training.optimizer.learning_rate", 0.05), "Rate", "")
    window.do("paste_text")
    assert window.document.experiment == first
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 0)  # as it begins where it came from
    window.do("undo")
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 20)
    window.do("redo")
    line = QGuiApplication.clipboard().text()
    QGuiApplication.clipboard().setText("nothing of ours")
    window.do("paste_text")
    assert window.document.experiment == first
    assert window.banner.text()
    QGuiApplication.clipboard().setText(line)
    window.do("paste_text")
    assert window.banner.text() == ""


def test_the_menu_of_runs_says_how_much_memory_they_hold(open_window, qtbot):
    window = open_window()
    trained(window, qtbot, 20)
    timeline = window.trainer.latest().timeline
    menu = travel.branch_menu(window, timeline)
    assert menu.actions()[-1].text() == f"Kept states: {timeline.nbytes / 1e6:,.1f} of 256 MB"
