"""What floats over the canvas and does not move with it: palette, undo and redo, the zoom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.words import counted
from playground.views.canvas.operations import NOT_KEPT
from playground.views.canvas.palette import SHADOW, Palette
from playground.views.canvas.saying import aloud
from playground.views.canvas.strip import Strip
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.control import painter_of, text_width, write

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

MARGIN = 12
SIGN = 22  # what a sign before the words takes
READING = 8000  # milliseconds for which a line stands


class Overlay:
    """The floating controls, placed along the lower edge of the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.palette = Palette(canvas)
        self.strip = Strip(canvas)
        self.undo = IconButton("undo", "Undo", canvas)
        self.redo = IconButton("redo", "Redo", canvas)
        self.total = QuietText(canvas)
        self.line = QuietText(canvas)
        self.line.hide()
        self._said = 0  # the change that the line speaks of
        self._silence = QTimer(canvas)
        self._silence.setSingleShot(True)
        self._silence.setInterval(READING)
        self._silence.timeout.connect(self.line.hide)
        self.zoom = TextButton("100%", canvas, quiet=True, tip="Show the whole network (Ctrl+0)")
        self.zoom.setAccessibleName("Zoom")
        self.findings = TextButton(
            "", canvas, icon="warn", quiet=True, tip="What goes wrong, and what to try (G)"
        )
        self.findings.clicked.connect(canvas.checkupRequested)
        self.findings.hide()
        self.undo.clicked.connect(canvas.undoRequested)
        self.redo.clicked.connect(canvas.redoRequested)
        self.zoom.clicked.connect(canvas.fit)
        self.palette.clicked.connect(canvas.editing.insert)
        self._bare = False
        self.set_undo(False, False)

    def set_bare(self, bare: bool) -> None:
        """Hide everything, or bring it back."""
        self._bare = bare
        self.place()

    def set_undo(self, can_undo: bool, can_redo: bool) -> None:
        """Which of the two can be pressed."""
        self.undo.setEnabled(can_undo)
        self.redo.setEnabled(can_redo)

    def set_parameters(self, count: int) -> None:
        """Say how many parameters the whole network has."""
        self.total.set_text(counted(count, "parameter"))
        self.place()

    def set_findings(self, count: int) -> None:
        """Say how many things need a look; nothing where all is well."""
        text = f"{count} to look at" if count else ""
        if text != self.findings.text():
            self.findings.setText(text)
            self.findings.setAccessibleName(text)
            self.findings.setVisible(bool(text))
            self.place()

    def say(self, words: str, change: int) -> None:
        """Say for a while what this change of the network did."""
        if change != self._said:
            self._said = change
            self.line.set_text(words, loud=words.startswith(NOT_KEPT))
            self.line.setVisible(bool(words) and not self._bare)
            aloud(self.line, words)
            self._silence.start()
            self.place()

    def set_zoom(self, zoom: float) -> None:
        """Say how large the network is shown."""
        text = f"{round(zoom * 100)}%"
        if text != self.zoom.text():
            self.zoom.setText(text)
            self.place()

    def set_compact(self, compact: bool) -> None:
        """Icons only in the palette."""
        self.palette.set_compact(compact)
        self.place()

    def place(self) -> None:
        """Stand along the lower edge."""
        width, height = self._canvas.width(), self._canvas.height()
        self.palette.adjustSize()
        size = self.palette.size()
        self.strip.setGeometry(0, 0, width, self.strip.height())
        top = height - MARGIN - (size.height() - 2 * SHADOW)
        self.palette.move(QPoint((width - size.width()) // 2, top - SHADOW))
        middle = top + (size.height() - 2 * SHADOW) // 2
        self.zoom.resize(self.zoom.sizeHint())
        x = width - 10 - self.zoom.width()
        self.zoom.move(x, middle - self.zoom.height() // 2)
        x -= self.total.width()
        self.total.move(x, middle - self.total.height() // 2)
        self.total.setVisible(x > self.palette.geometry().right() - SHADOW + 8)
        for button, left in ((self.undo, 10), (self.redo, 42)):
            button.adjustSize()
            button.move(left, middle - button.height() // 2)
        self.line.move((width - self.line.width()) // 2, top - 8 - self.line.height())
        self.findings.resize(self.findings.sizeHint())
        self.findings.move(10, middle - 20 - self.findings.height())
        parts: tuple[QWidget, ...] = (
            self.palette,
            self.undo,
            self.redo,
            self.findings,
            self.total,
            self.line,
            self.zoom,
            self.strip,
        )
        for part in parts:
            part.raise_()
        for part in (self.palette, self.undo, self.redo, self.zoom):
            part.setVisible(not self._bare)
        self.findings.setVisible(bool(self.findings.text()) and not self._bare)
        self.total.setVisible(self.total.isVisibleTo(self._canvas) and not self._bare)


class QuietText(QWidget):
    """A few words that take no clicks: small and grey, or in ink behind a sign where they matter."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._text = ""
        self._loud = False

    def set_text(self, text: str, loud: bool = False) -> None:
        """Other words."""
        self._text, self._loud = text, loud
        self.setAccessibleName(text)
        width = text_width(text, "label") + SIGN if loud else text_width(text, "caption")
        self.resize(int(width) + 8, 20 if loud else 16)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words."""
        painter, box = painter_of(self), QRectF(self.rect())
        if self._loud:
            paint_icon(painter, "warn", QPointF(SIGN / 2, box.center().y()), theme().color("warn"), 16)
            write(painter, box.adjusted(SIGN, 0, 0, 0), self._text, "label")
        else:
            write(painter, box, self._text, "caption", "text-3")
