"""Buttons that are pictures: data sets to choose one of, features to turn on and off."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QTextDocument
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from playground.views.icons import paint_icon
from playground.views.theme import Lut, theme
from playground.views.widgets.control import Button, painter_of, rounded

Paint = Callable[[QPainter, QRectF], None]


class PictureButton(Button):
    """A tile with a picture. The picture is painted once for each theme and resolution, then kept."""

    def __init__(self, name: str, paint: Paint, parent: QWidget | None = None, size: int = 48) -> None:
        super().__init__(name, parent, tip=name, radius=theme().radius("tile"))
        self.setCheckable(True)
        self._paint = paint
        self._size = size
        self._kept: dict[tuple[str, float], QPixmap] = {}

    def set_picture(self, paint: Paint) -> None:
        """Another picture."""
        self._paint = paint
        self._kept.clear()
        self.update()

    def nextCheckState(self) -> None:
        """Which tile is on is for the panel to say, not for the click."""

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(self._size, self._size)

    def _picture(self, size: QSize) -> QPixmap:
        ratio = self.devicePixelRatioF()
        key = (theme().name, ratio)
        if key not in self._kept:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            try:
                self._paint(painter, QRectF(0, 0, size.width(), size.height()))
            finally:
                painter.end()  # a pixmap that goes away while it is painted takes the program with it
            self._kept = {key: picture}
        return self._kept[key]

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in a thin outline; the chosen one in a bold outline of ink."""
        painter = painter_of(self)
        box = QRectF(self.rect())
        rounded(painter, box, self.radius, theme().color("canvas"))
        paint_clipped(painter, box, self.radius, self._picture(self.size()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.isChecked():
            painter.setPen(QPen(theme().color("ink"), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), self.radius - 1, self.radius - 1)
        else:
            painter.setPen(QPen(theme().color("border-strong" if self.hovered else "border"), 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), self.radius, self.radius)


class FeatureButton(PictureButton):
    """An input feature: what it looks like over the plane, with its formula below and a tick when on."""

    TILE = 38
    MARGIN = 5

    def __init__(self, name: str, formula: str, paint: Paint, parent: QWidget | None = None) -> None:
        super().__init__(name, paint, parent)
        self._formula = formula

    def sizeHint(self) -> QSize:
        """The tile, room for its ring and badge, and the formula."""
        return QSize(self.TILE + 2 * self.MARGIN, self.TILE + 2 * self.MARGIN + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Faint while off; ringed and ticked while on."""
        painter = painter_of(self)
        on = self.isChecked()
        tile = QRectF(self.MARGIN, self.MARGIN, self.TILE, self.TILE)
        radius = self.radius - 2
        painter.save()
        painter.setOpacity(painter.opacity() * (1.0 if on else 0.62 if self.hovered else 0.45))
        paint_clipped(painter, tile, radius, self._picture(QSize(self.TILE, self.TILE)))
        painter.restore()
        if on:
            self._paint_ring(painter, tile)
        below = QRectF(0, tile.bottom() + 2, self.width(), 16)
        font = theme().math_font(13.5, italic=False)
        paint_rich(painter, below, self._formula, font, theme().color("text" if on else "text-2").name())

    def _paint_ring(self, painter: QPainter, tile: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("ink"), 2))
        painter.drawRoundedRect(tile.adjusted(-3, -3, 3, 3), self.radius + 1, self.radius + 1)
        badge = QPointF(tile.right() - 1.0, tile.top() + 2.0)
        painter.setPen(QPen(theme().color("panel"), 1.5))
        painter.setBrush(theme().color("ink"))
        painter.drawEllipse(badge, 6.5, 6.5)
        paint_icon(painter, "check", badge, theme().color("on-ink"), 9)


def paint_clipped(painter: QPainter, box: QRectF, radius: float, picture: QPixmap) -> None:
    """A picture with rounded corners."""
    outline = QPainterPath()
    outline.addRoundedRect(box, radius, radius)
    painter.save()
    painter.setClipPath(outline)
    painter.drawPixmap(box.topLeft(), picture)
    painter.restore()


def paint_rich(painter: QPainter, box: QRectF, html: str, font: QFont, color: str) -> None:
    """A short formula (HTML sub, sup, i) in the middle of a box."""
    document = QTextDocument()
    document.setDocumentMargin(0)
    document.setDefaultFont(font)
    document.setHtml(f'<span style="color:{color}">{html}</span>')
    width = document.idealWidth()
    painter.save()
    painter.translate(box.center().x() - width / 2, box.center().y() - document.size().height() / 2)
    document.drawContents(painter)
    painter.restore()


def colored(pixels: Lut, transparent: bool = False) -> QImage:
    """A picture of its own from ARGB values, (rows, columns) uint32."""
    rows, columns = pixels.shape
    kind = QImage.Format.Format_ARGB32 if transparent else QImage.Format.Format_RGB32
    return QImage(pixels.tobytes(), columns, rows, columns * 4, kind).copy()


class Grid(QLayout):
    """Equal tiles in rows of `columns`, spread so that the first and last touch the edges."""

    def __init__(self, columns: int, gap: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._columns = columns
        self._gap = gap
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """How many there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """The item at a position."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove the item at a position."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _tile(self) -> QSize:
        shown = self._shown()
        return shown[0].sizeHint() if shown else QSize(0, 0)

    def sizeHint(self) -> QSize:
        """All rows."""
        tile = self._tile()
        rows = -(-len(self._shown()) // self._columns)
        width = self._columns * tile.width() + (self._columns - 1) * self._gap
        return QSize(width, rows * tile.height() + max(0, rows - 1) * self._gap)

    def minimumSize(self) -> QSize:
        """The same: tiles do not shrink."""
        return self.sizeHint()

    def setGeometry(self, box: QRect) -> None:
        """Place the tiles."""
        super().setGeometry(box)
        tile = self._tile()
        free = box.width() - tile.width()
        for position, item in enumerate(self._shown()):
            row, column = divmod(position, self._columns)
            x = box.x() + round(free * column / max(1, self._columns - 1))
            y = box.y() + row * (tile.height() + self._gap)
            item.setGeometry(QRect(x, y, tile.width(), tile.height()))
