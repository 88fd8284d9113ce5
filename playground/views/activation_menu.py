"""The menu that shows each activation as its curve, with a hint beside its name."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.activations import Activation, activations
from playground.views.demo import show_alone
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import Button, painter_of, rounded, write
from playground.views.widgets.popover import SHADOW, Popover

_ROW = QSize(300, 36)


@lru_cache(maxsize=64)
def curve(key: str) -> tuple[tuple[float, float], ...]:
    """Points of an activation's curve for z from −3 to 3, filling a box of −1…1, y upwards."""
    entry = activations[key]
    settings = [setting.default for setting in entry.settings]
    value = entry.value or _soft_step
    found = []
    for step in range(61):
        z = -3.0 + step / 10.0
        a = value(z, *settings)
        if math.isfinite(a) and abs(a) <= 3.0:
            found.append((z / 3.0, a))
    low, high = min(a for _x, a in found), max(a for _x, a in found)
    half = (high - low) / 2.0 or 1.0
    return tuple((x, (a - low) / half - 1.0) for x, a in found)


def _soft_step(z: float) -> float:
    """Softmax of two units, as one of them sees it."""
    return 1.0 / (1.0 + math.exp(-z))


def paint_curve(painter: QPainter, box: QRectF, key: str, axes: bool = True) -> None:
    """An activation's curve in a box, with faint axes behind it."""
    middle = box.center()
    if axes:
        painter.setPen(QPen(theme().color("border"), 1))
        painter.drawLine(QPointF(box.left(), middle.y()), QPointF(box.right(), middle.y()))
        painter.drawLine(QPointF(middle.x(), box.top()), QPointF(middle.x(), box.bottom()))
    spots = [
        QPointF(middle.x() + x * box.width() / 2, middle.y() - y * box.height() / 2) for x, y in curve(key)
    ]
    painter.setPen(theme().pen("text", 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(spots))


class _Row(Button):
    """One activation: curve, name, hint, and a tick where it is the one in use."""

    pointed = Signal(str)

    def __init__(self, entry: Activation, current: bool, wide: bool) -> None:
        super().__init__(entry.label, None, entry.summary, radius=theme().radius("tile"))
        self.key = entry.key
        self._entry = entry
        self._current = current
        self.setAccessibleDescription("in use" if current else entry.hint)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding if wide else QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed
        )

    def sizeHint(self) -> QSize:
        return _ROW

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit(self.key)
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.pointed.emit(self.key)
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painter_of(self)
        box = QRectF(self.rect())
        if self.hovered or self.hasFocus():
            rounded(painter, box, self.radius, theme().color("field"))
        paint_curve(painter, QRectF(12, 6, 38, self.height() - 12), self.key)
        style = "section" if self._current else "label"
        write(painter, box.adjusted(62, 0, -40, 0), self._entry.label, style)
        hint = "now" if self._current else self._entry.hint
        write(painter, box.adjusted(140, 0, -40, 0), hint, "body", "text-3", Qt.AlignmentFlag.AlignRight)
        if self._current:
            paint_icon(
                painter, "check", QPointF(box.right() - 20, box.center().y()), theme().color("text"), 14
            )


class ActivationMenu(Popover):
    """Opens beside a chip or a field. `chosen(key)` when one is picked; `pointed(key)` while hovering."""

    chosen = Signal(str)
    pointed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, padding=6)
        self._rows: list[_Row] = []

    def choose(self, current_key: str, at: QPoint, output: bool = False) -> None:
        """Open at a place on the screen; with `output` also those that work at the output only."""
        self._fill(current_key, output)
        self.open_at(at)
        for row in self._rows:
            if row.key == current_key:
                row.setFocus(Qt.FocusReason.PopupFocusReason)

    @staticmethod
    def width_of_card() -> int:
        """How wide it opens, in pixels."""
        return _ROW.width() + 2 * (6 + SHADOW)

    def _fill(self, current: str, output: bool) -> None:
        for row in self._rows:
            self.body.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for entry in activations:
            if output or not entry.output_only:
                row = _Row(entry, entry.key == current, wide=True)
                row.clicked.connect(lambda _checked=False, key=entry.key: self._pick(key))
                row.pointed.connect(self.pointed)
                self.body.addWidget(row)
                self._rows.append(row)

    def _pick(self, key: str) -> None:
        self.dismiss()
        self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the rows; Enter picks; Esc closes."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        here = next((i for i, row in enumerate(self._rows) if row.hasFocus()), -1 if step > 0 else 0)
        self._rows[(here + step) % len(self._rows)].setFocus(Qt.FocusReason.PopupFocusReason)


def _demo() -> QWidget:
    page = QWidget()
    page.resize(380, 300)
    menu = ActivationMenu(page)
    page.show()
    menu.choose("tanh", page.mapToGlobal(QPoint(20, 20)))
    return page


if __name__ == "__main__":
    show_alone(_demo)
