"""Building a network by hand: real mouse and key events go in, edits come out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.edits import default_experiment
from playground.views.canvas.chip_item import pieces_of
from playground.views.canvas.palette import MIME
from playground.views.canvas.view import Canvas
from playground.views.theme import theme

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


class Edited:
    """A canvas whose edits come back to it, as the window's do, and are kept."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.labels: list[str] = []
        self.merges: list[str] = []
        canvas.edited.connect(self._take)

    def _take(self, experiment: object, label: str, merge: str) -> None:
        self.labels.append(label)
        self.merges.append(merge)
        self.canvas.set_experiment(experiment)

    @property
    def names(self) -> list[str]:
        return [layer.name for layer in self.canvas.experiment.network.layers]

    def layer(self, name: str):
        return self.canvas.experiment.layer(name)

    def place(self, x: float, y: float) -> QPoint:
        return self.canvas.mapFromScene(QPointF(x, y))

    def zone(self, name: str, zone: str) -> QPoint:
        """The middle of a part of a chip: "less", "number", "menu", "more" or "title"."""
        item = self.canvas.canvas_scene.columns[name]
        chip = self.canvas.canvas_scene.arrangement.column(name).chip
        piece = next(p for p in pieces_of(item.text, item.chip.form)[0] if p.zone == zone)
        return self.place(chip.x + piece.left + piece.width / 2, chip.y + chip.height / 2)

    def gap(self, gap: int, y: float = 300.0) -> QPoint:
        return self.place(self.canvas.canvas_scene.arrangement.gaps[gap], y)

    def click(self, place: QPoint) -> None:
        QTest.mouseClick(self.canvas.viewport(), LEFT, NO_KEY, place)

    def send(self, kind: QMouseEvent.Type, place: QPoint, held: Qt.MouseButton, keys=NO_KEY) -> None:
        viewport = self.canvas.viewport()
        button = Qt.MouseButton.NoButton if kind == QMouseEvent.Type.MouseMove else LEFT
        at = QPointF(place)
        event = QMouseEvent(kind, at, QPointF(viewport.mapToGlobal(place)), button, held, keys)
        QApplication.sendEvent(viewport, event)

    def drag(self, start: QPoint, end: QPoint, keys=NO_KEY, release: bool = True) -> None:
        self.send(QMouseEvent.Type.MouseButtonPress, start, LEFT, keys)
        for part in (0.1, 0.3, 0.6, 1.0):
            self.send(QMouseEvent.Type.MouseMove, start + (end - start) * part, LEFT, keys)
        if release:
            self.send(QMouseEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton, keys)

    def carry(self, kind: str, place: QPoint) -> QMimeData:
        """Bring a block from the palette over the canvas."""
        data = QMimeData()
        data.setData(MIME, kind.encode())
        rest = (Qt.DropAction.CopyAction, data, LEFT, NO_KEY)
        viewport = self.canvas.viewport()
        self.enter = QDragEnterEvent(place, *rest)
        QApplication.sendEvent(viewport, self.enter)
        self.over = QDragMoveEvent(place, *rest)
        QApplication.sendEvent(viewport, self.over)
        return data

    def drop(self, kind: str, place: QPoint) -> None:
        data = self.carry(kind, place)
        event = QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, LEFT, NO_KEY)
        QApplication.sendEvent(self.canvas.viewport(), event)


@pytest.fixture
def made(qtbot, qapp, monkeypatch):
    theme().apply(qapp)
    monkeypatch.setattr(theme(), "reduced_motion", True)
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(864, 636)
    canvas.set_experiment(default_experiment())
    canvas.show()
    canvas.activateWindow()
    canvas.setFocus()
    return Edited(canvas)


def empty() -> object:
    return edits.remove_layer(edits.remove_layer(default_experiment(), "dense_1"), "dense_2")


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(label: str) -> None:
    menu = open_menu()
    action: QAction = next(action for action in menu.actions() if action.text() == label)
    menu.close()
    action.trigger()


# Blocks from the palette ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [entry.key for entry in layers])
@pytest.mark.parametrize("gap", [0, 1, 2])
def test_a_block_dropped_in_a_gap_becomes_a_layer_there(made, kind, gap):
    made.drop(kind, made.gap(gap))
    assert [layer.kind for layer in made.canvas.experiment.network.layers][gap] == kind
    assert len(made.names) == 3
    assert made.labels == [f"Add {layers[kind].label}"]
    assert not any(insert.is_open for insert in made.canvas.canvas_scene.inserts)


def test_while_a_block_is_over_the_canvas_the_gaps_open_and_the_nearest_fills(made):
    scene = made.canvas.canvas_scene
    before = scene.arrangement.gaps
    made.carry("dense", made.gap(2))
    assert made.enter.isAccepted()
    assert made.over.isAccepted()
    assert [insert.is_open for insert in scene.inserts] == [True] * 3
    assert [insert.is_nearest for insert in scene.inserts] == [False, False, True]
    assert scene.arrangement.gaps != before
    QApplication.sendEvent(made.canvas.viewport(), QDragLeaveEvent())
    assert not any(insert.is_open for insert in scene.inserts)
    assert scene.arrangement.gaps == before
    assert made.labels == []


# The + between chips, the first layer --------------------------------------------------------------


@pytest.mark.parametrize("gap", [0, 1, 2])
def test_the_plus_between_chips_opens_the_menu_of_blocks(made, gap):
    made.click(made.gap(gap, made.canvas.canvas_scene.arrangement.columns[0].chip.y + 16))
    assert [action.text() for action in open_menu().actions()] == [entry.label for entry in layers]
    choose(layers["batch_norm"].label)
    assert len(made.names) == 3
    assert made.canvas.experiment.network.layers[gap].kind == "batch_norm"


def test_a_block_can_be_dropped_on_the_empty_canvas(made):
    made.canvas.set_experiment(empty())
    made.drop("dense", made.gap(0))
    assert made.names == ["dense_1"]


# Chips ---------------------------------------------------------------------------------------------


def test_the_last_unit_stays(made):
    made.canvas.set_experiment(edits.set_value(default_experiment(), "network.dense_1.units", 1))
    made.click(made.zone("dense_1", "less"))
    assert made.labels == []


@pytest.mark.parametrize("zone", ["less", "more"])
def test_a_press_on_a_button_never_begins_to_carry_the_chip(made, zone):
    made.drag(made.zone("dense_1", zone), made.gap(2))
    assert made.names == ["dense_1", "dense_2"]
    assert len(made.labels) == 1


@pytest.mark.parametrize("text", ["", "abc", "0", "-4", "1e9", "nan"])
def test_nonsense_typed_as_units_breaks_nothing(made, text):
    made.click(made.zone("dense_1", "number"))
    editor = made.canvas.editing._editor
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert 1 <= made.layer("dense_1").units <= 512


@pytest.mark.parametrize(("name", "key"), [("dense_1", "relu"), ("output", "identity")])
def test_the_activation_menu_opens_below_the_chip(made, name, key):
    made.click(made.zone(name, "menu"))
    menu = made.canvas.editing._menu
    assert menu is not None
    menu.chosen.emit(key)
    assert made.layer(name).activation.kind == key
    assert len(made.labels) == 1


# Carrying a chip -----------------------------------------------------------------------------------


def test_a_chip_dropped_outside_goes_back(made):
    made.drag(made.zone("dense_1", "title"), QPoint(-200, -200))
    assert made.labels == []


@pytest.mark.parametrize("name", ["input", "output"])
def test_input_and_output_stay(made, name):
    made.drag(made.zone(name, "title"), made.gap(1))
    made.canvas.select(name)
    made.canvas.editing.delete_selected()
    assert made.labels == []


def test_an_undo_while_a_chip_is_carried_ends_the_gesture(made):
    made.drag(made.zone("dense_1", "title"), made.gap(2), release=False)
    made.canvas.set_experiment(empty())
    made.send(QMouseEvent.Type.MouseButtonRelease, made.gap(0), Qt.MouseButton.NoButton)
    assert made.labels == []
    assert made.names == []


# Keys and selection --------------------------------------------------------------------------------


# Looking around ------------------------------------------------------------------------------------


def test_zoom_is_told_and_kept_in_bounds(made):
    made.canvas.zoom(1.25)
    assert made.canvas.overlay.zoom.text() == "125%"
    for _again in range(40):
        made.canvas.zoom(1.25)
    assert made.canvas.transform().m11() <= 4.0
    for _again in range(60):
        made.canvas.zoom(0.8)
    assert made.canvas.transform().m11() >= 0.1
    QTest.keyClick(made.canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert made.canvas.overlay.zoom.text() == "100%"


def test_gestures_land_where_they_are_seen_when_zoomed_and_panned(made):
    made.canvas.zoom(0.7)
    made.canvas.pan(QPoint(30, 20))
    made.click(made.zone("dense_2", "more"))
    made.drop("dropout", made.gap(0))
    assert made.layer("dense_2").units == 6
    assert made.names[0] == "dropout_1"


def test_narrow_windows_get_short_chips(made):
    full = made.canvas.canvas_scene.columns["dense_1"].chip.width
    made.canvas.set_compact(True)
    assert made.canvas.canvas_scene.columns["dense_1"].chip.width < full
    made.click(made.zone("dense_1", "number"))
    QTest.keyClicks(made.canvas.editing._editor, "9")
    QTest.keyClick(made.canvas.editing._editor, Qt.Key.Key_Return)
    assert made.layer("dense_1").units == 9
