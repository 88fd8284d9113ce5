"""The trainer: trains one experiment on a thread of its own and says how it stands.

Commands return at once and take effect between two steps. The newest snapshot lies in a one-slot mailbox:
the worker never waits for drawing, and the window never falls behind.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from playground.engine.state import RunState
from playground.experiment import files
from playground.experiment.model import Experiment
from playground.session.course import Course
from playground.session.document import Change
from playground.session.pins import Pinned, pinned
from playground.session.run_file import RecordedRun, record
from playground.session.snapshot import Snapshot, Wants
from playground.session.table_answers import Learned
from playground.session.timeline import BUDGET, Branch
from playground.session.worker import TRAINED, Arrays, Worker

Answer = TypeVar("Answer")

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.export.model import Model

LAST = 10**18  # a step after every last one


class Trainer:
    """Trains one experiment. All methods may be called from any thread."""

    def __init__(
        self, experiment: Experiment, resume: Arrays | RecordedRun | None = None, budget: int = BUDGET
    ) -> None:
        self._worker = Worker(experiment, resume, budget)

    def start(self) -> None:
        """Start the worker; the engine loads there, so that the window can be painted meanwhile."""
        self._worker.thread.start()

    def close(self, seconds: float = 5.0) -> bool:
        """Stop training and end the worker; True if it ended in time."""
        self._worker.close(seconds)
        return not self._worker.thread.is_alive()

    @property
    def error(self) -> BaseException | None:
        """What last went wrong in the worker."""
        return self._worker.error

    @property
    def report(self) -> Callable[[str, str], None]:
        """Called by the worker with a sentence and details when something went wrong there."""
        return self._worker.report

    @report.setter
    def report(self, report: Callable[[str, str], None]) -> None:
        self._worker.report = report

    # Commands ------------------------------------------------------------------------------------

    def _send(self, command: Callable[[], None]) -> None:
        self._worker.send(command)

    def play(self) -> None:
        """Train until paused, stopped by a condition, or failed."""
        self._worker.playing = True  # at once, so that a second press of the key means pause
        self._send(lambda: self._worker.set_playing(True))

    def pause(self) -> None:
        """Stop after the step under way."""
        self._worker.playing = False
        self._send(lambda: self._worker.set_playing(False))

    def step(self, count: int = 1) -> None:
        """Do so many training steps, then pause."""
        self._send(lambda: self._worker.go(count))

    def epoch(self) -> None:
        """Train to the end of the epoch, then pause."""

        def finish() -> None:
            run = self._worker.run
            self._worker.go(run.steps_per_epoch - run.epoch_position if run is not None else 0)

        self._send(finish)

    def set_speed(self, steps_per_second: float) -> None:
        """From one step a second to math.inf, as fast as the machine goes."""
        self._send(lambda: self._worker.set_speed(steps_per_second))

    def change(self, change: Change) -> None:
        """Apply a change of the document between two steps."""
        self._send(lambda: self._worker.apply(change))

    def seek(self, step: int) -> None:
        """Travel to a step of the run; a newer wish takes the place of one under way."""
        self._worker.target = step
        self._send(self._worker.travel)

    def back_to_live(self) -> None:
        """Return from the past to the last step of the branch."""
        self.seek(LAST)

    def watch(self) -> None:
        """Show the run again from its first step to its last, at the speed that is set."""
        self._worker.send(self._worker.watch)

    def discard_branch(self, number: int) -> None:
        """Let go of a branch that is not on screen."""
        self._with_branch(number, lambda course, branch: course.timeline.discard(branch))

    def name_branch(self, number: int, name: str, pinned: bool) -> None:
        """Give a branch a name; a pinned one outlives a reset."""

        def mark(course: Course, branch: Branch) -> None:
            branch.name, branch.pinned = name, pinned

        self._with_branch(number, mark)

    def _with_course(self, act: Callable[[Course], Any]) -> None:
        def acting() -> None:
            if self._worker.course is not None:
                act(self._worker.course)
                self._worker.look_again()

        self._send(acting)

    def _with_branch(self, number: int, act: Callable[[Course, Branch], Any]) -> None:
        def acting(course: Course) -> None:
            for branch in course.timeline.branches:
                if branch.number == number:
                    act(course, branch)
                    return

        self._with_course(acting)

    def set_budget(self, budget: int) -> None:
        """Bytes that kept states may take; what is beyond is thinned at the next one."""
        self._worker.budget = budget
        self._with_course(lambda course: course.timeline.set_budget(budget))

    def stop_replay(self) -> None:
        """End the replay of a recorded run where it is."""
        self._worker.replaying = False

    # How it stands -------------------------------------------------------------------------------

    def want(self, view: str, wants: Wants) -> None:
        """Say what a view needs in the next snapshots; `Wants()` for a hidden one."""
        self._worker.want(view, wants)

    @property
    def playing(self) -> bool:
        """True while training runs, or will as soon as the engine is ready."""
        return self._worker.playing

    def latest(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""
        return self._worker.look()

    # Questions -----------------------------------------------------------------------------------

    def keep(self, seconds: float = 5.0) -> Arrays | None:
        """All of the run's state as arrays, to be put into the session file; None if there is no run."""
        if self._worker.run is None or not self._worker.thread.is_alive():
            return self._worker.resume  # still loading: what was kept before is kept again

        def kept() -> Arrays | None:
            course = self._worker.course
            last = course.kept() if course is not None else None
            if course is None or last is None:
                return None
            experiment, state = last
            text = np.frombuffer(files.dumps(experiment).encode(), np.uint8)
            return state.to_arrays() | {TRAINED: text} | course.origin()

        return self._ask(kept, seconds)

    def record(self, with_states: bool = False, seconds: float = 30.0) -> RecordedRun | None:
        """The branch on screen with all its changes, to be saved; None if nothing trains."""

        def recorded() -> RecordedRun | None:
            course = self._worker.course
            if course is None or course.run is None or course.problems:
                return None
            found = record(course, with_states)
            self._worker.look_again()
            return found

        return self._ask(recorded, seconds)

    def describe(self, seconds: float = 10.0) -> Model | None:
        """The network as it is now, to be exported; None while there is none that can train."""
        from playground.export.model import describe

        return self._asked(describe, seconds)

    def learned(self, seconds: float = 10.0) -> Learned | None:
        """What the network is now, to be asked elsewhere; None while there is none that can train."""

        def read(run: Run) -> Learned | None:
            course = self._worker.course
            if course is None:
                return None
            since = course.timeline.current.same_task_since(run.steps)
            return Learned(run.experiment, run.parameters | run.buffers, run.steps, since)

        return self._asked(read, seconds)

    def pin(self, seconds: float = 10.0) -> Pinned | None:
        """The run as it is now, to be compared with others; its branch outlives a reset from now on.

        None while nothing trains.
        """

        def pinning(_run: Run) -> Pinned | None:
            course, frames = self._worker.course, self._worker.frames
            return pinned(course, frames) if course and frames else None

        return self._asked(pinning, seconds)

    def present(self, seconds: float = 10.0) -> tuple[Experiment, RunState] | None:
        """The experiment that trains and its state at this moment; None while there is none that can."""
        return self._asked(lambda run: (run.experiment, run.state()), seconds)

    def last_good(self, seconds: float = 10.0) -> tuple[Experiment, RunState] | None:
        """The last kept state with a good loss, and its experiment: where to go back to; None without one."""
        course = self._worker.course
        return self._asked(lambda _run: course.last_good_state() if course is not None else None, seconds)

    def _asked(self, question: Callable[[Run], Answer | None], seconds: float) -> Answer | None:
        """What the worker answers about its run; None while there is none that can train."""
        worker = self._worker
        if worker.run is None or worker.problems:
            return None
        return self._ask(lambda: question(worker.run) if worker.run is not None else None, seconds)

    def _ask(self, question: Callable[[], Answer | None], seconds: float) -> Answer | None:
        """What the worker answers between two steps; None if it does not, or not in time."""
        if not self._worker.thread.is_alive():
            return None
        found: list[Answer | None] = []
        done = threading.Event()

        def collect() -> None:
            try:
                found.append(question())
            finally:
                done.set()

        self._send(collect)
        return found[0] if done.wait(seconds) and found else None
