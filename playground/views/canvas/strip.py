"""A strip above a network too wide for the canvas: all its columns, and the part that is in sight."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.views.canvas.layout import Arrangement
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded

HEIGHT, SIDE = 16, 12.0
_KEYS = {Qt.Key.Key_Left: -0.5, Qt.Key.Key_Right: 0.5}  # of the part in sight


class Strip(QWidget):
    """Hidden while everything is in sight; a click or a drag moves along, as do ← and →."""

    accessible_role = QAccessible.Role.ScrollBar

    wanted = Signal(float)  # the part of the width to put in the middle, 0..1

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Part of the network in sight")
        self.setToolTip("Drag to move along the network")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(HEIGHT)
        self._columns: tuple[float, ...] = ()
        self._part = (0.0, 1.0)
        self.hide()

    def show_part(self, arrangement: Arrangement, begin: float, end: float) -> None:
        """Draw these columns, and which part of the width is in sight."""
        wide = max(1.0, arrangement.width)
        columns = tuple(column.x / wide for column in arrangement.columns)
        if (columns, (begin, end)) != (self._columns, self._part):
            self._columns, self._part = columns, (begin, end)
            self.setAccessibleDescription(f"from {begin:.0%} to {end:.0%} of the width")
            self.setVisible(end - begin < 0.999)
            self.update()

    def _x(self, part: float) -> float:
        return SIDE + part * (self.width() - 2 * SIDE)

    def _go(self, x: float) -> None:
        self.wanted.emit(min(1.0, max(0.0, (x - SIDE) / max(1.0, self.width() - 2 * SIDE))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stay there."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Half of what is in sight to either side."""
        if event.key() not in _KEYS:
            super().keyPressEvent(event)
            return
        begin, end = self._part
        self.wanted.emit((begin + end) / 2 + _KEYS[Qt.Key(event.key())] * (end - begin))

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tick a column; a frame around those in sight."""
        painter = painter_of(self)
        for column in self._columns:
            inside = self._part[0] <= column <= self._part[1]
            tick = QRectF(self._x(column) - 1.5, 6, 3, 5)
            rounded(painter, tick, 1, theme().color("text-2" if inside else "border-strong"))
        left, right = self._x(self._part[0]), self._x(self._part[1])
        frame = QRectF(left - 4, 3, right - left + 8, 11)
        rounded(painter, frame, 4, None, theme().color("ink" if self.hasFocus() else "text-3"))
        if self.hasFocus():
            rounded(painter, frame.adjusted(1, 1, -1, -1), 3, None, theme().color("ink"))
