"""The race in the window: it opens, Space starts it, and a lane is taken as one undo step."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt

from playground.app import exporting, pictures
from playground.experiment import files


def test_a_race_in_the_window(open_window, qtbot):
    window = open_window(files.load("spiral"))
    before = window.document.experiment
    window.actions_by_key["race"].trigger()
    page = window.pages.page("race")
    assert window.pages.key == "race"
    qtbot.waitUntil(lambda: page.race.latest().map is not None)
    steps = window.trainer.latest().steps
    qtbot.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.race.latest().steps > 20)
    assert not window.trainer.playing
    assert window.trainer.latest().steps == steps
    wanted = page.race.latest().lanes[0].contestant.experiment
    page.cards[0].open.click()
    assert window.pages.key == ""
    assert window.document.experiment == wanted != before
    window.actions_by_key["undo"].trigger()
    assert window.document.experiment == before
    qtbot.waitUntil(lambda: not page.race.latest().playing)


def test_escape_leaves_the_race_and_it_is_there_again(open_window, qtbot):
    window = open_window(files.load("spiral"))
    window.actions_by_key["race"].trigger()
    page = window.pages.page("race")
    race = page.race
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.pages.key == ""
    assert not window.actions_by_key["race"].isChecked()
    window.actions_by_key["race"].trigger()
    assert page.race is race


def test_seeds_reach_no_race_of_an_experiment_before(open_window):
    window = open_window(files.load("spiral"))
    window.actions_by_key["race"].trigger()
    window.replace_document(files.load("xor"), None)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.seeds.recall(())  # an error where a page that is gone still listens
    window.actions_by_key["race"].trigger()
    window.seeds.recall(())


def test_a_race_is_written_to_files_without_what_can_only_be_pressed(open_window, qtbot, tmp_path):
    window = open_window(files.load("spiral"))
    window.do("race")
    page = window.pages.page("race")
    qtbot.waitUntil(lambda: page.race.latest().map is not None)
    for what, name in (("table", "lanes.csv"), ("chart", "chart.svg"), ("page", "page.png")):
        exporting.export_to(window, page, what, tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
    pressed = (page.play, page.export, page.seeds, page.cards[0].open, page.cards[0].through)
    with pictures._without_controls(page):
        assert not any(part.isVisible() for part in pressed)
        assert page.cards[0].tile.isVisible()
    assert all(part.isVisible() for part in pressed)
