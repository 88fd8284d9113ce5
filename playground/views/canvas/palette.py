"""The floating palette: one block for each kind of layer, to drag onto the canvas."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolTip, QWidget

from playground.catalog.layers import layers
from playground.views.canvas.chip_item import layer_icon
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import Button, painter_of, rounded, text_width, write
from playground.views.widgets.popover import paint_shadow

MIME = "application/x-np-layer"
BLOCK = QSize(74, 48)
COMPACT_BLOCK = QSize(48, 44)
SHADOW = 16
PAD = 6


class Palette(QWidget):
    """The card with all blocks. `dragging(kind)` when a drag begins, "" when it ends; `clicked(kind)`."""

    dragging = Signal(str)
    clicked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Palette of layers")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SHADOW + PAD, SHADOW + PAD, SHADOW + PAD, SHADOW + PAD)
        self._row.setSpacing(2)
        self._shadow: QPixmap | None = None
        self.blocks = [Block(entry.key, self) for entry in layers]
        for block in self.blocks:
            self._row.addWidget(block)
            block.clicked.connect(lambda _checked=False, kind=block.kind: self.clicked.emit(kind))
        theme().changed.connect(self._redraw)

    def set_compact(self, compact: bool) -> None:
        """Icons only."""
        for block in self.blocks:
            block.set_compact(compact)
        self._shadow = None
        self.adjustSize()

    def _redraw(self) -> None:
        self._shadow = None
        self.update()

    def resizeEvent(self, event: Any) -> None:
        """The shadow follows the size."""
        self._shadow = None
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Clicks beside the blocks do nothing; they must not reach the canvas."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, drawn once and kept: the canvas below it repaints thirty times a second."""
        ratio = self.devicePixelRatioF()
        if self._shadow is None or self._shadow.devicePixelRatio() != ratio:
            self._shadow = QPixmap(self.size() * ratio)
            self._shadow.setDevicePixelRatio(ratio)
            self._shadow.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._shadow)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            card = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
            paint_shadow(painter, card, theme().radius("palette"))
            rounded(
                painter, card, theme().radius("palette"), theme().color("raised"), theme().color("border")
            )
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._shadow)


class Block(Button):
    """One kind of layer: drag it into a gap, or click it to add it after the selected layer."""

    def __init__(self, kind: str, palette: Palette) -> None:
        entry = layers[kind]
        super().__init__(f"{entry.label} layer", palette, f"{entry.summary}\nDrag it between two layers.", 9)
        self.kind = kind
        self._palette = palette
        self._label = entry.label
        self._compact = False
        self._start: QPoint | None = None
        self._dragged = False
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    def set_compact(self, compact: bool) -> None:
        """The icon only."""
        self._compact = compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As in the design, wider for a long name, or smaller where the window is narrow."""
        if self._compact:
            return COMPACT_BLOCK
        return BLOCK.expandedTo(QSize(int(text_width(self._label, "label")) + 12, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Icon above label."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        if self.hovered or self.isDown() or self._dragged:
            rounded(painter, box, 9, theme().color("field"))
        middle = box.center().x()
        y = box.center().y() if self._compact else 16.0
        paint_icon(painter, layer_icon(self.kind), QPointF(middle, y), theme().color("text"), 17)
        if not self._compact:
            place = QRectF(0, 27, box.width(), 18)
            write(painter, place, self._label, "label", align=Qt.AlignmentFlag.AlignHCenter)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press may become a drag."""
        self._start = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from the press, the block follows the pointer."""
        if self._start is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        moved = (event.position().toPoint() - self._start).manhattanLength()
        if moved >= QApplication.startDragDistance():
            self._start = None
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click."""
        self._start = None
        super().mouseReleaseEvent(event)

    def _drag(self) -> None:
        QToolTip.hideText()
        self.setDown(False)
        self._dragged = True
        self.update()
        data = QMimeData()
        data.setData(MIME, self.kind.encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        picture = ghost(self._label, layer_icon(self.kind), self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(24, 20))
        self._palette.dragging.emit(self.kind)
        drag.exec(Qt.DropAction.CopyAction)
        self._dragged = False
        self._palette.dragging.emit("")
        self.update()


def ghost(label: str, icon: str, ratio: float) -> QPixmap:
    """What is carried at the pointer: a chip with the block's icon and name, and its shadow."""
    width = text_width(label, "label") + 52
    picture = QPixmap(QSize(int(width + 24), 60) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(12, 10, width, 36)
    paint_shadow(painter, box, 9, depth=10, darkness=8)
    rounded(painter, box, 9, theme().color("raised"))
    painter.setPen(QPen(theme().color("ink"), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(box.adjusted(0.8, 0.8, -0.8, -0.8), 8.5, 8.5)
    paint_icon(painter, icon, QPointF(box.left() + 20, box.center().y()), theme().color("text"), 16)
    write(painter, box.adjusted(38, 0, -4, 0), label, "label")
    painter.end()
    return picture
