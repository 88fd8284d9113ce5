"""What a band in a chart is: its sign, words, and whether it is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, plain_tip, rounded, text_width, write


class BandKey(Button):
    """The band's sign with words beside it: legend, headline and switch in one."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setCheckable(True)
        self.setChecked(True)

    def say(self, words: str, tip: str) -> None:
        """Other words; the tip says what they rest on."""
        if words != self.text():
            self.setText(words)
            self.updateGeometry()
            self.update()
        if plain_tip(tip) != self.toolTip():
            self.setToolTip(plain_tip(tip))
            self.setAccessibleDescription(f"{words}. {tip}")

    def sizeHint(self) -> QSize:
        """Sign and words."""
        return QSize(int(text_width(self.text(), "label") + 38.999), HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A small band with its median, struck out while it is off."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        if self.hovered:
            rounded(painter, box, self.radius, theme().color("field"))
        strength = 1.0 if self.isChecked() else 0.3
        sign = QRectF(8, box.center().y() - 6, 18, 12)
        rounded(painter, sign, 3, theme().color("ink", 0.2 * strength))
        painter.setPen(QPen(theme().color("ink", 0.7 * strength), 1.2))
        painter.drawLine(QPointF(sign.left(), sign.center().y()), QPointF(sign.right(), sign.center().y()))
        color = "text" if self.isChecked() else "text-3"
        write(painter, box.adjusted(32, 0, 0, 0), self.text(), "label", color)
