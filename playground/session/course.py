"""The course of a run: the engine, every change made to it, and the way back to any of its steps.

Changes go through `perform`, training through `advance`, travel through `seek`. The same changes at the
same steps give the same bits, so a step is reached again by training on from the nearest kept state.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.state import Overwritten
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem, problems
from playground.experiment.surgery import carried
from playground.session.document import ByHand, Change
from playground.session.probe import Probe, same_task
from playground.session.snapshot import BranchView, TimelineView
from playground.session.stopwatch import Stopwatch
from playground.session.timeline import BUDGET, Branch, Entry, Moment, Timeline, without_curves

if TYPE_CHECKING:
    from playground.engine.run import Advance, Run
    from playground.engine.state import RunState

KEPT_BYTES = 256_000_000  # overwritten weights kept for undo
COPY_SHARE = 0.01  # of the training time, at most, for copying states
SLICE = 8.0  # milliseconds of running forward between two looks at whether it is still wanted


def set_by_hand(run: Run, touches: tuple[ByHand, ...]) -> tuple[ByHand, ...]:
    """Put these numbers in place; returns what stood there. Places that are gone are passed over."""
    before = []
    parameters = run.parameters
    for touch in touches:
        array = parameters.get(touch.tensor)
        if array is None or len(touch.place) != array.ndim:
            continue
        if all(0 <= at < size for at, size in zip(touch.place, array.shape, strict=True)):
            before.append(replace(touch, value=float(array[touch.place])))
            array[touch.place] = touch.value
    run.set_parameters({touch.tensor: parameters[touch.tensor] for touch in before})
    return tuple(reversed(before))


class Course:
    """One run with all that happened to it. Belongs to the worker thread."""

    def __init__(
        self, experiment: Experiment, make: Callable[[Experiment], Run], budget: int = BUDGET
    ) -> None:
        self._make = make
        self.run: Run | None = None
        self.experiment = experiment  # of the document; the run's is older while it has problems
        self.problems: tuple[Problem, ...] = ()
        self.timeline = Timeline(budget)
        self._pieces: dict[tuple[str, int], Any] = {}
        self._waiting: list[tuple[str, int]] = []
        self._done = 0  # changes of the branch that the run has seen
        self._restart_due = False  # a restart was asked for while the experiment could not train
        self._next_keep = 0.0
        self.moved: float | None = None  # how far the last change of a trained network moved its predictions
        self._adopt(experiment, [])
        self._keep()

    # Where the run is ------------------------------------------------------------------------------

    @property
    def travelled(self) -> bool:
        """True while the run stands before the last step, or the last change, of its branch."""
        branch = self.timeline.current
        return self.run is not None and (self.run.steps < branch.tip or self._done < len(branch.entries))

    @property
    def first_step(self) -> int:
        """The earliest step that can be reached."""
        moments = self.timeline.current.moments
        return moments[0].step if moments else 0

    def resume(self, state: RunState) -> None:
        """Go on with a run that was kept: its last step is the first that can be reached."""
        assert self.run is not None
        self.run.restore(state)
        self.timeline.restart()
        self.timeline.current.tip = self.run.steps
        self._keep()

    def origin(self) -> dict[str, Any]:
        """How the branch began and how long it took, as arrays to be kept with its last step."""
        branch = self.timeline.current
        first = np.frombuffer(branch.first_weights.encode(), np.uint8)
        return {"first_weights": first, "times": branch.watch.marks}

    def recall_origin(self, arrays: dict[str, Any]) -> None:
        """Take from such arrays what a run that goes on cannot know by itself."""
        branch = self.timeline.current
        if "first_weights" in arrays and "times" in arrays:
            branch.first_weights = bytes(arrays["first_weights"]).decode(errors="replace")
            branch.watch = Stopwatch(arrays["times"])

    def view(self) -> TimelineView:
        """The timeline as views show it."""
        timeline, branch = self.timeline, self.timeline.current
        if not self.travelled and self.run is not None:
            branch.records = self.run.records
        return TimelineView(
            travelled=self.travelled,
            first=self.first_step,
            tip=branch.tip,
            flags=branch.flags(),
            branches=tuple(
                BranchView(b.number, b.name, b.tip, b.pinned, b is branch, b.curves(), b.experiment)
                for b in timeline.branches
            ),
            nbytes=timeline.nbytes,
            budget=timeline.budget,
            key=timeline.key,
            times=branch.watch.marks,
            current=branch.number,
            came_from=branch.came_from,
            done=self._done,
            rate_change=branch.rate_change(self.run.steps) if self.run is not None else None,
        )

    def kept(self) -> tuple[Experiment, RunState] | None:
        """The last step of the branch, and what is trained there; None if nothing can be."""
        if self.run is None:
            return None
        branch = self.timeline.current
        if not self.travelled:
            return self.run.experiment, self.run.state()
        last = branch.moments[-1]
        return last.experiment, replace(last.state, history=branch.records[: last.records])

    # Training --------------------------------------------------------------------------------------

    def advance(self, milliseconds: float, most_steps: int | None = None) -> Advance:
        """Train; where the branch has a future already, go along it, changes included."""
        assert self.run is not None
        if self.travelled:
            self._catch_up()
            bound = self._to_next_event()
            if bound:
                most_steps = bound if most_steps is None else min(bound, most_steps)
        if self.problems:  # the last change may have left what cannot train
            most_steps = 0
        branch, before = self.timeline.current, self.run.steps
        new = before >= branch.tip
        self._note_first_weights()
        start = time.perf_counter()
        done = self.run.advance(milliseconds, most_steps)
        if new:
            branch.watch.add(before, self.run.steps, time.perf_counter() - start)
        if time.monotonic() >= self._next_keep and not done.stopped:
            self._keep()  # finishes the step under way
        branch.tip = max(branch.tip, self.run.steps)
        return done

    def _note_first_weights(self) -> None:
        """Training begins here: remember with which weights, to tell runs that began alike."""
        if self.run is not None and self.run.steps == 0:
            values = self.run.parameters
            digest = hashlib.sha256()
            for name in sorted(values):
                digest.update(name.encode() + np.ascontiguousarray(values[name]).tobytes())
            self.timeline.current.first_weights = digest.hexdigest()

    def _to_next_event(self) -> int:
        """Steps to the next change, or to the tip."""
        assert self.run is not None
        branch = self.timeline.current
        entry = branch.next_entry(self._done)
        return (entry.step if entry else branch.tip) - self.run.steps

    def _catch_up(self) -> None:
        """Make the changes that were made at this step."""
        assert self.run is not None
        branch = self.timeline.current
        entry = branch.next_entry(self._done)
        while entry is not None and entry.step <= self.run.steps:
            self._make_change(entry.change)
            self._done += 1
            entry = branch.next_entry(self._done)

    def _keep(self) -> None:
        """Keep the state of this moment; how long that took decides when the next is kept."""
        if self.run is None or self.problems:
            return
        start = time.thread_time()  # what else the machine does costs the run nothing
        self.timeline.keep(self.moment())
        cost = time.thread_time() - start
        self._next_keep = time.monotonic() + max(self.timeline.interval, cost / COPY_SHARE)

    def moment(self) -> Moment:
        """Where the run stands, to stand there again with `restore`."""
        assert self.run is not None
        state = self.run.state()
        place = (self.run.steps, self._done)
        return Moment(*place, self.run.experiment, without_curves(state), len(state.history))

    # Travel ----------------------------------------------------------------------------------------

    def seek(self, step: int, wanted: Callable[[], bool] = lambda: True) -> bool:
        """Go to a step of the branch, bit for bit; False if given up because `wanted` said so."""
        if self.run is None:
            return True
        branch = self.timeline.current
        self._leave()
        step = min(max(step, self.first_step), branch.tip)
        start = branch.nearest(step)
        behind = start is None or start.step <= self.run.steps <= step
        if start is not None and not (behind and self._done <= branch.entries_until(step)):
            self.restore(start)
        self._catch_up()
        arrived = self._run_forward(step, wanted)
        if len(self.run.records) > len(branch.records):  # a replay goes where the run has not been yet
            branch.records = self.run.records
        return arrived

    def _run_forward(self, step: int, wanted: Callable[[], bool]) -> bool:
        """Train on to a step, making the changes again; what takes long is kept for the next time."""
        assert self.run is not None
        while self.run.steps < step:
            if not wanted():
                return False
            bound = min(step - self.run.steps, self._to_next_event())
            self._note_first_weights()
            if self.run.advance(SLICE, bound).stopped == "not_finite":
                return True
            self._catch_up()
            if time.monotonic() >= self._next_keep:
                self._keep()
        return True

    def _leave(self) -> None:
        """Before the run goes elsewhere: what the branch has come to can be returned to."""
        if not self.travelled and self.run is not None:
            self.timeline.current.records = self.run.records
            self._keep()

    def restore(self, moment: Moment) -> None:
        """Stand at a kept state of the branch. ValueError if it belongs to another network."""
        assert self.run is not None
        records = self.timeline.current.records[: moment.records]
        self._waiting.clear()
        self._restart_due = False  # it was asked for later
        self._adopt(moment.experiment, [])
        self.run.restore(replace(moment.state, history=records))
        self._done = moment.entries

    def last_good(self) -> Moment | None:
        """The latest kept state with a loss within half as much again of the best; None without one.

        A state that was trained on after a change counts only if it has been evaluated since. Its loss is
        the worse of the evaluations before and after it: after the last one nobody knows how it did.
        """
        branch = self.timeline.current
        records = self.run.records if self.run is not None else branch.records
        judged = []
        for moment in branch.moments:
            if 0 < moment.records <= len(records):
                step, loss = records[moment.records - 1, [0, 2]]
                changed = branch.entries[moment.entries - 1].step if moment.entries else -1
                if moment.step != changed:
                    loss = max(loss, self._loss_after(moment, records)) if step > changed else math.inf
                if np.isfinite(loss):
                    judged.append((moment, loss))
        best = min((loss for _, loss in judged), default=0.0)
        return next((moment for moment, loss in reversed(judged) if loss <= 1.5 * best), None)

    def _loss_after(self, moment: Moment, records: NDArray[Any]) -> float:
        """The loss where a kept state was next evaluated; 0 if it was changed before, infinite if never."""
        entries = self.timeline.current.entries[moment.entries :]
        change = entries[0].step if entries else math.inf
        later = records[np.searchsorted(records[:, 0], moment.step) :]
        if len(later) and later[0, 0] <= change:
            return float(np.nan_to_num(later[0, 2], nan=math.inf))
        return 0.0 if entries else math.inf

    def last_good_step(self) -> int | None:
        """The step of that state."""
        moment = self.last_good()
        return moment.step if moment is not None else None

    def last_good_state(self) -> tuple[Experiment, RunState] | None:
        """That state as the engine takes it, and the experiment that it belongs to."""
        moment = self.last_good()
        if moment is None or self.run is None:
            return None
        return moment.experiment, replace(moment.state, history=self.run.records[: moment.records])

    def branch_off(self) -> Branch | None:
        """Begin a branch here if the run stands in its past. Returns the branch that it leaves."""
        if not self.travelled or self.run is None:
            return None
        place = (self.run.steps, self._done)
        old = self.timeline.fork(place, len(self.run.records))
        self._keep()
        return old

    def set_aside(self) -> Branch:
        """A pinned copy of all that happened up to here, which stays as it is."""
        assert self.run is not None
        if not self.travelled:
            self.timeline.current.records = self.run.records
        self._keep()
        return self.timeline.set_aside((self.run.steps, self._done), len(self.run.records))

    def go_to(self, branch: Branch) -> Branch:
        """Bring a branch on screen at its last step. Returns the one that was there."""
        self._leave()
        before = self.timeline.select(branch)
        branch = self.timeline.current
        if branch.moments:
            self.restore(branch.nearest(branch.tip) or branch.moments[-1])
            self.seek(branch.tip)
        return before

    # Changes ---------------------------------------------------------------------------------------

    def perform(self, change: Change) -> None:
        """Make a change of the document between two steps; in the past it begins a branch."""
        if change.kind != "edit":
            if self._change_branch(change):
                return
        elif self._chosen(change):
            return
        else:
            self._begin_branch(change)
        if change.kind != "edit" and self.travelled:
            self.seek(self.timeline.current.tip)
        self._make_change(change)
        branch = self.timeline.current
        steps = self.run.steps if self.run is not None else 0
        branch.entries.append(Entry(steps, change))
        self._done = len(branch.entries)
        self._keep()

    def _chosen(self, change: Change) -> bool:
        """Bring the branch on screen that a change names."""
        for branch in self.timeline.branches:
            if branch.number == change.branch and self.run is not None:
                self._pieces[("branch", change.numbers[-1])] = self.go_to(branch)
                return True
        return False

    def _begin_branch(self, change: Change) -> None:
        """A restart or an edit in the past leaves a branch behind, which undo brings back."""
        again = (change.restarts or self._restart_due) and not problems(change.after)
        if self.run is None or not (again or self.travelled):
            return
        self._leave()
        old = self.timeline.restart() if again else self.branch_off()
        self._done = len(self.timeline.current.entries)
        self._pieces[("branch", change.numbers[-1])] = old

    def _change_branch(self, change: Change) -> bool:
        """Undo or redo of what began a branch: that branch comes back, or the later one again."""
        found = [n for n in change.numbers if isinstance(self._pieces.get(("branch", n)), Branch)]
        if not found or self.run is None:
            return False
        number = found[0]
        self._pieces[("branch", number)] = self.go_to(self._pieces[("branch", number)])
        self.experiment, self.problems = change.after, problems(change.after)
        return True

    def _make_change(self, change: Change) -> None:
        """What a change does to the run: the same when it is first made and when it is replayed."""
        if change.touches:
            self._touch(change)
            return
        probe = Probe(self.run, change)
        self._change_run(change)
        self.moved = probe.moved(self.run) if not self.problems else None

    def _change_run(self, change: Change) -> None:
        if self._operates(change):
            self._operate(change)
            return
        if change.kind == "edit":
            self._restart_due = self._restart_due or change.restarts
            lost = self._adopt(change.after, [], self._widened(change.after))
            if self._restart_due and self.run is not None and not self.problems:
                self.run.reset()
                self._restart_due = False
            self._pieces[("edit", change.numbers[-1])] = lost
            self._forget_oldest()
        else:
            self._restart_due = False
            restore = "edit" if change.kind == "undo" else "undo"
            numbers = change.numbers[::-1] if change.kind == "undo" else change.numbers
            self._put_back(change, restore, list(numbers))

    def _widened(self, after: Experiment) -> Any:
        """How weights are carried into a network that grows while it is trained: new inputs weigh 0."""
        if self.run is None or self.run.steps == 0 or not same_task(self.run.experiment, after):
            return None
        before = self.run.experiment
        if len(after.network.layers) == len(before.network.layers):
            names = [[layer.name for layer in each.network.layers] for each in (before, after)]
            if names[0] != names[1]:
                return None  # renamed or moved
        return partial(carried, before, after)

    def _operates(self, change: Change) -> bool:
        """True for surgery on the network that trains; while nothing can train the run's network is older."""
        if change.surgery is None or self.run is None or self.problems or problems(change.after):
            return False
        return change.kind != "undo" or any(("surgery", number) in self._pieces for number in change.numbers)

    def _operate(self, change: Change) -> None:
        """Surgery: every number goes where it belongs, or back to where it was."""
        assert self.run is not None
        before = self.run.state().tensors
        if change.kind == "undo":
            stored = [self._pieces.get(("surgery", n)) for n in change.numbers]
            back = {n: a for piece in stored if piece is not None for n, a in piece.tensors.items()}
            self._adopt(change.after, [], lambda tensors: {**tensors, **back})
            return
        carry = partial(carried, self.run.experiment, change.after, surgery=change.surgery)
        after = carry(before)
        changed = {name: array for name, array in before.items() if not np.array_equal(array, after[name])}
        self._pieces[("surgery", change.numbers[-1])] = Overwritten(changed)
        self._adopt(change.after, [], carry)

    def _touch(self, change: Change) -> None:
        """Set weights by hand, or give back what that overwrote."""
        if self.run is None:
            return
        if change.kind == "undo":
            for number in reversed(change.numbers):
                set_by_hand(self.run, self._pieces.get(("touch", number), ()))
        else:
            self._pieces[("touch", change.numbers[-1])] = set_by_hand(self.run, change.touches)

    def _put_back(self, change: Change, restore: str, numbers: list[int]) -> None:
        """Undo or redo: adopt the experiment with the weights that the change had overwritten."""
        self._waiting += [(restore, number) for number in numbers]
        pieces = [self._pieces.get(key) for key in self._waiting]
        lost = self._adopt(change.after, [piece for piece in pieces if piece is not None])
        if not self.problems:
            self._waiting.clear()
            self._pieces[(change.kind, numbers[-1])] = lost

    def _adopt(self, experiment: Experiment, restore: list[Any], carry: Any = None) -> Any:
        """Let the engine train this experiment from now on; a blocked one leaves it as it was."""
        self.experiment = experiment
        self.problems = problems(experiment)
        if self.problems:
            return None
        if self.run is None:
            self.run = self._make(experiment)
            return None
        return self.run.adopt(experiment, restore, carry)

    def _forget_oldest(self) -> None:
        """Keep what was overwritten within a memory budget."""
        total = sum(getattr(piece, "nbytes", 0) for piece in self._pieces.values())
        for key in list(self._pieces):
            if total <= KEPT_BYTES:
                return
            total -= getattr(self._pieces.pop(key), "nbytes", 0)
