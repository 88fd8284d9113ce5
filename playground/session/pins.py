"""Pinned runs: what a run was at one moment, as a frozen value to compare others with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from playground.engine.state import curves
from playground.experiment.data import Prepared, prepare
from playground.experiment.differences import lines, lowered
from playground.experiment.model import Experiment
from playground.session.here import evaluated, with_row
from playground.session.snapshot import Flag, Output, Snapshot
from playground.session.stopwatch import seconds_at

if TYPE_CHECKING:
    from playground.session.course import Course
    from playground.session.frames import Frames

MOST_PINS = 12
LONGEST_NAME = 40
MOST_ROWS = 5_000  # of the curves; longer ones are thinned


@dataclass(frozen=True, eq=False)
class Pinned:
    """A run at the moment it was pinned. Nothing of it changes but its name.

    `stages` are what it was trained with: (from which step on, experiment), the first from its first
    step. `timeline` and `branch` name where it lies in the session, as long as that goes on.
    """

    experiment: Experiment
    steps: int
    history: np.recarray[Any, Any]
    seconds: NDArray[np.float64]  # of training at each row of the history, NaN where not measured
    output: Output | None
    stages: tuple[tuple[int, Experiment], ...]
    changes: tuple[Flag, ...] = ()
    first_weights: str = ""  # a digest; "" if it is not known with what it began
    unit: str = ""  # of the target
    timeline: str = ""
    branch: int = 0  # the copy that was set aside
    source: int = 0  # the branch that it was pinned on
    done: int = 0  # changes that had been made
    name: str = ""
    slot: int = 0  # which colour and marker it has
    data: Prepared | None = field(default=None, repr=False)

    @property
    def prepared(self) -> Prepared:
        """The data that it learned from; ValueError where they are gone."""
        return self.data if self.data is not None else prepare(self.experiment.data, self.experiment.seed)

    def is_shown(self, snapshot: Snapshot) -> bool:
        """True while the run on screen stands where this one was pinned, with the same past."""
        here = snapshot.timeline
        place = (self.timeline, self.steps, self.done)
        same_past = self.source == here.current or self.branch in (here.current, here.came_from)
        return self.timeline != "" and same_past and place == (here.key, snapshot.steps, here.done)


def pinned(course: Course, frames: Frames) -> Pinned:
    """The run as it is now; for the worker between two slices."""
    run, source = course.run, course.timeline.current
    assert run is not None
    branch = course.set_aside()
    history = thinned(with_row(curves(run.records), evaluated(run)))
    first = branch.moments[0]
    stages = {first.step: first.experiment} | {each.step: each.change.after for each in branch.entries}
    return Pinned(
        experiment=run.experiment,
        steps=run.steps,
        history=history,
        seconds=seconds_at(branch.watch.marks, history["step"]),
        output=frames.output(),
        stages=tuple(stages.items()),
        changes=tuple(flag for flag in branch.flags() if flag.step > 0),
        first_weights=branch.first_weights,
        unit=run.prepared.target_unit,
        timeline=course.timeline.key,
        branch=branch.number,
        source=source.number,
        done=len(branch.entries),
        data=run.prepared,
    )


def thinned(history: np.recarray[Any, Any]) -> np.recarray[Any, Any]:
    """Some rows of a long history, evenly spread, the first and the last among them; a copy."""
    rows = np.linspace(0, len(history) - 1, min(len(history), MOST_ROWS)).astype(np.int64)
    return history[rows].view(np.recarray)


class PinBoard:
    """The pinned runs of a session, in the order in which they were pinned."""

    changed = Signal()

    def __init__(self, runs: Sequence[Pinned] = ()) -> None:
        self.runs: tuple[Pinned, ...] = tuple(runs)[:MOST_PINS]

    @property
    def full(self) -> bool:
        """True if one has to go before another can be pinned."""
        return len(self.runs) >= MOST_PINS

    def add(self, run: Pinned) -> Pinned:
        """Pin a run under a name that says how it differs, unless it has one; ValueError while full."""
        if self.full:
            raise ValueError(f"{MOST_PINS} runs are pinned. Unpin one first.")
        taken = {each.slot for each in self.runs}
        slot = run.slot if run.name and run.slot not in taken else min(set(range(MOST_PINS)) - taken)
        named = replace(run, slot=slot, name=run.name or proposed_name(run, self.runs))
        self._set((*self.runs, named))
        return named

    def remove(self, run: Pinned) -> None:
        """Unpin a run."""
        self._set(tuple(each for each in self.runs if each is not run))

    def rename(self, run: Pinned, name: str) -> None:
        """Call a run something else; an empty name leaves it as it is."""
        name = " ".join(name.split())[:LONGEST_NAME]
        if name:
            self._set(tuple(replace(each, name=name) if each is run else each for each in self.runs))

    def _set(self, runs: tuple[Pinned, ...]) -> None:
        self.runs = runs
        self.changed.emit()


def proposed_name(run: Pinned, others: Sequence[Pinned]) -> str:
    """What differs from the runs that are pinned already, in a word or two; the optimizer for the first."""
    taken = {each.name for each in others}
    differing = lines([run.experiment, *(each.experiment for each in others)])
    words = [_word(line.label, line.values[0]) for line in differing if line.differs]
    if not others:
        words = [_word(differing[0].label, differing[0].values[0])]
    words.append(f"Step {run.steps:,}")
    for count in range(1, len(words) + 1):
        name = ", ".join((words[0], *map(lowered, words[1:count])))[:LONGEST_NAME]
        if name not in taken:
            return name
    number = next(n for n in range(2, MOST_PINS + 3) if f"{words[0]} {n}" not in taken)
    return f"{words[0]} {number}"


def _word(label: str, value: str) -> str:
    """ "Adam" speaks for itself, "0.03" needs to be called a learning rate."""
    if not value[:1].isalpha() or value in ("on", "off", "none"):
        return f"{label} {value}"
    words = value.split(",")[0].split()
    return " ".join(words[:-1] if len(words) > 1 and words[-1][0].isdigit() else words)
