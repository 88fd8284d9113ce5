"""A few choices side by side, one of them on: Loss | Accuracy | Gradient norm."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.theme import theme
from playground.views.widgets.control import (
    HEIGHT,
    Control,
    FocusRing,
    painter_of,
    rounded,
    text_width,
    write,
)


class Segments(Control):
    """One of a few keys, each with a label. `edited(key, True)` when another is chosen."""

    accessible_role = QAccessible.Role.PageTabList

    def __init__(self, name: str, options: tuple[tuple[str, str], ...] = (), parent: QWidget | None = None):
        super().__init__(name, parent)
        self._options: tuple[tuple[str, str], ...] = ()
        self._value = ""
        self._ring = FocusRing(self, theme().radius("field"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_options(options)

    def set_options(self, options: tuple[tuple[str, str], ...]) -> None:
        """Other choices, as (key, label); the first is on where the old one is gone."""
        if options == self._options:
            return
        self._options = options
        if options and self._value not in [key for key, _label in options]:
            self._value = options[0][0]
        self._describe()
        self.updateGeometry()

    def value(self) -> str:
        """The key that is on."""
        return self._value

    def set_value(self, key: str) -> None:
        """Turn another one on."""
        if key != self._value:
            self._value = key
            self._describe()

    def _describe(self) -> None:
        self.setAccessibleDescription(dict(self._options).get(self._value, ""))
        self.update()

    def _choose(self, key: str) -> None:
        if key != self._value:
            self.set_value(key)
            self.edited.emit(key, True)

    def _boxes(self) -> list[QRectF]:
        boxes, x = [], 0.0
        for _key, label in self._options:
            width = text_width(label) + 20
            boxes.append(QRectF(x, 0, width, self.height()))
            x += width
        return boxes

    def sizeHint(self) -> QSize:
        """As wide as the words."""
        return QSize(int(sum(text_width(label) + 20 for _key, label in self._options) + 0.999), HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what was clicked."""
        for box, (key, _label) in zip(self._boxes(), self._options, strict=True):
            if box.contains(event.position()):
                self._choose(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk through the choices."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or not self._options:
            super().keyPressEvent(event)
            return
        keys = [key for key, _label in self._options]
        self._choose(keys[(keys.index(self._value) + step) % len(keys)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """A grey strip with a raised piece for what is on."""
        painter = painter_of(self)
        rounded(painter, QRectF(self.rect()), theme().radius("field"), theme().color("field"))
        for box, (key, label) in zip(self._boxes(), self._options, strict=True):
            if key == self._value:
                piece = box.adjusted(2, 2, -2, -2)
                fill, border = theme().color("raised"), theme().color("border-strong")
                rounded(painter, piece, theme().radius("segment"), fill, border)
            color = "text" if key == self._value else "text-2"
            write(painter, box, label, "label", color, Qt.AlignmentFlag.AlignHCenter)
