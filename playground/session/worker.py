"""The worker: what the trainer's thread does from its start to its end.

It trains in slices that last until the next frame is due, which is much later while nobody looks. Whoever
sends a command, or looks again, interrupts the slice, so that the command is carried out after the step under
way. Nobody else touches the course.
"""

from __future__ import annotations

import math
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.state import RunState
from playground.experiment import files
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem, problems
from playground.session.course import Course
from playground.session.document import Change
from playground.session.here import evaluated, with_row
from playground.session.pace import FRAME, Pace
from playground.session.run_file import NotARun, RecordedRun, replay
from playground.session.snapshot import Failure, Snapshot, State, TimelineView, Wants
from playground.session.stopping import condition_met, failure_of, steps_to_stop, stopped_early

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.session.frames import Frames

Arrays = dict[str, np.ndarray[Any, Any]]

SWITCH = 0.0002  # seconds until a painting window gives the interpreter's lock to the worker
SETTLED = 0.12  # seconds after the last seek: the playhead has come to rest
BREATH = 0.004  # seconds left to the window between two pieces of work while nothing trains
TRAINED = "trained"  # in the kept arrays: the experiment that they belong to, as text

EMPTY_HISTORY = np.recarray(
    0,
    dtype=[("step", "i8"), ("epoch", "f8")]
    + [(name, "f8") for name in ("train_loss", "validation_loss", "learning_rate")]
    + [(name, "f8") for name in ("train_metric", "validation_metric")],
)


class Worker:
    """Owns the course of one run. Other threads call `send`, `want`, `look` and `close`."""

    def __init__(self, experiment: Experiment, resume: Arrays | RecordedRun | None, budget: int) -> None:
        self.experiment = experiment
        self.budget = budget
        self.resume = None if isinstance(resume, RecordedRun) else resume
        self._recorded = resume if isinstance(resume, RecordedRun) else None
        self.course: Course | None = None
        self.frames: Frames | None = None
        self.pace = Pace()
        self._mailbox: Snapshot | None = None
        self._looked = False  # somebody took what lies in the mailbox
        self.playing = False
        self.until = 0  # the step to train to while paused
        self.target: int | None = None  # the step to travel to
        self._watched: int | None = None  # the last step of the run that is shown again
        self.replaying = True
        self.closing = False
        self.error: BaseException | None = None
        self.report: Callable[[str, str], None] = lambda sentence, details: None
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._wants: dict[str, Wants] = {}
        self._judged = 0  # the step at which the stop conditions were last looked at
        self._changes = 0
        self._failure: Failure | None = None
        self._stopped_by = ""
        self._message = "Starting the engine"
        self._progress: float | None = 0.0
        self._fresh = True  # there is something new to show
        self._moved = True  # the run is another one than in the last picture
        self._here: np.recarray[Any, Any] | None = None  # the losses where the run rested last
        self._sought = -math.inf  # when the run last travelled
        self._dragged = False  # it travels again and again
        self._rough = False  # some parts of the last picture are of an earlier place of the playhead
        self._growing = False  # something on screen is measured bit by bit while nothing trains
        self._enough = threading.Event()
        self._compiler: threading.Thread | None = None
        self.thread = threading.Thread(target=self._work, name="trainer", daemon=True)

    @property
    def run(self) -> Run | None:
        """The run on screen; None while the engine loads, or where nothing can be trained."""
        course = self.course
        return course.run if course is not None else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why the document's experiment cannot train."""
        course = self.course
        return course.problems if course is not None else ()

    # From other threads --------------------------------------------------------------------------

    def send(self, command: Callable[[], None]) -> None:
        """Let the worker carry this out between two steps, soon."""
        with self._wake:
            self._commands.append(command)
            self._interrupt()

    def want(self, view: str, wants: Wants) -> None:
        """Fill the next snapshots with what a view needs."""
        with self._wake:
            if self._wants.get(view) != wants:
                self._wants[view] = wants
                self._fresh = True
                self._interrupt()

    def look(self) -> Snapshot | None:
        """The newest snapshot; the next comes soon, for somebody looks."""
        if not self._looked:
            with self._wake:
                self._looked = True
                if self.pace.unseen:
                    self.pace.hurry()
                    self._interrupt()
        return self._mailbox

    def close(self, seconds: float) -> None:
        """End, and wait so long for it."""
        with self._wake:
            self.closing = True
            self._interrupt()
        self._enough.set()
        for thread in (self.thread, self._compiler):
            if thread is not None and thread.is_alive():
                thread.join(seconds)
        if not self.thread.is_alive():
            self._let_go()

    def _let_go(self) -> None:
        """Free what was trained at once: circles outlast their use where nobody looks for them."""
        self.course = self.frames = None
        self._commands.clear()

    def _interrupt(self) -> None:
        self._wake.notify()
        run = self.run
        if run is not None:
            run.interrupt()

    # From start to end ---------------------------------------------------------------------------

    def _work(self) -> None:
        sys.setswitchinterval(SWITCH)
        try:
            self._load()
        except BaseException as error:
            self._broken(error)
        while not self.closing:
            try:
                self._turn()
            except BaseException as error:
                self._broken(error)

    def _broken(self, error: BaseException) -> None:
        """An exception in the worker pauses training; the program goes on."""
        self.error = error
        self.halt()
        self._message, self._progress = "", None
        self._fresh = True
        self.report(f"Training stopped: {error}", traceback.format_exc())

    def _load(self) -> None:
        self._publish()
        from playground.engine.run import Run
        from playground.engine.warm_up import warm_up, warm_up_the_rest

        if not problems(self.experiment):
            warm_up(self.experiment, self._show_progress)
        trained = self.experiment
        if self.resume is not None and TRAINED in self.resume:
            trained = files.loads(bytes(self.resume[TRAINED]).decode())
        self.course = self._replay() or Course(trained, Run, self.budget)
        if self.resume is not None and self.run is not None:
            self.course.resume(RunState.from_arrays(self.resume))
            self.course.recall_origin(self.resume)
        self.resume = None
        if trained != self.experiment:  # an edit that the run had not seen yet
            self.course.perform(Change("edit", (0,), trained, self.experiment, ""))
        self.look_again()
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
            if self.pace.frame_is_due():
                self._show_progress(share, "Replaying the run")
            return self.replaying and not self.closing

        try:
            course = replay(recorded, Run, go_on, self.budget)
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
            if not (self._commands or self.busy or self._fresh or self.closing):
                self._wake.wait(self._until_settled() if self._rough else None)
                self._fresh = self._fresh or (self._rough and self._until_settled() == 0.0)
            if not self._commands and self._growing:
                self._wake.wait(BREATH)
            commands = list(self._commands)
            self._commands.clear()
        for command in commands:
            command()
            self._fresh, self._moved, self._growing = True, True, False
        if self.busy and not self.closing:
            self._train()
        if self._fresh or (self.busy and self.pace.frame_is_due()):
            self._publish()

    # Training ------------------------------------------------------------------------------------

    def _until_settled(self) -> float:
        """Seconds until a dragged playhead counts as resting."""
        return max(0.0, self._sought + SETTLED - time.monotonic())

    @property
    def _single(self) -> int:
        """Steps still to do while paused."""
        return max(0, self.until - self.run.steps) if self.run is not None else 0

    @property
    def busy(self) -> bool:
        """True while there is something to train."""
        return self.run is not None and not self.problems and (self.playing or self._single > 0)

    def set_playing(self, playing: bool) -> None:
        """Train on, or rest."""
        if playing and (self._failure or self._stopped_by):
            self.forgive()
        self.playing, self.until, self._watched = playing and not self.problems, 0, None
        self.restart_clock()

    def set_speed(self, steps_per_second: float) -> None:
        """Train so fast from now on."""
        self.pace.speed = steps_per_second
        self.restart_clock()

    def go(self, steps: int) -> None:
        """Do so many steps, then rest."""
        self.playing, self.until = False, steps + (self.run.steps if self.run is not None else 0)
        self.forgive()
        self.restart_clock()

    def restart_clock(self) -> None:
        """Count due steps, and look out for stop conditions, from here on."""
        self._judged = self.run.steps if self.run is not None else 0
        self.pace.restart(self._judged)

    def halt(self) -> None:
        """Train no further."""
        self.playing, self.until, self._watched = False, 0, None

    def forgive(self) -> None:
        """What stopped the training is over."""
        self._failure, self._stopped_by = None, ""

    def _train(self) -> None:
        """One slice: until the next frame is due, or something else is to be done."""
        run, course = self.run, self.course
        assert run is not None
        assert course is not None
        self._moved = True
        if not course.travelled and self._check_stop(run):
            return  # a step that was under way has been finished meanwhile
        if self._watched is not None and run.steps >= self._watched:
            course.seek(self._watched)  # changes at its last step belong to it
            self._stop(f"That was the run: {run.steps:,} steps.")
            return
        steps = min(self._single or self.pace.due_steps(run.steps), steps_to_stop(run))
        if self._watched is not None:
            steps = min(steps, self._watched - run.steps)
        if steps <= 0:
            self._rest(run)
            return
        seconds = self.pace.until_frame()
        if run.experiment.training.stop.target_loss is not None:
            seconds = min(seconds, FRAME)  # between two slices is where the loss is looked at
        done = course.advance(1e3 * seconds, int(steps) if steps < math.inf else None)
        if self.frames is not None and self.frames.prepared is not run.prepared:
            self.look_again()  # a change of the data was made again
        if self.until and not self._single:
            self.until, self._fresh = 0, True
        self.pace.note(run.steps)
        if done.stopped == "early":
            self._stop(stopped_early(run))
        elif done.stopped:
            self.halt()
            changed = course.timeline.current.rate_change(run.steps)
            self._failure, self._fresh = failure_of(run, changed, course.last_good_step()), True
        elif not course.travelled:
            self._check_stop(run)

    def _rest(self, run: Run) -> None:
        """Wait until the next step is due, or a command comes."""
        with self._wake:
            if not self._commands and not self.closing:
                self._wake.wait(self.pace.until_step(run.steps))

    def _check_stop(self, run: Run) -> bool:
        """Pause where a stop condition was met since the last look; True if so."""
        before, self._judged = self._judged, run.steps
        met = condition_met(run, before, self.playing)
        if met:
            self._stop(met)
        return bool(self._stopped_by)

    def _stop(self, words: str) -> None:
        self.halt()
        self._stopped_by, self._fresh = words, True

    # Changes and travel --------------------------------------------------------------------------

    def apply(self, change: Change) -> None:
        """Make a change of the document."""
        assert self.course is not None
        if change.branch is not None:
            self.playing = False
        if change.kind != "edit" or change.restarts or change.branch is not None:
            self.until = 0  # the run may stand at another step
        self.course.perform(change)
        self._changes += 1
        self._failure = None
        self.look_again()

    def travel(self) -> None:
        """Go to the step that was asked for last, unless another is asked for meanwhile."""
        target, self.target = self.target, None
        if target is not None and self.course is not None:
            self.halt()
            self._dragged = self._until_settled() > 0.0
            self.course.seek(target, lambda: self.target is None and not self.closing)
            self.forgive()
            self.look_again()
            self._sought = time.monotonic()

    def watch(self) -> None:
        """Show the run again from its first step, at the speed that is set, changes included."""
        course = self.course
        if course is not None and course.run is not None:
            tip = course.timeline.current.tip
            course.seek(0)
            self.look_again()
            self.set_playing(True)
            self._watched = tip

    def look_again(self) -> None:
        """After a change: what was read out of the old run is no longer true."""
        run, course, frames = self.run, self.course, self.frames
        self._message, self._progress, self._here = "", None, None
        self._sought = -math.inf
        if self.problems:
            self.halt()
        if run is not None and course is not None:
            from playground.session.frames import Frames

            if frames is None or frames.prepared is not run.prepared or frames.run is not run:
                self.frames = Frames(
                    run,
                    run.prepared,
                    lambda: course.timeline.current.moments,
                    lambda: self.send(lambda: None),
                    lambda: course.timeline.current.gradients,
                )
        self.restart_clock()

    # Snapshots -----------------------------------------------------------------------------------

    def _state(self) -> State:
        if self._progress is not None:
            return "loading"
        if self.problems:
            return "blocked"
        if self._failure:
            return "failed"
        return "running" if self.busy else "paused"

    def _parts(self) -> dict[str, Any]:
        """What visible views asked for."""
        if self.run is None or self.frames is None or self._progress is not None:
            return {}
        with self._wake:
            wants = Wants()
            for each in self._wants.values():
                wants |= each
        idle = not self.busy
        if idle and self._moved:
            self._here = evaluated(self.run)
        self._rough = idle and self._moved and self._dragged and self._until_settled() > 0.0
        if self._rough:
            return self.frames.refresh(wants, at_once=False, dragged=True)
        parts = self.frames.refresh(wants, at_once=idle and self._moved, idle=idle)
        self._moved = self._moved and not idle
        self._growing = idle and self.frames.unfinished
        self._fresh = self._fresh or self._growing  # a view may have asked for more meanwhile
        return parts

    def _publish(self) -> None:
        self._fresh = False
        self.pace.begin_frame(self._looked)
        course, run, frames = self.course, self.run, self.frames
        parts = self._parts()
        timeline = course.view() if course is not None else TimelineView()
        whole = next((branch.history for branch in timeline.branches if branch.current), EMPTY_HISTORY)
        self._mailbox = Snapshot(
            experiment=run.experiment if run is not None else self.experiment,
            state=self._state(),
            message=self.problems[0].message if self.problems else self._message,
            problems=self.problems,
            progress=self._progress,
            steps=run.steps if run is not None else 0,
            epochs=run.epochs if run is not None else 0.0,
            steps_per_second=self.pace.rate() if self.busy else 0.0,
            history=with_row(run.history if run is not None and timeline.travelled else whole, self._here),
            prepared=frames.prepared if frames is not None else None,
            failure=self._failure,
            stopped_by=self._stopped_by,
            timeline=timeline,
            changes=self._changes,
            moved=course.moved if course is not None else None,
            **parts,
        )
        self._looked = False
