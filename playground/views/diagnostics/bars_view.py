"""The network among the baselines: one bar each, with a dot for every seed."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from playground.session.diagnostics.result import BarsPicture, words_for
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, plain_tip, rounded, text_width, write

_NAMES, _NUMBERS = 190.0, 138.0
_NARROW = 420.0  # below that, bars have the room of the words behind them, which stay in the tips


class BarsView(QWidget):
    """Bars from zero; the dotted line stands at the best baseline."""

    def __init__(self, picture: BarsPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self._places: list[tuple[QRectF, str]] = []
        self.setAccessibleName(
            ", ".join(
                " ".join((bar.label, self._number(bar.value), bar.word)).strip() for bar in picture.bars
            )
        )

    def _number(self, value: float) -> str:
        return words_for(value, "", self._picture.percent)

    def event(self, event: QEvent) -> bool:
        """Each baseline says how the network compares with it."""
        if isinstance(event, QHelpEvent):
            place = QPointF(event.pos())
            told = next((words for box, words in self._places if box.contains(place)), "")
            QToolTip.showText(event.globalPos(), plain_tip(told), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names, bars, numbers."""
        painter, picture = painter_of(self), self._picture
        self._places.clear()
        values = [v for bar in picture.bars for v in (bar.value, *bar.spread) if math.isfinite(v)]
        top = 1.0 if picture.percent else max([*values, 1e-12])
        names = min(
            _NAMES, 0.5 * self.width(), max(text_width(bar.label, "label") for bar in picture.bars) + 16
        )
        narrow = self.width() < _NARROW
        numbers = 62.0 if narrow else _NUMBERS
        room = max(20.0, self.width() - names - numbers)
        pitch = min(22.0, (self.height() - 8) / max(1, len(picture.bars)))
        y = (self.height() - pitch * len(picture.bars)) / 2
        if math.isfinite(picture.best):
            x = names + room * min(1.0, picture.best / top)
            painter.setPen(QPen(theme().color("text"), 1.2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + pitch * len(picture.bars) + 4))
        for bar in picture.bars:
            font = theme().font("label", 600 if bar.own else 400)
            write(
                painter,
                QRectF(0, y, names - 12, pitch),
                bar.label,
                "label",
                "text",
                Qt.AlignmentFlag.AlignRight,
                font,
            )
            length = room * min(1.0, bar.value / top) if math.isfinite(bar.value) else 0.0
            thick = min(15.0, pitch - 4)
            box = QRectF(names, y + (pitch - thick) / 2, max(2.0, length), thick)
            fill = theme().color("val") if bar.own else theme().color("border-strong")
            rounded(painter, box, theme().radius("bar"), fill)
            end = box.right()
            for value in bar.spread:
                x = names + room * min(1.0, value / top)
                painter.setPen(QPen(theme().color("val"), 1.2))
                painter.setBrush(theme().color("panel"))
                painter.drawEllipse(QPointF(x, box.center().y()), 3.0, 3.0)
                end = max(end, x + 3.0)
            number = self._number(bar.value)
            place = QRectF(end + 8, y, numbers - 8, pitch)
            said = (
                ""
                if narrow
                else "equal"
                if bar.word == "equal"
                else f"network {bar.word}"
                if bar.word
                else ""
            )
            left = place.left() + text_width(number) + 8
            ground = QRectF(place.left() - 2, y + 2, left - place.left() + 2, pitch - 4)
            if said:
                ground.setRight(left + text_width(said, "caption") + 2)
            painter.fillRect(ground, theme().color("panel"))  # the dotted line passes behind
            write(painter, place, number, font=font)
            if said:
                room_left = QRectF(left, y, self.width() - left, pitch)
                write(painter, room_left, said, "caption", "text-3")
            self._places.append((QRectF(0, y, self.width(), pitch), bar.told))
            y += pitch
