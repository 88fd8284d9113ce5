"""A tick before a sentence."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, FocusRing, painter_of, rounded, text_width, write

BOX = 16.0


class TickBox(QCheckBox):
    """A check box whose frame can be seen on light and dark ground."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self._ring = FocusRing(self, theme().radius("button"))

    def sizeHint(self) -> QSize:
        """The box and the sentence."""
        return QSize(int(BOX + 10 + text_width(self.text(), "body") + 2), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def hitButton(self, place: object) -> bool:
        """The sentence is part of it."""
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, tick, sentence."""
        painter, on = painter_of(self), self.isChecked()
        box = QRectF(0.5, (self.height() - BOX) / 2, BOX, BOX)
        fill, frame = (theme().color("ink"), None) if on else (None, theme().color("text-3"))
        rounded(painter, box, 4, fill, frame)
        if on:
            paint_icon(painter, "check", QPointF(box.center()), theme().color("on-ink"), 12)
        write(painter, QRectF(BOX + 10, 0, self.width() - BOX - 10, self.height()), self.text(), "body")
