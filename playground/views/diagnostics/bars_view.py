"""The network among the baselines: one bar each, with a dot for every seed."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from playground.session.diagnostics.result import Bar, BarsPicture, words_for
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, plain_tip, rounded, text_width, write

_NAMES, _NUMBERS = 190.0, 138.0
_NARROW, _NUMBER = 420.0, 62.0  # below that, bars have the room of the words, which stay in the tips


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
        """A row for each bar: its name, the bar, its number; behind them the line of the best baseline."""
        painter, picture = painter_of(self), self._picture
        self._places.clear()
        values = [v for bar in picture.bars for v in (bar.value, *bar.spread) if math.isfinite(v)]
        top = 1.0 if picture.percent else max([*values, 1e-12])
        widest = max(text_width(bar.label, "label") for bar in picture.bars) + 16
        names = min(_NAMES, 0.5 * self.width(), widest)
        narrow = self.width() < _NARROW
        numbers = _NUMBER if narrow else _NUMBERS
        room = max(20.0, self.width() - names - numbers)

        def across(value: float) -> float:
            return names + room * min(1.0, value / top)

        pitch = min(22.0, (self.height() - 8) / max(1, len(picture.bars)))
        y = (self.height() - pitch * len(picture.bars)) / 2
        if math.isfinite(picture.best):
            x = across(picture.best)
            painter.setPen(QPen(theme().color("text"), 1.2, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, y - 4), QPointF(x, y + pitch * len(picture.bars) + 4))
        for bar in picture.bars:
            row = QRectF(0, y, self.width(), pitch)
            name = QRectF(0, y, names - 12, pitch)
            write(painter, name, bar.label, "label", "text", Qt.AlignmentFlag.AlignRight, _font(bar))
            end = _paint_bar(painter, bar, row, names, across)
            self._paint_number(painter, bar, QRectF(end + 8, y, numbers - 8, pitch), narrow)
            self._places.append((row, bar.told))
            y += pitch

    def _paint_number(self, painter: QPainter, bar: Bar, place: QRectF, narrow: bool) -> None:
        """The number behind a bar, and where there is room how the network compares with it."""
        number, said = self._number(bar.value), ""
        if bar.word and not narrow:
            said = "equal" if bar.word == "equal" else f"network {bar.word}"
        left = place.left() + text_width(number) + 8
        ground = QRectF(place.left() - 2, place.top() + 2, left - place.left() + 2, place.height() - 4)
        if said:
            ground.setRight(left + text_width(said, "caption") + 2)
        painter.fillRect(ground, theme().color("panel"))  # the dotted line passes behind
        write(painter, place, number, font=_font(bar))
        if said:
            rest = QRectF(left, place.top(), self.width() - left, place.height())
            write(painter, rest, said, "caption", "text-3")


def _font(bar: Bar) -> QFont:
    return theme().font("label", 600 if bar.own else 400)


def _paint_bar(
    painter: QPainter, bar: Bar, row: QRectF, left: float, across: Callable[[float], float]
) -> float:
    """The bar from `left`, and a dot for every seed; returns where it ends."""
    right = across(bar.value) if math.isfinite(bar.value) else left
    thick = min(15.0, row.height() - 4)
    box = QRectF(left, row.center().y() - thick / 2, max(2.0, right - left), thick)
    fill = theme().color("val") if bar.own else theme().color("border-strong")
    rounded(painter, box, theme().radius("bar"), fill)
    end = box.right()
    for value in bar.spread:
        x = across(value)
        painter.setPen(QPen(theme().color("val"), 1.2))
        painter.setBrush(theme().color("panel"))
        painter.drawEllipse(QPointF(x, box.center().y()), 3.0, 3.0)
        end = max(end, x + 3.0)
    return end
