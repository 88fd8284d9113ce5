"""The canvas as a widget: it shows an experiment and its snapshots, and hands out edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QGraphicsView, QToolTip, QWidget

from playground.experiment.model import Experiment
from playground.experiment.problems import Problem
from playground.experiment.shapes import shapes
from playground.session.snapshot import Snapshot, Wants
from playground.views.canvas import words
from playground.views.canvas.camera import Camera
from playground.views.canvas.context_menu import open_by_key, open_for
from playground.views.canvas.drop import BlockDrop
from playground.views.canvas.editing import Editing
from playground.views.canvas.gestures import Gestures
from playground.views.canvas.hits import Hit, hit
from playground.views.canvas.hover import Hover
from playground.views.canvas.keyboard import Keyboard
from playground.views.canvas.layout import SMALLEST_GAP
from playground.views.canvas.links import hit_of
from playground.views.canvas.operations import what_is_kept
from playground.views.canvas.overlay import Overlay
from playground.views.canvas.paper import paint_paper
from playground.views.canvas.scene import CanvasScene
from playground.views.preview import Preview
from playground.views.theme import theme
from playground.views.touch.keys import Nudge
from playground.views.trial.travel import TravelItem

_PINCH = Qt.NativeGestureType.ZoomNativeGesture


class Canvas(QGraphicsView):
    """The network, drawn and edited. It never changes an experiment: it hands out edits."""

    accessible_role = QAccessible.Role.Canvas

    edited = Signal(object, str, str)  # the new experiment, the undo label, the merge key
    selected = Signal(str, int)  # the layer, and its unit or −1
    hoveredUnit = Signal(object, int)  # noqa: N815 - the layer and unit pointed at; None when it leaves
    pointed = Signal(str)  # the address of what is under the pointer, "" for nothing
    checkupRequested = Signal()  # noqa: N815 - to read what goes wrong
    touched = Signal(object, str, str)  # weights set by hand, the undo label, the merge key
    weightChosen = Signal(str, int, int)  # noqa: N815 - the layer, its unit, the unit that it reads
    operated = Signal(object, str, object)  # the new experiment, the undo label, the surgery
    undoRequested = Signal()  # noqa: N815
    redoRequested = Signal()  # noqa: N815
    asked = Signal()  # something else is wanted in the next snapshot

    def __init__(self, parent: QWidget | None = None) -> None:
        self.canvas_scene = CanvasScene()
        super().__init__(self.canvas_scene, parent)
        self.experiment: Experiment | None = None
        self._compact = False
        self.parameters: dict[str, Any] = {}  # of the last snapshot
        self._left_at: tuple[str, int] | None = None  # where the ring was when the keyboard went elsewhere
        self._camera = Camera(self, self.canvas_scene)
        self.gestures = Gestures(self)
        self.editing = Editing(self)
        self._blocks = BlockDrop(self)
        self._keyboard = Keyboard(self)
        self.hover = Hover(self)
        self.nudged: Nudge | None = None  # by a key, just now
        self.preview = Preview(self)
        self.preview.asked.connect(self.asked)
        self.travel = TravelItem(self.canvas_scene.columns)
        self.canvas_scene.addItem(self.travel)
        self._set_up()
        self.overlay = Overlay(self)
        self.overlay.strip.wanted.connect(self._move_along)
        theme().changed.connect(self._recolor)

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setCacheMode(QGraphicsView.CacheModeFlag.CacheBackground)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Network canvas")
        self.setMinimumSize(320, 220)

    # What every view has -------------------------------------------------------------------------

    def set_experiment(self, experiment: Experiment) -> None:
        """Show another experiment; only what differs is rebuilt."""
        self.editing.close_idle_editor()
        other = experiment is not self.experiment  # weights set by hand leave it as it is
        lit, before = self.canvas_scene.focused_edge, self._units()
        if self.gestures.carries and other:
            self.gestures.cancel()
        self.experiment = experiment
        self.canvas_scene.show_experiment(experiment)
        self.overlay.set_parameters(shapes(experiment).parameter_count)
        self._relayout()
        if other:
            self.hover.show(Hit())
        if lit is not None and self._units() == before:
            self.focus_edge(*lit)

    def _units(self) -> list[tuple[str, int]]:
        return [(text.name, text.units) for text in self.canvas_scene.texts]

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw the numbers of this moment."""
        self.parameters = snapshot.parameters
        seen = self.canvas_scene.show_snapshot(snapshot)
        if not seen.isEmpty():  # less than the whole, so that what floats over the canvas stays as it is
            self.viewport().update(self.mapFromScene(seen).boundingRect())
        self.travel.show_snapshot(snapshot)
        self.overlay.set_findings(len(self.canvas_scene.marks.findings))
        self.overlay.say(what_is_kept(snapshot.moved), snapshot.changes)
        if not self.gestures.carries:
            self.hover.show_callout()

    def wants(self) -> Wants:
        """Weights, the pictures of the units and what is wrong with them, while visible."""
        return Wants(parameters=True, tiles=True, checkup=True) | self.preview.wants()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Say beside each column why the network cannot train."""
        self.canvas_scene.notes.show(problems)
        self.canvas_scene.update()

    def set_undo(self, can_undo: bool, can_redo: bool) -> None:
        """Which of the two arrows can be pressed."""
        self.overlay.set_undo(can_undo, can_redo)

    def set_bare(self, bare: bool, images: bool = True) -> None:
        """Without palette and buttons, while something else is shown on the canvas.

        Without `images`, also without those of the weights.
        """
        self.canvas_scene.set_bare(bare, images)
        self._relayout()
        self.overlay.set_bare(bare)
        self.canvas_scene.outward.setOpacity(0.0 if bare else 1.0)  # it leads to what is not there then

    def set_compact(self, compact: bool) -> None:
        """Short chips and a palette of icons, for narrow windows."""
        if compact != self._compact:
            self._compact = compact
            self.overlay.set_compact(compact)
            self._relayout()

    # Commands ------------------------------------------------------------------------------------

    def selected_layer(self) -> str:
        """The name of the selected layer; "" if there is none."""
        return self.canvas_scene.selected[0]

    def select(self, name: str, unit: int = -1) -> None:
        """Select a layer, and one of its units."""
        if (name, unit) != self.canvas_scene.selected:
            self.canvas_scene.select(name, unit)
            self.reveal(name)
            self.selected.emit(name, unit)

    def focus_edge(self, bundle: int, edge: int) -> None:
        """Light a weight for the keyboard, with its neuron selected."""
        scene = self.canvas_scene
        target = scene.bundles[bundle].target
        unit = scene.columns[target].units[int(scene.bundles[bundle].targets[edge])]
        scene.focus((target, unit))
        self.select(target, unit)
        self.hover.show(Hit("edge", target, bundle=bundle, edge=edge))
        scene.focused_edge = (bundle, edge)
        self.hover.show_callout()
        self._keyboard.tell(words.Part("edge", unit=edge, bundle=bundle))
        scene.update()

    def select_skip(self, source: str, target: str) -> None:
        """Select a skip connection."""
        self.canvas_scene.select_skip(source, target)
        self.selected.emit("", -1)

    def light(self, link: str) -> None:
        """Show what an address means as if it were pointed at; "" for nothing."""
        self.hover.show(hit_of(self.canvas_scene, link))

    # Zoom and pan --------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole network."""
        self._camera.fit(self._compact)
        self._show_part()

    def forget_view(self) -> None:
        """Show the next network from its beginning."""
        self._camera.forget()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Larger or smaller, around a point of the viewport."""
        self._camera.zoom(factor, QPointF(self.viewport().rect().center()) if at is None else at)
        self._show_part()

    def pan(self, by: QPoint) -> None:
        """Move the picture by some pixels."""
        self._camera.pan(by)
        self._show_part()

    def reveal(self, name: str) -> None:
        """Move along a wide network until a column is in sight, with its neighbours' gaps."""
        body = self.canvas_scene.arrangement.column(name).body if name in self.canvas_scene.columns else None
        if body is not None:
            self._camera.reveal(body.x - SMALLEST_GAP, body.x + body.width + SMALLEST_GAP)
            self._show_part()

    def _show_part(self) -> None:
        self.overlay.set_zoom(self._camera.scale)
        self.overlay.strip.show_part(self.canvas_scene.arrangement, *self._camera.part())

    def _move_along(self, to: float) -> None:
        """Put this part of the network's width in the middle, 0..1."""
        begin, end = self._camera.part()
        wide = self.canvas_scene.arrangement.width
        left = (to - (end - begin) / 2) * wide
        self._camera.reveal(left, left)
        self._camera.reveal(left, left + (end - begin) * wide)
        self._show_part()

    def _relayout(self) -> None:
        self._camera.lay_out(self._compact)
        self.travel.place(self.canvas_scene.arrangement.width, self.canvas_scene.arrangement.height)
        self._show_part()

    def to_screen(self, point: QPointF) -> QPoint:
        """A point of the scene, in pixels of the screen."""
        return self.viewport().mapToGlobal(self.mapFromScene(point))

    # Pointer -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, begin to drag or to pan."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.canvas_scene.focus(None)
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            QToolTip.hideText()
            self.gestures.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what is under the pointer."""
        if self.gestures.busy:
            self.gestures.move(event)
        else:
            self.hover.show(hit(self.canvas_scene, self.mapToScene(event.position().toPoint())))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop, or click."""
        self.gestures.release(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click is a press; on an edge its weight can be typed."""
        found = hit(self.canvas_scene, self.mapToScene(event.position().toPoint()))
        if found.kind == "edge":
            self.gestures.cancel()
            self.editing.type_touched(found)
            event.accept()
            return
        self.mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with what is under the pointer, or has the keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            open_by_key(self)
        else:
            open_for(self, hit(self.canvas_scene, self.mapToScene(event.pos())), event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """A wheel zooms around the pointer; two fingers pan, and zoom with Ctrl."""
        fingers = not event.pixelDelta().isNull()
        fingers = fingers or event.device().type() == QPointingDevice.DeviceType.TouchPad
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if fingers and not control:
            by = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() / 4
            self.pan(by)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.pan(QPoint(event.angleDelta().y() or event.angleDelta().x(), 0) / 2)
        elif event.angleDelta().y():
            self.zoom(1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tooltips, pinching, and the pointer leaving."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = hit(self.canvas_scene, self.mapToScene(event.pos()))
            QToolTip.showText(event.globalPos(), words.tooltip(self.canvas_scene, found), self.viewport())
            return True
        if event.type() == QEvent.Type.Leave:
            self.hover.show(Hit())
        is_pinch = isinstance(event, QNativeGestureEvent) and event.gestureType() == _PINCH
        if is_pinch:
            self.zoom(1.0 + event.value(), event.position())  # type: ignore[attr-defined]
            return True
        return super().viewportEvent(event)

    # Blocks from the palette ---------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A block opens the gaps."""
        self._blocks.enter(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The nearest gap fills."""
        self._blocks.move(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The gaps close."""
        self._blocks.leave()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """The block becomes a layer."""
        self._blocks.drop(event)

    # Keys ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The canvas's own keys; all others go on to the window."""
        if event.key() == Qt.Key.Key_Escape and self.gestures.cancel():
            return
        if not self._keyboard.press(event):
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks the chips from left to right, then goes on to the next control."""
        if self.hasFocus() and self._keyboard.walk_chips(forward):
            return True
        return bool(QAbstractScrollArea.focusNextPrevChild(self, forward))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Coming by Tab, the first chip gets the ring; by Shift Tab the last; from a menu, the one before."""
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.MouseFocusReason and self._left_at is not None:
            self.canvas_scene.focus(self._left_at if self._left_at[0] in self.canvas_scene.columns else None)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.canvas_scene.focus(None)
            self._keyboard.walk_chips(event.reason() == Qt.FocusReason.TabFocusReason)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The ring goes with the keyboard."""
        super().focusOutEvent(event)
        self._left_at = self.canvas_scene.focused
        self.canvas_scene.focus(None)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.hover.show(Hit())

    # Painting ------------------------------------------------------------------------------------

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """The sheet with its grid of dots; kept between frames."""
        paint_paper(painter, QRectF(rect), self._camera.scale)

    def _recolor(self) -> None:
        self.resetCachedContent()
        self.canvas_scene.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew, with palette and buttons at the lower edge."""
        super().resizeEvent(event)
        self.overlay.place()
        self._relayout()


if __name__ == "__main__":
    from playground.views.canvas.demo import demo
    from playground.views.demo import show_alone

    show_alone(demo)
