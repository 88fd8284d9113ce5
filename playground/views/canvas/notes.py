"""Words that stand on the canvas: the callout of an edge, problems beside their columns, the first hint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.experiment.problems import Problem
from playground.views.canvas.columns import spell_weight
from playground.views.canvas.layout import COLUMN_TOP, Box
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import rounded

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene

_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)


class CalloutItem(QGraphicsItem):
    """The weight of the edge or the bias of the tile under the pointer, in ink, around its origin."""

    def __init__(self) -> None:
        super().__init__()
        self._value, self._symbol = "", "w"
        self.is_focused = False
        self.setZValue(30)
        self.setVisible(False)

    def show_weight(self, value: float, place: QPointF, symbol: str = "w") -> None:
        """Say `w = −4.42` at the middle of an edge, or `b = 0.10` at a tile."""
        text = spell_weight(value)
        if (text, symbol) != (self._value, self._symbol):
            self.prepareGeometryChange()
            self._value, self._symbol = text, symbol
        self.setPos(place)
        self.setVisible(True)
        self.update()

    def _widths(self) -> tuple[float, float]:
        symbol = QFontMetricsF(theme().math_font(14.0)).horizontalAdvance(self._symbol)
        return symbol, QFontMetricsF(theme().font("label", 600)).horizontalAdvance(f" = {self._value}")

    def boundingRect(self) -> QRectF:
        """The box."""
        width = sum(self._widths()) + 14
        return QRectF(-width / 2, -13, width, 26).adjusted(-8, -8, 8, 12)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A small box of ink."""
        symbol, number = self._widths()
        box = QRectF(-(symbol + number + 14) / 2, -13, symbol + number + 14, 26)
        for spread in (6, 4, 2):  # a soft shadow; none on dark paper
            shadow = box.adjusted(-spread, -spread + 3, spread, spread + 2)
            rounded(
                painter, shadow, 6 + spread, theme().color("ink", 0.035) if theme().name == "light" else None
            )
        rounded(painter, box, 6, theme().color("ink"))
        if self.is_focused:
            painter.setPen(QPen(theme().color("ink"), theme().line("focus")))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), 10, 10)
        painter.setPen(theme().color("on-ink"))
        painter.setFont(theme().math_font(14.0))
        painter.drawText(QPointF(box.left() + 7, 4.5), self._symbol)
        painter.setFont(theme().font("label", 600))
        painter.drawText(QPointF(box.left() + 7 + symbol, 4.5), f" = {self._value}")


class EmptyItem(QGraphicsItem):
    """What stands between input and output while there is no layer: an invitation and a button."""

    WIDTH = 116.0

    def __init__(self) -> None:
        super().__init__()
        self._height = 400.0
        self.is_hovered = False
        self.is_nearest = False
        self.setZValue(1)

    def place(self, x: float, bottom: float) -> None:
        """Stand at the middle of the gap, down to the palette."""
        self.prepareGeometryChange()
        self.setPos(x, COLUMN_TOP)
        self._height = bottom - COLUMN_TOP

    def button(self) -> Box:
        """The button, in the item's own coordinates."""
        return Box(-43, self._middle() + 70, 86, 28)

    def _middle(self) -> float:
        return self._height / 2 - 20

    def boundingRect(self) -> QRectF:
        """The dashed column."""
        return QRectF(-self.WIDTH / 2 - 2, -2, self.WIDTH + 4, self._height + 4)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A dashed column, a plus, the sentence, the button."""
        box = QRectF(-self.WIDTH / 2, 0, self.WIDTH, self._height)
        pen = QPen(theme().color("border-strong"), 1.2)
        pen.setDashPattern([4.0, 3.0])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("canvas"))
        painter.drawRoundedRect(box, theme().radius("column"), theme().radius("column"))
        painter.setPen(pen)
        painter.setBrush(theme().color("select-fill"))
        painter.drawRoundedRect(box, theme().radius("column"), theme().radius("column"))
        middle = self._middle()
        paint_icon(painter, "plus", QPointF(0, middle - 32), theme().color("text"), 22)
        lines = (
            ("Drag a layer", "section", "text"),
            ("here, or start", "body", "text-2"),
            ("with 6 tanh", "body", "text-2"),
            ("neurons.", "body", "text-2"),
        )
        for row, (line, style, color) in enumerate(lines):
            painter.setFont(theme().font(style))
            painter.setPen(theme().color(color))
            place = QRectF(box.left(), middle - 10 + 18 * row, box.width(), 18)
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), line)
        button = QRectF(*self.button())
        rounded(
            painter, button, theme().radius("button"), theme().color("ink", 0.86 if self.is_hovered else 1.0)
        )
        painter.setFont(theme().font("label", 600))
        painter.setPen(theme().color("on-ink"))
        painter.drawText(button, int(Qt.AlignmentFlag.AlignCenter), "Add layer")


class NoteItem(QGraphicsItem):
    """Why the network cannot train, in words, below the chip of the column where it is wrong."""

    WIDTH = 224.0

    def __init__(self, message: str) -> None:
        super().__init__()
        self.message = message
        self.setZValue(20)

    def _text_box(self) -> QRectF:
        room = QRectF(0, 0, self.WIDTH - 44, 1000)
        return QFontMetricsF(theme().font("body")).boundingRect(room, _WRAP, self.message)

    @property
    def height(self) -> float:
        """The card's height, for its text."""
        return self._text_box().height() + 18

    def boundingRect(self) -> QRectF:
        """The card and its shadow."""
        return QRectF(-self.WIDTH / 2, 0, self.WIDTH, self.height).adjusted(-8, -8, 8, 12)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A card with the sign of a failure and the sentence."""
        box = QRectF(-self.WIDTH / 2, 0, self.WIDTH, self.height)
        rounded(painter, box, 9, theme().color("raised"))
        rounded(painter, box, 9, theme().color("fail-bg"), theme().color("fail", 0.45))
        paint_icon(painter, "fail", QPointF(box.left() + 18, 17), theme().color("fail"), 16)
        painter.setFont(theme().font("body"))
        painter.setPen(theme().color("text"))
        place = QRectF(box.left() + 34, 9, self.WIDTH - 44, self.height - 14)
        painter.drawText(place, _WRAP, self.message)


class ProblemNotes:
    """The notes of all problems: of data at the input, of training at the output, else at the layer."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._problems: tuple[Problem, ...] = ()
        self.items: list[tuple[str, NoteItem]] = []

    def show(self, problems: Sequence[Problem]) -> None:
        """Show these problems and no others."""
        if tuple(problems) != self._problems or any(
            name not in self._scene.columns for name, _item in self.items
        ):
            self._problems = tuple(problems)
            for _name, item in self.items:
                self._scene.removeItem(item)
            self.items = [(self._column(problem.place), NoteItem(problem.message)) for problem in problems]
            for _name, item in self.items:
                self._scene.addItem(item)
        self.place()

    def _column(self, place: str) -> str:
        parts = place.split(".")
        if parts[0] == "network":
            return parts[1] if len(parts) > 1 and parts[1] in self._scene.columns else "output"
        return "input" if parts[0] == "data" else "output"

    def place(self) -> None:
        """Stand below the chips, one under the other, inside the canvas."""
        arrangement = self._scene.arrangement
        wrong = {name for name, _item in self.items}
        for name, layer in self._scene.columns.items():
            layer.chip.mark(has_problem=name in wrong)
        below: dict[str, float] = {}
        for name, item in self.items:
            if name not in self._scene.columns:
                item.setVisible(False)
                continue
            column = arrangement.column(name)
            half = item.WIDTH / 2
            x = min(max(column.x, half + 10), arrangement.width - half - 10)
            y = below.get(name, column.chip.y + column.chip.height + 24)
            item.setPos(x, y)
            item.setVisible(True)
            below[name] = y + item.height + 6
