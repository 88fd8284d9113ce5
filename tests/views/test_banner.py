from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

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


def test_buttons_move_below_the_words_in_a_narrow_window(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    banner.resize(1200, 44)
    banner.show_message("Loss became NaN.", [(f"Do something of some length {n}", list) for n in range(3)])
    banner.adjustSize()
    label, buttons = banner.findChild(QLabel), banner.findChildren(TextButton)

    def below():
        banner.layout().activate()
        return all(button.y() >= label.geometry().bottom() for button in buttons)

    banner.resize(1200, banner.sizeHint().height())
    assert not below()
    banner.resize(600, banner.heightForWidth(600))
    assert below()


def test_a_headline_is_bold_with_the_reason_plain_below_it(qtbot, qapp):
    theme().apply(qapp)
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_message("Loss became NaN at step 5", [("Go back", list)], "fail", "The rate may be too high.")
    banner.resize(900, banner.heightForWidth(900))
    banner.grab()
    words, detail = banner.findChildren(QLabel)
    assert words.font().weight() > detail.font().weight()
    assert words.geometry().bottom() <= detail.geometry().top()
    assert banner.accessibleName() == "Loss became NaN at step 5. The rate may be too high."
    page = QWidget()
    qtbot.addWidget(page)
    QVBoxLayout(page).addWidget(banner)
    page.show()
    assert words.font().weight() > detail.font().weight()
    banner.show_message("Unpinned Adam.")
    assert not detail.isVisible()
    assert banner.detail() == ""
    assert words.font().weight() == detail.font().weight()
