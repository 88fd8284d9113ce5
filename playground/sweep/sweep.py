"""The sweep: jobs trained side by side in threads; the engine's kernels leave the interpreter free.

Each worker takes the next job, trains it in short slices and leaves what has come out so far where
`Sweep.state` finds it. Nothing is shared between runs, so every one has the bits of a run on its own.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playground.experiment.words import counted
from playground.sweep.jobs import Job, JobResult, not_finite
from playground.sweep.layer_norms import NormLog
from playground.sweep.scores import main_metric, scores

if TYPE_CHECKING:
    from playground.engine.run import Run

Look = Callable[["Run"], Any]

SLICE = 20.0  # milliseconds between two looks at whether to go on
EVERY = 0.1  # seconds between two results of a run under way
LOOKS = 50  # looks at the loss on the way to the goal, for the best weights
SHARE = 0.05  # of a worker's time, at most, for results of a run under way
NICENESS = 5  # workers step back behind the window and the run that it shows


@dataclass(frozen=True)
class SweepState:
    """A sweep at one moment: a result for each job, in order, and how far all of them are.

    `message` says in words what is going on, or how it ended.
    """

    results: tuple[JobResult, ...]
    done: bool
    progress: float
    message: str


class Sweep:
    """Trains jobs on all cores. `start` once; then `state` at any time, from any thread.

    `workers` None takes one for each core, never more than there are jobs. `look` is called with the run,
    in its worker, now and then and at its end; what it returns is the result's `seen`. `judge` is called
    instead where only a run that has finished is worth a look.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        workers: int | None = None,
        look: Look | None = None,
        judge: Look | None = None,
    ) -> None:
        self._jobs = tuple(jobs)
        self._look, self._judge = look, judge
        self._results = [JobResult(job.label, job) for job in self._jobs]
        self._next = iter(range(len(self._jobs)))
        self._lock = threading.Lock()
        self._cancelled = threading.Event()
        count = min(workers or os.cpu_count() or 1, len(self._jobs))
        self._threads = [
            threading.Thread(target=self._work, name=f"sweep-{number}", daemon=True)
            for number in range(1, count + 1)
        ]
        self._working = count

    def start(self) -> Sweep:
        """Begin; returns itself."""
        for thread in self._threads:
            thread.start()
        return self

    def cancel(self) -> None:
        """Stop as soon as possible; what has come out stays."""
        self._cancelled.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is over, or for so many seconds. True if it is."""
        end = None if timeout is None else time.monotonic() + timeout
        for thread in self._threads:
            thread.join(None if end is None else max(0.0, end - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def state(self) -> SweepState:
        """What has come out so far."""
        with self._lock:
            results, done = tuple(self._results), self._working == 0
        progress = sum(result.progress for result in results) / len(results) if results else 1.0
        return SweepState(results, done, progress, self._message(results, done))

    def _message(self, results: tuple[JobResult, ...], done: bool) -> str:
        finished = sum(result.finished for result in results)
        failed = sum(result.failure is not None for result in results)
        count = counted(len(results), "run")
        lost = f", {failed:,} failed" if failed else ""
        if self._cancelled.is_set():
            return f"Cancelled: {finished:,} of {count} finished{lost}." if done else "Stopping…"
        if done:
            return f"{finished:,} of {count} finished{lost}." if failed else f"{count} finished."
        if all(result.goal == 0 for result in results):
            return "Getting the engine ready…"
        return f"{finished:,} of {count} finished{lost}"

    # Workers -----------------------------------------------------------------------------------------

    def _work(self) -> None:
        _step_back()
        try:
            while not self._cancelled.is_set():
                with self._lock:
                    number = next(self._next, None)
                if number is None:
                    return
                self._train(number)
        finally:
            with self._lock:
                self._working -= 1

    def _publish(self, number: int, **news: Any) -> None:
        with self._lock:
            self._results[number] = replace(self._results[number], **news)

    def _train(self, number: int) -> None:
        """One job from beginning to end; whatever goes wrong is a sentence in its result."""
        job = self._jobs[number]
        try:
            course = _Course(job.make(), job, self._look)
            while course.more() and not self._cancelled.is_set():
                course.advance()
                if course.due():
                    self._publish(number, **course.news())
            last = course.last_news()
            if self._judge is not None and last.get("finished"):
                last["seen"] = self._judge(course.run)
            self._publish(number, **last)
        except ValueError as error:
            self._publish(number, failure=str(error))
        except MemoryError:
            few = "There is not enough memory for this run. Take fewer samples or a smaller network."
            self._publish(number, failure=few)
        except Exception as error:
            self._publish(number, failure=f"Something went wrong ({type(error).__name__}: {error}).")


class _Course:
    """One run on its way to its goal."""

    def __init__(self, run: Run, job: Job, look: Look | None) -> None:
        self.run = run
        self._look = look
        self._goal = job.goal(run)
        self._target = run.experiment.training.stop.target_loss
        self._marks = sorted({self._goal * mark // LOOKS for mark in range(1, LOOKS + 1)} | {self._goal})
        self._part = "validation" if len(run.prepared.validation) else "train"
        self._stopped = ""
        self._began = time.perf_counter()
        self._next_news = self._next_look = 0.0
        self._seen: Any = None
        self._best, self._least = _weights(run), run.loss(self._part)
        self._norms = NormLog()

    def more(self) -> bool:
        """True until the goal, a stop condition or a loss that is no number."""
        return self.run.steps < self._goal and not self._stopped

    def advance(self) -> None:
        """Train for a slice; the looks for the best weights are at the same steps on every machine."""
        run = self.run
        mark = next(each for each in self._marks if each > run.steps)
        steps = mark - run.steps
        if self._target is not None:
            steps = min(steps, run.steps_per_epoch - run.epoch_position)
        end = run.steps + steps
        self._stopped = run.advance(SLICE, steps).stopped
        if self._stopped == "not_finite":
            return
        if run.steps == mark or self._stopped:
            self._keep_best()
            self._norms.note(run.steps, run.gradients)
        if self._target is not None and run.steps == end and run.records[-1, 2] <= self._target:
            self._stopped = "target"

    def _keep_best(self) -> None:
        self.run.machine_between_steps()
        loss = self.run.loss(self._part)
        if loss < self._least:
            self._best, self._least = _weights(self.run), loss

    def due(self) -> bool:
        """True when a result of a run under way is worth its time."""
        return time.monotonic() >= self._next_news

    def news(self) -> dict[str, Any]:
        """What has come out so far."""
        start = time.monotonic()
        self.run.machine_between_steps()
        if self._look is not None and start >= self._next_look:
            self._seen = self._look(self.run)
            self._next_look = start + (time.monotonic() - start) / SHARE
        found = self._curves() | {
            "weights": _weights(self.run),
            "best": self._best,
            "steps": self.run.steps,
            "goal": self._goal,
            "seconds": time.perf_counter() - self._began,
            "seen": self._seen,
            "looked": self._norms.steps,
            "norms": self._norms.columns,
        }
        self._next_news = time.monotonic() + max(EVERY, (time.monotonic() - start) / SHARE)
        return found

    def last_news(self) -> dict[str, Any]:
        """What came out in the end, or until it was cancelled."""
        self._next_look = 0.0
        finished = not self.more() and self._stopped != "not_finite"
        if self._stopped == "not_finite":
            self._look = None
        found = self.news()
        if finished:
            found |= {"finished": True, "metrics": scores(self.run), "digest": self.run.digest()}
        elif self._stopped == "not_finite":
            found |= {"failure": not_finite(self.run)}
        return found

    def _curves(self) -> dict[str, Any]:
        history = self.run.history
        metric = main_metric(self.run.prepared.task)
        names = {
            "train_loss": "train_loss",
            "validation_loss": "validation_loss",
            "train_metric": f"train_{metric}",
            "validation_metric": f"validation_{metric}",
        }
        last = {name: float(history[column][-1]) for column, name in names.items() if len(history)}
        columns = {name: history[name].copy() for name in ("step", *names)}
        return columns | {"metrics": {name: value for name, value in last.items() if value == value}}


def _weights(run: Run) -> dict[str, Any]:
    return run.parameters | run.buffers


def _step_back() -> None:
    """Let the window and its run go first, where the system lets a thread say so."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
