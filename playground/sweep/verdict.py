"""Is it luck? What repeating with other seeds says about a number, and about the difference of two.

A run with another seed starts from other weights, in another order of mini-batches, and where the data are
drawn or split by the seed, on other samples. How far results differ between seeds is what luck can do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Word = Literal["better", "equal", "worse", "unknown"]
Standing = Literal["lucky", "typical", "unlucky"]

CONFIDENCE = 0.95
LEAST_PAIRS = 3
MOST_POINTS = 300


@dataclass(frozen=True)
class Spread:
    """How results of several seeds lie: `low` and `high` are the quartiles, between them half of all seeds.

    `deviation` is the standard deviation over seeds, of a sample (n − 1).
    """

    count: int
    median: float
    low: float
    high: float
    least: float
    most: float
    mean: float
    deviation: float


def spread(values: ArrayLike) -> Spread | None:
    """The spread of the finite values; None without any."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return None
    low, median, high = (float(number) for number in np.quantile(known, [0.25, 0.5, 0.75]))
    return Spread(
        count=len(known),
        median=median,
        low=low,
        high=high,
        least=float(known.min()),
        most=float(known.max()),
        mean=float(known.mean()),
        deviation=float(np.std(known, ddof=1)) if len(known) > 1 else 0.0,
    )


def standing(values: ArrayLike, own: float, lower_is_better: bool) -> Standing:
    """Where one seed's result lies among those of all: outside the middle half it was lucky, or unlucky."""
    found = spread(values)
    if found is None or found.low <= own <= found.high:
        return "typical"
    return "lucky" if (own < found.low) == lower_is_better else "unlucky"


@dataclass(frozen=True)
class Verdict:
    """Is A better than B? `difference` is the mean of A − B over seeds; `low` to `high` its 95 % interval.

    `word` is of A: "equal" where the interval holds 0, "unknown" with fewer than three pairs. `wins` and
    `losses` count the seeds in which A was the better or the worse one.
    """

    word: Word
    difference: float
    low: float
    high: float
    pairs: int
    wins: int
    losses: int


def judge(a: ArrayLike, b: ArrayLike, lower_is_better: bool) -> Verdict:
    """Compare the results of two experiments, (seeds,) each, the same seed at the same place.

    Both have the same data, split and batches in each seed, so seeds are compared in pairs: the interval is
    that of the mean difference, mean ± t·s/√n with Student's t of n − 1 degrees of freedom (Student, 1908,
    "The probable error of a mean", Biometrika 6). It holds 0 in 95 of 100 comparisons of equals. A seed
    in which one of the two has no finite result is left out. ValueError if the lengths differ.
    """
    first, second = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError("Both experiments need one result for each seed.")
    both = np.isfinite(first) & np.isfinite(second)
    difference = first[both] - second[both]
    count = len(difference)
    better = difference < 0.0 if lower_is_better else difference > 0.0
    wins, losses = int(better.sum()), int((difference != 0.0).sum() - better.sum())
    if count < LEAST_PAIRS:
        mean = float(difference.mean()) if count else float("nan")
        return Verdict("unknown", mean, float("-inf"), float("inf"), count, wins, losses)
    mean = float(difference.mean())
    reach = t_quantile(count - 1) * float(np.std(difference, ddof=1)) / count**0.5
    low, high = mean - reach, mean + reach
    word: Word = "equal"
    if not low <= 0.0 <= high:
        word = "better" if (mean < 0.0) == lower_is_better else "worse"
    return Verdict(word, mean, low, high, count, wins, losses)


def t_quantile(freedom: int) -> float:
    """Student's t that leaves 2.5 % above it; `freedom` are the degrees of freedom, from 1."""
    low, high = 0.0, math.pi / 2
    for _ in range(60):  # halve the angle's range until no bit of it is left
        middle = (low + high) / 2
        low, high = (middle, high) if _central(middle, freedom) < CONFIDENCE else (low, middle)
    return math.sqrt(freedom) * math.tan(low)


def _central(angle: float, freedom: int) -> float:
    """The probability of a t between −√freedom·tan(angle) and its opposite, as a finite sum.

    Abramowitz and Stegun (1964), 26.7.3 for odd and 26.7.4 for even degrees of freedom.
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for step in range(odd, freedom - 1, 2):
        total += term
        term *= cosine * cosine * (step + 1) / (step + 2)
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total


@dataclass(frozen=True, eq=False)
class Band:
    """Curves of several seeds as one: quartiles and median at common steps, (n,) each."""

    step: Floats
    low: Floats
    median: Floats
    high: Floats


def band(curves: Sequence[tuple[ArrayLike, ArrayLike]]) -> Band:
    """Median and quartiles of curves (step, value), at each step that at least half of them have reached.

    Between two evaluations a curve is a straight line; beyond its last one it is left out.
    """
    pairs = [(np.asarray(x, np.float64), np.asarray(y, np.float64)) for x, y in curves]
    finite = [(x[np.isfinite(y)], y[np.isfinite(y)]) for x, y in pairs]
    known = [(x, y) for x, y in finite if len(x)]
    if not known:
        return Band(*(np.empty(0) for _ in range(4)))
    ends = np.sort([x[-1] for x, _y in known])
    steps = np.unique(np.concatenate([x for x, _y in known]))
    steps = steps[steps <= ends[(len(ends) - 1) // 2]]
    if len(steps) > MOST_POINTS:
        steps = steps[np.unique(np.linspace(0, len(steps) - 1, MOST_POINTS).astype(np.int64))]
    values = np.stack([np.interp(steps, x, y, left=np.nan, right=np.nan) for x, y in known])
    values = values[:, ~np.isnan(values).all(axis=0)]
    steps = steps[-values.shape[1] :]
    ordered, counts = np.sort(values, axis=0), (~np.isnan(values)).sum(axis=0)  # NaN comes last
    return Band(steps, *(_quantile(ordered, counts, share) for share in (0.25, 0.5, 0.75)))


def _quantile(ordered: Floats, counts: NDArray[np.int64], share: float) -> Floats:
    """A quantile of the first `counts` numbers of each column, straight lines between neighbours."""
    place = share * (counts - 1)
    below, columns = np.floor(place).astype(np.int64), np.arange(ordered.shape[1])
    low, high = ordered[below, columns], ordered[np.minimum(below + 1, counts - 1), columns]
    return np.asarray(low + (high - low) * (place - below))
