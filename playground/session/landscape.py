"""The loss around the present weights: a slice through a space of many dimensions, measured bit by bit.

Three planes: two random directions, each row scaled to the length of the weights' row, biases left as they
are (filter normalization: Li et al., 2018); the plane in which the run so far moved most (principal
components of the kept states, from the present weights); two weights of one's choice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.experiment.shapes import shapes
from playground.session.plane import SIDE, Floats, Plane, Survey, Tensors, flat, named

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.session.timeline import Moment

Place = tuple[str, tuple[int, ...]]  # a number of a tensor: ("dense_1.weight", (unit, input))

MOST_ROWS = 4_000  # training rows on which the loss is measured
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
    from the middle along each axis; `path` (n, 2) is where the run came along and, last, where it is now.
    `shares` says how much of the movement so far lies along each axis of the "path" plane.
    """

    asked: Slice
    steps: int
    values: Floats
    reach: tuple[float, float]
    centre: float
    path: Floats
    shares: tuple[float, float] | None = None


@dataclass
class Surveyor:
    """Measures one landscape after the other for one run, a few points at each call of `look`."""

    run: Run
    moments: Callable[[], Sequence[Moment]] = tuple
    _survey: _View | None = None
    _shown: _View | None = None

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
        elif survey.survey.done and not _equal(survey.middle, here):
            survey = None
        if survey is None:
            survey = _View(self.run, asked, here, _states(self.moments(), here))
        self._survey = survey
        survey.survey.measure(self.run, time.perf_counter() + seconds)
        if survey.survey.done or self._shown is None:
            self._shown = survey
        return self._shown.landscape(_states(self.moments(), here), here)

    @property
    def unfinished(self) -> bool:
        """True while points are missing."""
        return self._survey is not None and not self._survey.survey.done


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
class _View:
    """One plane of one moment: how it was chosen, and what has been measured."""

    run: Run
    asked: Slice
    middle: dict[str, Any]
    states: list[dict[str, Any]]

    def __post_init__(self) -> None:
        self.sizes = _sizes(self.middle)
        self.steps = self.run.steps
        self.shares: tuple[float, float] | None = None
        make = {"path": self._path_plane, "weights": self._weights_plane}.get(self.asked.kind)
        plane = make() if make is not None else None
        plane = plane if plane is not None else random_plane(self.middle, self.asked.seed)
        self.survey = Survey(plane, self.run.prepared.train[:MOST_ROWS])

    def _path_plane(self) -> Plane | None:
        """The two directions along which the kept states differ most from the present weights."""
        middle = flat(self.middle)
        moved = np.array([flat(state) - middle for state in self.states])
        found = directions(moved)
        if found is None:
            return None
        axes, self.shares = found
        across, up = (1.25 * max(float(np.abs(moved @ axis).max()), 1e-6) for axis in axes)
        return Plane(self.middle, (named(axes[0], self.middle), named(axes[1], self.middle)), (across, up))

    def _weights_plane(self) -> Plane | None:
        places = [place for place in self.asked.places if self._has(place)][-2:]
        if len(places) < 2:
            return None
        axes = []
        for name, at in places:
            axis = {each: np.zeros(array.shape) for each, array in self.middle.items()}
            axis[name][at] = 1.0
            axes.append(axis)
        across, up = (max(2.0, 1.5 * abs(float(self.middle[name][at]))) for name, at in places)
        return Plane(self.middle, (axes[0], axes[1]), (across, up))

    def _has(self, place: Place) -> bool:
        name, at = place
        shape = self.sizes.get(name, ())
        return len(shape) == len(at) and all(0 <= i < size for i, size in zip(at, shape, strict=True))

    def landscape(self, states: list[dict[str, Any]], here: Tensors) -> Landscape:
        """What is known so far, with the path up to this moment."""
        lying, _ = self.survey.plane.places(np.array([flat(state) for state in (*states, here)]))
        values = self.survey.values.copy()
        centre = float(values[SIDE // 2, SIDE // 2])
        reach = self.survey.plane.reach
        return Landscape(self.asked, self.steps, values, reach, centre, lying, self.shares)


def random_plane(middle: Tensors, seed: int) -> Plane:
    """Two random directions, each row as long as the row of weights that it changes; biases stay."""
    random = np.random.default_rng(seed)

    def direction() -> dict[str, Floats]:
        found = {}
        for name, array in middle.items():
            drawn = random.normal(size=array.shape)
            if array.ndim == 2:
                lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
                drawn *= np.linalg.norm(array, axis=1, keepdims=True) / np.maximum(lengths, 1e-30)
            else:
                drawn[:] = 0.0
            found[name] = drawn
        return found

    return Plane(middle, (direction(), direction()), (1.0, 1.0))


def directions(moved: Floats) -> tuple[Floats, tuple[float, float]] | None:
    """The two directions (2, numbers) of length 1 in which these moves (n, numbers) reach furthest.

    With the share of all squared distance that lies along each. None where all moves lie on one line.
    """
    if len(moved) < 2 or not np.isfinite(moved).all():
        return None
    sizes, vectors = np.linalg.eigh(moved @ moved.T)  # small: moves × moves
    if sizes[-2] <= 1e-12 * max(sizes[-1], 1e-300):
        return None
    axes = np.array([moved.T @ vectors[:, -k] / np.sqrt(sizes[-k]) for k in (1, 2)])
    return axes, (float(sizes[-1] / sizes.sum()), float(sizes[-2] / sizes.sum()))
