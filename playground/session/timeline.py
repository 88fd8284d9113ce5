"""The timeline: every step of a run can be reached again, bit for bit.

A run is an experiment, a seed and the changes made to it at certain steps. States of the run are kept
now and then, thinned within a memory budget; any step is the nearest kept state before it, run forward.
A branch is one such course of events; going back and changing something begins another one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.state import curves
from playground.experiment.model import Experiment
from playground.session.document import Change
from playground.session.gradient_log import GradientLog
from playground.session.snapshot import Flag, RateChange
from playground.session.stopwatch import Stopwatch

if TYPE_CHECKING:
    from playground.engine.state import RunState

BUDGET = 256_000_000  # bytes of kept states, over all branches
FIRST_INTERVAL = 0.05  # seconds of training between two kept states, until they are thinned
MOST_MOMENTS = 2000


@dataclass(frozen=True)
class Entry:
    """A change as the run saw it: after `step` finished steps this became the experiment."""

    step: int
    change: Change


@dataclass(frozen=True)
class Moment:
    """A kept state: after `step` steps and the first `entries` changes. Its curves end at `records`."""

    step: int
    entries: int
    experiment: Experiment
    state: RunState
    records: int

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands on its branch; moments of one branch are sorted by it."""
        return self.step, self.entries

    @property
    def nbytes(self) -> int:
        """The memory that it holds; the curves are the branch's."""
        return sum(array.nbytes for array in self.state.tensors.values())


@dataclass(eq=False)
class Branch:
    """One course of events: the changes, the kept states, and the curves up to its last step."""

    number: int
    name: str
    entries: list[Entry] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    records: np.ndarray[Any, Any] = field(default_factory=lambda: np.zeros((0, 7)))
    tip: int = 0  # the furthest step reached
    pinned: bool = False
    frozen: bool = False  # a pinned run: it stays as it is, and what goes on from it is another branch
    watch: Stopwatch = field(default_factory=Stopwatch)
    came_from: int = 0  # the number of the branch that it began on
    gradients: GradientLog = field(default_factory=GradientLog)
    first_weights: str = ""  # a digest of what training began with; "" where that is not known
    _drawn: tuple[np.ndarray[Any, Any], np.recarray[Any, Any]] | None = None

    @property
    def experiment(self) -> Experiment | None:
        """What is trained at its last step."""
        if self.entries:
            return self.entries[-1].change.after
        return self.moments[-1].experiment if self.moments else None

    @property
    def end(self) -> tuple[int, int]:
        """The place of its last step and last change."""
        return self.tip, len(self.entries)

    def flags(self) -> tuple[Flag, ...]:
        """The changes in words, one flag a step and label; none for what was taken back where it was made."""
        standing: list[Entry] = []
        for entry in self.entries:
            undone, parts = entry.change.kind == "undo", set(entry.change.numbers)
            made = [e for e in standing if e.step == entry.step and parts.issuperset(e.change.numbers)]
            if undone and parts == {number for e in made for number in e.change.numbers}:
                standing = [e for e in standing if e not in made]
            else:
                standing.append(entry)
        named = [
            (e.step, f"Undo {e.change.label}" if e.change.kind == "undo" else e.change.label)
            for e in standing
            if e.change.label
        ]
        return tuple(dict.fromkeys(Flag(*each) for each in named))

    def curves(self) -> np.recarray[Any, Any]:
        """All its curves, as columns with names."""
        if self._drawn is None or self._drawn[0] is not self.records:
            self._drawn = (self.records, curves(self.records))
        return self._drawn[1]

    def nearest(self, step: int) -> Moment | None:
        """The latest kept state that is not after `step`."""
        before = [moment for moment in self.moments if moment.step <= step]
        return before[-1] if before else None

    def keep(self, moment: Moment) -> None:
        """Put a state in its place, unless one stands there already."""
        at = len(self.moments)
        while at and self.moments[at - 1].place > moment.place:
            at -= 1
        if not at or self.moments[at - 1].place != moment.place:
            self.moments.insert(at, moment)

    def entries_until(self, step: int) -> int:
        """How many changes had been made once `step` steps were done."""
        return sum(entry.step <= step for entry in self.entries)

    def same_task_since(self, step: int) -> int:
        """After which step the curves up to `step` are of the same data and loss; −1 for all of them."""
        for entry in reversed(self.entries[: self.entries_until(step)]):
            before, after = entry.change.before, entry.change.after
            if (before.data, before.training.loss) != (after.data, after.training.loss):
                return entry.step
        return -1

    def rate_change(self, step: int) -> RateChange | None:
        """The last change of the learning rate up to `step`; None if it is what it was at first."""
        for entry in reversed(self.entries[: self.entries_until(step)]):
            before, after = (
                getattr(each.training.optimizer, "learning_rate", None)
                for each in (entry.change.before, entry.change.after)
            )
            if before != after:
                return RateChange(entry.step, before, after)
        return None

    def next_entry(self, done: int) -> Entry | None:
        """The change that comes after the first `done`."""
        return self.entries[done] if done < len(self.entries) else None

    def up_to(self, number: int, name: str, place: tuple[int, int], records: int) -> Branch:
        """A branch that shares all that happened up to a place."""
        step, entries = place
        return Branch(
            number,
            name,
            self.entries[:entries],
            [moment for moment in self.moments if moment.place <= place],
            self.records[:records],
            step,
            watch=self.watch.until(step),
            came_from=self.number,
            gradients=self.gradients.until(step),
            first_weights=self.first_weights,
        )


class Timeline:
    """All branches of a session, and which one is on screen."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.key = secrets.token_hex(8)  # tells its branches from those of another timeline
        self.budget = budget
        self.interval = FIRST_INTERVAL  # seconds of training between two kept states
        self.branches: list[Branch] = [Branch(1, "Run 1")]
        self.current = self.branches[0]
        self.nbytes = 0
        self._made = self._numbered = 1

    def keep(self, moment: Moment) -> None:
        """Keep a state of the branch at hand, within the budget."""
        self.current.keep(moment)
        self.nbytes += moment.nbytes
        if self.nbytes > self.budget or len(self.current.moments) > MOST_MOMENTS:
            self._thin()

    def set_budget(self, budget: int) -> None:
        """Give kept states more memory, or less: then some are let go at once."""
        self.budget = budget
        while self.nbytes > self.budget and any(len(branch.moments) > 2 for branch in self.branches):
            self._thin()

    def _thin(self) -> None:
        """Drop every second kept state and keep half as many from now on; the ends of a branch stay."""
        self.interval *= 2
        dropped = {id(moment) for branch in self.branches for moment in branch.moments[1:-1:2]}
        for branch in self.branches:
            ends = {id(moment) for moment in (*branch.moments[:1], *branch.moments[-1:])}
            branch.moments = [m for m in branch.moments if id(m) not in dropped or id(m) in ends]
        self._measure()

    def _measure(self) -> None:
        """Count the bytes anew: branches share what they have in common."""
        distinct = {id(moment): moment for branch in self.branches for moment in branch.moments}
        self.nbytes = sum(moment.nbytes for moment in distinct.values())

    def fork(self, place: tuple[int, int], records: int) -> Branch:
        """Begin a branch at this place of the one at hand, which stays as it is. Returns the old one."""
        old = self.current
        self._made += 1
        self._numbered += 1  # copies of pinned runs have names of their own
        self.current = old.up_to(self._made, f"Run {self._numbered}", place, records)
        self.branches.append(self.current)
        return old

    def set_aside(self, place: tuple[int, int], records: int) -> Branch:
        """Keep a copy of all that happened up to this place, which the one at hand goes on from."""
        self._made += 1
        aside = self.current.up_to(self._made, self.current.name, place, records)
        aside.pinned = aside.frozen = True
        self.branches.append(aside)
        return aside

    def restart(self) -> Branch:
        """Begin again at step 0; the branch at hand leaves the screen. Returns it: undo brings it back."""
        old = self.current
        self._made += 1
        self.current = Branch(self._made, old.name)
        self.branches = [
            each for each in self.branches if each.pinned or (each is not old and not each.frozen)
        ]
        self.branches.append(self.current)
        old.moments = [*old.moments[:1], *old.moments[1:][-1:]]
        self._measure()
        return old

    def select(self, branch: Branch) -> Branch:
        """Bring a branch on screen, also one that had been discarded. Returns the one before.

        Of a frozen one a copy comes on screen, and is gone again if nothing came of it.
        """
        before = self.current
        if branch.frozen:
            self._made += 1
            name = f"From {branch.name}"
            branch = branch.up_to(self._made, name, branch.end, len(branch.records))
        if any(each.frozen and each.end == before.end and _shares(each, before) for each in self.branches):
            self.branches = [each for each in self.branches if each is not before]
        if not any(each is branch for each in self.branches):
            self.branches.append(branch)
        self.current = branch
        self._measure()
        return before

    def discard(self, branch: Branch) -> None:
        """Let go of a branch that is not on screen, with its kept states."""
        if branch is not self.current:
            self.branches = [each for each in self.branches if each is not branch]
            self._measure()


def _shares(one: Branch, other: Branch) -> bool:
    """True if two branches began as the same."""
    return bool(one.moments and other.moments) and one.moments[0] is other.moments[0]


def without_curves(state: RunState) -> RunState:
    """A state for keeping: its curves are a part of the branch's."""
    return replace(state, history=state.history[:0])
