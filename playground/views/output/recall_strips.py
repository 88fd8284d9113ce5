"""How much of each class each seed finds."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.session.uncertainty import RecallTogether
from playground.views.plots.words import percent
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write


class RecallStrips(QWidget):
    """How much of each class each run finds: a line a class, a dot a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: RecallTogether | None = None
        self.setAccessibleName("Recall of each class")
        self.setMinimumHeight(272)

    def show_recall(self, found: RecallTogether) -> None:
        """Draw these."""
        self._found = found
        medians = np.nanmedian(found.recall, axis=1)
        spoken = [f"{name} {percent(float(m))}" for name, m in zip(found.names, medians, strict=True)]
        self.setAccessibleName(f"Recall of each class, median: {', '.join(spoken)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names at the left, dots from 0 to 100 %."""
        found = self._found
        if found is None:
            return
        painter = painter_of(self)
        names = min(110.0, 0.32 * self.width())
        left, right = names + 8, self.width() - 18.0
        height = min(44.0, (self.height() - 20.0) / max(1, len(found.names)))

        def across(value: float) -> float:
            return left + value * (right - left)

        for share in (0.0, 0.5, 1.0):
            x = across(share)
            painter.setPen(QPen(theme().color("grid"), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, height * len(found.names)))
            box = QRectF(x - 25, height * len(found.names) + 3, 50, 14)
            write(painter, box, f"{share:.0%}", "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        for number, (name, row) in enumerate(zip(found.names, found.recall, strict=True)):
            y = height * (number + 0.5)
            box = QRectF(0, y - 8, names, 16)
            write(painter, box, name, "caption", "text-2", Qt.AlignmentFlag.AlignRight)
            painter.setPen(QPen(theme().color("border"), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            known = row[np.isfinite(row)]
            if not len(known):
                continue
            low, median, high = np.quantile(known, [0.25, 0.5, 0.75])
            box = QRectF(across(float(low)), y - 5, max(2.0, across(float(high)) - across(float(low))), 10)
            rounded(painter, box, 3, theme().color("ink", 0.16))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("ink", 0.45))
            for value in known:
                painter.drawEllipse(QPointF(across(float(value)), y), 2.6, 2.6)
            painter.setPen(QPen(theme().color("ink"), 2.0))
            x = across(float(median))
            painter.drawLine(QPointF(x, y - 6), QPointF(x, y + 6))
