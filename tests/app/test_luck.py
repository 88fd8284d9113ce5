"""Is it luck? in the window: what is at hand to compare with, and an end that leaves nothing behind."""

from __future__ import annotations

import threading

from playground.app import exporting, luck
from playground.experiment.edits import set_dataset, set_value
from playground.session.keep import kept_session


def workers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("sweep-")]


def test_the_page_repeats_what_is_on_screen_and_compares_with_the_last_change(qtbot, open_window, tmp_path):
    window = open_window()
    assert luck.rivals(window) == ()
    before = window.document.experiment
    window.edit(set_value(before, "training.optimizer.learning_rate", 1e-6), "Change learning rate")
    (rival,) = luck.rivals(window)
    assert rival.label == "before “Change learning rate”"
    assert rival.experiment == before
    window.actions_by_key["luck"].trigger()
    page = window.pages.page("luck")
    assert window.pages.key == "luck"
    page.rivals.opening.emit()
    page.rivals.choose(rival)
    page._seeds.set_value("5")
    page._steps.set_value(200)
    page.start()
    qtbot.waitUntil(lambda: not page.running)
    assert page.verdict.headline.text() == "Worse"
    for what, name in (("table", "runs.csv"), ("chart", "chart.png"), ("page", "page.svg")):
        exporting.export_to(window, page, what, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 500
    window.actions_by_key["luck"].trigger()
    assert window.pages.key == ""


def test_only_runs_on_the_same_samples_are_offered(qtbot, open_window):
    window = open_window()
    window.edit(set_dataset(window.document.experiment, "moons"), "Choose Moons")
    assert luck.rivals(window) == ()


def test_a_window_that_closes_ends_its_workers(qtbot, open_window):
    window = open_window()
    window.actions_by_key["luck"].trigger()
    page = window.pages.page("luck")
    page._steps.set_value(10**9)
    page.start()
    window.actions_by_key["luck"].trigger()
    assert page.running  # goes on behind the network
    assert workers()
    window.close()
    assert not workers()


def test_what_seeds_showed_stays_beside_the_run_until_it_is_changed(qtbot, open_window):
    window = open_window()
    window.trainer.step(60)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60)
    assert not window.dock.key.isVisible()
    window.do("luck")
    page = window.pages.page("luck")
    page._steps.set_value(60)
    page.start()
    window.do("luck")  # what comes out is shown while the page is away
    qtbot.waitUntil(lambda: not page.running)
    key, output = window.dock.key, window.right.output
    qtbot.waitUntil(lambda: key.isVisible() and key.text().endswith("of 5 seeds"))
    assert "At step 60 half of them lie between" in key.toolTip()
    chart = window.dock._chart
    assert [token for token, _band in chart._bands] == ["train", "val"]
    key.click()
    assert chart._bands == ()
    key.click()
    window.dock._what._choose("norms")
    qtbot.waitUntil(lambda: len(window.dock._layers._bands) == 3)
    assert key.isVisible()
    assert key.text() == "5 seeds"
    plain = window.dock._layers.grab().toImage()
    key.click()
    qtbot.waitUntil(lambda: not window.dock._layers._bands)
    assert window.dock._layers.grab().toImage() != plain
    key.click()
    window.dock._what._choose("ratios")
    assert not key.isVisible()
    window.dock._what._choose("loss")
    output._modes._choose("seeds")
    assert "5 seeds disagree" in output._legend.accessibleName()
    before = window.document.experiment
    window.edit(set_value(before, "training.optimizer.learning_rate", 1e-6), "Change learning rate")
    assert window.seeds.of(window.shown) is None
    qtbot.waitUntil(lambda: not key.isVisible())
    assert chart._bands == ()
    assert "seeds" not in output._legend.accessibleName()
    assert output._modes.value() == "probability"
    window.do("undo")
    qtbot.waitUntil(lambda: key.isVisible())
    window.close()
    (kept,) = kept_session(window.slot.path).seeds
    assert kept.outcome.side.experiment == window.shown
    assert (kept.count, kept.steps) == (5, 60)
