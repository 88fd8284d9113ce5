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

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Shares = tuple[float, float, float]


@dataclass(frozen=True)
class Rows:
    """What a split may look at: n rows and what is known of each of them.

    None is what the rows do not have. `time` and `depth` are numbers (n,), `group` and `classes` whole
    numbers (n,), `place` is (n, 2).
    """

    n: int
    time: Floats | None = None
    group: Indices | None = None
    place: Floats | None = None
    depth: Floats | None = None
    classes: Indices | None = None


_NEEDS = {"time": "times", "group": "groups", "place": "places", "depth": "depths", "classes": "classes"}


def _one_for_all(rows: Rows, shares: Shares, stream: Stream) -> list[Indices]:
    raise NotImplementedError


@dataclass(frozen=True)
class Split(Entry):
    """A way to divide rows into train, validation and test.

    `divide(rows, shares, stream, **settings)` gives three arrays of row numbers, in rising order, that
    share no row; together they hold every row, but for those that a gap leaves out. `needs` names the
    field of `Rows` that it goes by ("" where none).
    """

    divide: Callable[..., list[Indices]] = _one_for_all
    needs: str = ""

    def parts_of(self, choice: Any, rows: Rows, seed: int) -> list[Indices]:
        """Train, validation and test for these settings; ValueError if the rows lack what is needed."""
        if self.needs and getattr(rows, self.needs) is None:
            raise ValueError(f"The data have no {_NEEDS[self.needs]} to split by. Choose the random split.")
        own = {setting.key: getattr(choice, setting.key) for setting in self.settings[3:]}
        stream = Stream(own.pop("deal", 0) or seed, "split")
        return self.divide(rows, (choice.train, choice.validation, choice.test), stream, **own)

    def fits(self, dataset: Any) -> bool:
        """Whether the rows of this data set have what the split goes by."""
        entry = dataset.entry
        if self.needs == "classes":
            return bool(entry.task_of(dataset) == "classes")
        return not self.needs or bool(getattr(entry, f"{self.needs}_name"))

    def problems(self, split: Any, dataset: Any) -> Iterator[str]:
        """What is wrong with these shares for this data set, in words."""
        total = split.train + split.validation + split.test
        if abs(total - 1.0) > 1e-6:
            percent = f"{100 * total:.4g}%"
            yield f"Train, validation and test add up to {percent}. Change them so that they make 100%."
        if split.train <= 0.0:
            yield "No samples are left for training. Give training a larger share."
        if not self.fits(dataset):
            what = _NEEDS[self.needs]
            yield f"{dataset.entry.label} has no {what} to split by. Choose the random split."


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


def _random(rows: Rows, shares: Shares, stream: Stream) -> list[Indices]:
    n = rows.n
    return [np.sort(part) for part in np.split(stream.permutation(n), _borders(n, shares))]


def _stratified(rows: Rows, shares: Shares, stream: Stream) -> list[Indices]:
    """Deal each class by itself; what rounding leaves over goes where a part is furthest below its share."""
    assert rows.classes is not None
    mixed = stream.permutation(rows.n)
    of_class = rows.classes[mixed]
    parts: list[list[Indices]] = [[], [], []]
    owed = np.zeros(3)
    for label in np.unique(rows.classes):
        members = mixed[of_class == label]
        owed += np.array(shares) * len(members)
        counts = np.maximum(np.floor(owed + 1e-9), 0.0).astype(np.int64)
        while counts.sum() < len(members):
            counts[int(np.argmax(np.where(np.array(shares) > 0.0, owed - counts, -np.inf)))] += 1
        while counts.sum() > len(members):
            counts[int(np.argmax(np.where(counts > 0, counts - owed, -np.inf)))] -= 1
        owed -= counts
        for part, members_of_part in zip(parts, np.split(members, np.cumsum(counts)[:2]), strict=True):
            part.append(members_of_part)
    return [np.sort(np.concatenate(part)).astype(np.int64) for part in parts]


def _in_order(values: Floats, shares: Shares) -> list[Indices]:
    """Least values train, greatest test. A border moves to the nearest place between two different values.

    Where there are at least three different values, every share above zero gets at least one of them.
    """
    n = len(values)
    order = np.argsort(values, kind="stable").astype(np.int64)
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))  # 0 … n
    last = len(starts) - 1
    first, second = (int(np.argmin(np.abs(starts - border))) for border in _borders(n, shares))
    if last >= 3:
        used = [int(share > 0.0) for share in shares]
        first = min(max(first, used[0]), last - used[1] - used[2])
        second = min(max(second, first + used[1]), last - used[2])
    return [np.sort(part) for part in np.split(order, [int(starts[first]), int(starts[second])])]


def _by_time(rows: Rows, shares: Shares, stream: Stream, gap: float) -> list[Indices]:
    """Earliest rows train, latest test; rows no more than `gap` before a later part are left out."""
    assert rows.time is not None
    time, parts = rows.time, _in_order(rows.time, shares)
    if gap > 0.0:
        for index in (0, 1):
            later = np.concatenate(parts[index + 1 :])
            if len(later):
                parts[index] = parts[index][time[parts[index]] < time[later].min() - gap]
    return parts


def _latest(rows: Rows, shares: Shares, stream: Stream) -> list[Indices]:
    """The latest times test, from the border nearest to the share asked for; the rest is mixed by chance."""
    assert rows.time is not None
    n, time = rows.n, rows.time
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


def _deal(group: Indices, shares: Shares, stream: Stream) -> list[Indices]:
    """Deal whole groups in a random order, each to the part that is furthest below its share of rows.

    Every share above zero gets a group where there are enough of them: nothing is further below than empty.
    """
    names, members, sizes = np.unique(group, return_inverse=True, return_counts=True)
    wanted = np.array(shares) * len(group)
    part_of, filled = np.zeros(len(names), dtype=np.int64), np.zeros(3)
    for which in stream.permutation(len(names)):
        below = (wanted - filled) / np.maximum(wanted, 1e-300)
        part = int(np.argmax(np.where(wanted > 0.0, below, -np.inf)))
        part_of[which] = part
        filled[part] += sizes[which]
    return [np.flatnonzero(part_of[members] == part).astype(np.int64) for part in range(3)]


def _by_group(rows: Rows, shares: Shares, stream: Stream, held: int) -> list[Indices]:
    assert rows.group is not None
    return _in_turn(rows.group, _deal(rows.group, shares, stream), shares, held)


def _by_block(rows: Rows, shares: Shares, stream: Stream, blocks: int, held: int) -> list[Indices]:
    """Lay a grid of `blocks` × `blocks` fields over the places and deal whole fields."""
    assert rows.place is not None
    field = _fields(rows.place, blocks)
    return _in_turn(field, _deal(field, shares, stream), shares, held)


def _fields(place: Floats, blocks: int) -> Indices:
    """The number of the field that each place lies in."""
    low, high = place.min(axis=0), place.max(axis=0)
    side = np.where(high > low, high - low, 1.0)
    field = np.minimum((place - low) / side * blocks, blocks - 1).astype(np.int64)
    return np.asarray(field[:, 0] * blocks + field[:, 1])


def _in_turn(group: Indices, parts: list[Indices], shares: Shares, held: int) -> list[Indices]:
    """The fold `held` validates: 1 is the groups dealt to validation, the others are dealt from training."""
    train, validation, test = parts
    folds = _folds(group, parts, shares)
    if held == 1 or not folds:
        return parts
    chosen = np.isin(group[train], folds[min(held, len(folds) + 1) - 2])
    return [np.sort(np.concatenate((train[~chosen], validation))), train[chosen], test]


def _folds(group: Indices, parts: list[Indices], shares: Shares) -> list[Indices]:
    """The training groups in folds that are nearly as large as validation, the largest groups first."""
    if not len(parts[1]):
        return []
    names, sizes = np.unique(group[parts[0]], return_counts=True)
    count = min(_blocks(shares[0], shares[1]) - 1, len(names))
    fold_of, filled = np.zeros(len(names), np.int64), np.zeros(count)
    for which in np.argsort(-sizes, kind="stable") if count else ():
        fold_of[which] = int(np.argmin(filled))
        filled[fold_of[which]] += sizes[which]
    return [names[fold_of == fold] for fold in range(count)]


def turns_of(choice: Any, rows: Rows, seed: int) -> int:
    """How many values of `held` validate on other rows, all of them outside the test; 0 for other splits."""
    if choice.kind == "depth":
        return depth_blocks(choice)
    if choice.kind not in ("group", "blocks") or choice.validation <= 0.0:
        return 0
    parts = choice.entry.parts_of(choice.model_copy(update={"held": 1}), rows, seed)
    group = rows.group if choice.kind == "group" else _fields(np.asarray(rows.place), choice.blocks)
    assert group is not None
    return 1 + len(_folds(group, parts, (choice.train, choice.validation, choice.test)))


def depth_blocks(choice: Any) -> int:
    """How many blocks of the validation share there are above the test, each of which can validate."""
    if choice.kind != "depth" or choice.validation <= 0.0:
        return 0
    return _blocks(choice.train, choice.validation)


def _blocks(train: float, validation: float) -> int:
    return max(1, math.floor((train + validation) / validation + 0.5))


def _by_depth(rows: Rows, shares: Shares, stream: Stream, held: int) -> list[Indices]:
    """Deepest rows test; of the others the block `held` validates, counted upwards, and the rest trains."""
    assert rows.depth is not None
    train, validation, test = _in_order(rows.depth, shares)
    if held == 1 or not len(validation):
        return [train, validation, test]
    learning = np.concatenate((train, validation))
    order = learning[np.argsort(rows.depth[learning], kind="stable")]
    depth = rows.depth[order]
    starts = np.flatnonzero(np.concatenate(([True], depth[1:] != depth[:-1], [True])))
    last = min(held, _blocks(shares[0], shares[1]))
    wanted = len(order) - (last - 1) * len(validation), len(order) - last * len(validation)
    below, above = (int(starts[np.argmin(np.abs(starts - border))]) for border in wanted)
    if last == _blocks(shares[0], shares[1]):
        above = 0
    return [np.sort(np.delete(order, np.s_[above:below])), np.sort(order[above:below]), test]


_IN_TURN = (
    Setting(
        "held",
        "Validation fold",
        1,
        "whole",
        1,
        50,
        summary="Which of what is not tested validates: 1 is what was dealt first, the others train in turn.",
    ),
    Setting(
        "deal",
        "Fixed deal",
        0,
        "whole",
        0,
        2**53,
        summary="0 deals anew for every seed of the run. Any other number deals alike for all seeds, so that "
        "they are judged on the same samples.",
    ),
)

for _split in (
    Split(
        key="random",
        label="random",
        summary="Every sample has the same chance of landing in each part.",
        settings=_shares(0.6, 0.2, 0.2),
        divide=_random,
    ),
    Split(
        key="stratified",
        label="stratified",
        summary="By chance, but with the same share of every class in each part.",
        settings=_shares(0.6, 0.2, 0.2),
        divide=_stratified,
        needs="classes",
    ),
    Split(
        key="time",
        label="by time",
        summary="Learns from the past and is judged on the future, as a forecast has to be.",
        settings=(
            *_shares(0.5, 0.25, 0.25),
            Setting(
                "gap",
                "Gap",
                0.0,
                minimum=0.0,
                maximum=365.0,
                summary="Samples no longer than this before a border are left out, so that what they tell "
                "of the next part does not leak. In the units of the time (days for dates).",
            ),
        ),
        divide=_by_time,
        needs="time",
    ),
    Split(
        key="latest",
        label="latest held out",
        summary="The latest samples judge at the end; the earlier ones are shared out by chance.",
        settings=_shares(0.5, 0.15, 0.35),
        divide=_latest,
        needs="time",
    ),
    Split(
        key="group",
        label="by group",
        summary="Whole groups are dealt, such as drill holes or stations, so that no group is in two parts.",
        settings=(*_shares(0.6, 0.2, 0.2), *_IN_TURN),
        divide=_by_group,
        needs="group",
    ),
    Split(
        key="blocks",
        label="by blocks in space",
        summary="A grid is laid over the places and whole fields are dealt: neighbours stay together.",
        settings=(
            *_shares(0.6, 0.2, 0.2),
            Setting(
                "blocks", "Blocks a side", 5, "whole", 2, 50, summary="Fields of the grid along each side."
            ),
            *_IN_TURN,
        ),
        divide=_by_block,
        needs="place",
    ),
    Split(
        key="depth",
        label="by depth",
        summary="Learns from the shallow part and is judged on the deep one.",
        settings=(
            *_shares(0.6, 0.2, 0.2),
            Setting(
                "held",
                "Validation block",
                1,
                "whole",
                1,
                50,
                summary="Which stretch of depth validates: 1 is the one just above the test, 2 the next one "
                "up. All others train.",
            ),
        ),
        divide=_by_depth,
        needs="depth",
    ),
):
    splits.register(_split)
