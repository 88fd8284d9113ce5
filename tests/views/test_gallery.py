"""The gallery draws every example without holding up the window, and a click opens one."""

from __future__ import annotations

from PySide6.QtCore import Qt

from playground.experiment.presets import names
from playground.views.examples import Examples


def test_every_card_gets_its_picture_and_a_click_opens_one(qtbot):
    gallery = Examples()
    qtbot.addWidget(gallery)
    gallery.show()
    qtbot.waitUntil(lambda: all(card.drawn for card in gallery.cards.values()))
    assert not gallery.grab().isNull()
    assert tuple(gallery.cards) == names()
    with qtbot.waitSignal(gallery.chosen) as told:
        qtbot.mouseClick(gallery.cards["moons"], Qt.MouseButton.LeftButton)
    assert told.args == ["moons"]
    assert not gallery.isVisible()


def test_a_gallery_that_is_put_away_makes_no_more_pictures(qtbot):
    gallery = Examples()
    qtbot.addWidget(gallery)
    gallery.show()
    gallery.hide()
    drawn = [card.drawn for card in gallery.cards.values()]
    qtbot.wait(50)
    assert [card.drawn for card in gallery.cards.values()] == drawn
    gallery.show()
    qtbot.waitUntil(lambda: all(card.drawn for card in gallery.cards.values()))
