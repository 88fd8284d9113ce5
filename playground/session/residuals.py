"""Where the network is wrong: what is special about some samples, and which neurons answer to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets.regimes import Regimes
from playground.experiment.data import Floats, Indices, Prepared
from playground.experiment.scoring import Answered, Part

if TYPE_CHECKING:
    from playground.engine.run import Run

MOST_RESPONSES = 12
MOST_SHARES = 5
_LEAST = 0.05  # a regime's share among the chosen samples must exceed its usual one by so much


@dataclass(frozen=True)
class Brushed:
    """Some samples of a part of the data, by their rows, that were marked in a view."""

    part: Part
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Response:
    """How a neuron answers to the marked samples: by how much its mean activation differs from that for
    the others, in standard deviations of its activation over all of them."""

    layer: str
    unit: int
    difference: float


@dataclass(frozen=True, eq=False)
class Responses:
    """The neurons that answer most differently to the marked samples, the strongest first."""

    asked: Brushed
    found: tuple[Response, ...]


def responses(run: Run, asked: Brushed, rows: Indices) -> Responses:
    """Compare the marked samples with the others of `rows`; nothing is found without any of either."""
    marked = np.isin(rows, np.array(asked.rows, np.int64))
    if not marked.any() or marked.all():
        return Responses(asked, ())
    found = []
    for layer, values in run.forward(run.prepared.inputs[rows]).post.items():
        held = values.astype(np.float64)
        apart = held[:, marked].mean(axis=1) - held[:, ~marked].mean(axis=1)
        spread = held.std(axis=1)
        scaled = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 1e-9)
        if layer != "output":
            found += [Response(layer, unit, float(value)) for unit, value in enumerate(scaled)]
    found.sort(key=lambda each: -abs(each.difference))
    return Responses(asked, tuple(found[:MOST_RESPONSES]))


@dataclass(frozen=True)
class Share:
    """A regime that the marked samples have more of: its share among them, and among all."""

    name: str
    label: str
    marked: float
    all: float


def overrepresented(ways: tuple[Regimes, ...], marked: Indices, rows: Indices) -> tuple[Share, ...]:
    """The regimes that stand out among the marked rows, the most telling of each way first."""
    found = []
    for way in ways if len(marked) else ():
        kinds = range(len(way.labels))
        shares = [(np.mean(way.of[marked] == kind), np.mean(way.of[rows] == kind)) for kind in kinds]
        kind = max(kinds, key=lambda each: shares[each][0] - shares[each][1])
        own, usual = (float(each) for each in shares[kind])
        if own - usual >= _LEAST:
            found.append(Share(way.name, way.labels[kind], own, usual))
    found.sort(key=lambda each: each.all - each.marked)
    return tuple(found[:MOST_SHARES])


@dataclass(frozen=True, eq=False)
class RegimeErrors:
    """The error in each regime of one kind, (regimes,) each: RMSE or the share that is wrong, NaN without
    samples; `bias` is the mean of predicted − observed, 0 for classes."""

    way: Regimes
    count: Indices
    error: Floats
    bias: Floats


def by_regime(way: Regimes, found: Answered, which: int = 0) -> RegimeErrors:
    """The errors of one predicted number, or of the class, told apart by regime."""
    of, kinds = way.of[found.rows], len(way.labels)
    known = of >= 0
    signed = errors(found, which)
    square = (signed != 0.0).astype(np.float64) if found.probability is not None else signed**2
    count = np.bincount(of[known], minlength=kinds)
    some = np.where(count > 0, count, np.nan)
    error = np.bincount(of[known], square[known], kinds) / some
    if found.probability is not None:
        return RegimeErrors(way, count, error, np.zeros(kinds))
    return RegimeErrors(way, count, np.sqrt(error), np.bincount(of[known], signed[known], kinds) / some)


def errors(found: Answered, which: int = 0) -> Floats:
    """Predicted − observed (n,) of one number; for classes 1 where the class is wrong, else 0."""
    if found.probability is not None:
        return np.asarray(found.predicted != found.observed, np.float64)
    return np.asarray(found.predicted[:, which] - found.observed[:, which])


@dataclass(frozen=True, eq=False)
class Map:
    """Samples laid out by what is known of them: `x` and `y` (n,), and what the axes are called.

    `y` is None where the error itself is drawn upwards. `counts` says that x counts days ("date"), is
    a "year" or the number of a "class"; "" for any other number.
    """

    title: str
    x: Floats
    y: Floats | None
    across: str
    up: str
    counts: str = ""


def maps(prepared: Prepared, found: Answered) -> tuple[Map, ...]:
    """The plane or the place of the samples, their time, their depth; where none of these is known, the
    observed value, or the class that each was taken for."""
    rows, made = found.rows, []
    place: NDArray[np.float64] | None = prepared.place[rows] if prepared.place is not None else None
    if prepared.domain is not None and len(prepared.domain) == 2:
        x, y = prepared.raw_inputs[rows, 0], prepared.raw_inputs[rows, 1]
        made.append(Map("Over the plane", x, y, "x₁", "x₂"))
    elif prepared.domain is not None:
        made.append(Map("Along the line", prepared.raw_inputs[rows, 0], None, "x", ""))
    if place is not None:
        made.append(Map("In space", place[:, 0], place[:, 1], *prepared.place_axes))
    if prepared.time is not None:
        counts = "date" if prepared.dated else "year" if prepared.time_name == "year" else ""
        made.append(Map("In time", prepared.time[rows], None, prepared.time_name, "", counts))
    if prepared.depth is not None:
        made.append(Map("In depth", prepared.depth[rows], None, prepared.depth_name or "depth", ""))
    if not made and found.probability is not None:
        truth, answer = found.observed.astype(np.float64), found.predicted.astype(np.float64)
        made.append(Map("By class", truth, answer, "true class", "predicted class", "class"))
    elif not made:
        observed = found.observed.reshape(len(rows), -1)[:, 0].astype(np.float64)
        made.append(Map("By what is observed", observed, None, "observed", ""))
    return tuple(made)


def worst(found: Answered, marked: Indices, most: int = 50) -> Indices:
    """The marked places in `found`, the most wrong first, at most so many."""
    return np.asarray(marked[np.argsort(-found.miss[marked], kind="stable")][:most])
