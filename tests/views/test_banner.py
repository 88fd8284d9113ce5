from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from playground.views.banner import Banner
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton


def test_text_is_shown_as_it_is(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("<b>not bold</b>")
    label = banner.findChild(QLabel)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert banner.text() == "<b>not bold</b>"


def test_a_button_does_its_work_and_closes(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    done = []
    banner.show_message("Loss became NaN.", [("Go back", lambda: done.append(1))], verdict="fail")
    banner.grab()
    qtbot.mouseClick(banner.findChild(TextButton), Qt.MouseButton.LeftButton)
    assert done == [1]
    assert not banner.isVisible()


def test_what_a_button_says_next_stays(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("First.", [("Next", lambda: banner.show_message("Second."))])
    qtbot.mouseClick(banner.findChild(TextButton), Qt.MouseButton.LeftButton)
    assert banner.text() == "Second."
    assert banner.isVisible()


def test_a_very_long_message_is_cut(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("x" * 100_000)
    assert len(banner.text()) < 500
