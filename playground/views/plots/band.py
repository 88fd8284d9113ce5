"""How far the seeds of an experiment lie apart, drawn behind curves: a band between the quartiles."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from playground.sweep.verdict import Band
from playground.views.plots.chart import Chart
from playground.views.plots.safe import plot_safe
from playground.views.plots.scale import Scale

FAINT = 0.13  # of the colour's strength


def points(chart: Chart, scale: Scale, x: ArrayLike, y: ArrayLike) -> list[QPointF]:
    """Where the points of a curve lie in the chart's widget; what is not finite is left out."""
    across, up = plot_safe(x, scale.plotted(np.asarray(y, np.float64)))
    left, right, low, high = chart.view
    plot = chart.plot
    across = plot.left() + (across - left) / (right - left) * plot.width()
    down = plot.bottom() - (up - low) / (high - low) * plot.height()
    return [QPointF(*place) for place in zip(across.tolist(), down.tolist(), strict=True)]


def paint_band(
    painter: QPainter, chart: Chart, scale: Scale, band: Band, color: QColor, dash: tuple[float, ...] = ()
) -> None:
    """The band, faint, and a thin line at the median; inside the plot."""
    low, median, high = (points(chart, scale, band.step, edge) for edge in (band.low, band.median, band.high))
    painter.save()
    painter.setClipRect(chart.plot)
    fill_band(painter, low, median, high, color, dash)
    painter.restore()


def fill_band(
    painter: QPainter,
    low: list[QPointF],
    median: list[QPointF],
    high: list[QPointF],
    color: QColor,
    dash: tuple[float, ...] = (),
) -> None:
    """The same between points of the widget."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint, thin = QColor(color), QColor(color)
    faint.setAlphaF(FAINT)
    thin.setAlphaF(0.55)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faint)
    painter.drawPolygon(QPolygonF(low + high[::-1]))
    pen = QPen(thin, 1.0)
    if dash:
        pen.setDashPattern(dash)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(median))
    painter.restore()
