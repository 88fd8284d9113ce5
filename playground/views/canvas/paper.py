"""The sheet behind the network: a quiet colour and a grid of dots."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from playground.views.theme import theme

DOTS = 24.0


def paint_paper(painter: QPainter, area: QRectF, zoom: float) -> None:
    """Fill an area of the scene; from afar there are fewer dots."""
    painter.fillRect(area, theme().color("canvas"))
    spacing = DOTS if zoom > 0.45 else 4 * DOTS
    pen = QPen(theme().color("dot"), 2.0 / max(1.0, zoom) ** 0.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    columns = range(int(area.left() // spacing), int(area.right() // spacing) + 2)
    rows = range(int(area.top() // spacing), int(area.bottom() // spacing) + 2)
    painter.drawPoints([QPointF(x * spacing + 12, y * spacing + 12) for x in columns for y in rows])
