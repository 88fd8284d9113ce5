"""Predicted against observed: a point a sample, or for classes how often each was taken for which."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from playground.experiment.metrics import confusion
from playground.session.diagnostics.evidence import Evidence
from playground.views.diagnostics.axes import Axes
from playground.views.plots.axis import decimal_ticks
from playground.views.plots.points import thin
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write

_MOST = 600
_CENTER = Qt.AlignmentFlag.AlignHCenter
_FAR = 1.0  # of the observed range
_SIDE = 186.0  # at most


class Scatter(QWidget):
    """The judged samples of the network on screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._evidence: Evidence | None = None
        self.setAccessibleName("Predicted against observed")

    def show_evidence(self, evidence: Evidence) -> None:
        """Draw another network's answers."""
        self._evidence = evidence
        self.update()

    def sizeHint(self) -> QSize:
        """A square with room for its words."""
        return QSize(236, int(_SIDE) + 44)

    def minimumSizeHint(self) -> QSize:
        """Never squeezed."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The square."""
        if self._evidence is None:
            return
        painter = painter_of(self)
        side = min(_SIDE, self.width() - 34.0 - 48.0)
        box = QRectF(34, 4, side, side)
        if self._evidence.classes:
            self._counts(painter, box, self._evidence)
        else:
            self._spots(painter, box, self._evidence)
        below = QRectF(box.left(), box.bottom() + 20, box.width(), 15)
        unit = self._evidence.prepared.target_unit
        words = ", ".join(word for word in ("observed", unit, self._evidence.part) if word)
        write(painter, below, words, "caption", "text-3", _CENTER)

    def _spots(self, painter: QPainter, box: QRectF, evidence: Evidence) -> None:
        observed = np.asarray(evidence.own.observed, np.float64)[:, 0]
        predicted = np.asarray(evidence.own.predicted, np.float64)[:, 0]
        low, high = _range(observed, predicted)
        room = 0.08 * (high - low) or 0.5
        axes = Axes(box, (low - room, high + room), (low - room, high + room))
        rounded(painter, box, theme().radius("tile"), theme().color("canvas"), theme().color("border"))
        for tick in decimal_ticks(*axes.x, 4):
            at = axes.place(tick.at, tick.at)
            write(
                painter,
                QRectF(at.x() - 30, box.bottom() + 4, 60, 14),
                tick.label,
                "caption",
                "text-3",
                _CENTER,
            )
            write(
                painter,
                QRectF(0, at.y() - 8, 28, 16),
                tick.label,
                "caption",
                "text-3",
                Qt.AlignmentFlag.AlignRight,
            )
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("test" if evidence.part == "test" else "val", 0.5))
        painter.save()
        painter.setClipRect(box)
        for row in thin(np.arange(len(observed)), _MOST).tolist():
            painter.drawEllipse(axes.place(float(observed[row]), float(predicted[row])), 1.9, 1.9)
        painter.restore()
        painter.setPen(QPen(theme().color("ink"), 1.2))
        painter.drawLine(QPointF(box.bottomLeft()), QPointF(box.topRight()))
        write(painter, QRectF(box.right() + 6, box.top(), 60, 14), "perfect", "caption", "text-2")

    def _counts(self, painter: QPainter, box: QRectF, evidence: Evidence) -> None:
        names = evidence.prepared.class_names
        own = evidence.own
        counts = confusion(own.observed.astype(np.int64), own.predicted, len(names))
        cell = box.width() / len(names)
        most = max(1, int(counts.max()))
        for truth in range(len(names)):
            for answer in range(len(names)):
                value = int(counts[truth, answer])
                field = QRectF(box.left() + truth * cell, box.bottom() - (answer + 1) * cell, cell, cell)
                token = "val" if truth != answer else "hist"
                fill = theme().color(token, 0.12 + 0.6 * value / most) if value else theme().color("canvas")
                rounded(painter, field.adjusted(1, 1, -1, -1), 3, fill)
                if value and cell > 15:
                    write(painter, field, f"{value:,}", "caption", "text", _CENTER)
            if cell > 15:
                place = QRectF(box.left() + truth * cell, box.bottom() + 4, cell, 14)
                write(painter, place, names[truth], "caption", "text-3", _CENTER)
                side = QRectF(0, box.bottom() - (truth + 1) * cell, 30, cell)
                write(painter, side, names[truth], "caption", "text-3", Qt.AlignmentFlag.AlignRight)


def _range(observed: np.ndarray, predicted: np.ndarray) -> tuple[float, float]:
    """What both axes show: all that was observed and, unless they lie far off, all predictions."""
    low, high = float(observed.min()), float(observed.max())
    far = _FAR * (high - low)
    known = predicted[np.isfinite(predicted)]
    return (
        max(low - far, min(low, float(known.min(initial=low)))),
        min(high + far, max(high, float(known.max(initial=high)))),
    )
