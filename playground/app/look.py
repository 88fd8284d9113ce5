"""What is on screen: zoom, sheets, colours, preferences and help."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from playground.app import dialogs, filing
from playground.views.examples import Examples
from playground.views.theme import theme

if TYPE_CHECKING:
    from playground.app.window import Window

COLOURS = ("light", "dark", "system")


def fit(window: Window) -> None:
    """Show the whole network."""
    window.canvas.fit()


def zoom_in(window: Window) -> None:
    """Larger."""
    window.canvas.zoom(1.25)


def zoom_out(window: Window) -> None:
    """Smaller."""
    window.canvas.zoom(0.8)


def sheet(key: str, window: Window) -> None:
    """Show a sheet beside the canvas, or put it away."""
    window.pages.leave()
    window.right.toggle_sheet(key)
    window.ask_for_views()


def try_input(window: Window) -> None:
    """Make an input by hand and watch it travel, or put that away."""
    window.pages.leave()
    if window.slow.active:
        window.slow.set_active(False, None)
    window.right.toggle_trial()
    window.ask_for_views()


def page(key: str, window: Window) -> None:
    """Show a page in place of the canvas and its panels, or put it away."""
    window.pages.toggle(key)


def slow_motion(window: Window) -> None:
    """One training step in slow motion, or back to full speed."""
    window.pages.leave()
    window.slow.set_active(not window.slow.active, window.trainer.latest())


def examples(window: Window) -> None:
    """Show the examples; a click opens one."""
    gallery = window.findChild(Examples)
    if gallery is None:
        gallery = Examples(window, window.reporter.report)
        gallery.chosen.connect(partial(filing.open_path, window))
    gallery.open()


def set_colours(name: str, window: Window) -> None:
    """Light, dark, or as the system is set."""
    window.settings.theme = name
    theme().set(name)
    for key in COLOURS:
        window.actions_by_key[key].setChecked(key == name)
    window.keep_settings()


def full_screen(window: Window) -> None:
    """Fill the screen, or go back."""
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


def menu_bar(window: Window) -> None:
    """Show or hide the menu bar."""
    window.settings.menu_bar = not window.settings.menu_bar
    window.menuBar().setVisible(window.settings.menu_bar)
    window.keep_settings()


def preferences(window: Window) -> None:
    """Show the preferences."""
    if dialogs.edit_preferences(window, window.settings):
        theme().set(window.settings.theme)
        theme().reduced_motion = window.settings.reduced_motion
        window.trainer.set_budget(window.settings.kept_megabytes * 1_000_000)
        window.menuBar().setVisible(window.settings.menu_bar)
        window.keep_settings()


def close(window: Window) -> None:
    """Close the window; the session is kept."""
    window.close()


def shortcuts(window: Window) -> None:
    """Show every shortcut."""
    dialogs.show_shortcuts(window)


def about(window: Window) -> None:
    """What this program is."""
    dialogs.show_about(window)


def fold(window: Window) -> None:
    """Fold what no longer fits, in the order of the design."""
    width, height = window.width(), window.height()
    window.left.set_rail(width < 1280)
    window.top_bar.set_compact(width < 1280)
    window.slow.sheet.setFixedWidth(430 if width >= 1280 else 350)
    window.right.setFixedWidth(380 if width >= 1700 else 328)
    window.canvas.set_compact(width < 1180)
    window.dock.setFixedHeight(250 if height >= 1000 else 150 if height < 740 else 212)
