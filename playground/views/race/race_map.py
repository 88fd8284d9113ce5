"""The loss landscape of the race: bands of equal loss, and each lane's way with its marker at the end."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.session.race.race import LaneView, Map, RaceState
from playground.views.landscape.landscape_map import banded
from playground.views.output.colors import looked_up
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.pictures import colored

NO_MAP = "These networks have no weights in common to draw a landscape of."


class RaceMap(QWidget):
    """A square; dark where the loss is low. Lanes with another function than the map's are dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Loss landscape with the path of each lane")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._state: RaceState | None = None
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
        levels = banded(state.map.values)
        if levels is not None:
            picture = looked_up(levels, theme().lut("sequential")[::-1], theme().color("field"))
            painter.drawImage(box, colored(np.ascontiguousarray(picture)))
        painter.setClipRect(box)
        for number, lane in enumerate(state.lanes):
            self._paint_path(painter, box, state.map, number, lane)
        for number, lane in enumerate(state.lanes):
            self._paint_end(painter, box, state.map, number, lane)
        painter.setClipping(False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme().color("ink", 0.14), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)

    def _spots(self, box: QRectF, map_: Map, lane: LaneView) -> list[QPointF]:
        places = np.clip(lane.path / np.array(map_.reach), -1e3, 1e3)
        x = box.center().x() + places[:, 0] * box.width() / 2
        y = box.center().y() - places[:, 1] * box.height() / 2
        return [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]

    def _paint_path(self, painter: QPainter, box: QRectF, map_: Map, number: int, lane: LaneView) -> None:
        spots = self._spots(box, map_, lane)
        own = map_.shared or number == map_.surface
        style = Qt.PenStyle.SolidLine if own else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width, line in (
            (theme().color("canvas"), 4.0, Qt.PenStyle.SolidLine),
            (theme().categorical(number), 2.0, style),
        ):
            painter.setPen(QPen(color, width, line, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(QPolygonF(spots))

    def _paint_end(self, painter: QPainter, box: QRectF, map_: Map, number: int, lane: LaneView) -> None:
        spots = self._spots(box, map_, lane)
        if spots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme().color("canvas"))
            painter.drawEllipse(spots[-1], 8.5, 8.5)
            paint_swatch(
                painter, Swatch("", theme().marker(number), color=theme().categorical(number)), spots[-1]
            )
