"""A column that scrolls: by wheel, by Page Up and Page Down, and along with the control in use."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from playground.views.theme import theme
from playground.views.widgets.control import FocusRing


class Scroll(QScrollArea):
    """A frameless view of something high; `name` is what a screen reader calls it."""

    accessible_role = QAccessible.Role.Pane

    def __init__(self, name: str, inside: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)
        if inside is not None:
            self.setWidget(inside)
            inside.setAutoFillBackground(False)  # setWidget turns it on
        self._ring = FocusRing(self, theme().radius("bar"), margin=-2)
