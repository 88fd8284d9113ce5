"""− value +: a number to click up and down or to type."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import HEIGHT, FocusRing, painter_of, rounded
from playground.views.widgets.number_field import NumberField
from playground.views.widgets.ranges import Range


class Stepper(QWidget):
    """A whole number between − and +. `edited(value, finished)` as every control.

    `suffix` stands after the number while it is not being typed, such as "neurons".
    """

    edited = Signal(object, bool)

    def __init__(
        self,
        name: str,
        bounds: Range,
        parent: QWidget | None = None,
        suffix: str = "",
    ) -> None:
        super().__init__(parent)
        self.field = NumberField(name, bounds, self, framed=False, align=Qt.AlignmentFlag.AlignHCenter)
        self.field.set_suffix(suffix)
        self._less = IconButton("minus", f"{name}: one less", self, HEIGHT)
        self._more = IconButton("plus", f"{name}: one more", self, HEIGHT)
        self._ring = FocusRing(self, theme().radius("field"), on_click=True, typed_in=self.field)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part in (self._less, self.field, self._more):
            row.addWidget(part)
        for button, direction in ((self._less, -1), (self._more, 1)):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRepeat(True)
            button.setAutoRepeatDelay(400)
            button.setAutoRepeatInterval(80)
            button.clicked.connect(self._up if direction > 0 else self._down)
        self.field.edited.connect(self.edited)
        self.field.edited.connect(self._limit)

    def _up(self) -> None:
        self.field.step(1, finished=not self._more.isDown())

    def _down(self) -> None:
        self.field.step(-1, finished=not self._less.isDown())

    def value(self) -> float | None:
        """The number shown."""
        return self.field.value()

    def set_value(self, value: float) -> None:
        """Show a number."""
        self.field.set_value(value)
        self._limit()

    def set_bounds(self, bounds: Range) -> None:
        """Other bounds."""
        self.field.set_bounds(bounds)
        self._limit()

    def set_suffix(self, suffix: str) -> None:
        """The word after the number."""
        self.field.set_suffix(suffix)

    def refuse(self, why: str) -> None:
        """Show that a value is not accepted and why."""
        self.field.refuse(why)

    def _limit(self) -> None:
        value = self.field.value()
        if value is not None:
            self._less.setEnabled(self.field.bounds.contains(value - 1))
            self._more.setEnabled(self.field.bounds.contains(value + 1))

    def sizeHint(self) -> QSize:
        """Room for a few digits and a word."""
        return QSize(120, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grey box, and a line under the number while it is typed."""
        painter = painter_of(self)
        rounded(painter, QRectF(self.rect()), theme().radius("field"), theme().color("field"))
        if self.field.hasFocus():
            painter.setPen(QPen(theme().color("ink"), 1))
            y = self.height() - 5.5
            painter.drawLine(self.field.x() + 4, int(y), self.field.geometry().right() - 4, int(y))
