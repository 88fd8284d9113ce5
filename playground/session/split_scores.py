"""The honest split beside a random one: the same network trained under both, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.catalog.splits import splits
from playground.experiment import edits
from playground.experiment.model import Experiment, choice
from playground.experiment.shapes import task
from playground.sweep import Job, Sweep
from playground.sweep.scores import main_metric
from playground.sweep.swept import Swept

EPOCHS, STEPS = 100, 20_000  # at most, so that large data answer too
_HONEST = ("time", "group", "blocks", "depth")
_BY_CHANCE = ("random", "stratified")


def honest_and_random(experiment: Experiment) -> tuple[Experiment, Experiment] | None:
    """The experiment under an honest split and under a random one; None if nothing relates its rows."""
    data = experiment.data
    fitting = [key for key in _HONEST if splits[key].fits(data.dataset)]
    if not fitting:
        return None
    if data.split.kind in _BY_CHANCE:
        return _under(experiment, fitting[0]), experiment
    return experiment, _under(experiment, "random")


def _under(experiment: Experiment, kind: str) -> Experiment:
    """The same shares, dealt in another way."""
    old = experiment.data.split
    split = choice(splits, kind, train=old.train, validation=old.validation, test=old.test)
    return edits.set_value(experiment, "data.split", split)


@dataclass(frozen=True)
class SplitScore:
    """What the network reaches on the validation samples of one split; None while it is not known."""

    label: str
    value: float | None


class SplitScores(Swept):
    """Trains under both splits; `scores` at any time, `words` for what they are together."""

    def __init__(self, experiment: Experiment) -> None:
        pair = honest_and_random(experiment)
        if pair is None:
            raise ValueError("Nothing relates the rows, so a random split is honest.")
        self.experiment = experiment
        self._metric = main_metric(task(experiment.data))
        self._unit = experiment.data.dataset.entry.target_unit if self._metric == "rmse" else ""
        jobs = [Job(each.data.split.entry.label, each, epochs=EPOCHS, steps=STEPS) for each in pair]
        super().__init__(Sweep(jobs))
        self.start()

    @property
    def done(self) -> bool:
        """Whether both are trained, or failed."""
        return self._sweep.state().done

    @property
    def progress(self) -> float:
        """How far both are, 0 to 1."""
        return self._sweep.state().progress

    @property
    def failure(self) -> str:
        """Why one of them could not be trained; empty if both could."""
        return next((each.failure for each in self._sweep.state().results if each.failure), "")

    @property
    def scores(self) -> tuple[SplitScore, SplitScore]:
        """The honest score, then the random one."""
        honest, random = (self._score(result) for result in self._sweep.state().results)
        return honest, random

    def _score(self, result: Any) -> SplitScore:
        value = result.metrics.get(f"validation_{self._metric}") if result.finished else None
        return SplitScore(result.label, value)

    def words(self) -> tuple[str, str]:
        """A line for each split, and in the second how much the random one flatters."""
        honest, random = self.scores
        if honest.value is None or random.value is None:
            return "", ""
        lines = [f"{each.label.capitalize()}: {self._spelled(each.value)}" for each in (honest, random)]
        better = random.value > honest.value if self._metric == "accuracy" else random.value < honest.value
        return lines[0], f"{lines[1]}, {'flatters' if better else 'no better'}"

    def _spelled(self, value: float | None) -> str:
        assert value is not None
        if self._metric == "accuracy":
            return f"accuracy {100 * value:.1f}%"
        return f"RMSE {value:.3g} {self._unit}".rstrip()
