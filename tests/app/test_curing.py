"""From what goes wrong to what helps: the button of the check-up, and a cure as one undo step."""

from __future__ import annotations

from playground.experiment import edits, files
from playground.experiment.edits import set_value


def test_a_cure_is_tried_and_applied(open_window, qtbot):
    window = open_window(files.load("same_weights"))
    window.trainer.step(60)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60)
    window.actions_by_key["checkup"].trigger()
    panel = window.right.checkup
    qtbot.waitUntil(lambda: panel.try_all.isVisible())
    panel.try_all.click()
    page = window.pages.page("cures")
    assert window.pages.key == "cures"
    qtbot.waitUntil(lambda: page.trials is not None and page.trials.done)
    number, treated = next(
        (number, each) for number, each in enumerate(page.trials.treated) if each.remedy.changes
    )
    assert page.trials.effect(treated, page.trials.metrics[0]).word == "helped"
    before = window.document.experiment
    page.rows[number].apply.click()
    assert window.pages.key == ""
    assert window.document.experiment == treated.remedy.experiment
    assert window.document.undo_label == treated.remedy.label
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 0)  # as it was tried
    window.actions_by_key["undo"].trigger()
    assert window.document.experiment == before
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60)


def test_after_a_divergence_a_cure_is_tried_and_applied_at_the_last_good_step(open_window, qtbot):
    calm = set_value(files.load("curve"), "training.optimizer", {"kind": "sgd", "learning_rate": 0.05})
    window = open_window(calm)
    window.trainer.step(80)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 80)
    window.edit(set_value(calm, "training.optimizer.learning_rate", 1e3), "Set learning rate 1,000")
    window.trainer.play()
    qtbot.waitUntil(lambda: window.trainer.latest().failure is not None)
    assert window.trainer.latest().failure.good_step == 80
    window.do("cures")
    page = window.pages.page("cures")
    qtbot.waitUntil(lambda: page.trials is not None and page.trials.done)
    assert "From the weights of step 80, the last with a good loss" in page._note.text()
    effects = [page.trials.effect(each, page.trials.metrics[0]).word for each in page.trials.treated]
    number = effects.index("helped", 1)
    page.rows[number].apply.click()
    remedy = page.trials.treated[number].remedy
    assert window.document.experiment == remedy.experiment
    qtbot.waitUntil(lambda: window.trainer.latest().experiment == remedy.experiment)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 80)
    window.trainer.step(5)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 85)
    assert window.trainer.latest().failure is None


def test_a_cure_that_was_tried_from_the_start_begins_there(open_window, qtbot):
    start = edits.default_experiment()
    window = open_window(start)
    window.trainer.step(20)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 20)
    window.do("cures")
    slower = set_value(start, "training.optimizer.learning_rate", 1e-3)
    window.pages.page("cures").restarted.emit(slower, "Set learning rate 0.001")
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 0)
    assert window.trainer.latest().experiment == slower
    window.do("undo")
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 20)
