"""The canvas by keyboard: Tab walks the chips, arrows the tiles, + and − change units, Shift ↑ ↓ weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent

from playground.views.canvas import words
from playground.views.canvas.context_menu import open_by_key
from playground.views.canvas.hits import Hit
from playground.views.touch.keys import meant, nudge
from playground.views.touch.number import number_at
from playground.views.touch.touch import FINE_STEP, STEP

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_PAGES = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
_UNITS = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}


class Keyboard:
    """Turns keys into commands of the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas

    def press(self, event: QKeyEvent) -> bool:
        """True if the key was the canvas's own."""
        canvas, key = self._canvas, Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if key == Qt.Key.Key_0:
                canvas.fit()
            return key == Qt.Key.Key_0
        if key == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            canvas.editing.open_activations(canvas.selected_layer())
        elif key in _STEPS and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            nudge(canvas, -_STEPS[key] * (FINE_STEP if fine else STEP))
        elif key in _STEPS:
            self.walk_units(_STEPS[key])
        elif key in _PAGES:
            self._turn(_PAGES[key])
        elif key in _UNITS:
            canvas.editing.change_units(_UNITS[key])
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            canvas.editing.delete_selected()
        elif key == Qt.Key.Key_A:
            canvas.editing.add_layer_menu()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_F10 and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            open_by_key(canvas)
        else:
            return False
        return True

    def _enter(self) -> None:
        """As a click on the chip's number or menu; on a weight or a neuron, type its number."""
        scene = self._canvas.canvas_scene
        found = meant(self._canvas)
        item = scene.columns.get(found.name)
        name = found.name
        if number_at(scene, found) is not None:
            self._canvas.editing.type_touched(found)
        elif item is None:
            return
        elif item.text.number:
            self._canvas.editing.type_number(name)
        elif item.text.menu:
            self._canvas.editing.open_activations(name)

    def _turn(self, by: int) -> None:
        """Other units of a wide layer; the ring goes to the first of them."""
        scene = self._canvas.canvas_scene
        name, unit = scene.focused or scene.selected
        if name in scene.columns:
            scene.turn_page(name, by)
            if unit >= 0:
                self.go(name, scene.columns[name].units[0])

    def walk_units(self, step: int) -> None:
        """Up and down through the tiles of a column; above the first one is the chip."""
        scene = self._canvas.canvas_scene
        name, unit = scene.focused or scene.selected
        item = scene.columns.get(name)
        if item is None or not item.units:
            return
        here = item.units.index(unit) if unit in item.units else -1
        there = min(max(here + step, -1), len(item.units) - 1)
        self.go(name, item.units[there] if there >= 0 else -1)

    def walk_chips(self, forward: bool) -> bool:
        """To the next chip; False at the last one."""
        scene = self._canvas.canvas_scene
        names = [text.name for text in scene.texts]
        now = scene.focused
        here = names.index(now[0]) if now and now[0] in names else (-1 if forward else len(names))
        there = here + (1 if forward else -1)
        if 0 <= there < len(names):
            self.go(names[there], -1)
            return True
        return False

    def go(self, name: str, unit: int) -> None:
        """Move the ring, select, and tell a screen reader."""
        canvas = self._canvas
        canvas.hover.show(Hit())
        canvas.canvas_scene.focus((name, unit))
        canvas.select(name, unit)
        self.tell(words.Part("chip" if unit < 0 else "tile", name, unit))

    def tell(self, part: words.Part) -> None:
        """Tell a screen reader where the keyboard is."""
        canvas = self._canvas
        canvas.setAccessibleDescription(words.name_of(canvas.canvas_scene, part))
        QAccessible.updateAccessibility(QAccessibleEvent(canvas, QAccessible.Event.DescriptionChanged))
        if QAccessible.isActive():
            focused = QAccessibleEvent(canvas, QAccessible.Event.Focus)
            focused.setChild(words.parts(canvas.canvas_scene).index(part))
            QAccessible.updateAccessibility(focused)
