"""ROC and reliability: curves in the unit square, with the diagonal that both are read against."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Floats
from playground.views.plots.axis import decimal_ticks
from playground.views.plots.chart import Chart, Margins
from playground.views.theme import theme
from playground.views.widgets.control import write

Line = tuple[Floats, Floats, QColor]


class UnitChart(Chart):
    """Curves from 0 to 1 in both directions; `across` and `up` are named at the axes."""

    def __init__(self, name: str, below: str, beside: str, parent: QWidget | None = None) -> None:
        super().__init__(name, Margins(46, 8, 8, 42), decimal_ticks, decimal_ticks, parent)
        self._below, self._beside = below, beside
        self.spacing = (60.0, 48.0)
        self.keep_square(240.0)
        self.box.setMouseEnabled(x=False, y=False)
        self.set_view(-0.02, 1.02, -0.02, 1.02)
        self._lines: list[pg.PlotCurveItem] = []
        self._dots = self.add(pg.ScatterPlotItem(pxMode=True, antialias=True), 2.0)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(280, self.heightForWidth(280))

    def show_lines(self, lines: list[Line], sizes: Floats | None = None) -> None:
        """Draw these curves; with `sizes` (n,) from 0 to 1, the points of the first one too."""
        while len(self._lines) < len(lines):
            self._lines.append(self.add(pg.PlotCurveItem(antialias=True), 1.0))
        for number, item in enumerate(self._lines):
            if number < len(lines):
                x, y, color = lines[number]
                item.setData(np.array(x), np.array(y), pen=self.pen(color, theme().line("curve")))
            else:
                item.setData([], [])
        if sizes is not None and lines:
            x, y, color = lines[0]
            self._dots.setData(x=x, y=y, size=5.0 + 8.0 * np.sqrt(sizes), pen=None, brush=pg.mkBrush(color))
        else:
            self._dots.setData([], [])
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The diagonal and the names of the axes."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot, center = self.plot, Qt.AlignmentFlag.AlignHCenter
        painter.setPen(QPen(theme().color("border-strong"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, 0), self.place(1, 1))
        below = QRectF(plot.left(), plot.bottom() + 23, plot.width(), 16)
        write(painter, below, self._below, "caption", "text-3", center)
        painter.save()
        painter.translate(QPointF(0, plot.bottom()))
        painter.rotate(-90)
        write(painter, QRectF(0, 0, plot.height(), 16), self._beside, "caption", "text-3", center)
        painter.restore()
