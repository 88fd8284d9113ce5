"""The menu of runs: every branch of the session, to be shown, named, pinned or let go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from playground.session.snapshot import BranchView, TimelineView
from playground.session.trainer import Trainer


def branch_menu(
    parent: QWidget,
    timeline: TimelineView,
    choose: Callable[[BranchView], None],
    trainer: Trainer,
) -> QMenu:
    """One line a run that brings it on screen, then what can be done with each."""
    menu = QMenu(parent)
    branches = timeline.branches
    for branch in branches:
        action = menu.addAction(f"{branch.name}, {branch.tip:,} steps")
        action.setCheckable(True)
        action.setChecked(branch.current)
        action.triggered.connect(partial(choose, branch))
    menu.addSeparator()
    for branch in branches:
        _add_actions(menu.addMenu(branch.name), parent, branch, trainer)
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
