"""Samples as markers: the split by filled or hollow, the class by colour and, beyond two, by shape."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QPainterPath, QPolygonF
from PySide6.QtWidgets import QGraphicsItem

from playground.views.plots.chart import Chart
from playground.views.plots.safe import plot_safe
from playground.views.theme import theme

MOST = 1_200  # markers of one split; more would only be a cloud
SYMBOLS = {
    "triangle": "t1",
    "circle": "o",
    "square": "s",
    "cross": "x",
    "star": "star",
    "hexagon": "h",
    "pentagon": "p",
    "plus": "+",
    "down-triangle": "t",
}


def _diamond() -> QPainterPath:
    """A square on its corner; the library's own diamond is narrow."""
    path = QPainterPath()
    path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ((0, -0.5), (0.5, 0), (0, 0.5), (-0.5, 0))]))
    path.closeSubpath()
    return path


class Group(NamedTuple):
    """Markers of one look: filled or hollow, one colour (or one a point), one shape."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: QColor | list[QColor]
    shape: str = "circle"
    hollow: bool = False
    size: float = 5.0
    outline: QColor | None = None  # the panel's colour, unless given


def thin(rows: NDArray[np.int64], most: int = MOST) -> NDArray[np.int64]:
    """At most `most` of the rows, evenly spread."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]


class Points:
    """The markers of a chart. Items are made once for each group and kept."""

    def __init__(self, chart: Chart, above: float = 2.0) -> None:
        self._chart = chart
        self._above = above
        self._items: list[pg.ScatterPlotItem] = []
        self._diamond = _diamond()

    def show(self, groups: list[Group]) -> None:
        """Show these markers and no others."""
        used = 0
        for group in groups:
            x, y = plot_safe(group.x, group.y)
            if len(x) == 0:
                continue
            if group.hollow:
                self._draw(used, x, y, group, halo=True)
                used += 1
            self._draw(used, x, y, group, halo=False)
            used += 1
        for item in self._items[used:]:
            item.setData([], [])

    def _draw(
        self, index: int, x: NDArray[np.float64], y: NDArray[np.float64], group: Group, halo: bool
    ) -> None:
        while len(self._items) <= index:
            item = pg.ScatterPlotItem(pxMode=True, antialias=True, useCache=True)
            item.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)  # markers rarely move
            self._items.append(self._chart.add(item, self._above + 0.001 * len(self._items)))
        paper = theme().color("panel")
        colors = group.color if isinstance(group.color, list) else [group.color]
        pen, size = None, group.size + 4.4
        brushes = [pg.mkBrush(paper)]
        if group.hollow and not halo:
            pen, size = self._chart.pen(colors[0], 1.5), group.size + 1.0
        elif not halo:
            pen = self._chart.pen(group.outline or paper, 1.0)
            brushes, size = [pg.mkBrush(color) for color in colors], group.size + 1.0
        brush = brushes if len(brushes) > 1 else brushes[0]
        symbol = self._diamond if group.shape == "diamond" else SYMBOLS[group.shape]
        self._items[index].setData(x=x, y=y, symbol=symbol, size=size, pen=pen, brush=brush)
