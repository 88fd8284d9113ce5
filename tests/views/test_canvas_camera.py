"""Deep and wide networks on the canvas: legible, and within reach of mouse and keyboard."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from playground.experiment import edits
from playground.views.canvas.camera import LEGIBLE
from playground.views.canvas.hits import hit
from playground.views.canvas.view import Canvas


def deep(layers: int, units: int):
    experiment = edits.default_experiment()
    for _ in range(layers - len(experiment.network.layers)):
        experiment = edits.add_layer(experiment, 0, "dense")
    for layer in experiment.network.layers:
        experiment = edits.set_value(experiment, f"network.{layer.name}.units", units)
    return experiment


@pytest.fixture(params=[(864, 636), (724, 497), (1292, 778)], ids=lambda size: f"{size[0]}x{size[1]}")
def canvas(qtbot, request):
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(*request.param)
    made.set_experiment(deep(20, 8))
    made.show()
    return made


def seen(canvas: Canvas, name: str) -> bool:
    body = canvas.canvas_scene.arrangement.column(name).body
    left, right = (canvas.mapFromScene(x, 0.0).x() for x in (body.x, body.x + body.width))
    return left >= 0 and right <= canvas.viewport().width()


def test_twenty_layers_are_shown_no_smaller_than_can_be_read(canvas):
    assert canvas.transform().m11() == pytest.approx(LEGIBLE)
    assert canvas.canvas_scene.arrangement.form == 1
    assert canvas.overlay.strip.isVisible()
    assert seen(canvas, "input")
    bottom = max(column.rows[-1] + column.tile / 2 for column in canvas.canvas_scene.arrangement.columns)
    assert canvas.mapFromScene(0.0, bottom).y() < canvas.overlay.palette.geometry().bottom() - 60


def test_tab_and_selection_bring_every_column_into_sight(canvas):
    canvas.setFocus(Qt.FocusReason.TabFocusReason)
    for text in canvas.canvas_scene.texts:
        assert canvas.canvas_scene.focused == (text.name, -1)
        assert seen(canvas, text.name)
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
    canvas.select("input")
    assert seen(canvas, "input")


def test_the_strip_moves_along_by_mouse_and_keys(canvas):
    strip = canvas.overlay.strip
    QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(strip.width() - 3, 8))
    assert seen(canvas, "output")
    for _ in range(12):
        QTest.keyClick(strip, Qt.Key.Key_Left)
    assert seen(canvas, "input")
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert not seen(canvas, "input")


def test_fit_shows_everything_and_once_more_what_can_be_read(canvas):
    canvas.fit()
    assert all(seen(canvas, text.name) for text in canvas.canvas_scene.texts)
    assert not canvas.overlay.strip.isVisible()
    canvas.fit()
    assert canvas.transform().m11() == pytest.approx(LEGIBLE)
    canvas.zoom(1.5)
    canvas.fit()
    assert all(seen(canvas, text.name) for text in canvas.canvas_scene.texts)


def test_a_small_network_is_whole_without_a_strip(canvas):
    canvas.set_experiment(edits.default_experiment())
    assert not canvas.overlay.strip.isVisible()
    assert all(seen(canvas, text.name) for text in canvas.canvas_scene.texts)


def test_five_hundred_and_twelve_units_turn_pages_by_keys_and_back(canvas):
    canvas.set_experiment(deep(2, 512))
    item = canvas.canvas_scene.columns["dense_1"]
    first = item.units
    assert min(neuron.side for neuron in item.neurons) >= 28
    canvas.select("dense_1", first[0])
    QTest.keyClick(canvas, Qt.Key.Key_PageDown)
    second = item.units
    assert not set(first) & set(second)
    assert canvas.canvas_scene.selected == ("dense_1", second[0])
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    assert item.units == first
    QTest.keyClick(canvas, Qt.Key.Key_PageUp)
    assert len(set(item.units) - set(first)) == len(item.units)


def test_a_bare_canvas_has_no_plus_between_its_columns(canvas):
    canvas.set_experiment(edits.default_experiment())
    inserts = canvas.canvas_scene.inserts
    assert all(insert.isVisible() for insert in inserts)
    canvas.set_bare(True)
    assert not any(insert.isVisible() for insert in inserts)
    canvas.set_bare(False)
    assert all(insert.isVisible() for insert in inserts)


def test_far_away_the_chips_keep_their_size_and_say_less(canvas):
    canvas.set_experiment(edits.set_value(canvas.experiment, "network.dense_1.units", 512))
    canvas.fit()
    scene = canvas.canvas_scene
    assert scene.is_far
    areas = []
    for text in scene.texts:
        item = scene.columns[text.name]
        assert text.value in item.chip.far.lines[-1]
        areas.append(canvas.mapFromScene(item.chip.area().translated(item.x(), 0)).boundingRect())
        assert (areas[-1].height(), areas[-1].width()) >= (36, 22)
        middle = canvas.mapToScene(areas[-1].center())
        assert hit(scene, middle).name == text.name
    assert all(left.right() < right.left() for left, right in pairwise(areas))
    assert not any(insert.isVisible() for insert in scene.inserts)
    more = scene.columns["dense_1"].more.area().translated(scene.columns["dense_1"].x(), 0)
    assert canvas.mapFromScene(more).boundingRect().height() >= 16
    assert hit(scene, more.center()).kind == "more"
    canvas.zoom(4.0)
    assert not scene.is_far
    assert all(insert.isVisible() for insert in scene.inserts)
    assert scene.columns["dense_1"].chip.far is None
