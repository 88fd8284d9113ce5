"""Which part of the canvas is seen: fitting, zooming and panning."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QGraphicsView

from playground.views.canvas.layout import BARE_BOTTOM, BOTTOM
from playground.views.canvas.scene import CanvasScene

SMALLEST, LARGEST = 0.1, 4.0
LEGIBLE = 0.8  # a network too wide for this is shown in part, and moved along
_FAR = 50_000.0
_STRIP = 4.0  # more room above the chips, for the strip of a network seen in part
_TALLEST = 1.4  # viewport heights that the layout of a network too wide for the canvas may take


class Camera:
    """Keeps the network in sight, as much of it as can be read, until the user zooms or pans.

    `scale` 1 is 100 %. A deep network runs out of sight on the right; `reveal` brings a column back.
    """

    def __init__(self, view: QGraphicsView, scene: CanvasScene) -> None:
        self._view, self._scene = view, scene
        self.scale = 1.0
        self._origin = QPointF()
        self._moved = False
        self._whole = False  # shown entirely, however small
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        view.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        view.setSceneRect(-_FAR, -_FAR, 2 * _FAR, 2 * _FAR)

    def fit(self, short: bool) -> None:
        """Show the whole network; if that is too small to read and seen already, the legible part again."""
        self._whole = not self._whole or self._moved
        self._moved = False
        self.lay_out(short)

    def forget(self) -> None:
        """See the next network from its beginning, however the user moved about this one."""
        self._moved = self._whole = False
        self._origin = QPointF()

    def lay_out(self, short: bool) -> None:
        """Lay out for the viewport; a network that is too wide is laid out higher and shown smaller."""
        width, whole = float(self._view.viewport().width()), float(self._view.viewport().height())
        fitting = min(1.0, width / max(1.0, self._scene.natural_width(width, short)))
        partly = fitting < LEGIBLE and not self._whole
        scale = max(SMALLEST, LEGIBLE if partly else fitting)
        top = self._scene.headroom + (_STRIP if partly else 0.0)
        height = whole - top
        laid_out = height if scale == 1.0 else min(height / scale, _TALLEST * height)
        spare = height / scale - laid_out
        bottom = BARE_BOTTOM if self._scene.is_bare else BOTTOM
        self._scene.resize(width, laid_out, bottom / scale, short, partly)
        if not self._moved:
            self.scale = scale
            self._origin = QPointF(self._along(self._origin.x()), -spare / 2 - top / scale)
        self.apply()

    def reveal(self, left: float, right: float) -> None:
        """Move along just so far that what lies between these places is in sight."""
        across = self._view.viewport().width() / self.scale
        x = max(min(self._origin.x(), left), right - across)
        if x != self._origin.x():
            self._origin.setX(x if self._moved else self._along(x))
            self.apply()

    def part(self) -> tuple[float, float]:
        """Which part of the network's width is in sight: from and to, each 0..1."""
        whole = max(1.0, self._scene.arrangement.width)
        across = self._view.viewport().width() / self.scale
        return max(0.0, self._origin.x() / whole), min(1.0, (self._origin.x() + across) / whole)

    def _along(self, x: float) -> float:
        """The nearest place at which the canvas is full, from its left edge."""
        spare = self._scene.arrangement.width - self._view.viewport().width() / self.scale
        return min(max(x, 0.0), max(spare, 0.0))

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
        self._scene.see_from(self.scale)
        self._view.setTransform(QTransform.fromScale(self.scale, self.scale))
        self._view.horizontalScrollBar().setValue(round(x * self.scale))
        self._view.verticalScrollBar().setValue(round(y * self.scale))
        viewport.update()
