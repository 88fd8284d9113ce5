"""Every command of the program in one table: menus, shortcuts and the sheet of shortcuts come from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu

from playground.app import (
    curing,
    filing,
    look,
    network,
    pinning,
    predicting,
    reporting,
    runs,
    taking,
    training,
    travel,
)

if TYPE_CHECKING:
    from playground.app.window import Window


@dataclass(frozen=True)
class Command:
    """One command and what it does to a window; without a `key` it is a separator.

    `fill` makes it a submenu that is filled as it opens. Shortcuts of a single key act only while nothing is
    being typed (`Window.event`).
    """

    key: str
    menu: str
    text: str
    do: Callable[[Window], object] | None = None
    shortcut: str = ""
    also: tuple[str, ...] = ()  # further shortcuts
    checkable: bool = False
    fill: Callable[[Window, QMenu], None] | None = None


MENUS = ("File", "Edit", "Network", "Training", "Results", "View", "Help")


def _page(key: str, text: str, shortcut: str) -> Command:
    """The command that turns a page."""
    return Command(key, "Results", text, partial(look.page, key), shortcut, checkable=True)


COMMANDS: tuple[Command, ...] = (
    Command("new", "File", "New", filing.new, "Ctrl+N"),
    Command("open", "File", "Open…", filing.choose, "Ctrl+O"),
    Command("open_table", "File", "Open table…", filing.choose_table, "Ctrl+Shift+O"),
    Command("recent", "File", "Open recent", fill=filing.fill_recent),
    Command("examples", "File", "Examples…", look.examples, "Ctrl+E"),
    Command("", "File", ""),
    Command("save", "File", "Save", filing.save_here, "Ctrl+S"),
    Command("save_as", "File", "Save as…", filing.save_as, "Ctrl+Shift+S"),
    Command("rename", "File", "Rename experiment…", filing.rename, "F2"),
    Command("", "File", ""),
    Command("save_run", "File", "Save run…", runs.save),
    Command("open_run", "File", "Open run…", runs.open_run),
    Command("", "File", ""),
    Command("export", "File", "Export network…", taking.export, "Ctrl+Shift+E"),
    Command("predict", "File", "Predict on a table…", predicting.predict),
    Command("report", "File", "Report…", reporting.report, "Ctrl+Shift+R"),
    Command("save_picture", "File", "Save picture…", taking.save_picture, "Ctrl+Shift+P"),
    Command("", "File", ""),
    Command("preferences", "File", "Preferences…", look.preferences, "Ctrl+,"),
    Command("quit", "File", "Quit", look.close, "Ctrl+Q"),
    Command("undo", "Edit", "Undo", network.undo, "Ctrl+Z"),
    Command("redo", "Edit", "Redo", network.redo, "Ctrl+Shift+Z", also=("Ctrl+Y",)),
    Command("", "Edit", ""),
    Command("copy_text", "Edit", "Copy experiment as text", runs.copy_text, "Ctrl+Shift+C"),
    Command("paste_text", "Edit", "Paste experiment", runs.paste_text, "Ctrl+Shift+V"),
    Command("", "Edit", ""),
    Command("delete_layer", "Edit", "Delete layer", network.delete_layer, "Del", also=("Backspace",)),
    Command("add_layer", "Network", "Add layer…", network.add_layer, "A"),
    Command("more_units", "Network", "One unit more", network.more_units, "+", also=("=",)),
    Command("fewer_units", "Network", "One unit fewer", network.fewer_units, "-"),
    Command("", "Network", ""),
    Command("next_weight", "Network", "Next weight of the neuron", network.next_weight, "W"),
    Command("last_weight", "Network", "Weight before", network.last_weight, "Shift+W"),
    Command("choose_weight", "Network", "Follow or look along this weight", network.choose_weight, "X"),
    Command("freeze", "Network", "Freeze, or let learn again", network.freeze, "F"),
    Command("zero", "Network", "Set weight or bias to 0", network.zero, "0"),
    Command("", "Network", ""),
    Command("check", "Network", "Check experiment", network.check),
    Command("play", "Training", "Play or pause", training.play, "Space"),
    Command("step", "Training", "One step", training.step, "Right"),
    Command("epoch", "Training", "One epoch", training.epoch, "Shift+Right"),
    Command("step_back", "Training", "One step back", travel.step_back, "Left"),
    Command("epoch_back", "Training", "Back to the last evaluation", travel.epoch_back, "Shift+Left"),
    Command("first_step", "Training", "Back to the first step", travel.first_step, "Home"),
    Command("watch", "Training", "Watch the run again", travel.watch, "Shift+Space"),
    Command("back_to_live", "Training", "Back to live", travel.back_to_live, "End"),
    Command("branch_off", "Training", "Continue from here", travel.branch_off, "Ctrl+B"),
    Command("reset", "Training", "Reset", training.reset, "R"),
    Command("", "Training", ""),
    Command("slow_motion", "Training", "Slow motion", look.slow_motion, "S", checkable=True),
    Command("", "Training", ""),
    Command("slower", "Training", "Slower", training.slower, "["),
    Command("faster", "Training", "Faster", training.faster, "]"),
    Command("flat_out", "Training", "As fast as possible", training.flat_out, "9"),
    Command("metrics", "Results", "Metrics", partial(look.sheet, "metrics"), "Q"),
    _page("residuals", "Residuals", "E"),
    _page("diagnostics", "Diagnostics", "D"),
    Command("", "Results", ""),
    Command("pin", "Results", "Pin run", pinning.pin, "P"),
    _page(pinning.PAGE, "Compare pinned runs", "C"),
    _page("race", "Race", "Ctrl+R"),
    _page("luck", "Is it luck?", "K"),
    Command("", "Results", ""),
    Command("checkup", "Results", "What goes wrong", partial(look.sheet, "checkup"), "G"),
    Command("cures", "Results", "Try the cures", curing.show, "Ctrl+G", checkable=True),
    Command("fit", "View", "Fit network", look.fit, "Ctrl+0"),
    Command("zoom_in", "View", "Zoom in", look.zoom_in, "Ctrl++", also=("Ctrl+=",)),
    Command("zoom_out", "View", "Zoom out", look.zoom_out, "Ctrl+-"),
    Command("", "View", ""),
    Command("numbers", "View", "Weights and biases", partial(look.sheet, "numbers"), "T"),
    Command("maths", "View", "Show the maths", partial(look.sheet, "maths"), "M"),
    Command("landscape", "View", "Loss landscape", partial(look.sheet, "landscape"), "L"),
    Command("try_input", "View", "Try an input", look.try_input, "I"),
    Command("", "View", ""),
    Command("light", "View", "Light colours", partial(look.set_colours, "light"), checkable=True),
    Command("dark", "View", "Dark colours", partial(look.set_colours, "dark"), checkable=True),
    Command("system", "View", "Colours of the system", partial(look.set_colours, "system"), checkable=True),
    Command("", "View", ""),
    Command("menu_bar", "View", "Menu bar", look.menu_bar, "Ctrl+M", checkable=True),
    Command("full_screen", "View", "Full screen", look.full_screen, "F11", checkable=True),
    Command("shortcuts", "Help", "Shortcuts", look.shortcuts, "F1", also=("?",)),
    Command("about", "Help", "About Network Playground", look.about),
)
