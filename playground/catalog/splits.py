"""Splits: which samples the network learns from, which choose, and which judge at the end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Registry, Setting
from playground.catalog.random import Stream

Indices = NDArray[np.int64]
Shares = tuple[float, float, float]


def _one_for_all(n: int, shares: Shares, time: NDArray[np.float64] | None, stream: Stream) -> list[Indices]:
    raise NotImplementedError


@dataclass(frozen=True)
class Split(Entry):
    """A way to divide n samples into train, validation and test.

    `divide(n, shares, time, stream)` gives three arrays of row numbers, in rising order; together they
    hold every row once. `time` orders the rows, for splits that need it (`by_time`).
    """

    divide: Callable[[int, Shares, NDArray[np.float64] | None, Stream], list[Indices]] = _one_for_all
    by_time: bool = False

    def problems(self, split: Any, dataset: Any) -> Iterator[str]:
        """What is wrong with these shares for this data set, in words."""
        total = split.train + split.validation + split.test
        if abs(total - 1.0) > 1e-6:
            percent = f"{100 * total:.4g} %"
            yield f"Train, validation and test add up to {percent}. Change them so that they make 100 %."
        if split.train <= 0.0:
            yield "No samples are left for training. Give training a larger share."
        if self.by_time and not dataset.entry.time_name:
            yield f"{dataset.entry.label} has no times to split by. Choose the random split."


splits: Registry[Split] = Registry("splits", "split")


def _shares(train: float, validation: float, test: float) -> tuple[Setting, ...]:
    texts = (
        ("train", "Train", train, "The share the network learns from."),
        (
            "validation",
            "Validation",
            validation,
            "The share that shows how well it does on samples it has not seen.",
        ),
        ("test", "Test", test, "The share kept aside until the end."),
    )
    return tuple(
        Setting(key, label, share, minimum=0.0, maximum=1.0, summary=text)
        for key, label, share, text in texts
    )


def _borders(n: int, shares: Shares) -> list[int]:
    """Where validation and test begin, to the nearest whole sample."""
    return [min(n, math.floor(part * n + 0.5)) for part in (shares[0], shares[0] + shares[1])]


def _random(n: int, shares: Shares, time: NDArray[np.float64] | None, stream: Stream) -> list[Indices]:
    return [np.sort(part) for part in np.split(stream.permutation(n), _borders(n, shares))]


splits.register(
    Split(
        key="random",
        label="random",
        summary="Every sample has the same chance of landing in each part.",
        settings=_shares(0.6, 0.2, 0.2),
        divide=_random,
    )
)


def _by_time(n: int, shares: Shares, time: NDArray[np.float64] | None, stream: Stream) -> list[Indices]:
    """Earliest rows train, latest test. A border moves to the nearest place between two different times.

    Where there are at least three different times, every share above zero gets at least one of them.
    """
    if time is None:
        raise ValueError("The data have no times to split by. Choose the random split.")
    order = np.argsort(time, kind="stable").astype(np.int64)
    ordered = time[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))  # 0 … n
    last = len(starts) - 1
    first, second = (int(np.argmin(np.abs(starts - border))) for border in _borders(n, shares))
    if last >= 3:
        used = [int(share > 0.0) for share in shares]
        first = min(max(first, used[0]), last - used[1] - used[2])
        second = min(max(second, first + used[1]), last - used[2])
    return [np.sort(part) for part in np.split(order, [int(starts[first]), int(starts[second])])]


splits.register(
    Split(
        key="time",
        label="by time",
        summary="Learns from the past and is judged on the future, as a forecast has to be.",
        settings=_shares(0.5, 0.25, 0.25),
        divide=_by_time,
        by_time=True,
    )
)


def _latest(n: int, shares: Shares, time: NDArray[np.float64] | None, stream: Stream) -> list[Indices]:
    """The latest times test, from the border nearest to the share asked for; the rest is mixed by chance."""
    if time is None:
        raise ValueError("The data have no times to split by. Choose the random split.")
    order = np.argsort(time, kind="stable").astype(np.int64)
    changes = np.flatnonzero(np.diff(time[order])) + 1
    wanted = _borders(n, shares)[1]
    border = n
    if shares[2] > 0.0 and len(changes):
        border = int(changes[np.argmin(np.abs(changes - wanted))])
    earlier = order[:border][stream.permutation(border)]
    learning = shares[0] + shares[1]
    first = math.floor(border * shares[0] / learning + 0.5) if learning > 0.0 else 0
    return [np.sort(part) for part in (earlier[:first], earlier[first:], order[border:])]


splits.register(
    Split(
        key="latest",
        label="latest held out",
        summary="The latest samples judge at the end; the earlier ones are shared out by chance.",
        settings=_shares(0.5, 0.15, 0.35),
        divide=_latest,
        by_time=True,
    )
)
