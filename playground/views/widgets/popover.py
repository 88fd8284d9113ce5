"""A floating card beside a button: the left panel's sections on narrow windows, menus with pictures.

It lies inside the window, over everything, so that it needs no compositor and shows in screenshots.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from shiboken6 import isValid

from playground.views.theme import theme
from playground.views.widgets.control import rounded

SHADOW = 14


class Popover(QWidget):
    """A card over the window that closes when one clicks elsewhere or presses Esc.

    Put the contents into `.body`. It covers the whole window; what lies outside the card is clear.
    """

    closed = Signal()

    def __init__(self, owner: QWidget, padding: int = 8) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self._before: QWidget | None = None
        self.hide()
        self.card = _Card(self)
        self.body = QVBoxLayout(self.card)
        margin = SHADOW + padding
        self.body.setContentsMargins(margin, margin, margin, margin)
        self.body.setSpacing(0)

    def open_at(self, place: QPoint) -> None:
        """Open with the card's upper left corner at a place on the screen, or as near as it fits."""
        window = self._owner.window()
        if self.parentWidget() is not window:
            self.setParent(window)
        window.installEventFilter(self)
        self._before = window.focusWidget()
        self.setGeometry(window.rect())
        self.place_card(place)
        self.show()
        self.raise_()
        self.card.setFocus(Qt.FocusReason.PopupFocusReason)

    def place_card(self, place: QPoint) -> None:
        """Put the card at a place on the screen, or as near as it fits."""
        self.card.adjustSize()
        box = QRect(self.mapFromGlobal(place) - QPoint(SHADOW, SHADOW), self.card.sizeHint())
        room = self.rect().adjusted(-SHADOW + 4, -SHADOW + 4, SHADOW - 4, SHADOW - 4)
        box.setHeight(min(box.height(), room.height()))
        box.moveRight(min(box.right(), room.right()))
        box.moveBottom(min(box.bottom(), room.bottom()))
        box.moveLeft(max(box.left(), room.left()))
        box.moveTop(max(box.top(), room.top()))
        self.card.setGeometry(box)

    def dismiss(self) -> None:
        """Close and give the keyboard back to what had it."""
        if self.isVisible():
            self.hide()
            self.window().removeEventFilter(self)
            if self._before is not None and isValid(self._before):
                self._before.setFocus(Qt.FocusReason.PopupFocusReason)
            self.closed.emit()

    def event(self, event: QEvent) -> bool:
        """Keys belong to the card: no shortcut of the window acts while it is open."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A window that changes its size closes the card."""
        if event.type() == QEvent.Type.Resize and watched is self.window():
            self.dismiss()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click outside the card closes it."""
        self.dismiss()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nothing below scrolls while the card is open."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; other keys do not reach the window below."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside the card."""
        start = self.focusWidget() or self.card
        widget = self._next(start, forward)
        while widget is not None and widget is not start:
            reachable = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if reachable and widget.isVisible() and widget.isEnabled() and self.card.isAncestorOf(widget):
                reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
                widget.setFocus(reason)
                break
            widget = self._next(widget, forward)
        return True

    @staticmethod
    def _next(widget: QWidget, forward: bool) -> QWidget | None:
        return widget.nextInFocusChain() if forward else widget.previousInFocusChain()


class _Card(QWidget):
    """The card itself, with its shadow around it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Clicks between the rows do nothing."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card and its soft shadow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, card, theme().radius("card"))
        rounded(painter, card, theme().radius("card"), theme().color("raised"), theme().color("border"))


def paint_shadow(painter: QPainter, card: QRectF, radius: float, depth: int = 12, darkness: int = 4) -> None:
    """A soft shadow of stacked faint boxes; cheap, for cards that do not move."""
    for spread in range(depth, 0, -2):
        box = card.adjusted(-spread, -spread + 4, spread, spread + 2)
        rounded(painter, box, radius + spread, QColor(0, 0, 0, darkness))
