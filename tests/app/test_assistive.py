"""For people who go by keyboard, hear the screen, or ask for less motion: every control, page by page."""

from __future__ import annotations

import numpy as np
import pytest
from every_dialog import made, openings, visit
from PySide6.QtCore import QAbstractAnimation, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from playground.app.pages import PAGES
from playground.experiment import edits
from playground.views.canvas.words import name_of
from playground.views.canvas.words import parts as parts_of
from playground.views.theme import theme

MOST_AGAIN = 40  # where the first control has gone, as the button that stops a run does
MUTE = {QAccessible.Role.NoRole, QAccessible.Role.Client}
SHEETS = ("", "numbers", "checkup", "maths", "landscape", "try_input", "slow_motion", *PAGES)
PLACES = (*SHEETS, "pinned runs")


def show(window, qtbot, place):
    """The window with something shown in it."""
    if place == "pinned runs":
        window.trainer.step(3)
        qtbot.waitUntil(lambda: window.trainer.latest().steps == 3)
        window.do("pin")
        window.do("pin")
        place = "compare"
    if place:
        window.actions_by_key[place].trigger()
    qtbot.wait(60)
    QApplication.processEvents()
    return window


def stops(window):
    """Every control in the order of Tab, with the focus on it; the canvas once."""
    if hasattr(window, "canvas"):
        window.canvas.canvas_scene.focus(None)
    window.setFocus()
    seen, again = [], 0
    for _ in range(300):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        if focus is None or focus in seen:  # None: what had it has just gone, with the run that it could stop
            again += 1
            if (focus and focus is seen[0] and len(seen) > 1) or again > MOST_AGAIN:
                return
            continue
        seen.append(focus)
        yield focus
    raise AssertionError("Tab does not come round")


def around(window, widget):
    corner = widget.mapTo(window, QPoint(0, 0))
    return QRect(corner, widget.size()).adjusted(-8, -8, 8, 8)


def pixels(window, box):
    image = window.grab(box).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


def unseen(window):
    """The controls that look the same with and without the focus."""
    found = []
    for widget in stops(window):
        QApplication.processEvents()
        box = around(window, widget)
        focused = pixels(window, box)
        widget.clearFocus()
        QApplication.processEvents()
        left = pixels(window, box)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        changed = (np.abs(focused - left).max(axis=2) > 60).sum() if focused.shape == left.shape else 0
        if changed < 40:
            found.append((type(widget).__name__, widget.accessibleName(), int(changed)))
    return found


def controls(window):
    """Everything that can be pressed, typed into, moved or reached by Tab."""
    kinds = (QAbstractButton, QLineEdit, QAbstractSlider)
    return [
        widget
        for widget in window.findChildren(QWidget)
        if (isinstance(widget, kinds) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and widget.focusProxy() is None
        and not isinstance(widget, QScrollBar)  # Qt's own, beside a view that has a name
        and widget.isVisible()
    ]


def lacking(window):
    """The controls that a screen reader has no words for."""
    found = []
    for widget in controls(window):
        told = QAccessible.queryAccessibleInterface(widget)
        if not told.text(QAccessible.Text.Name) or told.role() in MUTE:
            found.append((type(widget).__name__, widget.accessibleName(), told.role()))
    return found


@pytest.mark.parametrize("place", PLACES)
def test_the_focus_is_seen_on_every_control(open_window, qtbot, place):
    assert not unseen(show(open_window(), qtbot, place))


@pytest.mark.parametrize("place", PLACES)
def test_every_control_has_a_name_and_a_role(open_window, qtbot, place):
    window = show(open_window(), qtbot, place)
    assert len(controls(window)) > 8
    assert not lacking(window)


def test_in_every_dialog_the_focus_is_seen_and_every_control_has_a_name(open_window, tmp_path):
    window = open_window()
    found = openings(tmp_path)
    assert set(found) == made()
    wrong = {}
    for name, opening in found.items():
        visit(
            window, opening, lambda dialog, name=name: wrong.update({name: lacking(dialog) + unseen(dialog)})
        )
    assert {name: what for name, what in wrong.items() if what} == {}


def test_every_part_of_the_canvas_has_a_name_a_role_and_a_place(open_window, qtbot):
    window = open_window(edits.add_layer(edits.default_experiment(), 1, "dropout"))
    canvas = window.canvas
    qtbot.waitUntil(lambda: all(b.weights is not None for b in canvas.canvas_scene.bundles[:1]))
    whole = QAccessible.queryAccessibleInterface(canvas)
    assert whole.role() == QAccessible.Role.Canvas
    parts = [whole.child(index) for index in range(whole.childCount())]
    names = [part.text(QAccessible.Text.Name) for part in parts]
    assert names == [name_of(canvas.canvas_scene, part) for part in parts_of(canvas.canvas_scene)]
    assert all(names)
    assert all(part.role() not in MUTE and part.isValid() for part in parts)
    on_screen = QRect(canvas.mapToGlobal(QPoint(0, 0)), canvas.size())
    assert all(on_screen.contains(part.rect().center()) for part in parts)
    chip = next(part for part, name in zip(parts, names, strict=True) if name.startswith("Dense 1, 6"))
    middle = chip.rect().center()
    assert whole.childAt(middle.x(), middle.y()) is chip
    canvas.clearFocus()  # which it has from the start
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    assert whole.focusChild() is chip
    assert chip.state().focused
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    assert whole.focusChild().text(QAccessible.Text.Name).startswith("Dense 1, neuron 1")


def test_with_reduced_motion_nothing_moves_by_itself(open_window, qtbot):
    window = open_window()
    theme().reduced_motion = True
    try:
        canvas, document = window.canvas, window.document
        canvas.canvas_scene.open_gaps((0, 1), 0)
        canvas.canvas_scene.open_gaps((), None)
        document.apply(edits.add_layer(document.experiment, 0, "dense"), "Add")
        canvas.fit()
        for key in ("play", "slow_motion", "play", "slow_motion", "maths", "maths", "play"):
            window.actions_by_key[key].trigger()
            QApplication.processEvents()
        running = [
            animation
            for owner in (window, canvas.canvas_scene)
            for animation in owner.findChildren(QAbstractAnimation)
            if animation.state() == QAbstractAnimation.State.Running
        ]
        assert running == []
        assert all(item.opacity() == 1.0 for item in canvas.canvas_scene.columns.values())
    finally:
        theme().reduced_motion = False
