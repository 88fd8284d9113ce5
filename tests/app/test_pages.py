"""Pages take the place of the network, and give it back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.app.pages import PAGES
from playground.experiment import files


@pytest.mark.parametrize("key", PAGES)
def test_a_page_is_left_by_its_button_by_escape_and_by_its_own_command(open_window, key):
    window = open_window()
    ways = (
        lambda: QTest.mouseClick(window.top_bar._back, Qt.MouseButton.LeftButton),
        lambda: QTest.keyClick(window, Qt.Key.Key_Escape),
        lambda: window.do(key),
    )
    for leave in ways:
        window.do(key)
        assert window.pages.key == key
        assert window.actions_by_key[key].isChecked()
        assert window.top_bar._back.isVisible()
        assert not window.canvas.isVisible()
        leave()
        assert window.pages.key == ""
        assert window.canvas.isVisible()
        assert not window.top_bar._back.isVisible()


def test_what_is_said_can_be_read_on_a_page_too(open_window, qtbot):
    window = open_window()
    window.do(next(iter(PAGES)))
    window.banner.show_message("Something happened.", [])
    assert window.banner.isVisible()
    window.pages.leave()
    qtbot.waitUntil(window.banner.isVisible)


def test_another_experiment_ends_what_pages_do_in_the_background(open_window, qtbot):
    window = open_window(files.load("spiral"))
    window.do("race")
    race = window.pages.page("race").race
    window.do("luck")
    luck = window.pages.page("luck")
    luck.start()
    repeat = luck._repeat
    window.replace_document(files.load("xor"), None)
    assert window.pages.key == ""
    assert window.pages.page("race") is window.pages.page("luck") is None
    assert repeat.wait(0.0)
    assert race.close(0.0)


def test_a_window_that_closes_ends_what_works_in_the_background(open_window):
    window = open_window(files.load("weather"))
    drawn = window.left.data.drawn
    drawn.button.click()
    running = drawn._running
    window.do("race")
    race = window.pages.page("race").race
    window.close()
    assert running.wait(20.0)
    assert race.close(0.0)
