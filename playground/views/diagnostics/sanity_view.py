"""How the answer follows one input, inside the range of the training data and beyond it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.diagnostics.result import SanityPicture
from playground.views.diagnostics.axes import Axes, in_lines
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write


class SanityView(QWidget):
    """The network's response in ink, those of the other seeds thin behind it."""

    def __init__(self, picture: SanityPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        self.setAccessibleName(f"{picture.own.answer} as {picture.own.column} changes")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The range of the data, the curves, what the axes mean."""
        painter, picture = painter_of(self), self._picture
        own = picture.own
        curves = [own.y, *(each.y for each in picture.others)]
        low, high = float(np.min(curves)), float(np.max(curves))
        room = 0.08 * (high - low)
        box = QRectF(self.rect()).adjusted(44, 10, -min(150.0, 0.34 * self.width()), -24)
        axes = Axes(box, (float(own.x[0]), float(own.x[-1])), (low - room, high + room))
        left, right = axes.at_x(own.low), axes.at_x(own.high)
        known = QRectF(left, box.top(), right - left, box.height())
        painter.fillRect(known, theme().color("pass", 0.09))
        axes.rows(painter, 3)
        axes.columns(painter)
        painter.setPen(QPen(theme().color("pass"), 1.0, Qt.PenStyle.DotLine))
        for x in (left, right):
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        center = Qt.AlignmentFlag.AlignHCenter
        words = QRectF(left, box.top() + 1, right - left, 15)
        write(painter, words, "range of the training data", "caption", "pass", center)
        for bound in picture.limits:
            if bound is not None and axes.y[0] <= bound <= axes.y[1]:
                painter.setPen(QPen(theme().color("fail"), 1.2, Qt.PenStyle.DashLine))
                painter.drawLine(axes.place(own.x[0], bound), axes.place(own.x[-1], bound))
        painter.save()
        painter.setClipRect(box)
        for each in picture.others:
            axes.curve(painter, each.x, each.y, theme().color("hist", 0.55), 1.0)
        axes.curve(painter, own.x, own.y, theme().color("ink"), 2.0)
        painter.restore()
        answer = f"{own.answer}, {picture.unit}" if picture.unit else own.answer
        at = axes.at_y(float(own.y[-1]))
        room = self.width() - box.right() - 8
        at = min(at, box.bottom() - 32.0)  # what stands below needs its room
        in_lines(painter, QRectF(box.right() + 8, at - 18, room, 36), answer, "text")
        across = f"{own.column}, {own.unit}" if own.unit else own.column
        in_lines(painter, QRectF(box.right() + 8, box.bottom() - 10, room, 34), across, "text-3")
