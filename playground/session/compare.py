"""Comparing pinned runs: what they have in common, which is better, and how soon each gets how far."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment.comparable import why_not
from playground.experiment.shapes import task
from playground.session.pins import Pinned
from playground.session.repeat import judged
from playground.session.seeds import SeedBook, Seeds
from playground.sweep.scores import main_metric
from playground.sweep.verdict import Band
from playground.sweep.wording import ONE_SEED

Floats = NDArray[np.float64]
Column = Literal["validation_loss", "train_loss", "validation_metric"]
_NICE = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Measure:
    """Something that is compared: a column of the history, and which way is better."""

    column: Column
    name: str
    lower_is_better: bool = True


def measures(runs: Sequence[Pinned]) -> tuple[Measure, ...]:
    """What these runs can be compared by."""
    found = [Measure("validation_loss", "Validation loss"), Measure("train_loss", "Train loss")]
    tasks = {task(run.experiment.data) for run in runs}
    if tasks == {"classes"}:
        found.append(Measure("validation_metric", "Validation accuracy", lower_is_better=False))
    elif tasks == {"regression"}:
        found.append(Measure("validation_metric", "Validation RMSE"))
    return tuple(found)


def comparable(runs: Sequence[Pinned], measure: Measure) -> bool:
    """True if the measure means the same for all runs."""
    return not why_not([run.experiment for run in runs], measure.column)


def in_common(runs: Sequence[Pinned]) -> str:
    """Which of data, first weights and batches are the same in all runs, all along: "Same data, …" or ""."""
    if len(runs) < 2:
        return ""
    stages = [experiment for run in runs for _, experiment in run.stages]
    same_data = all((a.data, a.seed) == (b.data, b.seed) for a, b in pairwise(stages))
    first = {run.first_weights for run in runs}
    same_batches = same_data and len({each.training.batch_size for each in stages}) == 1
    words = [
        words
        for words, true in (
            ("same data", same_data),
            ("same first weights", len(first) == 1 and "" not in first),
            ("same batches", same_batches),
        )
        if true
    ]
    return ", ".join(words).capitalize()


def last_value(values: NDArray[Any]) -> float:
    """Where a curve ends; NaN for one without points."""
    return float(values[-1]) if len(values) else math.nan


def metric_of(run: Pinned, measure: Measure) -> str:
    """What other seeds of a run call this measure, such as `validation_accuracy`."""
    name = main_metric(task(run.experiment.data))
    return measure.column.replace("_metric", f"_{name}")


def seeds_of(run: Pinned, book: SeedBook | None) -> Seeds | None:
    """What other seeds of a pinned run came to; None for one that was changed on its way."""
    return book.of(run.experiment) if book is not None and not run.changes else None


def over_time(band: Band, run: Pinned) -> Band:
    """The band of a run's other seeds over the seconds that the run itself took to each of their steps.

    A step costs every seed the same, so that this is where they stand after as much training.
    """
    steps = np.asarray(run.history["step"], np.float64)
    seen = band.step <= (steps[-1] if len(steps) else -np.inf)
    edges = (edge[seen] for edge in (band.low, band.median, band.high))
    return Band(np.interp(band.step[seen], steps, run.seconds) if seen.any() else np.empty(0), *edges)


def verdict_in_words(runs: Sequence[Pinned], book: SeedBook | None, measure: Measure) -> str:
    """Whether the best run is the best by more than luck, as far as other seeds of it are known."""
    if not comparable(runs, measure):
        return "not measured alike: other seeds cannot tell"
    known = [(run, seeds) for run in runs if (seeds := seeds_of(run, book)) is not None]
    if not known:
        return ONE_SEED
    if len(known) < max(2, len(runs)):
        missing = [run.name for run in runs if seeds_of(run, book) is None]
        return (
            f"no other seeds yet of {missing[0]}" if len(missing) == 1 else f"{len(missing)} runs of one seed"
        )
    if len({seeds.steps for _run, seeds in known}) > 1:
        return "their seeds were trained for different steps"
    way = 1.0 if measure.lower_is_better else -1.0

    def median(each: tuple[Pinned, Seeds]) -> float:
        found = each[1].outcome.spread(metric_of(each[0], measure))
        return way * found.median if found is not None else math.inf

    first, *others = sorted(known, key=median)
    others = [each for each in others if each[1] is not first[1]]
    if not others:
        return f"one experiment, repeated with {first[1].count} seeds"
    metric = metric_of(first[0], measure)
    words = [judged(first[1].outcome, other.outcome, metric).word for _run, other in others]
    rivals = f"{others[0][0].name}" if len(others) == 1 else "the others"
    if all(word == "better" for word in words):
        return f"{first[0].name} is better than {rivals} over {first[1].count} seeds"
    if "unknown" in words:
        return "too few seeds in common to say which is better"
    equal = [run.name for (run, _seeds), word in zip(others, words, strict=True) if word == "equal"]
    return (
        f"{first[0].name} and {equal[0]} are equal within luck"
        if equal
        else "no run is the best by more than luck"
    )


def best(texts: Sequence[str], values: Sequence[float], lower_is_better: bool = True) -> tuple[bool, ...]:
    """Which are the best, all that read the same; nobody where all are alike or only one has a value."""
    finite = [value for value in values if math.isfinite(value)]
    if len(finite) < 2 or len(set(texts)) == 1:
        return (False,) * len(values)
    winner = texts[list(values).index(min(finite) if lower_is_better else max(finite))]
    return tuple(text == winner and math.isfinite(v) for text, v in zip(texts, values, strict=True))


def smoothed(values: NDArray[Any], strength: float) -> Floats:
    """A moving mean over `strength` (0 to 1) of the curve, its window shrinking towards the ends.

    Points that are not finite stay as they are and count for nobody.
    """
    values = np.asarray(values, np.float64)
    half = int(strength * len(values) / 2)
    finite = np.isfinite(values)
    if half == 0 or not finite.any():
        return values.copy()
    place = np.arange(len(values))
    reach = np.minimum(np.minimum(place, place[::-1]), half)
    total = np.concatenate([[0.0], np.cumsum(np.where(finite, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(finite)])
    after, before = place + reach + 1, place - reach
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (total[after] - total[before]) / (count[after] - count[before])
    return np.where(finite, mean, values)


def reached(x: NDArray[Any], values: NDArray[Any], level: float, lower_is_better: bool = True) -> float:
    """Where a curve first gets as far as a level; NaN if it never does."""
    there = values <= level if lower_is_better else values >= level
    found = np.flatnonzero(there)
    return float(x[found[0]]) if len(found) else math.nan


def level_to_reach(curves: Sequence[NDArray[Any]], lower_is_better: bool = True) -> float:
    """A round number that tells curves apart: at least half of them reach it, after their start."""
    ends = []
    for values in curves:
        finite = values[np.isfinite(values)]
        if len(finite):
            ends.append(float(finite.min() if lower_is_better else finite.max()))
    if not ends:
        return 0.5
    if not lower_is_better:
        return max(0.0, math.floor(np.median(ends) * 20 - 1e-9) / 20)
    return round_up(float(np.median(ends)))


def round_up(value: float) -> float:
    """The next of …, 0.1, 0.2, 0.5, 1, … above a number; 0.1 for what has no size."""
    if not (value > 0.0 and math.isfinite(value)):
        return 0.1
    decade = math.floor(math.log10(value))
    steps = [nice * 10.0**e for e in (decade, decade + 1) for nice in _NICE]
    return float(f"{next(step for step in steps if step > value * 1.000001):.1g}")
