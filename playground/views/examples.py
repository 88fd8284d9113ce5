"""The gallery: every example as a picture of what it has learned after a moment. A click opens one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from playground.experiment.presets import Preset, presets
from playground.session.examples import Darkroom, ExamplePicture
from playground.views.data_pictures import dataset_picture
from playground.views.output.thumbnail import paint_output
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded
from playground.views.widgets.pictures import Grid, Paint, PictureButton, paint_clipped
from playground.views.widgets.rows import Text
from playground.views.widgets.scroll import Scroll

SIDE = 148
TITLE = 40  # two lines
COLUMNS = 5
GAP = 18
DOTS = 90
POLL = 100  # milliseconds between two looks for finished pictures


class Examples(QDialog):
    """Shows the examples that ship with the program; `chosen` tells the name of the one to open."""

    chosen = Signal(str)

    def __init__(
        self, parent: QWidget | None = None, report: Callable[[str, str], None] | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Examples")
        self._report = report
        self._darkroom: Darkroom | None = None
        self.cards = {preset.name: ExampleCard(preset) for preset in presets()}
        sheet = QWidget()
        grid = Grid(COLUMNS, GAP, sheet)
        grid.setContentsMargins(0, 0, 0, 0)
        for name, card in self.cards.items():
            card.clicked.connect(lambda _=False, name=name: self._choose(name))
            grid.addWidget(card)
        inside = QWidget()
        room = QVBoxLayout(inside)
        room.setContentsMargins(24, 8, 24, 20)
        room.addWidget(sheet)
        area = Scroll("All examples", inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 18, 0, 0)
        head = QVBoxLayout()
        head.setContentsMargins(24, 0, 24, 4)
        head.addWidget(Text("Examples", style="section"))
        head.addWidget(
            Text("Each picture trains here and now, for 600 steps.", style="label", color="text-2")
        )
        column.addLayout(head)
        column.addWidget(area, 1)
        self.resize(COLUMNS * SIDE + (COLUMNS - 1) * GAP + 64, 640)
        next(iter(self.cards.values())).setFocus()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._collect)

    def _choose(self, name: str) -> None:
        self.accept()
        self.chosen.emit(name)

    def _collect(self) -> None:
        assert self._darkroom is not None
        for picture in self._darkroom.take():
            self.cards[picture.name].show_picture(picture)
        if not self._darkroom.busy:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the pictures that are still missing."""
        super().showEvent(event)
        missing = tuple(name for name, card in self.cards.items() if not card.drawn)
        if missing and self._darkroom is None:
            self._darkroom = Darkroom(missing, self._report)
            self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is made for a gallery that is not seen."""
        super().hideEvent(event)
        self._timer.stop()
        if self._darkroom is not None:
            self._darkroom.close()
            self._darkroom = None


class ExampleCard(PictureButton):
    """One example: its picture, and its name below."""

    def __init__(self, preset: Preset, parent: QWidget | None = None) -> None:
        super().__init__(preset.title, dataset_picture(preset.dataset), parent, SIDE)
        self._title = preset.title
        self.setCheckable(False)
        self.drawn = False

    def show_picture(self, picture: ExamplePicture) -> None:
        """What the example has learned, in place of its data set's picture."""
        self.drawn = True
        self.set_picture(answer_picture(picture))

    def sizeHint(self) -> QSize:
        """The picture and two lines."""
        return QSize(SIDE, SIDE + 6 + TITLE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture in a thin outline, the title in two lines at most."""
        painter = painter_of(self)
        box = QRectF(0, 0, SIDE, SIDE)
        rounded(painter, box, self.radius, theme().color("canvas"))
        paint_clipped(painter, box, self.radius, self._picture(QSize(SIDE, SIDE)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strong = self.hovered or self.hasFocus()
        painter.setPen(QPen(theme().color("ink" if strong else "border"), 2 if strong else 1))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), self.radius - 1, self.radius - 1)
        painter.setFont(theme().font("label"))
        painter.setPen(theme().color("text"))
        below = QRectF(0, SIDE + 6, SIDE, TITLE)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap, self._title)


def answer_picture(picture: ExamplePicture) -> Paint:
    """How to paint what a network answers."""
    return lambda painter, box: paint_output(painter, box, picture.output, picture.prepared)
