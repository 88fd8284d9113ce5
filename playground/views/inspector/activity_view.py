"""Pictures of a whole layer: activations by sample, the warped plane, who is alike, weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from playground.experiment.words import called
from playground.session.activity import Activity, Array, View
from playground.views.inspector.activity_pictures import (
    IMAGES,
    cell_at,
    paint_alike,
    paint_grid,
    paint_images,
    paint_rows,
)
from playground.views.theme import theme
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.numbers import measure
from playground.views.widgets.ranges import Range
from playground.views.widgets.rows import Text, side_by_side
from playground.views.widgets.slider import Slider
from playground.views.widgets.stepper import Stepper

PAGE = {"samples": 16, "outgoing": 16, "images": IMAGES}  # units at a time; the rest is a page away
FOOT, GRID_FOOT = 18.0, 84.0
PAINTERS = {"images": paint_images, "alike": paint_alike}


@dataclass(frozen=True)
class Shown:
    """What stands in the picture: the units, in order, and what the line below it says."""

    units: NDArray[np.int64]
    words: str


class ActivityView(QWidget):
    """One view of the layer, with what it takes to page through units or to choose two of them.

    Pointing at a cell says its number; a click on one of a sample chooses that sample. The warped plane
    has a slider through the depth of the network; between two layers it is bent half-way.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

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
        self.scrub = Slider("Depth in the network", Range(0.0, 1.0), self)
        self.scrub.edited.connect(lambda *_: self.update())
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
            self._show_depths(before, activity)
        self._place()
        self.update()

    def _show_depths(self, before: Activity | None, activity: Activity) -> None:
        """The slider stands at the layer, and stays where it was put while that is the same."""
        names = [name for name, _values in activity.depths]
        same = before is not None and before.view == "grid" and before.layer == activity.layer
        if not same or [name for name, _values in before.depths] != names:  # type: ignore[union-attr]
            self.scrub.set_bounds(Range(0.0, float(max(1, len(names) - 1))))
            self.scrub.set_value(float(names.index(activity.layer)) if activity.layer in names else 0.0)
        widest = max((len(values) for _name, values in activity.depths), default=len(activity.values))
        for stepper in self._pair:
            stepper.set_bounds(Range(1, max(1, widest), whole=True))
            stepper.set_value(min(stepper.value() or 1, max(1, widest)))

    def plane(self) -> tuple[Array, Array, str]:
        """The two coordinates of the bent plane at the depth of the slider, and where that is."""
        activity = self._activity
        assert activity is not None
        depths = activity.depths or ((activity.layer, activity.values),)
        at = min(self.scrub.value(), len(depths) - 1.0)
        low = int(at)
        high, share = min(low + 1, len(depths) - 1), at - low
        ends = []
        for stepper in self._pair:
            unit = int(stepper.value() or 1) - 1
            here, there = (depths[depth][1][min(unit, len(depths[depth][1]) - 1)] for depth in (low, high))
            ends.append((1.0 - share) * _unit(here) + share * _unit(there))
        words = called(depths[low][0])
        if share > 0.0:
            words = f"between {words} and {called(depths[high][0])}"
        return ends[0], ends[1], words

    def _box(self) -> QRectF:
        """Where the picture stands."""
        foot = FOOT + (26 if self._pages() > 1 else 0)
        grid = self._activity is not None and self._activity.view == "grid"
        return QRectF(0, 0, self.width(), self.height() - (GRID_FOOT if grid else foot))

    def words_at(self, place: QPointF) -> str:
        """The number at a place, and what it is; "" beside the picture."""
        activity = self._activity
        found = cell_at(activity, self.shown().units, self._box(), place) if activity is not None else None
        if activity is None or found is None:
            return ""
        unit, column = found
        if activity.view == "images":
            return f"Neuron {unit + 1}"
        value = measure(float(activity.values[unit, column]))
        if activity.view == "alike":
            one, other = (int(activity.order[at]) + 1 for at in found)
            return f"Neurons {one} and {other}: {value}"
        if activity.view == "outgoing":
            return f"From neuron {unit + 1} to neuron {column + 1} of {called(activity.other)}: {value}"
        row = f", sample {int(activity.rows[column]) + 1:,}" if column < len(activity.rows) else ""
        return f"Neuron {unit + 1}{row}: {value}"

    def event(self, event: QEvent) -> bool:
        """The tooltip says the number that is pointed at."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the sample under the pointer."""
        activity = self._activity
        if activity is not None and activity.view == "samples":
            found = cell_at(activity, self.shown().units, self._box(), event.position())
            if found is not None and found[1] < len(activity.rows):
                self.sampleChosen.emit(int(activity.rows[found[1]]))

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
            "outgoing": f"weights to {called(self._activity.other)}",
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
        self.scrub.setVisible(grid)
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
        self.scrub.setGeometry(0, self.height() - 62, self.width(), 28)
        self._back.setEnabled(self._page > 0)
        self._forth.setEnabled(self._page < self._pages() - 1)

    def resizeEvent(self, event: object) -> None:
        """The buttons stay at the lower edge."""
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture and its words."""
        painter = painter_of(self)
        box = self._box()
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
        words = shown.words
        if self._activity.view == "grid":
            across, up, words = self.plane()
            paint_grid(painter, box, across, up)
        else:
            PAINTERS.get(self._activity.view, paint_rows)(painter, box, self._activity, shown.units)
        below = QRectF(0, box.bottom() + 2, self.width(), 16)
        write(painter, below, words, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)


def _unit(values: Array) -> Array:
    """The values moved and stretched to lie between −1 and 1, so that two layers can be mixed."""
    values = values.astype(np.float64)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return np.asarray((2.0 * values - low - high) / max(high - low, 1e-12))


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
