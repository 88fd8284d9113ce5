"""The page "Is it luck?" in the window, and the experiments that are at hand to compare with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from playground.app.exporting import export
from playground.session.repeat import Side

if TYPE_CHECKING:
    from playground.app.window import Window
    from playground.experiment.model import Data


def page(window: Window) -> QWidget:
    """The page, made when it is first opened."""
    from playground.views.luck.page import LuckPage

    made = LuckPage(window)
    made.rivals.opening.connect(lambda: made.set_rivals(rivals(window)))
    made.exportRequested.connect(partial(export, window, made))
    made.found.connect(window.seeds.keep)
    return made


def rivals(window: Window) -> tuple[Side, ...]:
    """The experiment before the last change, and those of the other runs of this session."""
    document, found = window.document, []
    before = document.before_last
    if before is not None:
        found.append(Side(f"before “{document.undo_label}”", before))
    snapshot = window.trainer.latest()
    branches = snapshot.timeline.branches if snapshot is not None else ()
    for branch in branches:
        if not branch.current and branch.experiment not in (None, window.shown):
            found.append(Side(branch.name, branch.experiment))
    found += [Side(run.name, run.experiment) for run in window.pins.runs if run.experiment != window.shown]
    data = window.shown.data
    found = [side for side in found if _same_samples(side.experiment.data, data)]
    first = {side.experiment.model_dump_json(): side for side in reversed(found)}
    return tuple(side for side in found if first[side.experiment.model_dump_json()] is side)


def _same_samples(one: Data, other: Data) -> bool:
    """True if two experiments learn the same from the same data set, so that seeds make pairs."""
    return (one.dataset, one.target) == (other.dataset, other.target)
