"""Scalings: bring columns of different units to a common size. Fitted on the training rows only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Registry

Floats = NDArray[np.float64]


def column_sums(x: Floats) -> Floats:
    """The sum of each column, added in a fixed order (halves onto halves), so always the same bits."""
    if len(x) == 0:
        return np.zeros(x.shape[1])
    while len(x) > 1:
        half = len(x) // 2
        rest = x[2 * half :]
        x = x[:half] + x[half : 2 * half]
        if len(rest):
            x[:1] += rest
    return np.asarray(x[0])


def _unchanged(x: Floats) -> tuple[Floats, Floats]:
    return np.zeros(x.shape[1]), np.ones(x.shape[1])


@dataclass(frozen=True)
class Scaling(Entry):
    """A shift and a scale for each column: scaled = (x − shift) / scale.

    `fit(x)` takes the training rows (n, columns) and gives shift and scale, each (columns,). A scale of
    0 marks a column that never changes; it becomes 0 everywhere.
    """

    fit: Callable[[Floats], tuple[Floats, Floats]] = _unchanged


scalings: Registry[Scaling] = Registry("scalings", "scaling")


def _standard(x: Floats) -> tuple[Floats, Floats]:
    if len(x) == 0:
        return _unchanged(x)
    mean = column_sums(x) / len(x)
    squares = x - mean
    np.multiply(squares, squares, out=squares)  # in place: a large table has no room for another copy
    spread = np.sqrt(column_sums(squares) / len(x))
    return mean, np.where(x.min(axis=0) == x.max(axis=0), 0.0, spread)


def _minmax(x: Floats) -> tuple[Floats, Floats]:
    if len(x) == 0:
        return _unchanged(x)
    lowest = x.min(axis=0)
    return lowest, x.max(axis=0) - lowest


scalings.register(
    Scaling(
        key="standard",
        label="standard",
        summary="Mean 0 and standard deviation 1 over the training samples.",
        formula="(<i>x</i> − mean) / standard deviation",
        fit=_standard,
    )
)
scalings.register(
    Scaling(
        key="none",
        label="none",
        summary="Leaves the numbers as they are.",
        formula="<i>x</i>",
        fit=_unchanged,
    )
)
scalings.register(
    Scaling(
        key="minmax",
        label="0 to 1",
        summary="From 0 at the smallest to 1 at the largest training value.",
        formula="(<i>x</i> − min) / (max − min)",
        fit=_minmax,
    )
)


def scaled(x: Floats, shift: Floats, scale: Floats) -> Floats:
    """(x − shift) / scale, and 0 where the scale is 0."""
    if not scale.all():
        return np.asarray(np.where(scale > 0.0, (x - shift) / np.where(scale > 0.0, scale, 1.0), 0.0))
    result = x - shift
    result /= scale
    return result


def restored(x: Floats, shift: Floats, scale: Floats) -> Floats:
    """The way back: x · scale + shift."""
    return x * scale + shift
