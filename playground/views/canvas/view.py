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

from playground.catalog.layers import layers
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem
from playground.experiment.shapes import shapes
from playground.session.document import ByHand
from playground.session.snapshot import Snapshot, Wants
from playground.views.activation_menu import ActivationMenu
from playground.views.canvas import commands, words
from playground.views.canvas.camera import Camera
from playground.views.canvas.chip_item import words_area
from playground.views.canvas.columns import number_setting
from playground.views.canvas.commands import Edit, RefusedError
from playground.views.canvas.context_menu import open_by_key, open_for
from playground.views.canvas.gestures import Drop, Gestures
from playground.views.canvas.hits import Hit, hit
from playground.views.canvas.hover import Hover
from playground.views.canvas.keyboard import Keyboard
from playground.views.canvas.layout import CHIP_HEIGHT, SMALLEST_GAP
from playground.views.canvas.links import hit_of
from playground.views.canvas.menus import choose_block
from playground.views.canvas.number_editor import NumberEditor
from playground.views.canvas.operations import what_is_kept
from playground.views.canvas.overlay import Overlay
from playground.views.canvas.palette import MIME
from playground.views.canvas.paper import paint_paper
from playground.views.canvas.scene import CanvasScene
from playground.views.preview import Preview
from playground.views.theme import theme
from playground.views.touch.keys import Nudge
from playground.views.touch.touch import type_number
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
        self._drop: Drop | None = None
        self._editor: NumberEditor | None = None
        self.parameters: dict[str, Any] = {}  # of the last snapshot
        self._menu: ActivationMenu | None = None
        self._menu_layer = ""
        self._left_at: tuple[str, int] | None = None  # where the ring was when the keyboard went elsewhere
        self._camera = Camera(self, self.canvas_scene)
        self._gestures = Gestures(self)
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
        if self._editor is not None and not self._editor.hasFocus():
            self._editor.close_editor()
        other = experiment is not self.experiment  # weights set by hand leave it as it is
        lit, before = self.canvas_scene.focused_edge, self._units()
        if self._gestures.carries and other:
            self._gestures.cancel()
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
        if not self._gestures.carries:
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

    def set_bare(self, bare: bool) -> None:
        """Without palette and buttons, while something else is shown on the canvas."""
        self.canvas_scene.set_bare(bare)
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

    def emit_edit(self, edit: Edit) -> None:
        """Hand out an edit."""
        self.edited.emit(edit.experiment, edit.label, edit.merge)

    def attempt(self, make: Any, *arguments: Any) -> bool:
        """Make an edit and hand it out, or say at the pointer why it is refused."""
        if self.experiment is None:
            return False
        try:
            edit = make(self.experiment, *arguments)
        except RefusedError as reason:
            QToolTip.showText(self.cursor().pos(), str(reason), self.viewport())
            return False
        if edit is None:
            return False
        self.emit_edit(edit)
        return True

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

    def offer(self, ways: dict[str, Edit], target: str) -> None:
        """Make the only edit, or let one be chosen at the target's chip."""
        if len(ways) == 1:
            self.emit_edit(next(iter(ways.values())))
            return
        chip = self.canvas_scene.arrangement.column(target).chip
        place = self.to_screen(QPointF(chip.x, chip.y + chip.height + 4))
        choose_block(self, place, lambda kind: self.emit_edit(ways[kind]), tuple(ways))

    def connect_to(self, source: str, target: str) -> None:
        """Connect two layers, after a question where there are two ways."""
        if self.experiment is not None:
            try:
                self.offer(commands.connections(self.experiment, source, target), target)
            except RefusedError as reason:
                QToolTip.showText(self.cursor().pos(), str(reason), self.viewport())

    def disconnect_from(self, source: str, target: str) -> None:
        """Take a skip connection away."""
        self.attempt(commands.disconnect, source, target)

    def delete_selected(self) -> None:
        """Delete the selected connection or layer; its neighbours connect to each other."""
        if self.canvas_scene.selected_skip is not None:
            self.disconnect_from(*self.canvas_scene.selected_skip)
            return
        name = self.selected_layer()
        item = self.canvas_scene.columns.get(name)
        if item is not None and item.text.editable:
            self.attempt(commands.remove, name)

    def change_units(self, by: int) -> None:
        """Some units more or fewer in the selected layer."""
        self.change_units_of(self.selected_layer(), by, self._gestures.next_number())

    def change_units_of(self, name: str, by: int, gesture: int) -> None:
        """Some units more or fewer in a layer; edits of one gesture are undone together."""
        if name in self.canvas_scene.columns:
            self.attempt(commands.change_units, name, by, gesture)

    def start_with_six(self) -> None:
        """The first layer of an empty network."""
        self.attempt(commands.start_with_six)

    def insert(self, kind: str, gap: int | None = None) -> None:
        """Add a layer in a gap, or after the selected layer."""
        place = self._gap_after_selected() if gap is None else gap
        self.attempt(commands.insert, place, kind)

    def _gap_after_selected(self) -> int:
        names = [text.name for text in self.canvas_scene.texts]
        name = self.selected_layer()
        last = max(0, len(names) - 2)
        return min(names.index(name), last) if name in names else last

    def add_layer_menu(self) -> None:
        """Open the menu of blocks for the gap after the selected layer."""
        self.open_blocks(self._gap_after_selected())

    def open_blocks(self, gap: int) -> None:
        """Open the menu of blocks at a gap."""
        if 0 <= gap < len(self.canvas_scene.inserts):
            x = self.canvas_scene.inserts[gap].x()
            place = self.to_screen(QPointF(x - 12, self.canvas_scene.arrangement.columns[0].chip.y + 36))
            choose_block(self, place, lambda kind: self.insert(kind, gap))

    def open_activations(self, name: str) -> None:
        """Open the menu of activations below a chip."""
        if self.experiment is None or name not in self.canvas_scene.columns:
            return
        if self._menu is None:
            self._menu = ActivationMenu(self)
            self._menu.chosen.connect(self._activation_chosen)
            self.preview.watch(self._menu, lambda: (self.experiment, self._menu_layer))
        self._menu_layer = name
        chip = self.canvas_scene.arrangement.column(name).chip
        # to the left, so that what the layer changes stays in sight
        place = self.to_screen(QPointF(chip.x - 12, chip.y)) - QPoint(self._menu.width_of_card(), 0)
        layer = self.experiment.layer(name)
        current = getattr(layer, "activation", None)
        key = current.kind if current is not None else words.output_activation_key(self.experiment)
        self._menu.choose(key, place, output=name == "output")

    def _activation_chosen(self, key: str) -> None:
        self.attempt(commands.set_activation, self._menu_layer, key)

    def type_number(self, name: str) -> None:
        """Let the number on a chip be typed."""
        item = self.canvas_scene.columns.get(name)
        if self.experiment is None or item is None or not item.text.number:
            return
        layer = self.experiment.layer(name)
        setting = number_setting(layer)
        assert setting is not None
        chip = self.canvas_scene.arrangement.column(name).chip
        left, right = words_area(item.text, item.chip.form)
        area = QRectF(chip.x + left, chip.y + 3, right - left, CHIP_HEIGHT - 6)
        editor = NumberEditor(setting, item.text.spoken, getattr(layer, setting.key), self.viewport())
        gesture = self._gestures.next_number()
        merge = f"canvas.{name}.{setting.key}.{gesture}"
        editor.edited.connect(lambda value, _finished: self.attempt(commands.set_number, name, value, merge))
        editor.closed.connect(self._editor_closed)
        self._editor = editor
        editor.open_over(self.mapFromScene(area).boundingRect())

    def touch(self, touches: tuple[ByHand, ...], label: str, merge: str = "") -> None:
        """Hand out weights that were set by hand."""
        self.nudged = None
        self.touched.emit(touches, label, merge)

    def type_touched(self, found: Hit) -> None:
        """Let the weight of an edge or the bias of a tile be typed."""
        editor = type_number(self, found, self._gestures.next_number())
        if editor is not None:
            editor.closed.connect(self._editor_closed)
            self._editor = editor

    def _editor_closed(self) -> None:
        had_focus = self._editor is not None and self.focusWidget() is self._editor
        self._editor = None
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def light(self, link: str) -> None:
        """Show what an address means as if it were pointed at; "" for nothing."""
        self.hover.show(hit_of(self.canvas_scene, link))

    # Zoom and pan --------------------------------------------------------------------------------

    def fit(self) -> None:
        """Show the whole network."""
        self._camera.fit(self._compact)
        self._show_part()

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
            self._gestures.press(event)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or show what is under the pointer."""
        if self._gestures.busy:
            self._gestures.move(event)
        else:
            self.hover.show(hit(self.canvas_scene, self.mapToScene(event.position().toPoint())))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop, or click."""
        self._gestures.release(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """The second press of a double click is a press; on an edge its weight can be typed."""
        found = hit(self.canvas_scene, self.mapToScene(event.position().toPoint()))
        if found.kind == "edge":
            self._gestures.cancel()
            self.type_touched(found)
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
        kind = bytes(event.mimeData().data(MIME).data()).decode(errors="replace")
        if self.experiment is None or kind not in layers:
            event.ignore()
            return
        experiment = self.experiment
        gaps = range(len(experiment.network.layers) + 1)
        self._drop = Drop(self, gaps, lambda gap: commands.insert(experiment, gap, kind))
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """The nearest gap fills."""
        if self._drop is None:
            event.ignore()
            return
        place = event.position().toPoint()
        if self._drop.move(self.mapToScene(place), self.viewport().mapToGlobal(place)):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The gaps close."""
        if self._drop is not None:
            self._drop.close()
            self._drop = None
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """The block becomes a layer."""
        if self._drop is None:
            event.ignore()
            return
        drop, self._drop = self._drop, None
        drop.finish()
        event.acceptProposedAction()

    # Keys ----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The canvas's own keys; all others go on to the window."""
        if event.key() == Qt.Key.Key_Escape and self._gestures.cancel():
            return
        if not self._keyboard.press(event):
            event.ignore()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab walks the chips from left to right, then goes on to the next control."""
        if self.hasFocus() and self._keyboard.walk_chips(forward):
            return True
        return bool(QAbstractScrollArea.focusNextPrevChild(self, forward))

    def accessible_items(self) -> list[str]:
        """The name of every chip, tile and edge, in reading order."""
        return words.all_items(self.canvas_scene)

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
