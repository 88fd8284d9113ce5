"""A small histogram of signed numbers: negative orange, positive blue, what is about zero grey."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.snapshot import Array
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.numbers import MINUS

_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def reach_of(values: NDArray[np.float64], before: float) -> float:
    """A round number that no value exceeds; kept from before while it still fits well; 1 for zeros alone."""
    top = float(np.abs(values).max(initial=0.0))
    if top == 0.0 and len(values):
        return 1.0
    if not 0.0 < top < 1e300:
        return before
    if 0.5 * before < top <= before:
        return before
    decade = 10.0 ** math.floor(math.log10(top))
    return next((nice * decade for nice in _NICE if nice * decade >= top * 0.999999), top)


def bins_of(values: NDArray[np.float64], reach: float) -> NDArray[np.int64]:
    """Counts in an odd number of equal bins from −reach to reach; more values, more bins."""
    bins = 13 if len(values) < 300 else 25
    counts, _edges = np.histogram(np.clip(values, -reach, reach), bins, (-reach, reach))
    return np.asarray(counts, dtype=np.int64)


def spell_reach(value: float) -> str:
    """An axis end in few characters."""
    text = f"{value:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


class Histogram(QWidget):
    """A title, bars, and an axis that is symmetric about zero."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(f"Histogram: {title}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title = title
        self._reach = 0.0
        self._counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Title, bars and axis."""
        return QSize(140, 92)

    def show_values(self, values: Array) -> None:
        """Count other values; what is not finite is left out."""
        flat = np.asarray(values, dtype=np.float64).ravel()
        flat = flat[np.isfinite(flat)]
        if len(flat):
            self._reach = reach_of(flat, self._reach) or 1.0
            self._counts = bins_of(flat, self._reach)
        else:
            self._counts = np.zeros(0, dtype=np.int64)
        self.update()

    def forget(self) -> None:
        """Another layer: its range starts afresh."""
        self._reach = 0.0
        self._counts = np.zeros(0, dtype=np.int64)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The title, the bars on their line, the ends of the axis."""
        painter = painter_of(self)
        write(painter, QRectF(0, 0, self.width(), 16), self._title, "caption", "text-2")
        floor = self.height() - 18.0
        painter.fillRect(QRectF(0, floor, self.width(), 1), theme().color("border-strong"))
        if not len(self._counts):
            waiting = QRectF(0, floor - 28, self.width(), 16)
            write(painter, waiting, "after the first step", "caption", "text-3")
            return
        middle = self.width() / 2
        painter.fillRect(QRectF(middle - 0.5, 20, 1, floor - 20), theme().color("border"))
        self._paint_bars(floor, painter)
        axis = QRectF(0, floor + 3, self.width(), 14)
        end = spell_reach(self._reach)
        write(painter, axis, MINUS + end, "caption", "text-3")
        write(painter, axis, "0", "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        write(painter, axis, end, "caption", "text-3", Qt.AlignmentFlag.AlignRight)

    def _paint_bars(self, floor: float, painter: object) -> None:
        bins, top = len(self._counts), max(1, int(self._counts.max()))
        step = self.width() / bins
        room = floor - 22.0
        for index, number in enumerate(self._counts):
            if number:
                height = max(2.0, room * float(number) / top)
                side = (index > bins // 2) - (index < bins // 2)
                color = theme().color({-1: "neg", 0: "hist", 1: "pos"}[side])
                bar = QRectF(index * step + 0.6, floor - height, step - 1.2, height)
                rounded(painter, bar, min(1.5, step / 4), color)  # type: ignore[arg-type]
