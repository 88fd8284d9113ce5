"""A small picture of what a network answers, in the form that fits the data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from playground.experiment.data import Prepared
from playground.session.snapshot import (
    Array,
    ConfusionOutput,
    CurveOutput,
    MapOutput,
    Output,
    PredictedOutput,
    ReconstructionOutput,
)
from playground.session.uncertainty import LineTogether, PlaneTogether, RowsTogether, Together
from playground.views.lines import draw_lines
from playground.views.output.colors import shaded, surface_colors
from playground.views.output.map_view import disagreement, sample_groups
from playground.views.theme import theme
from playground.views.widgets.pictures import colored

DOTS = 90


def paint_output(
    painter: QPainter, box: QRectF, output: Output, prepared: Prepared, seeds: Together | None = None
) -> None:
    """A map, a curve, a table of classes, images, or predicted over observed.

    Maps and curves are shaded where other `seeds` answer something else; through the numbers of a table goes
    a stroke from the lowest to the highest answer of a seed. Classes and images are the run's alone.
    """
    if isinstance(output, MapOutput):
        _map(painter, box, output, prepared, seeds if isinstance(seeds, PlaneTogether) else None)
    elif isinstance(output, CurveOutput):
        inside = box.adjusted(10, 14, -10, -14)
        _curve(painter, inside, output, prepared, seeds if isinstance(seeds, LineTogether) else None)
    elif isinstance(output, ConfusionOutput):
        _confusion(painter, box.adjusted(16, 16, -16, -16), output.counts)
    elif isinstance(output, ReconstructionOutput):
        _images(painter, box.adjusted(12, 12, -12, -12), output, prepared)
    else:
        inside = box.adjusted(14, 14, -14, -14)
        _predicted(painter, inside, output, seeds if isinstance(seeds, RowsTogether) else None)


def _map(
    painter: QPainter, box: QRectF, output: MapOutput, prepared: Prepared, seeds: PlaneTogether | None
) -> None:
    """The surface, and some of the samples on it."""
    surface = surface_colors(output.values, prepared, "probability")
    if seeds is not None and seeds.extent == output.extent:
        surface = shaded(surface, disagreement(seeds, prepared), theme().color("ink"))
    painter.drawImage(box, colored(surface))
    x_low, x_high, y_low, y_high = output.extent
    scale = np.array([box.width() / (x_high - x_low), -box.height() / (y_high - y_low)] * 2)
    corner = np.array([x_low, y_high] * 2)
    ends = (output.boundary - corner) * scale + np.array([box.left(), box.top()] * 2)
    painter.setPen(QPen(theme().color("ink", 0.6), 1.0))
    draw_lines(painter, ends)
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


def _curve(
    painter: QPainter, box: QRectF, output: CurveOutput, prepared: Prepared, seeds: LineTogether | None
) -> None:
    rows = prepared.train[:: max(1, len(prepared.train) // DOTS)]
    xs, ys = prepared.raw_inputs[rows, 0], prepared.raw_targets[rows, 0]
    painter.setPen(Qt.PenStyle.NoPen)
    if seeds is not None:
        low, high = (_spots(box, seeds.x, edge[0], output.x, ys) for edge in (seeds.low, seeds.high))
        painter.setBrush(theme().color("pos", 0.24))
        painter.drawPolygon(QPolygonF(low + high[::-1]))
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


def _predicted(painter: QPainter, box: QRectF, output: PredictedOutput, seeds: RowsTogether | None) -> None:
    """Predicted over observed; the diagonal is where a perfect network's points lie."""
    every = max(1, len(output.observed) // DOTS)
    observed, predicted = output.observed[::every, 0], output.predicted[::every, 0]
    painter.setPen(QPen(theme().color("border-strong"), 1))
    painter.drawLine(box.bottomLeft(), box.topRight())
    if seeds is not None:
        known = np.flatnonzero(np.isfinite(seeds.least[:, 0]) & np.isfinite(seeds.most[:, 0]))
        rows = known[:: max(1, len(known) // DOTS)]
        truth, least, most = (a[rows, 0] for a in (seeds.observed, seeds.least, seeds.most))
        painter.setPen(QPen(theme().color("val", 0.35), 1.6))
        ends = (_spots(box, truth, edge, observed, observed) for edge in (least, most))
        for low, high in zip(*ends, strict=True):
            painter.drawLine(low, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("val"))
    for spot in _spots(box, observed, predicted, observed, observed):
        painter.drawEllipse(spot, 1.9, 1.9)
