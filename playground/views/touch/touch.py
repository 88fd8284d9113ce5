"""Dragging and typing the numbers of the network on the canvas, and the menu of what can be done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QMouseEvent

from playground.catalog.entry import Setting
from playground.experiment.edits import EditError
from playground.experiment.held import held_places, hold
from playground.experiment.words import called
from playground.session.document import ByHand
from playground.views.canvas.hits import Hit
from playground.views.canvas.menus import layer_menu
from playground.views.canvas.number_editor import NumberEditor
from playground.views.canvas.operations import freeze_entry, on_unit
from playground.views.canvas.saying import say_why
from playground.views.touch.number import Number, number_at

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

PIXELS = 5  # of a vertical drag for each step
LARGEST = 1e6
STEP, FINE_STEP = 0.1, 0.01


class TouchDrag:
    """A weight or a bias on its way up or down; Shift takes finer steps."""

    def __init__(self, canvas: Canvas, number: Number, start: QPoint, gesture: int) -> None:
        self._canvas, self._number = canvas, number
        self._last = start.y()
        self._value = number.value
        self._merge = f"touch.{number.tensor}.{number.place}.{gesture}"
        canvas.viewport().setCursor(Qt.CursorShape.SizeVerCursor)

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer in whole steps."""
        y = round(event.position().y())
        steps = int((self._last - y) / PIXELS)
        if steps:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._last -= steps * PIXELS
            self._value = round(self._value + steps * (FINE_STEP if fine else STEP), 4)
            touched = (self._number.to(self._value),)
            self._canvas.editing.touch(touched, f"Set {self._number.word}", self._merge)
        scene = self._canvas.canvas_scene
        scene.callout.show_weight(self._value, self._number.at, self._number.symbol)

    def end(self, accepted: bool) -> None:
        """What was set stays set; undo takes the whole drag back."""
        self._canvas.viewport().unsetCursor()


def choose_weight(canvas: Canvas, found: Hit) -> bool:
    """Hand out which weight was chosen: to be followed, or to be looked along; False where there is none."""
    number = number_at(canvas.canvas_scene, found) if found.kind == "edge" else None
    if number is None:
        return False
    canvas.weightChosen.emit(number.tensor.partition(".")[0], *number.place)
    return True


def type_number(canvas: Canvas, found: Hit, gesture: int) -> NumberEditor | None:
    """Let a weight or a bias be typed where its callout stands."""
    number = number_at(canvas.canvas_scene, found)
    if number is None:
        return None
    setting = Setting("value", number.word.capitalize(), 0.0, minimum=-LARGEST, maximum=LARGEST)
    editor = NumberEditor(setting, _spoken(number), round(number.value, 4), canvas.viewport())
    merge = f"touch.{number.tensor}.{number.place}.{gesture}"
    editor.edited.connect(
        lambda value, _finished: canvas.editing.touch((number.to(float(value)),), f"Set {number.word}", merge)
    )
    box = QRectF(number.at.x() - 34, number.at.y() - 13, 68, 26)
    editor.open_over(canvas.mapFromScene(box).boundingRect())
    return editor


def _spoken(number: Number) -> str:
    layer, places = called(number.tensor.partition(".")[0]), [place + 1 for place in number.place]
    if number.symbol == "b":
        return f"Bias of {layer}, neuron {places[0]}"
    return f"Weight of {layer}, neuron {places[0]}, input {places[1]}"


def open_menu(canvas: Canvas, found: Hit, place: QPoint) -> bool:
    """What can be done with the number under the pointer; False if there is none."""
    number = number_at(canvas.canvas_scene, found)
    experiment = canvas.experiment
    if number is None or experiment is None:
        return False
    layer = number.tensor.partition(".")[0]
    zero = f"Set {number.word} to 0"
    entries: dict[str, Callable[[], None] | None] = {
        f"Type the {number.word}": lambda: canvas.editing.type_touched(found),
        zero: lambda: canvas.editing.touch((number.to(0.0),), zero),
    }
    if number.symbol == "b":
        entries["Set all its weights to 0"] = lambda: zero_weights(canvas, layer, found.unit)
        if layer != "output":
            entries |= on_unit(canvas, layer, found.unit)
    entries[""] = None
    entries |= freeze_numbers(canvas, number, found.unit if number.symbol == "b" else -1)
    entries |= freeze_entry(canvas, layer)
    layer_menu(canvas, place, entries)
    return True


def freeze_numbers(canvas: Canvas, number: Number, unit: int) -> dict[str, Callable[[], None]]:
    """Freezing a number, or all numbers of a neuron; or letting them learn again."""
    layer = number.tensor.partition(".")[0]
    entries = {f"this {number.word}": [(number.tensor, number.place)]}
    weight = canvas.parameters.get(f"{layer}.weight")
    if unit >= 0 and weight is not None and weight.ndim == 2 and unit < len(weight):
        row = [(f"{layer}.weight", (unit, at)) for at in range(weight.shape[1])]
        entries["this neuron"] = [(number.tensor, number.place), *row]
    return dict(_freezing(canvas, words, numbers) for words, numbers in entries.items())


def _freezing(
    canvas: Canvas, what: str, numbers: list[tuple[str, tuple[int, ...]]]
) -> tuple[str, Callable[[], None]]:
    experiment = canvas.experiment
    assert experiment is not None
    free = any(place not in held_places(experiment, tensor) for tensor, place in numbers)
    words = f"Freeze {what}" if free else f"Let {what} learn again"

    def emit() -> None:
        try:
            canvas.edited.emit(hold(experiment, numbers, freeze=free), words, "")
        except EditError as reason:
            say_why(canvas.viewport(), str(reason)[:1].upper() + str(reason)[1:] + ".")

    return words, emit


def zero_weights(canvas: Canvas, layer: str, unit: int) -> None:
    """Cut a neuron off from all that it reads."""
    weight = canvas.parameters.get(f"{layer}.weight")
    if weight is not None and weight.ndim == 2 and unit < len(weight):
        touches = tuple(ByHand(f"{layer}.weight", (unit, at), 0.0) for at in range(weight.shape[1]))
        canvas.editing.touch(touches, "Set weights to 0")
