"""The line under an output that says what its markers and colours mean."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.plots.axis import decimal, nice_step
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write

LINE = 20


class Swatch(NamedTuple):
    """A marker or a line with a word."""

    word: str
    shape: str = "circle"  # a marker's name, or "line"
    hollow: bool = False
    color: QColor | None = None  # None: the colour of text
    dashed: bool = False


def split_swatches() -> tuple[Swatch, ...]:
    """How training and validation samples are drawn."""
    return (Swatch("Train"), Swatch("Validation", "diamond", hollow=True))


def class_swatches(names: tuple[str, ...]) -> tuple[Swatch, ...]:
    """How the classes are drawn."""
    return tuple(
        Swatch(name, theme().marker(index), color=theme().class_color(index, len(names)))
        for index, name in enumerate(names)
    )


class Legend(QWidget):
    """One or more lines of swatches, with a colour bar at the right end of the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._swatches: tuple[Swatch, ...] = ()
        self._second: tuple[Swatch, ...] = ()
        self._bar: tuple[str, str, str] | None = None  # low word, high word, colour map
        self.setFixedHeight(LINE)

    def show_swatches(self, first: tuple[Swatch, ...], second: tuple[Swatch, ...] = ()) -> None:
        """Swatches only; the second ones start a line of their own where they do not fit."""
        self._show(first, second, None)

    def show_bar(
        self, swatches: tuple[Swatch, ...], names: tuple[str, ...], below: tuple[Swatch, ...] = ()
    ) -> None:
        """Two classes at the ends of the diverging map; `below` has a line of its own."""
        ends = (*names, "", "")
        self._show(swatches, below, (ends[0], ends[1], "diverging"))

    def show_range(
        self,
        swatches: tuple[Swatch, ...],
        low: float,
        high: float,
        unit: str,
        color_map: str,
        below: tuple[Swatch, ...] = (),
    ) -> None:
        """A range of values in their unit; `below` has a line of its own."""
        step = nice_step(high - low, 100)
        self._show(swatches, below, (decimal(low, step), f"{decimal(high, step)} {unit}".strip(), color_map))

    def _show(
        self, first: tuple[Swatch, ...], second: tuple[Swatch, ...], bar: tuple[str, str, str] | None
    ) -> None:
        if (first, second, bar) == (self._swatches, self._second, self._bar):
            return
        self._swatches, self._second, self._bar = first, second, bar
        words = [swatch.word for swatch in (*first, *second)] + list(bar[:2] if bar else ())
        self.setAccessibleName("Legend: " + ", ".join(words))
        self.setFixedHeight(LINE * (1 + max((place[1] for _s, place in self._places()), default=0)))
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its lines."""
        return QSize(200, self.height())

    def resizeEvent(self, event: object) -> None:
        """Lines break where they must."""
        self.setFixedHeight(LINE * (1 + max((place[1] for _s, place in self._places()), default=0)))

    def _places(self) -> list[tuple[Swatch, tuple[float, int]]]:
        """Where each swatch starts: x and line number."""
        places = []
        x, line = 0.0, 0
        for number, swatch in enumerate((*self._swatches, *self._second)):
            width = 16 + text_width(swatch.word, "caption") + 14
            below = self._bar is not None and number == len(self._swatches)
            if x and (below or x + width - 14 > self.width()):
                x, line = 0.0, line + 1
            places.append((swatch, (x, line)))
            x += width
        return places

    def paintEvent(self, event: QPaintEvent) -> None:
        """Swatches from the left, the bar at the right."""
        painter = painter_of(self)
        for swatch, (x, line) in self._places():
            middle = QPointF(x + 6, LINE * line + LINE / 2)
            paint_swatch(painter, swatch, middle)
            box = QRectF(x + 16, LINE * line, self.width() - x - 16, LINE)
            write(painter, box, swatch.word, "caption", "text-2")
        if self._bar is not None:
            self._paint_bar(painter, *self._bar)

    def _paint_bar(self, painter: QPainter, low: str, high: str, color_map: str) -> None:
        ends = [x + 16 + text_width(s.word, "caption") for s, (x, line) in self._places() if line == 0]
        used = max(ends, default=0.0)
        room = self.width() - used - 16
        high_width, low_width = text_width(high, "caption"), text_width(low, "caption")
        bar = min(84.0, max(24.0, room - high_width - low_width - 14))
        right = self.width() - high_width - 7
        words = QRectF(self.width() - high_width - 1, 0, high_width + 1, LINE)
        write(painter, words, high, "caption", "text-2", Qt.AlignmentFlag.AlignRight)
        box = QRectF(right - bar, LINE / 2 - 4, bar, 8)
        table = theme().lut(color_map)
        image = QImage(np.ascontiguousarray(table).tobytes(), 256, 1, 1024, QImage.Format.Format_RGB32)
        shape = QPainterPath()
        shape.addRoundedRect(box, 3, 3)
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(box, image)
        painter.restore()
        left = QRectF(used + 4, 0, max(0.0, box.left() - 7 - used - 4), LINE)
        write(painter, left, low, "caption", "text-2", Qt.AlignmentFlag.AlignRight)


def paint_swatch(painter: QPainter, swatch: Swatch, middle: QPointF) -> None:
    """A marker or a short line."""
    color = swatch.color or theme().color("text-2")
    if swatch.shape == "line":
        pen = QPen(color, theme().line("curve"))
        if swatch.dashed:
            pen.setDashPattern([2.8, 1.4])
        painter.setPen(pen)
        painter.drawLine(middle - QPointF(6, 0), middle + QPointF(6, 0))
        return
    painter.setPen(QPen(color, 1.4) if swatch.hollow else QPen(color, 0.1))
    painter.setBrush(Qt.BrushStyle.NoBrush if swatch.hollow else color)
    if swatch.shape == "circle":
        painter.drawEllipse(middle, 3.6, 3.6)
    else:
        painter.drawPolygon(_outline(swatch.shape).translated(middle))


@lru_cache
def _outline(shape: str) -> QPolygonF:
    """A marker's corners around its middle."""
    turns = {
        "triangle": (3, -90.0, 5.0),
        "down-triangle": (3, 90.0, 5.0),
        "square": (4, 45.0, 5.0),
        "diamond": (4, 0.0, 5.0),
        "pentagon": (5, -90.0, 4.6),
        "hexagon": (6, 0.0, 4.6),
    }
    if shape in turns:
        corners, start, radius = turns[shape]
        angles = np.radians(start + 360.0 / corners * np.arange(corners))
        radii = np.full(corners, radius)
    elif shape == "star":
        angles = np.radians(-90.0 + 36.0 * np.arange(10))
        radii = np.where(np.arange(10) % 2 == 0, 5.4, 2.4)
    else:  # plus and cross: twelve corners of two bars
        arm, thick = 5.0, 1.4
        bar = [(-thick, -arm), (thick, -arm), (thick, -thick), (arm, -thick), (arm, thick), (thick, thick)]
        ring = bar + [(-x, -y) for x, y in bar]
        turn = np.radians(45.0 if shape == "cross" else 0.0)
        cos, sin = float(np.cos(turn)), float(np.sin(turn))
        return QPolygonF([QPointF(x * cos - y * sin, x * sin + y * cos) for x, y in ring])
    return QPolygonF(
        [QPointF(float(r * np.cos(a)), float(r * np.sin(a))) for r, a in zip(radii, angles, strict=True)]
    )
