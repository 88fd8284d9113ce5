"""Skip connections on the canvas: drawn as arcs, made by dragging from a port, taken away with Del."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from playground.experiment import edits
from playground.views.canvas import words
from playground.views.canvas.demo import forward_snapshot
from playground.views.canvas.hits import hit
from playground.views.canvas.skip_item import lanes_of
from playground.views.canvas.view import Canvas

LEFT = Qt.MouseButton.LeftButton
EQUAL = edits.set_value(edits.default_experiment(), "network.dense_2.units", 6)


@pytest.fixture
def canvas(qtbot):
    view = Canvas()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.show()
    view.changes = []
    view.edited.connect(lambda experiment, label, _merge: view.changes.append((experiment, label)))
    show(view, EQUAL)
    return view


def show(view, experiment):
    view.set_experiment(experiment)
    view.show_snapshot(forward_snapshot(experiment))
    view.canvas_scene._sliding.run(moved=False)


def at_chip(view, name, y=0.0):
    chip = view.canvas_scene.arrangement.column(name).chip
    return view.mapFromScene(chip.x + chip.width / 2, chip.y + y)


def drag(view, source, target):
    port = view.viewport()
    start, end = at_chip(view, source, -2.0), at_chip(view, target, 60.0)
    QTest.mousePress(port, LEFT, pos=start)
    for step in range(1, 5):
        QTest.mouseMove(port, start + (end - start) * step / 4)
        QApplication.processEvents()
    QTest.mouseRelease(port, LEFT, pos=end)


def skips(view):
    return [(skip.source, skip.target) for skip in view.canvas_scene.skips]


def on_arc(view, index=0):
    box = view.canvas_scene.skips[index].boundingRect()
    return view.mapFromScene(box.center().x(), box.top() + 3)


def test_a_wire_to_a_layer_of_another_width_is_concatenated(canvas):
    drag(canvas, "input", "dense_2")
    experiment, label = canvas.changes[-1]
    assert experiment.layer("concatenate_1").inputs == ("dense_1", "input")
    assert label == "Concatenate Input to Dense 2"
    show(canvas, experiment)
    assert skips(canvas) == [("input", "concatenate_1")]


def test_equal_widths_offer_add_first(canvas, qtbot):
    drag(canvas, "dense_1", "output")
    menu = next(menu for menu in canvas.findChildren(QMenu) if menu.isVisible())
    assert [action.text() for action in menu.actions()] == ["Add", "Concatenate"]
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert canvas.changes[-1][0].layer("add_1").inputs == ("dense_2", "dense_1")


def test_a_wire_to_a_joining_layer_joins_it(canvas):
    show(canvas, edits.add_layer(edits.add_layer(EQUAL, 2, "dense"), 3, "add"))
    drag(canvas, "dense_1", "add_1")
    assert canvas.changes[-1][0].layer("add_1").inputs == ("dense_3", "dense_2", "dense_1")


def test_a_wire_back_or_to_nothing_changes_nothing(canvas):
    drag(canvas, "dense_2", "dense_1")
    drag(canvas, "dense_1", "dense_2")
    QTest.mousePress(canvas.viewport(), LEFT, pos=at_chip(canvas, "dense_1", -2.0))
    QTest.mouseMove(canvas.viewport(), QPoint(400, 300))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=QPoint(400, 300))
    assert canvas.changes == []


def test_a_connection_is_selected_and_deleted(canvas):
    wired = edits.connect(EQUAL, "dense_1", "output")
    show(canvas, wired)
    QTest.mouseClick(canvas.viewport(), LEFT, pos=on_arc(canvas))
    assert canvas.canvas_scene.selected_skip == ("dense_1", "add_1")
    assert canvas.canvas_scene.skips[0].is_selected
    QTest.keyClick(canvas, Qt.Key.Key_Delete)
    assert canvas.changes[-1] == (EQUAL, "Disconnect Dense 1 and Add 1")


def test_arcs_have_lanes_of_their_own_and_stay_in_sight(canvas):
    experiment = EQUAL
    for place in range(2, 6):
        experiment = edits.add_layer(experiment, place, "dense")
    for target in ("dense_4", "dense_6", "output"):
        experiment = edits.connect(experiment, "input", target, "concatenate")
    experiment = edits.connect(experiment, "dense_1", "output", "concatenate")
    show(canvas, experiment)
    assert len(skips(canvas)) == 4
    for index, (source, target) in enumerate(skips(canvas)):
        found = hit(canvas.canvas_scene, canvas.mapToScene(on_arc(canvas, index)))
        assert (found.kind, found.source, found.name) == ("skip", source, target)
        assert canvas.viewport().rect().contains(on_arc(canvas, index))


def test_lanes():
    assert lanes_of([(0, 2), (2, 4), (1, 3)]) == [0, 0, 1]
    assert lanes_of([(0, 9), (1, 2), (3, 8), (4, 6)]) == [2, 0, 1, 0]


def test_concatenated_units_are_reached_by_their_own_lines(canvas):
    small = edits.set_value(edits.set_value(EQUAL, "network.dense_1.units", 2), "network.dense_2.units", 3)
    show(canvas, edits.add_layer(small, 2, "concatenate", inputs=("dense_1", "dense_2")))
    bundle = next(b for b in canvas.canvas_scene.bundles if b.target == "concatenate_1")
    target = canvas.canvas_scene.columns["concatenate_1"]
    assert bundle.source == "dense_2"
    assert [target.units[row] for row in bundle.targets] == [2, 3, 4]


def test_connections_are_named_for_a_screen_reader(canvas):
    show(canvas, edits.connect(EQUAL, "dense_1", "output"))
    items = [words.name_of(canvas.canvas_scene, part) for part in words.parts(canvas.canvas_scene)]
    assert "Connection from Dense 1 to Add 1" in items
    assert any("reads Dense 2 and Dense 1" in item for item in items)


def test_units_that_dropout_switched_off_are_hollow(canvas):
    experiment = edits.add_layer(EQUAL, 1, "dropout")
    show(canvas, experiment)
    full = canvas.grab().toImage()
    off = np.array([True, False, False, True, False, False])
    canvas.show_snapshot(replace(forward_snapshot(experiment), dropped={"dropout_1": off}))
    item = canvas.canvas_scene.columns["dropout_1"]
    assert [neuron.is_dropped for neuron in item.neurons] == off.tolist()
    assert "switched off" in words.describe(canvas.canvas_scene, "dropout_1", 0)
    assert canvas.grab().toImage() != full
