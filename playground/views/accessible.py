"""What assistive technology is told of painted widgets: their role, and the parts of the canvas.

A painted widget names its `accessible_role`; its name and description are set on the widget itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QWindow
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import isValid

from playground.views.canvas import words

if TYPE_CHECKING:
    from playground.views.canvas.view import Canvas

Role = QAccessible.Role
_ROLES = {"chip": Role.Button, "tile": Role.Graphic, "edge": Role.Graphic, "skip": Role.Graphic}


class CanvasPart(QAccessibleInterface):
    """One of the parts of a canvas, by its place in reading order."""

    def __init__(self, canvas: Canvas, whole: CanvasInterface, index: int) -> None:
        super().__init__()
        self._canvas, self._whole, self._index = canvas, whole, index

    def _part(self) -> words.Part | None:
        found = words.parts(self._canvas.canvas_scene)
        return found[self._index] if self._index < len(found) else None

    def isValid(self) -> bool:
        """False once the canvas has fewer parts."""
        return self._part() is not None

    def object(self) -> QObject:
        """None: a part is painted, it is no object of its own."""
        return None  # type: ignore[return-value]

    def window(self) -> QWindow:
        """The window of the canvas."""
        return self._whole.window()

    def parent(self) -> QAccessibleInterface:
        """The canvas."""
        return self._whole

    def childCount(self) -> int:
        """Parts have no parts."""
        return 0

    def child(self, index: int) -> QAccessibleInterface:
        """None."""
        return None  # type: ignore[return-value]

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        """None."""
        return None  # type: ignore[return-value]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """-1: there is none."""
        return -1

    def role(self) -> QAccessible.Role:
        """A chip is a button, tiles and connections are pictures."""
        part = self._part()
        return _ROLES[part.kind] if part else Role.NoRole

    def text(self, kind: QAccessible.Text) -> str:
        """Its name: "Dense 1, neuron 3, bias −0.41"."""
        part = self._part()
        return (
            words.name_of(self._canvas.canvas_scene, part) if part and kind == QAccessible.Text.Name else ""
        )

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """The canvas names its parts itself."""

    def rect(self) -> QRect:
        """Where it is on the screen."""
        part, viewport = self._part(), self._canvas.viewport()
        if part is None:
            return QRect()
        seen = self._canvas.mapFromScene(words.place_of(self._canvas.canvas_scene, part)).boundingRect()
        return QRect(viewport.mapToGlobal(seen.topLeft()), seen.size())

    def state(self) -> QAccessible.State:
        """Chips, tiles and edges take the keyboard; one of them has it."""
        part, state = self._part(), QAccessible.State()
        scene = self._canvas.canvas_scene
        if part is not None and part.kind != "skip":
            state.focusable = True
            state.focused = words.has_keyboard(scene, part)
        if part is not None and part.kind in ("chip", "tile"):
            state.selectable = True
            state.selected = scene.selected == (part.name, part.unit)
        return state

    def foregroundColor(self) -> QColor:
        """Not told."""
        return QColor()

    def backgroundColor(self) -> QColor:
        """Not told."""
        return QColor()


class CanvasInterface(QAccessibleWidget):
    """The canvas with all its chips, tiles and connections."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas, Role.Canvas)
        self._canvas = canvas
        self._parts: list[CanvasPart] = []  # kept: a screen reader may hold any of them

    def childCount(self) -> int:
        """As many as there are parts now."""
        return len(words.parts(self._canvas.canvas_scene))

    def child(self, index: int) -> QAccessibleInterface:
        """The part at this place in reading order."""
        while len(self._parts) <= index:
            self._parts.append(CanvasPart(self._canvas, self, len(self._parts)))
        return self._parts[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        """The place of a part in reading order, -1 for anything else."""
        return self._parts.index(child) if child in self._parts else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        """The chip, tile or connection at a place of the screen."""
        inside = (index for index in range(self.childCount()) if self.child(index).rect().contains(x, y))
        index = next(inside, None)
        return self.child(index) if index is not None else None  # type: ignore[return-value]

    def focusChild(self) -> QAccessibleInterface:
        """The part with the ring."""
        scene = self._canvas.canvas_scene
        for index, part in enumerate(words.parts(scene)):
            if words.has_keyboard(scene, part):
                return self.child(index)
        return self


# Kept while Qt has them: Python would delete what Qt still points at.
_made: list[QAccessibleInterface] = []


def _interface(key: str, of: Any) -> QAccessibleInterface | None:
    """The interface of a painted widget; None lets Qt make its own."""
    if not isinstance(of, QWidget) or not hasattr(of, "accessible_role"):
        return None
    made: QAccessibleInterface
    if of.accessible_role == Role.Canvas:
        made = CanvasInterface(of)  # type: ignore[arg-type]
    else:
        made = QAccessibleWidget(of, of.accessible_role)
    _made[:] = [kept for kept in _made if isValid(kept)] + [made]
    return made


def install() -> None:
    """Tell Qt, once, how painted widgets are described."""
    if not getattr(install, "done", False):
        install.done = True  # type: ignore[attr-defined]
        QAccessible.installFactory(_interface)
