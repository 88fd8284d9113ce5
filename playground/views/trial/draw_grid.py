"""An image to be drawn with the pointer, pixel by pixel, on an enlarged grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.views.output.reconstruction_view import gray_image
from playground.views.theme import theme
from playground.views.widgets.control import painter_of

Floats = NDArray[np.float64]
LARGEST_SIDE = 248
REACH = {True: 0.055, False: 0.8}  # of the brush: of the image's width where it is fine, else in pixels
FINE = 16  # pixels across from which an image is fine
STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
INK = (Qt.Key.Key_Space, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


class DrawGrid(QWidget):
    """`drawn(values)` while the brush moves. The right button, or `erases`, takes ink away.

    By keyboard: arrows move a frame, Space puts ink under it, Delete takes it away.
    """

    drawn = Signal(object)  # the pixels, (rows · columns,), in their own units

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Draw an image")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(LARGEST_SIDE)
        self.erases = False
        self._shape, self._top = (8, 8), 1.0
        self._pixels: Floats = np.zeros((8, 8))
        self._last: QPointF | None = None
        self._cursor = (0, 0)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(LARGEST_SIDE, LARGEST_SIDE)

    def show_values(self, values: Floats, shape: tuple[int, int], top: float) -> None:
        """Show these pixels, from 0 to `top`."""
        self._shape, self._top = shape, top
        self._pixels = np.array(values, dtype=np.float64).reshape(shape)
        self._cursor = min(self._cursor[0], shape[0] - 1), min(self._cursor[1], shape[1] - 1)
        self.update()

    # Drawing

    def _box(self) -> QRectF:
        rows, columns = self._shape
        cell = min(self.width() / columns, self.height() / rows)
        width, height = cell * columns, cell * rows
        return QRectF((self.width() - width) / 2, 0, width, height)

    def _at(self, place: QPointF) -> QPointF:
        """A place of the widget in pixels of the image: (column, row)."""
        box = self._box()
        across = (place.x() - box.left()) / box.width() * self._shape[1]
        return QPointF(across, (place.y() - box.top()) / box.height() * self._shape[0])

    def _stroke(self, start: QPointF, end: QPointF, erases: bool) -> None:
        """Ink along a line; softer towards the rim of the brush."""
        rows, columns = self._shape
        fine = columns >= FINE
        reach = REACH[fine] * (columns if fine else 1.0)
        y, x = np.mgrid[0:rows, 0:columns] + 0.5
        along = np.array([end.x() - start.x(), end.y() - start.y()])
        length = float((along**2).sum()) or 1e-12
        share = np.clip(((x - start.x()) * along[0] + (y - start.y()) * along[1]) / length, 0.0, 1.0)
        away = np.hypot(x - start.x() - share * along[0], y - start.y() - share * along[1])
        ink = np.clip(1.5 - away / reach, 0.0, 1.0)
        if erases:
            changed = np.minimum(self._pixels, self._top * (1.0 - ink))
        else:
            changed = np.maximum(self._pixels, self._top * ink)
        self._change(changed)

    def _change(self, pixels: Floats) -> None:
        if not np.array_equal(pixels, self._pixels):
            self._pixels = pixels
            self.update()
            self.drawn.emit(pixels.ravel())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self._last = self._at(event.position())
            self._stroke(self._last, self._last, self._takes_away(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw along."""
        if self._last is not None:
            here = self._at(event.position())
            self._stroke(self._last, here, self._takes_away(event))
            self._last = here

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a stroke."""
        self._last = None

    def _takes_away(self, event: QMouseEvent) -> bool:
        right = Qt.MouseButton.RightButton
        return self.erases or event.button() == right or bool(event.buttons() & right)

    def event(self, event: QEvent) -> bool:
        """Its keys are no shortcuts of the window while it has the keyboard."""
        typed = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if typed and not event.modifiers() and event.key() in (*STEPS, *INK):  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Space and Delete."""
        key = Qt.Key(event.key())
        if key in STEPS:
            down, right = STEPS[key]
            row, column = self._cursor[0] + down, self._cursor[1] + right
            self._cursor = row % self._shape[0], column % self._shape[1]
            self.update()
        elif key in INK:
            changed = self._pixels.copy()
            ink = key == Qt.Key.Key_Space and not self.erases
            changed[self._cursor] = self._top if ink else 0.0
            self._change(changed)
        else:
            super().keyPressEvent(event)
            return
        value = self._pixels[self._cursor] / self._top
        self.setAccessibleDescription(
            f"Row {self._cursor[0] + 1}, column {self._cursor[1] + 1}, ink {value:.0%}"
        )

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the frame."""
        super().focusOutEvent(event)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Pixels, a faint grid where they are large, the frame of the keyboard."""
        painter = painter_of(self)
        box, (rows, columns) = self._box(), self._shape
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(box, gray_image(self._pixels, self._shape, self._top))
        painter.setPen(QPen(theme().color("border"), 1))
        cell = box.width() / columns
        if columns < FINE:
            for column in range(1, columns):
                x = box.left() + column * cell
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
            for row in range(1, rows):
                y = box.top() + row * cell
                painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
        if self.hasFocus():
            painter.setPen(QPen(theme().color("ink"), 2))
            row, column = self._cursor
            frame = QRectF(box.left() + column * cell, box.top() + row * cell, cell, cell)
            painter.drawRect(frame.adjusted(1, 1, -1, -1))
