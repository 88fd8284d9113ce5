"""Repeating an experiment, or two of them, with other seeds on all cores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.experiment.comparable import why_not
from playground.experiment.model import Experiment
from playground.session.uncertainty import Together, answer, together
from playground.sweep import Job, JobResult, Sweep
from playground.sweep.scores import lower_is_better
from playground.sweep.swept import Swept
from playground.sweep.verdict import Band, Spread, Verdict, band, judge, spread

Floats = NDArray[np.float64]

LARGEST_SEED = 2**53


@dataclass(frozen=True)
class Side:
    """One of the experiments that are repeated, and its name."""

    label: str
    experiment: Experiment


@dataclass(frozen=True, eq=False)
class Outcome:
    """What has come out of one side so far: a result for each seed, in the order of the seeds."""

    side: Side
    results: tuple[JobResult, ...]

    @property
    def finished(self) -> tuple[JobResult, ...]:
        """The results of the runs that came to their end."""
        return tuple(result for result in self.results if result.finished)

    @property
    def failures(self) -> tuple[str, ...]:
        """Why runs failed, a sentence for each that did."""
        return tuple(result.failure for result in self.results if result.failure is not None)

    def ends(self, metric: str) -> Floats:
        """The metric at the end of each seed, (seeds,); NaN where a run has not come to its end."""
        found = [each.metrics.get(metric, np.nan) if each.finished else np.nan for each in self.results]
        return np.array(found)

    def by_seed(self, metric: str) -> dict[int, float]:
        """The metric at the end of each finished run, by its seed."""
        ends = zip(self.results, self.ends(metric).tolist(), strict=True)
        return {each.job.seeded().seed: end for each, end in ends if each.finished}

    def spread(self, metric: str) -> Spread | None:
        """How a metric lies over the seeds that have finished."""
        return spread(self.ends(metric))

    def band(self, metric: str) -> Band:
        """A loss, the accuracy or the RMSE over the steps: median and quartiles over all runs so far."""
        return band([_curve(result, metric) for result in self.results])

    def norm_band(self, layer: str) -> Band:
        """The norm of a layer's gradient over the steps: median and quartiles over all runs so far."""
        return band([(each.looked, each.norms[layer]) for each in self.results if layer in each.norms])

    def curve(self, number: int, metric: str) -> tuple[Floats, Floats]:
        """The steps and values of one seed alone."""
        return _curve(self.results[number], metric)

    def answers(self) -> Together | None:
        """What all finished runs answer together."""
        return together([result.seen for result in self.finished if result.seen is not None])


def _curve(result: JobResult, metric: str) -> tuple[Floats, Floats]:
    """The engine's evaluations of a metric (step, value), and where the run has ended that end."""
    part, _, what = metric.partition("_")
    values = getattr(result, f"{part}_loss" if what == "loss" else f"{part}_metric")
    if not result.finished or metric not in result.metrics:
        return result.step.astype(np.float64), values
    before = result.step < result.steps
    return np.append(result.step[before], result.steps), np.append(values[before], result.metrics[metric])


@dataclass(frozen=True, eq=False)
class Repeated:
    """A repetition at one moment."""

    seeds: tuple[int, ...]
    outcomes: tuple[Outcome, ...]
    done: bool
    progress: float
    message: str

    @property
    def count(self) -> int:
        """How many runs have finished: it tells whether anything is new."""
        return sum(len(outcome.finished) for outcome in self.outcomes)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that there are at the ends of runs."""
        names = (name for outcome in self.outcomes for result in outcome.finished for name in result.metrics)
        return tuple(dict.fromkeys(names))

    def verdict(self, metric: str) -> Verdict | None:
        """The first side judged against the second; None for a side alone."""
        if len(self.outcomes) < 2:
            return None
        return judged(self.outcomes[0], self.outcomes[1], metric)

    def unlike(self, metric: str) -> str:
        """Why the sides cannot be compared by a metric; "" where they can."""
        return why_not([each.side.experiment for each in self.outcomes], metric)


def judged(one: Outcome, other: Outcome, metric: str) -> Verdict:
    """One outcome judged against another, seed by seed, as far as they have seeds in common.

    "unknown" where the metric cannot be compared.
    """
    alike = not why_not([one.side.experiment, other.side.experiment], metric)
    ours, theirs = one.by_seed(metric), other.by_seed(metric)
    common = [seed for seed in ours if seed in theirs] if alike else []
    pairs = np.array([(ours[seed], theirs[seed]) for seed in common]).reshape(-1, 2)
    return judge(pairs[:, 0], pairs[:, 1], lower_is_better(metric))


def outcomes_of(results: tuple[JobResult, ...], sides: tuple[Side, ...]) -> tuple[Outcome, ...]:
    """Results side by side, seed after seed, as one outcome for each side."""
    return tuple(Outcome(side, results[number :: len(sides)]) for number, side in enumerate(sides))


class Repeat(Swept):
    """Trains one or two sides with so many seeds, from the first side's own seed on.

    Each seed trains both sides, one after the other, so that pairs come early.
    """

    def __init__(self, sides: tuple[Side, ...], seeds: int, steps: int | None = None) -> None:
        first = sides[0].experiment.seed
        self.sides = sides
        self.seeds = tuple((first + number) % (LARGEST_SEED + 1) for number in range(seeds))
        jobs = [
            Job(f"{side.label}, seed {seed}", side.experiment, seed, steps=steps)
            for seed in self.seeds
            for side in sides
        ]
        super().__init__(Sweep(jobs, look=answer))

    def look(self) -> Repeated:
        """What has come out so far."""
        state = self._sweep.state()
        outcomes = outcomes_of(state.results, self.sides)
        return Repeated(self.seeds, outcomes, state.done, state.progress, state.message)
