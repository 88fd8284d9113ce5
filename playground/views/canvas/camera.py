"""Which part of the canvas is seen: fitting, zooming and panning."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from playground.views.canvas.layout import BOTTOM
from playground.views.canvas.scene import CanvasScene

SMALLEST, LARGEST = 0.1, 4.0
_FAR = 50_000.0
_TALLEST = 1.4  # viewport heights that the layout of a network too wide for the canvas may take


class Camera:
    """Keeps the whole network in sight until the user zooms or pans; `scale` 1 is 100 %."""

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        self._view, self._scene = view, scene
        self.scale = 1.0
        self._origin = QPointF()
        self._moved = False
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        view.setSceneRect(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)

    def fit(self, short: bool) -> None:
        """Show the whole network again."""
        self._moved = False
        self.lay_out(short)

    def lay_out(self, short: bool) -> None:
        """Lay out for the viewport; a network that is too wide is laid out higher and shown smaller."""
        width, whole = float(self._view.viewport().width()), float(self._view.viewport().height())
        height = whole - self._scene.headroom
        scale = max(SMALLEST, min(1.0, width / max(1.0, self._scene.natural_width(width, short))))
        laid_out = height if scale == 1.0 else min(height / scale, _TALLEST * height)
        spare = height / scale - laid_out
        self._scene.resize(width, laid_out, BOTTOM, short)
        if not self._moved:
            self.scale, self._origin = scale, QPointF(0.0, -spare / 2 - self._scene.headroom / scale)
        self.apply()

    def zoom(self, factor: float, at: QPointF) -> None:
        """Larger or smaller around a point of the viewport."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        if 0.97 < scale < 1.03:
            scale = 1.0
        self._origin = self._origin + at / self.scale - at / scale
        self.scale = scale
        self._moved = True
        self.apply()

    def pan(self, by: QPoint) -> None:
        """Move the picture by some pixels."""
        self._origin -= QPointF(by) / self.scale
        self._moved = True
        self.apply()

    def apply(self) -> None:
        """Move the view there, but never so far that the network is lost from sight."""
        viewport, arrangement = self._view.viewport(), self._scene.arrangement
        across, down = viewport.width() / self.scale, viewport.height() / self.scale
        x = min(max(self._origin.x(), -0.8 * across), arrangement.width - 0.2 * across)
        y = min(max(self._origin.y(), -0.8 * down), arrangement.height - 0.2 * down)
        self._origin = QPointF(x, y)
        self._view.setTransform(QTransform.fromScale(self.scale, self.scale))
        self._view.horizontalScrollBar().setValue(round(x * self.scale))
        self._view.verticalScrollBar().setValue(round(y * self.scale))
        viewport.update()
