"""The dialogs of the program: they are of one look, and take what is set in them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QLineEdit, QStyle, QWidget

from playground.app import dialogs
from playground.app.settings import Settings
from playground.app.start import application
from playground.views.examples import Examples
from playground.views.widgets.combo import Combo
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.switch import Switch
from playground.views.widgets.tick_box import TickBox


@pytest.fixture
def owner(qtbot):
    application()
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def answer(act, button):
    """Do something in the dialog that is about to open, then press a button."""

    def go():
        dialog = QApplication.activeModalWidget()
        act(dialog)
        dialog.findChild(QDialogButtonBox).button(button).click()

    QTimer.singleShot(0, go)


def change(dialog):
    dialog.findChild(Combo).set_value("dark")
    for switch in dialog.findChildren(Switch):
        switch.click()
    field = dialog.findChild(NumberField)
    field.setText("512")
    field.setModified(True)  # as typing does
    field.returnPressed.emit()


def test_preferences_are_taken_or_left(owner):
    settings = Settings()
    answer(change, QDialogButtonBox.StandardButton.Cancel)
    assert not dialogs.edit_preferences(owner, settings)
    assert settings == Settings()
    answer(change, QDialogButtonBox.StandardButton.Ok)
    assert dialogs.edit_preferences(owner, settings)
    assert settings == Settings(
        theme="dark", reduced_motion=True, keep_session=False, menu_bar=True, kept_megabytes=512
    )


def test_a_long_name_can_be_read_while_it_is_changed(owner):
    name = "Autoencoder of digits, 8 numbers an image"
    seen = []

    def look(dialog):
        field = dialog.findChild(QLineEdit)
        seen.append((field.width() - 18) / field.fontMetrics().horizontalAdvance(name))
        field.setText("  Short ")

    answer(look, QDialogButtonBox.StandardButton.Ok)
    assert dialogs.ask_name(owner, name) == "Short"
    assert seen[0] > 1


def test_buttons_of_dialogs_have_no_pictures(owner):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, owner)
    hint = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
    box.ensurePolished()
    assert not box.style().styleHint(hint, None, box)


def test_a_tick_box_is_ticked_by_its_words_and_by_space(owner, qtbot):
    box = TickBox("Keep the data in the experiment file", owner)
    box.resize(box.sizeHint())
    box.show()
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert box.isChecked()
    box.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()


def test_dialogs_that_are_closed_are_gone(open_window):
    window = open_window()
    for show in (
        dialogs.show_shortcuts,
        dialogs.show_about,
        lambda parent: dialogs.show_details(parent, "", ""),
    ):
        before = len(window.findChildren(QDialog))
        show(window)
        QApplication.activeModalWidget().close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert len(window.findChildren(QDialog)) == before


def test_a_window_that_closes_closes_its_dialogs(open_window):
    """One that stays would open an example in a window that is gone, and train it for ever."""
    window = open_window()
    window.do("examples")
    gallery = window.findChild(Examples)
    assert gallery.isVisible()
    window.close()
    assert not gallery.isVisible()
