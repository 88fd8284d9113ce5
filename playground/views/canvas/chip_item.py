"""The chip at the head of a column: what the layer is, how many units, which activation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.columns import ColumnText
from playground.views.canvas.far_chip import FarChip, far_chip
from playground.views.canvas.layout import CHIP_HEIGHT, CHIP_TOP
from playground.views.canvas.marks import paint_badge, paint_lock
from playground.views.icons import ICONS, paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import rounded

STEP = 28.0  # the − and + zones
PAD = 7.0
SIDE_PAD = 16.0  # where there is no − and +
DOT = " · "
ICON = "icon"
CHEVRON = 14.0


def layer_icon(kind: str) -> str:
    """The icon of a kind of layer; a plus for kinds without one."""
    return kind if kind in ICONS else "plus"


@dataclass(frozen=True)
class Piece:
    """A word on the chip: its zone ("title", "number", "menu", "less", "more"), place and look."""

    zone: str
    text: str
    left: float
    width: float
    weight: int = 500


@lru_cache(maxsize=1024)
def _width(text: str, weight: int) -> float:
    return QFontMetricsF(theme().font("label", weight)).horizontalAdvance(text)


@lru_cache(maxsize=512)
def pieces_of(text: ColumnText, form: int) -> tuple[tuple[Piece, ...], float]:
    """The words of a chip from left to right, and the chip's width.

    `form` 0 is in full, 1 leaves the title away where there is more to say, 2 is an icon and a number.
    """
    if form == 2 and text.editable:
        return _smallest(text)
    words: list[tuple[str, str, int]] = []
    if not (form and text.menu):
        words.append(("title", text.title, 600))
    if text.value and not (text.kind not in ("input", "output") and not text.number):
        words.append(("number" if text.number else "title", text.value, 500))
    if text.activation:
        words.append(("menu" if text.menu else "title", text.activation, 500))
    x = STEP + PAD if text.steps else SIDE_PAD
    pieces: list[Piece] = []
    if text.steps:
        pieces.append(Piece("less", "", 0.0, STEP))
    for index, (zone, word, weight) in enumerate(words):
        if index:
            pieces.append(Piece("title", DOT, x, _width(DOT, 500)))
            x += _width(DOT, 500)
        pieces.append(Piece(zone, word, x, _width(word, weight), weight))
        x += _width(word, weight)
    if text.menu:
        pieces.append(Piece("menu", "", x, CHEVRON + 2))
        x += CHEVRON + 2
    x += PAD - (4 if text.menu else 0) if text.steps else SIDE_PAD - (4 if text.menu else 0)
    if text.steps:
        pieces.append(Piece("more", "", x, STEP))
        x += STEP
    return tuple(pieces), max(x, 64.0 if text.kind != "input" else 72.0)


def _smallest(text: ColumnText) -> tuple[tuple[Piece, ...], float]:
    icon = Piece("title", ICON, 12.0, 16.0)
    if not text.number:
        return (icon,), 40.0
    width = _width(text.value, 500)
    return (icon, Piece("number", text.value, 33.0, width)), 33.0 + width + 13.0


def zone_at(text: ColumnText, form: int, x: float) -> str:
    """The zone of the chip at x pixels from its left edge."""
    pieces, width = pieces_of(text, form)
    for piece in pieces:
        reach = 4.0 if piece.zone in ("number", "menu") and piece.text else 0.0
        shift = _shift(pieces, width)
        if piece.text != DOT and piece.left + shift - reach <= x < piece.left + shift + piece.width + reach:
            return piece.zone
    return "title"


def words_area(text: ColumnText, form: int) -> tuple[float, float]:
    """From where to where the words stand, between − and + if there are any."""
    pieces, width = pieces_of(text, form)
    steps = any(piece.zone == "less" for piece in pieces)
    return (STEP + 2, width - STEP - 2) if steps else (4.0, width - 4.0)


def _shift(pieces: tuple[Piece, ...], width: float) -> float:
    """Chips at their smallest width centre their words."""
    if any(piece.zone == "less" for piece in pieces):
        return 0.0
    right = pieces[-1].left + pieces[-1].width
    return (width - right - pieces[0].left) / 2


class ChipItem(QGraphicsItem):
    """A chip around its own origin, the middle of its upper edge; from far away, of its lower edge."""

    def __init__(self, parent: QGraphicsItem, text: ColumnText) -> None:
        super().__init__(parent)
        self.text = text
        self.form = 0
        self.far: FarChip | None = None
        self._zoom = 1.0
        self.setPos(0, CHIP_TOP)
        self.is_selected = False
        self.is_focused = False
        self.has_problem = False
        self.is_target = False  # a connection that is being drawn would end here
        self.has_finding = False
        self.hovered_zone = ""
        self.setZValue(3)
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)

    def show_text(self, text: ColumnText, form: int) -> None:
        """Show other words."""
        if (text, form) != (self.text, self.form):
            self.prepareGeometryChange()
            self.text, self.form = text, form
            self.update()

    def see_from_far(self, zoom: float, room: float | None) -> None:
        """Keep its size on the screen, in so many pixels of room; None for nearby."""
        far = None if room is None else far_chip(self.text, room)
        if (far, zoom) == (self.far, self._zoom):
            return
        self.prepareGeometryChange()
        self.far, self._zoom = far, zoom
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations, far is not None)
        self.setPos(0, CHIP_TOP if far is None else CHIP_TOP + CHIP_HEIGHT)

    def mark(self, **marks: Any) -> None:
        """Change how it looks: is_selected, is_focused, is_target, has_problem, has_finding, hovered_zone."""
        if any(getattr(self, name) != value for name, value in marks.items()):
            for name, value in marks.items():
                setattr(self, name, value)
            self.update()

    @property
    def width(self) -> float:
        """The chip's width in pixels."""
        return pieces_of(self.text, self.form)[1]

    def box(self) -> QRectF:
        """The chip without rings and badges."""
        return self.far.box() if self.far is not None else QRectF(-self.width / 2, 0, self.width, CHIP_HEIGHT)

    def area(self) -> QRectF:
        """What it covers, in its column's coordinates."""
        box, zoom = self.box(), self._zoom if self.far is not None else 1.0
        return QRectF(box.topLeft() / zoom, box.size() / zoom).translated(self.pos())

    def boundingRect(self) -> QRectF:
        """The chip with room for the focus ring."""
        return self.box().adjusted(-6, -8, 8, 6)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """The box, the words, − and +."""
        box = self.box()
        radius = theme().radius("chip")
        border = theme().color("fail" if self.has_problem else "border")
        lit = self.hovered_zone != "" and not self.is_selected
        if lit and not self.has_problem:
            border = theme().color("border-strong")
        rounded(painter, box, radius, theme().color("raised"), border)
        if self.far is not None:
            self.far.paint(painter)
        else:
            self._paint_pieces(painter, box)
        if self.is_selected:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("ink"), theme().line("select")))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if self.text.kind != "output" and self.far is None and (self.hovered_zone or self.is_selected):
            self._paint_port(painter)
        if self.is_focused or self.is_target:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme().color("ink"), theme().line("focus")))
            painter.drawRoundedRect(box.adjusted(-4, -4, 4, 4), radius + 4, radius + 4)
        if self.text.frozen:
            paint_lock(painter, QPointF(box.left() + 2, box.top() + 2))
        if self.has_finding:
            paint_badge(painter, QPointF(box.right() - 2, box.top() + 2))

    def _paint_pieces(self, painter: QPainter, box: QRectF) -> None:
        pieces, width = pieces_of(self.text, self.form)
        shift = _shift(pieces, width) + box.left()
        for piece in pieces:
            self._paint_piece(painter, piece, shift, box)

    def _paint_port(self, painter: QPainter) -> None:
        """Where a connection to a later layer can be drawn from."""
        lit = self.hovered_zone == "port"
        painter.setPen(QPen(theme().color("ink"), 1.4))
        painter.setBrush(theme().color("ink" if lit else "raised"))
        painter.drawEllipse(QPointF(0, 0), 4.5, 4.5)

    def _paint_piece(self, painter: QPainter, piece: Piece, shift: float, box: QRectF) -> None:
        middle = box.center().y()
        left = piece.left + shift
        lit = piece.zone == self.hovered_zone
        if piece.zone in ("less", "more"):
            self._paint_step(painter, piece.zone, QRectF(left, 0, piece.width, box.height()), lit)
        elif piece.text == ICON:
            center = QPointF(left + piece.width / 2, middle)
            paint_icon(painter, layer_icon(self.text.kind), center, theme().color("text"), 16)
        elif piece.text == "":
            color = theme().color("text" if lit else "text-2")
            paint_icon(painter, "chevron-down", QPointF(left + 1 + CHEVRON / 2, middle + 0.5), color, 12)
        else:
            if lit and piece.zone == "number":
                rounded(
                    painter, QRectF(left - 4, middle - 11, piece.width + 8, 22), 5, theme().color("field")
                )
            painter.setFont(theme().font("label", piece.weight))
            painter.setPen(theme().color("text-3" if piece.text == DOT else "text"))
            place = QRectF(left, box.top(), piece.width + 2, box.height())
            painter.drawText(
                place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), piece.text
            )

    def _paint_step(self, painter: QPainter, zone: str, area: QRectF, lit: bool) -> None:
        if lit:
            rounded(painter, area.adjusted(3, 4, -3, -4), 6, theme().color("field"))
        edge = area.right() if zone == "less" else area.left()
        painter.setPen(QPen(theme().color("border"), 1.0))
        painter.drawLine(QPointF(edge, area.top() + 8), QPointF(edge, area.bottom() - 8))
        off = zone == "less" and self.text.units <= 1
        color = theme().color("text-3", 0.5) if off else theme().color("text" if lit else "text-2")
        paint_icon(painter, "minus" if zone == "less" else "plus", area.center(), color, 13)
