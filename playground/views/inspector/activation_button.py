"""The button that shows an activation's curve and name, and opens the menu of all of them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent

from playground.catalog.activations import activations
from playground.views.activation_menu import ActivationMenu, paint_curve
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import HEIGHT, painter_of, rounded, write


class ActivationButton(Combo):
    """One activation, chosen from a menu of curves. `edited(key, True)` when another is chosen."""

    menu_made = Signal(object)  # the ActivationMenu, when it is first opened

    def __init__(self) -> None:
        super().__init__("Activation")
        self._output = False
        self._menu: ActivationMenu | None = None

    def show_activation(self, key: str, output: bool = False) -> None:
        """Show another activation; at the output there are more to choose from."""
        self._output = output
        offered = (entry for entry in activations if output or not entry.output_only)
        self.set_options(tuple((entry.key, entry.label, entry.summary) for entry in offered))
        self.set_value(key)

    def open(self) -> None:
        """Open the menu below the button."""
        if self._menu is None:
            self._menu = ActivationMenu(self)
            self._menu.chosen.connect(self._choose)
            self.menu_made.emit(self._menu)
        place = self.mapToGlobal(QPoint(0, self.height() + 4))
        self._menu.choose(self._value, place, self._output)

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
