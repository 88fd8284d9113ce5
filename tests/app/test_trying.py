"""Trying an input, previewing an activation and freezing a weight in the window, while it trains."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from playground.experiment.held import held_places, hold
from playground.views.activation_menu import ActivationMenu


def latest(window):
    return window.trainer.latest()


def test_an_input_is_tried_while_the_network_trains(open_window, qtbot):
    window = open_window()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: latest(window) is not None and latest(window).tried is not None)
    window.right.trial.set_point((1.5, -2.0))
    qtbot.waitUntil(lambda: latest(window).tried.asked.values == (1.5, -2.0))
    first = latest(window).tried.answer.copy()
    window.trainer.set_speed(math.inf)
    window.trainer.play()
    qtbot.waitUntil(lambda: not np.array_equal(latest(window).tried.answer, first))
    qtbot.waitUntil(window.canvas.travel.isVisible)
    window.trainer.pause()
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: latest(window).tried is None)
    qtbot.waitUntil(lambda: not window.canvas.travel.isVisible())


def test_an_activation_is_previewed_and_nothing_is_changed(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: latest(window).tiles is not None)
    before = latest(window).tiles
    window.canvas.editing.open_activations("dense_1")
    menu = window.findChild(ActivationMenu)
    menu.pointed.emit("relu")
    qtbot.waitUntil(lambda: latest(window).instead is not None)
    assert not np.array_equal(latest(window).tiles.layers["dense_1"], before.layers["dense_1"])
    menu.dismiss()
    qtbot.waitUntil(lambda: latest(window).instead is None)
    np.testing.assert_array_equal(latest(window).tiles.layers["dense_1"], before.layers["dense_1"])
    assert not window.document.can_undo


def test_a_frozen_weight_stays_while_it_trains_and_undo_frees_it(open_window, qtbot):
    window = open_window()
    number = ("dense_1.weight", (2, 1))
    window.edit(hold(window.document.experiment, [number]), "Freeze weight")
    qtbot.waitUntil(lambda: bool(latest(window).parameters))
    value = latest(window).parameters[number[0]][number[1]]
    window.trainer.step(20)
    qtbot.waitUntil(lambda: latest(window).steps == 20)
    assert latest(window).parameters[number[0]][number[1]] == value
    assert window.canvas.canvas_scene.bundles[0].held
    window.do("undo")
    assert not held_places(window.document.experiment, number[0])
    window.trainer.step(1)
    qtbot.waitUntil(lambda: latest(window).steps == 21)
    assert latest(window).parameters[number[0]][number[1]] != value


def test_a_tried_input_travels_in_slow_motion(open_window, qtbot):
    window = open_window()
    window.do("try_input")
    qtbot.waitUntil(lambda: latest(window) is not None and latest(window).tried is not None)
    window.right.trial.set_point((1.5, -2.0))
    window.right.trial.walk.click()
    qtbot.waitUntil(lambda: latest(window).slow_motion is not None)
    assert latest(window).slow_motion.asked.values == (1.5, -2.0)
    assert window.focusWidget() is window.canvas
    window.do("slow_motion")
    assert window.right.trial.isVisible()
