"""One run of a sweep: what is to be trained and how far, and what has come out of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.edits import set_value
from playground.experiment.model import Experiment
from playground.experiment.words import in_words

if TYPE_CHECKING:
    from playground.engine.run import Run

Floats = NDArray[np.float64]

EPOCHS = 100  # where neither the caller nor the experiment says how long


@dataclass(frozen=True)
class Job:
    """An experiment to train: `seed` in place of its own, for so many `epochs` or `steps`.

    The experiment's own stop conditions hold too; without any bound it trains for 100 epochs.
    """

    label: str
    experiment: Experiment
    seed: int | None = None
    epochs: int | None = None
    steps: int | None = None

    def seeded(self) -> Experiment:
        """The experiment that trains. ValueError if the seed cannot be one."""
        return self.experiment if self.seed is None else set_value(self.experiment, "seed", self.seed)

    def make(self) -> Run:
        """The run, at its first step. ValueError if it cannot train."""
        from playground.engine.run import Run

        return Run(self.seeded())

    def goal(self, run: Run) -> int:
        """The step to stop at."""
        return goal(run, self.steps, self.epochs)


def goal(run: Run, steps: int | None = None, epochs: int | None = None) -> int:
    """The step to stop at: the least of what caller and experiment say, else 100 epochs."""
    stop = run.experiment.training.stop
    bounds = [each for each in (steps, stop.steps) if each is not None]
    bounds += [each * run.steps_per_epoch for each in (epochs, stop.epochs) if each is not None]
    return min(bounds, default=EPOCHS * run.steps_per_epoch)


TOO_LARGE_AT_FIRST = (
    "No step was done yet, so the first weights or the inputs are too large: choose another initialization, "
    "or scale the inputs."
)


def began_too_large(run: Run) -> bool:
    """True if the loss was no finite number before the first step, so that no learning rate is to blame."""
    return run.steps == 0 and not run.experiment.training.optimizer.entry.searches


def not_finite(run: Run) -> str:
    """What to say about a run whose loss has become infinite or NaN."""
    if began_too_large(run):
        return f"The loss is no finite number from the start. {TOO_LARGE_AT_FIRST}"
    rate = getattr(run.experiment.training.optimizer, "learning_rate", None)
    hint = f" A learning rate of {in_words(rate)} may be too high: try a lower one." if rate else ""
    return f"The loss stopped being a finite number at step {run.steps + 1:,}.{hint}"


def _none() -> Floats:
    return np.empty(0)


@dataclass(frozen=True, eq=False)
class JobResult:
    """What has come out of a job so far; arrays are never written again.

    `step`, `train_loss`, `validation_loss` and the metrics (n,) are the engine's own evaluations, NaN where
    there are no validation samples; the metric is the accuracy, or the RMSE in the target's units.
    `metrics` are those of `scores`; until the run is finished only the last evaluation's. `weights` are the
    parameters, and batch norm's running means and variances, of the last step; `best` those with the lowest
    loss of the 50 looks that are taken on the way. `failure` is a sentence if the run could not be made or
    its loss stopped being a number. `finished` says that it came to its end.
    `looked` (n,) are the steps of these looks, `norms` (n,) each layer's gradient norm in the last mini-batch
    before them. `seen` is what the sweep's `look` returned last.
    """

    label: str
    job: Job
    step: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    train_loss: Floats = field(default_factory=_none)
    validation_loss: Floats = field(default_factory=_none)
    train_metric: Floats = field(default_factory=_none)
    validation_metric: Floats = field(default_factory=_none)
    metrics: dict[str, float] = field(default_factory=dict)
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)
    best: dict[str, NDArray[Any]] = field(default_factory=dict)
    failure: str | None = None
    finished: bool = False
    steps: int = 0
    goal: int = 0
    seconds: float = 0.0
    digest: str = ""  # of the finished run
    looked: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    norms: dict[str, Floats] = field(default_factory=dict)
    seen: Any = None

    @property
    def over(self) -> bool:
        """True once nothing more will come."""
        return self.finished or self.failure is not None

    @property
    def progress(self) -> float:
        """How far it is, 0 to 1."""
        return 1.0 if self.over else self.steps / self.goal if self.goal else 0.0
