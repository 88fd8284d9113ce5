"""How far something in the background is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded


class Progress(QWidget):
    """A slim bar; empty while nothing runs."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setAccessibleName("Progress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Three pixels high."""
        return QSize(100, 3)

    def show_progress(self, share: float) -> None:
        """From 0 to 1."""
        if share != self._share:
            self._share = share
            self.setAccessibleDescription(f"{share:.0%}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ink from the left."""
        if self._share > 0.0:
            painter = painter_of(self)
            rounded(painter, QRectF(self.rect()), 1.5, theme().color("border"))
            box = QRectF(0, 0, self._share * self.width(), self.height())
            rounded(painter, box, 1.5, theme().color("ink"))
