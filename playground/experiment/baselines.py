"""Baselines: what a network must beat. Slow the first time: ask in the background."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any, Literal
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from playground.experiment import metrics
from playground.experiment.data import Floats, Indices, Prepared
from playground.experiment.regimes import day_of_year

_FITTED = 20_000  # training rows that models are fitted on, evenly taken
_PAIRS = 100_000_000  # of asked and known rows that nearest neighbours compare: some seconds
_NEIGHBOURS = 5
_WINDOW = 15  # days on both sides that make a day's climate


@dataclass(frozen=True, eq=False)
class Baseline:
    """A simple prediction and how good it is.

    `predicted` are class numbers (n,) or numbers (n, outputs) in the target's own units; `probability`
    (n, classes) is how sure of each class it is, None for numbers. `score` is the accuracy for classes and
    the RMSE for numbers, as `metric` says. `loss` is its loss, NaN where none was asked for or it has none.
    """

    key: str
    label: str
    predicted: NDArray[Any]
    metric: Literal["accuracy", "rmse"]
    score: float
    probability: Floats | None = None
    loss: float = float("nan")


Part = Literal["train", "validation", "test"]
_KNOWN: WeakKeyDictionary[Prepared, dict[Part, tuple[Baseline, ...]]] = WeakKeyDictionary()
_ONE_AT_A_TIME = Lock()


def baselines(prepared: Prepared, part: Part = "validation") -> tuple[Baseline, ...]:
    """Every baseline that these data allow, fitted on the training rows and scored on a part.

    Empty if the part is. Linear and logistic regression and nearest neighbours are scikit-learn's, on the
    scaled inputs that the network sees; scikit-learn is imported here and not before. Nearest neighbours
    have no say about training rows, each of which is its own neighbour. The answer is kept as long as the
    data are.

    Probabilities of classes: the most common class is named with the frequencies of all classes in training,
    logistic regression has its own, and k neighbours vote together with one more that has those
    frequencies, (votes + frequency)/(k + 1), so that a class without a vote is never ruled out.
    """
    if len(getattr(prepared, part)) == 0:
        return ()
    with _ONE_AT_A_TIME:
        known = _KNOWN.setdefault(prepared, {})
        if part not in known:
            known[part] = _computed(prepared, part)
        return known[part]


def best(simple: Sequence[Baseline]) -> Baseline | None:
    """The strongest baseline; None without any."""
    return min(simple, key=lambda each: each.score if each.metric == "rmse" else -each.score, default=None)


def _computed(prepared: Prepared, part: Part) -> tuple[Baseline, ...]:
    from threadpoolctl import threadpool_limits

    rows = prepared.rows_of(part)
    prepared = replace(prepared, train=prepared.learned)  # weighted rows stand there several times
    found: Found | Sure
    found = _classes(prepared, rows) if prepared.task == "classes" else _numbers(prepared, rows)
    others = (each for each in found if part != "train" or each[0] != "neighbours")
    with warnings.catch_warnings(), threadpool_limits(1):  # threads that wait for each other take far longer
        # Small systems hide how many cores they have; nothing here depends on it.
        warnings.filterwarnings("ignore", "Could not find the number of physical cores")
        return tuple(_scored(prepared, rows, *each) for each in others)


def _scored(
    prepared: Prepared,
    rows: Indices,
    key: str,
    label: str,
    predicted: NDArray[Any],
    probability: Floats | None = None,
) -> Baseline:
    truth = prepared.raw_targets[rows]
    if prepared.task == "classes":
        return Baseline(key, label, predicted, "accuracy", metrics.accuracy(truth, predicted), probability)
    return Baseline(key, label, predicted, "rmse", metrics.root_mean_squared_error(truth, predicted))


Found = Iterator[tuple[str, str, NDArray[Any]]]
Sure = Iterator[tuple[str, str, NDArray[Any], Floats]]  # with probabilities


def _fitted_on(prepared: Prepared) -> Indices:
    train = prepared.train
    if len(train) <= _FITTED:
        return train
    return np.asarray(train[np.linspace(0, len(train) - 1, _FITTED).astype(np.int64)])


def _classes(prepared: Prepared, rows: Indices) -> Sure:
    learned = prepared.raw_targets[prepared.train]
    count = len(prepared.class_names)
    frequency = np.bincount(learned, minlength=count) / len(learned)
    always, each = f"Always {prepared.class_names[frequency.argmax()]}", np.tile(frequency, (len(rows), 1))
    yield "majority", always, each.argmax(axis=1), each
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    few = _fitted_on(prepared)
    inputs, classes = prepared.inputs[few], prepared.raw_targets[few]
    if len(np.unique(classes)) > 1:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # not quite converged is good enough here
            model = LogisticRegression(max_iter=1000).fit(inputs, classes)
        yield "logistic", "Logistic regression", *_of_all(model, prepared.inputs[rows], count)
    known = _comparable(few, rows)
    k = min(_NEIGHBOURS, len(known))
    near = KNeighborsClassifier(k).fit(prepared.inputs[known], prepared.raw_targets[known])
    named, share = _of_all(near, prepared.inputs[rows], count)
    yield "neighbours", _neighbours(len(known)), named, (k * share + frequency) / (k + 1)


def _of_all(model: Any, inputs: Floats, count: int) -> tuple[NDArray[Any], Floats]:
    """The class that a model names, and its probabilities of all classes, though it may have seen fewer."""
    found = np.zeros((len(inputs), count))
    found[:, model.classes_] = model.predict_proba(inputs)
    return found.argmax(axis=1), found


def _numbers(prepared: Prepared, rows: Indices) -> Found:
    learned = prepared.raw_targets[prepared.train]
    yield "mean", "Mean of the training samples", np.tile(learned.mean(axis=0), (len(rows), 1))
    if prepared.reconstructs:
        return  # the answer is among the inputs
    if prepared.time is not None:
        yield "persistence", "Persistence: as the time before", persistence(prepared, rows)
        season = day_of_year(prepared.time, prepared.time_name)
        if season is not None:
            climate = _climatology(season, prepared.raw_targets, prepared.train, rows)
            yield "climatology", "Climatology: the season's mean", climate
    from sklearn.linear_model import LinearRegression
    from sklearn.neighbors import KNeighborsRegressor

    few = _fitted_on(prepared)
    inputs, targets = prepared.inputs[few], prepared.raw_targets[few]
    linear = LinearRegression().fit(inputs, targets)
    yield "linear", "Linear regression", linear.predict(prepared.inputs[rows])
    known = _comparable(few, rows)
    model = KNeighborsRegressor(min(_NEIGHBOURS, len(known)))
    near = model.fit(prepared.inputs[known], prepared.raw_targets[known])
    yield "neighbours", _neighbours(len(known)), near.predict(prepared.inputs[rows])


def _comparable(few: Indices, rows: Indices) -> Indices:
    """As many of the known rows, evenly taken, as can be compared with all that are asked for."""
    most = max(1_000, _PAIRS // max(1, len(rows)))
    return few if len(few) <= most else np.asarray(few[np.linspace(0, len(few) - 1, most).astype(np.int64)])


def _neighbours(rows: int) -> str:
    count = min(_NEIGHBOURS, rows)
    return f"{count} nearest neighbours" if count > 1 else "Nearest neighbour"


def persistence(prepared: Prepared, rows: Indices) -> Floats:
    """The target of the latest earlier time, within the same group; the training mean where there is none."""
    assert prepared.time is not None
    time, targets = prepared.time, prepared.raw_targets
    group = np.zeros(len(time), np.int64) if prepared.group is None else prepared.group
    order = np.lexsort((time, group))
    start = np.concatenate(([True], (np.diff(group[order]) != 0) | (np.diff(time[order]) != 0.0)))
    first = np.maximum.accumulate(np.where(start, np.arange(len(order)), 0))  # of rows at the same time
    before = first - 1
    known = (before >= 0) & (group[order[before]] == group[order])
    mean = targets[prepared.learned].mean(axis=0)
    last = np.empty_like(targets)
    last[order] = np.where(known[:, None], targets[order[before]], mean)
    return np.asarray(last[rows])


def _climatology(season: Floats, targets: Floats, train: Indices, rows: Indices) -> Floats:
    """Mean of the training targets of the same time of year, some days to both sides."""
    predicted = np.tile(targets[train].mean(axis=0), (len(rows), 1))
    for day in np.unique(season[rows]):
        apart = np.abs(season[train] - day)
        near = np.minimum(apart, 365.25 - apart) <= _WINDOW
        if near.any():
            predicted[season[rows] == day] = targets[train[near]].mean(axis=0)
    return predicted
