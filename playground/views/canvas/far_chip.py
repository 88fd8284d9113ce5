"""Chips of a network seen from far away: fewer words, as large as ever."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from playground.views.canvas.columns import ColumnText
from playground.views.icons import ICONS, paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write

FAR = 0.7  # the zoom below which words that shrink with the network can no longer be read
HEIGHT, _LINE, _PAD = 38.0, 15.0, 5.0
_SHORT = {"input": "In", "output": "Out"}


@dataclass(frozen=True)
class FarChip:
    """What is left of a chip, in pixels of the screen; `icon` stands where no name fits."""

    lines: tuple[str, ...]
    icon: str
    width: float

    def box(self) -> QRectF:
        """Around the middle of the chip's lower edge, from which it grows upwards."""
        return QRectF(-self.width / 2, -HEIGHT, self.width, HEIGHT)

    def paint(self, painter: QPainter) -> None:
        """An icon or a short name, and the number below it."""
        box = self.box()
        top = box.center().y() - _LINE * (len(self.lines) + bool(self.icon)) / 2
        if self.icon:
            paint_icon(painter, self.icon, QPointF(0, top + _LINE / 2), theme().color("text"), 13)
            top += _LINE
        for number, line in enumerate(self.lines):
            place = QRectF(box.left(), top + number * _LINE, box.width(), _LINE)
            write(painter, place, line, "caption", "text", Qt.AlignmentFlag.AlignHCenter)


@lru_cache(maxsize=512)
def far_chip(text: ColumnText, room: float) -> FarChip:
    """The most that can be said of a column in `room` pixels."""
    number = (text.value,) if text.number or not text.editable else ()
    title = (text.title, " · ".join(part for part in (*number, text.activation) if part))
    icon = "" if text.kind in _SHORT else text.kind if text.kind in ICONS else "plus"
    least = (_SHORT[text.kind], *number) if text.kind in _SHORT else number
    for lines in (title, (text.title, *number), least):
        width = max((text_width(line, "caption") for line in lines), default=13.0) + 2 * _PAD
        if width <= room:
            break
    shown = tuple(line for line in lines if line)
    return FarChip(shown, icon if lines is least else "", max(24.0, min(width, room)))
