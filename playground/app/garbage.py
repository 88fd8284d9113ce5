"""Collecting garbage on the window's thread, and on no other.

Python collects reference cycles on whichever thread happens to allocate when it is time. A widget or a scene
in such a cycle, collected by a thread that trains or reads a file, is destroyed there while the window still
sends it events, and the program dies. So automatic collection is off, and a timer of the window does it.
"""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import QObject, QTimer

EVERY = 250  # milliseconds
GROWTH = 1.25  # memory blocks, since all was looked through the last time


class Collector(QObject):
    """Collects when Python would, at moments when the window's event loop runs."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._blocks = sys.getallocatedblocks()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self.collect)
        self._timer.start()

    def collect(self) -> None:
        """Collect the oldest generation that is due; all of them only after the program has grown."""
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[2] > limits[2] and sys.getallocatedblocks() > GROWTH * self._blocks:
            gc.collect()
            self._blocks = sys.getallocatedblocks()
        elif counts[1] > limits[1]:
            gc.collect(1)
        elif counts[0] > limits[0]:
            gc.collect(0)


def collect_here(app: QObject) -> Collector:
    """Let this thread, which runs the windows, be the one that collects; once is enough."""
    found = app.findChild(Collector)
    return found if isinstance(found, Collector) else Collector(app)
