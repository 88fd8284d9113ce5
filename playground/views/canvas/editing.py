"""Editing the network on the canvas: each command hands out an edit, or says why it cannot be made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from playground.session.document import ByHand
from playground.views.activation_menu import ActivationMenu
from playground.views.canvas import commands, words
from playground.views.canvas.chip_item import words_area
from playground.views.canvas.columns import number_setting
from playground.views.canvas.commands import Edit, RefusedError
from playground.views.canvas.hits import Hit
from playground.views.canvas.layout import CHIP_HEIGHT
from playground.views.canvas.menus import choose_block
from playground.views.canvas.number_editor import NumberEditor
from playground.views.canvas.saying import say_why
from playground.views.touch.touch import type_number as type_touched_number

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas


class Editing:
    """Edits of the layers, with the menus and the field in which they are chosen and typed."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._scene = canvas.canvas_scene
        self._editor: NumberEditor | None = None
        self._menu: ActivationMenu | None = None
        self._menu_layer = ""

    def close_idle_editor(self) -> None:
        """Close the field of a number in which nobody types."""
        if self._editor is not None and not self._editor.hasFocus():
            self._editor.close_editor()

    def hand_out(self, edit: Edit) -> None:
        """Hand out an edit."""
        self._canvas.edited.emit(edit.experiment, edit.label, edit.merge)

    def attempt(self, make: Callable[..., Edit | None], *arguments: Any) -> bool:
        """Make an edit and hand it out, or say at the pointer why it is refused."""
        if self._canvas.experiment is None:
            return False
        try:
            edit = make(self._canvas.experiment, *arguments)
        except RefusedError as reason:
            say_why(self._canvas.viewport(), str(reason))
            return False
        if edit is None:
            return False
        self.hand_out(edit)
        return True

    def offer(self, ways: dict[str, Edit], target: str) -> None:
        """Make the only edit, or let one be chosen at the target's chip."""
        if len(ways) == 1:
            self.hand_out(next(iter(ways.values())))
            return
        chip = self._scene.arrangement.column(target).chip
        place = self._canvas.to_screen(QPointF(chip.x, chip.y + chip.height + 4))
        choose_block(self._canvas, place, lambda kind: self.hand_out(ways[kind]), tuple(ways))

    def connect_to(self, source: str, target: str) -> None:
        """Connect two layers, after a question where there are two ways."""
        if self._canvas.experiment is not None:
            try:
                self.offer(commands.connections(self._canvas.experiment, source, target), target)
            except RefusedError as reason:
                say_why(self._canvas.viewport(), str(reason))

    def disconnect_from(self, source: str, target: str) -> None:
        """Take a skip connection away."""
        self.attempt(commands.disconnect, source, target)

    def delete_selected(self) -> None:
        """Delete the selected connection or layer; its neighbours connect to each other."""
        if self._scene.selected_skip is not None:
            self.disconnect_from(*self._scene.selected_skip)
            return
        name = self._canvas.selected_layer()
        item = self._scene.columns.get(name)
        if item is not None and item.text.editable:
            self.attempt(commands.remove, name)

    def change_units(self, by: int) -> None:
        """Some units more or fewer in the selected layer."""
        self.change_units_of(self._canvas.selected_layer(), by, self._canvas.gestures.next_number())

    def change_units_of(self, name: str, by: int, gesture: int) -> None:
        """Some units more or fewer in a layer; edits of one gesture are undone together."""
        if name in self._scene.columns:
            self.attempt(commands.change_units, name, by, gesture)

    def start_with_six(self) -> None:
        """The first layer of an empty network."""
        self.attempt(commands.start_with_six)

    def insert(self, kind: str, gap: int | None = None) -> None:
        """Add a layer in a gap, or after the selected layer."""
        place = self._gap_after_selected() if gap is None else gap
        self.attempt(commands.insert, place, kind)

    def _gap_after_selected(self) -> int:
        names = [text.name for text in self._scene.texts]
        name = self._canvas.selected_layer()
        last = max(0, len(names) - 2)
        return min(names.index(name), last) if name in names else last

    def add_layer_menu(self) -> None:
        """Open the menu of blocks for the gap after the selected layer."""
        self.open_blocks(self._gap_after_selected())

    def open_blocks(self, gap: int) -> None:
        """Open the menu of blocks at a gap."""
        if 0 <= gap < len(self._scene.inserts):
            x = self._scene.inserts[gap].x()
            place = self._canvas.to_screen(QPointF(x - 12, self._scene.arrangement.columns[0].chip.y + 36))
            choose_block(self._canvas, place, lambda kind: self.insert(kind, gap))

    def open_activations(self, name: str) -> None:
        """Open the menu of activations below a chip."""
        if self._canvas.experiment is None or name not in self._scene.columns:
            return
        if self._menu is None:
            self._menu = ActivationMenu(self._canvas)
            self._menu.chosen.connect(self._activation_chosen)
            self._canvas.preview.watch(self._menu, lambda: (self._canvas.experiment, self._menu_layer))
        self._menu_layer = name
        chip = self._scene.arrangement.column(name).chip
        # to the left, so that what the layer changes stays in sight
        place = self._canvas.to_screen(QPointF(chip.x - 12, chip.y)) - QPoint(self._menu.width_of_card(), 0)
        layer = self._canvas.experiment.layer(name)
        current = getattr(layer, "activation", None)
        key = current.kind if current is not None else words.output_activation_key(self._canvas.experiment)
        self._menu.choose(key, place, output=name == "output")

    def _activation_chosen(self, key: str) -> None:
        self.attempt(commands.set_activation, self._menu_layer, key)

    def type_number(self, name: str) -> None:
        """Let the number on a chip be typed."""
        item = self._scene.columns.get(name)
        if self._canvas.experiment is None or item is None or not item.text.number:
            return
        layer = self._canvas.experiment.layer(name)
        setting = number_setting(layer)
        assert setting is not None
        chip = self._scene.arrangement.column(name).chip
        left, right = words_area(item.text, item.chip.form)
        area = QRectF(chip.x + left, chip.y + 3, right - left, CHIP_HEIGHT - 6)
        editor = NumberEditor(setting, item.text.spoken, getattr(layer, setting.key), self._canvas.viewport())
        gesture = self._canvas.gestures.next_number()
        merge = f"canvas.{name}.{setting.key}.{gesture}"
        editor.edited.connect(lambda value, _finished: self.attempt(commands.set_number, name, value, merge))
        editor.closed.connect(self._editor_closed)
        self._editor = editor
        editor.open_over(self._canvas.mapFromScene(area).boundingRect())

    def touch(self, touches: tuple[ByHand, ...], label: str, merge: str = "") -> None:
        """Hand out weights that were set by hand."""
        self._canvas.nudged = None
        self._canvas.touched.emit(touches, label, merge)

    def type_touched(self, found: Hit) -> None:
        """Let the weight of an edge or the bias of a tile be typed."""
        editor = type_touched_number(self._canvas, found, self._canvas.gestures.next_number())
        if editor is not None:
            editor.closed.connect(self._editor_closed)
            self._editor = editor

    def _editor_closed(self) -> None:
        had_focus = self._editor is not None and self._canvas.focusWidget() is self._editor
        self._editor = None
        if had_focus:
            self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)
