"""Gets ready what pages and dialogs need first, a little at a time, so that opening one blocks nothing.

Views that were not needed for the first picture are imported one by one once the engine is there, and so are
the classes made that describe what can be chosen.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from playground import views
from playground.catalog import registries
from playground.experiment.model import model_of

if TYPE_CHECKING:
    from playground.app.window import Window

PAUSE = 30  # milliseconds between two pieces, which take some five


def pieces() -> Iterator[str]:
    """Do one piece of the work with each step; tells what it was."""
    for module in walk_packages(views.__path__, f"{views.__name__}."):
        if module.name not in sys.modules and not module.name.endswith(".__main__"):
            import_module(module.name)
            yield module.name
    for kind, registry in registries.items():
        for entry in registry:
            model_of(kind, entry)
            yield f"{kind} {entry.key}"


def get_ready(window: Window) -> None:
    """Begin when the first picture is there, and end with the window at the latest."""
    work = pieces()
    timer = QTimer(window)
    timer.setInterval(PAUSE)

    def do_a_piece() -> None:
        snapshot = window.trainer.latest()
        if snapshot is not None and snapshot.state != "loading" and next(work, None) is None:
            timer.stop()
            window.ready.emit()

    timer.timeout.connect(do_a_piece)
    window.closing.connect(timer.stop)
    timer.start()
