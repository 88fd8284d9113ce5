"""What goes wrong and the maths, in the window: opened by a key, tried by a button, undone in one step."""

from __future__ import annotations

from PySide6.QtCore import Qt

from playground.experiment import edits
from playground.views.widgets.buttons import TextButton


def linear():
    made = edits.default_experiment()
    for name in ("dense_1", "dense_2"):
        made = edits.set_value(made, f"network.{name}.activation", "identity")
    return made


def test_a_cure_is_one_undo_step_and_the_finding_goes(open_window, qtbot):
    window = open_window(linear())
    window.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: bool(window.right.checkup.cards))
    (card,) = window.right.checkup.cards
    cure = next(b for b in card.findChildren(TextButton) if b.text() == "Use tanh")
    cure.click()
    assert window.document.experiment.layer("dense_1").activation.kind == "tanh"
    qtbot.waitUntil(lambda: not window.right.checkup.cards)
    window.do("undo")
    assert window.document.experiment == linear()


def test_the_single_layer_is_in_sight_when_it_is_asked_for(open_window, qtbot):
    high = edits.add_layer(linear(), 2, "dense", units=8, activation="identity")
    window = open_window(edits.set_value(high, "network.dense_2.units", 8))
    window.resize(1100, 700)
    window.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: bool(window.right.checkup.cards))
    (card,) = window.right.checkup.cards
    next(b for b in card.findChildren(TextButton) if "single" in b.text()).click()
    maths = window.right.maths
    qtbot.waitUntil(lambda: "What step 1 does" in maths.html())
    qtbot.waitUntil(lambda: maths.pages[-1].visibleRegion().boundingRect() == maths.pages[-1].rect())
    assert "The single layer it equals" in maths.pages[-1].html


def test_the_maths_have_the_values_of_the_next_step(open_window, qtbot):
    window = open_window(linear())
    window.canvas.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_M)
    text = window.right.maths.html
    qtbot.waitUntil(lambda: "What step 1 does" in text())
    assert "The single layer it equals" in text()
    window.right.maths.pointed.emit("unit:dense_1:2")
    assert window.canvas.canvas_scene.columns["dense_1"].neurons[2].is_hovered
    assert "background-color" in text()
    qtbot.keyClick(window, Qt.Key.Key_M)
    assert not window.right.maths.isVisible()
