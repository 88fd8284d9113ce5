"""Train, validation and test as parts of one bar with two handles; test is hatched while locked."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLineF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Control, painter_of, rounded

Shares = tuple[float, float, float]
_KEYS = {
    Qt.Key.Key_Left: -0.01,
    Qt.Key.Key_Down: -0.01,
    Qt.Key.Key_Right: 0.01,
    Qt.Key.Key_Up: 0.01,
    Qt.Key.Key_PageDown: -0.1,
    Qt.Key.Key_PageUp: 0.1,
}
_TOP, _THICK = 6.0, 16.0
_LEAST_TRAIN = 0.01


class SplitBar(Control):
    """Three shares that sum to 1. `edited((train, validation, test), finished)`.

    Drag a handle, or Tab to it and use the arrow keys (0.01; page keys 0.1).
    """

    accessible_role = QAccessible.Role.Slider

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._locked = True
        self._shares: Shares = (0.6, 0.2, 0.2)
        self._active = 0
        self._dragging = False
        self._held = False
        self._keyboard = False

    def value(self) -> Shares:
        """The shares of train, validation and test."""
        return self._shares

    def set_value(self, shares: Shares) -> None:
        """Show other shares."""
        if shares != self._shares:
            self._shares = shares
            words = zip(("train", "validation", "test"), shares, strict=True)
            self.setAccessibleDescription(", ".join(f"{word} {share:.0%}" for word, share in words))
            self.update()

    def sizeHint(self) -> QSize:
        """One row high."""
        return QSize(200, HEIGHT)

    # Geometry

    def _edges(self) -> tuple[float, float]:
        train, validation, _test = self._shares
        return train * self.width(), (train + validation) * self.width()

    def _moved(self, edge: int, place: float) -> Shares:
        """The shares after an edge moved to a place, 0 to 1, in steps of 0.01."""
        train, validation, _test = self._shares
        low, high = (_LEAST_TRAIN, train + validation) if edge == 0 else (train, 1.0)
        place = round(min(high, max(low, place)), 2)
        first, second = (place, round(train + validation, 2)) if edge == 0 else (round(train, 2), place)
        return (first, round(second - first, 2), round(1.0 - second, 2))

    def _move(self, place: float, finished: bool) -> None:
        shares = self._moved(self._active, place)
        if shares != self._shares or finished:
            self.set_value(shares)
            self.edited.emit(shares, finished)

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the nearer handle."""
        if event.button() == Qt.MouseButton.LeftButton:
            x = event.position().x()
            first, second = self._edges()
            nearer_second = abs(x - second) < abs(x - first) or (first == second and x > first)
            self._active = int(nearer_second)
            self._dragging, self._keyboard = True, False
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle; over one, the pointer says so."""
        if self._dragging:
            self._move(event.position().x() / max(1, self.width()), False)
        else:
            near = min(abs(event.position().x() - edge) for edge in self._edges()) < 8
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go: the whole drag is one change."""
        if self._dragging:
            self._dragging = False
            self.edited.emit(self._shares, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the active handle."""
        step = _KEYS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        self._held = self._keyboard = True
        place = self._shares[0] if self._active == 0 else self._shares[0] + self._shares[1]
        self._move(place + step, False)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """A held key is one change."""
        if self._held and not event.isAutoRepeat():
            self._held = False
            self.edited.emit(self._shares, True)

    def event(self, event: QEvent) -> bool:
        """Tab walks over both handles before it leaves the bar."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(Qt.Key(event.key()))
            if step is not None and 0 <= self._active + step <= 1:
                self._active += step
                self._keyboard = True
                self.update()
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Start at the handle on the side that the focus came from."""
        self._keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        if self._keyboard:
            self._active = int(event.reason() == Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key held while the focus goes is let go."""
        if self._held:
            self._held = False
            self.edited.emit(self._shares, True)
        self.update()

    def set_locked(self, locked: bool) -> None:
        """Whether the test set is kept from everybody's eyes."""
        self._locked = locked
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Three parts, two handles, a lock on the last part."""
        painter = painter_of(self)
        bar = QRectF(0, _TOP, self.width(), _THICK)
        first, second = self._edges()
        outline = QPainterPath()
        outline.addRoundedRect(bar, theme().radius("bar"), theme().radius("bar"))
        painter.save()
        painter.setClipPath(outline)
        painter.fillRect(QRectF(0, _TOP, first, _THICK), theme().color("train"))
        painter.fillRect(QRectF(first, _TOP, second - first, _THICK), theme().color("val"))
        last = QRectF(second, _TOP, self.width() - second, _THICK)
        if self._locked:
            paint_hatching(painter, last)
        else:
            painter.fillRect(last, theme().color("test"))
        painter.restore()
        if self._locked and self.width() - second > 22:
            middle = QRectF(second, _TOP, self.width() - second, _THICK).center()
            box = QRectF(middle.x() - 8, _TOP, 16, _THICK)
            painter.fillRect(box, theme().color("field"))
            paint_icon(painter, "lock", middle, theme().color("text-2"), 12)
        for edge, x in enumerate((first, second)):
            self._paint_handle(painter, edge, min(max(x, 3.0), self.width() - 3.0))

    def _paint_handle(self, painter: QPainter, edge: int, x: float) -> None:
        handle = QRectF(x - 2.5, _TOP - 2, 5, _THICK + 4)
        fill, border = theme().color("panel"), theme().color("border-strong")
        painter.fillRect(QRectF(x - 3.5, _TOP, 7, _THICK), fill)
        rounded(painter, handle, 2.5, fill, border)
        if self.hasFocus() and self._keyboard and edge == self._active:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("ink"), theme().line("focus")))
            painter.drawRoundedRect(handle.adjusted(-2, -2, 2, 2), 4, 4)


def paint_hatching(painter: QPainter, box: QRectF) -> None:
    """The grey hatching that means: locked, nobody may look."""
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    painter.fillRect(box, theme().color("field"))
    painter.setPen(QPen(theme().color("border-strong"), 1.6))
    x = box.left() - box.height()
    while x < box.right():
        painter.drawLine(QLineF(x, box.bottom(), x + box.height(), box.top()))
        x += 5.0
    painter.restore()
