"""The residuals page in the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from playground.app.window import Window


def page(window: Window) -> QWidget:
    """The page, made when it is first opened."""
    from playground.views.residuals.page import ResidualsPage

    made = ResidualsPage(window)
    made.followed.connect(window.follow_sample)
    made.asked.connect(partial(show_neuron, window))
    return made


def show_neuron(window: Window, layer: str, unit: int) -> None:
    """Go back to the network, with this neuron selected."""
    window.pages.leave()
    window.canvas.select(layer, unit)
