"""Errors by regime: bars of bias around zero, or of the share that is wrong."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.diagnostics.judged import RegimeScores
from playground.session.diagnostics.result import RegimePicture, plain
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.numbers import count

_CENTER = Qt.AlignmentFlag.AlignHCenter
_LEFT, _RIGHT_ROOM = 44.0, 122.0


class RegimeView(QWidget):
    """One table of regimes; those with few samples are faint, the worst has a frame."""

    def __init__(self, picture: RegimePicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.show_table(picture.shown)

    def show_table(self, which: int) -> None:
        """Show another way to tell the samples apart."""
        self._which = which
        table = self._table
        each = zip(table.labels, self._values(), table.count, strict=True)
        self.setAccessibleName(", ".join(f"{label}: {self._said(v)} ({count(n)})" for label, v, n in each))
        self.update()

    @property
    def _table(self) -> RegimeScores:
        return self._picture.tables[self._which]

    def _values(self) -> np.ndarray:
        return self._table.error if self._picture.percent else self._table.bias

    def _said(self, value: float) -> str:
        if not math.isfinite(value):
            return "–"
        if self._picture.percent:
            return f"{100 * value:.1f}".removesuffix(".0") + "%"
        largest = float(np.nanmax(np.abs(self._values())))
        text = f"{value:.1f}" if largest >= 1.0 else f"{value:.2f}" if largest >= 0.1 else plain(value)
        return ("+" if value > 0 else "") + text.replace("-", "−")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars, their numbers, their names below."""
        painter, table = painter_of(self), self._table
        values = np.asarray(self._values(), np.float64)
        known = values[np.isfinite(values)]
        top, bottom = max(0.0, float(known.max(initial=0.0))), min(0.0, float(known.min(initial=0.0)))
        span = max(top - bottom, 1e-12)
        box = QRectF(self.rect()).adjusted(_LEFT, 20, -_RIGHT_ROOM, -(52 if bottom < 0.0 else 38))
        zero = box.top() + top / span * box.height()
        painter.setPen(QPen(theme().color("border-strong"), 1))
        painter.drawLine(QPointF(box.left(), zero), QPointF(box.right(), zero))
        pitch = box.width() / max(1, len(values))
        for at, value in enumerate(values.tolist()):
            x = box.left() + (at + 0.5) * pitch
            if math.isfinite(value):
                self._bar(painter, x, min(58.0, 0.68 * pitch), zero, value, box.height() / span, at)
            place = QRectF(x - pitch / 2, self.height() - 34, pitch, 16)
            label = table.labels[at]
            if text_width(label, "caption") > pitch - 2:
                label = label.removesuffix(f" {self._picture.unit}")
                label = label.replace("above ", "> ").replace("below ", "< ")
            write(painter, place, label, "caption", "text", _CENTER)
            judged = int(table.count[at])
            few = count(judged) if pitch < 76 else f"{count(judged)} sample{'s' if judged != 1 else ''}"
            write(painter, place.translated(0, 15), few, "caption", "text-3", _CENTER)
        self._words(painter, box, zero)

    def _bar(
        self, painter: QPainter, x: float, width: float, zero: float, value: float, scale: float, at: int
    ) -> None:
        picture, table = self._picture, self._table
        few = table.count[at] < picture.least
        token = "val" if picture.percent else "pos" if value > 0 else "neg"
        length = max(1.0, abs(value) * scale)
        up = value > 0 or picture.percent
        bar = QRectF(x - width / 2, zero - length if up else zero, width, length)
        worst = self._which == picture.shown and at == picture.worst
        frame = theme().color("ink") if worst else None
        rounded(painter, bar, theme().radius("bar"), theme().color(token, 0.3 if few else 1.0), frame)
        font = theme().font("label", 600 if worst else 500)
        place = QRectF(x - 40, bar.top() - 17 if up else bar.bottom() + 1, 80, 16)
        write(painter, place, self._said(value), "label", "text-3" if few else "text", _CENTER, font)

    def _words(self, painter: QPainter, box: QRectF, zero: float) -> None:
        left, room = box.right() + 12, _RIGHT_ROOM - 14
        if self._picture.percent:
            write(painter, QRectF(left, zero - 16, room, 16), "share wrong", "caption", "text-3")
            return
        unit = f", {self._picture.unit}" if self._picture.unit else ""
        zero = max(zero, 25.0)  # the words above the line need their room
        for y, words, color in (
            (zero - 25, "too high ↑", "text-3"),
            (zero - 8, f"no bias{unit}", "text"),
            (zero + 9, "too low ↓", "text-3"),
        ):
            write(painter, QRectF(left, y, room, 16), words, "caption", color)
