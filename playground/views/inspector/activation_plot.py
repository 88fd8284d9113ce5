"""The selected layer's activation curve, with its pre-activations as a histogram on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.activations import activations
from playground.session.snapshot import LayerDetail
from playground.views.inspector.histogram import spell_reach
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, text_width, write
from playground.views.widgets.numbers import count
from playground.views.widgets.pictures import paint_rich

EDGE = 4.0  # shown from −4 to 4 until a snapshot says otherwise
SAMPLES = 181
CURVE = (0.16, 0.63)  # the curve's top and bottom, as fractions of the height
BARS = 0.30  # the tallest bar
CAPTION = 20
DOT = 4.5  # its radius
UNDER_FORMULA = 26  # where lines begin, so that none runs through the formula


@lru_cache(maxsize=64)
def curve(key: str, settings: tuple[float, ...], low: float, high: float) -> tuple[tuple[float, float], ...]:
    """(z, h) along the activation; empty where it mixes several units (softmax)."""
    value = activations[key].value
    if value is None:
        return ()
    points = []
    for step in range(SAMPLES):
        z = low + (high - low) * step / (SAMPLES - 1)
        h = value(z, *settings)
        if math.isfinite(h):
            points.append((z, h))
    return tuple(points)


@lru_cache(maxsize=64)
def slope_curve(
    key: str, settings: tuple[float, ...], low: float, high: float
) -> tuple[tuple[float, float], ...]:
    """(z, dh/dz) along the activation; empty where it mixes several units (softmax)."""
    slope = activations[key].slope
    if slope is None:
        return ()
    points = ((z, slope(z, h, *settings)) for z, h in curve(key, settings, low, high))
    return tuple((z, rise) for z, rise in points if math.isfinite(rise))


class ActivationPlot(QWidget):
    """Curve and its slope, zones where it is flat, and how many pre-activations lie where."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Activation and pre-activations")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(112)
        self.setMaximumHeight(220)
        self._key = ""
        self._settings: tuple[float, ...] = ()
        self._formula = ""
        self._counts: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self._low, self._high = -EDGE, EDGE
        self._beyond = (False, False)  # whether values lie beyond the left end, and the right one
        self._samples = 0
        self._unit = -1
        self._runs = True
        self._pre: Sequence[float] = ()
        self._post: Sequence[float] = ()
        self._looks: tuple[object, ...] = ()  # what the kept backdrop was painted for
        self._kept = QPixmap()
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, 181 + CAPTION)

    def show_activation(self, key: str, settings: tuple[float, ...], formula: str) -> None:
        """Another activation ("" where the layer has none) and the formula above it."""
        if (key, settings, formula) != (self._key, self._settings, self._formula):
            self._key, self._settings, self._formula = key, settings, formula
            self.update()

    def show_detail(self, detail: LayerDetail | None) -> None:
        """Another histogram; None where there is none yet."""
        if detail is None:
            self._counts, self._samples = np.zeros(0, dtype=np.int64), 0
            self._pre = self._post = ()
        else:
            self._counts, self._samples = detail.counts, detail.samples
            self._low, self._high, self._beyond = detail.low, detail.high, detail.beyond
            self._pre, self._post = detail.pre.tolist(), detail.post.tolist()
        self.update()

    def show_unit(self, unit: int) -> None:
        """Mark what this unit makes of the sample that is followed; −1 marks the first unit's."""
        self._unit = unit
        self.update()

    def show_running(self, runs: bool) -> None:
        """Whether the engine computes this activation; one that cannot train is only drawn."""
        if runs != self._runs:
            self._runs = runs
            self.update()

    def dot(self) -> tuple[float, float] | None:
        """Pre-activation and activation of the marked unit; None where there is no curve to be on."""
        unit = max(self._unit, 0)
        there = self._runs and self._key and unit < len(self._pre)
        return (self._pre[unit], self._post[unit]) if there else None

    # Geometry

    def _box(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.height() - CAPTION)

    def _x(self, z: float) -> float:
        return (z - self._low) / (self._high - self._low) * self.width()

    def _zones(self) -> list[tuple[float, float, bool]]:
        """Where the curve is flat: (from, to, whether it lies on the left)."""
        low, high = activations[self._key].saturates if self._key else (None, None)
        zones = []
        if low is not None and low > self._low:
            zones.append((self._low, low, True))
        if high is not None and high < self._high:
            zones.append((high, self._high, False))
        return zones

    def _word(self) -> str:
        return "off" if None in activations[self._key].saturates else "saturated"

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The kept backdrop, the bars on it, the caption below."""
        painter = painter_of(self)
        box = self._box()
        painter.drawPixmap(0, 0, self._backdrop(box))
        painter.save()
        painter.setClipPath(self._outline(box))
        self._paint_bars(painter, box, self._zones())
        self._paint_dot(painter, box)
        painter.restore()
        rounded(painter, box, theme().radius("tile"), None, theme().color("border"))
        self._paint_caption(painter, box)

    @staticmethod
    def _outline(box: QRectF) -> QPainterPath:
        outline = QPainterPath()
        outline.addRoundedRect(box, theme().radius("tile"), theme().radius("tile"))
        return outline

    def _backdrop(self, box: QRectF) -> QPixmap:
        """Paper, zones, axes, curve and words: painted again only when one of them changes."""
        ratio = self.devicePixelRatioF()
        looks = (
            self._key,
            self._settings,
            self._formula,
            self._low,
            self._high,
            box.size(),
            ratio,
            theme().name,
        )
        if looks != self._looks:
            self._looks = looks
            self._kept = QPixmap(self.size() * ratio)
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._kept)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_backdrop(painter, box)
            painter.end()
        return self._kept

    def _paint_backdrop(self, painter: QPainter, box: QRectF) -> None:
        painter.fillPath(self._outline(box), theme().color("canvas"))
        painter.setClipPath(self._outline(box))
        zones = self._zones()
        for start, end, _left in zones:
            zone = QRectF(self._x(start), 0, self._x(end) - self._x(start), box.height())
            painter.fillRect(zone, theme().color("ink", 0.055))
        self._paint_zone_edges(painter, box, zones)
        self._paint_curve(painter, box)
        self._paint_words(painter, box, zones)

    def _curve(self) -> tuple[tuple[float, float], ...]:
        return curve(self._key, self._settings, self._low, self._high) if self._key else ()

    def _heights(self, box: QRectF) -> tuple[float, float]:
        """Where 0 lies, and how many pixels 1 takes."""
        slopes = slope_curve(self._key, self._settings, self._low, self._high)
        heights = [h for _z, h in (*self._curve(), *slopes)]
        low, high = min(heights), max(heights)
        top, bottom = max(30.0, CURVE[0] * box.height()), CURVE[1] * box.height()
        scale = (bottom - top) / (high - low or 1.0)
        return bottom + low * scale, scale

    def _paint_dot(self, painter: QPainter, box: QRectF) -> None:
        """The marked unit's place on the curve, for one sample; at the edge where it lies beyond."""
        dot = self.dot()
        if dot is None or not self._curve():
            return
        zero, scale = self._heights(box)
        z = min(max(dot[0], self._low), self._high)
        y = zero - dot[1] * scale if z == dot[0] else zero - self._edge_height(z) * scale
        painter.setPen(QPen(theme().color("canvas"), 1.5))
        painter.setBrush(theme().color("ink"))
        x = min(max(self._x(z), DOT), box.width() - DOT)
        painter.drawEllipse(QPointF(x, y), DOT, DOT)

    def _edge_height(self, z: float) -> float:
        points = self._curve()
        return points[0][1] if z <= self._low else points[-1][1]

    def _paint_curve(self, painter: QPainter, box: QRectF) -> None:
        points = self._curve()
        if not points:
            return
        slopes = slope_curve(self._key, self._settings, self._low, self._high)
        zero, scale = self._heights(box)
        painter.setPen(QPen(theme().color("border"), 1))
        painter.drawLine(QPointF(0, zero), QPointF(box.width(), zero))
        painter.drawLine(QPointF(self._x(0.0), UNDER_FORMULA), QPointF(self._x(0.0), box.height()))
        self._paint_slope(painter, [QPointF(self._x(z), zero - rise * scale) for z, rise in slopes])
        painter.setPen(theme().pen("ink", theme().line("curve")))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([QPointF(self._x(z), zero - h * scale) for z, h in points]))

    def _paint_slope(self, painter: QPainter, points: list[QPointF]) -> None:
        """The derivative, dashed, with its name where it is highest."""
        pen = QPen(theme().color("text-2"), 1.4)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        name = QRectF(0.91 * self.width(), 0, 24, 16)
        if points:
            near = min(points, key=lambda point: abs(point.x() - name.left()))
            name.moveTop(near.y() - 17)
            font = theme().math_font(12.5, italic=False)
            paint_rich(painter, name, "<i>h</i>′", font, theme().color("text-2").name())

    def _paint_bars(self, painter: QPainter, box: QRectF, zones: list[tuple[float, float, bool]]) -> None:
        bins, top = len(self._counts), int(self._counts.max(initial=0))
        if bins == 0 or top == 0:
            return
        share = BARS if self._curve() else 0.72
        step = box.width() / bins
        middles = self._low + (np.arange(bins) + 0.5) * (self._high - self._low) / bins
        flat = np.zeros(bins, dtype=bool)
        for start, end, _left in zones:
            flat |= (middles > start) & (middles < end)
        heights = self._counts / top * share * box.height()
        painter.setPen(Qt.PenStyle.NoPen)
        for token, chosen in (("hist", ~flat), ("sat", flat)):
            painter.setBrush(theme().color(token))
            bars = [
                QRectF(i * step + 0.5, box.height() - max(heights[i], 1.0), step - 1.0, max(heights[i], 1.0))
                for i in np.flatnonzero(chosen & (self._counts > 0))
            ]
            if bars:
                painter.drawRects(bars)

    def _paint_zone_edges(
        self, painter: QPainter, box: QRectF, zones: list[tuple[float, float, bool]]
    ) -> None:
        pen = QPen(theme().color("text-3"), 1)
        pen.setDashPattern([2, 3])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        for start, end, left in zones:
            x = round(self._x(end if left else start)) + 0.5
            painter.drawLine(QPointF(x, UNDER_FORMULA), QPointF(x, box.height()))

    def _paint_words(self, painter: QPainter, box: QRectF, zones: list[tuple[float, float, bool]]) -> None:
        middle = QRectF(0, 4, box.width(), 20)
        if zones:
            word = self._word()
            wide = text_width(word, "caption") + 8
            for start, end, left in zones:
                zone = QRectF(self._x(start) + 8, 5, self._x(end) - self._x(start) - 16, 16)
                if zone.width() >= wide - 8:
                    align = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignRight
                    write(painter, zone, word, "caption", "text-2", align)
            if len(zones) == 1:
                start, end, left = zones[0]
                middle = QRectF(self._x(end), 4, box.width() - self._x(end), 20)
        font = theme().math_font(14.5, italic=False)  # the formula says itself what is italic
        paint_rich(painter, middle, self._formula, font, theme().color("text").name())

    def _paint_caption(self, painter: QPainter, box: QRectF) -> None:
        below = QRectF(0, box.bottom() + 4, box.width(), 16)
        low, high = ("≤ " if self._beyond[0] else ""), ("≥ " if self._beyond[1] else "")
        write(painter, below, f"{low}{spell_reach(self._low)}", "caption", "text-3")
        write(
            painter,
            below,
            f"{high}{spell_reach(self._high)}",
            "caption",
            "text-3",
            Qt.AlignmentFlag.AlignRight,
        )
        words = "pre-activation z" if self._key else "values"
        if self._samples:
            words += f", {count(self._samples)} training points"
        write(painter, below, words, "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
