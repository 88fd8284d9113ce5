"""All connections between two columns, painted by one item.

Each curve is cut beforehand into short straight pieces, and negative ones into their dashes, so that a
frame only draws lines: three times as fast as stroking curves.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.views.canvas.marks import paint_lock
from playground.views.lines import Lines
from playground.views.theme import theme

Floats = NDArray[np.float64]

PIECES = 32  # short pieces are also the quickest to draw
LOCK_AT = 20  # the piece that bears the lock of a frozen weight: beside the callout, near the unit
GAP = 4.0  # between an edge's end and the tile
FADED = 0.25
SHORTEST_OUTWARD = 60.0  # a shorter line would be an arrow without a beginning
_STRAIGHT = 8.0  # pixels; longer dashes are bent
_OVERLAP = 0.3  # pixels; hides the seam between two pieces


def edge_width(share: Any) -> Any:
    """The width of an edge whose weight is this share of the layer's largest."""
    return 0.6 + 4.6 * share


def edge_opacity(share: Any) -> Any:
    """The opacity of an edge whose weight is this share of the layer's largest."""
    return 0.30 + 0.62 * np.minimum(1.0, 1.3 * share)


def dash_pattern(width: float) -> tuple[float, float]:
    """Pixels on and off along a negative edge."""
    return max(5.0, 2.4 * width), max(2.4, 0.9 * width)


def cut_curve(start: Floats, end: Floats, pieces: int = PIECES) -> Floats:
    """Points along curves that leave and arrive level: start, end (n, 2) → (n, pieces + 1, 2)."""
    # Closer together towards the ends, where the curves bend most.
    t = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, pieces + 1)))[None, :, None]
    middle = (start[:, :1] + end[:, :1]) / 2
    first = np.concatenate([middle, start[:, 1:]], axis=1)[:, None, :]
    second = np.concatenate([middle, end[:, 1:]], axis=1)[:, None, :]
    u = 1.0 - t
    points: Floats = (
        u**3 * start[:, None, :] + 3 * u**2 * t * first + 3 * u * t**2 * second + t**3 * end[:, None, :]
    )
    return points


def solid_lines(points: Floats) -> Floats:
    """The pieces of curves (edges, n, 2) as (edges, n − 1, 4), each a little longer so that no seam shows."""
    steps = np.diff(points, axis=1)
    longer = steps * (_OVERLAP / np.maximum(np.hypot(steps[..., 0], steps[..., 1]), 1e-9))[..., None]
    longer[:, -1:] = 0.0
    return np.concatenate([points[:, :-1], points[:, 1:] + longer], axis=2)


def dashed_lines(points: Floats, width: float) -> Floats:
    """The dashes of one curve, (n, 4): short ones straight, long ones bent once in the middle."""
    on, off = dash_pattern(width)
    steps = np.diff(points, axis=0)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))])
    starts = np.arange(0.0, along[-1], on + off)
    ends = np.minimum(starts + on, along[-1])
    x, y = points[:, 0], points[:, 1]

    def at(lengths: Floats) -> Floats:
        return np.stack([np.interp(lengths, along, x), np.interp(lengths, along, y)], axis=1)

    if on <= _STRAIGHT:
        return np.concatenate([at(starts), at(ends)], axis=1)
    bends = at((starts + ends) / 2)
    halves = [np.concatenate([at(starts), bends], axis=1), np.concatenate([bends, at(ends)], axis=1)]
    return np.concatenate(halves)


@lru_cache(maxsize=4096)
def _pen(color: int, paper: int, width: int, opacity: int) -> QPen:
    """A flat pen; width in tenths of a pixel and opacity in sixtieths, so that pens can be kept.

    The colour is mixed with the paper's beforehand: opaque lines take less time than
    translucent ones, and weak edges do not darken where they cross.
    """
    share = min(1.0, opacity / 60)
    above, below = QColor.fromRgb(color), QColor.fromRgb(paper)
    mixed = QColor(
        round(share * above.red() + (1.0 - share) * below.red()),
        round(share * above.green() + (1.0 - share) * below.green()),
        round(share * above.blue() + (1.0 - share) * below.blue()),
    )
    return QPen(mixed, width / 10, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)


class EdgeBundleItem(QGraphicsItem):
    """The edges from one column to the next, those that are shown.

    `sources` and `targets` are the rows that each edge joins. Without weights, edges are thin and
    neutral: values that are only passed on, or an image that every unit sees.
    """

    def __init__(self, source: str, target: str) -> None:
        super().__init__()
        self.source, self.target = source, target
        self.sources: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.targets: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.points: Floats = np.empty((0, PIECES + 1, 2))
        self.weights: Floats | None = None
        self.held: frozenset[int] = frozenset()  # the edges whose weights are frozen
        self.hovered: int | None = None
        self._largest = 1.0
        self._solid: list[Lines] = []  # one edge each
        self._all = Lines(np.empty((0, 4)))
        self._dashed: dict[tuple[int, float], Lines] = {}
        self._box = QRectF()
        self.setZValue(-5)

    def connect(self, sources: NDArray[np.intp], targets: NDArray[np.intp]) -> None:
        """Say which rows are joined; forgets the weights."""
        self.sources, self.targets = sources, targets
        self.weights, self.hovered, self.held = None, None, frozenset()

    def place(self, starts: Floats, ends: Floats) -> None:
        """Put the edges between these points, (edges, 2) each."""
        self.prepareGeometryChange()
        self.points = cut_curve(starts, ends)
        pieces = solid_lines(self.points)
        self._solid, self._all = [Lines(ends) for ends in pieces], Lines(pieces.reshape(-1, 4))
        self._dashed.clear()
        if len(starts):
            (left, top), (right, bottom) = self.points.min(axis=(0, 1)), self.points.max(axis=(0, 1))
            self._box = QRectF(left, top, right - left, bottom - top).adjusted(-4, -4, 4, 4)
        else:
            self._box = QRectF()

    def set_weights(self, weights: Floats | None, largest: float = 1.0) -> None:
        """Show weights (edges,) in the next frame; `largest` is the layer's largest |w|, shown or not."""
        self.weights = weights
        self._largest = largest if math.isfinite(largest) and largest > 0 else 1.0

    def boundingRect(self) -> QRectF:
        """Around all edges."""
        return self._box

    def nearest(self, x: float, y: float, reach: float = 6.0) -> int | None:
        """The edge within reach of a point; None if there is none, or if the edges carry no weights."""
        if self.weights is None or not len(self.points):
            return None
        if not self._box.contains(x, y):
            return None
        start, step = self.points[:, :-1], np.diff(self.points, axis=1)
        length = np.maximum((step**2).sum(axis=2), 1e-12)
        t = np.clip((((x, y) - start) * step).sum(axis=2) / length, 0.0, 1.0)
        away = np.hypot(*np.moveaxis(start + t[..., None] * step - (x, y), 2, 0)).min(axis=1)
        reachable = np.flatnonzero(away <= reach)
        if not len(reachable):
            return None
        # Of several under the pointer, the widest is the one that is seen.
        best = reachable[np.argmin(away[reachable] - 0.5 * np.abs(self.weights[reachable]) / self._largest)]
        return int(best)

    def middle(self, edge: int) -> QPointF:
        """The middle of an edge, for its callout."""
        return QPointF(*self.points[edge, PIECES // 2])

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Draw all edges: faded ones first, the strongest last."""
        if self.weights is None:
            self._paint_neutral(painter)
            return
        share = np.minimum(1.0, np.fmax(np.abs(self.weights), 0.0) / self._largest)
        opacity = edge_opacity(share)
        if self.hovered is not None and self.hovered < len(self.targets):
            others = self.targets == self.targets[self.hovered]
            others[self.hovered] = False
            opacity = np.where(others, opacity * FADED, opacity)
        widths = np.maximum(6, np.rint(edge_width(share) * 10)).astype(int).tolist()
        levels = np.rint(opacity * 60).astype(int).tolist()
        positive, negative = theme().color("pos").rgb(), theme().color("neg").rgb()
        paper = theme().color("canvas").rgb()
        signs = (self.weights < 0).tolist()
        # A faded edge is opaque too, so it must not lie over the others.
        for edge in np.argsort(share + (opacity >= 0.30)).tolist():
            if signs[edge]:
                painter.setPen(_pen(negative, paper, widths[edge], levels[edge]))
                self._dashes(edge, widths[edge] / 10).draw(painter)
            else:
                painter.setPen(_pen(positive, paper, widths[edge], levels[edge]))
                self._solid[edge].draw(painter)
        for edge in self.held:
            if edge < len(self.points):
                paint_lock(painter, QPointF(*self.points[edge, LOCK_AT]), 11)

    def _paint_neutral(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme().color("border-strong"), 1.2))
        self._all.draw(painter)

    def _dashes(self, edge: int, width: float) -> Lines:
        level = max(2.0, round(4 * width) / 4)  # narrower edges share one pattern
        key = (edge, level)
        if key not in self._dashed:
            self._dashed[key] = Lines(dashed_lines(self.points[edge], level))
        return self._dashed[key]


class OutwardItem(QGraphicsItem):
    """The dotted line from the output to the view beside the canvas."""

    def __init__(self) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._tip = QPointF()
        self.setZValue(-6)

    def place(self, start: QPointF, end: QPointF) -> None:
        """From the output tile to a point near the canvas's right edge."""
        self.prepareGeometryChange()
        middle = (start.x() + end.x()) / 2
        self._path = QPainterPath(start)
        self._path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
        self._tip = end
        self.setVisible(end.x() - start.x() > SHORTEST_OUTWARD)

    def boundingRect(self) -> QRectF:
        """Around the line and its arrow."""
        return self._path.boundingRect().adjusted(-6, -6, 6, 6)

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """A dotted curve with an open arrow."""
        pen = QPen(theme().color("border-strong"), 1.2)
        pen.setDashPattern([2.4, 2.4])
        painter.setPen(pen)
        painter.drawPath(self._path)
        painter.setPen(theme().pen("border-strong", 1.2))
        tip = self._tip
        painter.drawPolyline([tip + QPointF(-5, -4.5), tip, tip + QPointF(-5, 4.5)])
