"""The map itself: bands of equal loss, the way that the optimizer came, and the ball."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.landscape import Landscape
from playground.views.output.colors import enlarged, looked_up
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.numbers import measure
from playground.views.widgets.pictures import colored

BANDS = 14  # shades between the lowest and the highest loss
FINER = 10  # times as fine as it is measured
BALL = 5.0


class LandscapeMap(QWidget):
    """A square: dark where the loss is low. Shades are equal steps of the loss's logarithm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss landscape")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._shown: Landscape | None = None
        theme().changed.connect(self.update)

    def heightForWidth(self, width: int) -> int:
        """Square."""
        return width

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, 296)

    def show_landscape(self, shown: Landscape | None) -> None:
        """Draw this one."""
        self._shown = shown
        if shown is not None:
            self.setAccessibleDescription(f"Loss {measure(shown.centre)} in the middle")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, path and ball."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        rounded(painter, box, theme().radius("tile"), theme().color("field"))
        if self._shown is None:
            return
        levels = banded(self._shown.values)
        if levels is not None:
            picture = looked_up(levels, theme().lut("sequential")[::-1], theme().color("field"))
            painter.drawImage(box, colored(np.ascontiguousarray(picture)))
        spots = self._spots(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for token, width in (("canvas", 4.0), ("ink", 1.8)):
            painter.setPen(QPen(theme().color(token), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPolyline(QPolygonF(spots))
        painter.setPen(QPen(theme().color("canvas"), 2))
        painter.setBrush(theme().color("ink"))
        if spots:
            painter.drawEllipse(spots[-1], BALL, BALL)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("ink", 0.14), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)

    def _spots(self, box: QRectF) -> list[QPointF]:
        """The path in the picture; its last point is the ball."""
        assert self._shown is not None
        reach = np.array(self._shown.reach)
        places = self._shown.path / reach
        x = box.center().x() + places[:, 0] * box.width() / 2
        y = box.center().y() - places[:, 1] * box.height() / 2
        inside = np.isfinite(x) & np.isfinite(y)
        return [QPointF(a, b) for a, b in zip(x[inside].tolist(), y[inside].tolist(), strict=True)]


def banded(values: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Shades from 0 (lowest loss) to 1 in steps, finer than measured; None while nothing is known."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    floor = max(float(finite.min()), 1e-12)
    logs = np.log(np.maximum(values, floor))
    low, high = float(np.nanmin(logs)), float(np.nanquantile(logs, 0.98))
    levels = np.clip((logs - low) / ((high - low) or 1.0), 0.0, 1.0)
    fine = enlarged(levels[None], FINER)[0]
    return np.asarray(np.floor(fine * BANDS) / BANDS, np.float64)


class Scale(QWidget):
    """The shades with the losses at their ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(18)
        self._ends = ("", "")
        theme().changed.connect(self.update)

    def show_values(self, values: NDArray[np.float64]) -> None:
        """The range of the loss on the map."""
        finite = values[np.isfinite(values)]
        ends = (
            (measure(float(finite.min())), measure(float(np.quantile(finite, 0.98))))
            if finite.size
            else ("", "")
        )
        if ends != self._ends:
            self._ends = ends
            self.setAccessibleName(f"Loss from {ends[0]} to {ends[1]}")
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Low at the left."""
        painter = painter_of(self)
        strip = QRectF(64, 6, self.width() - 128, 6)
        lut = theme().lut("sequential")[::-1]
        painter.drawImage(strip, colored(np.ascontiguousarray(lut[None, :])))
        write(painter, QRectF(0, 0, 58, 18), self._ends[0], "caption", "text-2", Qt.AlignmentFlag.AlignRight)
        write(painter, QRectF(self.width() - 58, 0, 58, 18), self._ends[1], "caption", "text-2")
