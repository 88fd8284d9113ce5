"""A window to test, closed again in the end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from playground.app.exceptions import Reporter
from playground.app.sessions import find_session
from playground.app.settings import Settings
from playground.app.start import application
from playground.app.window import Window
from playground.experiment import edits
from playground.session.document import Document


@pytest.fixture
def open_window(qtbot, home):
    opened = []

    def opener(experiment=None, resume=None):
        application()
        window = Window(
            Document(experiment or edits.default_experiment()),
            Settings(theme="light"),
            Reporter(QApplication.instance()),
            resume,
        )
        window.slot, _ = find_session(False)
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        qtbot.waitUntil(lambda: is_ready(window))
        opened.append(window)
        return window

    yield opener
    for window in opened:
        window.close()
        if window.slot is not None:
            window.slot.release()
        window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def is_ready(window):
    snapshot = window.trainer.latest()
    return snapshot is not None and snapshot.state != "loading"
