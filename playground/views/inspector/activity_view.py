"""Pictures of a whole layer: activations by sample, the warped plane, who is alike, weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.activity import Activity, Array, View
from playground.views.output.colors import signed
from playground.views.plots.words import layer_title
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.pictures import colored
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.stepper import Stepper

PAGE = {"samples": 16, "outgoing": 16, "images": 12}  # units at a time; the rest is a page away
IMAGES_ACROSS = 4
FOOT = 18.0
GUTTER = 24.0


@dataclass(frozen=True)
class Shown:
    """What stands in the picture: the units, in order, and what the line below it says."""

    units: NDArray[np.int64]
    words: str


class ActivityView(QWidget):
    """One view of the layer, with what it takes to page through units or to choose two of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Activations of the layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._activity: Activity | None = None
        self._page = 0
        self._back = IconButton("chevron-left", "Stronger neurons", self, size=24)
        self._forth = IconButton("chevron-right", "Weaker neurons", self, size=24)
        self._back.clicked.connect(lambda: self._turn(-1))
        self._forth.clicked.connect(lambda: self._turn(1))
        self._where = Text("", self, style="caption", color="text-3")
        self._pair = [Stepper(f"Neuron along {axis}", Range(1, 4096, whole=True)) for axis in ("x", "y")]
        for place, stepper in enumerate(self._pair):
            stepper.set_value(place + 1)
            stepper.edited.connect(lambda *_: self.update())
        self._axes = side_by_side(
            Text("x", style="caption", color="text-3"),
            self._pair[0],
            Text("y", style="caption", color="text-3"),
            self._pair[1],
            spacing=6,
        )
        self._axes.setParent(self)
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as the curve that it replaces."""
        return QSize(296, 240)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(200, 140)

    @property
    def activity(self) -> Activity | None:
        """What is shown."""
        return self._activity

    def show_activity(self, activity: Activity | None) -> None:
        """Show this; another layer or view begins at its first page."""
        before = self._activity
        if (
            before is None
            or activity is None
            or (before.layer, before.view) != (activity.layer, activity.view)
        ):
            self._page = 0
        self._activity = activity
        if activity is not None and activity.view == "grid":
            for stepper in self._pair:
                stepper.set_value(min(stepper.value() or 1, len(activity.values)))
        self._place()
        self.update()

    def _turn(self, by: int) -> None:
        self._page = min(max(self._page + by, 0), self._pages() - 1)
        self._place()
        self.update()

    def _size(self) -> int:
        return PAGE.get(self._activity.view, 0) if self._activity is not None else 0

    def _pages(self) -> int:
        size = self._size()
        return max(1, -(-len(self._activity.order) // size)) if size and self._activity is not None else 1

    def shown(self) -> Shown:
        """The units in the picture, and the words below it."""
        assert self._activity is not None
        size, order = self._size(), self._activity.order
        self._page = min(self._page, self._pages() - 1)
        units = order[self._page * size : (self._page + 1) * size] if size else order
        words = {
            "samples": "training samples, sorted by target",
            "alike": "correlation of neurons, −1 to 1",
            "outgoing": f"weights to {layer_title(self._activity.other)}",
            "images": "weights of each neuron",
            "grid": "",
        }[self._activity.view or "grid"]
        return Shown(units, words)

    def _place(self) -> None:
        """The buttons, along the lower edge."""
        several = self._pages() > 1
        grid = self._activity is not None and self._activity.view == "grid"
        for part in (self._back, self._forth, self._where):
            part.setVisible(several)
        self._axes.setVisible(grid)
        if several and self._activity is not None:
            first = self._page * self._size() + 1
            last = min(first + self._size() - 1, len(self._activity.order))
            self._where.set_text(f"{first}–{last} of {len(self._activity.order)}, strongest first")
            self._where.adjustSize()
        bottom = self.height() - 24
        self._back.setGeometry(0, bottom, 24, 24)
        self._forth.setGeometry(26, bottom, 24, 24)
        self._where.move(56, bottom + 4)
        self._axes.setGeometry(0, self.height() - 30, self.width(), 28)
        self._back.setEnabled(self._page > 0)
        self._forth.setEnabled(self._page < self._pages() - 1)

    def resizeEvent(self, event: object) -> None:
        """The buttons stay at the lower edge."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture and its words."""
        painter = painter_of(self)
        foot = FOOT + (26 if self._pages() > 1 else 0)
        grid = self._activity is not None and self._activity.view == "grid"
        box = QRectF(0, 0, self.width(), self.height() - (36 if grid else foot))
        if self._activity is None:
            rounded(painter, box, theme().radius("tile"), theme().color("field"))
            write(
                painter,
                box,
                "Nothing to show for this layer",
                "label",
                "text-3",
                Qt.AlignmentFlag.AlignHCenter,
            )
            return
        shown = self.shown()
        paint = {"grid": _grid, "images": _images, "alike": _alike}.get(self._activity.view, _rows)
        pair = [int(stepper.value() or 1) - 1 for stepper in self._pair]
        paint(painter, box, self._activity, shown.units, pair)
        below = QRectF(0, box.bottom() + 2, self.width(), 16)
        write(painter, below, shown.words, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)


Units = NDArray[np.int64]


def _heat(painter: QPainter, box: QRectF, values: Array, scale: float) -> None:
    """Numbers from −scale to scale as crisp cells."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
    table = signed(values, scale, theme().lut("diverging"), theme().color("field"))
    painter.drawImage(box, colored(table))


def _scale(values: NDArray[np.float64]) -> float:
    finite = np.abs(values[np.isfinite(values)])
    return float(np.quantile(finite, 0.99)) or 1.0 if finite.size else 1.0


def _rows(painter: QPainter, box: QRectF, activity: Activity, units: Units, pair: list[int]) -> None:
    """One row a unit, its number at the left."""
    inner = box.adjusted(GUTTER, 0, 0, 0)
    _heat(painter, inner, activity.values[units], _scale(np.asarray(activity.values, np.float64)))
    height = inner.height() / max(1, len(units))
    for place, unit in enumerate(units):
        if height >= 10 or place == 0:
            line = QRectF(0, inner.top() + place * height, GUTTER - 5, max(height, 12))
            write(painter, line, str(int(unit) + 1), "caption", "text-3", Qt.AlignmentFlag.AlignRight)


def _alike(painter: QPainter, box: QRectF, activity: Activity, units: Units, pair: list[int]) -> None:
    """A square of correlations, with the units' numbers at the left."""
    side = min(box.height(), box.width() - GUTTER)
    inner = QRectF(box.center().x() - side / 2 + GUTTER / 2, box.top(), side, side)
    _heat(painter, inner, activity.values, 1.0)
    height = side / max(1, len(units))
    for place, unit in enumerate(units):
        if height >= 10 or place == 0:
            line = QRectF(inner.left() - GUTTER, inner.top() + place * height, GUTTER - 5, max(height, 12))
            write(painter, line, str(int(unit) + 1), "caption", "text-3", Qt.AlignmentFlag.AlignRight)


def _images(painter: QPainter, box: QRectF, activity: Activity, units: Units, pair: list[int]) -> None:
    """The weights of each unit as the picture that it looks for."""
    down = -(-PAGE["images"] // IMAGES_ACROSS)
    side = min(
        (box.width() - 6 * (IMAGES_ACROSS - 1)) / IMAGES_ACROSS, (box.height() - 6 * (down - 1)) / down
    )
    left = box.center().x() - (side * IMAGES_ACROSS + 6 * (IMAGES_ACROSS - 1)) / 2
    scale = _scale(np.asarray(activity.values, np.float64))
    for place, unit in enumerate(units):
        row, column = divmod(place, IMAGES_ACROSS)
        spot = QRectF(left + column * (side + 6), box.top() + row * (side + 6), side, side)
        _heat(painter, spot, activity.values[unit], scale)


def _grid(painter: QPainter, box: QRectF, activity: Activity, units: Units, pair: list[int]) -> None:
    """The plane's straight lines as two units bend them."""
    rounded(painter, box, theme().radius("tile"), theme().color("canvas"), theme().color("border"))
    last = len(activity.values) - 1
    across, up = (activity.values[min(unit, last)].astype(np.float64) for unit in pair)
    side = min(box.width(), box.height()) - 24
    spots = []
    for values in (across, up):
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        middle, reach = (low + high) / 2, max(high - low, 1e-12)
        spots.append((values - middle) / reach * side)
    x, y = box.center().x() + spots[0], box.center().y() - spots[1]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for lines, token in (((x, y), "pos"), ((x.T, y.T), "neg")):
        painter.setPen(QPen(theme().color(token, 0.8), 1.1))
        for one, other in zip(*lines, strict=True):
            line = [QPointF(a, b) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
            painter.drawPolyline(QPolygonF(line))


def options(views: tuple[View, ...]) -> tuple[tuple[str, str], ...]:
    """The choices of the switch, the curve first."""
    labels = {
        "samples": "Samples",
        "grid": "Plane",
        "alike": "Alike",
        "outgoing": "Weights",
        "images": "Pixels",
    }
    return (("", "Curve"), *((view, labels[view]) for view in views))
