"""What goes wrong, marked where it does: a word on a unit's tile, a triangle at a layer's chip."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from playground.session.rules import Checkup, Finding
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.widgets.control import rounded, text_width

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene

_SMALL = 30.0  # tiles below this side bear a triangle instead of a word
_BADGE = 7.5


@lru_cache(maxsize=64)
def _width(word: str) -> float:
    return text_width(word, "micro") + 10.0


def paint_unit_mark(painter: QPainter, side: float, word: str) -> None:
    """A small label with the word across the upper edge of a tile around the origin; "" for a sign alone."""
    if side < _SMALL or not word:
        paint_badge(painter, QPointF(side / 2 - 1, -side / 2 + 1), 5.5)
        return
    box = mark_box(side, word)
    rounded(painter, box, 7, theme().color("raised"), theme().color("text-3"))
    painter.setFont(theme().font("micro", 600))
    painter.setPen(theme().color("text"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), word)


def mark_box(side: float, word: str) -> QRectF:
    """Where the word stands, around the tile's origin, with its outline."""
    return QRectF(-_width(word) / 2, -side / 2 - 6.5, _width(word), 14)


def paint_badge(painter: QPainter, center: QPointF, radius: float = _BADGE) -> None:
    """The triangle that says "needs a look"."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("canvas"))
    painter.drawEllipse(center, radius + 1.5, radius + 1.5)
    paint_icon(painter, "warn", center - QPointF(0, 0.5), theme().color("warn"), round(2 * radius))


def paint_lock(painter: QPainter, center: QPointF, size: int = 13) -> None:
    """The lock on what is frozen: a layer, a weight, a bias."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("canvas"))
    painter.drawEllipse(center, size / 2 + 2.5, size / 2 + 2.5)
    paint_icon(painter, "lock", center, theme().color("text"), size)


class Marks:
    """Puts the findings of the last check-up onto chips and tiles."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.findings: tuple[Finding, ...] = ()

    def show(self, checkup: Checkup | None) -> None:
        """Mark these findings and no others."""
        found = checkup.findings if checkup is not None else ()
        if found != self.findings:
            self.findings = found
            self.place()

    def place(self) -> None:
        """Mark what is on the canvas now."""
        for name, item in self._scene.columns.items():
            here = [finding for finding in self.findings if finding.layer == name]
            item.chip.mark(has_finding=bool(here))
            item.show_marks({unit: f.mark for f in reversed(here) if f.mark for unit in f.units})

    def sentences(self, name: str, unit: int = -1) -> list[str]:
        """What is said of a layer, or of one of its units."""
        return [
            finding.sentence
            for finding in self.findings
            if finding.layer == name and (unit < 0 or unit in finding.units)
        ]
