"""One curve a layer over the steps, on a logarithmic scale, each named at its end."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.words import called
from playground.sweep.verdict import Band
from playground.views.plots.axis import log_ticks, step_ticks
from playground.views.plots.band import fill_band
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write

LEFT, RIGHT, TOP, BOTTOM = 58.0, 100.0, 8.0, 22.0
APART = 13.0  # between two names


class LayerChart(QWidget):
    """Curves in shades of teal, the colour of gradients: the first layer darkest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Curves by layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._layers: tuple[str, ...] = ()
        self._steps: NDArray[np.float64] = np.empty(0)
        self._logs: NDArray[np.float64] = np.empty((0, 0))
        self._bands: dict[str, Band] = {}
        theme().changed.connect(self.update)

    def show_curves(
        self,
        layers: tuple[str, ...],
        steps: NDArray[np.int64],
        values: NDArray[np.float64],
        bands: Mapping[str, Band] | None = None,
    ) -> None:
        """Draw `values` (n, layers) over `steps` (n,); what is not positive is left out.

        `bands` are where other seeds lie, by layer; drawn as far as the curves go.
        """
        last_step = steps[-1] if len(steps) else 0
        self._bands = {name: _logs(band, last_step) for name, band in (bands or {}).items()}
        self._layers, self._steps = layers, steps.astype(np.float64)
        self._logs = _log(values)
        last = (
            [f"{called(n)} {v:.2g}" for n, v in zip(layers, values[-1], strict=True)] if len(values) else []
        )
        self.setAccessibleDescription(", ".join(last))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, curves, names."""
        painter = painter_of(self)
        box = QRectF(LEFT, TOP, max(1.0, self.width() - LEFT - RIGHT), max(1.0, self.height() - TOP - BOTTOM))
        edges = [edge for name in self._layers if (b := self._bands.get(name)) for edge in (b.low, b.high)]
        drawn = np.concatenate([self._logs.ravel(), *edges])
        finite = drawn[np.isfinite(drawn)]
        if not finite.size:
            write(
                painter,
                box,
                "Train a little to see the gradients",
                "label",
                "text-3",
                Qt.AlignmentFlag.AlignHCenter,
            )
            return
        low, high = float(np.floor(finite.min())), float(np.ceil(finite.max() + 1e-9))
        end = max(float(self._steps[-1]), 1.0)
        for tick in log_ticks(low, high, max(2, int(box.height() // 26))):
            y = box.bottom() - (tick.at - low) / (high - low) * box.height()
            painter.setPen(QPen(theme().color("border"), 1))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            write(
                painter,
                QRectF(0, y - 8, LEFT - 8, 16),
                tick.label,
                "caption",
                "text-3",
                Qt.AlignmentFlag.AlignRight,
            )
        for tick in step_ticks(0.0, end, max(2, int(box.width() // 90))):
            x = box.left() + tick.at / end * box.width()
            spot = QRectF(x - 40, box.bottom() + 4, 80, 16)
            write(painter, spot, tick.label, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        self._paint_curves(painter, box, low, high, end)

    def _paint_curves(self, painter: QPainter, box: QRectF, low: float, high: float, end: float) -> None:
        """The curves, and at the end of each its layer's name, moved apart where they meet."""
        ends = []
        for index, name in enumerate(self._layers):
            if name in self._bands:
                self._paint_band(painter, box, low, high, end, index)
        for index, name in enumerate(self._layers):
            good = np.isfinite(self._logs[:, index])
            across = box.left() + self._steps[good] / end * box.width()
            down = box.bottom() - (self._logs[good, index] - low) / (high - low) * box.height()
            if len(across):
                spots = [QPointF(a, b) for a, b in zip(across.tolist(), down.tolist(), strict=True)]
                painter.setPen(QPen(theme().color("grad", self._strength(index)), 1.8))
                painter.drawPolyline(QPolygonF(spots))
                ends.append((float(down[-1]), name, index))
        ends.sort()
        for (y_end, name, index), y_name in zip(ends, self._apart([end[0] for end in ends]), strict=True):
            painter.setPen(QPen(theme().color("grad", self._strength(index)), 1.8))
            painter.drawLine(QPointF(box.right() + 4, y_end), QPointF(box.right() + 10, y_name))
            spot = QRectF(box.right() + 13, y_name - 8, RIGHT - 15, 16)
            write(painter, spot, called(name), "caption", "text-2")

    def _paint_band(
        self, painter: QPainter, box: QRectF, low: float, high: float, end: float, index: int
    ) -> None:
        """Where other seeds of a layer lie."""
        band = self._bands[self._layers[index]]

        def places(values: NDArray[np.float64]) -> list[QPointF]:
            good = np.isfinite(values)
            across = box.left() + band.step[good] / end * box.width()
            down = box.bottom() - (values[good] - low) / (high - low) * box.height()
            return [QPointF(a, b) for a, b in zip(across.tolist(), down.tolist(), strict=True)]

        color = theme().color("grad", self._strength(index))
        fill_band(painter, places(band.low), places(band.median), places(band.high), color)

    def _apart(self, places: list[float]) -> list[float]:
        """Heights of the names: where the curves end, moved so that they neither meet nor leave the chart."""
        gap = min(APART, (self.height() - 16.0) / max(1, len(places)))
        found: list[float] = []
        for place in places:
            found.append(max(place, found[-1] + gap) if found else max(place, 8.0))
        ceiling = self.height() - 8.0
        for at in range(len(found) - 1, -1, -1):
            found[at] = min(found[at], ceiling)
            ceiling = found[at] - gap
        return found

    def _strength(self, index: int) -> float:
        return 1.0 - 0.65 * index / max(1, len(self._layers) - 1)


def _log(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithms to the base of 10; NaN for what has none."""
    return np.log10(np.where(np.isfinite(values) & (values > 0.0), values, np.nan))


def _logs(band: Band, last: int) -> Band:
    """The band up to a step, as it is drawn."""
    seen = band.step <= last
    return Band(band.step[seen], *(_log(edge[seen]) for edge in (band.low, band.median, band.high)))
