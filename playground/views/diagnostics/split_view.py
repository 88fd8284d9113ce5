"""Where the parts lie: the data over time or depth, or in space, and a bar of the three parts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.diagnostics.result import SplitPicture
from playground.views.diagnostics.axes import Axes
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.numbers import count
from playground.views.widgets.split_bar import paint_hatching

_MOST = 700  # points of the line
_SPOTS = 500
GAP = 24.0  # between the bar and the picture in space
_COLORS = ("train", "val", "test")


class SplitView(QWidget):
    """The parts of the data, the locked one hatched."""

    def __init__(self, picture: SplitPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._mixed, self._order = self._ordered()
        told = ", ".join(f"{name} {where} {count(n)} samples" for name, where, n in picture.parts)
        self.setAccessibleName(told)

    def _ordered(self) -> tuple[bool, np.ndarray]:
        """Whether the parts lie among each other on the axis, and the samples in the order to draw them."""
        picture = self._picture
        at, part = picture.at, picture.part
        ranges = [at[part == number] for number in range(3)]
        follow = [values for values in ranges if len(values)]
        mixed = bool(picture.axis) and any(a.max() >= b.min() for a, b in pairwise(follow))
        order = np.lexsort((at,)) if mixed else np.lexsort((at, np.where(part < 0, 3, part)))
        order = order[part[order] >= 0]
        if len(order) > _MOST:
            order = order[np.linspace(0, len(order) - 1, _MOST).astype(np.int64)]
        return mixed, order

    def paintEvent(self, event: QPaintEvent) -> None:
        """The data, the bar, and its words."""
        painter, picture = painter_of(self), self._picture
        box = QRectF(self.rect()).adjusted(4, 4, -8, -4)
        if picture.place is not None:
            side = min(box.height(), 0.4 * box.width())
            self._spots(painter, QRectF(box.right() - side, box.top(), side, side))
            box.setRight(box.right() - side - GAP)
        elif picture.axis and np.isfinite(picture.value).any():
            self._line(painter, QRectF(box.left(), box.top(), box.width(), box.height() - 62))
        self._bar(painter, QRectF(box.left(), box.bottom() - 56, box.width(), 15))

    def _borders(self, box: QRectF) -> list[QRectF]:
        """The piece of the bar for each part: by its range where the parts follow each other."""
        counts = np.array([n for _name, _where, n in self._picture.parts], np.float64)
        ends = np.cumsum(counts) / max(1.0, counts.sum())
        starts = np.concatenate(([0.0], ends[:-1]))
        return [
            QRectF(
                box.left() + start * box.width() + 1,
                box.top(),
                max(0.0, (end - start) * box.width() - 2),
                box.height(),
            )
            for start, end in zip(starts, ends, strict=True)
        ]

    @staticmethod
    def _thirds(box: QRectF) -> list[QRectF]:
        """Room for the words of parts that lie among each other."""
        third = box.width() / 3
        return [QRectF(box.left() + number * third, box.top(), third, box.height()) for number in range(3)]

    def _bar(self, painter: QPainter, box: QRectF) -> None:
        picture = self._picture
        pieces = self._thirds(box) if self._mixed else self._borders(box)
        if self._mixed:
            self._stripes(painter, box)
        edge, end = box.left(), box.right() + (GAP - 4 if picture.place is not None else 4)
        for number, (piece, (name, where, n)) in enumerate(zip(pieces, picture.parts, strict=True)):
            if n == 0:
                continue
            if self._mixed:
                piece = QRectF(piece.left(), box.bottom() + 10, 9, 9)
            self._paint_part(painter, piece, number)
            left = max(edge, piece.left() + (13 if self._mixed else 0))
            following = next((pieces[k].left() for k in range(number + 1, 3) if picture.parts[k][2]), end)
            room = min(max(70.0, following - left - 8), end - left)
            write(painter, QRectF(left, box.bottom() + 6, room, 16), name, "label", "text")
            said = f"{where}, {count(n)}" if where else f"{count(n)} samples"
            if text_width(said, "caption") > room:
                said = where if text_width(where, "caption") <= room else _from(where) or count(n)
            write(painter, QRectF(left, box.bottom() + 22, room, 15), said, "caption", "text-2")
            edge = left + min(room, text_width(name, "label")) + 10

    def _paint_part(self, painter: QPainter, box: QRectF, part: int) -> None:
        if part == 2 and self._picture.locked:
            paint_hatching(painter, box)
        else:
            rounded(painter, box, theme().radius("bar"), theme().color(_COLORS[part]))

    def _stripes(self, painter: QPainter, box: QRectF) -> None:
        """Every sample's part in the order of the axis, where parts do not follow each other."""
        part = self._picture.part[self._order]
        wide = box.width() / len(part)
        ends = np.append(np.flatnonzero(np.diff(part)) + 1, len(part))
        start = 0
        for end in ends.tolist():
            number = int(part[start])
            piece = QRectF(box.left() + start * wide, box.top(), (end - start) * wide, box.height())
            if number == 2 and self._picture.locked:
                painter.fillRect(piece, theme().color("border-strong", 0.45))
            else:
                painter.fillRect(piece, theme().color(_COLORS[number]))
            start = end

    def _line(self, painter: QPainter, box: QRectF) -> None:
        """The target over its axis, in order, so that the line stands above its part of the bar."""
        picture = self._picture
        order = self._order
        value = picture.value[order]
        known = np.isfinite(value)
        axes = Axes(box, (0.0, len(order) - 1.0), (float(value[known].min()), float(value[known].max())))
        x = np.arange(len(order), dtype=np.float64)
        axes.curve(painter, x[known], value[known], theme().color("hist"), 1.0)

    def _spots(self, painter: QPainter, box: QRectF) -> None:
        picture = self._picture
        assert picture.place is not None
        place = picture.place
        rounded(painter, box, theme().radius("tile"), theme().color("canvas"), theme().color("border"))
        inner = box.adjusted(8, 8, -8, -8)
        low, high = place.min(axis=0), place.max(axis=0)
        axes = Axes(inner, (float(low[0]), float(high[0])), (float(low[1]), float(high[1])))
        rows = np.flatnonzero(picture.part >= 0)
        rows = rows[np.linspace(0, len(rows) - 1, min(_SPOTS, len(rows))).astype(np.int64)]
        for row in rows.tolist():
            part = int(picture.part[row])
            spot = axes.place(*(float(v) for v in place[row]))
            if part == 2 and picture.locked:
                painter.setPen(QPen(theme().color("border-strong"), 1.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme().color(_COLORS[part], 0.75))
            painter.drawEllipse(QPointF(spot), 2.0, 2.0)


def _from(where: str) -> str:
    """Where a part begins, for which there is more often room: "from 2020-10"."""
    first = where.split(" to ")[0]
    return f"from {first}" if first else ""
