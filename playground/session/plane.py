"""A plane through the space of all weights, and the loss measured on it point by point."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from playground.engine.run import Run

Floats = NDArray[np.float64]
Tensors = Mapping[str, Any]

SIDE = 25  # points along each axis; odd, so that the middle is one of them


def flat(tensors: Tensors) -> Floats:
    """All numbers of these tensors, one after the other."""
    return np.concatenate([np.asarray(array, np.float64).ravel() for array in tensors.values()])


def named(numbers: Floats, like: Tensors) -> dict[str, Floats]:
    """Numbers one after the other as tensors of these shapes."""
    ends = np.cumsum([array.size for array in like.values()])[:-1]
    parts = np.split(numbers, ends)
    return {n: part.reshape(a.shape) for (n, a), part in zip(like.items(), parts, strict=True)}


@dataclass(frozen=True, eq=False)
class Plane:
    """All weights `middle` + across · `axes[0]` + up · `axes[1]`; it is shown `reach` far each way."""

    middle: Tensors
    axes: tuple[Tensors, Tensors]
    reach: tuple[float, float]

    def at(self, across: float, up: float) -> dict[str, Floats]:
        """The weights at a place of the plane."""
        one, two = self.axes
        with np.errstate(over="ignore", invalid="ignore"):  # of a network that ran away
            return {n: self.middle[n] + across * one[n] + up * two[n] for n in self.middle}

    def places(self, points: Floats) -> tuple[Floats, Floats]:
        """The nearest place on the plane for each point (n, 2), and how far the point lies from it (n,).

        Points are weights as `flat` has them, (n, numbers). One place in the middle where there are numbers
        that are not finite.
        """
        with np.errstate(over="ignore", invalid="ignore"):
            moved, inner = points - self._middle, self._inner
        if not (np.isfinite(moved).all() and np.isfinite(inner).all()) or np.linalg.matrix_rank(inner) < 2:
            return np.zeros((1, 2)), np.zeros(1)
        places = np.asarray(np.linalg.solve(inner, self._directions @ moved.T).T, np.float64)
        return places, np.linalg.norm(moved - places @ self._directions, axis=1)

    @cached_property
    def _middle(self) -> Floats:
        return flat(self.middle)

    @cached_property
    def _directions(self) -> Floats:
        return np.array([flat({name: axis[name] for name in self.middle}) for axis in self.axes])

    @cached_property
    def _inner(self) -> Floats:
        inner: Floats = self._directions @ self._directions.T
        return inner


@dataclass(eq=False)
class Survey:
    """The loss on a plane over some rows of the data: `values` (SIDE, SIDE), row 0 at the top.

    NaN where not measured yet; from the middle outwards.
    """

    plane: Plane
    rows: NDArray[np.int64]
    values: Floats = field(default_factory=lambda: np.full((SIDE, SIDE), np.nan))
    _next: int = 0

    def __post_init__(self) -> None:
        order = np.indices((SIDE, SIDE)).reshape(2, -1).T
        self._order = order[np.argsort(np.abs(order - SIDE // 2).max(axis=1), kind="stable")]

    @property
    def done(self) -> bool:
        """True when no point is missing."""
        return self._next >= len(self._order)

    def measure(self, run: Run, until: float) -> None:
        """Measure until the time is up; at least one point."""
        while not self.done:
            row, column = self._order[self._next]
            self.values[row, column] = run.loss_with(self.plane.at(*self.position(row, column)), self.rows)
            self._next += 1
            if time.perf_counter() >= until:
                return

    def position(self, row: int, column: int) -> tuple[float, float]:
        """Where a point lies on the plane; exactly 0 in the middle."""
        middle = SIDE // 2
        across, up = self.plane.reach
        return across * (column - middle) / middle, up * (middle - row) / middle
