"""The output of all seeds together: what they answer, and where they disagree."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import CurveOutput, PredictedOutput
from playground.session.uncertainty import (
    LineTogether,
    PlaneTogether,
    RecallTogether,
    RowsTogether,
    Together,
)
from playground.views.luck.words import side_color
from playground.views.output import colors
from playground.views.output.colors import surface_colors
from playground.views.output.curve_view import CurveView
from playground.views.output.map_view import MapView
from playground.views.output.predicted_view import PredictedView
from playground.views.plots.points import thin
from playground.views.plots.words import percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write

HEAD = 34.0
FOOT = 30.0
PAD = 14.0


class AgreementMap(MapView):
    """The mean of all maps with the boundary of every seed, or how far the seeds are apart."""

    def show_mean(self, found: PlaneTogether, prepared: Prepared) -> None:
        """The mean answer; every seed's boundary is a thin line."""
        self._redraw = lambda: self._draw_mean(found, prepared)
        self._redraw()

    def _draw_mean(self, found: PlaneTogether, prepared: Prepared) -> None:
        self.set_view(*found.extent)
        self._surface.show_colors(surface_colors(found.mean, prepared, "probability"), found.extent)
        runs = len(found.boundaries)
        ends = np.concatenate([np.empty((0, 4)), *found.boundaries]).reshape(-1, 2)
        self._boundary.setPen(self.pen(theme().color("ink", max(0.2, 0.6 - 0.1 * runs**0.5)), 0.8))
        self._boundary.setData(ends[:, 0], ends[:, 1])
        self.viewport().update()

    def show_apart(self, found: PlaneTogether, most: float) -> None:
        """How far the seeds are apart, from nothing to `most`."""
        self._redraw = lambda: self._draw_apart(found, most)
        self._redraw()

    def _draw_apart(self, found: PlaneTogether, most: float) -> None:
        self.set_view(*found.extent)
        levels = found.apart[0] / max(most, 1e-300)
        argb = colors.looked_up(levels, theme().lut("sequential"), theme().color("field"))
        self._surface.show_colors(argb, found.extent)
        self._boundary.setData([], [])
        self.viewport().update()


class BandView(CurveView):
    """Curves of all seeds: their median, the middle half, and the outermost ones."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: LineTogether | None = None
        self.setMinimumHeight(80)
        self.setMaximumHeight(16_777_215)

    def show_band(self, found: LineTogether, prepared: Prepared) -> None:
        """Draw these curves."""
        self._found = found
        self.show_output(CurveOutput(found.x, found.median), prepared)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """The bands of the first output lie over the samples, light enough to see them."""
        super().drawForeground(painter, rect)
        found = self._found
        if found is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(self.plot)
        painter.setPen(Qt.PenStyle.NoPen)
        for low, high, opacity in ((found.least, found.most, 0.13), (found.low, found.high, 0.24)):
            edge = [self.place(float(x), float(y)) for x, y in zip(found.x, low[0], strict=True)]
            back = [self.place(float(x), float(y)) for x, y in zip(found.x, high[0], strict=True)]
            painter.setBrush(theme().color("pos", opacity))
            painter.drawPolygon(QPolygonF(edge + back[::-1]))
        painter.restore()


class RowsView(PredictedView):
    """Predicted against observed: the mean over the runs of each row, and how far they reach."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: RowsTogether | None = None

    def show_rows(self, found: RowsTogether, prepared: Prepared) -> None:
        """Draw these rows."""
        self._found = found
        rows = np.arange(len(found.observed))
        self._which = int(found.observed.var(axis=0).argmax())  # of several outputs the liveliest
        self._prepared = None  # whatever was shown, its range is another
        self.show_output(PredictedOutput(rows, found.mean, found.observed), prepared, self._which)
        self._words = "RMSE of the mean of all seeds"

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """A line from the lowest to the highest prediction of each row."""
        super().drawForeground(painter, rect)
        found = self._found
        if found is None:
            return
        painter.save()
        painter.setClipRect(self.plot)
        painter.setPen(QPen(theme().color(self._token, 0.35), 1.0))
        least, most, observed = (each[:, self._which] for each in (found.least, found.most, found.observed))
        for row in thin(np.flatnonzero(most > least), 400):
            x, low, high = float(observed[row]), float(least[row]), float(most[row])
            painter.drawLine(self.place(x, low), self.place(x, high))
        painter.restore()


class RecallStrips(QWidget):
    """How much of each class each run finds: a line a class, a dot a run."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: RecallTogether | None = None

    def show_recall(self, found: RecallTogether) -> None:
        """Draw these."""
        self._found = found
        medians = np.nanmedian(found.recall, axis=1)
        spoken = [f"{name} {percent(float(m))}" for name, m in zip(found.names, medians, strict=True)]
        self.setAccessibleName(f"Recall of each class, median: {', '.join(spoken)}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Names at the left, dots from 0 to 100 %."""
        found = self._found
        if found is None:
            return
        painter = painter_of(self)
        names = min(110.0, 0.32 * self.width())
        left, right = names + 8, self.width() - 18.0
        height = min(44.0, (self.height() - 20.0) / max(1, len(found.names)))

        def across(value: float) -> float:
            return left + value * (right - left)

        for share in (0.0, 0.5, 1.0):
            x = across(share)
            painter.setPen(QPen(theme().color("grid"), 1))
            painter.drawLine(QPointF(x, 0), QPointF(x, height * len(found.names)))
            box = QRectF(x - 25, height * len(found.names) + 3, 50, 14)
            write(painter, box, f"{share:.0%}", "caption", "text-3", Qt.AlignmentFlag.AlignHCenter)
        for number, (name, row) in enumerate(zip(found.names, found.recall, strict=True)):
            y = height * (number + 0.5)
            box = QRectF(0, y - 8, names, 16)
            write(painter, box, name, "caption", "text-2", Qt.AlignmentFlag.AlignRight)
            painter.setPen(QPen(theme().color("border"), 1))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            known = row[np.isfinite(row)]
            if not len(known):
                continue
            low, median, high = np.quantile(known, [0.25, 0.5, 0.75])
            box = QRectF(across(float(low)), y - 5, max(2.0, across(float(high)) - across(float(low))), 10)
            rounded(painter, box, 3, side_color(0, 0.16))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(side_color(0, 0.45))
            for value in known:
                painter.drawEllipse(QPointF(across(float(value)), y), 2.6, 2.6)
            painter.setPen(QPen(side_color(0), 2.0))
            x = across(float(median))
            painter.drawLine(QPointF(x, y - 6), QPointF(x, y + 6))


class Tile(QWidget):
    """A card with a title, a picture as large as fits, and a line under it."""

    def __init__(self, title: str, view: QWidget, square: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        view.setParent(self)
        self.square = square
        self._title, self._words = title, ""
        self.setAccessibleName(title)

    def say(self, title: str, words: str) -> None:
        """Another title, and what the colours mean."""
        self._title, self._words = title, words
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps its shape and stands in the middle."""
        room = QRectF(self.rect()).adjusted(PAD, HEAD, -PAD, -FOOT)
        margins = getattr(self.view, "margins", None)
        if self.square and margins is not None:
            across, up = margins.left + margins.right, margins.top + margins.bottom
            side = min(room.width() - across, room.height() - up)
            left = room.center().x() - (side + across) / 2
            room = QRectF(left, room.top(), side + across, side + up)
        self.view.setGeometry(room.toRect())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Card, title, words."""
        painter = painter_of(self)
        radius = theme().radius("card")
        rounded(painter, QRectF(self.rect()), radius, theme().color("panel"), theme().color("border"))
        box = QRectF(self.rect()).adjusted(PAD, 8, -PAD, 0)
        box.setHeight(22)
        write(painter, box, self._title, "section")
        below = QRectF(PAD, self.height() - FOOT + 4, self.width() - 2 * PAD, 18)
        write(painter, below, self._words, "caption", "text-3")


def tiles_for(found: Together) -> tuple[Tile, ...]:
    """Empty tiles that can show this kind of answer."""
    if isinstance(found, PlaneTogether):
        return (Tile("", AgreementMap(), True), Tile("", AgreementMap(), True))
    if isinstance(found, LineTogether):
        return (Tile("", BandView(), False),)
    if isinstance(found, RowsTogether):
        return (Tile("", RowsView(), True),)
    return (Tile("", RecallStrips(), False),)


def fill_tiles(tiles: tuple[Tile, ...], found: Together, prepared: Prepared, runs: int) -> None:
    """Show what so many runs say together."""
    seeds = f"{runs} seed" + ("s" if runs != 1 else "")
    first = tiles[0].view
    if isinstance(found, PlaneTogether):
        second = tiles[1].view
        assert isinstance(first, AgreementMap)
        assert isinstance(second, AgreementMap)
        first.show_mean(found, prepared)
        lines = "a thin line is one seed’s boundary" if found.classes else "what they answer on average"
        tiles[0].say(f"Mean of {seeds}", lines)
        most = float(found.apart[0].max())
        if found.classes:
            least_votes = 1.0 - 1.0 / max(2, len(prepared.class_names))
            second.show_apart(found, least_votes)
            tiles[1].say("Where seeds disagree", f"at most {most:.0%} name another class")
        else:
            second.show_apart(found, most)
            spelt = with_unit(prepared.target_unit)(most)
            tiles[1].say("Where seeds disagree", f"standard deviation, at most {spelt}")
    elif isinstance(found, LineTogether):
        assert isinstance(first, BandView)
        first.show_band(found, prepared)
        tiles[0].say(f"Median of {seeds}", "inner band: middle half; outer band: all seeds")
    elif isinstance(found, RowsTogether):
        assert isinstance(first, RowsView)
        first.show_rows(found, prepared)
        tiles[0].say(f"Mean of {seeds}", "a line: lowest to highest prediction of one row")
    else:
        assert isinstance(first, RecallStrips)
        first.show_recall(found)
        tiles[0].say(
            f"Recall of each class, {seeds}", "a dot is a seed, a line the median, a bar the middle half"
        )
