"""Training and validation error over steps, and where validation was best."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.diagnostics.result import GapPicture, words_for
from playground.views.diagnostics.axes import Axes, beside
from playground.views.plots.points import thin
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write
from playground.views.widgets.numbers import count

_MOST = 400


class GapView(QWidget):
    """Two curves with their last values at the right."""

    def __init__(self, picture: GapPicture, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = picture
        if len(picture.step):
            ends = (
                f"validation {self._said(picture.validation[-1])}, training {self._said(picture.train[-1])}"
            )
            self.setAccessibleName(f"Error over steps: {ends}")

    def _said(self, value: float) -> str:
        return words_for(float(value), "", self._picture.percent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, curves, the best step."""
        picture = self._picture
        if len(picture.step) < 2:
            return
        painter = painter_of(self)
        both = np.concatenate((picture.train, picture.validation))
        # The first evaluations are off the scale of all others.
        top = float(np.quantile(both, 0.97)) if len(both) > 20 else float(both.max())
        top = max(top, float(picture.validation[-1]), float(picture.train[-1]))
        low = min(float(both.min()), top)
        box = QRectF(self.rect()).adjusted(44, 10, -min(150.0, 0.34 * self.width()), -12)
        room = 0.12 * (top - low)
        floor = max(0.0, low - room) if low >= 0.0 else low - room
        axes = Axes(box, (0.0, float(picture.step[-1])), (floor, top + room))
        axes.rows(painter, 4, picture.percent)
        chosen = thin(np.arange(len(picture.step)), _MOST)
        painter.save()
        painter.setClipRect(box.adjusted(-1, -4, 1, 4))
        axes.curve(painter, picture.step[chosen], picture.train[chosen], theme().color("train"))
        axes.curve(painter, picture.step[chosen], picture.validation[chosen], theme().color("val"), dash=True)
        painter.restore()
        ends = [float(axes.at_y(float(values[-1]))) for values in (picture.validation, picture.train)]
        if abs(ends[0] - ends[1]) < 17:
            middle, way = sum(ends) / 2, 1 if ends[0] > ends[1] else -1
            ends = [middle + way * 9, middle - way * 9]
        low_end = max(ends) - (box.bottom() - 12)  # the words below need their room
        ends = [y - max(0.0, low_end) for y in ends]
        words = (f"Validation {self._said(picture.validation[-1])}", f"Train {self._said(picture.train[-1])}")
        for y, text, color in zip(ends, words, ("val", "text"), strict=True):
            beside(painter, QPointF(box.right(), y), text, color)
        unit = ", ".join(word for word in (picture.measure, picture.unit) if word)
        write(
            painter,
            QRectF(box.right() + 8, self.height() - 18, self.width() - box.right() - 8, 16),
            f"{unit}, by step",
            "caption",
            "text-3",
        )
        self._mark(painter, axes)

    def _mark(self, painter, axes: Axes) -> None:  # type: ignore[no-untyped-def]
        picture = self._picture
        if picture.best < 0 or picture.best >= picture.step[-1]:
            return
        value = float(picture.validation[np.searchsorted(picture.step, picture.best)])
        spot = axes.place(picture.best, value)
        painter.setPen(QPen(theme().color("text-2"), 1.2))
        painter.drawLine(QPointF(spot.x(), spot.y() - 4), QPointF(spot.x(), axes.box.top() + 8))
        unit = "" if picture.percent else f" {picture.unit}".rstrip()
        text = f"best: step {count(picture.best)}, {self._said(value)}{unit}"
        width = text_width(text, "caption") + 4
        beyond = spot.x() + 5 + width > axes.box.right()
        left = max(axes.box.left(), spot.x() - 5 - width if beyond else spot.x() + 5)
        place = QRectF(left, axes.box.top() - 2, width, 16)
        painter.fillRect(place, theme().color("panel", 0.8))  # the curves pass behind
        write(painter, place, text, "caption", "text-2")
