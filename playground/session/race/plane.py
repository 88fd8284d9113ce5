"""The plane that the lanes of a race are drawn on: through their start, and as near their ends as can be.

Two lanes that set out from the same weights lie in it exactly. With more lanes, or other first weights,
what is left over is measured: how far each lane's end lies out of the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.session.landscape import directions, random_plane
from playground.session.plane import Floats, Plane, Survey, Tensors, flat, named

if TYPE_CHECKING:
    from playground.engine.run import Run

MARGIN = 1.2  # room around the paths
SLIMMEST = 0.3  # the short side of the map in the long one's lengths
RUNAWAY = 30.0  # a lane that went so many times as far as the middle one does not choose the plane


@dataclass(frozen=True)
class Spot:
    """Where a lane stands on the map, (across, up).

    `loss` is the data loss of its weights, `on_map` that of the nearest weights in the plane; `away` is
    the distance between the two and `way` the distance from the lane's first weights.
    """

    place: tuple[float, float]
    loss: float
    on_map: float
    away: float
    way: float

    @property
    def in_plane(self) -> bool:
        """True where map and lane speak of the same weights."""
        return self.away <= 1e-3 * max(self.way, 1e-12)


def fitting_plane(
    paths: Sequence[Floats], like: Tensors, through: tuple[int, ...] = (), last: Plane | None = None
) -> Plane:
    """The plane for these paths (n, numbers), turned so that it looks as much like the last one as it can.

    The ends of at most two lanes of one's choice, `through`, lie in it exactly, and the start of the first
    of them; what freedom is left serves all the others. `like` has the names and shapes of the tensors.
    """
    starts = np.array([path[0] for path in paths])
    ends = np.array([path[-1] for path in paths])
    origin = starts[through[0]] if through else starts.mean(axis=0)
    moved = np.concatenate([starts - origin, ends - origin]) if np.any(starts != starts[0]) else ends - origin
    axes = _axes([ends[lane] - origin for lane in through[:2]], _evened(_tame(moved, ends - origin)))
    if axes is None:
        return random_plane(like, 1)
    axes = _turned(axes, last)
    lying = [_tame(path - origin, ends - origin) for path in paths]
    places = np.concatenate(lying) @ axes.T
    low, high = places.min(axis=0), places.max(axis=0)
    reach = MARGIN * np.maximum((high - low) / 2, 1e-6)
    reach = np.maximum(reach, SLIMMEST * reach.max())
    centre = origin + (low + high) / 2 @ axes
    both = (named(axes[0], like), named(axes[1], like))
    return Plane(named(centre, like), both, (float(reach[0]), float(reach[1])))


def _axes(exact: Sequence[Floats], others: Floats) -> Floats | None:
    """Two directions (2, numbers) at right angles: along the exact ones, then where the others lead."""
    found: list[Floats] = []
    for move in exact:
        rest = move - sum((axis @ move) * axis for axis in found)
        length = float(np.linalg.norm(rest))
        if length > 1e-9 * max(float(np.linalg.norm(move)), 1e-12):
            found.append(rest / length)
    if len(found) == 2:
        return np.array(found)
    if not found:
        best = directions(others)
        return best[0] if best is not None else None
    rest = others - (others @ found[0])[:, None] * found[0]
    sizes, vectors = np.linalg.eigh(rest @ rest.T)
    if sizes[-1] <= 1e-18 * max(float((others**2).sum()), 1e-300):
        return None
    return np.array([found[0], rest.T @ vectors[:, -1] / np.sqrt(sizes[-1])])


def _tame(moves: Floats, ends: Floats) -> Floats:
    """The moves that are not far beyond the middle one of the ends."""
    lengths = np.linalg.norm(moves, axis=1)
    kept = lengths <= RUNAWAY * max(float(np.median(np.linalg.norm(ends, axis=1))), 1e-12)
    return moves[kept] if kept.any() else moves


def _evened(moves: Floats) -> Floats:
    """Shorter moves count for more than their length, so that no lane alone chooses the plane."""
    lengths = np.linalg.norm(moves, axis=1, keepdims=True)
    scaled: Floats = moves / np.sqrt(np.maximum(lengths, 1e-12))
    return scaled


def _turned(axes: Floats, last: Plane | None) -> Floats:
    """The same plane with its axes turned, within it, towards those of the last map."""
    if last is None:
        return axes
    before = np.array([flat(axis) for axis in last.axes])
    left, _, right = np.linalg.svd(before @ axes.T)
    turned: Floats = (left @ right) @ axes
    return turned


def spot(survey: Survey, judge: Run, points: Floats, place: Floats, away: float) -> Spot:
    """Where the last of these points (n, numbers) lies on a map, given its place and its distance."""
    across, up = float(place[0]), float(place[1])
    return Spot(
        (across, up),
        judge.loss_with(named(points[-1], survey.plane.middle), survey.rows),
        judge.loss_with(survey.plane.at(across, up), survey.rows),
        float(away),
        float(np.linalg.norm(points[-1] - points[0])),
    )
