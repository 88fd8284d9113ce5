"""The button that shows an activation's curve and name, and opens the menu of all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.activations import activations
from playground.views.activation_menu import ActivationMenu, paint_curve
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, write


class ActivationButton(Button):
    """One activation, chosen from a menu. `edited(key, True)` when another is chosen."""

    edited = Signal(object, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Activation", parent, radius=theme().radius("field"))
        self._value = ""
        self._output = False
        self._menu: ActivationMenu | None = None
        self.opening: Callable[[ActivationMenu], None] = lambda menu: None  # once, for a new menu
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)

    def show_activation(self, key: str, output: bool = False) -> None:
        """Show another activation; at the output there are more to choose from."""
        self._output = output
        if key != self._value:
            self._value = key
            self.setAccessibleDescription(activations[key].label)
            self.setToolTip(activations[key].summary)
            self.update()

    def value(self) -> str:
        """The activation's key."""
        return self._value

    def open(self) -> None:
        """Open the menu below the button."""
        if self._menu is None:
            self._menu = ActivationMenu(self)
            self._menu.chosen.connect(self._choose)
            self.opening(self._menu)
        place = self.mapToGlobal(QPoint(0, self.height() + 4))
        self._menu.choose(self._value, place, self._output)

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.show_activation(key, self._output)
            self.edited.emit(key, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose the neighbour, as in every menu button."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        keys = [entry.key for entry in activations if self._output or not entry.output_only]
        if step is None or self._value not in keys:
            super().keyPressEvent(event)
        elif 0 <= keys.index(self._value) + step < len(keys):
            self._choose(keys[keys.index(self._value) + step])

    def sizeHint(self) -> QSize:
        """One row high."""
        return QSize(140, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Room for the curve and a short name."""
        return QSize(84, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grey box, the curve, the name, the chevron."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        lit = self.hovered or self.isDown()
        rounded(painter, box, self.radius, theme().color("border" if lit else "field"))
        if self._value:
            paint_curve(painter, QRectF(11, box.center().y() - 5, 15, 10), self._value, axes=False)
            write(painter, box.adjusted(34, 0, -24, 0), activations[self._value].label)
        place = QPointF(box.right() - 14, box.center().y())
        paint_icon(painter, "chevron-down", place, theme().color("text-2"), 14)
