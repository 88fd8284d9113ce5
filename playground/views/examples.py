"""The gallery: every example as a picture of what it has learned after a moment. A click opens one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.experiment import files
from playground.experiment.data import Prepared
from playground.experiment.presets import presets
from playground.session.examples import Darkroom, ExamplePicture
from playground.session.snapshot import (
    Array,
    ConfusionOutput,
    CurveOutput,
    MapOutput,
    PredictedOutput,
    ReconstructionOutput,
)
from playground.views.data_pictures import dataset_picture
from playground.views.output.map_view import sample_groups, surface_colors
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded
from playground.views.widgets.pictures import Grid, Paint, PictureButton, colored, paint_clipped
from playground.views.widgets.rows import Text

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
        self.cards = {preset.name: ExampleCard(preset.name, preset.title) for preset in presets()}
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
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 18, 0, 0)
        head = QVBoxLayout()
        head.setContentsMargins(24, 0, 24, 4)
        head.addWidget(Text("Examples", style="section"))
        head.addWidget(
            Text("Each picture was trained just now, for 600 steps.", style="label", color="text-2")
        )
        column.addLayout(head)
        column.addWidget(area, 1)
        self.resize(COLUMNS * SIDE + (COLUMNS - 1) * GAP + 64, 640)
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

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, dataset_picture(files.load(name).data.dataset.kind), parent, SIDE)
        self._title = title
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
    """How to paint what a network answers: a map, a curve, a table of classes, or images."""

    def paint(painter: QPainter, box: QRectF) -> None:
        output, prepared = picture.output, picture.prepared
        if isinstance(output, MapOutput):
            _map(painter, box, output, prepared)
        elif isinstance(output, CurveOutput):
            _curve(painter, box.adjusted(10, 14, -10, -14), output, prepared)
        elif isinstance(output, ConfusionOutput):
            _confusion(painter, box.adjusted(16, 16, -16, -16), output.counts)
        elif isinstance(output, ReconstructionOutput):
            _images(painter, box.adjusted(12, 12, -12, -12), output, prepared)
        else:
            _predicted(painter, box.adjusted(14, 14, -14, -14), output)

    return paint


def _map(painter: QPainter, box: QRectF, output: MapOutput, prepared: Prepared) -> None:
    """The surface, and some of the samples on it."""
    painter.drawImage(box, colored(surface_colors(output.values, prepared, "probability")))
    x_low, x_high, y_low, y_high = output.extent
    painter.setPen(QPen(theme().color("canvas"), 0.8))
    for group in sample_groups(prepared, 0):
        tints = group.color if isinstance(group.color, list) else [group.color] * len(group.x)
        every = max(1, len(group.x) // DOTS)
        across = box.left() + (group.x - x_low) / (x_high - x_low) * box.width()
        down = box.bottom() - (group.y - y_low) / (y_high - y_low) * box.height()
        for x, y, tint in list(zip(across.tolist(), down.tolist(), tints, strict=True))[::every]:
            painter.setBrush(tint)
            painter.drawEllipse(QPointF(x, y), 2.2, 2.2)


def _spots(
    box: QRectF,
    x: Array,
    y: Array,
    xs: Array,
    ys: Array,
) -> list[QPointF]:
    """Points in a box that shows the whole range of `xs` and `ys`."""
    wide = float(np.ptp(xs)) or 1.0
    high = float(np.ptp(ys)) or 1.0
    across = box.left() + (x - xs.min()) / wide * box.width()
    down = box.bottom() - (y - ys.min()) / high * box.height()
    good = np.isfinite(across) & np.isfinite(down)
    return [QPointF(a, b) for a, b in zip(across[good].tolist(), down[good].tolist(), strict=True)]


def _curve(painter: QPainter, box: QRectF, output: CurveOutput, prepared: Prepared) -> None:
    rows = prepared.train[:: max(1, len(prepared.train) // DOTS)]
    xs, ys = prepared.raw_inputs[rows, 0], prepared.raw_targets[rows, 0]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("text-3"))
    for spot in _spots(box, xs, ys, output.x, ys):
        painter.drawEllipse(spot, 1.8, 1.8)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme().color("pos"), 2.2, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPolyline(QPolygonF(_spots(box, output.x, output.y[0], output.x, ys)))


def _confusion(painter: QPainter, box: QRectF, counts: NDArray[np.int64]) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    lut = theme().lut("sequential")
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    painter.drawImage(box, colored(lut[np.clip(shares * 255, 0, 255).astype(int)]))


def _images(painter: QPainter, box: QRectF, output: ReconstructionOutput, prepared: Prepared) -> None:
    """Above some images, below what the network makes of them."""
    assert prepared.image_shape is not None
    lut = theme().lut("gray")
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    count, gap = 3, 6.0
    side = (box.width() - (count - 1) * gap) / count
    pairs = zip(prepared.raw_targets[output.rows[:count]], output.images[:count], strict=True)
    top = box.center().y() - side - gap / 2
    most = float(prepared.raw_targets.max()) or 1.0
    for column, pair in enumerate(pairs):
        for row, pixels in enumerate(pair):
            levels = np.clip(np.nan_to_num(pixels) / most * 255, 0, 255).astype(int)
            corner = QPointF(box.left() + column * (side + gap), top + row * (side + gap))
            image = colored(lut[levels.reshape(prepared.image_shape)])
            painter.drawImage(QRectF(corner.x(), corner.y(), side, side), image)


def _predicted(painter: QPainter, box: QRectF, output: PredictedOutput) -> None:
    """Predicted over observed; the diagonal is where a perfect network's points lie."""
    every = max(1, len(output.observed) // DOTS)
    observed, predicted = output.observed[::every, 0], output.predicted[::every, 0]
    painter.setPen(QPen(theme().color("border-strong"), 1))
    painter.drawLine(box.bottomLeft(), box.topRight())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("val"))
    for spot in _spots(box, observed, predicted, observed, observed):
        painter.drawEllipse(spot, 1.9, 1.9)
