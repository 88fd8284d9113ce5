"""Opens one view alone: `python -m playground.views.training_panel [--dark] [--out PICTURE.png]`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from playground.views.theme import theme


def show_alone(make: Callable[[], QWidget]) -> None:
    """Show the widget that `make` builds, or write its picture and leave."""
    parser = argparse.ArgumentParser(description="Shows one view alone.")
    parser.add_argument("--dark", action="store_true", help="dark colours")
    parser.add_argument("--out", metavar="PICTURE.png", help="write a picture instead of opening a window")
    options = parser.parse_args()
    if options.out:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    theme().apply(app)
    theme().set("dark" if options.dark else "light")
    view = make()
    view.show()
    if options.out:
        QTimer.singleShot(300, lambda: (view.grab().save(options.out), app.quit()))
    app.exec()
