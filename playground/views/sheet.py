"""A sheet over the right column: a title, a way to close it, and a view that may scroll."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import painter_of
from playground.views.widgets.rows import Text
from playground.views.widgets.scroll import Scroll


class Sheet(QWidget):
    """Shows one view of the window under a title; `closed` asks to be put away."""

    closed = Signal()

    def __init__(self, title: str, view: Any, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.setAccessibleName(title)
        self._close = IconButton("close", f"Close {title.lower()} (Esc)", size=28)
        self._close.clicked.connect(self.closed)
        header = QHBoxLayout()
        header.setContentsMargins(16, 8, 10, 0)
        header.addWidget(Text(title, style="section"), 1)
        header.addWidget(self._close)
        area = Scroll(title, view)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addWidget(area, 1)
        theme().changed.connect(self.update)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts the sheet away."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, and a line towards the canvas."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(0, 0, 1, self.height(), theme().color("border"))
