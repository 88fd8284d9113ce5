"""The network's curve through 1-D data."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import CurveOutput
from playground.session.uncertainty import LineTogether
from playground.views.output.legend import Legend, Swatch
from playground.views.output.sample_chart import SampleChart
from playground.views.plots.axis import decimal_ticks
from playground.views.plots.chart import Margins
from playground.views.plots.points import Group, Points, thin
from playground.views.plots.safe import plot_safe
from playground.views.theme import theme
from playground.views.widgets.control import write

MOST_CURVES = 8


class CurveView(SampleChart):
    """Samples, and what the network answers in between. One line an output."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Output curve", Margins(38, 20, 6, 40), decimal_ticks, decimal_ticks, parent)
        self.spacing = (56.0, 40.0)
        self.box.setMouseEnabled(x=False, y=False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(272)
        self._points = Points(self)
        self._curves = [self.add(pg.PlotCurveItem(antialias=True), 5.0) for _ in range(MOST_CURVES)]
        self._prepared: Prepared | None = None
        self._names = ("", "")
        self._seeds: LineTogether | None = None
        self.restyle()

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, 272)

    def restyle(self) -> None:
        """Colours of the theme."""
        if hasattr(self, "_curves"):
            for index, curve in enumerate(self._curves):
                color = theme().color("pos") if index == 0 else theme().categorical(index)
                curve.setPen(self.pen(color, 2.2))
            if self._prepared is not None:
                self._show_samples(self._prepared)
        super().restyle()

    def show_seeds(self, seeds: LineTogether | None) -> None:
        """Draw how far other seeds' curves lie apart: the middle half, and all of them."""
        self._seeds = seeds
        self.viewport().update()

    def show_output(self, output: CurveOutput, prepared: Prepared) -> None:
        """Draw the curve, and the samples if they are others than before."""
        if prepared is not self._prepared:
            self._show_samples(prepared)
            self.set_view(*_view(output.x, prepared))
        for index, curve in enumerate(self._curves):
            wanted = output.y[index] if index < len(output.y) else np.empty(0)
            curve.setData(*plot_safe(output.x, wanted))
        self.viewport().update()

    def _show_samples(self, prepared: Prepared) -> None:
        self._prepared = prepared
        unit = f", {prepared.target_unit}" if prepared.target_unit else ""
        target = (prepared.target_names or ("y",))[0]
        across = prepared.raw_names[0] if len(prepared.raw_names) else "x"
        self._names = ("x" if across == "x1" else across, target + unit)
        groups = []
        for rows, token, hollow in ((prepared.train, "train", False), (prepared.validation, "val", True)):
            rows = thin(rows)
            x = prepared.raw_inputs[rows, 0]
            y = prepared.raw_targets[rows, 0]
            shape = "diamond" if hollow else "circle"
            groups.append(Group(x, y, theme().color(token, 0.75), shape, hollow, 6.6 if hollow else 5.2))
        self._points.show(groups)
        rows = np.concatenate([thin(prepared.train), thin(prepared.validation)])
        targets = prepared.raw_targets[rows, 0]
        self.place_samples(rows, prepared.raw_inputs[rows, 0], targets)

    def _paint_seeds(self, painter: QPainter, seeds: LineTogether) -> None:
        """The bands of the first output lie over the samples, light enough to see them."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.plot)
        painter.setPen(Qt.PenStyle.NoPen)
        for low, high, opacity in ((seeds.least, seeds.most, 0.13), (seeds.low, seeds.high, 0.24)):
            edge = [self.place(float(x), float(y)) for x, y in zip(seeds.x, low[0], strict=True)]
            back = [self.place(float(x), float(y)) for x, y in zip(seeds.x, high[0], strict=True)]
            painter.setBrush(theme().color("pos", opacity))
            painter.drawPolygon(QPolygonF(edge + back[::-1]))
        painter.restore()

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """What other seeds answer, and what the axes mean."""
        if self._seeds is not None:
            self._paint_seeds(painter, self._seeds)
        plot = self.plot
        painter.setPen(QPen(theme().color("border-strong"), 1))
        painter.drawLine(plot.bottomLeft(), plot.bottomRight())
        write(painter, QRectF(0, 0, self.width(), 16), self._names[1], "caption", "text-3")
        below = QRectF(plot.left(), self.height() - 17, plot.width(), 16)
        write(painter, below, self._names[0], "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        self.paint_probe(painter)


def _view(x: object, prepared: Prepared) -> tuple[float, float, float, float]:
    """The domain, and the samples' range with some room; it stands still while the network learns."""
    across, _ = plot_safe(x, x)  # type: ignore[arg-type]
    low, high = (across.min(), across.max()) if len(across) else (0.0, 1.0)
    rows = np.concatenate([prepared.train, prepared.validation])
    targets = prepared.raw_targets[rows, 0]
    up, _ = plot_safe(targets, targets)
    bottom, top = (up.min(), up.max()) if len(up) else (0.0, 1.0)
    room = 0.12 * (top - bottom) or 0.5
    return float(low), float(high), float(bottom - room), float(top + room)


def show_legend(legend: Legend, seeds: int = 0) -> None:
    """Say what markers and line mean, and the bands where so many seeds are drawn."""
    legend.show_swatches(
        (
            Swatch("Train", color=theme().color("train")),
            Swatch("Validation", "diamond", hollow=True, color=theme().color("val")),
            Swatch("Network", "line", color=theme().color("pos")),
        ),
        (Swatch(f"{seeds} seeds, half of them darker", "square", color=theme().color("pos", 0.4)),)
        if seeds
        else (),
    )


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "curve")
