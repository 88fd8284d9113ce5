"""`playground replay`: train a saved run again and say whether every bit is the same."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from playground.app.commands import FAILED, FINE, Failure


def add(commands: Any) -> None:
    """Add `replay`."""
    parser = commands.add_parser("replay", help="train a saved run again and compare it, bit for bit")
    parser.add_argument("file", metavar="FILE.run", type=Path, help="a run saved from the window")
    parser.set_defaults(run=run_replay)


def run_replay(options: argparse.Namespace) -> int:
    """Replay the run; status 1 if it ends elsewhere."""
    from playground.engine.run import Run
    from playground.session.run_file import NotARun, load_run, replay

    try:
        recorded = load_run(options.file)
        course = replay(recorded, Run)
    except NotARun as error:
        raise Failure(str(error)) from None
    assert course.run is not None
    steps, changes = course.run.steps, len(recorded.entries)
    print(f"{steps:,} steps and {changes:,} changes replayed; digest {course.run.digest()}")
    if course.run.digest() == recorded.digest:
        print("Every bit is as it was recorded.")
        return FINE
    print(f"This differs from the recorded run, whose digest is {recorded.digest}.")
    return FAILED
