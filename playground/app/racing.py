"""The page of races, and how a lane is taken into the window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.app.exporting import export
from playground.experiment.model import Experiment

if TYPE_CHECKING:
    from playground.app.window import Window


def page(window: Window) -> QWidget:
    """Make the page; a lane that is opened comes into the window as one undo step."""
    from playground.views.race.race_page import RacePage

    made = RacePage(window)

    def take(experiment: Experiment, label: str, merge: str) -> None:
        window.pages.leave()
        window.edit(experiment, label, merge)

    made.edited.connect(take)
    made.set_seeds(window.seeds)
    made.seeds.found.connect(window.seeds.keep)

    def look() -> None:
        made.set_seeds(window.seeds)

    window.seeds.changed.connect(look)
    made.exportRequested.connect(partial(export, window, made))
    made.ended.connect(lambda: window.seeds.changed.disconnect(look, missing_ok=True))
    return made
