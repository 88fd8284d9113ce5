"""A painted slider: linear or logarithmic, with an optional row of tick labels."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.views.theme import theme
from playground.views.widgets.control import Control, painter_of, text_width, write
from playground.views.widgets.numbers import power, spell
from playground.views.widgets.ranges import Range

_HANDLE = 6.5
_TICKS = 20
Ticks = tuple[tuple[float, str], ...]
_KEYS = {
    Qt.Key.Key_Right: (1, False),
    Qt.Key.Key_Up: (1, False),
    Qt.Key.Key_Left: (-1, False),
    Qt.Key.Key_Down: (-1, False),
    Qt.Key.Key_PageUp: (1, True),
    Qt.Key.Key_PageDown: (-1, True),
}


class Slider(Control):
    """A value on a line. Arrow keys step, page keys step further, Home and End go to the ends.

    `ticks` are (value, label) pairs written below; `decades` writes the powers of ten instead.
    """

    accessible_role = QAccessible.Role.Slider

    def __init__(
        self,
        name: str,
        bounds: Range,
        parent: QWidget | None = None,
        ticks: Ticks = (),
        decades: bool = False,
    ) -> None:
        super().__init__(name, parent)
        self.bounds = bounds
        self._decades = decades
        self._ticks = ticks
        self._value = bounds.low
        self._dragging = False
        self._held = False
        self._keyboard = False
        self.set_bounds(bounds)

    def value(self) -> float:
        """The value shown."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show a value; outside the ends the handle stands at the end."""
        if value != self._value:
            self._value = value
            self.setAccessibleDescription(spell(value))
            self.update()

    def set_bounds(self, bounds: Range) -> None:
        """Other ends."""
        self.bounds = bounds
        if self._decades:
            low, high = round(math.log10(bounds.low)), round(math.log10(bounds.high))
            stride = max(1, math.ceil((high - low) / 4))
            self._ticks = tuple((10.0**e, power(10.0**e)) for e in range(high, low - 1, -stride))
        self.update()

    def sizeHint(self) -> QSize:
        """A line, and one more below for the labels."""
        return QSize(120, 28 + (_TICKS - 6 if self._ticks else 0))

    # Geometry

    @property
    def _line_y(self) -> float:
        return 14.0

    def _x(self, value: float) -> float:
        return _HANDLE + self.bounds.fraction(value) * (self.width() - 2 * _HANDLE)

    def _at(self, x: float) -> float:
        return self.bounds.at((x - _HANDLE) / max(1.0, self.width() - 2 * _HANDLE))

    # Events

    def _move(self, value: float, finished: bool) -> None:
        if value != self._value or finished:
            self.set_value(value)
            self.edited.emit(value, finished)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle, or jump to the place that was clicked."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._dragging = True
            self._keyboard = False
            if abs(event.position().x() - self._x(self._value)) > _HANDLE + 2:
                self._move(self._at(event.position().x()), False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if self._dragging:
            self._move(self._at(event.position().x()), False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the whole drag is one change."""
        if self._dragging and event.button() == Qt.MouseButton.LeftButton:
            self._dragging = False
            self._move(self._value, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by keys."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            target = self.bounds.step(self._value, *_KEYS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            target = self.bounds.at(0.0 if key == Qt.Key.Key_Home else 1.0)
        else:
            super().keyPressEvent(event)
            return
        self._keyboard = self._held = True
        self._move(target, False)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if self._held and not event.isAutoRepeat():
            self._end_hold()
        else:
            super().keyReleaseEvent(event)

    def _end_hold(self) -> None:
        self._held = False
        self._move(self._value, True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring where the keyboard brought the focus."""
        self._keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key held while the focus goes is let go."""
        if self._held:
            self._end_hold()
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, dark up to the handle, and the labels."""
        painter = painter_of(self)
        x, y = self._x(self._value), self._line_y
        for start, end, token in ((1.0, self.width() - 1.0, "border"), (1.0, x, "ink")):
            painter.setPen(QPen(theme().color(token), 2.5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(start, y), QPointF(end, y))
        self._paint_ticks(painter)
        painter.setPen(QPen(theme().color("ink"), 1.6))
        painter.setBrush(theme().color("panel"))
        grown = 0.5 if self.underMouse() or self._dragging else 0.0
        painter.drawEllipse(QPointF(x, y), _HANDLE - 0.8 + grown, _HANDLE - 0.8 + grown)
        if self.hasFocus() and self._keyboard:
            painter.setPen(QPen(theme().color("ink"), theme().line("focus")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), _HANDLE + 3, _HANDLE + 3)

    def _paint_ticks(self, painter: QPainter) -> None:
        for value, label in self._ticks:
            x = self._x(value)
            painter.setPen(QPen(theme().color("border-strong"), 1))
            painter.drawLine(QPointF(x, self._line_y + 7), QPointF(x, self._line_y + 10))
            width = text_width(label, "micro") + 1
            left = min(max(0.0, x - width / 2), self.width() - width)
            write(painter, QRectF(left, self._line_y + 12, width, 14), label, "micro", "text-3")
