"""A button that repeats every lane of a race with other seeds, so that its chart has bands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from playground.session.repeat import Repeat, Repeated, Side
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import plain_tip

SEEDS = 5
POLL = 150  # milliseconds between two looks
WORDS = f"Repeat with {SEEDS} seeds"
TIP = "Train every lane with other seeds too, as far as the race has come: is the difference luck?"
DRAWN = (
    "Shaded curves: the middle half of the seeds of a lane; the thin line is their median. "
    "Shaded maps: where seeds disagree at this step; "
    "strokes through predicted numbers: from the lowest to the highest of a seed. "
    "Tables of classes and images are of the lane’s own run."
)

Lanes = Callable[[], tuple[tuple[Side, ...], int | None]]  # what to repeat, and for how many steps


class SeedsButton(TextButton):
    """Starts a repetition of all lanes on all cores, and stops it; `found` when another run has finished."""

    began = Signal()
    found = Signal(object)

    def __init__(self, lanes: Lanes, parent: QWidget | None = None) -> None:
        super().__init__(WORDS, parent, quiet=True, tip=TIP)
        self._lanes = lanes
        self.repeat: Repeat | None = None
        self._repeated: Repeated | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self.look)
        self.clicked.connect(self._toggle)

    @property
    def running(self) -> bool:
        """True while seeds are trained."""
        return self.repeat is not None and (self._repeated is None or not self._repeated.done)

    def _toggle(self) -> None:
        if self.running:
            self.stop()
            return
        sides, steps = self._lanes()
        if sides:
            self.repeat, self._repeated = Repeat(sides, SEEDS, steps).start(), None
            self.began.emit()
            self._timer.start()
            self.look()

    def stop(self) -> None:
        """Cancel; what has come out stays."""
        if self.repeat is not None:
            self.repeat.cancel()

    def close_down(self) -> None:
        """Stop for good, when the window closes."""
        self._timer.stop()
        if self.repeat is not None:
            self.repeat.end()

    def look(self) -> None:
        """See how far the seeds are."""
        if self.repeat is None:
            return
        before, self._repeated = self._repeated, self.repeat.look()
        if self._repeated.count != (before.count if before is not None else 0):
            self.found.emit(self._repeated)
        if not self.running:
            self._timer.stop()
        runs = len(self._repeated.seeds) * len(self.repeat.sides)
        words = f"Stop: {self._repeated.count} of {runs} runs" if self.running else WORDS
        if words != self.text():
            self.setText(words)
            self.setAccessibleName(words)
            self.updateGeometry()

    def say_drawn(self, drawn: bool) -> None:
        """Whether bands are on the chart, which the tip then explains."""
        self.setToolTip(plain_tip(f"{DRAWN} {TIP}" if drawn else TIP))
