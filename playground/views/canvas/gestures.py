"""What presses, drags and drops on the canvas do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QPixmap
from PySide6.QtWidgets import QApplication, QGraphicsPixmapItem, QToolTip

from playground.views.canvas import commands
from playground.views.canvas.chip_item import layer_icon
from playground.views.canvas.drop import Drop
from playground.views.canvas.hits import Hit, hit
from playground.views.canvas.palette import ghost
from playground.views.canvas.wire_drag import WireDrag
from playground.views.touch.number import Number, number_at
from playground.views.touch.touch import TouchDrag, choose_weight

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

FIRST_REPEAT, NEXT_REPEAT = 400, 80  # milliseconds, while − or + is held


class ChipDrag:
    """A layer carried by its chip; with Alt it is copied."""

    def __init__(self, canvas: Canvas, name: str) -> None:
        self._canvas = canvas
        self._name = name
        self._copies: bool | None = None
        self._drop: Drop | None = None
        text = canvas.canvas_scene.columns[name].text
        label = f"{text.title} {text.value}" if text.number else text.title
        picture: QPixmap = ghost(label, layer_icon(text.kind), canvas.devicePixelRatioF())
        self._ghost = QGraphicsPixmapItem(picture)
        self._ghost.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._ghost.setOffset(-24, -20)
        self._ghost.setFlag(QGraphicsPixmapItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self._ghost.setZValue(50)
        canvas.canvas_scene.addItem(self._ghost)

    def move(self, event: QMouseEvent) -> None:
        """Follow the pointer; Alt decides between moving and copying at any time."""
        copies = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        experiment = self._canvas.experiment
        if copies != self._copies and experiment is not None:
            self._copies = copies
            everywhere = range(len(experiment.network.layers) + 1)
            gaps = everywhere if copies else commands.moving_gaps(experiment, self._name)
            act = commands.copy if copies else commands.move
            self._drop = Drop(self._canvas, gaps, lambda gap: act(experiment, self._name, gap))
        item = self._canvas.canvas_scene.columns.get(self._name)
        if item is not None:
            item.setOpacity(1.0 if copies else 0.45)
        point = self._canvas.mapToScene(event.position().toPoint())
        self._ghost.setPos(point)
        self._canvas.viewport().setCursor(
            Qt.CursorShape.DragCopyCursor if copies else Qt.CursorShape.ClosedHandCursor
        )
        if self._drop is not None:
            self._drop.move(point, event.globalPosition().toPoint())

    def end(self, accepted: bool) -> None:
        """Drop, or give up."""
        scene = self._canvas.canvas_scene
        scene.removeItem(self._ghost)
        if self._name in scene.columns:
            scene.columns[self._name].setOpacity(1.0)
        QToolTip.hideText()
        self._canvas.viewport().unsetCursor()
        if self._drop is not None:
            if accepted:
                self._drop.finish()
            else:
                self._drop.close()


class Gestures:
    """The state between a press and its release."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pressed = Hit()
        self._at: QPoint | None = None
        self._last = QPoint()
        self._panning = False
        self._carried: ChipDrag | WireDrag | TouchDrag | None = None
        self._number = 0  # of the gesture, for merging
        self._repeat = QTimer(canvas)
        self._repeat.timeout.connect(self._step_again)

    @property
    def busy(self) -> bool:
        """True between a press and its release."""
        return self._at is not None

    @property
    def carries(self) -> bool:
        """True while a layer or a connection is being dragged."""
        return self._carried is not None

    def _hit(self, place: QPoint) -> Hit:
        return hit(self._canvas.canvas_scene, self._canvas.mapToScene(place))

    def next_number(self) -> int:
        """A number for a gesture, so that its edits are undone together."""
        self._number += 1
        return self._number

    def press(self, event: QMouseEvent) -> None:
        """Begin."""
        place = event.position().toPoint()
        self._pressed = self._hit(place)
        self._at = self._last = place
        self._panning = event.button() == Qt.MouseButton.MiddleButton
        if self._panning:
            self._pressed = Hit()
            return
        found = self._pressed
        if found.kind in ("chip", "port", "tile"):
            self._canvas.select(found.name, found.unit)
        if found.kind == "skip":
            self._canvas.select_skip(found.source, found.name)
        if found.kind == "chip" and found.zone in ("less", "more"):
            self.next_number()
            self._step_again()
            self._repeat.start(FIRST_REPEAT)

    def _step_again(self) -> None:
        self._repeat.setInterval(NEXT_REPEAT)
        by = -1 if self._pressed.zone == "less" else 1
        self._canvas.editing.change_units_of(self._pressed.name, by, self._number)

    def move(self, event: QMouseEvent) -> None:
        """Go on: carry the chip, or pan."""
        place = event.position().toPoint()
        if self._at is None:
            return
        far = (place - self._at).manhattanLength() >= QApplication.startDragDistance()
        if self._carried is not None:
            self._carried.move(event)
        elif far and not self._panning and self._touches() is not None:
            number = self._touches()
            assert number is not None
            self._carried = TouchDrag(self._canvas, number, self._at, self.next_number())
            self._carried.move(event)
        elif self._panning or (far and self._pressed.kind in ("", "column", "edge")):
            self._panning = True
            self._canvas.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
            self._canvas.pan(place - self._last)
            self._last = place
        elif far and self._pressed.kind == "port":
            self._carried = WireDrag(self._canvas, self._pressed.name)
            self._carried.move(event)
        elif far and self._pressed.kind == "chip" and not self._repeat.isActive():
            item = self._canvas.canvas_scene.columns.get(self._pressed.name)
            if item is not None and item.text.editable:
                self._carried = ChipDrag(self._canvas, self._pressed.name)
                self._carried.move(event)

    def _touches(self) -> Number | None:
        """The weight or bias that was pressed."""
        return number_at(self._canvas.canvas_scene, self._pressed)

    def release(self, event: QMouseEvent) -> None:
        """End: drop, or take the press as a click."""
        self._repeat.stop()
        carried, panning, found, at = self._carried, self._panning, self._pressed, self._at
        self._carried, self._panning, self._at = None, False, None
        self._canvas.viewport().unsetCursor()
        place = event.position().toPoint()
        if carried is not None:
            carried.end(self._canvas.viewport().rect().contains(place))
        elif (
            at is not None
            and not panning
            and hit(self._canvas.canvas_scene, self._canvas.mapToScene(place)) == found
        ):
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._click(found, -1 if shift else 1)

    def cancel(self) -> bool:
        """Give up a drag; True if there was one."""
        self._repeat.stop()
        carried = self._carried
        self._carried, self._at, self._panning = None, None, False
        if carried is not None:
            carried.end(False)
        return carried is not None

    def _click(self, found: Hit, page: int) -> None:
        actions: dict[str, Callable[[], Any]] = {
            "more": lambda: self._canvas.canvas_scene.turn_page(found.name, page),
            "insert": lambda: self._canvas.editing.open_blocks(found.gap),
            "start": self._canvas.editing.start_with_six,
            "column": lambda: self._canvas.select(found.name, -1),
        }
        if found.kind == "chip" and found.zone == "number":
            self._canvas.editing.type_number(found.name)
        elif found.kind == "chip" and found.zone == "menu":
            self._canvas.editing.open_activations(found.name)
        elif found.kind == "edge":
            choose_weight(self._canvas, found)
        elif found.kind in actions:
            actions[found.kind]()
