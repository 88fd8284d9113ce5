"""Movement on the canvas: a number that runs from one value to another and slows down at its end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from playground.views.theme import theme


class Motion(QVariantAnimation):
    """Calls `step(value)` on the way and `end()` on arrival; at once where motion is reduced."""

    def __init__(
        self, parent: QObject, kind: str, step: Callable[[float], None], end: Callable[[], None] | None = None
    ) -> None:
        super().__init__(parent)
        self._kind, self._step, self._end = kind, step, end
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(step)
        if end is not None:
            self.finished.connect(end)

    def run(self, start: float, goal: float) -> None:
        """Move from start to goal."""
        self.stop()
        duration = theme().motion(self._kind)
        if duration == 0:
            self._step(goal)
            if self._end is not None:
                self._end()
            return
        self.setDuration(duration)
        self.setStartValue(start)
        self.setEndValue(goal)
        self.start()
        self._step(start)
