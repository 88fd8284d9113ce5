"""Look, draw, erase: what the pointer does on the picture of the data."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.catalog.datasets.own_points import Point
from playground.experiment import drawing
from playground.experiment.edits import EditError
from playground.experiment.model import Experiment
from playground.views.widgets.combo import Combo
from playground.views.widgets.segments import Segments

BRUSH = 0.4  # between two points of a stroke, in the units of the plane
ERASER = 0.45  # its radius, of a picture 12 units wide
GRASP = 0.06  # of the picture's width and height, from the pointer to the point that it moves

View = tuple[float, float, float, float]
Points = tuple[Point, ...]

_PLANE = (("look", "Look"), ("draw", "Draw"), ("erase", "Erase"))
_LINE = (("look", "Look"), ("move", "Move points"), ("draw", "Add"), ("erase", "Erase"))


class DrawBar(QWidget):
    """Turns strokes on the output into edits; `edited(experiment, label, merge)`, one entry a stroke."""

    edited = Signal(object, str, str)
    modeChanged = Signal(bool)  # noqa: N815 - True: the pointer draws

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self._where = ""
        self._stroke = 0
        self._last: tuple[float, float] | None = None
        self._grasped: int | None = None
        self.mode = Segments("What the pointer does")
        self.mode.edited.connect(self._tell_mode)
        self.which = Combo("Class to draw")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.mode)
        row.addWidget(self.which, 1)
        row.addStretch()
        self.hide()

    def set_experiment(self, experiment: Experiment) -> None:
        """Offer what can be drawn on these data."""
        self._experiment = experiment
        where = drawing.drawable(experiment)
        if where != self._where:
            self._where = where
            self.mode.set_options(_LINE if where == "line" else _PLANE)
            self.mode.set_value("look")
            self._tell_mode()
        self.setVisible(bool(where))
        if where == "plane":
            names = experiment.data.dataset.entry.class_names_of(experiment.data.dataset)
            count = drawing.class_choices(experiment)
            new = ["new class"] * (count - len(names))
            options = tuple((str(i), name, "") for i, name in enumerate([*names, *new][:count]))
            self.which.set_options(options)
            if self.which.value() not in {key for key, _name, _tip in options}:
                self.which.set_value("0")

    @property
    def draws(self) -> bool:
        """Whether the pointer changes the data."""
        return bool(self._where) and self.mode.value() != "look"

    def _tell_mode(self, *_: object) -> None:
        self.which.setVisible(self._where == "plane" and self.mode.value() == "draw")
        self.modeChanged.emit(self.draws)

    def stroke(self, x: float, y: float, view: View, finished: bool) -> None:
        """The pointer is at a point of the picture, which shows this view."""
        if finished:
            self._last = self._grasped = None
            self._stroke += 1
            return
        if self._experiment is None or not self.draws:
            return
        try:
            points = drawing.points_of(self._experiment)
            self._act(points, x, y, view[1] - view[0], view[3] - view[2])
        except (EditError, ValueError):
            return  # the picture is full, or the data cannot be read: the canvas says so

    def _act(self, points: Points, x: float, y: float, width: float, height: float) -> None:
        mode = self.mode.value()
        if mode == "move":
            if self._grasped is None:
                self._grasped = _nearest(points, x, y, width, height)
            if self._grasped is not None:
                self._send(drawing.moved(points, self._grasped, x, y), "Move a point")
        elif mode == "erase":
            kept = drawing.erased(points, x, y, ERASER * width / 12.0, height / width)
            if len(kept) < len(points):
                self._send(kept, "Erase points")
        elif self._last is None or math.hypot(x - self._last[0], y - self._last[1]) >= BRUSH:
            self._last = (x, y)
            which = int(self.which.value()) if self._where == "plane" else 0
            self._send(drawing.added(points, x, y, which), "Draw points")

    def _send(self, points: Points, label: str) -> None:
        assert self._experiment is not None
        self._experiment = drawing.with_points(self._experiment, points)
        self.edited.emit(self._experiment, label, f"points#{id(self)}.{self._stroke}")


def _nearest(points: Points, x: float, y: float, width: float, height: float) -> int | None:
    """The point under the pointer; None where there is none within grasp."""
    away = [math.hypot((point[0] - x) / width, (point[1] - y) / height) for point in points]
    nearest = min(range(len(points)), key=away.__getitem__, default=None)
    return nearest if nearest is not None and away[nearest] <= GRASP else None
