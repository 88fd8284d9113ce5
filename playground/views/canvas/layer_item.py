"""One column of the canvas: its background, chip and tiles, and the words around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.chip_item import ChipItem
from playground.views.canvas.columns import ColumnText
from playground.views.canvas.edge_item import GAP
from playground.views.canvas.layout import CHIP_HEIGHT, CHIP_TOP, KERNEL_GAP, TILE, Box, Column, kernel_side
from playground.views.canvas.neuron_item import NeuronItem
from playground.views.canvas.rich_text import draw_formula, formula_width
from playground.views.theme import theme
from playground.views.widgets.control import font_for, rounded, text_width

CAPTION_TOP = CHIP_TOP + CHIP_HEIGHT + 5
MOST_NAME = 128.0
NAME_GAP = 9.0
_MEASURED = 60


def name_width(text: ColumnText, limit: float = MOST_NAME) -> float:
    """Room for what stands beside a column's tiles, names or the images of weights; negative on the left."""
    names = _name_width(text, limit)
    kernel = kernel_side(TILE) + KERNEL_GAP if text.image is not None else 0.0
    return names if abs(names) > kernel else -kernel


def _name_width(text: ColumnText, limit: float) -> float:
    if text.kind == "input" and text.look != "picture" and text.names:
        if text.formulas:
            return -(max(formula_width(formula) for formula in text.formulas) + NAME_GAP)
        return -(min(limit, _widest(text.names)) + NAME_GAP)
    if text.kind == "output" and text.names:
        return min(limit, _widest(text.names)) + NAME_GAP
    return 0.0


def _widest(names: Sequence[str]) -> float:
    """The width of the widest name, one of the longest ones: measuring thousands takes seconds."""
    return max(text_width(name, "caption") for name in sorted(names, key=len)[-_MEASURED:])


@lru_cache(maxsize=256)
def _micro_width(text: str) -> float:
    return text_width(text, "micro")


class LayerItem(QGraphicsItem):
    """A column around its own middle: x = 0 is the middle of its chip, y that of the canvas."""

    def __init__(self, text: ColumnText) -> None:
        super().__init__()
        self.text = text
        self.column: Column | None = None
        self.chip = ChipItem(self, text)
        self.neurons: list[NeuronItem] = []
        self.more = MoreItem(self)
        self.is_selected = False
        self.page = 0
        self.units: tuple[int, ...] = ()  # the units of the rows
        self._marks: dict[int, str] = {}
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # says what is exposed

    def see_from_far(self, zoom: float, room: float | None) -> None:
        """Words that could not be read go, the others keep their size; None for nearby."""
        self.chip.see_from_far(zoom, room)
        self.more.see_from_far(zoom, room is not None)
        for item in self.neurons:
            item.is_far = room is not None

    @property
    def kernel_room(self) -> float:
        """The room between tiles and edges that the images of weights take."""
        shown = self.column is not None and self.neurons and self.neurons[0].has_kernel
        return kernel_side(self.neurons[0].side) + KERNEL_GAP if shown else 0.0

    def show_column(self, text: ColumnText, column: Column, form: int, images: bool = True) -> None:
        """Take on other words and another place; tiles are made and dropped as needed.

        With `images`, those of the weights stand beside the tiles of units that see an image.
        """
        self.prepareGeometryChange()
        self.text, self.column = text, column
        self.chip.show_text(text, form)
        while len(self.neurons) > len(column.rows):
            item = self.neurons.pop()
            if item.scene() is not None:
                item.scene().removeItem(item)
        while len(self.neurons) < len(column.rows):
            self.neurons.append(NeuronItem(self, len(self.neurons)))
        for item, y in zip(self.neurons, column.rows, strict=True):
            item.set_side(column.tile)
            item.look = {"dots": "dot", "picture": "picture"}.get(text.look, "tile")
            item.has_kernel = text.image is not None and images
            item.setPos(0, y)
            item.named_on = (1 if text.kind == "output" else -1) if text.names else 0
        self.more.setVisible(column.more is not None)
        if column.more is not None:
            self.more.setPos(0, column.more.y)
        self.update()

    def ends(self, rows: NDArray[np.intp], side: int) -> NDArray[np.float64]:
        """Where edges at these rows end (n, 2) in the scene, at the left (side −1) or at the right (1)."""
        assert self.column is not None
        ys = np.asarray(self.column.rows, dtype=np.float64)
        away = self.column.tile / 2 + (GAP if self.text.look != "dots" else 0.0)
        away += self.kernel_room if side < 0 else 0.0
        return np.stack([np.full(len(rows), self.x() + side * away), ys[rows]], axis=1)

    def set_units(self, units: tuple[int, ...]) -> None:
        """Say which units the rows show."""
        self.units = units
        self.update()
        for item, unit in zip(self.neurons, units, strict=False):
            item.unit = unit
            item.mark = self._marks.get(unit, "")
        if self.column is not None and self.column.hidden:
            self.more.set_text(self._more_text())

    def show_marks(self, marks: dict[int, str]) -> None:
        """Mark units, shown or not, with a word each."""
        self._marks = marks
        for item in self.neurons:
            item.mark = marks.get(item.unit, "")
            item.update()

    def _more_text(self) -> str:
        assert self.column is not None
        if self.page == 0:
            return f"+{self.column.hidden:,} more"
        first = self.page * len(self.column.rows) + 1
        return f"{first:,}–{first + len(self.units) - 1:,} of {self.text.units:,}"

    def select(self, selected: bool, unit: int) -> None:
        """Show the column, and one unit of it, as selected; −1 for none."""
        self.is_selected = selected
        self.chip.mark(is_selected=selected)
        for item in self.neurons:
            item.is_selected = selected and item.unit == unit
        self.update()

    def boundingRect(self) -> QRectF:
        """The whole column with the names beside it."""
        if self.column is None:
            return QRectF()
        body = self.column.body
        side = max(abs(name_width(self.text)) + self.column.tile, 90.0)
        half = max(body.width / 2, side)
        return QRectF(-half, body.y, 2 * half, body.height + 40)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Background if selected, the line of parameters, names, the loss."""
        column = self.column
        if column is None:
            return
        exposed = option.exposedRect  # while training, the words are not
        if self.is_selected:
            self._paint_selection(painter, column, exposed)
        if self.chip.far is not None:
            return
        self._paint_caption(painter, column, exposed)
        if self.text.names and self.text.look != "picture":
            self._paint_names(painter, column, exposed)
        if self.text.below and column.rows and not column.hidden:
            box = QRectF(-80, column.rows[-1] + column.tile / 2 + 8, 160, 16)
            if box.intersects(exposed):
                self._write(painter, box, self.text.below, "body", "text-2")

    @staticmethod
    def _paint_selection(painter: QPainter, column: Column, exposed: QRectF) -> None:
        """The column in grey. Without its corners, where those are not exposed: in a quarter of the time."""
        body = QRectF(-column.body.width / 2, column.body.y, column.body.width, column.body.height)
        radius = theme().radius("column")
        seen = exposed.adjusted(0, -2, 0, 2)
        if body.top() + radius <= seen.top() and seen.bottom() <= body.bottom() - radius:
            body.setTop(seen.top())
            body.setBottom(seen.bottom())
            painter.fillRect(body, theme().color("select-fill"))
        else:
            rounded(painter, body, radius, theme().color("select-fill"))

    def _paint_caption(self, painter: QPainter, column: Column, exposed: QRectF) -> None:
        text = self.text.caption
        room = max(column.chip.width, column.tile) + 34
        box = QRectF(-room / 2, CAPTION_TOP, room, 14)
        if not box.intersects(exposed):
            return
        shorter = text.split("= ")[-1]
        fitting = [
            words
            for words in (text, shorter, shorter.rsplit(" ", 1)[0].replace("no", "0"))
            if _micro_width(words) <= room
        ]
        if fitting:
            self._write(painter, box, fitting[0], "micro", "text-3")

    def _paint_names(self, painter: QPainter, column: Column, exposed: QRectF) -> None:
        beside = column.tile / 2 + NAME_GAP
        if exposed.right() <= beside if self.text.kind == "output" else exposed.left() >= -beside:
            return
        for item in self.neurons:
            if item.unit >= len(self.text.names):
                continue
            y = item.pos().y()
            if self.text.kind == "output":
                box = QRectF(column.tile / 2 + NAME_GAP, y - 8, MOST_NAME, 16)
                self._write(
                    painter, box, self.text.names[item.unit], "caption", "text-2", Qt.AlignmentFlag.AlignLeft
                )
            elif self.text.formulas:
                formula = self.text.formulas[item.unit]
                left = -column.tile / 2 - NAME_GAP - formula_width(formula)
                draw_formula(painter, QPointF(left, y + 4.5), formula, theme().color("text"))
            else:
                box = QRectF(-column.tile / 2 - NAME_GAP - MOST_NAME, y - 8, MOST_NAME, 16)
                self._write(
                    painter, box, self.text.names[item.unit], "caption", "text-2", Qt.AlignmentFlag.AlignRight
                )

    @staticmethod
    def _write(
        painter: QPainter,
        box: QRectF,
        text: str,
        style: str,
        color: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
    ) -> None:
        font = font_for(text, style)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(theme().color(color))
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, int(align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)


class MoreItem(QGraphicsItem):
    """The chip below a wide layer: how many units are not shown; a click shows the next ones."""

    def __init__(self, parent: QGraphicsItem) -> None:
        super().__init__(parent)
        self._text = ""
        self._far: float | None = None  # the zoom, where it keeps its size on the screen
        self.is_hovered = False

    def see_from_far(self, zoom: float, is_far: bool) -> None:
        """Keep its size on the screen, with fewer words."""
        far = zoom if is_far else None
        if far != self._far:
            self.prepareGeometryChange()
            self._far = far
            self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations, is_far)

    def set_text(self, text: str) -> None:
        """Say how many are hidden, or which are shown."""
        if text != self._text:
            self.prepareGeometryChange()
            self._text = text
            self.update()

    def box(self) -> Box:
        """The chip's rectangle around its own origin."""
        if self._far is not None:
            width = text_width(self._words(), "caption") + 8
            return Box(-width / 2, 1, width, 18)
        width = max(72.0, text_width(self._text, "caption") + 20)
        return Box(-width / 2, 1, width, 26)

    def area(self) -> QRectF:
        """What it covers, in its column's coordinates."""
        box, zoom = QRectF(*self.box()), self._far or 1.0
        return QRectF(box.topLeft() / zoom, box.size() / zoom).translated(self.pos())

    def _words(self) -> str:
        """From far away "+502", or "9–16"."""
        return self._text if self._far is None else self._text.split(" ")[0]

    def boundingRect(self) -> QRectF:
        """The chip."""
        return QRectF(*self.box()).adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A small outlined chip."""
        box = QRectF(*self.box())
        fill = theme().color("field" if self.is_hovered else "raised")
        rounded(painter, box, 8, fill, theme().color("border"))
        painter.setFont(theme().font("caption"))
        painter.setPen(QPen(theme().color("text-2")))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._words())
