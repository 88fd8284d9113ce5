"""The trainer: one worker thread that owns the engine and trains in slices of a few milliseconds.

Commands return at once and take effect between two slices. The newest snapshot lies in a one-slot
mailbox: the worker never waits for drawing, and the window never falls behind.
"""

from __future__ import annotations

import math
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from playground.engine.state import RunState
from playground.experiment import files
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem, problems
from playground.session.course import Course
from playground.session.document import Change
from playground.session.pins import Pinned, pinned
from playground.session.run_file import NotARun, RecordedRun, record, replay
from playground.session.snapshot import Failure, Snapshot, State, TimelineView, Wants
from playground.session.table_answers import Learned
from playground.session.timeline import BUDGET, Branch

Answer = TypeVar("Answer")
Arrays = dict[str, np.ndarray[Any, Any]]

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.export.model import Model
    from playground.session.frames import Frames

SLICE = 8.0  # milliseconds of training between two looks at the commands
SWITCH = 0.0005  # seconds until a painting window gives the interpreter's lock to the trainer
BREATH = 0.004  # seconds left to the window between two pieces of such work
FRAME = 1.0 / 30.0  # seconds between two snapshots, at least
TOO_LARGE = 1e6  # a pre-activation that says: this layer ran away
LAST = 10**18  # a step after every last one
TRAINED = "trained"  # in the kept arrays: the experiment that they belong to, as text

EMPTY_HISTORY = np.recarray(
    0,
    dtype=[("step", "i8"), ("epoch", "f8")]
    + [(name, "f8") for name in ("train_loss", "validation_loss", "learning_rate")]
    + [(name, "f8") for name in ("train_metric", "validation_metric")],
)


class Trainer:
    """Trains one experiment on a thread of its own. All methods may be called from any thread."""

    def __init__(
        self, experiment: Experiment, resume: Arrays | RecordedRun | None = None, budget: int = BUDGET
    ) -> None:
        self._experiment = experiment
        self._budget = budget
        self._recorded = resume if isinstance(resume, RecordedRun) else None
        self._resume = None if isinstance(resume, RecordedRun) else resume
        self._replaying = True
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._wants: dict[str, Wants] = {}
        self._mailbox: Snapshot | None = None
        self._playing = False
        self._speed = 1000.0
        self._closing = False
        self._until = 0  # the step to train to while paused
        self._judged = 0  # the step at which the stop conditions were last looked at
        self._course: Course | None = None
        self._frames: Frames | None = None
        self._changes = 0
        self._target: int | None = None  # the step to travel to
        self._failure: Failure | None = None
        self._stopped_by = ""
        self._message, self._progress = "Starting the engine", 0.0
        self._fresh = True
        self._moved = True  # the run is another one than in the last picture
        self._growing = False  # something on screen is measured bit by bit while nothing trains
        self._next_frame = 0.0
        self._pace = (0.0, 0)
        self._meter: deque[tuple[float, int]] = deque(maxlen=64)
        self.error: BaseException | None = None
        self.report: Callable[[str, str], None] = lambda sentence, details: None
        self._thread = threading.Thread(target=self._work, name="trainer", daemon=True)
        self._enough = threading.Event()
        self._compiler: threading.Thread | None = None

    def start(self) -> None:
        """Start the worker; the engine loads there, so that the window can be painted meanwhile."""
        self._thread.start()

    def close(self, seconds: float = 5.0) -> bool:
        """Stop training and end the worker; True if it ended in time."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._enough.set()
        for thread in (self._thread, self._compiler):
            if thread is not None and thread.is_alive():
                thread.join(seconds)
        return not self._thread.is_alive()

    # Commands ------------------------------------------------------------------------------------

    def _send(self, command: Callable[[], None]) -> None:
        with self._wake:
            self._commands.append(command)
            self._wake.notify()

    def play(self) -> None:
        """Train until paused, stopped by a condition, or failed."""
        self._playing = True  # at once, so that a second press of the key means pause
        self._send(lambda: self._set_playing(True))

    def pause(self) -> None:
        """Stop after the slice under way."""
        self._playing = False
        self._send(lambda: self._set_playing(False))

    def step(self, count: int = 1) -> None:
        """Do so many training steps, then pause."""
        self._send(lambda: self._go(count))

    def epoch(self) -> None:
        """Train to the end of the epoch, then pause."""
        self._send(lambda: self._go(self._to_epoch_end()))

    def set_speed(self, steps_per_second: float) -> None:
        """From one step a second to math.inf, as fast as the machine goes."""
        self._send(lambda: self._set_speed(steps_per_second))

    def change(self, change: Change) -> None:
        """Apply a change of the document between two steps."""
        self._send(lambda: self._apply(change))

    def seek(self, step: int) -> None:
        """Travel to a step of the run; a newer wish takes the place of one under way."""
        self._target = step
        self._send(self._travel)

    def back_to_live(self) -> None:
        """Return from the past to the last step of the branch."""
        self.seek(LAST)

    def discard_branch(self, number: int) -> None:
        """Let go of a branch that is not on screen."""
        self._send(lambda: self._with_branch(number, lambda c, b: c.timeline.discard(b)))

    def name_branch(self, number: int, name: str, pinned: bool) -> None:
        """Give a branch a name; a pinned one outlives a reset."""

        def mark(course: Course, branch: Branch) -> None:
            branch.name, branch.pinned = name, pinned

        self._send(lambda: self._with_branch(number, mark))

    def want(self, view: str, wants: Wants) -> None:
        """Say what a view needs in the next snapshots; `Wants()` for a hidden one."""
        with self._wake:
            if self._wants.get(view) != wants:
                self._wants[view] = wants
                self._fresh = True
                self._wake.notify()

    @property
    def playing(self) -> bool:
        """True while training runs, or will as soon as the engine is ready."""
        return self._playing

    def latest(self) -> Snapshot | None:
        """The newest snapshot, None before the first."""
        return self._mailbox

    def keep(self, seconds: float = 5.0) -> Arrays | None:
        """All of the run's state as arrays, to be put into the session file; None if there is no run."""
        if self._run is None or not self._thread.is_alive():
            return self._resume  # still loading: what was kept before is kept again

        def kept() -> Arrays | None:
            course = self._course
            last = course.kept() if course is not None else None
            if course is None or last is None:
                return None
            experiment, state = last
            text = np.frombuffer(files.dumps(experiment).encode(), np.uint8)
            return state.to_arrays() | {TRAINED: text} | course.origin()

        return self._ask(kept, seconds)

    def stop_replay(self) -> None:
        """End the replay of a recorded run where it is."""
        self._replaying = False

    def set_budget(self, budget: int) -> None:
        """Bytes that kept states may take; what is beyond is thinned at the next one."""
        self._budget = budget
        self._send(lambda: self._with_course(lambda course: course.timeline.set_budget(budget)))

    def record(self, with_states: bool = False, seconds: float = 30.0) -> RecordedRun | None:
        """The branch on screen with all its changes, to be saved; None if nothing trains."""

        def recorded() -> RecordedRun | None:
            if self._course is None or self._run is None or self._problems:
                return None
            found = record(self._course, with_states)
            self._look_again()
            return found

        return self._ask(recorded, seconds)

    def describe(self, seconds: float = 10.0) -> Model | None:
        """The network as it is now, to be exported; None while there is none that can train."""
        from playground.export.model import describe

        return self._asked(describe, seconds)

    def learned(self, seconds: float = 10.0) -> Learned | None:
        """What the network is now, to be asked elsewhere; None while there is none that can train."""

        def read(run: Run) -> Learned | None:
            if self._course is None:
                return None
            since = self._course.timeline.current.same_task_since(run.steps)
            return Learned(run.experiment, run.parameters | run.buffers, run.steps, since)

        return self._asked(read, seconds)

    def pin(self, seconds: float = 10.0) -> Pinned | None:
        """The run as it is now, to be compared with others; its branch outlives a reset from now on.

        None while nothing trains.
        """

        def pinning(_run: Run) -> Pinned | None:
            return pinned(self._course, self._frames) if self._course and self._frames else None

        return self._asked(pinning, seconds)

    def present(self, seconds: float = 10.0) -> tuple[Experiment, RunState] | None:
        """The experiment that trains and its state at this moment; None while there is none that can."""
        return self._asked(lambda run: (run.experiment, run.state()), seconds)

    def _asked(self, question: Callable[[Run], Answer | None], seconds: float) -> Answer | None:
        """What the worker answers about its run; None while there is none that can train."""
        if self._run is None or self._problems:
            return None
        return self._ask(lambda: question(self._run) if self._run is not None else None, seconds)

    def _ask(self, question: Callable[[], Answer | None], seconds: float) -> Answer | None:
        """What the worker answers between two steps; None if it does not, or not in time."""
        if not self._thread.is_alive():
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

    @property
    def _run(self) -> Run | None:
        return self._course.run if self._course is not None else None

    @property
    def _problems(self) -> tuple[Problem, ...]:
        return self._course.problems if self._course is not None else ()

    # The worker ----------------------------------------------------------------------------------

    def _work(self) -> None:
        sys.setswitchinterval(SWITCH)
        try:
            self._load()
        except BaseException as error:
            self._broken(error)
        while not self._closing:
            try:
                self._turn()
            except BaseException as error:
                self._broken(error)

    def _broken(self, error: BaseException) -> None:
        """An exception in the worker pauses training; the program goes on."""
        self.error = error
        self._playing, self._until = False, 0
        self._message, self._progress = "", None  # type: ignore[assignment]
        self._fresh = True
        self.report(f"Training stopped: {error}", traceback.format_exc())

    def _load(self) -> None:
        self._publish()
        from playground.engine.run import Run
        from playground.engine.warm_up import warm_up, warm_up_the_rest

        if not problems(self._experiment):
            warm_up(self._experiment, self._show_progress)
        trained = self._experiment
        if self._resume is not None and TRAINED in self._resume:
            trained = files.loads(bytes(self._resume[TRAINED]).decode())
        self._course = self._replay() or Course(trained, Run, self._budget)
        if self._resume is not None and self._run is not None:
            self._course.resume(RunState.from_arrays(self._resume))
            self._course.recall_origin(self._resume)
        self._resume = None
        if trained != self._experiment:  # an edit that the run had not seen yet
            self._course.perform(Change("edit", (0,), trained, self._experiment, ""))
        self._look_again()
        self._fresh = True
        self._compiler = threading.Thread(
            target=warm_up_the_rest, args=(self._enough,), name="compiler", daemon=True
        )
        self._compiler.start()

    def _replay(self) -> Course | None:
        """Train the recorded run again, if there is one, and compare where it ends."""
        recorded, self._recorded = self._recorded, None
        if recorded is None:
            return None
        from playground.engine.run import Run

        def go_on(share: float) -> bool:
            if time.monotonic() >= self._next_frame:
                self._show_progress(share, "Replaying the run")
            return self._replaying and not self._closing

        try:
            course = replay(recorded, Run, go_on, self._budget)
        except NotARun as error:
            self.report(str(error), "")
            return None
        assert course.run is not None
        steps = f"{course.run.steps:,}"
        if course.travelled:
            self._stopped_by = f"The replay was stopped at step {steps} of {recorded.steps:,}."
        elif course.run.digest() == recorded.digest:
            done = "Opened" if recorded.kept else "Replayed"
            self._stopped_by = f"{done} {steps} steps: every bit is as it was recorded."
        else:
            self._stopped_by = f"Replayed {steps} steps, but the weights differ from the recorded ones."
        return course

    def _show_progress(self, done: float, words: str) -> None:
        self._progress, self._message = done, words
        self._publish()

    def _turn(self) -> None:
        with self._wake:
            if not self._commands and not self._busy() and not self._fresh:
                self._wake.wait()
            if not self._commands and self._growing:
                self._wake.wait(BREATH)
            commands = list(self._commands)
            self._commands.clear()
        for command in commands:
            command()
            self._fresh, self._moved, self._growing = True, True, False
        if self._busy() and not self._closing:
            self._train()
        now = time.monotonic()
        if self._fresh or (self._busy() and now >= self._next_frame):
            self._publish()

    @property
    def _single(self) -> int:
        """Steps still to do while paused."""
        return max(0, self._until - self._run.steps) if self._run is not None else 0

    def _busy(self) -> bool:
        return self._run is not None and not self._problems and (self._playing or self._single > 0)

    def _set_playing(self, playing: bool) -> None:
        if playing and (self._failure or self._stopped_by):
            self._failure, self._stopped_by = None, ""
        self._playing, self._until = playing and not self._problems, 0
        self._restart_clock()

    def _set_speed(self, speed: float) -> None:
        self._speed = speed
        self._restart_clock()

    def _restart_clock(self) -> None:
        self._judged = self._run.steps if self._run else 0
        self._pace = (time.monotonic(), self._judged)
        self._meter.clear()

    def _go(self, steps: int) -> None:
        self._playing, self._until = False, steps + (self._run.steps if self._run is not None else 0)
        self._failure, self._stopped_by = None, ""
        self._restart_clock()

    def _to_epoch_end(self) -> int:
        if self._run is None:
            return 0
        per_epoch = self._run.steps_per_epoch
        return per_epoch - self._run.epoch_position

    # Training ------------------------------------------------------------------------------------

    def _train(self) -> None:
        run = self._run
        assert run is not None
        assert self._course is not None
        self._moved = True
        if not self._course.travelled and self._check_stop(run):
            return  # a step that was under way has been finished meanwhile
        steps = self._allowed(run)
        if steps is not None and steps <= 0:
            self._rest()
            return
        done = self._course.advance(SLICE, steps)
        travelled = self._course.travelled
        if self._frames is not None and self._frames.prepared is not run.prepared:
            self._look_again()  # a change of the data was made again
        if self._until and not self._single:
            self._until, self._fresh = 0, True
        self._meter.append((time.monotonic(), run.steps))
        if done.stopped == "early":
            self._stop(_stopped_early(run))
        elif done.stopped:
            self._fail(run)
        elif not travelled:
            self._check_stop(run)

    def _allowed(self, run: Run) -> int | None:
        """Steps that may be done now, given the speed and the stop conditions; None for no bound."""
        bounds: list[float] = []
        if self._single:
            bounds.append(self._single)
        elif math.isfinite(self._speed):
            start, steps = self._pace
            due = int((time.monotonic() - start) * self._speed) + 1
            behind = due - (run.steps - steps)
            if behind > self._speed:  # cannot keep up: do not try to make up for it later
                self._restart_clock()
                behind = 1
            bounds.append(behind)
        stop = run.experiment.training.stop
        if stop.steps is not None and run.steps < stop.steps:
            bounds.append(stop.steps - run.steps)
        if stop.epochs is not None and run.epochs < stop.epochs:
            bounds.append(math.ceil((stop.epochs - run.epochs) * run.steps_per_epoch))
        return int(min(bounds)) if bounds else None

    def _rest(self) -> None:
        """Wait until the next step is due, or a command comes."""
        start, steps = self._pace
        assert self._run is not None
        due = start + (self._run.steps - steps) / self._speed
        with self._wake:
            if not self._commands and not self._closing:
                self._wake.wait(min(max(due - time.monotonic(), 0.0005), FRAME))

    def _check_stop(self, run: Run) -> bool:
        """Pause where a stop condition was met since the last look; True if so."""
        stop, before, self._judged = run.experiment.training.stop, self._judged, run.steps
        loss = run.history[-1].train_loss if stop.target_loss is not None and len(run.history) else math.inf
        last = stop.epochs * run.steps_per_epoch if stop.epochs is not None else 0
        if stop.steps is not None and before < stop.steps <= run.steps:
            self._stop(f"Stopped at step {run.steps:,}, as set.")
        elif (run.epochs == stop.epochs and before < run.steps) or before < last <= run.steps:
            self._stop(f"Stopped after {stop.epochs:,} epochs, as set.")
        elif stop.target_loss is not None and loss <= stop.target_loss and self._playing:
            self._stop(f"Stopped: the training loss reached {loss:.4g}.")
        return bool(self._stopped_by)

    def _stop(self, words: str) -> None:
        self._playing, self._until, self._stopped_by = False, 0, words
        self._fresh = True

    def _fail(self, run: Run) -> None:
        self._playing, self._until = False, 0
        assert self._course is not None
        what = "NaN" if math.isnan(run.last_loss) else "infinite"
        why = _why(run, self._course.timeline.current.rate_since(run.steps))
        message = f"Loss became {what} at step {run.steps + 1:,}{_where(run)}.{why}"
        self._failure = Failure(run.steps, what, message, self._course.last_good_step())
        self._fresh = True

    # Changes and travel ---------------------------------------------------------------------------

    def _apply(self, change: Change) -> None:
        assert self._course is not None
        if change.branch is not None:
            self._playing = False
        if change.kind != "edit" or change.restarts or change.branch is not None:
            self._until = 0  # the run may stand at another step
        self._course.perform(change)
        self._changes += 1
        self._failure = None
        self._look_again()

    def _travel(self) -> None:
        """Go to the step that was asked for last, unless another is asked for meanwhile."""
        target, self._target = self._target, None
        if target is not None and self._course is not None:
            self._playing, self._until = False, 0
            self._course.seek(target, lambda: self._target is None and not self._closing)
            self._failure, self._stopped_by = None, ""
            self._look_again()

    def _with_course(self, act: Callable[[Course], Any]) -> None:
        if self._course is not None:
            act(self._course)
            self._look_again()

    def _with_branch(self, number: int, act: Callable[[Course, Branch], Any]) -> None:
        course = self._course
        for branch in course.timeline.branches if course is not None else []:
            if branch.number == number:
                self._with_course(lambda course, branch=branch: act(course, branch))  # type: ignore[misc]

    def _look_again(self) -> None:
        """After a change: what was read out of the old run is no longer true."""
        run = self._run
        self._message, self._progress = "", None  # type: ignore[assignment]
        if self._problems:
            self._playing, self._until = False, 0
        elif run is not None:
            from playground.session.frames import Frames

            frames = self._frames
            if frames is None or frames.prepared is not run.prepared or frames.run is not run:
                course = self._course
                assert course is not None
                self._frames = Frames(
                    run,
                    run.prepared,
                    lambda: course.timeline.current.moments,
                    lambda: self._send(lambda: None),
                )
        self._restart_clock()

    # Snapshots -----------------------------------------------------------------------------------

    def _state(self) -> State:
        if self._progress is not None:
            return "loading"
        if self._problems:
            return "blocked"
        if self._failure:
            return "failed"
        return "running" if self._busy() else "paused"

    def _rate(self) -> float:
        """Steps a second over the last slices."""
        now = time.monotonic()
        recent = [(when, steps) for when, steps in self._meter if now - when < 1.5]
        if len(recent) < 2 or recent[-1][0] <= recent[0][0]:
            return 0.0
        return (recent[-1][1] - recent[0][1]) / (recent[-1][0] - recent[0][0])

    def _publish(self) -> None:
        self._fresh = False
        self._next_frame = time.monotonic() + FRAME
        course, run, frames = self._course, self._run, self._frames
        parts: dict[str, Any] = {}
        if run is not None and frames is not None and self._progress is None:
            with self._wake:
                wants = Wants()
                for each in self._wants.values():
                    wants |= each
            idle = not self._busy()
            parts = frames.refresh(wants, at_once=idle and self._moved, idle=idle)
            self._moved = self._moved and not idle
            self._growing = idle and frames.unfinished
            self._fresh = self._fresh or self._growing  # a view may have asked for more meanwhile
        timeline = course.view() if course is not None else TimelineView()
        whole = next((branch.history for branch in timeline.branches if branch.current), EMPTY_HISTORY)
        self._mailbox = Snapshot(
            experiment=run.experiment if run is not None else self._experiment,
            state=self._state(),
            message=self._problems[0].message if self._problems else self._message,
            problems=self._problems,
            progress=self._progress,
            steps=run.steps if run is not None else 0,
            epochs=run.epochs if run is not None else 0.0,
            steps_per_second=self._rate() if self._busy() else 0.0,
            history=run.history if run is not None and timeline.travelled else whole,
            prepared=frames.prepared if frames is not None else None,
            failure=self._failure,
            stopped_by=self._stopped_by,
            timeline=timeline,
            changes=self._changes,
            moved=course.moved if course is not None else None,
            **parts,
        )


def _stopped_early(run: Run) -> str:
    """What early stopping did, in words."""
    stopping = run.experiment.training.early_stopping
    assert stopping is not None
    loss = "validation" if len(run.prepared.validation) else "training"
    epochs = round(run.epochs)
    words = (
        f"Stopped early after {epochs:,} epochs: "
        f"the {loss} loss has not fallen for {stopping.patience:,} epochs."
    )
    if stopping.restore_best:
        words += " The best weights are back."
    return words


def _why(run: Run, since: int) -> str:
    """A learning rate that may be to blame, and from which step on it was set; "" without one."""
    rate = getattr(run.experiment.training.optimizer, "learning_rate", None)
    if rate is None:
        return ""
    when = f", set at step {since:,}," if since else ""
    return f" A learning rate of {rate:g}{when} may be too high."


def _where(run: Run) -> str:
    """In which layer numbers grew out of bounds first, as the end of a sentence; "" where none did."""
    with np.errstate(all="ignore"):
        forward = run.forward(run.prepared.inputs[run.prepared.train[:256]])
        for layer, values in forward.post.items():
            largest = np.abs(forward.pre.get(layer, values)).max(initial=0.0)
            if not np.isfinite(values).all() or not np.isfinite(largest):
                return f": the numbers of {layer.replace('_', ' ')} grew beyond all bounds"
            if largest > TOO_LARGE:
                return f": the numbers of {layer.replace('_', ' ')} grew to {largest:.0e}"
    return ""
