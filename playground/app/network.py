"""Commands that act on the network and its history of edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.experiment.problems import problems
from playground.views.touch import keys

if TYPE_CHECKING:
    from playground.app.window import Window


def undo(window: Window) -> None:
    """Take the last change back."""
    window.document.undo()


def redo(window: Window) -> None:
    """Make the change again."""
    window.document.redo()


def delete_layer(window: Window) -> None:
    """Delete the selected layer."""
    window.canvas.editing.delete_selected()


def add_layer(window: Window) -> None:
    """Add a layer after the selected one."""
    window.canvas.editing.add_layer_menu()


def more_units(window: Window) -> None:
    """One unit more in the selected layer."""
    window.canvas.editing.change_units(1)


def fewer_units(window: Window) -> None:
    """One unit fewer in the selected layer."""
    window.canvas.editing.change_units(-1)


def next_weight(window: Window) -> None:
    """To the next weight that the selected neuron reads with."""
    keys.walk_weights(window.canvas, 1)


def last_weight(window: Window) -> None:
    """To the weight before."""
    keys.walk_weights(window.canvas, -1)


def choose_weight(window: Window) -> None:
    """Follow the weight in slow motion; else look along it in the loss landscape."""
    if keys.choose(window.canvas) and not window.slow.active:
        window.pages.leave()
        window.right.show_landscape_of_weights()
        window.ask_for_views()


def freeze(window: Window) -> None:
    """Freeze the selected weight, neuron or layer, or let it learn again."""
    keys.freeze(window.canvas)


def zero(window: Window) -> None:
    """Set the selected weight or bias to 0."""
    keys.zero(window.canvas)


def check(window: Window) -> None:
    """Say what is wrong with the experiment, or that nothing is."""
    found = problems(window.document.experiment)
    words = " ".join(problem.message for problem in found) or "Nothing is wrong. This experiment can train."
    window.banner.show_message(words, [])
