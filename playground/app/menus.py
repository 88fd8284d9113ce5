"""The menus of the window, made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from playground.app.actions import COMMANDS, MENUS, Command

if TYPE_CHECKING:
    from playground.app.window import Window


def build(window: Window) -> QMenu:
    """All commands in one menu, and in the menu bar; fills `window.actions_by_key`."""
    whole = QMenu(window)
    menus = {name: whole.addMenu(name) for name in MENUS}
    bar = window.menuBar()
    for name in MENUS:
        bar.addMenu(menus[name])
    bar.setVisible(window.settings.menu_bar)
    for command in COMMANDS:
        menu = menus[command.menu]
        if command.fill is not None:
            sub = menu.addMenu(command.text)
            sub.aboutToShow.connect(partial(command.fill, window, sub))
        elif command.do is not None:
            menu.addAction(_action(window, command, command.do))
        else:
            menu.addSeparator()
    return whole


def _action(window: Window, command: Command, do: Callable[[Window], object]) -> QAction:
    action = QAction(command.text, window)
    action.setCheckable(command.checkable)
    action.setShortcuts([QKeySequence(keys) for keys in (command.shortcut, *command.also) if keys])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.triggered.connect(lambda _checked: do(window))
    window.actions_by_key[command.key] = action
    window.addAction(action)
    return action
