"""Drawing a connection: from the port of a chip to a layer further to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QToolTip

from playground.views.canvas import commands
from playground.views.canvas.commands import Edit, RefusedError
from playground.views.canvas.skip_item import WireItem

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas


class WireDrag:
    """A wire in hand: it lights the layer under the pointer, and connects where it is dropped."""

    def __init__(self, canvas: Canvas, source: str) -> None:
        self._canvas = canvas
        self._source = source
        self._target = ""
        self._offers: dict[str, Edit] = {}
        chip = canvas.canvas_scene.arrangement.column(source).chip
        self._start = QPointF(chip.x + chip.width / 2, chip.y)
        self._item = WireItem()
        canvas.canvas_scene.addItem(self._item)

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer, and say what a drop would do or why it cannot."""
        point = self._canvas.mapToScene(event.position().toPoint())
        self._item.place(self._start, point)
        target = self._column_at(point)
        if target != self._target:
            self._target = target
            self._say(event.globalPosition().toPoint())
        for name, item in self._canvas.canvas_scene.columns.items():
            item.chip.mark(is_target=name == target and bool(self._offers))
        self._canvas.viewport().setCursor(
            Qt.CursorShape.DragLinkCursor if self._offers else Qt.CursorShape.ClosedHandCursor
        )

    def _column_at(self, point: QPointF) -> str:
        for column in self._canvas.canvas_scene.arrangement.columns:
            body = column.body
            if column.name != self._source and body.x <= point.x() < body.x + body.width:
                return column.name
        return ""

    def _say(self, at: QPoint) -> None:
        self._offers = {}
        words = ""
        if self._target and self._canvas.experiment is not None:
            try:
                self._offers = commands.connections(self._canvas.experiment, self._source, self._target)
                words = " or ".join(edit.label for edit in self._offers.values())
            except RefusedError as reason:
                words = str(reason)
        QToolTip.showText(at + QPoint(12, 16), words, self._canvas.viewport())

    def end(self, accepted: bool) -> None:
        """Connect, after a question where there are two ways; or give up."""
        scene = self._canvas.canvas_scene
        scene.removeItem(self._item)
        for item in scene.columns.values():
            item.chip.mark(is_target=False)
        QToolTip.hideText()
        self._canvas.viewport().unsetCursor()
        if accepted and self._offers:
            self._canvas.editing.offer(self._offers, self._target)
