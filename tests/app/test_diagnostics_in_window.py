"""Diagnostics in the window: D opens it, its actions are undo steps, the test set opens once."""

from playground.experiment import edits, files
from playground.views.report.dialog import ReportDialog


def trained(window, qtbot, steps):
    window.trainer.step(steps)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == steps)


def opened(window, qtbot):
    window.do("diagnostics")
    page = window.pages.page("diagnostics")
    qtbot.waitUntil(lambda: page.diagnosis is not None)
    page.cancel()
    return page


def test_it_judges_the_network_on_screen_and_its_actions_can_be_undone(open_window, qtbot):
    window = open_window(files.load("plane"))
    trained(window, qtbot, 200)
    page = opened(window, qtbot)
    assert window.pages.key == "diagnostics"
    assert page.diagnosis.evidence.steps == 200
    before = window.document.experiment
    card = next(card for card in page.cards if card.action is not None and card.result.action.edit)
    card.action.click()
    assert window.document.experiment != before
    assert window.document.undo_label == card.result.action.label
    window.do("undo")
    assert window.document.experiment == before
    window.do("diagnostics")
    assert window.pages.key == ""


def test_going_back_to_a_step_is_one_undo_entry(open_window, qtbot):
    window = open_window(files.load("plane"))
    trained(window, qtbot, 300)
    page = opened(window, qtbot)
    page.went_back.emit(120)
    qtbot.waitUntil(lambda: window.document.undo_label == "Go back to step 120")
    qtbot.waitUntil(
        lambda: window.trainer.latest().steps == 120 and not window.trainer.latest().timeline.travelled
    )
    window.do("undo")
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 300)


def test_the_test_set_is_opened_once_and_the_moment_is_kept(open_window, qtbot, monkeypatch):
    window = open_window(files.load("weather"))
    trained(window, qtbot, 100)
    page = opened(window, qtbot)
    monkeypatch.setattr("playground.app.dialogs.ask_to_unlock", lambda *args: False)
    page.conclusion.unlock_button.click()
    assert window.document.experiment.test_unlocked is None
    monkeypatch.setattr("playground.app.dialogs.ask_to_unlock", lambda *args: True)
    page.conclusion.unlock_button.click()
    moment = window.document.experiment.test_unlocked
    assert moment.step == 100
    qtbot.waitUntil(lambda: page.diagnosis.evidence.part == "test")
    page.cancel()
    assert "step 100" in page.conclusion.lock.text()
    window.do("undo")
    assert window.document.experiment.test_unlocked == moment


def test_its_report_button_asks_for_the_report(open_window, qtbot):
    window = open_window(files.load("plane"))
    trained(window, qtbot, 50)
    page = opened(window, qtbot)
    page.conclusion.report_button.click()
    assert len(window.findChildren(ReportDialog)) == 1


def test_curves_of_other_data_are_no_evidence(open_window, qtbot):
    window = open_window(files.load("plane"))
    trained(window, qtbot, 50)
    window.edit(edits.set_dataset(window.document.experiment, "saddle"), "Other data")
    window.trainer.step(50)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 100)
    page = opened(window, qtbot)
    assert page.diagnosis.evidence.history.step[0] > 50


def test_no_step_of_other_data_is_offered_as_the_best(open_window, qtbot):
    window = open_window(files.load("spiral"))
    window.edit(edits.set_dataset(window.document.experiment, "plane"), "Other data")
    trained(window, qtbot, 50)
    page = opened(window, qtbot)
    assert page.diagnosis.evidence.history.step[0] > 0
