"""The Diagnostics page in the window: what it judges, and what its buttons do."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from playground.app import dialogs
from playground.session.diagnostics.inspection import Inspection

if TYPE_CHECKING:
    from playground.app.window import Window
    from playground.views.diagnostics.page import DiagnosticsPage

LOOK = 30  # milliseconds between two looks at a run that travels
PATIENCE = 400  # such looks


def page(window: Window) -> QWidget:
    """The page, made when it is first opened."""
    from playground.views.diagnostics.page import DiagnosticsPage

    made = DiagnosticsPage(window)
    made.wanted.connect(partial(inspect, window, made))
    made.edited.connect(window.edit)
    made.went_back.connect(partial(go_back, window))
    made.report.connect(partial(window.do, "report"))
    made.unlock.connect(partial(unlock, window, made))
    return made


def inspect(window: Window, made: DiagnosticsPage) -> None:
    """Judge the network on screen as it is now."""
    snapshot = window.trainer.latest()
    learned = window.trainer.learned()
    if learned is None or snapshot is None:
        made.show_nothing("Nothing to check yet.", "There is no network that can train.")
        return
    # Who has travelled to before that moment has seen the test set all the same.
    document = window.document.experiment
    seen = {"test_unlocked": document.test_unlocked, "opened": document.opened}
    experiment = window.shown.model_copy(update=seen)
    history = learned.curves(snapshot.history)
    made.show_inspection(
        Inspection(experiment, learned.values, learned.steps, history, window.reporter.report).start()
    )


def unlock(window: Window, made: DiagnosticsPage) -> None:
    """Open the test set, once the user has said yes, and judge again."""
    snapshot = window.trainer.latest()
    if snapshot is None or not dialogs.ask_to_unlock(window):
        return
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    window.document.unlock_test(snapshot.steps, now, window.shown if window.travelled else None)
    inspect(window, made)


def go_back(window: Window, step: int) -> None:
    """Go on from an earlier step of the run, as one undo entry."""
    trainer = window.trainer
    trainer.seek(step)
    timer = QTimer(window)
    looks = iter(range(PATIENCE))

    def look() -> None:
        snapshot = trainer.latest() if trainer is window.trainer else None
        there = snapshot is not None and snapshot.timeline.travelled and snapshot.steps == step
        if there and snapshot is not None:
            window.document.finish_merge()
            window.document.branch(snapshot.experiment, f"Go back to step {step:,}")
        if there or next(looks, None) is None:
            timer.stop()
            timer.deleteLater()

    timer.timeout.connect(look)
    timer.start(LOOK)
