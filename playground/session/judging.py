"""How good the network on screen is: its answers to a part of the data, and the baselines beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.baselines import Baseline
from playground.experiment.data import Indices, Prepared
from playground.experiment.model import Experiment
from playground.experiment.scoring import Answered, Part, Score, answered, scores
from playground.experiment.shapes import output_activation, output_units
from playground.experiment.yardsticks import same_loss, with_losses

if TYPE_CHECKING:
    from playground.engine.run import Run

PATIENCE = 1.0  # seconds without a look, after which nobody asks any more


@dataclass(frozen=True, eq=False)
class Judgement:
    """The answers to a part of the data, and every score of them."""

    answers: Answered
    scores: tuple[Score, ...]


def open_parts(experiment: Experiment, prepared: Prepared) -> tuple[Part, ...]:
    """The parts that have samples and may be looked at; the test set is one of them once it is unlocked."""
    parts: tuple[Part, ...] = ("train", "validation")
    if experiment.test_unlocked is not None:
        parts = (*parts, "test")
    return tuple(part for part in parts if len(getattr(prepared, part)))


def open_rows(run: Run, asked: Part, most: int) -> Indices:
    """The rows of a part, each once, evenly taken; those of training where it has none or is locked."""
    parts = open_parts(run.experiment, run.prepared)
    rows = run.prepared.rows_of(asked if asked in parts else "train")
    if len(rows) > most:
        rows = rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
    return rows


def answers(run: Run, part: Part, most: int) -> Answered:
    """What the network answers to a part of its data, at most so many rows; see `open_rows`."""
    part = part if part in open_parts(run.experiment, run.prepared) else "train"
    rows = open_rows(run, part, most)
    return answered(run.prepared, part, rows, _precisely(run, rows))


def _precisely(run: Run, rows: Indices) -> NDArray[Any]:
    """The answers (n, outputs) to these rows.

    Probabilities of classes (n, classes) come from the logits in double precision: in the engine's single one
    1 − 10⁻⁹ is 1, and a sample that is wrong with that certainty would have a log-loss that is made up.
    """
    inputs, kind = run.prepared.inputs[rows], output_activation(run.experiment).entry.key
    if run.prepared.task != "classes" or kind != (
        "sigmoid" if output_units(run.experiment) == 1 else "softmax"
    ):
        return run.predict(inputs)
    logits = run.forward(inputs).pre["output"].T.astype(np.float64)
    if kind == "sigmoid":
        logits = np.column_stack([np.zeros(len(logits)), logits])  # sigmoid(z) is softmax(0, z)
    with np.errstate(invalid="ignore"):  # logits without bounds have no probabilities
        likely = np.exp(logits - logits.max(axis=1, keepdims=True))
        return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def judgement(run: Run, asked: Part, most: int) -> Judgement:
    """The answers to a part, and their scores."""
    found = answers(run, asked, most)
    return Judgement(found, scores(found))


class BaselineSearch:
    """Fits the baselines on a thread of its own, once asked; `found` is empty until they are there.

    One search is under way at a time. One whose turn comes when nobody asks any more, because the data have
    changed meanwhile, gives up. `tell` is called, on that thread, when a search has ended.
    """

    _turn = threading.Lock()

    def __init__(
        self, prepared: Callable[[], Prepared], tell: Callable[[], None], part: Part = "validation"
    ) -> None:
        self.found: tuple[Baseline, ...] = ()
        self.done = False
        self._prepared, self._tell, self._part = prepared, tell, part
        self._thread: threading.Thread | None = None
        self._asked = 0.0
        self._experiment: Experiment | None = None

    def look(self, experiment: Experiment) -> tuple[Baseline, ...]:
        """What there is so far, with its loss in this experiment; begins with the first look."""
        self._asked = time.monotonic()
        if self._experiment is None or not same_loss(self._experiment, experiment):
            self._experiment, self._thread, self.done = experiment, None, False
        if self._thread is None:
            asked = (self._experiment,)
            self._thread = threading.Thread(target=self._work, args=asked, name="baselines", daemon=True)
            self._thread.start()
        return self.found

    def _work(self, experiment: Experiment) -> None:
        began = time.monotonic()
        with self._turn:
            if time.monotonic() - began > PATIENCE and time.monotonic() - self._asked > PATIENCE:
                self._thread = None
            else:
                found = self._fitted(experiment)
                if experiment is self._experiment:
                    self.found, self.done = found, True
        self._tell()  # if somebody does ask, the next look begins again

    def _fitted(self, experiment: Experiment) -> tuple[Baseline, ...]:
        try:
            return with_losses(experiment, self._prepared(), self._part)
        except ValueError:  # the data cannot be prepared any more, which is said elsewhere
            return ()
