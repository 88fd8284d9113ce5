"""Every command of the program in one table: menus, shortcuts and the sheet of shortcuts come from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """One command: `key` names the window's method `do_<key>`, "" as `text` a separator.

    `plain` marks single-key shortcuts: they act only while nothing is being typed.
    """

    key: str
    menu: str
    text: str
    shortcut: str = ""
    also: tuple[str, ...] = ()  # further shortcuts
    plain: bool = False
    checkable: bool = False


MENUS = ("File", "Edit", "Network", "Training", "View", "Help")

COMMANDS: tuple[Command, ...] = (
    Command("new", "File", "New", "Ctrl+N"),
    Command("open", "File", "Open…", "Ctrl+O"),
    Command("open_table", "File", "Open table…", "Ctrl+Shift+O"),
    Command("recent", "File", "Open recent"),
    Command("examples", "File", "Examples…", "Ctrl+E"),
    Command("", "File", ""),
    Command("save", "File", "Save", "Ctrl+S"),
    Command("save_as", "File", "Save as…", "Ctrl+Shift+S"),
    Command("rename", "File", "Rename experiment…", "F2"),
    Command("", "File", ""),
    Command("save_run", "File", "Save run…"),
    Command("open_run", "File", "Open run…"),
    Command("", "File", ""),
    Command("export", "File", "Export network…", "Ctrl+Shift+E"),
    Command("save_picture", "File", "Save picture…", "Ctrl+Shift+P"),
    Command("", "File", ""),
    Command("preferences", "File", "Preferences…", "Ctrl+,"),
    Command("quit", "File", "Quit", "Ctrl+Q"),
    Command("undo", "Edit", "Undo", "Ctrl+Z"),
    Command("redo", "Edit", "Redo", "Ctrl+Shift+Z", also=("Ctrl+Y",)),
    Command("", "Edit", ""),
    Command("copy_text", "Edit", "Copy experiment as text", "Ctrl+Shift+C"),
    Command("paste_text", "Edit", "Paste experiment", "Ctrl+Shift+V"),
    Command("", "Edit", ""),
    Command("delete_layer", "Edit", "Delete layer", "Del", also=("Backspace",), plain=True),
    Command("add_layer", "Network", "Add layer…", "A", plain=True),
    Command("more_units", "Network", "One unit more", "+", also=("=",), plain=True),
    Command("fewer_units", "Network", "One unit fewer", "-", plain=True),
    Command("", "Network", ""),
    Command("check", "Network", "Check experiment"),
    Command("play", "Training", "Play or pause", "Space", plain=True),
    Command("step", "Training", "One step", "Right", plain=True),
    Command("epoch", "Training", "One epoch", "Shift+Right", plain=True),
    Command("step_back", "Training", "One step back", "Left", plain=True),
    Command("epoch_back", "Training", "Back to the last evaluation", "Shift+Left", plain=True),
    Command("first_step", "Training", "Back to the first step", "Home", plain=True),
    Command("back_to_live", "Training", "Back to live", "End", plain=True),
    Command("branch_off", "Training", "Continue from here", "Ctrl+B"),
    Command("reset", "Training", "Reset", "R", plain=True),
    Command("", "Training", ""),
    Command("slow_motion", "Training", "Slow motion", "S", plain=True, checkable=True),
    Command("", "Training", ""),
    Command("slower", "Training", "Slower", "[", plain=True),
    Command("faster", "Training", "Faster", "]", plain=True),
    Command("flat_out", "Training", "As fast as possible", "9", plain=True),
    Command("fit", "View", "Fit network", "Ctrl+0"),
    Command("zoom_in", "View", "Zoom in", "Ctrl++", also=("Ctrl+=",)),
    Command("zoom_out", "View", "Zoom out", "Ctrl+-"),
    Command("", "View", ""),
    Command("numbers", "View", "Weights and biases", "T", plain=True),
    Command("maths", "View", "Show the maths", "M", plain=True),
    Command("landscape", "View", "Loss landscape", "L", plain=True),
    Command("checkup", "View", "What goes wrong", "G", plain=True),
    Command("", "View", ""),
    Command("light", "View", "Light colours", checkable=True),
    Command("dark", "View", "Dark colours", checkable=True),
    Command("system", "View", "Colours of the system", checkable=True),
    Command("", "View", ""),
    Command("menu_bar", "View", "Menu bar", "Ctrl+M", checkable=True),
    Command("full_screen", "View", "Full screen", "F11", checkable=True),
    Command("shortcuts", "Help", "Shortcuts", "F1", also=("?",)),
    Command("about", "Help", "About Network Playground"),
)
