"""The menus of the canvas: blocks to add at a gap, and what can be done with a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from playground.catalog.layers import layers
from playground.views.canvas.chip_item import layer_icon
from playground.views.icons import icon
from playground.views.theme import theme
from playground.views.widgets.passing_menu import passing_menu

Command = Callable[[], object] | Mapping[str, Callable[[], object]] | None


def choose_block(
    parent: QWidget, place: QPoint, chosen: Callable[[str], None], keys: tuple[str, ...] = layers.keys()
) -> QMenu:
    """Open a menu of blocks, all of them unless told, at a place on the screen."""
    menu = passing_menu(parent)
    menu.setToolTipsVisible(True)
    for entry in (layers[key] for key in keys):
        action = menu.addAction(icon(layer_icon(entry.key), theme().color("text")), entry.label)
        action.setToolTip(entry.summary)
        action.triggered.connect(lambda _checked=False, kind=entry.key: chosen(kind))
    menu.setActiveAction(menu.actions()[0])
    menu.popup(place)
    return menu


def layer_menu(parent: QWidget, place: QPoint, commands: Mapping[str, Command]) -> QMenu:
    """Open the menu of one layer: the words and what they do; None is a separator, a mapping a submenu."""
    menu = passing_menu(parent)
    for words, command in commands.items():
        if command is None:
            menu.addSeparator()
        elif isinstance(command, Mapping):
            inner = menu.addMenu(words)
            inner.setEnabled(bool(command))
            for name, act in command.items():
                inner.addAction(name).triggered.connect(lambda _checked=False, act=act: act())
        else:
            menu.addAction(words).triggered.connect(lambda _checked=False, command=command: command())
    menu.popup(place)
    return menu
