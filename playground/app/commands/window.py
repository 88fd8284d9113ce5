"""The two commands that show the window: `playground [FILE]` and `screenshot`."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playground.app.commands import (
    FILE_HELP,
    FINE,
    USAGE,
    Failure,
    must_train,
    open_experiment,
    whole_number,
)


def add(commands: Any) -> None:
    """Add `screenshot`."""
    parser = commands.add_parser("screenshot", help="a picture of the window, without a display")
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    parser.add_argument("picture", metavar="OUT.png", help="the picture to write")
    parser.add_argument(
        "--size", type=_size, default=(1440, 900), help="width x height, 1440x900 unless said"
    )
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="light unless said")
    parser.add_argument("--steps", type=whole_number(0, 10**9), default=0, help="training steps before it")
    parser.set_defaults(run=run_screenshot)


def _size(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,5})[xX×]([0-9]{1,5})", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not all(100 <= side <= 8000 for side in size):
        raise argparse.ArgumentTypeError(f'expected a size such as 1440x900, found "{text[:40]}"')
    return size


def open_window(arguments: Sequence[str], commands: Sequence[str]) -> int:
    """Open the window on a file, a preset, or what was open last; Failure without a display."""
    if len(arguments) > 1:
        raise Failure("The window opens one file at a time. See `playground --help`.", USAGE)
    file = arguments[0] if arguments else None
    if file is not None:
        _must_be_there(file, commands)
    from playground.app import preflight

    missing = preflight.check()
    if missing:
        raise Failure(missing, USAGE)
    from playground.app import start

    return int(start.main(file))


def _must_be_there(file: str, commands: Sequence[str]) -> None:
    """Tell a mistyped command from a file; a damaged file is the window's to explain."""
    from playground.experiment.files import find
    from playground.experiment.store import shown
    from playground.experiment.words import nearest

    try:
        there = file != "" and find(file).exists()
    except (OSError, ValueError):
        there = False
    if not there:
        near = nearest(file, commands)
        hint = f'Did you mean "playground {near}"?' if near else "See `playground --help`."
        raise Failure(f"There is no command, file or example called {shown(file)}. {hint}", USAGE)


def run_screenshot(options: argparse.Namespace) -> int:
    """Take the picture."""
    experiment = open_experiment(options.file)
    if options.steps:
        must_train(options.file, experiment)
    from playground.app import screenshot

    screenshot.take(experiment, Path(options.picture), options.size, options.theme, options.steps)
    return FINE
