"""Keep the session while it goes on, so that a crash or a power cut loses some seconds at most."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

from playground.session.document import Document
from playground.session.keep import Kept, keep_session
from playground.session.pins import PinBoard
from playground.session.seeds import SeedBook
from playground.session.trainer import Trainer

EDITS_WITHIN = 3.0  # seconds from an edit to the disk
TRAINING_WITHIN = 7.0
COST_SHARE = 0.05  # of the time, at most, for writing


class Autosave:
    """Writes the session from a thread of its own; the window and the training never wait for it."""

    def __init__(
        self,
        path: Path,
        document: Document,
        trainer: Trainer,
        complain: Callable[[str], None],
        pins: PinBoard | None = None,
        seeds: SeedBook | None = None,
    ) -> None:
        self.path = path
        self._document, self._trainer = document, trainer
        self._complain = complain
        self._pins = pins or PinBoard()
        self._seeds = seeds or SeedBook()
        self._written: tuple[object, ...] = ()
        self._next = time.monotonic()  # when training alone is worth writing again
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="autosave", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread; what it was writing is whole."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(10.0)

    def _work(self) -> None:
        while not self._ending.wait(EDITS_WITHIN / 2):
            try:
                self._keep_if_due()
            except OSError as error:
                self._complain(f"The session cannot be kept: {error}")
                return

    def _keep_if_due(self) -> None:
        document, snapshot = self._document, self._trainer.latest()
        steps = snapshot.steps if snapshot is not None else 0
        pins, seeds = self._pins.runs, self._seeds.found
        now = (document.experiment, document.saved, document.path, pins, steps, seeds)
        edited = self._written[:4] != now[:4]
        trained = self._written != now and time.monotonic() > self._next
        if edited or trained:
            start = time.monotonic()
            arrays = self._trainer.keep()
            kept = Kept(document.experiment, document.saved, document.path, arrays, False, pins, seeds)
            if not self._ending.is_set():
                keep_session(kept, self.path)
            self._written = now
            cost = time.monotonic() - start
            self._next = time.monotonic() + min(max(TRAINING_WITHIN / 2, cost / COST_SHARE), TRAINING_WITHIN)
