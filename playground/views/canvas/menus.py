"""The menus of the canvas: blocks to add at a gap, and what can be done with a layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from playground.catalog.layers import layers
from playground.views.canvas.chip_item import layer_icon
from playground.views.icons import icon
from playground.views.theme import theme

Command = Callable[[], None] | Mapping[str, Callable[[], None]] | None


def choose_block(
    parent: QWidget, place: QPoint, chosen: Callable[[str], None], keys: tuple[str, ...] = layers.keys()
) -> QMenu:
    """Open a menu of blocks, all of them unless told, at a place on the screen."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for entry in (layers[key] for key in keys):
        action = menu.addAction(icon(layer_icon(entry.key), theme().color("text")), entry.label)
        action.setToolTip(entry.summary)
        action.triggered.connect(lambda _checked=False, kind=entry.key: chosen(kind))
    menu.setActiveAction(menu.actions()[0])
    return _open(menu, place)


def layer_menu(parent: QWidget, place: QPoint, commands: Mapping[str, Command]) -> QMenu:
    """Open the menu of one layer: the words and what they do; None is a separator, a mapping a submenu."""
    menu = QMenu(parent)
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
    return _open(menu, place)


def _open(menu: QMenu, place: QPoint) -> QMenu:
    # Deleted once its action has run: deleting it on close would be too early.
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(place)
    return menu
