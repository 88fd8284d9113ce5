"""Keys only, from an empty canvas to a trained network: nothing is called, nothing is pointed at."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from every_dialog import openings, visit
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QMenu,
    QMessageBox,
    QScrollArea,
)

from playground.experiment import edits
from playground.experiment.held import held_places
from playground.experiment.model import Experiment
from playground.views.canvas.words import describe_edge

Key = Qt.Key
SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Typist:
    """Somebody without a mouse. Every key goes to whatever has the keyboard."""

    def __init__(self, window, qtbot):
        self.window, self.qtbot = window, qtbot

    def focus(self):
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.window

    def press(self, *keys, held=Qt.KeyboardModifier.NoModifier):
        for key in keys:
            QTest.keyClick(self.focus(), key, held)
            QApplication.processEvents()

    def type(self, text):
        QTest.keyClicks(self.focus(), text)
        QApplication.processEvents()

    def tab_to(self, name, of=""):
        """Tab until a control of this name (and kind) has the keyboard."""
        for _ in range(200):
            self.press(Key.Key_Tab)
            focus = self.focus()
            if focus.accessibleName() == name and of in type(focus).__name__:
                return focus
        raise AssertionError(f"Tab never reaches {name}")

    def pick(self, label):
        """Choose a line of the menu that is open."""
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        for _ in menu.actions():
            if menu.activeAction() is not None and menu.activeAction().text() == label:
                break
            self.press(Key.Key_Down)
        assert menu.activeAction().text() == label
        self.press(Key.Key_Return)

    def canvas_column(self, name):
        """Tab along the canvas to a chip."""
        self.tab_to("Network canvas")
        scene = self.window.canvas.canvas_scene
        while scene.focused != (name, -1):
            self.press(Key.Key_Tab)
        assert self.focus() is self.window.canvas

    def wait(self, condition):
        self.qtbot.waitUntil(lambda: condition(self.window.trainer.latest()))

    @property
    def experiment(self):
        return self.window.document.experiment

    def layer(self, name):
        return self.experiment.layer(name)


@pytest.fixture
def typist(open_window, qtbot):
    empty = edits.default_experiment()
    while empty.network.layers:
        empty = edits.remove_layer(empty, empty.network.layers[0].name)
    return Typist(open_window(empty), qtbot)


def test_from_an_empty_canvas_to_a_trained_network(typist):
    typist.tab_to("Moons")
    typist.press(Key.Key_Space)
    assert typist.experiment.data.dataset.kind == "moons"

    typist.canvas_column("input")
    for _ in range(2):
        typist.press(Key.Key_A)
        typist.pick("Dense")
    assert [layer.kind for layer in typist.experiment.network.layers] == ["dense", "dense"]

    first, second = (layer.name for layer in typist.experiment.network.layers)
    typist.press(Key.Key_Escape)
    typist.window.activateWindow()
    typist.canvas_column(first)
    typist.press(Key.Key_Return)
    typist.type("9")
    typist.press(Key.Key_Return)
    assert typist.layer(first).units == 9
    typist.press(Key.Key_Minus)
    assert typist.layer(first).units == 8
    typist.press(Key.Key_Down, held=Qt.KeyboardModifier.AltModifier)
    typist.press(Key.Key_Down)
    wanted = typist.focus().accessibleName()
    typist.press(Key.Key_Return)
    assert typist.layer(first).activation.entry.label == wanted
    assert typist.focus() is typist.window.canvas

    typist.press(Key.Key_Tab)
    assert typist.window.canvas.canvas_scene.focused == (second, -1)
    typist.press(Key.Key_Plus, Key.Key_Plus)
    before = typist.layer(second).units

    optimizer = typist.tab_to("Optimizer")
    typist.press(Key.Key_Space)
    typist.pick("RMSProp")
    assert optimizer.value() == "rmsprop"
    assert typist.experiment.training.optimizer.kind == "rmsprop"
    typist.tab_to("Learning rate", "NumberField")
    typist.type("0.01")
    typist.press(Key.Key_Return)
    assert typist.experiment.training.optimizer.learning_rate == pytest.approx(0.01)

    typist.canvas_column("output")
    typist.press(Key.Key_9)
    typist.press(Key.Key_Space)
    typist.wait(lambda snapshot: snapshot.state == "running" and snapshot.steps > 2000)
    typist.press(Key.Key_Space)
    typist.wait(lambda snapshot: snapshot.state == "paused" and snapshot.history.train_loss[-1] < 0.25)
    assert typist.layer(second).units == before

    typist.press(Key.Key_S)
    typist.qtbot.waitUntil(lambda: typist.window.slow.active)
    typist.qtbot.waitUntil(lambda: typist.window.slow.bar.isVisible())
    typist.press(Key.Key_Right, Key.Key_Right, Key.Key_Left, Key.Key_Escape)
    typist.qtbot.waitUntil(lambda: not typist.window.slow.active)
    for _ in range(40):
        typist.press(Key.Key_Z, held=CONTROL)
    assert typist.experiment.network == Experiment.model_validate(typist.experiment.model_dump()).network
    assert not typist.experiment.network.layers


def test_tab_goes_round_the_window_forwards_and_back(typist):
    def round_trip(held):
        seen = []
        for _ in range(200):
            typist.press(Key.Key_Tab, held=held)
            focus = typist.focus()
            if seen and focus is seen[0]:
                return seen
            if focus not in seen:
                seen.append(focus)
        raise AssertionError("Tab is caught somewhere")

    typist.tab_to("Menu")  # past the canvas, which has the keyboard at first and takes several Tabs
    there, back = round_trip(Qt.KeyboardModifier.NoModifier), round_trip(SHIFT)
    assert {widget.accessibleName() for widget in there} == {widget.accessibleName() for widget in back}
    names = [widget.accessibleName() for widget in there]
    assert {"Menu", "Play", "Moons", "Optimizer", "Network canvas", "Zoom", "Output view"} <= set(names)


def test_a_weight_is_found_set_zeroed_and_frozen_by_keys(open_window, qtbot):
    window = open_window()
    typist = Typist(window, qtbot)
    canvas, scene = window.canvas, window.canvas.canvas_scene
    typist.wait(lambda snapshot: bool(snapshot.parameters))
    typist.canvas_column("dense_1")
    typist.press(Key.Key_F)
    assert typist.layer("dense_1").frozen
    typist.press(Key.Key_F)
    assert not typist.layer("dense_1").frozen

    typist.press(Key.Key_Down, Key.Key_Down, Key.Key_W, Key.Key_W)
    assert scene.callout.isVisible()
    assert canvas.accessibleDescription().startswith("Weight from Input")
    told = QAccessible.queryAccessibleInterface(canvas).focusChild()
    assert told.text(QAccessible.Text.Name) == canvas.accessibleDescription()
    assert told.state().focused

    def weight(snapshot):
        return snapshot.parameters["dense_1.weight"][1, 1]

    typist.press(Key.Key_0)
    typist.wait(lambda snapshot: weight(snapshot) == 0.0)
    typist.press(Key.Key_Up, Key.Key_Up, held=SHIFT)
    typist.wait(lambda snapshot: weight(snapshot) == pytest.approx(0.2))
    typist.press(Key.Key_Return)
    typist.type("-1.5")
    typist.press(Key.Key_Return)
    typist.wait(lambda snapshot: weight(snapshot) == -1.5)
    assert typist.focus() is canvas
    typist.press(Key.Key_F)
    assert held_places(typist.experiment, "dense_1.weight") == {(1, 1)}
    assert scene.focused_edge is not None
    typist.press(Key.Key_W, held=SHIFT)
    typist.press(Key.Key_F)
    assert held_places(typist.experiment, "dense_1.weight") == {(1, 0), (1, 1)}
    for _ in range(7):
        typist.press(Key.Key_Z, held=CONTROL)
    assert typist.experiment == edits.default_experiment()

    typist.press(Key.Key_Down)
    assert scene.focused_edge is None
    typist.press(Key.Key_Return)
    typist.type("0.5")
    typist.press(Key.Key_Return)
    typist.wait(lambda snapshot: snapshot.parameters["dense_1.bias"][2] == 0.5)
    typist.press(Key.Key_F)
    assert held_places(typist.experiment, "dense_1.weight") == {(2, 0), (2, 1)}
    assert held_places(typist.experiment, "dense_1.bias") == {(2,)}


def test_what_the_menus_of_the_canvas_offer_is_there_for_keys(open_window, qtbot):
    window = open_window()
    typist, scene = Typist(window, qtbot), window.canvas.canvas_scene
    typist.wait(lambda snapshot: bool(snapshot.parameters))

    def pick(label):
        typist.press(Key.Key_F10, held=SHIFT)
        typist.pick(label)
        typist.press(Key.Key_Escape)
        window.activateWindow()
        window.canvas.setFocus()

    typist.canvas_column("dense_1")
    pick("Insert identity layer after")
    assert [layer.name for layer in typist.experiment.network.layers] == ["dense_1", "dense_3", "dense_2"]
    typist.canvas_column("dense_3")
    pick("Move to the right")
    assert [layer.name for layer in typist.experiment.network.layers] == ["dense_1", "dense_2", "dense_3"]
    typist.canvas_column("dense_1")
    typist.press(Key.Key_Down)
    pick("Split this neuron")
    assert typist.layer("dense_1").units == 7
    typist.canvas_column("dense_1")
    typist.press(Key.Key_Down, Key.Key_W)
    assert scene.focused_edge is not None
    pick("Freeze this weight")
    assert held_places(typist.experiment, "dense_1.weight") == {(0, 0)}


def test_the_two_weights_of_the_landscape_are_chosen_by_keys(open_window, qtbot):
    window = open_window()
    typist, panel = Typist(window, qtbot), window.right.landscape
    typist.wait(lambda snapshot: bool(snapshot.parameters))
    typist.canvas_column("dense_1")
    typist.press(Key.Key_X)
    assert not panel.isVisible()  # no weight is lit yet
    typist.press(Key.Key_Down, Key.Key_W, Key.Key_X)
    assert panel.isVisible()
    assert panel.accessibleDescription().startswith("Dense 1: 1 ← 1, and one more.")
    typist.press(Key.Key_Down, Key.Key_W, Key.Key_W, Key.Key_X)
    assert panel.asked().places == (("dense_1.weight", (0, 0)), ("dense_1.weight", (1, 1)))
    assert panel.accessibleDescription() == "Loss along Dense 1: 1 ← 1 and Dense 1: 2 ← 2"
    typist.wait(lambda snapshot: snapshot.landscape is not None and snapshot.landscape.asked == panel.asked())
    assert typist.focus() is window.canvas
    scene = window.canvas.canvas_scene
    for place, words in zip(scene.axes.marked(), ("across", "up"), strict=True):
        assert describe_edge(scene, *place).endswith(f", {words} in the loss landscape")
    window.right.close_sheet()
    assert scene.axes.marked() == []


def test_a_weight_is_followed_in_slow_motion_by_keys(open_window, qtbot):
    window = open_window()
    typist = Typist(window, qtbot)
    typist.wait(lambda snapshot: bool(snapshot.parameters))
    typist.canvas_column("dense_1")
    typist.press(Key.Key_S)
    qtbot.waitUntil(lambda: window.slow.walk.motion is not None)
    typist.press(Key.Key_Down, Key.Key_Down, Key.Key_W, Key.Key_X)
    followed = window.slow.walk.followed
    assert (followed.layer, followed.unit, followed.source) == ("dense_1", 1, 0)
    assert not window.right.landscape.isVisible()
    typist.press(Key.Key_Escape)
    assert not window.slow.active


class Caught(QObject):
    """Counts how often a dialog gets the key that closes it, and keeps it from the dialog."""

    def __init__(self, dialog):
        super().__init__(dialog)
        self.times = 0
        dialog.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.KeyPress and event.key() == Key.Key_Escape:
            self.times += 1
            return True
        return False


def walk(dialog):
    """The controls of a dialog in the order of Tab, from the one that it opens with."""
    seen = []
    while QApplication.focusWidget() not in seen:
        seen.append(QApplication.focusWidget())
        assert seen[-1] is not None
        assert len(seen) < 100
        QTest.keyClick(seen[-1], Key.Key_Tab)
    assert QApplication.focusWidget() is seen[0], "Tab is caught"
    return seen


def line_by_line(order):
    """Whether Tab goes through a dialog as it is read, and begins again only once on the way round."""
    stops = [each for each in order if not isinstance(each, QScrollArea)]  # which hold other stops
    boxes = [QRect(each.mapToGlobal(QPoint(0, 0)), each.size()) for each in stops]
    back = [
        to
        for box, to in zip(boxes, boxes[1:] + boxes[:1], strict=True)
        if not (to.top() >= box.center().y() or (to.bottom() > box.center().y() and to.left() > box.left()))
    ]
    return len(back) <= 1


def go_by_keys(dialog):
    """From the first control on by Tab, line by line; Esc closes from everywhere; Enter has its button."""
    caught, order = Caught(dialog), walk(dialog)
    own = [] if isinstance(dialog, QFileDialog) else order  # Qt's own, whose lists hide it themselves
    assert line_by_line(own)
    for number, widget in enumerate(own, 1):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(widget, Key.Key_Escape)
        assert caught.times == number, f"Esc stays in {type(widget).__name__} {widget.accessibleName()}"
    buttons = dialog.findChild(QDialogButtonBox)
    if buttons is not None:
        last = [each for each in order if buttons.isAncestorOf(each)]
        assert any(button.isDefault() for button in buttons.buttons())
        assert set(last) == {button for button in buttons.buttons() if button.isEnabled()}
    dialog.removeEventFilter(caught)
    QTest.keyClick(dialog, Key.Key_Escape)
    assert not dialog.isVisible()
    cancelled = (
        QDialog.DialogCode.Rejected,
        QMessageBox.StandardButton.Cancel,
        QMessageBox.StandardButton.Ok,
    )
    assert dialog.result() in cancelled


def test_every_dialog_goes_by_keys_and_esc_leaves_all_as_it_was(open_window, tmp_path):
    window = open_window()
    settings, experiment = asdict(window.settings), window.document.experiment
    for name, opening in openings(tmp_path).items():
        try:
            visit(window, opening, go_by_keys)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
    assert asdict(window.settings) == settings
    assert window.document.experiment.network == experiment.network
