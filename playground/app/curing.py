"""The page that tries cures, and how one of them is applied in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.experiment.model import Experiment

if TYPE_CHECKING:
    from playground.app.window import Window


def page(window: Window) -> QWidget:
    """Make the page; a cure that is applied is one undo step of the window."""
    from playground.views.cures.cures_page import CuresPage

    made = CuresPage(lambda: window.trainer.present(), lambda: window.trainer.last_good(), window)

    def apply(experiment: Experiment, label: str, merge: str) -> None:
        window.pages.leave()
        window.edit(experiment, label, merge)

    def begin_again(experiment: Experiment, label: str) -> None:
        window.pages.leave()
        window.document.begin_again(experiment, label)

    def go_back(step: int, experiment: Experiment, label: str) -> None:
        window.pages.leave()
        window.document.finish_merge()
        window.trainer.seek(step)
        window.document.apply(experiment, label)

    made.edited.connect(apply)
    made.wentBack.connect(go_back)
    made.restarted.connect(begin_again)
    return made


def show(window: Window) -> None:
    """Pause, and try the cures on forks of the run as it stands; or put the page away."""
    window.trainer.pause()
    window.pages.toggle("cures")
