"""Weights and biases by hand: dragged, typed, zeroed, and in a table."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from snapshots import snapshot, tiles

from playground.experiment import edits
from playground.experiment.held import held_places
from playground.experiment.shapes import shapes
from playground.session.document import ByHand
from playground.views.canvas.hits import Hit, hit
from playground.views.canvas.view import Canvas
from playground.views.canvas.words import describe, describe_edge
from playground.views.touch import keys
from playground.views.touch.number import Number, number_at
from playground.views.touch.table import NumbersTable


def parameters(experiment):
    draw = np.random.default_rng(3)
    found = {}
    for layer in shapes(experiment).layers:
        for name, size in layer.parameters.items():
            found[name] = draw.normal(0, 1, size).astype(np.float32)
    return found


@pytest.fixture
def canvas(qtbot):
    experiment = edits.default_experiment()
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(1000, 640)
    made.show()
    made.set_experiment(experiment)
    made.show_snapshot(snapshot(experiment, parameters=parameters(experiment), tiles=tiles()))
    made.told = []
    made.touched.connect(lambda touches, label, merge: made.told.append((touches, label, merge)))
    return made


def edge_of(canvas):
    """An edge under whose middle nothing else lies, and where that is."""
    for index, bundle in enumerate(canvas.canvas_scene.bundles):
        for edge in range(len(bundle.points)):
            found = hit(canvas.canvas_scene, bundle.middle(edge))
            if (found.kind, found.bundle, found.edge) == ("edge", index, edge):
                return found, canvas.mapFromScene(bundle.middle(edge))
    raise AssertionError


def drag(canvas, start, by, modifier=Qt.KeyboardModifier.NoModifier):
    view = canvas.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, modifier, start)
    for part in (0.5, 1.0):
        QTest.mouseMove(view, start + QPoint(0, round(by * part)))
        QApplication.processEvents()
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, modifier, start + QPoint(0, by))


def test_dragging_an_edge_up_raises_its_weight_in_one_undo_step(canvas):
    found, place = edge_of(canvas)
    number = number_at(canvas.canvas_scene, found)
    drag(canvas, place, -40)
    assert len({merge for _touches, _label, merge in canvas.told}) == 1
    (touch,), label, _merge = canvas.told[-1]
    assert (touch.tensor, touch.place, label) == (number.tensor, number.place, "Set weight")
    assert touch.value == pytest.approx(number.value + 0.8, abs=1e-3)


def test_dragging_a_tile_sets_its_bias(canvas):
    column = canvas.canvas_scene.arrangement.column("dense_1")
    drag(canvas, canvas.mapFromScene(QPointF(column.x, column.rows[1])), 25)
    (touch,), label, _merge = canvas.told[-1]
    before = canvas.parameters["dense_1.bias"][1]
    assert (touch.tensor, touch.place, label) == ("dense_1.bias", (1,), "Set bias")
    assert touch.value == pytest.approx(before - 0.5, abs=1e-3)


def test_the_inputs_have_no_bias_to_drag(canvas):
    assert number_at(canvas.canvas_scene, Hit("tile", "input", 0)) is None
    assert number_at(canvas.canvas_scene, Hit("edge", bundle=99, edge=0)) is None


def test_a_callout_says_weight_and_bias(canvas):
    canvas.hover.show(Hit("tile", "dense_1", 0))
    assert canvas.canvas_scene.callout.isVisible()
    assert not canvas.grab().isNull()
    canvas.hover.show(Hit())
    assert not canvas.canvas_scene.callout.isVisible()


def test_a_number_is_typed_where_it_stands(canvas, qtbot):
    _found, place = edge_of(canvas)
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    editor = canvas.editing._editor
    editor.setText("-1,25")
    editor.setModified(True)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert canvas.told[-1][0][0].value == -1.25
    assert canvas.editing._editor is None


@pytest.mark.parametrize(
    ("words", "label", "count"),
    [("Set bias to 0", "Set bias to 0", 1), ("Set all its weights to 0", "Set weights to 0", 2)],
)
def test_the_menu_sets_to_zero(canvas, words, label, count):
    from playground.views.touch.touch import open_menu

    assert open_menu(canvas, Hit("tile", "dense_1", 2), QPoint(10, 10))
    menu = canvas.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()
    touches, said, _merge = canvas.told[-1]
    assert said == label
    assert len(touches) == count
    assert all(touch.value == 0.0 and touch.place[0] == 2 for touch in touches)


def test_the_menu_freezes_the_layer(canvas):
    from playground.views.touch.touch import open_menu

    made = []
    canvas.edited.connect(lambda experiment, label, merge: made.append(experiment))
    assert open_menu(canvas, Hit("tile", "dense_1", 2), QPoint(10, 10))
    menu = canvas.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == "Freeze this layer").trigger()
    menu.close()
    assert made[0].layer("dense_1").frozen


def test_the_table_shows_and_sets_the_same_numbers(qtbot):
    experiment = edits.default_experiment()
    table = NumbersTable()
    qtbot.addWidget(table)
    table.select("dense_1")
    table.set_experiment(experiment)
    table.show()
    numbers = parameters(experiment)
    table.show_snapshot(snapshot(experiment, parameters=numbers))
    model, told = table.model, []
    table.touched.connect(lambda touches, label, merge: told.append(touches))
    assert (model.rowCount(), model.columnCount()) == (6, 3)
    assert model.setData(model.index(4, 2), "0,5")
    assert told == [(ByHand("dense_1.weight", (4, 1), 0.5),)]
    assert model.setData(model.index(4, 0), "-2")
    assert told[-1] == (ByHand("dense_1.bias", (4,), -2.0),)
    shown = {model.data(model.index(row, column)) for row in range(6) for column in range(3)}
    assert all(len(words.partition(".")[2]) == 4 for words in shown)  # so that the points stand in line
    for text in ("", "abc", "nan", "1e300"):
        assert not model.setData(model.index(0, 0), text)
    words = model.data(model.index(4, 2), Qt.ItemDataRole.AccessibleTextRole)
    assert words.startswith("Neuron 5, weight of x₂")
    assert not table.grab().isNull()


def headings(experiment, layer, qtbot):
    """What stands above and beside the numbers of a layer."""
    table = NumbersTable()
    qtbot.addWidget(table)
    table.select(layer)
    table.set_experiment(experiment)
    table.show()
    table.show_snapshot(snapshot(experiment, parameters=parameters(experiment)))
    model = table.model
    across = [model.headerData(at, Qt.Orientation.Horizontal) for at in range(model.columnCount())]
    return across, [model.headerData(at, Qt.Orientation.Vertical) for at in range(model.rowCount())]


def test_the_table_is_headed_by_features_and_classes(qtbot):
    iris = edits.set_dataset(edits.default_experiment(), "iris")
    columns = [words.capitalize() for words in ("sepal length", "sepal width", "petal length", "petal width")]
    names = ["setosa", "versicolor", "virginica"]
    across, down = headings(iris, "dense_1", qtbot)
    assert (across, down) == (["bias", *columns], [f"{unit + 1}" for unit in range(6)])
    across, down = headings(iris, "output", qtbot)
    assert across[:2] == ["bias", "1"]
    assert down == names
    normed = edits.add_layer(iris, 0, "batch_norm")
    assert headings(normed, "batch_norm_1", qtbot) == (["bias", "weight"], columns)
    assert headings(normed, "dense_1", qtbot)[0] == ["bias", *columns]  # the norm mixes nothing
    beside = edits.connect(iris, "input", "dense_2", "concatenate")
    mixed = headings(beside, "dense_2", qtbot)[0]
    assert {"Dense 1: 1", "Sepal length"} < set(mixed)
    assert len(mixed) == 1 + 6 + 4


def test_a_screen_reader_hears_digits_as_classes(qtbot):
    table = NumbersTable()
    qtbot.addWidget(table)
    digits = edits.set_dataset(edits.default_experiment(), "digits")
    table.select("output")
    table.set_experiment(digits)
    table.show()
    table.show_snapshot(snapshot(digits, parameters=parameters(digits)))
    spoken = table.model.data(table.model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.startswith("0, bias, ")


@pytest.mark.parametrize("name", ["dense_1", "output"])
def test_a_frozen_layer_bears_a_lock(canvas, name):
    chip = canvas.canvas_scene.columns[name].chip
    box = chip.sceneBoundingRect()
    place = canvas.mapFromScene(QPointF(box.left() + 8, box.top() + 10))
    before = canvas.grab(QRect(place - QPoint(8, 8), QSize(16, 16))).toImage()
    _words, frozen = edits.freezing(canvas.experiment, name)
    canvas.set_experiment(frozen)
    after = canvas.grab(QRect(place - QPoint(8, 8), QSize(16, 16))).toImage()
    assert before != after
    assert "frozen" in describe(canvas.canvas_scene, name)


def test_the_menu_of_a_chip_freezes_the_layer(canvas):
    made = []
    canvas.edited.connect(lambda experiment, label, merge: made.append(experiment))
    for name in ("dense_1", "output"):
        chip = canvas.canvas_scene.columns[name].chip
        place = canvas.mapFromScene(chip.sceneBoundingRect().center())
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, canvas.mapToGlobal(place))
        canvas.contextMenuEvent(event)
        menu = canvas.findChild(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)
        next(action for action in menu.actions() if action.text() == "Freeze this layer").trigger()
        menu.setParent(None)
        menu.close()
        assert made[-1].layer(name).frozen


def trigger(canvas, found, words):
    from playground.views.touch.touch import open_menu

    assert open_menu(canvas, found, QPoint(10, 10))
    menu = canvas.findChild(QMenu)
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.setParent(None)
    menu.close()


def test_the_menu_freezes_a_weight_and_the_canvas_shows_it(canvas):
    canvas.edited.connect(lambda experiment, label, merge: canvas.set_experiment(experiment))
    found, _place = edge_of(canvas)
    number = number_at(canvas.canvas_scene, found)
    bundle = canvas.canvas_scene.bundles[found.bundle]
    before = canvas.grab().toImage()
    trigger(canvas, found, "Freeze this weight")
    assert held_places(canvas.experiment, number.tensor) == {number.place}
    assert bundle.held == {found.edge}
    assert describe_edge(canvas.canvas_scene, found.bundle, found.edge).endswith("frozen")
    assert canvas.grab().toImage() != before
    trigger(canvas, found, "Let this weight learn again")
    assert canvas.grab().toImage() == before


def test_the_menu_freezes_a_neuron(canvas):
    canvas.edited.connect(lambda experiment, label, merge: canvas.set_experiment(experiment))
    tile = Hit("tile", "dense_1", 2)
    trigger(canvas, tile, "Freeze this bias")
    assert "frozen" in describe(canvas.canvas_scene, "dense_1", 2)
    trigger(canvas, tile, "Freeze this neuron")
    assert held_places(canvas.experiment, "dense_1.weight") == {(2, 0), (2, 1)}
    trigger(canvas, tile, "Let this neuron learn again")
    assert canvas.experiment == edits.default_experiment()


def test_the_table_freezes_the_selected_numbers(qtbot):
    experiment = edits.default_experiment()
    table = NumbersTable()
    qtbot.addWidget(table)
    table.select("dense_1")
    table.set_experiment(experiment)
    table.edited.connect(lambda changed, label, merge: table.set_experiment(changed))
    table.show()
    table.show_snapshot(snapshot(experiment, parameters=parameters(experiment)))
    cell = table.model.index(4, 2)
    table.table.setCurrentIndex(cell)
    table.freeze.trigger()
    assert table.model.is_held(cell)
    assert not table.model.data(cell, Qt.ItemDataRole.DecorationRole).isNull()
    assert table.model.data(cell, Qt.ItemDataRole.AccessibleTextRole).endswith("frozen")
    assert not table.model.is_held(table.model.index(4, 1))
    table.freeze.trigger()
    assert not table.model.is_held(cell)


def test_keys_that_come_faster_than_pictures_all_count(canvas, monkeypatch):
    told = []
    canvas.touched.connect(lambda touches, label, merge: told.append(touches[0].value))
    monkeypatch.setattr(keys, "number_meant", lambda canvas: Number("dense_1.bias", (0,), 7.0, QPointF()))
    for by in (0.1, 0.1, -0.01):
        keys.nudge(canvas, by)
    assert told == [7.1, 7.2, 7.19]
    keys.zero(canvas)
    keys.nudge(canvas, 0.1)
    assert told[-2:] == [0.0, 0.1]
