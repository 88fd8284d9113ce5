"""File > Report…: answers stay with the experiment, and the page is written in the background."""

import pytest
from PySide6.QtWidgets import QFileDialog

from playground.app import reporting
from playground.experiment import edits, scoring
from playground.views.report.dialog import ReportDialog


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A hundred resamples are enough to see that there are intervals."""
    monkeypatch.setattr(scoring, "_COST", 1)


def dialog_of(window):
    reporting.report(window)
    return window.findChildren(ReportDialog)[-1]


@pytest.mark.parametrize("suffix", [".html", ".pdf"])
def test_a_report_is_written_with_the_answers(open_window, qtbot, monkeypatch, tmp_path, suffix):
    window = open_window()
    window.trainer.step(20)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 20)
    path = tmp_path / f"report{suffix}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    dialog = dialog_of(window)
    assert dialog.other_seeds.isChecked()
    dialog.other_seeds.setChecked(suffix == ".html")
    dialog.fields["learned"].setPlainText("Which spiral arm.")
    dialog.accept()
    qtbot.waitUntil(lambda: window.banner.text().startswith("Wrote the report"))
    assert window.document.experiment.answers.learned == "Which spiral arm."
    assert window.document.modified
    assert not window.document.can_undo
    content = path.read_bytes()
    if suffix == ".html":
        assert b"Which spiral arm." in content
        assert b"Judged over 5 seeds" in content
    else:
        assert content.startswith(b"%PDF")


def test_answers_given_in_the_past_are_kept_without_a_branch(open_window, qtbot, monkeypatch, tmp_path):
    window = open_window()
    window.trainer.step(60)
    qtbot.waitUntil(lambda: window.trainer.latest().steps == 60)
    window.trainer.seek(20)
    qtbot.waitUntil(lambda: window.travelled and window.trainer.latest().steps == 20)
    path = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    dialog = dialog_of(window)
    dialog.other_seeds.setChecked(False)
    dialog.fields["given"].setPlainText("Points on a spiral.")
    dialog.accept()
    qtbot.waitUntil(lambda: window.banner.text().startswith("Wrote the report"))
    assert b"Points on a spiral." in path.read_bytes()
    assert window.travelled
    assert len(window.trainer.latest().timeline.branches) == 1
    assert dialog_of(window).fields["given"].toPlainText() == "Points on a spiral."
    window.edit(edits.set_value(window.shown, "training.batch_size", 5), "Batch size")
    assert window.document.experiment.answers.given == "Points on a spiral."


def test_nothing_is_written_or_changed_without_a_place(open_window, monkeypatch):
    window = open_window()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: ("", ""))
    dialog = dialog_of(window)
    dialog.fields["given"].setPlainText("Points.")
    dialog.accept()
    assert not window.document.modified
