"""A chart with samples on it: pointing at one says what it is, a click follows it through the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip

from playground.views.plots.chart import Chart

REACH = 9.0  # pixels from the pointer to the sample that it means


class SampleChart(Chart):
    """`sampleChosen(row)` for a click on a sample; `describe` says what a row is."""

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    def __init__(self, *arguments: Any) -> None:
        self.describe: Callable[[int], str] = lambda row: f"Sample {row + 1:,}"
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._at: NDArray[np.float64] = np.zeros((2, 0))
        super().__init__(*arguments)

    def place_samples(self, rows: NDArray[np.int64], x: Any, y: Any) -> None:
        """Say where the samples of these rows are drawn, in the plot's own units."""
        self._rows, self._at = rows, np.array([x, y], dtype=np.float64)

    def sample_at(self, place: QPointF) -> int | None:
        """The row of the sample that is drawn within reach of a point of the view."""
        plot = self.plot
        if not len(self._rows) or not plot.contains(place):
            return None
        left, right, bottom, top = self.view
        x = plot.left() + (self._at[0] - left) / (right - left) * plot.width()
        y = plot.bottom() - (self._at[1] - bottom) / (top - bottom) * plot.height()
        away = np.nan_to_num(np.hypot(x - place.x(), y - place.y()), nan=np.inf)
        nearest = int(away.argmin())
        return int(self._rows[nearest]) if away[nearest] <= REACH else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        super().mouseReleaseEvent(event)
        row = self.sample_at(event.position())
        if row is not None:
            self.sampleChosen.emit(row)

    def viewportEvent(self, event: QEvent) -> bool:
        """The tooltip of a sample says what it is, and how wrong the network is about it."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            row = self.sample_at(QPointF(event.pos()))
            if row is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.describe(row), self.viewport())
            return True
        return bool(super().viewportEvent(event))
