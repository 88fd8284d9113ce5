"""Pinning the run, the page that compares pinned runs, and what can be done with each of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QInputDialog, QWidget

from playground.app.exporting import export
from playground.session.pins import MOST_PINS, Pinned

if TYPE_CHECKING:
    from playground.app.window import Window

PAGE = "compare"
PINNED = "Pinned this run as"
FULL = f"{MOST_PINS} runs are pinned. Unpin one on the page to make room."


def pin(window: Window) -> None:
    """Keep the run as it is now, to compare others with it."""
    if window.pins.full:
        window.banner.show_message(FULL, _to_the_page(window))
        return
    found = window.trainer.pin()
    if found is None:
        window.banner.show_message("There is no run to pin yet: it cannot train as it is.", [])
        return
    run = window.pins.add(found)
    _mark_branch(window, run, run.name, True)
    called = ("Rename…", partial(rename, window, run))
    window.banner.show_message(
        f"{PINNED} {run.name}, at step {run.steps:,}.", [called, *_to_the_page(window)]
    )


def _to_the_page(window: Window) -> list[tuple[str, Callable[[], object]]]:
    """A button that leads there, except from there."""
    return [] if window.pages.key == PAGE else [("Compare", partial(open_page, window))]


def turned(window: Window, key: str) -> None:
    """On the page itself nobody needs to be told how to get there."""
    if key == PAGE and window.banner.text().startswith((PINNED, FULL)):
        window.banner.clear()


def open_page(window: Window) -> None:
    """Show the pinned runs."""
    window.banner.clear()
    if window.pages.key != PAGE:
        window.pages.toggle(PAGE)


def page(window: Window) -> QWidget:
    """The page, made when it is first opened."""
    from playground.views.compare.compare_page import ComparePage

    made = ComparePage(window)
    made.set_runs(window.pins.runs)
    made.set_seeds(window.seeds)
    window.pins.changed.connect(lambda: made.set_runs(window.pins.runs))
    window.seeds.changed.connect(lambda: made.set_seeds(window.seeds))
    made.pinRequested.connect(partial(pin, window))
    made.showRequested.connect(partial(show, window))
    made.renameRequested.connect(partial(rename, window))
    made.unpinRequested.connect(partial(unpin, window))
    made.repeatRequested.connect(partial(window.do, "luck"))
    made.exportRequested.connect(partial(export, window, made))
    return made


def show(window: Window, run: Pinned) -> None:
    """Bring a pinned run back: its place on the timeline, or its experiment from first weights."""
    snapshot = window.trainer.latest()
    timeline = snapshot.timeline if snapshot is not None else None
    branches = timeline.branches if timeline is not None and timeline.key == run.timeline else ()
    for branch in branches:
        if branch.number == run.branch and branch.experiment is not None:
            if snapshot is None or not run.is_shown(snapshot):
                window.document.finish_merge()
                window.document.branch(branch.experiment, f"Show {run.name}", number=branch.number)
            return
    window.trainer.pause()
    window.document.begin_again(run.experiment, f"Show {run.name}")
    words = f"{run.name} is no longer in this session: its settings are here, at its first weights."
    window.banner.show_message(words, [("Undo", window.document.undo), ("Train", window.trainer.play)])


def rename(window: Window, run: Pinned) -> None:
    """Ask for another name."""
    now = next((each for each in window.pins.runs if each.slot == run.slot), run)
    name, accepted = QInputDialog.getText(window, "Rename run", "Name of this run", text=now.name)
    if accepted and name.strip():
        window.pins.rename(now, name)
        _mark_branch(window, now, name.strip(), True)


def unpin(window: Window, run: Pinned) -> None:
    """Let a pinned run go; it can be pinned again."""
    window.pins.remove(run)
    _mark_branch(window, run, run.name, False)
    again = [("Pin again", partial(pin_again, window, run))]
    window.banner.show_message(f"Unpinned {run.name}.", again)


def _mark_branch(window: Window, run: Pinned, name: str, pinned: bool) -> None:
    """Call the copy on the timeline as the run is called; a pinned one outlives a reset."""
    snapshot = window.trainer.latest()
    if snapshot is not None and snapshot.timeline.key == run.timeline:
        window.trainer.name_branch(run.branch, name, pinned)


def pin_again(window: Window, run: Pinned) -> None:
    """Take back that a run was unpinned."""
    window.banner.clear()
    if not window.pins.full:
        window.pins.add(run)
        _mark_branch(window, run, run.name, True)
