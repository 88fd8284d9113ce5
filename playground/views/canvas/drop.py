"""Dropping a layer into a gap: one that is dragged along the canvas, or a block from the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QToolTip

from playground.catalog.layers import layers
from playground.views.canvas import commands
from playground.views.canvas.commands import Edit, RefusedError
from playground.views.canvas.palette import MIME

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas


class Drop:
    """A block or layer on its way to a gap: what each gap would make of it, or why it refuses."""

    def __init__(self, canvas: Canvas, gaps: Iterable[int], make: Callable[[int], Edit]) -> None:
        self._canvas = canvas
        self.offers: dict[int, Edit] = {}
        self.refusals: dict[int, str] = {}
        self.nearest: int | None = None
        for gap in gaps:
            try:
                self.offers[gap] = make(gap)
            except RefusedError as reason:
                self.refusals[gap] = str(reason)

    def move(self, point: QPointF, at: QPoint) -> bool:
        """Follow the pointer: open the gaps, fill the nearest, or say why it refuses."""
        scene = self._canvas.canvas_scene
        self.nearest = scene.arrangement.nearest_gap(point.x(), (*self.offers, *self.refusals))
        scene.open_gaps(tuple(self.offers), self.nearest)
        if self.nearest in self.refusals:
            QToolTip.showText(at + QPoint(12, 16), self.refusals[self.nearest], self._canvas.viewport())
            return False
        QToolTip.hideText()
        return self.nearest is not None

    def finish(self) -> None:
        """Drop: make the edit that the nearest gap offers."""
        edit = self.offers.get(self.nearest) if self.nearest is not None else None
        self.close()
        if edit is not None:
            self._canvas.editing.hand_out(edit)

    def close(self) -> None:
        """Close the gaps."""
        self._canvas.canvas_scene.open_gaps((), None)


class BlockDrop:
    """A block of the palette over the canvas."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._drop: Drop | None = None

    def enter(self, event: QDragEnterEvent) -> None:
        """A block opens the gaps; anything else is not taken."""
        kind = bytes(event.mimeData().data(MIME).data()).decode(errors="replace")
        experiment = self._canvas.experiment
        if experiment is None or kind not in layers:
            event.ignore()
            return
        gaps = range(len(experiment.network.layers) + 1)
        self._drop = Drop(self._canvas, gaps, lambda gap: commands.insert(experiment, gap, kind))
        event.acceptProposedAction()

    def move(self, event: QDragMoveEvent) -> None:
        """The nearest gap fills."""
        place = event.position().toPoint()
        at = self._canvas.viewport().mapToGlobal(place)
        if self._drop is not None and self._drop.move(self._canvas.mapToScene(place), at):
            event.acceptProposedAction()
        else:
            event.ignore()

    def leave(self) -> None:
        """The gaps close."""
        if self._drop is not None:
            self._drop.close()
            self._drop = None

    def drop(self, event: QDropEvent) -> None:
        """The block becomes a layer."""
        drop, self._drop = self._drop, None
        if drop is None:
            event.ignore()
            return
        drop.finish()
        event.acceptProposedAction()
