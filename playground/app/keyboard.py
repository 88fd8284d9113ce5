"""Whose a key is: the window's, as a shortcut, or that of the control that has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from playground.views.widgets.number_field import NumberField

if TYPE_CHECKING:
    from playground.app.window import Window

CONTROL_KEYS = {
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Plus,
    Qt.Key.Key_Minus,
    Qt.Key.Key_Delete,
    Qt.Key.Key_Backspace,
}
TYPING = ("QLineEdit", "QAbstractSpinBox", "QTextEdit", "QPlainTextEdit")


def is_typed(window: Window, event: Any) -> bool:
    """True for keys that belong to the control that has the focus, not to single-key commands."""
    if window.slow.takes(event):
        return True
    focus = QApplication.focusWidget()
    if focus is None or focus in (window, window.canvas, window.canvas.viewport()):
        return False
    if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
        return False
    if event.key() == Qt.Key.Key_Space and isinstance(focus, NumberField):
        return focus.takes_space
    if any(focus.inherits(name) for name in TYPING):
        return True
    if event.key() == Qt.Key.Key_Space:
        return hasattr(focus, "clicked")
    return event.key() in CONTROL_KEYS
