import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from playground.views.theme import theme
from playground.views.widgets import rows
from playground.views.widgets.__main__ import gallery
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import FocusRing
from playground.views.widgets.disclosure import Disclosure
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.pictures import PictureButton
from playground.views.widgets.popover import Popover
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text
from playground.views.widgets.segments import Segments
from playground.views.widgets.slider import Slider
from playground.views.widgets.split_bar import SplitBar
from playground.views.widgets.stepper import Stepper
from playground.views.widgets.switch import Switch

_holders: list[QWidget] = []  # what a test shows stays alive until its end


@pytest.fixture(autouse=True)
def _dressed(qapp: QApplication):
    theme().apply(qapp)
    theme().set("light")
    yield
    theme().set("light")
    _holders.clear()


def _shown(qtbot, widget: QWidget, width: int = 200) -> QWidget:
    holder = QWidget()
    _holders.append(holder)
    holder.resize(width + 40, 80)
    widget.setParent(holder)
    widget.setGeometry(20, 20, width, widget.sizeHint().height())
    qtbot.addWidget(holder)
    holder.show()
    qtbot.waitExposed(holder)
    return holder


def _told(control) -> list:
    told: list = []
    control.edited.connect(lambda value, finished: told.append((value, finished)))
    return told


def _type(field: NumberField, text: str, qtbot) -> None:
    field.setFocus(Qt.FocusReason.TabFocusReason)
    field.selectAll()
    field.insert(text)
    field.setModified(True)
    qtbot.keyClick(field, Qt.Key.Key_Return)


@pytest.mark.parametrize("typed", ["0.03", "0,03", "3e-2"])
def test_typing_a_number_in_any_spelling(qtbot, typed):
    field = NumberField("Learning rate", Range(0, 10))
    _shown(qtbot, field)
    told = _told(field)
    _type(field, typed, qtbot)
    assert told == [(0.03, True)]
    assert field.text() == "0.03"


def test_group_separators_are_refused_in_sight_and_the_old_value_returns(qtbot):
    field = NumberField("Learning rate", Range(0, 10))
    field.set_value(0.02)
    _shown(qtbot, field)
    told = _told(field)
    with qtbot.waitSignal(field.refused) as refusal:
        _type(field, "1.234,5", qtbot)
    assert "separators" in refusal.args[0]
    assert refusal.args[0] in field.toolTip()
    assert (field.text(), told) == ("1.234,5", [])
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.text(), field.value()) == ("0.02", 0.02)


def test_a_number_out_of_range_is_refused_with_the_range(qtbot):
    field = NumberField("Noise", Range(0, 1))
    _shown(qtbot, field)
    with qtbot.waitSignal(field.refused) as refusal:
        _type(field, "7", qtbot)
    assert "0 to 1" in refusal.args[0]


def test_long_text_does_not_reach_the_field(qtbot):
    field = NumberField("Noise", Range(0, 1))
    _shown(qtbot, field)
    with qtbot.waitSignal(field.refused):
        _type(field, "9" * 10_000, qtbot)
    assert len(field.text()) <= 64


def test_a_held_arrow_key_is_one_change(qtbot):
    field = NumberField("Batch", Range(1, 100, whole=True))
    field.set_value(32)
    _shown(qtbot, field)
    told = _told(field)
    field.setFocus()
    qtbot.keyPress(field, Qt.Key.Key_Up)
    qtbot.keyPress(field, Qt.Key.Key_Up)
    qtbot.keyRelease(field, Qt.Key.Key_Up)
    assert told == [(33, False), (34, False), (34, True)]


def test_presets_name_their_values(qtbot):
    field = NumberField("L2", Range(0, 1e6, log=True), presets=(("Off", 0.0), ("0.1", 0.1)))
    field.set_value(0.0)
    _shown(qtbot, field)
    told = _told(field)
    assert field.text() == "Off"
    _type(field, "0.2", qtbot)
    _type(field, "off", qtbot)
    assert told == [(0.2, True), (0.0, True)]


def test_never_is_a_value(qtbot):
    field = NumberField("Steps", Range(1, 1000, whole=True), presets=(("Never", None),))
    field.set_value(10)
    _shown(qtbot, field)
    told = _told(field)
    _type(field, "", qtbot)
    assert told == [(None, True)]
    assert field.text() == "Never"


def test_set_value_never_tells(qtbot):
    for control, value in (
        (NumberField("a", Range(0, 1)), 0.5),
        (Slider("b", Range(0, 1)), 0.5),
        (Stepper("c", Range(1, 9, whole=True)), 3),
        (Switch("d"), True),
        (SplitBar("e"), (0.5, 0.3, 0.2)),
        (Segments("f", (("x", "X"), ("y", "Y"))), "y"),
        (Combo("g", (("x", "X", ""), ("y", "Y", ""))), "y"),
    ):
        qtbot.addWidget(control)
        told = _told(control)
        control.set_value(value)
        assert (control.value(), told) == (value, [])


def test_stepper_steps_types_and_stops_at_its_ends(qtbot):
    stepper = Stepper("Units", Range(1, 3, whole=True), suffix="neurons")
    stepper.set_value(2)
    _shown(qtbot, stepper)
    told = _told(stepper)
    assert stepper.field.text() == "2 neurons"
    more = stepper.findChildren(IconButton)[1]
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    assert told[-1] == (3, True)
    assert not more.isEnabled()
    _type(stepper.field, "1", qtbot)
    assert told[-1] == (1, True)


def test_dragging_a_slider_is_one_change(qtbot):
    slider = Slider("Rate", Range(1e-4, 1, log=True), decades=True)
    _shown(qtbot, slider)
    told = _told(slider)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(50, 14))
    qtbot.mouseMove(slider, QPoint(100, 14))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 14))
    assert [finished for _value, finished in told][-1] is True
    assert not any(finished for _value, finished in told[:-1])
    assert told[-1][0] == pytest.approx(0.01, rel=0.1)


def test_slider_keys(qtbot):
    slider = Slider("Rate", Range(1e-4, 1, log=True))
    slider.set_value(0.02)
    _shown(qtbot, slider)
    told = _told(slider)
    for key, value in (
        (Qt.Key.Key_Right, 0.05),
        (Qt.Key.Key_Left, 0.02),
        (Qt.Key.Key_PageUp, 0.2),
        (Qt.Key.Key_Home, 1e-4),
        (Qt.Key.Key_End, 1.0),
    ):
        qtbot.keyClick(slider, key)
        assert told[-1] == (pytest.approx(value), True)


def test_split_bar_by_mouse_and_keys(qtbot):
    bar = SplitBar("Split")
    _shown(qtbot, bar)
    told = _told(bar)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(120, 14))
    qtbot.mouseMove(bar, QPoint(100, 14))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(100, 14))
    assert told[-1] == ((0.5, 0.3, 0.2), True)
    bar.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(bar, Qt.Key.Key_Tab)
    qtbot.keyClick(bar, Qt.Key.Key_Right)
    assert told[-1] == ((0.5, 0.31, 0.19), True)


def test_split_bar_leaves_something_to_train_on(qtbot):
    bar = SplitBar("Split")
    _shown(qtbot, bar)
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(120, 14))
    qtbot.mouseMove(bar, QPoint(-500, 14))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(-500, 14))
    assert bar.value() == (0.01, 0.79, 0.2)
    assert sum(bar.value()) == pytest.approx(1.0)


def test_segments_by_mouse_and_keys(qtbot):
    segments = Segments("Plot", (("loss", "Loss"), ("accuracy", "Accuracy")))
    _shown(qtbot, segments)
    told = _told(segments)
    qtbot.mouseClick(segments, Qt.MouseButton.LeftButton, pos=QPoint(80, 14))
    qtbot.keyClick(segments, Qt.Key.Key_Left)
    assert told == [("accuracy", True), ("loss", True)]


def test_combo_menu_ticks_the_chosen_and_dims_what_cannot_be(qtbot):
    combo = Combo("Loss", (("a", "A", "first"), ("b", "B", "second"), ("c", "C", "third")))
    combo.set_value("a")
    _shown(qtbot, combo)
    told = _told(combo)
    combo.opening.connect(lambda: combo.set_options(combo._options, {"b": "Does not fit."}))
    qtbot.mouseClick(combo, Qt.MouseButton.LeftButton)
    menu = combo.findChild(QMenu)
    actions = menu.actions()
    assert [action.isChecked() for action in actions] == [True, False, False]
    assert not actions[1].isEnabled()
    assert actions[1].toolTip() == "Does not fit."
    actions[2].trigger()
    menu.close()
    assert told == [("c", True)]


def test_buttons_answer_to_space_and_enter(qtbot):
    button = TextButton("Go")
    _shown(qtbot, button)
    pressed = []
    button.clicked.connect(lambda: pressed.append(1))
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert len(pressed) == 2


def test_focus_ring_shows_for_the_keyboard_only(qtbot):
    button = TextButton("Go")
    holder = _shown(qtbot, button)
    ring = button.findChild(FocusRing)
    before = len(holder.findChildren(QWidget))
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    button.clearFocus()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    assert ring is not None
    assert len(holder.findChildren(QWidget)) == before + 1
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    visible = [child for child in holder.findChildren(QWidget) if child.isVisible()]
    assert len(visible) == before


def test_a_focus_ring_that_is_taken_apart_is_still_told_to_hide(qtbot):
    """Garbage collection empties what Python knows of a control before Qt destroys it."""
    button = TextButton("Go")
    _shown(qtbot, button)
    vars(button.findChild(FocusRing)).clear()
    button.hide()
    assert not button.isVisible()


def test_disclosure_opens_and_closes(qtbot):
    fold = Disclosure("Stop conditions")
    qtbot.addWidget(fold)
    fold.show()
    assert not fold.content.isVisible()
    fold.set_open(True)
    assert fold.content.isVisible()


def test_popover_closes_on_escape_and_on_a_click_beside_it(qtbot):
    holder = QWidget()
    holder.resize(300, 200)
    qtbot.addWidget(holder)
    holder.show()
    popover = Popover(holder)
    popover.body.addWidget(TextButton("Inside"))
    for way in ("key", "mouse"):
        popover.open_at(holder.mapToGlobal(QPoint(280, 190)))
        assert popover.isVisible()
        assert holder.rect().adjusted(-14, -14, 14, 14).contains(popover.card.geometry())
        with qtbot.waitSignal(popover.closed):
            if way == "key":
                qtbot.keyClick(popover.card, Qt.Key.Key_Escape)
            else:
                qtbot.mouseClick(popover, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
        assert not popover.isVisible()


def test_a_picture_that_cannot_be_painted_does_not_take_the_program_with_it(qtbot):
    def broken(painter, box):
        raise ValueError("no picture")

    button = PictureButton("Broken", broken)
    qtbot.addWidget(button)
    with pytest.raises(ValueError, match="no picture"):
        button._picture(button.sizeHint())


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_control_paints_and_has_a_name_and_room_for_a_pointer(qtbot, name):
    theme().set(name)
    page = gallery()
    qtbot.addWidget(page)
    page.show()
    picture = page.grab().toImage()
    assert picture.format() != QImage.Format.Format_Invalid
    for child in page.findChildren(QWidget):
        if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
            assert child.accessibleName(), child
            assert min(child.width(), child.height()) >= 28, child


def test_no_shortcut_of_the_window_acts_while_a_card_is_open(qtbot):
    holder = QWidget()
    holder.resize(300, 200)
    qtbot.addWidget(holder)
    reset = []
    QShortcut(QKeySequence("R"), holder, lambda: reset.append(1))
    holder.show()
    holder.activateWindow()
    qtbot.waitUntil(holder.isActiveWindow)
    qtbot.keyClick(holder, Qt.Key.Key_R)
    popover = Popover(holder)
    popover.body.addWidget(TextButton("Inside"))
    popover.open_at(holder.mapToGlobal(QPoint(10, 10)))
    qtbot.keyClick(popover.card, Qt.Key.Key_R)
    assert reset == [1]
    holder.resize(400, 200)
    qtbot.waitUntil(lambda: not popover.isVisible())


def test_a_text_has_a_short_form_for_narrow_places(qtbot, monkeypatch):
    written = []
    monkeypatch.setattr(rows, "write", lambda painter, box, words, *style: written.append(words))
    text = Text()
    qtbot.addWidget(text)
    text.set_text("1,460 samples, regression", short="1,460 samples")
    for width in (400, 100):
        text.resize(width, 16)
        text.grab()
    assert written[-1] == "1,460 samples"
    assert "1,460 samples, regression" in written
    assert text.text() == "1,460 samples, regression"
