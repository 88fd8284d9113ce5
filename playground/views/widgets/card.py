"""The white card that parts of a page lie on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded


class Card(QWidget):
    """A card on the page's grey; `strong` puts a rim of ink around it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strong = False
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper and rim."""
        rim = theme().color("ink" if self.strong else "border")
        rounded(painter_of(self), QRectF(self.rect()), theme().radius("card"), theme().color("panel"), rim)
