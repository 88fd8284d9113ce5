"""File > Predict on a table…: what the network says to each row, written beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from playground.app import dialogs
from playground.experiment.store import shown
from playground.session.table_answers import TableAnswers

if TYPE_CHECKING:
    from playground.app.window import Window

POLL = 100  # milliseconds


def predict(window: Window) -> None:
    """Ask for a table and for a place, then answer in the background."""
    learned = window.trainer.learned()
    if learned is None:
        window.banner.show_message("There is no network to ask yet: it cannot train as it is.", [])
        return
    table = dialogs.choose_table(window, "Predict on a table")
    out = dialogs.choose_predictions(window, table) if table is not None else None
    if table is None or out is None:
        return
    answers = TableAnswers(learned, table, out)
    window.closing.connect(answers.end)
    words = f"Asking the network as of step {learned.steps:,} about {shown(table)}…"
    window.banner.show_message(words, [("Cancel", answers.cancel)])
    timer = QTimer(window)
    timer.setInterval(POLL)
    timer.timeout.connect(partial(_look, window, answers, timer))
    timer.start()


def _look(window: Window, answers: TableAnswers, timer: QTimer) -> None:
    if not answers.done:
        return
    timer.stop()
    timer.deleteLater()
    if answers.problem:
        window.banner.show_message(
            answers.problem, [("Another table…", partial(predict, window))], verdict="fail"
        )
    elif answers.words:
        window.banner.show_message(answers.words, [])
    else:
        window.banner.show_message("Stopped. No predictions were written.", [])
