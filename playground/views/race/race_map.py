"""The loss landscape of the race: bands of equal loss, and each lane's way with its marker at the end."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.plane import Floats
from playground.session.race.race import LaneView, Map, RaceState
from playground.views.landscape.landscape_map import banded
from playground.views.lines import dashed, draw_lines
from playground.views.output.colors import looked_up
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.pictures import colored

DASH, GAP = 6.0, 6.0  # pixels of a dash, square caps not counted, and between two
NO_MAP = "These networks have no weights in common to draw a landscape of."


class RaceMap(QWidget):
    """A square; dark where the loss is low. Lanes with another function than the map's are dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss landscape with the path of each lane")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._state: RaceState | None = None
        self._drawn: tuple[str, Floats, QImage | None] | None = None
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A square beside the curves."""
        return QSize(300, 300)

    def show_state(self, state: RaceState) -> None:
        """Draw this moment."""
        self._state = state
        self.update()

    def box(self) -> QRectF:
        """The square in the middle."""
        side = float(min(self.width(), self.height()))
        return QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Surface, paths, and a marker at each end."""
        painter, box = painter_of(self), self.box()
        rounded(painter, box, theme().radius("tile"), theme().color("field"))
        state = self._state
        if state is None or state.map is None:
            words = "" if state is None or state.message or not state.steps else NO_MAP
            write(painter, box, words, "body", "text-3", Qt.AlignmentFlag.AlignHCenter)
            return
        picture = self._surface(state.map)
        if picture is not None:
            painter.drawImage(box, picture)
        painter.setClipRect(box)
        for number, lane in enumerate(state.lanes):
            self._paint_path(painter, box, state.map, number, lane)
        for number, lane in enumerate(state.lanes):
            self._paint_end(painter, box, state.map, number, lane)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("ink", 0.14), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)

    def _surface(self, map_: Map) -> QImage | None:
        """The bands; drawn anew only where the loss was measured anew."""
        drawn = self._drawn
        if drawn is None or drawn[0] != theme().name or not np.array_equal(drawn[1], map_.values, True):
            levels, picture = banded(map_.values), None
            if levels is not None:
                shades = looked_up(levels, theme().lut("sequential")[::-1], theme().color("field"))
                picture = colored(np.ascontiguousarray(shades))
            drawn = self._drawn = theme().name, map_.values, picture
        return drawn[2]

    def _spots(self, box: QRectF, map_: Map, path: Floats) -> Floats:
        """Points of a path (n, 2) in pixels."""
        places = np.clip(path / np.array(map_.reach), -1e3, 1e3)
        middle = np.array([box.center().x(), box.center().y()])
        spots: Floats = middle + places * np.array([box.width() / 2, -box.height() / 2])
        return spots

    def _paint_path(self, painter: QPainter, box: QRectF, map_: Map, number: int, lane: LaneView) -> None:
        if len(lane.path) < 2:
            return
        spots = self._spots(box, map_, lane.path)
        ends = np.hstack([spots[:-1], spots[1:]])
        own = map_.shared or number == map_.surface
        for color, width, shown in (
            (theme().color("canvas"), 4.0, ends),
            (theme().categorical(number), 2.0, ends if own else dashed(spots, DASH, GAP)),
        ):
            painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap))
            draw_lines(painter, shown)

    def _paint_end(self, painter: QPainter, box: QRectF, map_: Map, number: int, lane: LaneView) -> None:
        if not len(lane.path):
            return
        end = QPointF(*self._spots(box, map_, lane.path[-1:])[0].tolist())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("canvas"))
        painter.drawEllipse(end, 8.5, 8.5)
        paint_swatch(painter, Swatch("", theme().marker(number), color=theme().categorical(number)), end)
