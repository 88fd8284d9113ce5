"""How long the gradient of each layer is: a bar a layer on a logarithmic axis.

Bars that shrink towards the first layer are a vanishing gradient, bars that grow an exploding one.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.words import called
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write

_ROW, _FOOT, _NUMBER = 18, 18, 52
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def decades(values: list[float]) -> tuple[int, int]:
    """The powers of ten that the axis runs from and to; at least four of them."""
    logs = [math.log10(value) for value in values if value > 0.0 and math.isfinite(value)]
    low = math.floor(min(logs, default=-1.0) - 0.2)
    high = math.ceil(max(logs, default=0.0))
    return min(low, high - 4), high


def scientific(value: float) -> str:
    """A norm in four letters or so: 0.31, 5e−7."""
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else "∞"
    return f"{value:.2g}" if 0.01 <= value < 1000 else f"{value:.0e}".replace("e-0", "e−").replace("e+0", "e")


class GradientBars(QWidget):
    """One bar a layer, the first layer on top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: dict[str, float] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Gradient by layer")
        theme().changed.connect(self.update)

    def show_values(self, values: dict[str, float]) -> None:
        """Norms by layer, in the network's order."""
        if values != self.values:
            grown = len(values) != len(self.values)
            self.values = dict(values)
            said = ", ".join(f"{called(name)} {scientific(value)}" for name, value in values.items())
            self.setAccessibleName(f"Gradient by layer: {said}")
            if grown:
                self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """A row a layer, and the axis."""
        return QSize(200, _ROW * max(1, len(self.values)) + _FOOT)

    def minimumSizeHint(self) -> QSize:
        """All rows."""
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, bars, numbers, and the decades below."""
        painter = painter_of(self)
        names = {name: called(name) for name in self.values}
        left = min(92.0, max((text_width(text, "body") for text in names.values()), default=0.0) + 10)
        low, high = decades(list(self.values.values()))
        room = self.width() - left - _NUMBER
        bottom = _ROW * len(self.values)
        every = max(1, math.ceil((high - low) * 30 / max(1.0, room)))
        for power in range(low, high + 1, every):
            x = left + room * (power - low) / (high - low)
            painter.fillRect(QRectF(x, 0, 1, bottom), theme().color("grid"))
            text = f"10{str(power).translate(_SUPERSCRIPTS)}" if power not in (0,) else "1"
            box = QRectF(x - 24, bottom + 2, 48, 14)
            write(painter, box, text, "micro", "text-3", Qt.AlignmentFlag.AlignHCenter)
        for row, (name, value) in enumerate(self.values.items()):
            y = row * _ROW
            write(painter, QRectF(0, y, left - 8, _ROW), names[name], "body", "text-2")
            if value > 0.0:
                share = (math.log10(value) - low) / (high - low) if math.isfinite(value) else 1.0
                painter.fillRect(QRectF(left, y + 4, max(2.0, room * share), _ROW - 8), theme().color("grad"))
            box = QRectF(left + room + 8, y, _NUMBER - 8, _ROW)
            write(painter, box, scientific(value), "label", "text", Qt.AlignmentFlag.AlignRight)
