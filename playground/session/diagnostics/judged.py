"""One trained network before its judges: what it answers for samples it has not learned from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment import metrics
from playground.experiment.baselines import baselines
from playground.experiment.data import Floats, Indices, Prepared, regimes_of
from playground.experiment.rare import rare_class
from playground.session.diagnostics.response import Response, responses

if TYPE_CHECKING:
    from playground.engine.run import Run

Part = Literal["validation", "test"]

MOST = 20_000  # judged samples of a part, evenly taken
ROOM = 0.25  # of the range of the training targets: further beyond them a prediction is a surprise


@dataclass(frozen=True)
class Rival:
    """A baseline's result on the judged samples, a score like the network's own."""

    key: str
    label: str
    score: float


@dataclass(frozen=True)
class RegimeScores:
    """How a network does in each regime of one kind, (regimes,) each; NaN where nothing was judged.

    `error` is the share that is wrong or the RMSE, `bias` the mean of predicted − observed (0 for classes),
    `count` the judged samples and `learned` the different training samples. `edges` are the borders between
    bands of the target, empty for other kinds.
    """

    name: str
    labels: tuple[str, ...]
    count: Indices
    learned: Indices
    error: Floats
    bias: Floats
    edges: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Judged:
    """One network's results; `score` is the share that is right for classes, the RMSE for numbers.

    With a rare class, scores are balanced: the mean over classes of the share that is right. `whole` and
    `train_whole` count all samples alike even so, as do regimes and the curves over steps. `weight` is how
    many samples, equally many of each class, would tell as much as the judged ones.

    `observed` and `predicted` are class numbers (n,) or numbers (n, outputs) in the target's own units, of
    the samples `rows`.
    """

    seed: int
    rows: Indices
    observed: NDArray[Any]
    predicted: NDArray[Any]
    score: float
    train_score: float
    whole: float
    train_whole: float
    weight: float
    rivals: tuple[Rival, ...]
    regimes: tuple[RegimeScores, ...]
    responses: tuple[Response, ...]
    outside: float  # the share of predictions beyond the target's range, NaN where none is known
    beyond: float  # the share that lies beyond the observed training targets by a quarter of their range
    low: float  # the least and the greatest prediction of the first target
    high: float


def judge(run: Run, part: Part = "validation") -> Judged:
    """Let a network answer for a part of its data, and measure all that the checks ask for.

    ValueError if that part has no samples, or the network answers with what is no finite number.
    """
    prepared = run.prepared
    whole: Indices = getattr(prepared, part)
    if len(whole) == 0:
        raise ValueError(f"There are no {part} samples to judge by. Give {part} a share of the data.")
    places, learned = _some(len(whole)), prepared.learned
    rows, known = whole[places], learned[_some(len(learned))]
    observed, predicted = prepared.raw_targets[rows], _answers(run, rows)
    learned_from, recalled = prepared.raw_targets[known], _answers(run, known)
    balanced = rare_class(prepared, run.experiment.checks.rare) is not None
    first = predicted.reshape(len(predicted), -1)[:, 0]
    return Judged(
        seed=run.experiment.seed,
        rows=rows,
        observed=observed,
        predicted=predicted,
        score=_score(prepared, observed, predicted, balanced),
        train_score=_score(prepared, learned_from, recalled, balanced),
        whole=_score(prepared, observed, predicted),
        train_whole=_score(prepared, learned_from, recalled),
        weight=_weight(observed) if balanced else float(len(rows)),
        rivals=tuple(
            Rival(each.key, each.label, _score(prepared, observed, each.predicted[places], balanced))
            for each in baselines(prepared, part)
        ),
        regimes=tuple(_by_regime(run, rows, predicted, learned)),
        responses=responses(run),
        outside=_outside(run, predicted),
        beyond=_beyond(prepared, predicted, known),
        low=float(first.min()),
        high=float(first.max()),
    )


def _some(count: int) -> Indices:
    if count <= MOST:
        return np.arange(count)
    return np.linspace(0, count - 1, MOST).astype(np.int64)


def _answers(run: Run, rows: Indices) -> NDArray[Any]:
    """Class numbers (n,), or numbers (n, outputs) in the target's own units."""
    answers = run.predict(run.prepared.inputs[rows])
    if not np.isfinite(answers).all():
        raise ValueError(
            "The network's answers are not finite numbers any more, so there is nothing to judge. Go back to "
            "an earlier step, or lower the learning rate."
        )
    if run.prepared.task != "classes":
        return run.prepared.restore_targets(answers)
    one = answers.shape[1] == 1
    return np.asarray(answers[:, 0] > 0.5 if one else answers.argmax(axis=1)).astype(np.int64)


def _score(
    prepared: Prepared, observed: NDArray[Any], predicted: NDArray[Any], balanced: bool = False
) -> float:
    if prepared.task == "classes":
        return metrics.share_right(observed, predicted, len(prepared.class_names) if balanced else 0)
    return metrics.root_mean_squared_error(observed, predicted)


def _weight(observed: NDArray[Any]) -> float:
    """As many samples as k²/Σ(1/n_k): the variance of a mean over k classes is Σ v/n_k / k²."""
    counts = np.bincount(observed)
    counts = counts[counts > 0]
    return float(len(counts) ** 2 / np.sum(1.0 / counts))


def _by_regime(run: Run, rows: Indices, predicted: NDArray[Any], learned: Indices) -> Iterator[RegimeScores]:
    prepared, data = run.prepared, run.experiment.data
    observed = prepared.raw_targets[rows]
    classes = prepared.task == "classes"
    miss = (predicted != observed).astype(np.float64) if classes else predicted - observed
    square = miss if classes else np.mean(miss**2, axis=1)
    slant = np.zeros(len(rows)) if classes else miss.mean(axis=1)
    for each in regimes_of(data, run.experiment.seed):
        of, kinds = each.of[rows], len(each.labels)
        known = of >= 0
        count = np.bincount(of[known], minlength=kinds)
        some = np.where(count > 0, count, np.nan)
        error = np.bincount(of[known], square[known], kinds) / some
        bias = np.bincount(of[known], slant[known], kinds) / some
        of_learned = each.of[learned]
        yield RegimeScores(
            each.name,
            each.labels,
            count,
            np.bincount(of_learned[of_learned >= 0], minlength=kinds),
            error if classes else np.sqrt(error),
            bias,
            each.edges,
        )


def _outside(run: Run, predicted: NDArray[Any]) -> float:
    """The share of samples with a prediction that cannot be; NaN where nothing is known of that."""
    dataset = run.experiment.data.dataset
    limits = dataset.entry.target_ranges_of(dataset)
    known = any(bound is not None for pair in limits for bound in pair)
    if run.prepared.task == "classes" or run.prepared.reconstructs or not known:
        return float("nan")
    low = np.array([-np.inf if pair[0] is None else pair[0] for pair in limits])
    high = np.array([np.inf if pair[1] is None else pair[1] for pair in limits])
    return float(np.mean(((predicted < low) | (predicted > high)).any(axis=1)))


def _beyond(prepared: Prepared, predicted: NDArray[Any], known: Indices) -> float:
    if prepared.task == "classes":
        return 0.0
    targets = prepared.raw_targets[known]
    low, high = targets.min(axis=0), targets.max(axis=0)
    room = ROOM * (high - low)
    return float(np.mean(((predicted < low - room) | (predicted > high + room)).any(axis=1)))
