"""The network's answer over the plane: probability, class or value, with the samples on it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Array, MapOutput
from playground.session.uncertainty import PlaneTogether
from playground.views.output import colors
from playground.views.output.colors import surface_colors, value_range
from playground.views.output.legend import Legend, Swatch, class_swatches, split_swatches
from playground.views.output.sample_chart import SampleChart
from playground.views.output.surface import Surface
from playground.views.plots.axis import plane_ticks
from playground.views.plots.chart import Margins
from playground.views.plots.points import Group, Points, thin
from playground.views.theme import theme

Extent = tuple[float, float, float, float]
Rows = NDArray[np.int64]
SIZES = {"circle": 5.4, "diamond": 7.0, "triangle": 6.6, "down-triangle": 6.6, "star": 8.0}


class MapView(SampleChart):
    """A square map of the plane. `show_output` draws the network's answer, `show_unit` one neuron's.

    A click on a sample chooses it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Output map", Margins(24, 0, 0, 24), plane_ticks, plane_ticks, parent)
        self.grid = False
        self.spacing = (80.0, 80.0)
        self.keep_square(math.inf)
        self.box.setMouseEnabled(x=False, y=False)
        self._surface = self.add(Surface(), -10.0)
        self._boundary = self.add(pg.PlotCurveItem(connect="pairs", antialias=True), 1.0)
        self._points = Points(self)
        self._prepared: Prepared | None = None
        self._extent: Extent = (0.0, 1.0, 0.0, 1.0)
        self._shown: tuple[object, ...] = ()  # what the markers were made of
        self._seeds: PlaneTogether | None = None
        self._redraw: Callable[[], None] = lambda: None
        self.restyle()

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def restyle(self) -> None:
        """Colours of the theme, for lines, markers and the surface."""
        if hasattr(self, "_boundary"):
            self._boundary.setPen(self.pen(theme().color("ink", 0.6), 1.0))
            self._shown = ()
            self._redraw()
        super().restyle()

    # The network's answer

    def show_seeds(self, seeds: PlaneTogether | None) -> None:
        """Shade the next surface where other seeds disagree."""
        self._seeds = seeds

    def show_output(self, output: MapOutput, prepared: Prepared, mode: str, which: int = 0) -> None:
        """Draw the surface in a mode ("probability" or "class"), the boundary and the samples.

        `which` is the output that is drawn where numbers are predicted.
        """
        self._redraw = lambda: self._draw(output, prepared, mode, which)
        self._redraw()

    def _draw(self, output: MapOutput, prepared: Prepared, mode: str, which: int) -> None:
        self._extent = output.extent
        self.set_view(*output.extent)
        found = surface_colors(output.values, prepared, mode, which)
        if self._seeds is not None and found.size and self._seeds.extent == output.extent:
            found = colors.shaded(found, disagreement(self._seeds, prepared, which), theme().color("ink"))
        self._surface.show_colors(found, output.extent)
        ends = np.asarray(output.boundary, dtype=np.float64).reshape(-1, 2)
        self._boundary.setData(ends[:, 0], ends[:, 1])
        shown = ("samples", which, theme().name, self.devicePixelRatioF())
        if shown != self._shown or prepared is not self._prepared:
            self._shown, self._prepared = shown, prepared
            self._points.show(sample_groups(prepared, which))
            rows = np.concatenate([thin(prepared.train), thin(prepared.validation)])
            self.place_samples(rows, prepared.raw_inputs[rows, 0], prepared.raw_inputs[rows, 1])
        self.viewport().update()

    def show_unit(self, values: Array, scale: float, extent: Extent) -> None:
        """Draw what one neuron computes, (rows, columns), without samples."""
        self._redraw = lambda: self._draw_unit(values, scale, extent)
        self._redraw()

    def _draw_unit(self, values: Array, scale: float, extent: Extent) -> None:
        self.set_view(*extent)
        table, gap = theme().lut("diverging"), theme().color("field")
        # The tiles on the canvas show 0.82 of the map's reach.
        self._surface.show_colors(colors.signed(values * 0.82, scale, table, gap), extent)
        self._boundary.setData([], [])
        if self._shown != ("unit",):
            self._shown = ("unit",)
            self._points.show([])
            self.place_samples(np.zeros(0, np.int64), [], [])
        self.viewport().update()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Round the map's corners and draw its rim."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        plot = self.plot
        corners = QPainterPath()
        corners.addRect(plot.adjusted(-1, -1, 1, 1))
        inside = QPainterPath()
        inside.addRoundedRect(plot, theme().radius("tile"), theme().radius("tile"))
        painter.fillPath(corners.subtracted(inside), theme().color("panel"))
        painter.setPen(QPen(theme().color("ink", 0.14), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(plot.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
        self.paint_probe(painter)


def disagreement(seeds: PlaneTogether, prepared: Prepared, which: int = 0) -> Array:
    """How far seeds are apart over the plane, (MAP, MAP): 1 where as many as can be name another class.

    Of numbers the standard deviation, 1 where it is a quarter of the target's range or more.
    """
    if seeds.classes:
        return np.asarray(seeds.apart[0] / (1.0 - 1.0 / max(2, len(prepared.class_names))))
    low, high, _ = value_range(prepared, which)
    return np.asarray(seeds.apart[which] / (0.25 * (high - low)))


def sample_groups(prepared: Prepared, which: int = 0) -> list[Group]:
    """Train filled, validation hollow; the test set stays locked and is not drawn."""
    groups = []
    for rows, hollow in ((prepared.train, False), (prepared.validation, True)):
        rows = thin(rows)
        x, y = prepared.raw_inputs[rows, 0], prepared.raw_inputs[rows, 1]
        if prepared.task == "classes":
            classes = max(1, len(prepared.class_names))
            for index in range(classes):
                mine = prepared.targets[rows] == index
                shape = "diamond" if hollow else "circle"
                if classes > 2:
                    shape = theme().marker(index)
                color = theme().class_color(index, classes)
                size = SIZES.get(shape, 5.6) + (0.6 if hollow else 0.0)
                groups.append(Group(x[mine], y[mine], color, shape, hollow, size))
        else:
            groups.append(_values_as_markers(prepared, rows, hollow, which))
    return groups


def _values_as_markers(prepared: Prepared, rows: Rows, hollow: bool, which: int) -> Group:
    """Samples in the colour of their target: one that vanishes in the surface is well predicted."""
    x, y = prepared.raw_inputs[rows, 0], prepared.raw_inputs[rows, 1]
    low, high, name = value_range(prepared, which)
    level = (prepared.raw_targets[rows, which] - low) / (high - low)
    argb = colors.looked_up(level, theme().lut(name), theme().color("field"))
    fills = [QColor.fromRgb(int(value)) for value in argb]
    shape, size = ("diamond", 8.0) if hollow else ("circle", 6.0)
    return Group(x, y, fills, shape, size=size, outline=theme().color("ink", 0.34))


def show_legend(legend: Legend, prepared: Prepared, which: int = 0, seeds: int = 0) -> None:
    """Say what markers and colours mean, and the shade where so many seeds are drawn."""
    words = f"{seeds} seeds disagree" if prepared.task == "classes" else f"{seeds} seeds lie far apart"
    shade = (Swatch(words, "square", color=theme().color("ink", 0.5)),) if seeds else ()
    if prepared.task != "classes":
        low, high, name = value_range(prepared, which)
        legend.show_range(split_swatches(), low, high, prepared.target_unit, name, shade)
    elif len(prepared.class_names) <= 2:
        legend.show_bar(split_swatches(), tuple(prepared.class_names), shade)
    else:
        splits = (Swatch("Train", "circle"), Swatch("Validation", "circle", hollow=True))
        legend.show_swatches(splits, (*class_swatches(prepared.class_names), *shade))


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "spiral")
