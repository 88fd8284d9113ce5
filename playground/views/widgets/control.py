"""What every control shares: the focus ring, hover, and a hit area of at least 28 pixels."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget
from shiboken6 import isValid

from playground.views.theme import theme

HEIGHT = 28
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusRing(QObject):
    """The ring around the control that has the keyboard: 2 px of ink with a gap of 2 px.

    It lies beside the control, in the same parent, because the ring is larger than the control.
    `typed_in` is the part of the control that takes the keyboard, if not the control itself; `margin` is
    less than 0 for a view that fills its place, whose ring lies inside.
    """

    # Of the class, because a control that garbage collection takes apart is still told that it hides.
    _ring: _Ring | None = None

    def __init__(
        self,
        target: QWidget,
        radius: float,
        on_click: bool = False,
        typed_in: QWidget | None = None,
        margin: int = 5,
    ) -> None:
        super().__init__(target)
        self._target = target
        self._radius = radius
        self._on_click = on_click
        self._margin = margin
        for widget in {target, typed_in or target}:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the control's focus and place."""
        kind = event.type()
        if kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            clicked = self._on_click and event.reason() == Qt.FocusReason.MouseFocusReason
            if clicked or event.reason() in _BY_KEYBOARD:
                self._show()
        elif kind in (QEvent.Type.FocusOut, QEvent.Type.Hide):
            self._hide()
        elif kind in (QEvent.Type.Move, QEvent.Type.Resize):
            self._place()
        return False

    def _show(self) -> None:
        self._hide()
        parent = self._roomy_parent()
        if parent is not None:
            self._ring = _Ring(parent, self._radius + 3)
            self._place()
            self._ring.show()
            self._ring.raise_()

    def _roomy_parent(self) -> QWidget | None:
        """The nearest widget around the control with room for the ring."""
        parent = self._target.parentWidget()
        while parent is not None and not parent.isWindow():
            if parent.rect().contains(self._box(parent)):
                break
            parent = parent.parentWidget()
        return parent

    def _box(self, parent: QWidget) -> QRect:
        corner = self._target.mapTo(parent, QPoint(0, 0))
        margin = self._margin
        return QRect(corner, self._target.size()).adjusted(-margin, -margin, margin, margin)

    def _hide(self) -> None:
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None

    def _place(self) -> None:
        if self._ring is not None and isValid(self._ring):
            parent = self._ring.parentWidget()
            if parent is not None:
                self._ring.setGeometry(self._box(parent))


class _Ring(QWidget):
    """The painted ring itself; mouse events pass through it."""

    def __init__(self, parent: QWidget, radius: float) -> None:
        super().__init__(parent)
        self._radius = radius
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("ink"), theme().line("focus")))
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(box, self._radius, self._radius)


class Control(QWidget):
    """A painted control with a value. `edited(value, finished)` tells of the user's changes only."""

    edited = Signal(object, bool)

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One row high."""
        return QSize(120, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Never smaller than a finger or a pointer needs."""
        return QSize(HEIGHT, HEIGHT)


class Button(QAbstractButton):
    """A painted button: reachable by Tab, pressed by Space or Enter, quiet until pointed at."""

    def __init__(
        self, name: str = "", parent: QWidget | None = None, tip: str = "", radius: float | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.radius = theme().radius("button") if radius is None else radius
        self._ring = FocusRing(self, self.radius)

    def keyPressEvent(self, event: Any) -> None:
        """Enter presses the button too, as Space does."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """As small as may be hit."""
        return QSize(HEIGHT, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same: buttons do not shrink."""
        return self.sizeHint()

    @property
    def hovered(self) -> bool:
        """True while the pointer is over it and it can be pressed."""
        return self.underMouse() and self.isEnabled()


def plain_tip(text: str) -> str:
    """A tooltip that shows a text as it is, even one that looks like HTML."""
    return f"<span>{escape(text)}</span>" if text else ""


def painter_of(widget: QWidget) -> QPainter:
    """A painter with smooth edges, faint where the control is off."""
    painter = QPainter(widget)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    if not widget.isEnabled():
        painter.setOpacity(0.42)
    return painter


def rounded(
    painter: QPainter, box: QRectF, radius: float, fill: QColor | None, border: QColor | None = None
) -> None:
    """A rounded box; a border is one pixel wide and lies inside the box."""
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, radius, radius)
    else:
        painter.setPen(QPen(border, 1.0))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius - 0.5, radius - 0.5)


def write(
    painter: QPainter,
    box: QRectF,
    text: str,
    style: str = "label",
    color: str = "text",
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    font: QFont | None = None,
) -> None:
    """One line of text, centred in height, cut with … where it does not fit."""
    width = text_width(text, style) if font is None else QFontMetricsF(font).horizontalAdvance(text)
    font = font or font_for(text, style)
    painter.setFont(font)
    painter.setPen(theme().color(color))
    if width > box.width() + 0.5:
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, _on_one_line(align), text)


@lru_cache
def _on_one_line(align: Qt.AlignmentFlag) -> int:
    return int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


@lru_cache(maxsize=4096)
def text_width(text: str, style: str = "label", weight: int | None = None) -> float:
    """How wide a text is in a type size."""
    return QFontMetricsF(font_for(text, style, weight)).horizontalAdvance(text)


def font_for(text: str, style: str, weight: int | None = None) -> QFont:
    """The font of a type size for this text: equal digits for numbers, ordinary spacing for words."""
    return theme().font(style, weight, tabular=any(letter.isdigit() for letter in text))
