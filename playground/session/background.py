"""Work in a thread of its own, which can be cancelled and whose failure is a sentence."""

from __future__ import annotations

import threading
from collections.abc import Callable

from playground.catalog.tables import Cancelled


class InBackground:
    """Some work; `problem` says why it failed, "" if it did not or was cancelled."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.problem = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(work,), name="table", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it ended, in whatever way."""
        return not self._thread.is_alive()

    @property
    def cancelled(self) -> bool:
        """Whether it was told to stop."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Stop at the next chunk."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end."""
        self._thread.join(seconds)

    def end(self, seconds: float = 2.0) -> None:
        """Stop, and give it a moment to clear away what is half done."""
        self.cancel()
        self.wait(seconds)

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Cancelled:
            return
        except MemoryError:
            self.problem = "There is not enough memory for this."
        except (ValueError, OSError, LookupError) as error:  # NotATable, NotSaved, EditError among them
            self.problem = str(error)
        except Exception as error:
            self.problem = f"Something went wrong ({type(error).__name__}: {error})."
