"""What one neuron computes where there is no plane: along x, or over the samples in order."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.snapshot import Array
from playground.views.output import colors
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.numbers import measure

CAPTIONS = {
    "curve": "activation along the input",
    "stripes": "mean, training rows by target",
}


class UnitView(QWidget):
    """One neuron's activation as a line over its tile's stripes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Neuron")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values: Array = np.empty(0)
        self._scale = 1.0
        self._kind = "curve"
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as it needs."""
        return QSize(296, 230)

    def show_unit(self, values: Array, scale: float, kind: str) -> None:
        """Show another neuron's (TILE,) activations; `scale` is the value in full colour."""
        self._values, self._scale, self._kind = values, max(scale, 1e-300), kind
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Stripes of colour behind, the line before them."""
        painter = painter_of(self)
        box = QRectF(0, 0, self.width(), self.height() - 24)
        rounded(painter, box, theme().radius("tile"), theme().color("canvas"), theme().color("border"))
        count = len(self._values)
        if count:
            table, gap = theme().lut("diverging"), theme().color("field")
            argb = colors.looked_up(0.5 + 0.3 * self._values / self._scale, table, gap)[None]
            image = QImage(argb.tobytes(), count, 1, count * 4, QImage.Format.Format_RGB32)
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(box.adjusted(1, 1, -1, -1), image)
            painter.setPen(QPen(theme().color("ink"), theme().line("curve")))
            painter.drawPolyline(self._line(box))
        below = QRectF(0, box.bottom() + 6, self.width(), 16)
        write(painter, below, CAPTIONS[self._kind], "caption", "text-3")
        finite = self._values[np.isfinite(self._values)]
        if len(finite):
            ends = f"{measure(float(finite.min()))} to {measure(float(finite.max()))}"
            write(painter, below, ends, "caption", "text-2", Qt.AlignmentFlag.AlignRight)

    def _line(self, box: QRectF) -> QPolygonF:
        step = box.width() / len(self._values)
        reach = np.clip(np.nan_to_num(self._values / self._scale), -1.1, 1.1)
        heights = box.center().y() - reach * (box.height() / 2 - 12)
        return QPolygonF(
            [QPointF(box.left() + (i + 0.5) * step, float(height)) for i, height in enumerate(heights)]
        )
