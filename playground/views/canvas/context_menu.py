"""The menu of whatever the pointer is on, or the keyboard: a weight, a neuron, a layer, a connection."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint

from playground.views.canvas import commands, words
from playground.views.canvas.hits import Hit
from playground.views.canvas.menus import Command, layer_menu
from playground.views.canvas.operations import after_input, freeze_entry, on_layer
from playground.views.touch.keys import meant
from playground.views.touch.touch import open_menu

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

Entries = dict[str, Command]


def open_by_key(canvas: Canvas) -> None:
    """The menu of what has the keyboard, below it."""
    found, scene = meant(canvas), canvas.canvas_scene
    if found.kind == "edge":
        part = words.Part("edge", unit=found.edge, bundle=found.bundle)
    elif found.kind in ("tile", "chip"):
        part = words.Part(found.kind, found.name, found.unit)
    elif scene.selected_skip is not None:
        found = Hit("skip", scene.selected_skip[1], source=scene.selected_skip[0])
        part = words.Part(
            "skip", bundle=[(s.source, s.target) for s in scene.skips].index(scene.selected_skip)
        )
    else:
        return
    open_for(canvas, found, canvas.to_screen(words.place_of(scene, part).bottomLeft()))


def open_for(canvas: Canvas, found: Hit, place: QPoint) -> None:
    """Open the menu of one thing on the canvas; nothing where it has none."""
    if found.kind == "skip":
        canvas.select_skip(found.source, found.name)
        layer_menu(canvas, place, {"Delete connection": canvas.editing.delete_selected})
        return
    if open_menu(canvas, found, place):
        return
    item = canvas.canvas_scene.columns.get(found.name)
    if item is None:
        return
    canvas.select(found.name, -1)
    if found.name == "input":
        layer_menu(canvas, place, {**after_input(canvas), **_connections(canvas, found.name)})
    elif not item.text.editable:
        layer_menu(canvas, place, {**freeze_entry(canvas, found.name), **_connections(canvas, found.name)})
    else:
        layer_menu(canvas, place, _of_layer(canvas, found.name))


def _of_layer(canvas: Canvas, name: str) -> Entries:
    names = [text.name for text in canvas.canvas_scene.texts]
    here = names.index(name)  # also the gap after it, as gap 0 is before the first layer
    entries: Entries = {}
    if canvas.canvas_scene.columns[name].text.number:
        entries["Type the number"] = lambda: canvas.editing.type_number(name)
    entries["Copy beside"] = lambda: canvas.editing.attempt(commands.copy, name, here)
    entries["Add layer after…"] = canvas.editing.add_layer_menu
    if here > 1:
        entries["Move to the left"] = lambda: canvas.editing.attempt(commands.move, name, here - 2)
    if here < len(names) - 2:
        entries["Move to the right"] = lambda: canvas.editing.attempt(commands.move, name, here + 1)
    entries |= on_layer(canvas, name)
    entries |= freeze_entry(canvas, name)
    entries |= _connections(canvas, name)
    entries[""] = None
    entries["Delete"] = canvas.editing.delete_selected
    return entries


def _connections(canvas: Canvas, name: str) -> Entries:
    """The layers further right to connect to, and those whose skip connections can be taken away."""
    scene = canvas.canvas_scene
    here = next(place for place, text in enumerate(scene.texts) if text.name == name)
    entries: Entries = {}
    if name != "output":
        entries["Connect to"] = {
            text.spoken: partial(canvas.editing.connect_to, name, text.name)
            for text in scene.texts[here + 2 :]
        }
    sources = [skip.source for skip in scene.skips if skip.target == name]
    if sources:
        entries["Disconnect from"] = {
            scene.columns[source].text.spoken: lambda source=source: canvas.editing.disconnect_from(
                source, name
            )  # type: ignore[misc]
            for source in sources
        }
    return entries
