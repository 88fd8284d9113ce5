"""What of a page can be written to a file, as a menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from playground.views.widgets.passing_menu import passing_menu

EXPORTS = (
    ("table", "Table (CSV)…"),
    ("chart", "Picture of the chart (PNG, SVG, PDF)…"),
    ("page", "Picture of the page (PNG, SVG, PDF)…"),
)


def export_menu(page: QWidget, asked: Callable[[str], object]) -> QMenu:
    """A menu to be popped up once; `asked` hears "table", "chart" or "page"."""
    menu = passing_menu(page)
    for key, text in EXPORTS:
        menu.addAction(text).triggered.connect(partial(_ask, asked, key))
    return menu


def _ask(asked: Callable[[str], object], key: str, _checked: bool = False) -> None:
    asked(key)


def open_below(menu: QMenu, button: QWidget) -> None:
    """Open a menu under the button that it belongs to."""
    menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
