"""The strip of the four phases: where one is, and how many micro-steps each phase has."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.snapshot import PHASES, Phase
from playground.views.icons import paint_icon
from playground.views.slow_motion.walk import Walk
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write

HEIGHT = 92
DOT = 15.0  # from one dot to the next
WORDS: dict[Phase, tuple[str, str]] = {
    "forward": ("Forward", "compute every activation"),
    "loss": ("Loss", "compare with the target"),
    "backward": ("Backward", "send the error back"),
    "update": ("Update", "move every weight"),
}


class Strip(QWidget):
    """Four phases side by side; a click goes to a phase, or to one of its dots."""

    went = Signal(int)  # to this place

    def __init__(self, walk: Walk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._walk = walk
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName("Phases of the training step")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(600, HEIGHT)

    def refresh(self) -> None:
        """Say anew where one is."""
        now = self._walk.now
        if now is not None:
            self.setAccessibleDescription(
                f"{WORDS[now.phase][0]}, micro-step {self._walk.at + 1} of {self._walk.last + 1}"
            )
        self.update()

    def _left(self, index: int) -> float:
        return 30.0 + index * (self.width() - 60.0) / len(PHASES)

    def _dots(self, index: int) -> list[tuple[int, float]]:
        """Where the dots of a phase stand; closer together where there are many."""
        places = self._walk.places(PHASES[index])
        room = (self.width() - 60.0) / len(PHASES) - 64.0
        pitch = min(DOT, room / max(1, len(places)))
        return [(place, self._left(index) + 47.0 + pitch * i) for i, place in enumerate(places)]

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """To the nearest dot, or to the beginning of the phase."""
        x, y = event.position().x(), event.position().y()
        index = min(max(int((x - 30.0) / max(1.0, (self.width() - 60.0) / len(PHASES))), 0), len(PHASES) - 1)
        dots = self._dots(index)
        if dots:
            place = min(dots, key=lambda dot: abs(dot[1] - x))[0] if y > 56 else dots[0][0]
            self.went.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Number or tick, name, what happens, dots; a line to the next phase."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), theme().color("border"))
        for index, phase in enumerate(PHASES):
            self._paint_phase(painter, index, phase)

    def _paint_phase(self, painter: QPainter, index: int, phase: Phase) -> None:
        left, state = self._left(index), self._walk.state(phase)
        circle = QRectF(left, 17, 31, 31)
        painter.setPen(QPen(theme().color("border-strong" if state == "next" else "ink"), 1.5))
        painter.setBrush(theme().color("ink" if state == "now" else "panel"))
        painter.drawEllipse(circle)
        if state == "done":
            paint_icon(painter, "check", circle.center(), theme().color("ink"), 17)
        else:
            color = "on-ink" if state == "now" else "text-3"
            write(painter, circle, str(index + 1), "stat", color, align=Qt.AlignmentFlag.AlignHCenter)
        title, words = WORDS[phase]
        room = (self.width() - 60.0) / len(PHASES) - 54
        color = "text-3" if state == "next" else "text"
        write(painter, QRectF(left + 44, 14, room, 20), title, "stat", color)
        write(painter, QRectF(left + 44, 34, room, 16), words, "body", "text-2")
        if index < len(PHASES) - 1:
            painter.setPen(QPen(theme().color("ink" if state == "done" else "border-strong"), 1.4))
            end = self._left(index + 1) - 20
            if end - 60 > left + 190:
                painter.drawLine(QPointF(max(left + 200, end - 76), 32), QPointF(end, 32))
        self._paint_dots(painter, index)

    def _paint_dots(self, painter: QPainter, index: int) -> None:
        dots = self._dots(index)
        size = min(4.4, 0.3 * (dots[1][1] - dots[0][1])) if len(dots) > 1 else 4.4
        for place, x in dots:
            center = QPointF(x, 70)
            ahead, here = place > self._walk.at, place == self._walk.at
            painter.setPen(QPen(theme().color("border-strong" if ahead else "ink"), 1.3))
            painter.setBrush(theme().color("panel" if ahead else "ink"))
            if here and size > 3:
                painter.setBrush(theme().color("panel"))
                painter.drawEllipse(center, size + 1.4, size + 1.4)
                painter.setBrush(theme().color("ink"))
                painter.drawEllipse(center, size - 1.6, size - 1.6)
            else:
                painter.drawEllipse(center, size, size)
