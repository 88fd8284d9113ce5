"""A race: lanes trained step by step side by side on one thread, and one landscape with all their paths.

Commands return at once. The newest `RaceState` lies in a one-slot mailbox, as with the trainer.
"""

from __future__ import annotations

import math
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.engine.state import HISTORY
from playground.experiment.data import Prepared
from playground.session.landscape import MOST_ROWS, MOST_WEIGHTS
from playground.session.plane import Floats, Survey
from playground.session.race.alike import alike, same_function
from playground.session.race.contests import Contestant
from playground.session.race.lane import MOST_NUMBERS, MOST_POINTS, Lane
from playground.session.race.plane import Spot, fitting_plane, spot
from playground.session.snapshot import Output
from playground.sweep.jobs import goal

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.session.frames import Frames

ROUND = 0.007  # seconds of training, all lanes together, between two looks at the map
MEASURE = 0.004  # seconds of measuring the landscape at a time
AT_ONCE = 0.03  # while nothing trains
FRAME = 1.0 / 40.0  # seconds between two states, at least
OUTPUT = 0.25  # seconds between two outputs of a lane, at least
MOST_JUDGED = 20_000  # samples on which losses are measured between evaluations
SHARE = 0.1  # of the thread's time, at most, for outputs


@dataclass(frozen=True, eq=False)
class LaneView:
    """One lane at one moment. `path` (n, 2) lies on the map; `spot` is its end, None where there is none.

    `now` is a step after the last evaluation in `history`, with the training and the validation loss there.
    """

    label: str
    contestant: Contestant
    steps: int = 0
    history: np.recarray[Any, Any] = field(default_factory=lambda: np.recarray(0, dtype=HISTORY))
    now: tuple[int, float, float] | None = None
    output: Output | None = None
    prepared: Prepared | None = None
    path: Floats = field(default_factory=lambda: np.empty((0, 2)))
    spot: Spot | None = None
    ended: str = ""
    failed: bool = False


@dataclass(frozen=True, eq=False)
class Map:
    """The loss over the plane of all paths: `values` as a `Survey` has them, `reach` far each way.

    It is the loss of the lane `surface`; `shared` says that all lanes have this very loss. It goes exactly
    `through` the ends of these lanes.
    """

    values: Floats
    reach: tuple[float, float]
    surface: int
    shared: bool
    through: tuple[int, ...] = ()
    samples: int = 0  # training samples that the loss is measured on


@dataclass(frozen=True, eq=False)
class RaceState:
    """All lanes at one moment. `alike` says in words what is the same for all of them, and only that."""

    lanes: tuple[LaneView, ...]
    map: Map | None = None
    playing: bool = False
    message: str = ""
    alike: str = ""
    steps: int = 0


class Race:
    """Trains two to six contestants at the same pace. All methods may be called from any thread.

    `home` is the lane whose loss the map shows where lanes differ in it, unless another is chosen.
    """

    def __init__(self, contestants: Sequence[Contestant], home: int = 0) -> None:
        self._contestants = tuple(contestants)
        self._lanes: list[Lane] = []
        self._frames: list[Frames | None] = []
        self._wake = threading.Condition()
        self._commands: deque[Callable[[], None]] = deque()
        self._closing = False
        self._playing = False
        self._speed = math.inf
        self._clock = (0.0, 0)  # when this pace began, and at which step
        self._home = home
        self._through: tuple[int, ...] = ()
        self._every = 1
        self._steps = 0
        self._chunk = 1.0
        self._goal: int | None = None
        self._survey: Survey | None = None
        self._shown: Survey | None = None
        self._surveyed = -1  # the step whose paths chose the last plane
        self._outputs: list[Output | None] = []
        self._now: list[tuple[int, float, float] | None] = []
        self._seen = -1  # the step of these outputs
        self._output_due = self._state_due = 0.0
        self._message, self._alike, self._shared = "Getting the engine ready…", "", True
        self._mailbox = RaceState(
            tuple(LaneView(each.label, each) for each in self._contestants), message=self._message
        )
        self._thread = threading.Thread(target=self._work, name="race", daemon=True)

    # Commands ----------------------------------------------------------------------------------------

    def start(self) -> Race:
        """Begin to make the runs; returns itself."""
        self._thread.start()
        return self

    def play(self) -> None:
        """Train until paused, or until every lane has ended."""
        self._send(lambda: self._set_playing(True))

    def pause(self) -> None:
        """Stop where all lanes have done the same number of steps."""
        self._send(lambda: self._set_playing(False))

    def train_to(self, step: int) -> None:
        """Train all lanes to this step, then pause."""
        self._send(lambda: self._train_to(step))

    def reset(self) -> None:
        """Back to the first weights."""
        self._send(self._begin)

    def set_speed(self, steps_per_second: float) -> None:
        """Steps of each lane a second, math.inf for as fast as the machine goes."""
        self._send(lambda: self._set_speed(steps_per_second))

    def draw_through(self, lanes: tuple[int, ...]) -> None:
        """Draw the map exactly through the ends of at most two lanes; where the lanes have different
        functions it is that of the last one.
        """
        self._send(lambda: self._set_through(lanes))

    def close(self, seconds: float = 5.0) -> bool:
        """End the thread; True if it ended in time."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(seconds)
        return not self._thread.is_alive()

    def latest(self) -> RaceState:
        """The newest state."""
        return self._mailbox

    def _send(self, command: Callable[[], None]) -> None:
        with self._wake:
            self._commands.append(command)
            self._wake.notify()

    # The thread --------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            self._begin()
            while not self._closing:
                self._turn()
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            self._playing = False
            self._message = f"The race stopped: {type(error).__name__}: {error}"
            self._publish()

    def _begin(self) -> None:
        from playground.engine.run import Run
        from playground.session.frames import Frames

        self._lanes = []
        for contestant in self._contestants:
            if self._closing:
                return
            self._lanes.append(Lane(contestant, Run))
        self._frames = [Frames(e.run, e.run.prepared) if e.run is not None else None for e in self._lanes]
        self._outputs = [None] * len(self._lanes)
        self._now = [None] * len(self._lanes)
        goals = [each.run for each in self._lanes if each.run is not None]
        stops = [e.experiment.training.stop for e in goals]
        bounded = any(stop.steps is not None or stop.epochs is not None for stop in stops)
        self._goal = min(goal(run) for run in goals) if bounded else None
        self._playing, self._message = False, ""
        self._every, self._steps, self._chunk, self._surveyed = 1, 0, 1.0, -1
        self._survey = self._shown = None
        self._alike, self._shared = alike(self._lanes), same_function(self._lanes)
        self._output_due = 0.0
        self._look()
        self._publish()

    def _turn(self) -> None:
        with self._wake:
            if not (self._commands or self._playing or self._unmeasured):
                self._wake.wait()
            commands = list(self._commands)
            self._commands.clear()
        for command in commands:
            command()
        if self._closing or not self._lanes:
            return
        if self._playing:
            self._train()
        self._measure()
        now = time.monotonic()
        if self._seen != self._steps and (now >= self._output_due or not self._playing):
            self._look()
        if commands or now >= self._state_due or not (self._playing or self._unmeasured):
            self._publish()

    def _set_playing(self, playing: bool) -> None:
        self._playing = playing and any(not lane.ended for lane in self._lanes)
        self._clock = (time.monotonic(), self._steps)

    def _set_speed(self, speed: float) -> None:
        self._speed, self._clock = speed, (time.monotonic(), self._steps)

    def _set_through(self, lanes: tuple[int, ...]) -> None:
        able = [lane for lane in lanes if 0 <= lane < len(self._lanes) and self._lanes[lane].run is not None]
        self._through = tuple(able[-2:])
        self._survey, self._shown, self._surveyed = None, None, -1

    @property
    def _surface(self) -> int:
        """The lane whose loss the map shows."""
        able = [number for number, lane in enumerate(self._lanes) if lane.run is not None]
        wished = self._through[-1] if self._through else self._home
        return wished if wished in able else able[0] if able else 0

    # Training ----------------------------------------------------------------------------------------

    def _train_to(self, step: int) -> None:
        while self._steps < step and not self._closing and any(not lane.ended for lane in self._lanes):
            self._go(min(step, self._steps + self._every))
        self._playing = False

    def _train(self) -> None:
        """All lanes one round further, as far as the pace allows."""
        to = self._steps + max(1, int(self._chunk))
        if math.isfinite(self._speed):
            began, first = self._clock
            due = first + int((time.monotonic() - began) * self._speed)
            if due <= self._steps:
                with self._wake:
                    if not self._commands and not self._closing:
                        self._wake.wait(min(FRAME, 1.0 / self._speed))
                return
            if due > to + self._speed:
                self._clock = (time.monotonic(), to)
            to = min(to, due)
        start, before = time.perf_counter(), self._steps
        self._go(to)
        spent = (time.perf_counter() - start) / max(1, self._steps - before)
        self._chunk = min(4.0 * self._chunk, max(1.0, ROUND / max(spent, 1e-9)))
        if all(lane.ended for lane in self._lanes):
            self._playing = False
        elif self._goal is not None and self._steps >= self._goal:
            self._playing, self._message = False, f"Stopped at step {self._steps:,}, as set."

    def _go(self, to: int) -> None:
        to = to if self._goal is None else min(to, max(self._goal, self._steps))
        for lane in self._lanes:
            lane.go(to, lambda: not self._closing, self._every)
        self._steps = max(lane.steps for lane in self._lanes)
        most = min(MOST_POINTS, max(2, MOST_NUMBERS // max(1, sum(lane.numbers for lane in self._lanes))))
        while max(len(lane.path) for lane in self._lanes) > most:
            self._every *= 2
            for lane in self._lanes:
                lane.thin()

    # The map -----------------------------------------------------------------------------------------

    @property
    def _unmeasured(self) -> bool:
        """True while the map on screen is not that of the present paths."""
        return self._mappable and (
            self._surveyed != self._steps or (self._survey is not None and not self._survey.done)
        )

    @property
    def _mappable(self) -> bool:
        """True where the lanes have the same weights to speak of, and not too many."""
        whole = [lane for lane in self._lanes if lane.run is not None]
        if not whole or self._lanes[self._surface].run is None:
            return False
        sizes = {tuple((n, a.shape) for n, a in lane.first.items()) for lane in whole}
        return len(sizes) == 1 and whole[0].numbers <= MOST_WEIGHTS

    def _measure(self) -> None:
        if not self._mappable:
            return
        if self._survey is None or (self._survey.done and self._surveyed != self._steps):
            last = self._survey.plane if self._survey is not None else None
            run = self._lanes[self._surface].run
            assert run is not None
            able = [lane for lane in self._lanes if lane.run is not None]
            whole = [lane.points for lane in able]
            through = tuple(able.index(self._lanes[lane]) for lane in self._through)
            self._survey = Survey(
                fitting_plane(whole, able[0].first, through, last), run.prepared.train[:MOST_ROWS]
            )
            self._surveyed = self._steps
        run = self._lanes[self._surface].run
        assert run is not None
        if not self._survey.done:
            share = MEASURE if self._playing else AT_ONCE
            self._survey.measure(run, time.perf_counter() + share)
        if self._survey.done or self._shown is None:
            self._shown = self._survey

    def _map(self) -> Map | None:
        if self._shown is None:
            return None
        shown = self._shown
        return Map(
            shown.values.copy(),
            shown.plane.reach,
            self._surface,
            self._shared,
            self._through,
            len(shown.rows),
        )

    # What is shown -----------------------------------------------------------------------------------

    def _look(self) -> None:
        """Every lane's output and its losses."""
        start = time.monotonic()
        for at, (lane, frames) in enumerate(zip(self._lanes, self._frames, strict=True)):
            if frames is not None and not lane.failed:
                self._outputs[at] = frames.output()
                self._now[at] = _losses(frames.run)
        spent = time.monotonic() - start
        self._seen, self._output_due = self._steps, time.monotonic() + max(OUTPUT, spent / SHARE)

    def _publish(self) -> None:
        self._state_due = time.monotonic() + FRAME
        lanes = tuple(self._view(at, lane) for at, lane in enumerate(self._lanes))
        self._mailbox = RaceState(
            lanes or self._mailbox.lanes, self._map(), self._playing, self._message, self._alike, self._steps
        )

    def _view(self, at: int, lane: Lane) -> LaneView:
        contestant, run, shown = lane.contestant, lane.run, self._shown
        if run is None:
            return LaneView(contestant.label, contestant, ended=lane.ended, failed=True)
        path, here = np.empty((0, 2)), None
        if shown is not None:
            points = lane.points
            path, away = shown.plane.places(points)
            judge = run if not self._shared else self._lanes[self._surface].run
            if judge is not None and len(path) == len(points):
                here = spot(shown, judge, points, path[-1], away[-1])
        return LaneView(
            contestant.label,
            contestant,
            run.steps,
            run.history,
            self._now[at],
            self._outputs[at],
            run.prepared,
            path,
            here,
            lane.ended,
            lane.failed,
        )


def _losses(run: Run) -> tuple[int, float, float] | None:
    """The step and the losses of this moment; None where there are too many samples to measure often."""
    if len(run.prepared.train) + len(run.prepared.validation) > MOST_JUDGED:
        return None
    return run.steps, run.loss("train"), run.loss("validation")
