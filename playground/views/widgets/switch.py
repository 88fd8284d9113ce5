"""On or off."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded


class Switch(Button):
    """A small switch in ink. `edited(on, True)` when the user turns it."""

    edited = Signal(object, bool)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent, radius=HEIGHT / 2)
        self.setCheckable(True)
        self.clicked.connect(self._tell)

    def _tell(self) -> None:
        self.edited.emit(self.isChecked(), True)

    def value(self) -> bool:
        """True when on."""
        return self.isChecked()

    def set_value(self, on: bool) -> None:
        """Turn it without telling."""
        self.setChecked(on)

    def sizeHint(self) -> QSize:
        """The hit area around the painted switch."""
        return QSize(40, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A capsule with a knob at its left or right end."""
        painter = painter_of(self)
        box = QRectF(3, self.height() / 2 - 9, 34, 18)
        on = self.isChecked()
        rounded(painter, box, 9, theme().color("ink" if on else "border-strong"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("on-ink" if on else "panel"))
        painter.drawEllipse(QPointF(box.right() - 9 if on else box.left() + 9, box.center().y()), 7, 7)
