"""One timer draws everything: it takes the newest snapshot and hands it to the views in turn.

Drawing is spread over the ticks, so that no single tick is long: one view on each. A hidden view gets
nothing and asks for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from playground.session.snapshot import Snapshot

TICK = 8  # milliseconds
EARLY = 0.5e-3 * TICK  # seconds: a view due within half a tick is drawn now, not a tick late


@dataclass
class _Shown:
    widget: QWidget
    show: Callable[[Snapshot], None]
    every: float
    due: float = 0.0
    last: Snapshot | None = None


class FrameClock(QObject):
    """Polls `latest` and shows its snapshot in each view at the view's own rate."""

    def __init__(self, latest: Callable[[], Snapshot | None], parent: QObject) -> None:
        super().__init__(parent)
        self._latest = latest
        self._views: list[_Shown] = []
        self._turn = 0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    def add(self, widget: QWidget, show: Callable[[Snapshot], None], rate: float) -> None:
        """Show snapshots in this view, at most `rate` times a second while it is visible."""
        self._views.append(_Shown(widget, show, 1.0 / rate))

    def start(self) -> None:
        """Begin to draw."""
        self._timer.start(TICK)

    def stop(self) -> None:
        """Draw no more."""
        self._timer.stop()

    def flush(self) -> None:
        """Show the newest snapshot everywhere at once."""
        snapshot = self._latest()
        if snapshot is not None:
            for view in self._views:
                view.last = snapshot
                view.show(snapshot)

    def _tick(self) -> None:
        snapshot = self._latest()
        if snapshot is None:
            return
        now = monotonic()
        soon = now + EARLY
        moving = snapshot.state == "running"
        due = [
            view
            for view in self._views
            if view.last is not snapshot and (not moving or soon >= view.due) and view.widget.isVisible()
        ]
        if not due:
            return
        due.sort(key=lambda view: view.due)  # the most overdue first
        for view in due[:1] if moving else due:
            view.last = snapshot
            view.due = max(view.due + view.every, now)
            view.show(snapshot)
