"""The canvas under real mouse and key events; edits are applied as the window would."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QImage,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolTip, QVBoxLayout, QWidget

from playground.experiment import edits
from playground.experiment.files import load
from playground.experiment.model import MAX_LAYERS
from playground.experiment.presets import presets
from playground.experiment.problems import Problem, problems
from playground.views.canvas.chip_item import pieces_of, words_area
from playground.views.canvas.demo import forward_snapshot
from playground.views.canvas.number_editor import NumberEditor
from playground.views.canvas.palette import MIME
from playground.views.canvas.view import Canvas
from playground.views.theme import theme

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Desk:
    """A canvas in a window, its edits applied at once."""

    def __init__(self, qtbot, experiment=None, size=(864, 636)):
        self.window = QWidget()
        self.window.resize(*size)
        self.canvas = Canvas(self.window)
        self.after = QPushButton("after", self.window)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)
        self.labels: list[tuple[str, str]] = []
        self.canvas.edited.connect(self._edit)
        self.show(experiment or edits.default_experiment())
        qtbot.addWidget(self.window)
        self.window.show()
        qtbot.waitExposed(self.window)

    def show(self, experiment):
        self.experiment = experiment
        self.canvas.set_experiment(experiment)
        self.canvas.show_problems(problems(experiment))
        self.canvas.show_snapshot(forward_snapshot(experiment))

    def _edit(self, experiment, label, merge):
        self.labels.append((label, merge))
        self.show(experiment)

    @property
    def scene(self):
        return self.canvas.canvas_scene

    @property
    def names(self):
        return [layer.name for layer in self.experiment.network.layers]

    def place(self, x, y):
        return self.canvas.mapFromScene(QPointF(x, y))

    def zone(self, name, zone):
        """The middle of a part of a chip, in the viewport."""
        column = self.scene.arrangement.column(name)
        pieces, _width = pieces_of(self.scene.columns[name].text, self.scene.arrangement.form)
        piece = next(p for p in pieces if p.zone == zone and p.text != " · ")
        return self.place(column.chip.x + piece.left + piece.width / 2, column.chip.y + 16)

    def tile(self, name, row=0):
        column = self.scene.arrangement.column(name)
        return self.place(column.x, column.rows[row])

    def gap(self, index, y=300):
        return self.place(self.scene.arrangement.gaps[index], y)

    def click(self, place, button=LEFT, modifiers=NONE):
        QTest.mouseClick(self.canvas.viewport(), button, modifiers, place)

    def drag(self, start, goal, button=LEFT, modifiers=NONE, drop=True):
        view = self.canvas.viewport()
        QTest.mousePress(view, button, modifiers, start)
        for part in (0.2, 0.6, 1.0):
            point = start + (goal - start) * part
            point = QPoint(round(point.x()), round(point.y()))
            self._move(point, button, modifiers)
        if drop:
            QTest.mouseRelease(view, button, modifiers, goal)

    def _move(self, point, button, modifiers):
        view = self.canvas.viewport()
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(point),
            QPointF(view.mapToGlobal(point)),
            Qt.MouseButton.NoButton,
            button,
            modifiers,
        )
        QApplication.sendEvent(view, event)

    def come_by_tab(self):
        self.after.setFocus()
        self.canvas.setFocus(Qt.FocusReason.TabFocusReason)

    def key(self, key, modifiers=NONE):
        QTest.keyClick(self.canvas, key, modifiers)


@pytest.fixture(autouse=True)
def _still(qapp):
    theme().apply(qapp)
    theme().set("light")
    theme().reduced_motion = True
    yield
    theme().reduced_motion = False
    QToolTip.hideText()


@pytest.fixture
def desk(qtbot):
    return Desk(qtbot)


# Chips


def test_plus_and_minus_change_units(desk):
    desk.click(desk.zone("dense_1", "more"))
    assert desk.experiment.layer("dense_1").units == 7
    desk.click(desk.zone("dense_1", "less"))
    desk.click(desk.zone("dense_1", "less"))
    assert desk.experiment.layer("dense_1").units == 5
    assert desk.labels[0][0] == "Set Dense 1 to 7 units"
    assert desk.labels[0][1] != desk.labels[1][1]  # each click is undone alone
    assert desk.canvas.selected_layer() == "dense_1"


def test_holding_plus_repeats_as_one_undo_entry(desk, qtbot):
    QTest.mousePress(desk.canvas.viewport(), LEFT, NONE, desk.zone("dense_2", "more"))
    qtbot.waitUntil(lambda: len(desk.labels) >= 3)
    QTest.mouseRelease(desk.canvas.viewport(), LEFT, NONE, desk.zone("dense_2", "more"))
    count = len(desk.labels)
    qtbot.wait(200)
    assert len(desk.labels) == count
    assert len({merge for _label, merge in desk.labels}) == 1


def editor(desk):
    return desk.canvas.findChild(NumberEditor)


def test_units_are_typed_on_the_chip(desk):
    desk.click(desk.zone("dense_1", "number"))
    field = editor(desk)
    assert field.hasFocus()
    QTest.keyClicks(field, "9")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert desk.experiment.layer("dense_1").units == 9
    assert not field.isVisible()


def test_a_number_that_cannot_be_is_refused_and_escape_gives_up(desk):
    desk.click(desk.zone("dense_1", "number"))
    field = editor(desk)
    QTest.keyClicks(field, "5000")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert desk.labels == []


def test_clicking_elsewhere_accepts_the_number(desk):
    desk.click(desk.zone("dense_1", "number"))
    QTest.keyClicks(editor(desk), "4")
    desk.click(desk.place(400, 560))
    assert desk.experiment.layer("dense_1").units == 4


def test_the_rate_of_dropout_is_typed_with_comma_or_point(desk):
    desk.show(edits.add_layer(desk.experiment, 1, "dropout"))
    desk.click(desk.zone("dropout_1", "number"))
    QTest.keyClicks(editor(desk), "0,35")
    QTest.keyClick(editor(desk), Qt.Key.Key_Return)
    assert desk.experiment.layer("dropout_1").rate == 0.35


# Dragging


def test_a_chip_is_dragged_to_another_gap(desk):
    desk.drag(desk.zone("dense_1", "title"), desk.gap(2))
    assert desk.names == ["dense_2", "dense_1"]
    assert desk.labels == [("Move Dense 1", "")]


def test_alt_copies(desk):
    desk.drag(desk.zone("dense_1", "title"), desk.gap(2), modifiers=Qt.KeyboardModifier.AltModifier)
    assert desk.names == ["dense_1", "dense_2", "dense_3"]
    assert desk.experiment.layer("dense_3").units == 6


def test_escape_gives_up_a_drag(desk):
    desk.drag(desk.zone("dense_1", "title"), desk.gap(2), drop=False)
    assert any(insert.is_open for insert in desk.scene.inserts)
    desk.key(Qt.Key.Key_Escape)
    assert not any(insert.is_open for insert in desk.scene.inserts)
    QTest.mouseRelease(desk.canvas.viewport(), LEFT, NONE, desk.gap(2))
    assert desk.labels == []


def mime(kind):
    data = QMimeData()
    data.setData(MIME, kind.encode())
    return data


def drag_events(desk, data, place):
    action, buttons = Qt.DropAction.CopyAction, LEFT
    view = desk.canvas.viewport()
    enter = QDragEnterEvent(place, action, data, buttons, NONE)
    QApplication.sendEvent(view, enter)
    move = QDragMoveEvent(place, action, data, buttons, NONE)
    QApplication.sendEvent(view, move)
    return enter, move


def test_other_things_are_not_dropped_on_the_canvas(desk):
    data = QMimeData()
    data.setText("dense")
    enter, _move = drag_events(desk, data, desk.gap(1))
    assert not enter.isAccepted()
    enter, _move = drag_events(desk, mime("no_such_layer"), desk.gap(1))
    assert not enter.isAccepted()


def test_a_refused_drop_says_why_at_the_pointer(desk, qtbot):
    full = desk.experiment
    while len(full.network.layers) < MAX_LAYERS:
        full = edits.add_layer(full, 0, "dropout")
    desk.show(full)
    _enter, move = drag_events(desk, mime("dense"), QPoint(300, 300))
    assert not move.isAccepted()
    assert "at most 64 layers" in QToolTip.text()
    QApplication.sendEvent(desk.canvas.viewport(), QDragLeaveEvent())


# The + between chips, and the empty canvas


def pop_up(qtbot):
    qtbot.waitUntil(lambda: QApplication.activePopupWidget() is not None)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_adds_after_the_selected_layer(desk, qtbot):
    desk.canvas.select("dense_1")
    desk.key(Qt.Key.Key_A)
    menu = pop_up(qtbot)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert desk.names == ["dense_1", "dense_3", "dense_2"]


def test_a_palette_block_is_clicked(desk):
    desk.canvas.select("dense_2")
    QTest.mouseClick(desk.canvas.overlay.palette.blocks[1], LEFT)
    assert desk.names == ["dense_1", "dense_2", "dropout_1"]


def test_the_empty_canvas_invites_and_its_button_adds_six_neurons(desk):
    empty = edits.remove_layer(edits.remove_layer(desk.experiment, "dense_1"), "dense_2")
    desk.show(empty)
    assert desk.scene.empty.isVisible()
    button = desk.scene.empty.button()
    origin = desk.scene.empty.pos()
    desk.click(desk.place(origin.x(), origin.y() + button.y + 10))
    assert desk.experiment.layer("dense_1").units == 6
    assert not desk.scene.empty.isVisible()


# Keys


def test_delete_removes_the_selected_layer(desk):
    desk.click(desk.zone("dense_1", "title"))
    desk.key(Qt.Key.Key_Delete)
    assert desk.names == ["dense_2"]
    desk.key(Qt.Key.Key_Delete)  # nothing is selected any more
    assert desk.names == ["dense_2"]


def test_tab_walks_the_chips_and_then_leaves(desk):
    desk.come_by_tab()
    walked = [desk.scene.focused]
    for _ in range(3):
        desk.key(Qt.Key.Key_Tab)
        walked.append(desk.scene.focused)
    assert walked == [(name, -1) for name in ("input", "dense_1", "dense_2", "output")]
    assert desk.canvas.accessibleDescription().startswith("Output, 1 unit, sigmoid")
    desk.key(Qt.Key.Key_Tab)
    assert not desk.canvas.hasFocus()
    assert desk.scene.focused is None


def test_arrows_walk_the_tiles_and_speak(desk):
    desk.come_by_tab()
    desk.key(Qt.Key.Key_Tab)
    told = []
    desk.canvas.selected.connect(lambda name, unit: told.append((name, unit)))
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        desk.key(key)
    assert told == [("dense_1", 0), ("dense_1", 1), ("dense_1", 0)]
    assert desk.canvas.accessibleDescription().startswith("Dense 1, neuron 1, bias ")
    desk.key(Qt.Key.Key_Plus)
    assert desk.experiment.layer("dense_1").units == 7
    desk.key(Qt.Key.Key_Minus)
    assert desk.experiment.layer("dense_1").units == 6


def test_enter_types_the_number(desk):
    desk.come_by_tab()
    desk.key(Qt.Key.Key_Tab)
    desk.key(Qt.Key.Key_Return)
    QTest.keyClicks(editor(desk), "3")
    QTest.keyClick(editor(desk), Qt.Key.Key_Return)
    assert desk.experiment.layer("dense_1").units == 3


def test_keys_of_the_window_pass_on(desk, qtbot):
    got = []
    desk.window.keyPressEvent = lambda event: got.append(event.key())
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_R):
        desk.key(key)
    assert got == [Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_R]


# Pointer


def test_pointing_at_a_tile_previews_it_and_a_click_selects_it(desk):
    told, selected = [], []
    desk.canvas.hoveredUnit.connect(lambda name, unit: told.append((name, unit)))
    desk.canvas.selected.connect(lambda name, unit: selected.append((name, unit)))
    desk._move(desk.tile("dense_2", 3), Qt.MouseButton.NoButton, NONE)
    desk._move(desk.place(400, 560), Qt.MouseButton.NoButton, NONE)
    desk.click(desk.tile("dense_2", 3))
    assert told[:2] == [("dense_2", 3), (None, 0)]
    assert selected == [("dense_2", 3)]


def test_dragging_the_paper_pans_and_the_wheel_zooms_around_the_pointer(desk):
    before = desk.canvas.mapToScene(400, 300)
    desk.drag(desk.place(300, 560), desk.place(340, 540))
    assert desk.canvas.mapToScene(440, 280) == before
    desk.drag(desk.place(400, 560), desk.place(360, 560), button=Qt.MouseButton.MiddleButton)
    point = QPointF(300, 200)
    under = desk.canvas.mapToScene(point.toPoint())
    wheel = QWheelEvent(
        point,
        point,
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        NONE,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(desk.canvas.viewport(), wheel)
    assert desk.canvas.overlay.zoom.text() == "143%"
    after = desk.canvas.mapToScene(point.toPoint())
    assert abs(after.x() - under.x()) < 1.5
    desk.key(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert desk.canvas.overlay.zoom.text() == "100%"
    assert desk.canvas.mapToScene(0, 0) == QPointF(0, 0)
    assert desk.labels == []


def test_a_wide_layer_turns_its_pages(desk):
    desk.show(edits.set_value(desk.experiment, "network.dense_1.units", 20))
    item = desk.scene.columns["dense_1"]
    first = item.units
    weight = forward_snapshot(desk.experiment).parameters["dense_2.weight"]
    assert first == tuple(np.argsort(-np.abs(weight).sum(axis=0), kind="stable")[:8])
    chip = desk.place(item.x(), item.more.y() + 12)
    seen = [first]
    for _ in range(2):
        desk.click(chip)
        seen.append(item.units)
    assert sorted(unit for page in seen for unit in page) == list(range(20))
    desk.click(chip)
    assert item.units == first


# What is shown


@pytest.mark.parametrize(("number", "preset"), list(enumerate(preset.name for preset in presets())))
def test_every_preset_is_drawn_in_both_themes(qtbot, number, preset):
    size = ((1292, 778), (724, 448))[number % 2]
    desk = Desk(qtbot, load(preset), size)
    desk.canvas.set_compact(size[0] < 800)
    for name in ("dark", "light"):
        theme().set(name)
        picture = desk.window.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, size[0], 7) for y in range(0, size[1], 7)}
        assert len(colors) > 20
    assert len(desk.scene.texts) == len(desk.experiment.network.layers) + 2


def test_tiles_show_the_values_in_the_colours_of_the_map(desk):
    item = desk.scene.columns["dense_1"]
    atlas = item.neurons[0].atlas
    assert isinstance(atlas.image, QImage)
    values = np.zeros((1, 46, 46))
    values[0, 0, 0], values[0, 45, 45] = 2.0, -2.0
    atlas.fill(0, values, 2.0)
    lut = theme().lut("diverging")
    assert atlas.image.pixel(0, 0) == lut[int(127.5 * 1.82)]
    assert atlas.image.pixel(45, 45) == lut[int(127.5 * 0.18)]
    assert atlas.image.pixel(20, 20) == lut[127]


def test_problems_stand_beside_their_columns(desk):
    places = {
        "network.dense_2.units": "dense_2",
        "data.features": "input",
        "training.loss": "output",
        "": "output",
    }
    desk.canvas.show_problems([Problem(place, f"Wrong at {place}.") for place in places])
    assert [name for name, _item in desk.scene.notes.items] == list(places.values())
    assert desk.scene.columns["dense_2"].chip.has_problem
    for _name, item in desk.scene.notes.items:
        assert item.isVisible()
        box = item.mapRectToScene(item.boundingRect())
        assert box.left() >= 0
        assert box.right() <= desk.scene.arrangement.width + 2
    desk.canvas.set_experiment(edits.remove_layer(desk.experiment, "dense_2"))
    desk.canvas.show_problems([])
    assert desk.scene.notes.items == []
    desk.canvas.set_experiment(desk.experiment)
    assert not desk.scene.columns["dense_2"].chip.has_problem


def test_a_moving_canvas_comes_to_rest(desk, qtbot):
    theme().reduced_motion = False
    desk.show(edits.add_layer(desk.experiment, 1, "dense"))
    desk.show(edits.remove_layer(desk.experiment, "dense_1"))

    def is_at_rest():
        arranged = desk.scene.arrangement.columns
        items = [desk.scene.columns[column.name] for column in arranged]
        drawn = [item for item in desk.scene.items() if type(item).__name__ == "LayerItem"]
        there = all(item.x() == column.x for item, column in zip(items, arranged, strict=True))
        return there and all(item.opacity() == 1.0 for item in items) and len(drawn) == 4

    qtbot.waitUntil(is_at_rest)


def test_undo_and_redo_are_asked_for(desk, qtbot):
    desk.canvas.set_undo(True, False)
    assert not desk.canvas.overlay.redo.isEnabled()
    with qtbot.waitSignal(desk.canvas.undoRequested):
        QTest.mouseClick(desk.canvas.overlay.undo, LEFT)


def test_every_part_of_the_chip_can_be_hit(desk):
    text = desk.scene.columns["dense_1"].text
    for form in (0, 1, 2):
        left, right = words_area(text, form)
        assert 0 < left < right < pieces_of(text, form)[1]
