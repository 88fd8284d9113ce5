"""Start the window: paint first, load the engine after, and leave nothing behind when it closes."""

from __future__ import annotations

import gc
import locale
import os
import sys
from pathlib import Path

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication

from playground.app.exceptions import Reporter, start_log
from playground.app.garbage import collect_here
from playground.app.sessions import find_session, left_behind
from playground.app.settings import Settings, load_settings
from playground.catalog.tables import SUFFIXES
from playground.experiment.edits import default_experiment
from playground.experiment.files import FileProblems, load
from playground.experiment.model import Experiment
from playground.session.document import Document
from playground.session.keep import Kept
from playground.session.pins import PinBoard

KEPT_PIXELS = 131_072  # kilobytes of drawn columns and chips that the canvas keeps between frames


def fitting(wanted: QRect, screens: list[QRect]) -> QRect:
    """Where a window that stood there is in sight as a whole; no valid place if its screen is gone.

    The screen may be smaller now: a projector in place of a monitor.
    """
    screen = max(screens, key=lambda each: each.intersected(wanted).width(), default=QRect())
    if not wanted.isValid() or screen.intersected(wanted).width() <= 200:
        return QRect()
    size = wanted.size().boundedTo(screen.size())
    x = min(max(wanted.x(), screen.x()), screen.x() + screen.width() - size.width())
    y = min(max(wanted.y(), screen.y()), screen.y() + screen.height() - size.height())
    return QRect(x, y, size.width(), size.height())


def _place(window: object, settings: Settings) -> None:
    """Where the window stood, if a screen is still there; else a size that fits the screen."""
    from playground.app.window import Window

    assert isinstance(window, Window)
    screens = [screen.availableGeometry() for screen in QApplication.screens()]
    wanted = fitting(QRect(*settings.window) if settings.window else QRect(), screens)
    if wanted.isValid():
        window.setGeometry(wanted)
    elif screens:
        screen = screens[0]
        window.resize(min(1440, screen.width()), min(900, screen.height()))
    if settings.maximized:
        window.setWindowState(Qt.WindowState.WindowMaximized)


def application() -> QApplication:
    """The one QApplication, with the program's name and look."""
    from playground.views.accessible import install
    from playground.views.theme import theme

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    for kind in (locale.LC_TIME, locale.LC_NUMERIC):  # Qt has taken the user's: "Dec" were no month in German
        locale.setlocale(kind, "C")
    app.setApplicationName("Network Playground")
    app.setApplicationDisplayName("")
    app.setDesktopFileName("network-playground")
    QPixmapCache.setCacheLimit(KEPT_PIXELS)
    theme().apply(app)
    install()
    collect_here(app)
    return app


def main(file: str | Path | None = None) -> int:
    """Open the window on a file, a preset, the last session or the default experiment; exit status."""
    close_log = start_log()
    app = application()
    settings = load_settings()
    from playground.views.theme import theme

    theme().set(settings.theme)
    theme().reduced_motion = settings.reduced_motion
    slot, kept = find_session(settings.keep_session and file is None)
    later = file is not None and Path(file).suffix.lower() in (".run", *SUFFIXES) and os.path.isfile(file)
    experiment, path, complaint = _first_experiment(None if later else file, kept)

    from playground.app import filing
    from playground.app.window import Window

    reporter = Reporter(app)
    document = Document(experiment, path)
    if kept is not None:
        document.recall_saved(kept.saved)
    window = Window(document, settings, reporter, kept.arrays if kept else None)
    window.slot = slot
    if kept is not None:
        window.pins = PinBoard(kept.pins)
        window.seeds.recall(kept.seeds)
    reporter.install()
    window.ready.connect(gc.freeze)  # what is there now stays: looking through it takes a tenth of a second
    _place(window, settings)
    window.show()
    if later and file is not None:
        filing.open_path(window, Path(str(file)))
    if complaint:
        window.banner.show_message(complaint, [], verdict="fail")
    elif kept is not None and not kept.closed:
        window.show_recovery(left_behind())
    elif left_behind():
        window.show_recovery(True)
    status = app.exec()
    window.deleteLater()
    app.processEvents()
    if slot is not None:
        slot.release()
    close_log()
    return status


def _first_experiment(file: str | Path | None, kept: Kept | None) -> tuple[Experiment, Path | None, str]:
    """What to open, where it is saved, and what to complain about."""
    if file is not None:
        try:
            experiment = load(file)
        except FileProblems as error:
            return default_experiment(), None, str(error)
        path = Path(file)
        return experiment, path if path.is_file() else None, ""
    if kept is not None:
        return kept.experiment, kept.path, ""
    return default_experiment(), None, ""
