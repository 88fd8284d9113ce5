"""Two threads on one program: a second one takes instructions of a parallel group off the first one's hands.

A group is published as one whole number: how many instructions it has and how many are taken. Whoever
raises that number by one, atomically, runs that instruction; the first thread goes on when all are done.
It never waits for the second one to come, only for what that one has begun, so a slow or missing helper
costs time and nothing else. Which thread runs an instruction changes no bit: each writes places of its own.
"""

from __future__ import annotations

import threading
import time
from functools import cache

import numpy as np

from playground.engine.compiled import machine_function

# The mailbox, in whole numbers; what different threads write lies on different cache lines.
SLICE = 32
TABLE, WIDTH, ARENA, COUNTS, CELLS = range(65, 70)
MAILBOX_SIZE = 80
NAP = 0.0001  # seconds


class Helper:
    """The second thread. It sleeps between slices; one program at a time has it.

    Nobody waits for it to start or to stop, so a slice can end and the process can close at any moment.
    """

    def __init__(self) -> None:
        self.mailbox = np.zeros(MAILBOX_SIZE, np.int64)
        self._help = machine_function("help_along", 2)
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._number = 0
        threading.Thread(target=self._work, name="engine helper", daemon=True).start()

    def begin(self, table: int, width: int, arena: int, counts: int, cells: int) -> bool:
        """Wake the helper for a slice of this program; False if it is busy with another."""
        if not self._lock.acquire(blocking=False):
            return False
        self.mailbox[[TABLE, WIDTH, ARENA, COUNTS, CELLS]] = table, width, arena, counts, cells
        self._number += 1
        self.mailbox[SLICE] = self._number
        self._wanted.set()
        return True

    def end(self) -> None:
        """The slice is over; the helper goes back to sleep."""
        self.mailbox[SLICE] = 0
        self._lock.release()

    def _work(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            number = self._number
            self._help(self.mailbox.ctypes.data, number)
            while self.mailbox[SLICE] == number:
                time.sleep(NAP)
                self._help(self.mailbox.ctypes.data, number)


@cache
def helper() -> Helper:
    """The one helper of this process, made when it is first needed."""
    return Helper()
