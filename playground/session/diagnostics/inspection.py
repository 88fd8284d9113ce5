"""The checks in the background: first the network on screen, then the same one from other seeds."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment.data import prepare
from playground.experiment.model import Answers, Experiment
from playground.session.diagnostics.diagnosis import Diagnosis, diagnose
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.judged import Judged, Part, judge
from playground.session.diagnostics.turns import Turn, called, turns
from playground.sweep import Job, Sweep

if TYPE_CHECKING:
    from playground.engine.run import Run

_LAST_SEED = 2**53
_LARGE = 10_000_000  # numbers: networks of so much data train one after the other, to save memory
_LOOK = 0.1  # seconds between two looks at the networks that train


@dataclass(frozen=True)
class InspectionState:
    """How far an inspection is. `diagnosis` is None until the network on screen has been judged.

    `message` says what is going on, or how it ended; `failure` why there is nothing to show.
    """

    diagnosis: Diagnosis | None
    done: bool
    progress: float
    message: str
    failure: str = ""


class Inspection:
    """Judges a network on a thread of its own. `tensors` are its parameters and buffers by name.

    `steps` says how long it was trained and `history` how: the networks from other seeds train as long.
    `report` is told of what went wrong unexpectedly.
    """

    def __init__(
        self,
        experiment: Experiment,
        tensors: Mapping[str, Any],
        steps: int,
        history: np.recarray[Any, Any],
        report: Callable[[str, str], None] | None = None,
    ) -> None:
        self.experiment = experiment
        self.steps = steps
        self._tensors = dict(tensors)
        self._history = history
        self._report = report
        self._turns: dict[int, Experiment] = {}
        self._state = InspectionState(None, False, 0.0, "Judging the network…")
        self._enough = threading.Event()
        self._thread = threading.Thread(target=self._work, name="inspection", daemon=True)

    def start(self) -> Inspection:
        """Begin; returns itself."""
        self._thread.start()
        return self

    def state(self) -> InspectionState:
        """What has come out so far; asked from any thread."""
        return self._state

    def judges(self, experiment: Experiment, tensors: Mapping[str, Any], steps: int) -> bool:
        """True if it is about this very network; what the author says of it may differ."""
        there, here = (
            each.model_copy(update={"answers": Answers()}) for each in (self.experiment, experiment)
        )
        known = self._tensors
        return (there, self.steps, known.keys()) == (here, steps, tensors.keys()) and all(
            np.array_equal(values, tensors[name], equal_nan=True) for name, values in known.items()
        )

    def cancel(self) -> None:
        """Train no more networks; what has come out stays."""
        self._enough.set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until all is over, or for so many seconds. True if it is."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._inspect()
        except ValueError as error:
            self._state = InspectionState(None, True, 1.0, "", str(error))
        except Exception as error:
            self._state = InspectionState(None, True, 1.0, "", f"The checks failed: {error}")
            if self._report is not None:
                self._report(f"The checks failed: {error}", traceback.format_exc())

    def _inspect(self) -> None:
        from playground.engine.run import Run

        if not all(np.isfinite(values).all() for values in self._tensors.values()):
            raise ValueError(
                "The weights are not finite numbers any more, so there is nothing to judge. Go back to an "
                "earlier step, or lower the learning rate."
            )
        part = part_of(self.experiment)
        run = Run(self.experiment)
        run.set_parameters(self._tensors)
        evidence = Evidence(self.experiment, run.prepared, part, judge(run, part), self.steps, self._history)
        del run  # its memory is wanted for the others
        self._state = InspectionState(diagnose(evidence), not self.steps, 0.0, "Training from other seeds…")
        if self.steps:
            self._repeat(evidence)

    def _repeat(self, evidence: Evidence) -> None:
        """Train the same network from other seeds, then for other parts; judge each as it ends."""
        seeds = [self.experiment.seed + more for more in range(self.experiment.checks.seeds)]
        self._turns = turns(self.experiment, own=evidence.part == "test")
        jobs = [
            Job(f"Seed {seed}", each, seed=seed % (_LAST_SEED + 1), steps=self.steps)
            for each in (self.experiment, *self._turns.values())
            for seed in seeds
        ]
        large = evidence.prepared.inputs.size > _LARGE
        sweep = Sweep(jobs, 1 if large else None, judge=partial(self._judged, evidence.part)).start()
        try:
            self._judge_each(sweep, evidence)
        finally:
            sweep.cancel()

    def _judge_each(self, sweep: Sweep, evidence: Evidence) -> None:
        found: dict[int, Judged] = {}
        diagnosis = diagnose(evidence)
        while True:
            state = sweep.state()
            new = [at for at, each in enumerate(state.results) if each.finished and at not in found]
            for at in new:
                found[at] = state.results[at].seen
            if new:
                diagnosis = diagnose(self._with(evidence, found))
            failed = sum(each.failure is not None for each in state.results)
            said = self._said(len(found), failed, len(state.results))
            self._state = InspectionState(diagnosis, state.done, state.progress, said)
            if state.done:
                return
            if self._enough.wait(_LOOK):
                sweep.cancel()
                sweep.wait()

    def _with(self, evidence: Evidence, found: dict[int, Judged]) -> Evidence:
        """The evidence with the networks that were judged so far, by the number of their job."""
        count = self.experiment.checks.seeds
        of: dict[int, list[Judged]] = {}
        for at in sorted(found):
            of.setdefault(at // count, []).append(found[at])
        places = enumerate(self._turns, 1)
        others = tuple(Turn(held, tuple(of[place])) for place, held in places if place in of)
        return replace(evidence, seeds=tuple(of.get(0, ())), turns=others)

    def _judged(self, part: Part, run: Run) -> Judged:
        """What a network that has trained is worth, asked where its data are at hand.

        Those that validate in turn are judged so, also once the test set is open.
        """
        own = run.experiment.data == self.experiment.data
        return judge(run, part if own else "validation")

    def _said(self, found: int, failed: int, wanted: int) -> str:
        seeds = self.experiment.checks.seeds
        what = "seeds" if wanted == seeds else f"networks, {seeds:,} seeds for all {called(self.experiment)}"
        lost = f" {failed:,} failed." if failed else ""
        if found + failed == wanted:
            return f"Judged over {found:,} {what}.{lost}"
        if self._enough.is_set():
            return f"Stopped: judged over {found:,} of {wanted:,} {what}.{lost}"
        return f"Training from other seeds: {found:,} of {wanted:,} {what} are done.{lost}"


def part_of(experiment: Experiment) -> Part:
    """Validation, until the test set has been unlocked and there is one."""
    if experiment.test_unlocked is None:
        return "validation"
    prepared = prepare(experiment.data, experiment.seed)
    return "test" if len(prepared.test) else "validation"
