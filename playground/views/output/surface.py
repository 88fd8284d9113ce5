"""A picture laid over a part of the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from playground.views.output.colors import Colors


class Surface(pg.GraphicsObject):  # type: ignore[misc]
    """Colours over a rectangle of the plane, drawn smoothly, row 0 at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._colors: Colors = np.zeros((0, 0), dtype=np.uint32)
        self._image = QImage()
        self._box = QRectF(-6, -6, 12, 12)

    def show_colors(self, colors: Colors, extent: tuple[float, float, float, float]) -> None:
        """Show other colours; an empty array shows nothing."""
        x_low, x_high, y_low, y_high = extent
        box = QRectF(x_low, y_low, x_high - x_low, y_high - y_low)
        if box != self._box:
            self.prepareGeometryChange()
            self._box = box
        self._colors = np.ascontiguousarray(colors)  # the image reads from this buffer
        rows, columns = self._colors.shape
        if rows and columns:
            data: Any = self._colors.data
            self._image = QImage(data, columns, rows, columns * 4, QImage.Format.Format_RGB32)
        else:
            self._image = QImage()
        self.update()

    def boundingRect(self) -> QRectF:
        """The rectangle of the plane."""
        return self._box

    def paint(self, painter: QPainter, *_: object) -> None:
        """The picture; the plane's y axis points up, the picture's rows go down."""
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(0.0, self._box.top() + self._box.bottom())
        painter.scale(1.0, -1.0)
        painter.drawImage(self._box, self._image)
