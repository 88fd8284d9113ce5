"""Predicted against observed: every sample a point, a perfect network a diagonal."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Array, PredictedOutput
from playground.session.uncertainty import RowsTogether
from playground.views.output.sample_chart import SampleChart
from playground.views.plots.axis import decimal_ticks
from playground.views.plots.chart import Margins
from playground.views.plots.points import thin
from playground.views.plots.safe import LARGEST, plot_safe
from playground.views.plots.words import with_unit
from playground.views.theme import theme
from playground.views.widgets.control import text_width, write
from playground.views.widgets.numbers import count

MOST = 1_000
MOST_REACHES = 400


class PredictedView(SampleChart):
    """A square plot in the target's own units, and the root of the mean squared error below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            "Predicted against observed", Margins(46, 20, 0, 62), decimal_ticks, decimal_ticks, parent
        )
        self.spacing = (48.0, 48.0)
        self.keep_square(300.0)
        self.box.setMouseEnabled(x=False, y=False)
        self._dots = self.add(pg.ScatterPlotItem(pxMode=True, antialias=True), 2.0)
        self._prepared: Prepared | None = None
        self._which = 0
        self._range = (0.0, 1.0)
        self._target = "target"
        self._error = self._words = ""
        self._token = "val"
        self._seeds: RowsTogether | None = None

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def restyle(self) -> None:
        """Colours of the theme."""
        if hasattr(self, "_dots"):
            self._dots.setBrush(pg.mkBrush(theme().color(self._token, 0.6)))
        super().restyle()

    def show_seeds(self, seeds: RowsTogether | None) -> None:
        """Draw how far other seeds' predictions of each row reach."""
        self._seeds = seeds
        self.viewport().update()

    def show_output(self, output: PredictedOutput, prepared: Prepared, which: int = 0) -> None:
        """Draw the points of one output and say its error."""
        observed, predicted = output.observed[:, which], output.predicted[:, which]
        if prepared is not self._prepared or which != self._which:
            self._prepared, self._which = prepared, which
            self._range = _range(observed)
            self.set_view(*self._range, *self._range)
        names, unit = prepared.target_names, prepared.target_unit
        self._target = f"{names[which] if names else 'target'}{', ' + unit if unit else ''}"
        self._token = "val" if len(prepared.validation) else "train"
        rows = "validation rows" if len(prepared.validation) else "training rows"
        self._error = with_unit(unit)(rmse(predicted, observed))
        self._words = f"RMSE on {count(len(output.rows))} {rows}"
        self.setAccessibleDescription(f"{self._error} {self._words}")
        chosen = thin(np.arange(len(output.rows)), MOST)
        self.place_samples(output.rows[chosen], observed[chosen], predicted[chosen])
        x, y = plot_safe(np.asarray(observed)[chosen], np.asarray(predicted)[chosen])
        brush = pg.mkBrush(theme().color(self._token, 0.6))
        self._dots.setData(x=x, y=y, symbol="o", size=4.4, pen=None, brush=brush)
        self.viewport().update()

    def _paint_seeds(self, painter: QPainter, seeds: RowsTogether) -> None:
        """A line from the lowest to the highest prediction of each row."""
        painter.save()
        painter.setClipRect(self.plot)
        painter.setPen(QPen(theme().color(self._token, 0.35), 1.0))
        for x, low, high in np.stack(_range_of(seeds, self._which), axis=1).tolist():
            painter.drawLine(self.place(x, low), self.place(x, high))
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The diagonal, what the axes mean, and the error."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot
        if self._seeds is not None:
            self._paint_seeds(painter, self._seeds)
        low, high = self._range
        painter.setPen(QPen(theme().color("ink"), 1.2))
        painter.drawLine(self.place(low, low), self.place(high, high))
        width = text_width("perfect", "caption") + 2
        place = self.place(high, high) - QPointF(width + 20, -4)
        box = QRectF(place, place + QPointF(width, 16))
        write(painter, box, "perfect", "caption", "text-2")
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(plot.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        write(painter, QRectF(plot.left(), 0, plot.width(), 16), self._target, "caption", "text-2")
        below = QRectF(plot.left(), plot.bottom() + 22, plot.width(), 16)
        center = Qt.AlignmentFlag.AlignHCenter
        write(painter, below, "observed", "caption", "text-3", center)
        painter.save()
        painter.rotate(-90)
        left = QRectF(-plot.bottom(), 0, plot.height(), 16)
        write(painter, left, "predicted", "caption", "text-3", center)
        painter.restore()
        stat = QRectF(0, self.height() - 20, self.width(), 18)
        font = theme().font("label", 600)
        write(painter, stat, self._error, font=font)
        write(painter, stat.adjusted(text_width(self._error) + 8, 0, 0, 0), self._words, "body", "text-2")


def _range_of(seeds: RowsTogether, which: int) -> tuple[Array, Array, Array]:
    """Observed, lowest and highest prediction of each row of which there are several."""
    observed, least, most = (each[:, which] for each in (seeds.observed, seeds.least, seeds.most))
    rows = thin(np.flatnonzero(most > least), MOST_REACHES)
    return observed[rows], least[rows], most[rows]


def rmse(predicted: Array, observed: Array) -> float:
    """The root of the mean squared difference, in the target's own units; NaN without rows."""
    difference = np.asarray(predicted, np.float64) - np.asarray(observed, np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(np.mean(difference**2))) if len(difference) else float("nan")


def _range(observed: Array) -> tuple[float, float]:
    """The observed values with some room for predictions beyond them."""
    values, _ = plot_safe(observed, observed)
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = 0.12 * (high - low) or max(0.5, abs(high) * 0.1)
    return max(-LARGEST, low - room), min(LARGEST, high + room)


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "weather")
