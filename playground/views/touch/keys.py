"""Weights and biases by keyboard: walk along the weights of a neuron, set, freeze and zero them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.views.canvas.hits import Hit
from playground.views.canvas.operations import freeze_entry
from playground.views.canvas.saying import say_why
from playground.views.touch.number import Number, number_at
from playground.views.touch.touch import choose_weight, freeze_numbers

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

PATIENCE = 1.0  # seconds for which a number counts as asked for, whatever the last picture shows
NOTHING = "Choose a neuron first: Tab to its layer, then ↓. W walks along its weights."

NO_WEIGHT = "Walk to a weight first: Tab to a layer, ↓ to a neuron, then W."


@dataclass(frozen=True)
class Nudge:
    """A number that a key raised or lowered: where it lies, what was asked for, and when."""

    place: tuple[str | int, ...]
    asked: float
    when: float


def meant(canvas: Canvas) -> Hit:
    """What keys act on: the edge or tile that is lit, else the neuron or the chip with the ring."""
    if canvas.hover.now.kind in ("edge", "tile"):
        return canvas.hover.now
    name, unit = canvas.canvas_scene.focused or canvas.canvas_scene.selected
    if name not in canvas.canvas_scene.columns:
        return Hit()
    return Hit("tile", name, unit) if unit >= 0 else Hit("chip", name, zone="title")


def number_meant(canvas: Canvas) -> Number | None:
    """The weight or bias that keys act on; where there is none, the canvas says how to choose one."""
    number = number_at(canvas.canvas_scene, meant(canvas))
    if number is None:
        say_why(canvas.viewport(), NOTHING)
    return number


def walk_weights(canvas: Canvas, by: int) -> None:
    """To the next of the weights that the neuron reads with, in the order of what it reads."""
    found, scene = meant(canvas), canvas.canvas_scene
    for index, bundle in enumerate(scene.bundles):
        units = scene.columns[bundle.target].units
        if found.kind == "edge" and found.bundle == index:
            row = int(bundle.targets[found.edge])
        elif found.kind == "tile" and found.name == bundle.target and found.unit in units:
            row = units.index(found.unit)
        else:
            continue
        edges = np.flatnonzero(bundle.targets == row).tolist() if bundle.weights is not None else []
        if edges:
            here = edges.index(found.edge) if found.kind == "edge" else -1 if by > 0 else 0
            canvas.focus_edge(index, edges[(here + by) % len(edges)])
            return
    say_why(canvas.viewport(), NOTHING)


def choose(canvas: Canvas) -> bool:
    """Choose the weight that is lit, as a click does; False where none is."""
    chosen = choose_weight(canvas, meant(canvas))
    if not chosen:
        say_why(canvas.viewport(), NO_WEIGHT)
    return chosen


def nudge(canvas: Canvas, by: float) -> None:
    """Raise or lower the weight or bias; keys may come faster than pictures do."""
    number, last, now = number_meant(canvas), canvas.nudged, time.monotonic()
    if number is None:
        return
    recent = last is not None and last.place == (number.tensor, *number.place) and now - last.when < PATIENCE
    asked = round((last.asked if last is not None and recent else number.value) + by, 4)
    merge = f"touch.{number.tensor}.{number.place}.keys"
    canvas.editing.touch((number.to(asked),), f"Set {number.word}", merge)
    canvas.nudged = Nudge((number.tensor, *number.place), asked, now)


def zero(canvas: Canvas) -> None:
    """Set the weight or bias to 0."""
    number = number_meant(canvas)
    if number is not None:
        canvas.editing.touch((number.to(0.0),), f"Set {number.word} to 0")
        canvas.nudged = Nudge((number.tensor, *number.place), 0.0, time.monotonic())


def freeze(canvas: Canvas) -> None:
    """Freeze the weight, the neuron or the layer that is meant, or let it learn again."""
    found = meant(canvas)
    number = number_at(canvas.canvas_scene, found)
    if number is not None:
        entries = freeze_numbers(canvas, number, found.unit if found.kind == "tile" else -1)
    else:
        entries = freeze_entry(canvas, found.name) if found.kind == "chip" and found.name != "input" else {}
    if entries:
        list(entries.values())[-1]()
    else:
        say_why(canvas.viewport(), NOTHING)
