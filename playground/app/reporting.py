"""File > Report…: the questions, then one page written in the background."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from playground.app import dialogs
from playground.experiment.data import prepare
from playground.experiment.store import NotSaved, shown
from playground.session.diagnostics.diagnosis import Diagnosis
from playground.session.diagnostics.inspection import Inspection
from playground.session.report import Writing
from playground.session.report.questions import questions
from playground.session.table_answers import Learned

if TYPE_CHECKING:
    from playground.app.window import Window
    from playground.views.report.dialog import ReportDialog

POLL = 100  # milliseconds


def report(window: Window) -> None:
    """Ask what only the author knows, and then where to write."""
    learned = window.trainer.learned()
    if learned is None:
        window.banner.show_message("There is nothing to report yet: it cannot train as it is.", [])
        return
    from playground.views.report.dialog import ReportDialog

    said = {"answers": window.document.experiment.answers}
    experiment = learned.experiment.model_copy(update=said)
    asked = questions(experiment, prepare(experiment.data, experiment.seed))
    known = _known(window, learned)
    dialog = ReportDialog(asked, experiment.checks.seeds if known is None else 0, window)
    dialog.accepted.connect(partial(_write, window, dialog))
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()


def _write(window: Window, dialog: ReportDialog) -> None:
    """Keep the answers, ask for a place and begin."""
    answers, other_seeds = dialog.answers(), dialog.other_seeds.isChecked()
    path = dialogs.choose_report(window, window.document.experiment.name)
    if path is None:
        return
    window.document.answer(answers, window.travelled)
    learned, snapshot = window.trainer.learned(), window.trainer.latest()
    if learned is None or snapshot is None:
        return
    learned = replace(learned, experiment=learned.experiment.model_copy(update={"answers": answers}))
    writing = Writing(learned, learned.curves(snapshot.history), other_seeds, _known(window, learned))
    window.closing.connect(writing.end)
    buttons = [("Skip other seeds", writing.enough)] if other_seeds and learned.steps else []
    window.banner.show_message(
        f"Writing the report as of step {learned.steps:,}…", [*buttons, ("Cancel", writing.cancel)]
    )
    timer = QTimer(window)
    timer.setInterval(POLL)
    timer.timeout.connect(partial(_look, window, writing, path, timer))
    timer.start()


def _known(window: Window, learned: Learned) -> Diagnosis | None:
    """What the Diagnostics page has found of this very network, if it is done."""
    page = window.pages.page("diagnostics")
    inspection = getattr(page, "inspection", None)
    if not isinstance(inspection, Inspection) or not inspection.state().done:
        return None
    same = inspection.judges(learned.experiment, learned.values, learned.steps)
    return inspection.state().diagnosis if same else None


def _look(window: Window, writing: Writing, path: Path, timer: QTimer) -> None:
    if not writing.done:
        return
    timer.stop()
    timer.deleteLater()
    if writing.problem:
        window.banner.show_message(writing.problem, [], verdict="fail")
    elif writing.report is None:
        window.banner.show_message("Stopped. No report was written.", [])
    else:
        from playground.app.report_file import save

        try:
            save(writing.report, path)
        except NotSaved as error:
            window.banner.show_message(str(error), [("Report…", partial(report, window))], verdict="fail")
            return
        show = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(path)))
        window.banner.show_message(f"Wrote the report to {shown(path)}.", [("Open it", show)])
