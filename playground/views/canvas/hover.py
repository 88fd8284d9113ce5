"""What lights up under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from playground.views.canvas.hits import Hit
from playground.views.canvas.links import link_of
from playground.views.touch.number import number_at

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

_BUTTONS = ("insert", "start", "more", "tile", "skip")
_BUTTON_ZONES = ("less", "more", "menu")


class Hover:
    """Remembers what is under the pointer and marks the items."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.now = Hit()

    def show(self, found: Hit) -> None:
        """The pointer is over something else."""
        if found == self.now:
            return
        before, self.now = self.now, found
        self._canvas.canvas_scene.focused_edge = None
        self._mark(found)
        self.show_callout()
        self._canvas.pointed.emit(link_of(self._canvas.canvas_scene, found))
        scene = self._canvas.canvas_scene
        if found.kind == "tile" and scene.columns[found.name].text.look != "picture":
            self._canvas.hoveredUnit.emit(found.name, found.unit)
        elif before.kind == "tile":
            self._canvas.hoveredUnit.emit(None, 0)
        self._canvas.viewport().setCursor(self._cursor(found))
        scene.update()

    def _mark(self, found: Hit) -> None:
        scene = self._canvas.canvas_scene
        for name, item in scene.columns.items():
            here = found.name == name
            zone = {"chip": found.zone, "port": "port"}.get(found.kind, "") if here else ""
            item.chip.mark(hovered_zone=zone)
            item.more.is_hovered = here and found.kind == "more"
            for neuron in item.neurons:
                neuron.is_hovered = here and found.kind == "tile" and found.unit == neuron.unit
        for insert in scene.inserts:
            insert.set_hovered(found.kind == "insert" and found.gap == insert.gap)
        for skip in scene.skips:
            skip.is_hovered = found.kind == "skip" and (skip.source, skip.target) == (
                found.source,
                found.name,
            )
        scene.empty.is_hovered = found.kind == "start"
        for index, bundle in enumerate(scene.bundles):
            bundle.hovered = found.edge if found.kind == "edge" and found.bundle == index else None

    def show_callout(self) -> None:
        """The weight of the edge, or the bias of the tile, under the pointer, as it is now."""
        scene = self._canvas.canvas_scene
        number = number_at(scene, self.now)
        if number is None:
            scene.callout.setVisible(False)
        else:
            scene.callout.is_focused = scene.focused_edge is not None
            scene.callout.show_weight(number.value, number.at, number.symbol)

    def _cursor(self, found: Hit) -> Qt.CursorShape:
        if found.kind in _BUTTONS or found.zone in _BUTTON_ZONES:
            return Qt.CursorShape.PointingHandCursor
        if found.kind == "port":
            return Qt.CursorShape.CrossCursor
        if found.zone == "number":
            return Qt.CursorShape.IBeamCursor
        if found.kind == "chip" and self._canvas.canvas_scene.columns[found.name].text.editable:
            return Qt.CursorShape.OpenHandCursor
        return Qt.CursorShape.ArrowCursor
