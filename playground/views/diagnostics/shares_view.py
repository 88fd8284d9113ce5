"""How often each class is named beside how often it is there: two bars a class."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.diagnostics.result import SharesPicture
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write

_CENTER = Qt.AlignmentFlag.AlignHCenter
_LEFT, _RIGHT = 8.0, 96.0  # room at the sides
_KINDS = (("val", "answers"), ("hist", "samples"))


class SharesView(QWidget):
    """The shares of the answers and of the samples; a class that is never named stands out by its gap."""

    def __init__(self, picture: SharesPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        each = zip(picture.names, picture.named.tolist(), picture.observed.tolist(), strict=True)
        self.setAccessibleName(
            ", ".join(
                f"{name}: {_said(named)} of answers, {_said(there)} of samples" for name, named, there in each
            )
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Bars with their numbers, names below, what the colours mean at the right."""
        painter, picture = painter_of(self), self._picture
        box = QRectF(self.rect()).adjusted(_LEFT, 20, -_RIGHT, -24)
        most = max(float(picture.named.max()), float(picture.observed.max()), 1e-12)
        pitch = box.width() / len(picture.names)
        thick = min(34.0, 0.38 * pitch)
        values = np.concatenate((picture.named, picture.observed)).tolist()
        spell = next((say for say in (_said, _short) if _fit(map(say, values), thick - 2)), _nothing)
        painter.setPen(QPen(theme().color("border-strong"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        for at, name in enumerate(picture.names):
            middle = box.left() + (at + 0.5) * pitch
            for side, shares in enumerate((picture.named, picture.observed)):
                left, value = middle + (side - 1) * thick, float(shares[at])
                bar = self._bar(painter, box, left, thick - 2, value / most, side)
                place = QRectF(left - 14, bar.top() - 16, thick + 26, 15)
                write(painter, place, spell(value), "caption", "text-2", _CENTER)
            if text_width(name, "caption") <= pitch or pitch > 40:
                write(
                    painter,
                    QRectF(middle - pitch / 2, box.bottom() + 5, pitch, 15),
                    name,
                    "caption",
                    "text",
                    _CENTER,
                )
        for side, (color, words) in enumerate(_KINDS):
            y = box.top() + 4 + 20 * side
            rounded(painter, QRectF(box.right() + 16, y + 3, 9, 9), 2, theme().color(color))
            write(painter, QRectF(box.right() + 31, y, _RIGHT - 31, 16), words, "caption", "text-2")

    @staticmethod
    def _bar(painter: QPainter, box: QRectF, left: float, width: float, share: float, side: int) -> QRectF:
        high = max(1.0, share * box.height())
        bar = QRectF(QPointF(left, box.bottom() - high), QPointF(left + width, box.bottom()))
        rounded(painter, bar, min(theme().radius("bar"), high / 2), theme().color(_KINDS[side][0]))
        return bar


def _said(share: float) -> str:
    return f"{100 * share:.0f}%"


def _short(share: float) -> str:
    return f"{100 * share:.0f}"


def _nothing(share: float) -> str:
    return ""


def _fit(texts: Iterable[str], width: float) -> bool:
    return all(text_width(text, "caption") < width + 1 for text in texts)
