"""From what goes wrong to what helps: the button of the check-up, and a cure as one undo step."""

from __future__ import annotations

from playground.experiment import files


def test_a_cure_is_tried_and_applied(open_window, qtbot):
    window = open_window(files.load("same_weights"))
    window.trainer.step(60)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60, timeout=60_000)
    window.actions_by_key["checkup"].trigger()
    panel = window.right.checkup
    qtbot.waitUntil(lambda: panel.try_all.isVisible(), timeout=60_000)
    panel.try_all.click()
    page = window.pages.page("cures")
    assert window.pages.key == "cures"
    qtbot.waitUntil(lambda: page.trials is not None and page.trials.done, timeout=60_000)
    number, treated = next(
        (number, each) for number, each in enumerate(page.trials.treated) if each.remedy.changes
    )
    assert page.trials.effect(treated, page.trials.metrics[0]).word == "helped"
    before = window.document.experiment
    page.rows[number].apply.click()
    assert window.pages.key == ""
    assert window.document.experiment == treated.remedy.experiment
    assert window.document.undo_label == treated.remedy.label
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 0, timeout=60_000)  # as it was tried
    window.actions_by_key["undo"].trigger()
    assert window.document.experiment == before
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60, timeout=60_000)
