"""What trains its runs in a sweep: it begins, is stopped and waited for as the sweep is."""

from __future__ import annotations

from typing import Self

from playground.sweep.sweep import Sweep


class Swept:
    """Base of what is found out by many runs. `start` once; then look at any time."""

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep

    def start(self) -> Self:
        """Begin; returns itself."""
        self._sweep.start()
        return self

    def cancel(self) -> None:
        """Stop as soon as possible; what has come out stays."""
        self._sweep.cancel()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is over, or for so many seconds. True if it is."""
        return self._sweep.wait(timeout)

    def end(self, seconds: float = 5.0) -> None:
        """Stop for good, and give the runs a moment to notice."""
        self.cancel()
        self.wait(seconds)
