"""How good a network's answers are: the metrics that suit the task, and how sure each of them is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment import metrics
from playground.experiment.baselines import persistence
from playground.experiment.data import Floats, Indices, Prepared

Part = Literal["train", "validation", "test"]
PART_NAMES: dict[Part, str] = {"train": "Training", "validation": "Validation", "test": "Test"}

RESAMPLES = 1_000
_COST = 4_000_000  # rows drawn in all: large data need fewer resamples for the same interval
_FEWEST = 100
_FEWEST_GROUPS = 8


@dataclass(frozen=True, eq=False)
class Answered:
    """What a network answers to some rows of its data, and what is true.

    `rows` (n,) index into `Prepared`. Classes: `observed` and `predicted` are class numbers (n,) and
    `probability` is (n, classes). Numbers: both are (n, outputs) in the target's own units; `before` is what
    persistence predicts, where the data have a time.
    """

    part: Part
    rows: Indices
    observed: NDArray[Any]
    predicted: NDArray[Any]
    probability: Floats | None = None
    before: Floats | None = None

    def only(self, chosen: NDArray[Any]) -> Answered:
        """The same for some of the rows, by place or by mask."""
        further = [each if each is None else each[chosen] for each in (self.probability, self.before)]
        return Answered(self.part, self.rows[chosen], self.observed[chosen], self.predicted[chosen], *further)

    @property
    def miss(self) -> Floats:
        """How wrong each row is (n,): the RMSE over its outputs, or 1 − P(true class)."""
        if self.probability is not None:
            return np.asarray(1.0 - self.probability[np.arange(len(self.rows)), self.observed])
        return np.asarray(np.sqrt(np.mean((self.predicted - self.observed) ** 2, axis=1)))


def answered(prepared: Prepared, part: Part, rows: Indices, answers: NDArray[Any]) -> Answered:
    """The answers (n, outputs) that `Run.predict` gave to these rows, beside what is true."""
    answers = np.asarray(answers, np.float64)
    if prepared.task != "classes":
        predicted = prepared.restore_targets(answers)
        before = None if prepared.time is None or prepared.reconstructs else persistence(prepared, rows)
        return Answered(part, rows, prepared.raw_targets[rows].astype(np.float64), predicted, before=before)
    if answers.shape[1] == 1:
        answers = np.column_stack([1.0 - answers, answers])
    observed = prepared.raw_targets[rows].astype(np.int64)
    return Answered(part, rows, observed, answers.argmax(axis=1), answers)


@dataclass(frozen=True)
class Score:
    """One metric: `low` to `high` is its 95% interval where that was asked for.

    `form` says how it is spelt: a "share" of 1, in the target's "unit", or a "plain" number. `best` is the
    value of a perfect network.
    """

    key: str
    label: str
    value: float
    form: Literal["share", "unit", "plain"]
    best: float
    low: float = math.nan
    high: float = math.nan


def scores(found: Answered) -> tuple[Score, ...]:
    """Every metric that suits the task, the main one first; what has no meaning here is left out.

    Skill is 1 − MSE / MSE of persistence. With several classes, AUC and F1 are means over classes.
    """
    if not len(found.rows):
        return ()
    each = _of_classes(found) if found.probability is not None else _of_numbers(found)
    return tuple(score for score in each if not math.isnan(score.value))


def _of_numbers(found: Answered) -> Iterator[Score]:
    truth, predicted = found.observed, found.predicted
    with np.errstate(over="ignore", invalid="ignore"):
        yield Score("rmse", "RMSE", metrics.root_mean_squared_error(truth, predicted), "unit", 0.0)
        yield Score("mae", "MAE", metrics.mean_absolute_error(truth, predicted), "unit", 0.0)
        yield Score("bias", "Bias", metrics.bias(truth, predicted), "unit", 0.0)
        yield Score("r2", "R²", metrics.r_squared(truth, predicted), "plain", 1.0)
        if found.before is not None:
            error, reference = (float(np.mean((each - truth) ** 2)) for each in (predicted, found.before))
            yield Score("skill", "Skill against persistence", metrics.skill(error, reference), "plain", 1.0)


def _of_classes(found: Answered) -> Iterator[Score]:
    assert found.probability is not None
    truth, named, probability = found.observed, found.predicted, found.probability
    classes = probability.shape[1]
    yield Score("accuracy", "Accuracy", metrics.accuracy(truth, named), "share", 1.0)
    balanced = metrics.balanced_accuracy(truth, named, classes)
    yield Score("balanced_accuracy", "Balanced accuracy", balanced, "share", 1.0)
    each = metrics.class_scores(truth, named, classes)
    f1 = each.f1[1] if classes == 2 else each.f1[each.support > 0].mean()
    yield Score("f1", "F1" if classes == 2 else "F1, mean of classes", float(f1), "plain", 1.0)
    yield Score("auc", "AUC" if classes == 2 else "AUC, mean of classes", _auc(found), "plain", 1.0)
    yield Score("log_loss", "Log-loss", metrics.log_loss(truth, probability), "plain", 0.0)
    if classes == 2:
        yield Score("brier", "Brier score", metrics.brier(truth == 1, probability[:, 1]), "plain", 0.0)


def _auc(found: Answered) -> float:
    """The area under the ROC curve; of several classes the mean, each against the rest."""
    assert found.probability is not None
    classes = found.probability.shape[1]
    which = (1,) if classes == 2 else range(classes)
    areas = [metrics.roc(found.observed == index, found.probability[:, index]).area for index in which]
    known = [area for area in areas if not math.isnan(area)]
    return float(np.mean(known)) if known else math.nan


@dataclass(frozen=True)
class Sure:
    """Scores with their intervals, and in words what was drawn again: "samples", "groups" or "blocks …"."""

    scores: tuple[Score, ...]
    drawn: str
    resamples: int


def with_intervals(prepared: Prepared, found: Answered, resamples: int = RESAMPLES) -> Sure:
    """The scores with 95% intervals: the percentile bootstrap over the judged rows.

    Rows that belong together are drawn together (Efron, 1979, "Bootstrap methods", Annals of Statistics 7;
    for series in blocks, Künsch, 1989, Annals of Statistics 17): whole groups where there are at least 8,
    else ⌈n^⅓⌉ rows in a row where rows have a time, else single rows. The interval says how far other
    samples of the same kind could move a score; it knows nothing of other seeds.
    """
    plain = scores(found)
    n = len(found.rows)
    if n < 2:
        return Sure(plain, "samples", 0)
    units, drawn = _units(prepared, found.rows)
    resamples = max(_FEWEST, min(resamples, _COST // n))
    generator = np.random.default_rng(0)
    values: dict[str, list[float]] = {score.key: [] for score in plain}
    for _ in range(resamples):
        drawn_units = generator.integers(0, len(units), len(units))
        chosen = (
            drawn_units if drawn == "samples" else np.concatenate([units[index] for index in drawn_units])
        )
        for score in scores(found.only(chosen)):
            if score.key in values:
                values[score.key].append(score.value)
    return Sure(tuple(_between(score, values[score.key], n) for score in plain), drawn, resamples)


Word = Literal["better", "equal", "worse"]


def against(
    prepared: Prepared, found: Answered, other: NDArray[Any], seed: int = 0, balanced: bool = False
) -> Word:
    """Whether the network predicts better than `other` does for the same rows, by its main score.

    That is the RMSE, or the accuracy, which may be the `balanced` one.

    The paired bootstrap: both are scored on the same resamples, and "equal" is the word where the 95%
    interval of the difference holds 0, or where there are fewer than two rows.
    """
    n = len(found.rows)
    if n < 2:
        return "equal"
    units, _ = _units(prepared, found.rows)
    generator = np.random.default_rng(seed)
    gains = [
        np.subtract(*_errors(found, other, _draw(units, generator), balanced))
        for _ in range(max(_FEWEST, min(RESAMPLES, _COST // n)))
    ]
    low, high = np.quantile(gains, [0.025, 0.975])
    return "better" if low > 0.0 else "worse" if high < 0.0 else "equal"


def _errors(found: Answered, other: NDArray[Any], chosen: Indices, balanced: bool) -> tuple[float, float]:
    """The error of the other and of the network on the chosen places: RMSE, or the share of mistakes."""
    truth = found.observed[chosen]
    both = (other[chosen], found.predicted[chosen])
    if found.probability is not None:
        classes = found.probability.shape[1] if balanced else 0
        theirs, own = (1.0 - metrics.share_right(truth, each, classes) for each in both)
    else:
        theirs, own = (metrics.root_mean_squared_error(truth, each) for each in both)
    return theirs, own


def _draw(units: list[Indices], generator: np.random.Generator) -> Indices:
    """As many units as there are, with replacement, as places."""
    chosen = generator.integers(0, len(units), len(units))
    if len(units[0]) == 1 and len(units[-1]) == 1:
        return np.asarray(np.stack(units)[chosen, 0])
    return np.concatenate([units[index] for index in chosen])


def _between(score: Score, values: list[float], n: int) -> Score:
    """The score with its interval. Where nothing ever varies, as with no mistake at all, resampling knows
    nothing: an accuracy then has Wilson's interval of 1927, other scores have none."""
    known = np.array(values)[np.isfinite(values)]
    if not len(known) or known.min() == known.max():
        if score.key != "accuracy":
            return score
        z2 = 1.96**2
        reach = z2 / (n + z2)  # Wilson's interval of 0 or n hits of n
        return replace(score, low=max(0.0, score.value - reach), high=min(1.0, score.value + reach))
    low, high = np.quantile(known, [0.025, 0.975])
    return replace(score, low=float(low), high=float(high))


def _units(prepared: Prepared, rows: Indices) -> tuple[list[Indices], str]:
    """What is drawn as a whole, as places in `rows`, and what that is called."""
    places = np.arange(len(rows))
    if prepared.group is not None:
        _, of = np.unique(prepared.group[rows], return_inverse=True)
        if of.max() + 1 >= _FEWEST_GROUPS:
            order = np.argsort(of, kind="stable")
            return np.split(order, np.flatnonzero(np.diff(of[order])) + 1), "groups"
    if prepared.time is not None:
        length = math.ceil(len(rows) ** (1 / 3))
        order = np.argsort(prepared.time[rows], kind="stable")
        return np.array_split(order, math.ceil(len(rows) / length)), f"blocks of {length} samples in a row"
    return list(places[:, None]), "samples"


def spelt(value: float, form: str, unit: str = "") -> str:
    """A score: 94.2%, 3.06 °C, 0.871; "–" where there is none."""
    if not np.isfinite(value):
        return "–"
    if form == "share":
        return f"{value:.0%}" if value in (0.0, 1.0) else f"{min(max(value, 0.001), 0.999):.1%}"
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e5):
        mantissa, exponent = f"{value:.2e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    else:
        text = f"{value:.3f}" if size < 1.0 else f"{value:.2f}" if size < 100.0 else f"{value:,.1f}"
    whole = text.replace("-", "−")
    return f"{whole} {unit}" if unit and form == "unit" else whole


def interval(score: Score, unit: str = "") -> str:
    """From where to where a score lies: "2.91 to 3.22 °C"; "" where that is not known."""
    if not (np.isfinite(score.low) and np.isfinite(score.high)):
        return ""
    low = spelt(score.low, score.form if score.form == "share" else "plain")
    return f"{low} to {spelt(score.high, score.form, unit)}"
