"""Every icon as a few SVG strokes on a 16×16 grid, tinted by a colour of the theme.

Only media controls and the nodes of layer glyphs are filled. A layer's glyph bears the layer's key.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_FILLED = 'fill="currentColor" stroke-linejoin="round"'

ICONS: dict[str, str] = {
    "menu": '<path d="M2 4h12M2 8h12M2 12h12"/>',
    "chevron-down": '<path d="M4.5 6.5 8 10l3.5-3.5"/>',
    "chevron-right": '<path d="M6.5 4.5 10 8l-3.5 3.5"/>',
    "chevron-left": '<path d="M9.5 4.5 6 8l3.5 3.5"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "minus": '<path d="M3.5 8h9"/>',
    "check": '<path d="M3.5 8.5 6.5 11.5 12.5 4.8"/>',
    "close": '<path d="M4 4l8 8M12 4l-8 8"/>',
    "more": f'<g {_FILLED} stroke="none"><circle cx="3.4" cy="8" r="1.25"/><circle cx="8" cy="8" r="1.25"/>'
    '<circle cx="12.6" cy="8" r="1.25"/></g>',
    "play": f'<path {_FILLED} d="M4.8 2.9v10.2L13 8z"/>',
    "pause": f'<path {_FILLED} d="M4.7 3h1.6v10H4.7zM9.7 3h1.6v10H9.7z"/>',
    "step": f'<path {_FILLED} d="M3.6 3.6v8.8L10.2 8z"/><path d="M12.6 3.4v9.2"/>',
    "epoch": f'<path {_FILLED} d="M1.8 4v8L7 8zM7.4 4v8l5.2-4z"/><path d="M14.2 3.6v8.8"/>',
    "reset": '<path d="M3 8.4A5 5 0 1 0 4.7 4.6L2.9 6.2M2.9 2.8v3.4h3.4"/>',
    "undo": '<path d="M5.6 3 2.8 5.8l2.8 2.8M2.8 5.8h6.4a3.6 3.6 0 0 1 0 7.2H6.4"/>',
    "redo": '<path d="M10.4 3l2.8 2.8-2.8 2.8M13.2 5.8H6.8a3.6 3.6 0 0 0 0 7.2h2.8"/>',
    "shuffle": '<rect x="2.8" y="2.8" width="10.4" height="10.4" rx="2.4"/>'
    f'<g {_FILLED} stroke="none"><circle cx="5.9" cy="5.9" r=".95"/><circle cx="8" cy="8" r=".95"/>'
    '<circle cx="10.1" cy="10.1" r=".95"/></g>',
    "lock": '<rect x="3.6" y="7" width="8.8" height="6.4" rx="1.4"/>'
    '<path d="M5.6 7V5a2.4 2.4 0 0 1 4.8 0v2"/>',
    "fit": '<path d="M2.8 6V2.8H6M10 2.8h3.2V6M13.2 10v3.2H10M6 13.2H2.8V10"/>',
    "pass": '<circle cx="8" cy="8" r="5.8"/><path d="M5.4 8.2 7.3 10.1 10.7 6.2"/>',
    "warn": '<path d="M8 2.4 14.2 13.2H1.8zM8 6.6v3"/><circle cx="8" cy="11.4" r=".4" fill="currentColor"/>',
    "fail": '<path d="M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM6 6l4 4M10 6l-4 4"/>',
    "pin": '<path d="M5.4 2.4h5.2M6.3 2.4v4.2L4.4 9.2h7.2L9.7 6.6V2.4M8 9.2v4.6"/>',
    "page": '<path d="M4 2h5l3 3v9H4zM9 2v3h3"/>',
    "checks": '<path d="M2 4.2 3.3 5.5 5.6 3.1M2 11 3.3 12.3 5.6 9.9M8.4 4.4h5.8M8.4 11.2h5.8M8.4 7.8h5.8"/>',
    "note": '<circle cx="8" cy="8" r="5.8"/><path d="M8 7.4v3.4"/>'
    '<circle cx="8" cy="5.1" r=".4" fill="currentColor"/>',
    "data": '<path d="M2.4 2.4v11.2h11.2"/>'
    f'<g {_FILLED} stroke="none"><circle cx="5.6" cy="10" r="1.2"/><circle cx="8.4" cy="6.4" r="1.2"/>'
    '<circle cx="11.6" cy="8.2" r="1.2"/><circle cx="12.2" cy="3.8" r="1.2"/></g>',
    "training": '<path d="M2.4 4.6h6M12.6 4.6h1M2.4 11.4h1M7.6 11.4h6"/><circle cx="10.5" cy="4.6" r="1.9"/>'
    '<circle cx="5.5" cy="11.4" r="1.9"/>',
    "dense": '<path d="M3.2 3.4l9.6 2.4M3.2 3.4l9.6 6.8M3.2 8l9.6-2.2M3.2 8l9.6 2.2M3.2 12.6l9.6-6.8'
    'M3.2 12.6l9.6-2.4" stroke-width=".9"/>'
    f'<g {_FILLED} stroke="none"><circle cx="3.2" cy="3.4" r="1.7"/><circle cx="3.2" cy="8" r="1.7"/>'
    '<circle cx="3.2" cy="12.6" r="1.7"/><circle cx="12.8" cy="5.8" r="1.7"/>'
    '<circle cx="12.8" cy="10.2" r="1.7"/></g>',
    "dropout": f'<g {_FILLED} stroke="none"><circle cx="8" cy="2.9" r="1.8"/>'
    '<circle cx="8" cy="13.1" r="1.8"/></g>'
    '<circle cx="8" cy="8" r="1.7" stroke-dasharray="1.4 1.3" stroke-linecap="butt"/>',
    "gaussian_noise": '<path d="M1.6 8.8l1.6-3 1.5 5.4 1.7-8 1.8 9.6 1.7-7 1.5 4.6 1.3-3 1.7 1.6"/>',
    "layer_norm": '<path d="M2 13.4h12M2.6 10.2C5.8 10.2 6 3 8 3s2.2 7.2 5.4 7.2"/>',
    "add": '<circle cx="8" cy="8" r="5.8"/><path d="M8 5v6M5 8h6"/>',
    "concatenate": '<path d="M2.8 2.8h4v4h-4zM2.8 9.2h4v4h-4zM9.4 8h4.2M11.6 6l2 2-2 2"/>',
    "batch_norm": '<path d="M1.8 12.8C6 12.8 5.6 3.4 8 3.4s2 9.4 6.2 9.4M8 2v11.6"/>',
}


@lru_cache(maxsize=512)
def _renderer(name: str, color: str) -> QSvgRenderer:
    body = ICONS[name].replace("currentColor", color)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<g fill="none" stroke="{color}" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round">'
        f"{body}</g></svg>"
    )
    return QSvgRenderer(QByteArray(svg.encode()))


def paint_icon(painter: QPainter, name: str, center: QPointF, color: QColor, size: float = 16.0) -> None:
    """Draw an icon around a point, sharp at any scale; the colour's alpha counts."""
    painter.save()
    painter.setOpacity(painter.opacity() * color.alphaF())
    box = QRectF(center.x() - size / 2, center.y() - size / 2, size, size)
    _renderer(name, color.name()).render(painter, box)
    painter.restore()


def icon(name: str, color: QColor, size: int = 16) -> QIcon:
    """An icon for menus and actions, with a picture for ordinary and doubled resolution."""
    result = QIcon()
    for ratio in (1, 2, 3):
        picture = QPixmap(size * ratio, size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_icon(painter, name, QPointF(size / 2, size / 2), color, size)
        painter.end()
        result.addPixmap(picture)
    return result
