"""Travelling through the run: to any step, back to its end, into a branch, and the menu of runs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from playground.session.snapshot import BranchView, TimelineView
from playground.session.trainer import Trainer
from playground.views.widgets.passing_menu import passing_menu

if TYPE_CHECKING:
    from playground.app.window import Window


def seek(window: Window, step: int) -> None:
    """Show another step of the run; the future stays."""
    window.trainer.seek(step)


def step_back(window: Window) -> None:
    """One step back; the future stays."""
    snapshot = window.trainer.latest()
    if snapshot is not None and snapshot.steps > snapshot.timeline.first:
        window.trainer.seek(snapshot.steps - 1)


def epoch_back(window: Window) -> None:
    """Back to the evaluation before this step."""
    snapshot = window.trainer.latest()
    if snapshot is not None:
        before = snapshot.history.step[snapshot.history.step < snapshot.steps]
        window.trainer.seek(int(before[-1]) if len(before) else snapshot.timeline.first)


def first_step(window: Window) -> None:
    """To the first step that is kept."""
    window.trainer.seek(0)


def back_to_live(window: Window) -> None:
    """To the last step of the run."""
    window.trainer.back_to_live()


def watch(window: Window) -> None:
    """Show the run again from its first step, at the speed of the dial."""
    window.banner.clear()
    window.trainer.watch()


def branch_off(window: Window) -> None:
    """Begin a branch at the step on screen."""
    snapshot = window.trainer.latest()
    if snapshot is not None and snapshot.timeline.travelled:
        window.document.finish_merge()
        window.document.branch(snapshot.experiment, f"Continue from step {snapshot.steps:,}")


def show_branch(window: Window, branch: BranchView) -> None:
    """Bring another run of this session on screen, as one undo entry."""
    if branch.experiment is not None and not branch.current:
        window.document.finish_merge()
        window.document.branch(branch.experiment, f"Show {branch.name}", number=branch.number)


def pop_branches(window: Window) -> None:
    """The runs of this session: choose one, name, pin or discard it."""
    snapshot = window.trainer.latest()
    if snapshot is not None:
        menu = branch_menu(window, snapshot.timeline)
        corner = window.dock.mapToGlobal(window.dock.rect().topRight())
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))


def branch_menu(window: Window, timeline: TimelineView) -> QMenu:
    """One line a run that brings it on screen, then what can be done with each."""
    menu = passing_menu(window)
    branches = timeline.branches
    for branch in branches:
        action = menu.addAction(f"{branch.name}, {branch.tip:,} steps")
        action.setCheckable(True)
        action.setChecked(branch.current)
        action.triggered.connect(partial(show_branch, window, branch))
    menu.addSeparator()
    for branch in branches:
        _add_actions(menu.addMenu(branch.name), window, branch, window.trainer)
    menu.addSeparator()
    used, budget = timeline.nbytes / 1e6, timeline.budget / 1e6
    menu.addAction(f"Kept states: {used:,.1f} of {budget:,.0f} MB").setEnabled(False)
    return menu


def _add_actions(menu: QMenu, parent: QWidget, branch: BranchView, trainer: Trainer) -> None:
    menu.addAction("Rename…").triggered.connect(partial(_rename, parent, branch, trainer))
    pin = menu.addAction("Keep on reset")
    pin.setCheckable(True)
    pin.setChecked(branch.pinned)
    turned = partial(trainer.name_branch, branch.number, branch.name, not branch.pinned)
    pin.triggered.connect(turned)
    if not branch.current:
        menu.addAction("Discard").triggered.connect(partial(trainer.discard_branch, branch.number))


def _rename(parent: QWidget, branch: BranchView, trainer: Trainer) -> None:
    name, accepted = QInputDialog.getText(parent, "Rename run", "Name of this run", text=branch.name)
    if accepted and name.strip():
        trainer.name_branch(branch.number, name.strip()[:60], branch.pinned)
