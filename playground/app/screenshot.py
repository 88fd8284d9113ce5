"""A picture of the window after so many steps, without a screen: `playground screenshot FILE OUT.png`."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Literal

from playground.experiment.model import Experiment

PATIENCE = 120.0  # seconds to wait for the engine


def take(
    experiment: Experiment,
    path: Path,
    size: tuple[int, int] = (1440, 900),
    theme_name: Literal["light", "dark"] = "light",
    steps: int = 0,
) -> None:
    """Train so many steps and save the window as a PNG; OSError if it cannot be written."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from playground.app.exceptions import Reporter
    from playground.app.settings import Settings
    from playground.app.start import application
    from playground.app.window import Window
    from playground.session.document import Document
    from playground.views.theme import theme

    app = application()
    theme().set(theme_name)
    theme().reduced_motion = True
    reporter = Reporter(app)
    window = Window(Document(experiment), Settings(theme=theme_name, keep_session=False), reporter)
    window.resize(*size)
    window.show()
    try:
        _train(window, steps)
        window.clock.flush()
        app.processEvents()
        picture = window.grab()
        if not picture.save(str(path), "PNG"):
            raise OSError(f"The picture could not be written to {path}.")
    finally:
        window.document.mark_saved(path)
        window.close()
        window.deleteLater()
        app.processEvents()


def _train(window: object, steps: int) -> None:
    """Wait for the engine, then for the steps; the window lives on meanwhile."""
    from PySide6.QtWidgets import QApplication

    from playground.app.window import Window

    assert isinstance(window, Window)
    deadline = time.monotonic() + PATIENCE

    def wait_for(ready: object) -> None:
        assert callable(ready)
        while not ready() and time.monotonic() < deadline:
            QApplication.processEvents()
            time.sleep(0.01)

    def loaded() -> bool:
        snapshot = window.trainer.latest()
        return snapshot is not None and snapshot.state != "loading"

    def done() -> bool:
        snapshot = window.trainer.latest()
        if snapshot is None:
            return False
        ended = snapshot.state in ("failed", "blocked") or bool(snapshot.stopped_by)
        return snapshot.steps >= steps or ended

    wait_for(loaded)
    if steps:
        window.trainer.step(steps)
        deadline = max(deadline, time.monotonic() + 3600.0)
        wait_for(done)
    until = time.monotonic() + 0.3
    wait_for(lambda: time.monotonic() > until)
