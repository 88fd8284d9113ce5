"""A menu button that shows what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import HEIGHT, Button, painter_of, rounded, text_width, write
from playground.views.widgets.passing_menu import passing_menu

Option = tuple[str, str, str]  # key, label, tooltip


class Combo(Button):
    """One of several keys, chosen from a menu. `edited(key, True)` when another is chosen."""

    accessible_role = QAccessible.Role.ComboBox

    edited = Signal(object, bool)
    opening = Signal()  # the menu is about to be shown: the last moment for `set_options`

    def __init__(self, name: str, options: tuple[Option, ...] = (), parent: QWidget | None = None) -> None:
        super().__init__(name, parent, radius=theme().radius("field"))
        self._options = options
        self._value = ""
        self._off: dict[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)

    def set_options(self, options: tuple[Option, ...], off: dict[str, str] | None = None) -> None:
        """Other choices; `off` are keys that cannot be chosen now, with the reason."""
        self._options = options
        self._off = off or {}
        self.update()

    def value(self) -> str:
        """The chosen key."""
        return self._value

    def set_value(self, key: str) -> None:
        """Show another choice."""
        if key != self._value:
            self._value = key
            self.setAccessibleDescription(self._label())
            self.setToolTip(next((tip for k, _label, tip in self._options if k == key), ""))
            self.update()

    def _label(self) -> str:
        return next((label for key, label, _tip in self._options if key == self._value), "")

    def open(self) -> None:
        """Show the menu below the button."""
        self.opening.emit()
        menu = passing_menu(self)
        menu.setToolTipsVisible(True)
        menu.setMinimumWidth(self.width())
        for key, label, tip in self._options:
            action = menu.addAction(label)
            action.setCheckable(True)
            action.setChecked(key == self._value)
            action.setToolTip(self._off.get(key, tip))
            action.setEnabled(key not in self._off)
            action.triggered.connect(lambda _checked=False, key=key: self._choose(key))
            if key == self._value:
                menu.setActiveAction(action)
        menu.popup(self.mapToGlobal(QPointF(0, self.height() + 4)).toPoint())

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.set_value(key)
            self.edited.emit(key, True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down choose the neighbour, as in every menu button."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        keys = [key for key, _label, _tip in self._options if key not in self._off]
        if step is None or self._value not in keys:
            super().keyPressEvent(event)
        elif 0 <= keys.index(self._value) + step < len(keys):
            self._choose(keys[keys.index(self._value) + step])

    def sizeHint(self) -> QSize:
        """One row high; as wide as the row allows."""
        return QSize(96, HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Narrow enough for a short word."""
        return QSize(48, HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The grey box, the chosen word, the chevron."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        fill = theme().color("border" if self.hovered or self.isDown() else "field")
        rounded(painter, box, self.radius, fill)
        room = box.adjusted(9, 0, -21, 0)
        write(painter, room, *fitted(self._label(), room.width()))
        place = QPointF(box.right() - 12, box.center().y())
        paint_icon(painter, "chevron-down", place, theme().color("text-2"), 14)


def fitted(label: str, room: float) -> tuple[str, str]:
    """A label and its style: smaller where space is short, then without its first words."""
    if text_width(label) <= room:
        return label, "label"
    words = label.split(" ")
    tails = [" ".join(words[start:]) for start in range(len(words))]
    tail = next((tail for tail in tails if text_width(tail, "caption") <= room), label)
    return tail[:1].upper() + tail[1:], "label" if text_width(tail) <= room else "caption"
