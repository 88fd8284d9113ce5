"""The timeline under the loss curve: how far the run has come, its changes as flags, and the playhead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from playground.session.snapshot import Flag, TimelineView
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import rounded, write

ROOM = 16.0  # pixels that the track takes between plot and tick labels
MIDDLE = 10.0  # from the plot's bottom to the middle of the track
REACH = 7.0  # pixels around a flag or the playhead that still hit it
LABEL = 20.0  # height of a flag's words


@dataclass(frozen=True)
class Track:
    """What the track shows: the step at hand, whether training failed there, and the timeline around it."""

    step: int
    timeline: TimelineView
    failed: bool = False

    def flag_near(self, x: float, across: Callable[[float], float]) -> Flag | None:
        """The flag under the pointer; `across` gives the place of a step."""
        near = [(abs(across(flag.step) - x), flag.step, flag) for flag in self.timeline.flags]
        hit = [flag for distance, _, flag in sorted(near, key=lambda n: n[:2]) if distance <= REACH]
        return hit[0] if hit else None


def paint_track(
    painter: QPainter,
    track: Track,
    plot: QRectF,
    across: Callable[[float], float],
    words: Sequence[tuple[float, float]] = (),
) -> None:
    """The bar, filled up to the step at hand, a diamond for every change, the playhead on top.

    Where training failed the playhead is the sign of that, below a line. The line begins below the `words`
    of flags, from where to where they are.
    """
    y = plot.bottom() + MIDDLE
    here = min(max(across(track.step), plot.left()), plot.right())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("border-strong"))
    painter.drawRoundedRect(QRectF(plot.left(), y - 2.5, plot.width(), 5), 2.5, 2.5)
    painter.setBrush(theme().color("text-3"))
    painter.drawRoundedRect(QRectF(plot.left(), y - 2.5, max(0.0, here - plot.left()), 5), 2.5, 2.5)
    for flag in track.timeline.flags:
        x = across(flag.step)
        if plot.left() - 1 <= x <= plot.right() + 1:
            _paint_diamond(painter, QPointF(x, y), flag.step <= track.step)
    top = plot.top() + (LABEL if any(start < here < end for start, end in words) else 0.0)
    if track.timeline.travelled:
        painter.setPen(QPen(theme().color("ink"), 2))
        painter.drawLine(QPointF(here, top), QPointF(here, y))
    if track.failed:
        painter.setPen(QPen(theme().color("fail"), 1.6))
        painter.drawLine(QPointF(here, top), QPointF(here, y))
    painter.setPen(QPen(theme().color("panel"), 2))
    painter.setBrush(theme().color("panel" if track.failed else "ink"))
    painter.drawEllipse(QPointF(here, y), 7.0, 7.0)
    if track.failed:
        paint_icon(painter, "fail", QPointF(here, y), theme().color("fail"), 16)


def _paint_diamond(painter: QPainter, at: QPointF, past: bool) -> None:
    corners = [QPointF(0, -5.5), QPointF(5.5, 0), QPointF(0, 5.5), QPointF(-5.5, 0)]
    painter.setPen(QPen(theme().color("ink" if past else "text-3"), 1.5))
    painter.setBrush(theme().color("panel"))
    painter.drawPolygon(QPolygonF([at + corner for corner in corners]))


def paint_flags(
    painter: QPainter, track: Track, plot: QRectF, across: Callable[[float], float]
) -> list[tuple[float, float]]:
    """Each change in words at the top of the plot, the newest first, as long as there is room.

    Returns from where to where there are words.
    """
    metrics = QFontMetricsF(theme().font("caption"))
    taken: list[tuple[float, float]] = []
    pen = QPen(theme().color("text-3", 0.7), 1, Qt.PenStyle.DotLine)
    for flag in sorted(track.timeline.flags, key=lambda flag: flag.step, reverse=True):
        x = across(flag.step)
        if not plot.left() <= x <= plot.right():
            continue
        words = metrics.elidedText(flag.label, Qt.TextElideMode.ElideRight, 150)
        width = metrics.horizontalAdvance(words) + 14
        left = min(max(x - width / 2, plot.left()), plot.right() - width)
        painter.setPen(pen)
        if any(left < end + 6 and start < left + width + 6 for start, end in taken):
            painter.drawLine(QPointF(x, plot.bottom() - 8), QPointF(x, plot.bottom()))
            continue
        taken.append((left, left + width))
        painter.drawLine(QPointF(x, plot.top() + LABEL), QPointF(x, plot.bottom()))
        box = QRectF(left, plot.top(), width, LABEL)
        color = "text-2" if flag.step <= track.step else "text-3"
        rounded(painter, box, theme().radius("field"), theme().color("field"), theme().color("border"))
        write(painter, box, words, "caption", color, Qt.AlignmentFlag.AlignHCenter)
    return taken
