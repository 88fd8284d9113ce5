"""Surgery from the menus of the canvas: operations on a layer or on one of its neurons."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from playground.experiment import edits
from playground.experiment.edits import EditError
from playground.experiment.model import Experiment
from playground.experiment.problems import problems
from playground.experiment.surgery import (
    Surgery,
    duplicate_layer,
    insert_identity,
    remove_unit,
    split_unit,
)
from playground.session.probe import KEPT
from playground.views.canvas.saying import say_why

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

NOT_KEPT = "Not kept:"
Operation = Callable[[Experiment], tuple[Experiment, Surgery]]


def on_layer(canvas: Canvas, layer: str) -> dict[str, Callable[[], None]]:
    """What can be done with a whole layer."""
    return {
        "Insert identity layer after": lambda: operate(
            canvas, "Insert identity layer", lambda experiment: insert_identity(experiment, layer)
        ),
        "Duplicate with its weights": lambda: operate(
            canvas, "Duplicate layer", lambda experiment: duplicate_layer(experiment, layer)
        ),
    }


def after_input(canvas: Canvas) -> dict[str, Callable[[], None]]:
    """What can be done behind the inputs."""
    return {
        "Insert identity layer after": lambda: operate(
            canvas, "Insert identity layer", lambda experiment: insert_identity(experiment, "input")
        )
    }


def freeze_entry(canvas: Canvas, layer: str) -> dict[str, Callable[[], None]]:
    """Freezing a layer, or letting it learn again; nothing where it has no parameters."""
    found = edits.freezing(canvas.experiment, layer) if canvas.experiment is not None else None
    if found is None:
        return {}
    words, changed = found
    return {words: lambda: canvas.edited.emit(changed, words, "")}


def on_unit(canvas: Canvas, layer: str, unit: int) -> dict[str, Callable[[], None]]:
    """What can be done with one neuron."""
    return {
        "Split this neuron": lambda: operate(
            canvas, "Split neuron", lambda experiment: split_unit(experiment, layer, unit)
        ),
        "Remove this neuron": lambda: operate(
            canvas, "Remove neuron", lambda experiment: remove_unit(experiment, layer, unit)
        ),
    }


def operate(canvas: Canvas, label: str, operation: Operation) -> None:
    """Hand out an operation, or say at the pointer why it cannot be made."""
    if canvas.experiment is None:
        return
    try:
        changed, surgery = operation(canvas.experiment)
        known = {str(problem) for problem in problems(canvas.experiment)}
        reason = next((p.message for p in problems(changed) if str(p) not in known), "")
    except EditError as error:
        reason = str(error)[:1].upper() + str(error)[1:] + "."
    if reason:
        say_why(canvas.viewport(), reason)
    else:
        canvas.operated.emit(changed, label, surgery)


def what_is_kept(moved: float | None) -> str:
    """What a change did to what had been learned, in words; "" where that says nothing."""
    if moved is None:
        return ""
    if not math.isfinite(moved):
        return f"{NOT_KEPT} some answers are no longer numbers. Undo takes it back."
    if moved < KEPT:
        return "Kept: the network answers as before."
    if moved < 100.0 * KEPT:
        return f"Nearly kept: this moved answers by up to {moved:.2g}."
    return f"{NOT_KEPT} this moved answers by up to {moved:.2g}. Undo takes it back."
