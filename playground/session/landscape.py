"""The loss around the present weights: a slice through a space of many dimensions, measured bit by bit.

Three planes: two random directions, each row scaled to the length of the weights' row, biases left as they
are (filter normalisation: Li et al., 2018); the plane in which the run so far moved most (principal
components of the kept states, from the present weights); two weights of one's choice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.shapes import shapes

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.session.timeline import Moment

Floats = NDArray[np.float64]
Place = tuple[str, tuple[int, ...]]  # a number of a tensor: ("dense_1.weight", (unit, input))

SIDE = 25  # points along each axis; odd, so that the middle is the present weights
MOST_ROWS = 1_000  # training rows on which the loss is measured
MOST_MOMENTS = 60  # kept states on the path
MOST_NUMBERS = 4_000_000  # in all of them
MOST_WEIGHTS = 1_000_000  # of a network whose landscape is measured
SLICE = 0.004  # seconds of measuring at a time


@dataclass(frozen=True)
class Slice:
    """Which plane to look at: "random", "path" or "weights"; another `seed` gives other directions."""

    kind: str = "random"
    seed: int = 1
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Landscape:
    """The loss over a plane through the weights of step `steps`.

    `values` (SIDE, SIDE), row 0 at the top, NaN where not measured yet; `reach` is how far the plane goes
    from the middle along each axis; `path` (n, 2) is where the run came along, `ball` where it is now.
    `shares` says how much of the movement so far lies along each axis of the "path" plane.
    """

    asked: Slice
    steps: int
    values: Floats
    reach: tuple[float, float]
    centre: float
    path: Floats
    ball: tuple[float, float]
    shares: tuple[float, float] | None = None


@dataclass
class Surveyor:
    """Measures one landscape after the other for one run, a few points at each call of `look`."""

    run: Run
    moments: Callable[[], Sequence[Moment]] = tuple
    _survey: _Survey | None = None
    _shown: _Survey | None = None

    def look(self, asked: Slice, seconds: float = SLICE) -> Landscape | None:
        """Measure a little more. While training, the last whole landscape stays until the next is whole."""
        if shapes(self.run.experiment).parameter_count > MOST_WEIGHTS:
            self._survey = None
            return None
        here = self.run.parameters
        survey = self._survey
        if survey is None or survey.asked != asked or survey.sizes != _sizes(here):
            self._shown = None
            survey = None
        elif survey.done and not _equal(survey.middle, here):
            survey = None
        if survey is None:
            survey = _Survey(self.run, asked, here, _states(self.moments(), here))
        self._survey = survey
        survey.measure(self.run, time.perf_counter() + seconds)
        if survey.done or self._shown is None:
            self._shown = survey
        return self._shown.landscape(_states(self.moments(), here), here)

    @property
    def unfinished(self) -> bool:
        """True while points are missing."""
        return self._survey is not None and not self._survey.done


def _sizes(parameters: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in parameters.items()}


def _equal(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name], equal_nan=True) for name in one)


def _states(moments: Sequence[Moment], here: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parameters of some kept states of this very network, in the order of time."""
    sizes = _sizes(here)
    fitting = [
        {name: moment.state.tensors[name] for name in here}
        for moment in moments
        if all(getattr(moment.state.tensors.get(n), "shape", None) == s for n, s in sizes.items())
    ]
    most = min(MOST_MOMENTS, MOST_NUMBERS // max(1, sum(array.size for array in here.values())))
    if len(fitting) <= most:
        return fitting
    return [fitting[int(at)] for at in np.linspace(0, len(fitting) - 1, most)]


@dataclass
class _Survey:
    """One plane: its middle, its two directions, and what has been measured."""

    run: Run
    asked: Slice
    middle: dict[str, Any]
    states: list[dict[str, Any]]
    next: int = 0
    values: Floats = field(default_factory=lambda: np.full((SIDE, SIDE), np.nan))

    def __post_init__(self) -> None:
        self.sizes = _sizes(self.middle)
        self.steps = self.run.steps
        self.rows = self.run.prepared.train[:MOST_ROWS]
        self.shares: tuple[float, float] | None = None
        self.reach = (1.0, 1.0)
        make = {"path": self._path_plane, "weights": self._weights_plane}.get(self.asked.kind)
        plane = make() if make is not None else None
        self.axes = plane if plane is not None else self._random_plane()
        middle = SIDE // 2
        order = np.indices((SIDE, SIDE)).reshape(2, -1).T
        self.order = order[np.argsort(np.abs(order - middle).max(axis=1), kind="stable")]

    def _random_plane(self) -> tuple[dict[str, Floats], dict[str, Floats]]:
        random = np.random.default_rng(self.asked.seed)

        def direction() -> dict[str, Floats]:
            found = {}
            for name, array in self.middle.items():
                drawn = random.normal(size=array.shape)
                if array.ndim == 2:
                    lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
                    drawn *= np.linalg.norm(array, axis=1, keepdims=True) / np.maximum(lengths, 1e-30)
                else:
                    drawn[:] = 0.0
                found[name] = drawn
            return found

        return direction(), direction()

    def _path_plane(self) -> tuple[dict[str, Floats], dict[str, Floats]] | None:
        """The two directions along which the kept states differ most from the present weights."""
        moved = np.array([self._flat(state) - self._flat(self.middle) for state in self.states])
        if len(moved) < 3 or not np.isfinite(moved).all():
            return None
        sizes, vectors = np.linalg.eigh(moved @ moved.T)  # small: states × states
        if sizes[-2] <= 1e-12 * max(sizes[-1], 1e-300):
            return None
        axes = [moved.T @ vectors[:, -k] / np.sqrt(sizes[-k]) for k in (1, 2)]
        self.reach = tuple(1.25 * max(float(np.abs(moved @ axis).max()), 1e-6) for axis in axes)  # type: ignore[assignment]
        self.shares = (float(sizes[-1] / sizes.sum()), float(sizes[-2] / sizes.sum()))
        return self._named(axes[0]), self._named(axes[1])

    def _weights_plane(self) -> tuple[dict[str, Floats], dict[str, Floats]] | None:
        places = [place for place in self.asked.places if self._has(place)][-2:]
        if len(places) < 2:
            return None
        axes = []
        for name, at in places:
            axis = {each: np.zeros(array.shape) for each, array in self.middle.items()}
            axis[name][at] = 1.0
            axes.append(axis)
        self.reach = tuple(max(2.0, 1.5 * abs(float(self.middle[name][at]))) for name, at in places)  # type: ignore[assignment]
        return axes[0], axes[1]

    def _has(self, place: Place) -> bool:
        name, at = place
        shape = self.sizes.get(name, ())
        return len(shape) == len(at) and all(0 <= i < size for i, size in zip(at, shape, strict=True))

    def _flat(self, tensors: Mapping[str, Any]) -> Floats:
        return np.concatenate([np.asarray(tensors[name], np.float64).ravel() for name in self.middle])

    def _named(self, flat: Floats) -> dict[str, Floats]:
        ends = np.cumsum([array.size for array in self.middle.values()])[:-1]
        parts = np.split(flat, ends)
        return {n: part.reshape(a.shape) for (n, a), part in zip(self.middle.items(), parts, strict=True)}

    @property
    def done(self) -> bool:
        return self.next >= len(self.order)

    def measure(self, run: Run, until: float) -> None:
        """Measure from the middle outwards, until the time is up; at least one point."""
        while not self.done:
            row, column = self.order[self.next]
            across, up = self.position(row, column)
            one, two = self.axes
            point = {n: self.middle[n] + across * one[n] + up * two[n] for n in self.middle}
            self.values[row, column] = run.loss_with(point, self.rows)
            self.next += 1
            if time.perf_counter() >= until:
                return

    def position(self, row: int, column: int) -> tuple[float, float]:
        """Where a point lies on the plane; exactly 0 in the middle."""
        middle = SIDE // 2
        return self.reach[0] * (column - middle) / middle, self.reach[1] * (middle - row) / middle

    def landscape(self, states: list[dict[str, Any]], here: Mapping[str, Any]) -> Landscape:
        """What is known so far, with the path and the ball of this moment."""
        axes = np.array([self._flat(axis) for axis in self.axes])
        middle = self._flat(self.middle)
        lying = np.array([axes @ (self._flat(state) - middle) for state in (*states, here)])
        inner = axes @ axes.T
        if np.isfinite(lying).all() and np.linalg.matrix_rank(inner) == 2:
            lying = np.linalg.solve(inner, lying.T).T
        else:
            lying = np.zeros((1, 2))  # where a number is not finite there is no way to draw
        centre = float(self.values[SIDE // 2, SIDE // 2])
        ball = (float(lying[-1, 0]), float(lying[-1, 1]))
        return Landscape(
            self.asked, self.steps, self.values.copy(), self.reach, centre, lying, ball, self.shares
        )
