"""A wide smooth curve drawn as short straight lines, several times faster than as one path."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from playground.views.lines import dashed, draw_lines

LONGEST = 30_000.0  # pixels; a curve longer than that is zoomed far into and left to the library


class LiveCurve(pg.PlotCurveItem):  # type: ignore[misc]
    """A curve that is given other points with every frame."""

    def show_points(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Go through these points; an empty curve that stays empty costs nothing."""
        if len(x) or self.xData is None or len(self.xData):
            self.setData(x, y)

    def boundingRect(self) -> QRectF:
        """All that is shown of the plot: where the curve lies takes longer to find than to draw it."""
        box = self.getViewBox() if self.xData is not None and len(self.xData) else None
        return box.viewRect() if box is not None else QRectF()


class Stroke(LiveCurve):
    """A curve of a few hundred points; dashes are cut here, along the curve's own length."""

    def __init__(self, dash: tuple[float, float] | None = None) -> None:
        super().__init__(antialias=True)
        self._dash = dash  # on and off, in widths of the line
        self._line = QPen()

    def set_look(self, color: QColor, width: float, far: QPen) -> None:
        """Colour and width in the screen's logical pixels; `far` is the library's pen when zoomed far in."""
        cap = Qt.PenCapStyle.FlatCap if self._dash else Qt.PenCapStyle.SquareCap
        self._line = QPen(color, width, Qt.PenStyle.SolidLine, cap)
        self.setPen(far)

    def paint(self, painter: QPainter, option: object, widget: object) -> None:
        """Straight lines in pixels, where the zoom allows it."""
        if self.xData is None or len(self.xData) < 2:
            return
        map_ = painter.worldTransform()
        x = map_.m11() * self.xData + map_.dx()
        y = map_.m22() * self.yData + map_.dy()
        if not np.hypot(np.diff(x), np.diff(y)).sum() < LONGEST:
            super().paint(painter, option, widget)
            return
        points = np.column_stack([x, y])
        if self._dash:
            ends = dashed(points, *(part * self._line.widthF() for part in self._dash))
        else:
            ends = np.hstack([points[:-1], points[1:]])
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._line)
        draw_lines(painter, ends)
        painter.setWorldTransform(map_)
