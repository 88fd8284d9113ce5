"""An input on its way over the canvas: the number of each unit, and its place in the unit's picture."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Snapshot, Tried
from playground.views.canvas.filling import shown_scale
from playground.views.canvas.layer_item import LayerItem
from playground.views.canvas.marks import mark_box
from playground.views.canvas.neuron_item import NeuronItem
from playground.views.output.confusion_view import readable_on, values_picture
from playground.views.slow_motion.numbers import MINUS, plain
from playground.views.theme import theme
from playground.views.widgets.control import rounded, text_width

PILL = 17.0  # how high a number stands
SMALL = 24.0  # tiles below this side are filled with the colour, without a number
TINY, MOST_PLAIN = 0.0005, 10_000.0  # what is nearer to 0 is written as 0; what is larger, with a power


@lru_cache(maxsize=4096)
def _width(text: str, style: str) -> float:
    return text_width(text, style)


class TravelItem(QGraphicsItem):
    """Painted above the columns of a scene; shows nothing while no input is tried."""

    def __init__(self, columns: dict[str, LayerItem]) -> None:
        super().__init__()
        self._columns = columns
        self._tried: Tried | None = None
        self._prepared: Prepared | None = None
        self._spot: tuple[float, float] | None = None  # of the plane, each from 0 to 1, y downwards
        self._picture: QImage | None = None
        self._scales: dict[str, float] = {}
        self._box = QRectF()
        self.setZValue(30)
        self.setVisible(False)

    def place(self, width: float, height: float) -> None:
        """Cover a canvas of this size."""
        self.prepareGeometryChange()
        self._box = QRectF(-80, 0, width + 160, height)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The input of this moment, or nothing."""
        tried, prepared = snapshot.tried, snapshot.prepared
        if tried is self._tried and prepared is self._prepared:
            return
        self._tried, self._prepared = tried, prepared
        self.setVisible(tried is not None and prepared is not None)
        if tried is None or prepared is None:
            return
        self._scales = {
            name: shown_scale(snapshot.tiles, name)
            if snapshot.tiles is not None
            else max(1.0, float(np.abs(np.nan_to_num(values)).max()))
            for name, values in tried.layers.items()
        }
        self._spot, self._picture = None, None
        values = np.array(tried.asked.values)
        if prepared.domain is not None:
            ends = list(prepared.domain)
            at = [(float(v) - low) / (high - low) for v, (low, high) in zip(values, ends, strict=True)]
            self._spot = (at[0], 1.0 - at[1]) if len(at) == 2 else (at[0], -1.0)
        if prepared.image_shape is not None:
            self._picture = values_picture(prepared, tried.asked.values)
        self.update()

    def boundingRect(self) -> QRectF:
        """The canvas."""
        return self._box

    def value(self, layer: str, unit: int) -> float | None:
        """A unit's number; None where there is none."""
        values: NDArray[Any] | None = self._tried.layers.get(layer) if self._tried is not None else None
        return float(values[unit]) if values is not None and unit < len(values) else None

    def _is_share(self, layer: str) -> bool:
        """True at the output of classes."""
        return layer == "output" and self._prepared is not None and self._prepared.task == "classes"

    def _words(self, layer: str, value: float) -> str:
        """The number in few digits; at the output of classes a share."""
        if value - value != 0.0:
            return plain(value)
        if self._is_share(layer):
            return f"{min(value, 0.99) if value < 1.0 else value:.0%}"
        size = abs(value)
        if size < TINY or not size < MOST_PLAIN:
            return plain(0.0 if size < TINY else value)
        places = 3 if size < 0.0995 else 2 if size < 9.995 else 1 if size < 99.95 else 0
        return f"{value:.{places}f}".replace("-", MINUS)

    # Painting

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Each unit in sight."""
        for name, item in self._columns.items():
            pitch = _pitch(item)
            for neuron in item.neurons:
                if neuron.isVisible():
                    self._paint_unit(painter, name, neuron, item.pos() + neuron.pos(), pitch)

    def _paint_unit(
        self, painter: QPainter, name: str, neuron: NeuronItem, place: QPointF, pitch: float
    ) -> None:
        tile = QRectF(place.x() - neuron.side / 2, place.y() - neuron.side / 2, neuron.side, neuron.side)
        if neuron.look == "picture":
            if self._picture is not None:
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
                painter.drawImage(tile, self._picture)
                painter.setPen(QPen(theme().color("ink", 0.25), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(tile)
            return
        value = self.value(name, neuron.unit)
        if value is None:
            return
        if neuron.look == "dot" or neuron.side < SMALL:
            self._paint_small(painter, name, value, tile, pitch)
        elif self._spot is None:
            self._cover(painter, neuron, tile)
            room, words = tile.width() - 4, self._words(name, value)
            if _width(words, "caption") > room:  # a narrow tile is filled beyond its sides
                wide = _width(words, "caption") + 6 - tile.width()
                tile = tile.adjusted(-wide / 2, 0, wide / 2, 0)
            self._paint_number(
                painter, name, value, tile, 8.0, "label" if _width(words, "label") < room else "caption"
            )
        else:
            self._paint_spot(painter, tile)
            # below the tile where there is room, so that its picture stays in sight
            drop = 12.0 if pitch - neuron.side >= 18 else 0.0
            width = max(34.0, _width(self._words(name, value), "caption") + 12)
            top = tile.bottom() - PILL + drop
            box = QRectF(place.x() - width / 2, top, width, PILL)
            self._paint_number(painter, name, value, box, PILL / 2, "caption")

    @staticmethod
    def _cover(painter: QPainter, neuron: NeuronItem, tile: QRectF) -> None:
        """Ground over what stands around a tile that a number takes the place of: its bias, its mark."""
        ground, rim = theme().color("canvas"), 5.0
        painter.fillRect(tile.adjusted(-rim, 0, 0, rim), ground)
        if neuron.mark:
            box = mark_box(neuron.side, neuron.mark).translated(tile.center())
            painter.fillRect(box.adjusted(-1, -1, 1, 1), ground)

    def _color(self, name: str, value: float) -> QColor:
        """As the tiles are coloured: of two classes the one near 0 is negative."""
        if self._is_share(name) and self._tried is not None and len(self._tried.layers[name]) == 1:
            value = 2.0 * value - 1.0
        share = value / self._scales[name]
        level = min(1.0, max(-1.0, share)) if share == share else 0.0
        return QColor.fromRgb(int(theme().lut("diverging")[int((level + 1) * 127.5)]))

    def _paint_number(
        self, painter: QPainter, name: str, value: float, box: QRectF, radius: float, style: str
    ) -> None:
        fill = self._color(name, value)
        rim = 1.5 if radius > 8 else 5.0  # a box takes the place of the tile, with all that stands at it
        rounded(painter, box.adjusted(-rim, -rim, rim, rim), radius + rim, theme().color("canvas"))
        rounded(painter, box, radius, fill)
        painter.setPen(QPen(theme().color("ink", 0.35), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, radius, radius)
        painter.setPen(readable_on(fill))
        painter.setFont(theme().font(style, 600))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._words(name, value))

    def _paint_small(self, painter: QPainter, name: str, value: float, tile: QRectF, pitch: float) -> None:
        """The colour alone, and the number beside it where it fits."""
        if pitch >= PILL + 1:
            width = max(34.0, _width(self._words(name, value), "caption") + 10)
            box = QRectF(tile.center().x() - width / 2, tile.center().y() - PILL / 2, width, PILL)
            self._paint_number(painter, name, value, box, PILL / 2, "caption")
            return
        fill = self._color(name, value)
        rounded(painter, tile, 2.0, fill)
        painter.setPen(QPen(theme().color("ink", 0.5), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(tile, 2, 2)

    def _paint_spot(self, painter: QPainter, tile: QRectF) -> None:
        """Where the input lies in the picture of the unit."""
        assert self._spot is not None
        x, y = self._spot
        if not 0.0 <= x <= 1.0:
            return
        left = tile.left() + x * tile.width()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if y < 0.0:  # a line: its picture is a curve
            painter.setPen(QPen(theme().color("ink"), 1.4))
            painter.drawLine(QPointF(left, tile.top() + 3), QPointF(left, tile.bottom() - 3))
        elif y <= 1.0:
            spot = QPointF(left, tile.top() + y * tile.height())
            for color, width in ((theme().color("canvas"), 3.4), (theme().color("ink"), 1.6)):
                painter.setPen(QPen(color, width))
                painter.drawEllipse(spot, 3.6, 3.6)


def _pitch(item: LayerItem) -> float:
    """How far the rows of a column lie apart."""
    rows = item.column.rows if item.column is not None else ()
    return min((float(b - a) for a, b in pairwise(rows)), default=200.0)
