"""One cure that was tried: what it is, where its forks ended, and whether that helped."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.session.cures import Effect, Treated
from playground.views.icons import paint_icon
from playground.views.plots.words import Format
from playground.views.race.lane_card import Marker
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.rows import Paragraph, Text

WORDS = {
    "waiting": ("", "", ""),
    "helped": ("Helped", "pass", "pass"),
    "no difference": ("No difference", "text-2", ""),
    "worse": ("Worse", "warn", "warn"),
    "failed": ("Training fails", "fail", "fail"),
}
BEFORE = "What it is compared with"


class VerdictMark(QWidget):
    """One or two words with their sign."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word = "waiting"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_word(self, word: str) -> None:
        """Another verdict."""
        if word != self._word:
            self._word = word
            self.setAccessibleName(WORDS[word][0])
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        text, _, icon = WORDS[self._word]
        return QSize(int(text_width(text, "label") + (24 if icon else 2)), 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sign and words in the verdict's colour."""
        text, color, icon = WORDS[self._word]
        if not text:
            return
        painter = painter_of(self)
        if icon:
            paint_icon(painter, icon, QPointF(9, 9), theme().color(color), 16)
        left = 22 if icon else 0
        write(painter, QRectF(left, 0, self.width() - left, 18), text, "label", color)


class Strip(QWidget):
    """Where the forks ended: a bar to the median, a dot for each fork, a line where no change ends."""

    def __init__(self, look: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._values: list[float] = []
        self._middle = self._control = math.nan
        self._most = 1.0
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """One bar."""
        return QSize(220, 20)

    def show_values(
        self, values: list[float], middle: float, control: float, most: float, shown: Format
    ) -> None:
        """All ends, their median as the chart draws it, and that of no change; NaN where there is none."""
        self._values, self._middle, self._control = values, middle, control
        self._most = max(most, 1e-300)
        self._words = shown(middle) if math.isfinite(middle) else ""
        self.setAccessibleName(f"Median {self._words}" if self._words else "No result yet")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The bar with its dots, and the number at its right."""
        painter = painter_of(self)
        room = QRectF(0, 0, self.width() - 64, self.height())
        rounded(painter, room.adjusted(0, 6, 0, -6), 4, theme().color("field"))
        if self._values:
            self._paint_values(painter, room)
        if math.isfinite(self._control):
            x = room.left() + room.width() * min(1.0, self._control / self._most)
            painter.setPen(QPen(theme().color("ink"), 1.5))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))

    def _paint_values(self, painter: QPainter, room: QRectF) -> None:
        color = theme().categorical(self._look)
        faint = theme().categorical(self._look)
        faint.setAlphaF(0.35)
        if math.isfinite(self._middle):
            reach = room.width() * min(1.0, self._middle / self._most)
            rounded(painter, QRectF(room.left(), 6, max(2.0, reach), self.height() - 12), 4, faint)
        painter.setPen(QPen(theme().color("panel"), 1))
        painter.setBrush(color)
        for value in self._values:
            x = room.left() + room.width() * min(1.0, value / self._most)
            painter.drawEllipse(QPointF(x, self.height() / 2), 4.0, 4.0)
        box = QRectF(room.right() + 8, 0, 56, self.height())
        write(painter, box, self._words, "label", "text", Qt.AlignmentFlag.AlignRight)


class CureRow(Card):
    """A card; `applied` when its change is wanted in the window."""

    applied = Signal(int)

    def __init__(self, number: int, treated: Treated, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._number = number
        remedy = treated.remedy
        self.setAccessibleName(treated.name)
        self.mark = VerdictMark()
        self.strip = Strip(number)
        self._sentence = Paragraph()
        against = f"against: {remedy.against}" if remedy.changes else BEFORE
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Marker(number))
        head.addWidget(Text(treated.name, style="section"))
        head.addWidget(Text(against, style="label", color="text-3"), 1)
        head.addWidget(self.mark)
        body = QHBoxLayout()
        body.setSpacing(12)
        body.addWidget(self.strip, 1)
        self.apply = TextButton("Apply", tip="Make this change in the window; undo takes it back")
        self.apply.clicked.connect(lambda: self.applied.emit(self._number))
        if remedy.changes:
            body.addWidget(self.apply)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(5)
        column.addLayout(head)
        column.addLayout(body)
        column.addWidget(self._sentence)

    def show_effect(self, effect: Effect | None) -> None:
        """What came out; None for the forks to compare with."""
        if effect is not None:
            self.mark.show_word(effect.word)
            if effect.sentence != self._sentence.text():
                self._sentence.say(effect.sentence)
            if self.strong != (effect.word == "helped"):
                self.strong = effect.word == "helped"
                self.update()
