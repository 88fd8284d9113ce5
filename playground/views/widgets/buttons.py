"""Buttons: an icon, a word, or the primary one in ink."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, text_width, write


class IconButton(Button):
    """An icon that can be pressed; its name is what the tooltip and a screen reader say."""

    def __init__(
        self, icon: str, name: str, parent: QWidget | None = None, size: int = 30, tip: str = ""
    ) -> None:
        super().__init__(name, parent, tip or name)
        self._icon = icon
        self._size = size

    def set_icon(self, icon: str, name: str) -> None:
        """Another icon with another meaning."""
        if (icon, name) != (self._icon, self.accessibleName()):
            self._icon = icon
            self.setAccessibleName(name)
            self.setToolTip(name)
            self.update()

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(self._size, self._size)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A quiet icon; a grey field under the pointer."""
        painter = painter_of(self)
        if self.hovered or self.isDown() or self.isChecked():
            rounded(painter, QRectF(self.rect()), self.radius, theme().color("field"))
        strong = self.isDown() or self.isChecked()
        paint_icon(
            painter, self._icon, QRectF(self.rect()).center(), theme().color("text" if strong else "text-2")
        )


class RoundButton(IconButton):
    """The large round button in ink: play and pause."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None, size: int = 38) -> None:
        super().__init__(icon, name, parent, size)
        self.radius = size / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        """A disc of ink with the icon cut out."""
        painter = painter_of(self)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("ink", 0.86 if self.hovered or self.isDown() else 1.0))
        painter.drawEllipse(QRectF(self.rect()))
        center = QRectF(self.rect()).center()
        paint_icon(painter, self._icon, center, theme().color("on-ink"), self._size * 0.5)


class TextButton(Button):
    """A word with an outline; `primary` fills it with ink, `quiet` leaves only the word."""

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        icon: str = "",
        primary: bool = False,
        quiet: bool = False,
        tip: str = "",
    ) -> None:
        super().__init__(text, parent, tip)
        self.setText(text)
        self._icon = icon
        self._primary = primary
        self._quiet = quiet
        self._folded = False

    def fold(self, folded: bool) -> None:
        """Show the icon alone, or the word again."""
        if folded != self._folded:
            self._folded = folded
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for the word and the icon."""
        if self._folded:
            return QSize(36, HEIGHT)
        inside = text_width(self.text(), self._style()) + (22 if self._icon else 0)
        return QSize(int(inside + (12 if self._quiet else 24) + 0.999), HEIGHT)

    def set_icon(self, icon: str) -> None:
        """Another icon before the word."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def _style(self) -> str:
        return "body" if self._quiet else "label"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Outline, fill and word."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        lit = self.hovered or self.isDown()
        color = "text"
        if self._primary:
            rounded(painter, box, self.radius, theme().color("ink", 0.86 if lit else 1.0))
            color = "on-ink"
        elif self._quiet:
            if lit:
                rounded(painter, box, self.radius, theme().color("field"))
            color = "text" if lit else "text-2"
        else:
            fill = theme().color("field" if lit else "raised")
            rounded(painter, box, self.radius, fill, theme().color("border"))
        pad = 6.0 if self._quiet else 12.0
        if self._icon:
            paint_icon(
                painter,
                self._icon,
                QPointF(10 + 8 if self._folded else pad + 8, box.center().y()),
                theme().color(color),
            )
            pad += 22
        if self._folded:
            return
        write(painter, box.adjusted(pad, 0, -4, 0), self.text(), self._style(), color)
