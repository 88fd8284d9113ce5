"""A newcomer with a table: from the file to a trained network with a report, by mouse alone."""

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from playground.experiment import scoring
from playground.views.report.dialog import ReportDialog
from playground.views.tables.dialog import TableDialog

MOST_CLICKS = 12


class Mouse:
    """Clicks, and counts them."""

    def __init__(self):
        self.clicks = 0

    def click(self, widget, place=None):
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=place or widget.rect().center())

    def choose(self, window, *lines):
        """Click on the menu button, then on each line."""
        self.clicks += 1 + len(lines)
        menu = window.menu
        for line in lines[:-1]:
            menu = next(action.menu() for action in menu.actions() if action.text() == line)
        next(action for action in menu.actions() if action.text() == lines[-1]).trigger()

    def drop(self, window, path):
        self.clicks += 1
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path))])
        place = QPointF(window.rect().center())
        buttons = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        window.dropEvent(QDropEvent(place, Qt.DropAction.CopyAction, mime, *buttons))


@pytest.fixture
def table(tmp_path):
    """Two years of a river, written as a spreadsheet program would."""
    rng = np.random.default_rng(1)
    rain, snow = rng.gamma(1.0, 4.0, 300), rng.uniform(0.0, 80.0, 300)
    level = 1.0 + 0.05 * rain + 0.01 * snow + rng.normal(0.0, 0.05, 300)
    rows = "\n".join(f"{a:.1f},{b:.0f},{c:.2f}" for a, b, c in zip(rain, snow, level, strict=True))
    path = tmp_path / "river.csv"
    path.write_text(f"Rain [mm],Snow [cm],Level [m]\n{rows}\n", encoding="utf-8")
    return path


def test_from_a_table_to_a_report_in_few_clicks(open_window, qtbot, monkeypatch, tmp_path, table):
    monkeypatch.setattr(scoring, "_COST", 1)
    report = tmp_path / "report.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(report), ""))
    window, mouse = open_window(), Mouse()
    mouse.drop(window, table)
    dialog = window.findChild(TableDialog)
    qtbot.waitUntil(lambda: dialog.use.isEnabled())
    mouse.click(dialog.use)
    qtbot.waitUntil(lambda: window.document.experiment.data.dataset.kind == "table")
    assert window.document.experiment.name == "river"
    mouse.click(window.top_bar._play)
    qtbot.waitUntil(lambda: window.trainer.latest().steps > 200)
    mouse.click(window.top_bar._play)
    qtbot.waitUntil(lambda: window.trainer.latest().state == "paused")
    mouse.choose(window, "File", "Report…")
    asked = window.findChild(ReportDialog)
    mouse.click(asked.write)
    mouse.clicks += 1  # Save, in the file dialog of the system
    qtbot.waitUntil(lambda: window.banner.text().startswith("Wrote the report"))
    text = report.read_text(encoding="utf-8")
    assert "Level" in text
    assert mouse.clicks <= MOST_CLICKS
