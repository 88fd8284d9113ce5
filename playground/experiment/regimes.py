"""The regimes of an experiment's data: every way in which its errors can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets import Samples
from playground.catalog.datasets.regimes import DEEP, Regimes, bands, categories, round_edges
from playground.catalog.splits import Floats, Indices
from playground.experiment.model import Data

TARGET = "Observed"
_SEASONS = ("Dec–Feb", "Mar–May", "Jun–Aug", "Sep–Nov")
_FEBRUARY, _SEASON = 59.0, 91.3125  # days


def regimes(dataset: Any, samples: Samples, train: Indices) -> tuple[Regimes, ...]:
    """Every way to tell these samples apart, the most telling first.

    What the data set names comes first, then season, depth, groups, the classes or bands of the observed
    target, and parts of the plane or the line. Bands of the target have round borders near its 10, 35, 65
    and 90 % quantiles in the training rows; those of depth near its fifths.
    """
    return tuple(each for each in _all(dataset, samples, train) if each is not None)


def emphasized(data: Data, samples: Samples, train: Indices) -> NDArray[np.bool_]:
    """Which rows belong to the regime that the data weight; none where there is no such regime any more."""
    chosen = data.emphasis
    assert chosen is not None
    if chosen.regimes == TARGET and samples.targets.ndim == 2:
        target = samples.targets[:, 0]
        low = -np.inf if chosen.low is None else chosen.low
        high = np.inf if chosen.high is None else chosen.high
        return np.asarray((target >= low) & (target < high))
    for each in regimes(data.dataset, samples, train):
        if each.name == chosen.regimes and chosen.label in each.labels:
            return np.asarray(each.of == each.labels.index(chosen.label))
    return np.zeros(len(samples.raw), np.bool_)


def _all(dataset: Any, samples: Samples, train: Indices) -> Iterator[Regimes | None]:
    entry, raw = dataset.entry, samples.raw
    yield from samples.regimes
    names = entry.raw_names_of(dataset)
    for column, edges in entry.bands:
        at = names.index(column)
        yield bands(entry.columns[at], raw[:, at], edges, entry.units[at])
    yield _season(samples.time, "date" if entry.dated(dataset) else entry.time_name)
    if samples.depth is not None:
        edges_of_depth = round_edges(samples.depth, (0.2, 0.4, 0.6, 0.8))
        yield bands("Depth", samples.depth, edges_of_depth, ends=DEEP) if edges_of_depth else None
    yield _groups(samples, entry.group_name)
    yield from _targets(samples, entry.class_names_of(dataset), entry.target_unit, train)
    if entry.domain is not None and len(entry.domain) == 2:
        labels = ("lower left", "lower right", "upper left", "upper right")
        quadrant = (raw[:, 0] > 0.0) + 2 * (raw[:, 1] > 0.0)
        yield Regimes("Quadrant", labels, quadrant.astype(np.int64))
    elif entry.domain is not None:
        low, high = entry.domain[0]
        yield bands("x", raw[:, 0], [round(low + (high - low) * part / 3, 6) for part in (1, 2)])


def _season(time: Floats | None, name: str) -> Regimes | None:
    days = day_of_year(time, name)
    if days is None:
        return None
    return Regimes("Season", _SEASONS, ((days - _FEBRUARY - 0.5) // _SEASON + 1).astype(np.int64) % 4)


def _groups(samples: Samples, name: str) -> Regimes | None:
    if samples.group is None:
        return None
    known, of = np.unique(samples.group, return_inverse=True)
    word = name.capitalize() if name.islower() else name
    texts = samples.group_names or tuple(f"{word} {number + 1}" for number in range(len(known)))
    return categories(word, texts, of.astype(np.int64))


def _targets(
    samples: Samples, class_names: tuple[str, ...], unit: str, train: Indices
) -> Iterator[Regimes | None]:
    targets = samples.targets
    if class_names:
        yield Regimes("Class", class_names, targets.astype(np.int64))
    elif targets.ndim == 2 and targets.shape[1] == 1:
        edges = round_edges(targets[train, 0])
        yield bands(TARGET, targets[:, 0], edges, unit) if edges else None


def day_of_year(time: Floats | None, name: str) -> Floats | None:
    """The day of the year of each row, where its time is a date or a year with a fraction."""
    if time is None:
        return None
    if name == "date" and ((time >= 1.0) & (time <= date.max.toordinal())).all():
        days = [date.fromordinal(int(day)).timetuple().tm_yday for day in time]
        return np.array(days, dtype=np.float64)
    if name == "year" and (time % 1.0 != 0.0).any():
        return np.asarray(time % 1.0 * 365.25)
    return None
