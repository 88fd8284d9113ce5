"""The output of all seeds together: what they answer, and where they disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import CurveOutput, PredictedOutput
from playground.session.uncertainty import (
    ImagesTogether,
    LineTogether,
    PlaneTogether,
    RowsTogether,
    Together,
)
from playground.views.output import colors
from playground.views.output.colors import surface_colors
from playground.views.output.curve_view import CurveView
from playground.views.output.map_view import MapView, disagreement
from playground.views.output.predicted_view import PredictedView
from playground.views.output.recall_strips import RecallStrips
from playground.views.output.reconstruction_view import ReconstructionView
from playground.views.plots.words import with_unit
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write

HEAD = 34.0
FOOT = 30.0
PAD = 14.0


class AgreementMap(MapView):
    """The mean of all maps with the boundary of every seed, or how far the seeds are apart."""

    def show_mean(self, found: PlaneTogether, prepared: Prepared, shade: bool = False) -> None:
        """The mean answer; every seed's boundary is a thin line. `shade` darkens where seeds disagree."""
        self._redraw = lambda: self._draw_mean(found, prepared, shade)
        self._redraw()

    def _draw_mean(self, found: PlaneTogether, prepared: Prepared, shade: bool) -> None:
        self.set_view(*found.extent)
        surface = surface_colors(found.mean, prepared, "probability")
        if shade:
            surface = colors.shaded(surface, disagreement(found, prepared), theme().color("ink"))
        self._surface.show_colors(surface, found.extent)
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
        self.setMinimumHeight(80)
        self.setMaximumHeight(16_777_215)

    def show_band(self, found: LineTogether, prepared: Prepared) -> None:
        """Draw these curves."""
        self.show_seeds(found)
        self.show_output(CurveOutput(found.x, found.median), prepared)


class RowsView(PredictedView):
    """Predicted against observed: the mean over the runs of each row, and how far they reach."""

    def show_rows(self, found: RowsTogether, prepared: Prepared) -> None:
        """Draw these rows."""
        self.show_seeds(found)
        rows = np.arange(len(found.observed))
        self._which = int(found.observed.var(axis=0).argmax())  # of several outputs the liveliest
        self._prepared = None  # whatever was shown, its range is another
        self.show_output(PredictedOutput(rows, found.mean, found.observed), prepared, self._which)
        self._words = "RMSE of the mean of all seeds"


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


@dataclass(frozen=True, eq=False)
class Said:
    """What so many runs of one side answer together; `name` is "" for a side alone."""

    name: str
    found: Together
    prepared: Prepared
    runs: int

    def title(self, words: str) -> str:
        """Whose it is, and of how many seeds."""
        whole = f"{words} {self.runs} seed" + ("s" if self.runs != 1 else "")
        return f"{self.name}: {whole[:1].lower()}{whole[1:]}" if self.name else whole


def tiles_for(sides: Sequence[Said]) -> tuple[Tile, ...]:
    """Empty tiles that can show these: one a side, and for a side alone where its seeds disagree."""
    tiles = [_tile(side.found) for side in sides]
    if len(sides) == 1 and isinstance(sides[0].found, PlaneTogether):
        tiles.append(Tile("", AgreementMap(), True))
    return tuple(tiles)


def _tile(found: Together) -> Tile:
    if isinstance(found, PlaneTogether):
        return Tile("", AgreementMap(), True)
    if isinstance(found, LineTogether):
        return Tile("", BandView(), False)
    if isinstance(found, RowsTogether):
        return Tile("", RowsView(), True)
    if isinstance(found, ImagesTogether):
        return Tile("", ReconstructionView(), False)
    return Tile("", RecallStrips(), False)


def fill_tiles(tiles: tuple[Tile, ...], sides: Sequence[Said]) -> None:
    """Show what the runs of each side say together."""
    for tile, side in zip(tiles, sides, strict=False):
        _fill(tile, side)
    if len(tiles) > len(sides):
        _fill_apart(tiles[-1], sides[0])


def _fill(tile: Tile, side: Said) -> None:
    found, view = side.found, tile.view
    if isinstance(found, PlaneTogether):
        assert isinstance(view, AgreementMap)
        view.show_mean(found, side.prepared, shade=side.name != "")
        lines = "a thin line is one seed’s boundary" if found.classes else "what they answer on average"
        dark = "; dark: seeds disagree" if side.name else ""
        tile.say(side.title("Mean of"), lines + dark)
    elif isinstance(found, LineTogether):
        assert isinstance(view, BandView)
        view.show_band(found, side.prepared)
        tile.say(side.title("Median of"), "inner band: middle half; outer band: all seeds")
    elif isinstance(found, RowsTogether):
        assert isinstance(view, RowsView)
        view.show_rows(found, side.prepared)
        tile.say(side.title("Mean of"), "a line: lowest to highest prediction of one row")
    elif isinstance(found, ImagesTogether):
        assert isinstance(view, ReconstructionView)
        view.show_seeds(found, side.prepared, side.runs)
        tile.say(side.title("Mean of"), "images from all over the data: some seeds learned from them")
    else:
        assert isinstance(view, RecallStrips)
        view.show_recall(found)
        words = "a dot is a seed, a line the median, a bar the middle half"
        tile.say(side.title("Recall of each class,"), words)


def _fill_apart(tile: Tile, side: Said) -> None:
    """Where the seeds of a side disagree, on a map of its own."""
    found, view = side.found, tile.view
    assert isinstance(found, PlaneTogether)
    assert isinstance(view, AgreementMap)
    most = float(found.apart[0].max())
    if found.classes:
        view.show_apart(found, 1.0 - 1.0 / max(2, len(side.prepared.class_names)))
        tile.say("Where seeds disagree", f"at most {most:.0%} name another class")
    else:
        view.show_apart(found, most)
        spelt = with_unit(side.prepared.target_unit)(most)
        tile.say("Where seeds disagree", f"standard deviation, at most {spelt}")
