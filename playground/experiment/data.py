"""From the choice of data to the arrays a network sees: samples, features, split and scaling."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets import Domain, Samples, datasets
from playground.catalog.datasets.regimes import Regimes
from playground.catalog.features import feature_values, features
from playground.catalog.scalings import restored, scaled
from playground.catalog.splits import Rows
from playground.catalog.tables.samples import fill_values
from playground.experiment.memory import give_back
from playground.experiment.model import MAX_SAMPLES, MAX_VALUES, Data, choice
from playground.experiment.regimes import emphasized, regimes
from playground.experiment.shapes import class_names, target_names, task

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_PLANE_EDGE = 6.0
_THUMBNAIL_SAMPLES = 60
_LARGE = 1_000_000  # samples × features
_AT_ONCE = 50_000  # rows
_LARGEST = 1e30  # the engine computes in single precision, which ends at 3e38


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of one experiment, ready to learn from. All arrays are read-only.

    `raw_inputs` (n, columns) in their own units; `inputs` (n, features) scaled, as the network sees them;
    `targets` scaled (n, outputs) or class numbers (n,); `raw_targets` the same in their own units;
    `train`, `validation`, `test` are row numbers; a weighted row stands in `train` several times. `domain`
    is what pictures show of the plane or the line, None for tables. `left_out` counts rows that had a
    missing value. Shifts and scales belong to the features and the targets: scaled = (value − shift) /
    scale, fitted on the training rows alone.
    `time`, `group`, `depth` (n,) and `place` (n, 2) are those of the rows, where the data have them.
    `raw_fill` (columns,) stands for missing values, None where there are none. `raw_range` (2, columns) are
    the least and the greatest raw inputs of the training rows.
    """

    task: str
    raw_inputs: Floats
    inputs: Floats
    raw_targets: NDArray[Any]
    targets: NDArray[Any]
    train: Indices
    validation: Indices
    test: Indices
    feature_names: tuple[str, ...]
    raw_names: tuple[str, ...]
    class_names: tuple[str, ...]
    target_names: tuple[str, ...]
    target_unit: str
    image_shape: tuple[int, int] | None
    domain: Domain | None
    left_out: int
    input_shift: Floats
    input_scale: Floats
    target_shift: Floats
    target_scale: Floats
    reconstructs: bool = False  # the targets are the inputs
    time: Floats | None = None
    group: NDArray[np.int64] | None = None
    time_name: str = ""
    dated: bool = False  # the time counts days
    place: Floats | None = None
    place_axes: tuple[str, str] = ("x", "y")
    depth: Floats | None = None
    depth_name: str = ""
    raw_fill: Floats | None = None
    raw_range: Floats = field(default_factory=lambda: np.zeros((2, 0)))

    @property
    def learned(self) -> Indices:
        """The training rows, each once."""
        return self.train[np.concatenate(([True], self.train[1:] != self.train[:-1]))]

    def rows_of(self, part: str) -> Indices:
        """The rows of "train", "validation" or "test", each once."""
        rows: Indices = self.learned if part == "train" else getattr(self, part)
        return rows

    def transform(self, raw: Floats) -> Floats:
        """Scaled features (n, features) of raw rows (n, columns); ValueError if the columns do not fit."""
        raw = np.asarray(raw, dtype=np.float64)
        if raw.ndim != 2 or raw.shape[1] != len(self.raw_names):
            wanted = f"(samples, {len(self.raw_names)})"
            raise ValueError(f"Raw inputs need the shape {wanted}, not {raw.shape}.")
        if self.raw_fill is not None:
            raw = np.where(np.isnan(raw), self.raw_fill, raw)
        chosen = feature_values(self.feature_names, raw, self.raw_names)
        return scaled(chosen, self.input_shift, self.input_scale)

    def restore_targets(self, values: Floats) -> Floats:
        """Predictions (n, outputs) in the target's own units; class numbers come back as they are."""
        if self.task == "classes":
            return values
        return restored(np.asarray(values, dtype=np.float64), self.target_shift, self.target_scale)


@lru_cache(maxsize=1)
def _samples(dataset: Any, seed: int, stamp: Any) -> Samples:
    """Kept, so that another split or scaling does not make the samples again."""
    return dataset.entry.samples_of(dataset, seed)  # type: ignore[no-any-return]


def prepare(data: Data, seed: int) -> Prepared:
    """Everything a run needs to know about its data; the same bits on every machine.

    Kept for the last few experiments, large data for the last one only. ValueError with a sentence
    for data that cannot be prepared.
    """
    names = data.dataset.entry.features_of(data.dataset) if data.features is None else data.features
    large = getattr(data.dataset, "samples", 0) * len(names) > _LARGE
    return (_prepared_large if large else _prepared)(data, seed, data.dataset.entry.stamp_of(data.dataset))


def regimes_of(data: Data, seed: int) -> tuple[Regimes, ...]:
    """Every way to tell the samples of an experiment apart, the most telling first; see `regimes`."""
    train = prepare(data, seed).learned
    entry = data.dataset.entry
    samples = _samples(data.dataset, entry.seed_of(seed), entry.stamp_of(data.dataset))
    return regimes(data.dataset, samples, train)


def _prepare(data: Data, seed: int, stamp: Any) -> Prepared:
    dataset, entry = data.dataset, data.dataset.entry
    names = entry.features_of(dataset) if data.features is None else data.features
    raw_names = entry.raw_names_of(dataset)
    _check(data, names, raw_names)
    samples = _samples(dataset, entry.seed_of(seed), stamp)
    classes = samples.targets if entry.task_of(dataset) == "classes" else None
    rows = Rows(len(samples.raw), samples.time, samples.group, samples.place, samples.depth, classes)
    train, validation, test = data.split.entry.parts_of(data.split, rows, seed)
    if len(train) == 0:
        raise ValueError("No samples are left for training. Give training a larger share.")
    raw, fill = _filled(samples, train)
    learned = _emphasized(data, samples, train)
    chosen = feature_values(names, raw, raw_names)
    shift, scale = _fitted(data.scaling, chosen[train], names)
    inputs = chosen if data.scaling.kind == "none" else scaled(chosen, shift, scale)
    reconstructs = data.target == "inputs"
    if reconstructs:
        raw_targets, targets, target_shift, target_scale = chosen, inputs, shift, scale
    else:
        raw_targets = samples.targets
        targets, target_shift, target_scale = _scaled_targets(data, raw_targets, train)
    prepared = Prepared(
        task=task(data),
        raw_inputs=raw,
        inputs=inputs,
        raw_targets=raw_targets,
        targets=targets,
        train=learned,
        validation=validation,
        test=test,
        feature_names=names,
        raw_names=raw_names,
        class_names=class_names(data),
        target_names=target_names(data),
        target_unit="" if reconstructs else entry.target_unit,
        image_shape=entry.image_shape if names == raw_names else None,
        domain=entry.domain,
        left_out=samples.left_out,
        input_shift=shift,
        input_scale=scale,
        target_shift=target_shift,
        target_scale=target_scale,
        reconstructs=reconstructs,
        time=samples.time,
        group=samples.group,
        time_name=entry.time_name,
        dated=entry.dated(data.dataset),
        place=samples.place,
        place_axes=entry.place_axes,
        depth=samples.depth,
        depth_name=entry.depth_name,
        raw_fill=fill,
        raw_range=_range(raw, train),
    )
    for value in vars(prepared).values():
        if isinstance(value, np.ndarray):
            value.setflags(write=False)
    return prepared


def _emphasized(data: Data, samples: Samples, train: Indices) -> Indices:
    """The training rows, those of the weighted regime as often as they count."""
    if data.emphasis is None:
        return train
    chosen = train[emphasized(data, samples, train)[train]]
    if len(chosen) == 0:
        raise ValueError(
            f'The training data have no samples of "{data.emphasis.label}" to weight. Remove the weight.'
        )
    more = np.repeat(chosen, data.emphasis.weight - 1)
    if len(train) + len(more) > MAX_SAMPLES:
        raise ValueError(f"Weighted so, training would have more than {MAX_SAMPLES:,} samples. Weight less.")
    return np.sort(np.concatenate((train, more)))


def _scaled_targets(data: Data, raw: NDArray[Any], train: Indices) -> tuple[NDArray[Any], Floats, Floats]:
    """What is to be learned, with shift and scale, fitted on the training rows; classes stay as they are."""
    if task(data) != "regression":
        return raw, np.zeros(0), np.ones(0)
    shift, scale = _fitted(data.target_scaling, raw[train], target_names(data))
    return scaled(raw, shift, scale), shift, scale


def _fitted(scaling: Any, x: Floats, names: tuple[str, ...]) -> tuple[Floats, Floats]:
    """Shift and scale of each column (n, columns). ValueError where numbers are too large to compute with."""
    with np.errstate(over="ignore", invalid="ignore"):
        shift, scale = scaling.entry.fit(x)
    fine = (np.abs(shift) <= _LARGEST) & (scale <= _LARGEST)
    if not fine.all():
        raise ValueError(
            f"{names[int(fine.argmin())]} has numbers beyond 1e30, too large to compute with. "
            "Give it in another unit."
        )
    return shift, scale


_prepared = lru_cache(maxsize=4)(_prepare)


@lru_cache(maxsize=1)
def _prepared_large(data: Data, seed: int, stamp: Any) -> Prepared:
    prepared = _prepare(data, seed, stamp)
    give_back()  # what reading and scaling have left
    return prepared


def _filled(samples: Samples, train: Indices) -> tuple[Floats, Floats | None]:
    """The raw inputs without gaps, and what stands in them, fitted on the training rows alone."""
    if not samples.fill or not np.isnan(samples.raw).any():
        return samples.raw, None
    fill = fill_values(samples.raw, samples.fill, train)
    return np.where(np.isnan(samples.raw), fill, samples.raw), fill


def _range(raw: Floats, train: Indices) -> Floats:
    """The least and the greatest value of each column in the training rows, without a copy of them all."""
    low, high = np.full(raw.shape[1], np.inf), np.full(raw.shape[1], -np.inf)
    for at in range(0, len(train), _AT_ONCE):
        some = raw[train[at : at + _AT_ONCE]]
        low, high = np.minimum(low, some.min(axis=0)), np.maximum(high, some.max(axis=0))
    return np.stack((low, high))


def _check(data: Data, names: tuple[str, ...], raw_names: tuple[str, ...]) -> None:
    """Refuse what cannot be prepared, before any memory is taken."""
    for sentence in data.split.entry.problems(data.split, data.dataset):
        raise ValueError(sentence)
    if len(set(names)) < len(names):
        raise ValueError("An input is named twice. Name each input once.")
    samples = getattr(data.dataset, "samples", 0)
    if samples > MAX_SAMPLES:
        raise ValueError(f"{samples:,} samples are too many: at most {MAX_SAMPLES:,} are possible.")
    width = max(len(names), len(raw_names), data.dataset.entry.outputs_of(data.dataset))
    if samples * width > MAX_VALUES:
        raise ValueError(
            f"{samples:,} samples of {width:,} columns are too many: at most {MAX_VALUES:,} values in all. "
            "Choose fewer samples or fewer columns."
        )


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A small picture of a data set for the gallery.

    `points` (n, 2) from −1 to 1, y upwards; `targets` (n,) are class numbers, or numbers from −1 to 1.
    `image` is set for images instead: brightness 0 to 1, the top row first.
    """

    task: str
    points: Floats
    targets: NDArray[Any]
    image: Floats | None = None


@cache
def thumbnail(key: str) -> Thumbnail:
    """What the gallery draws for a data set: always the same few samples."""
    entry = datasets[key]
    plain = choice(datasets, key)
    count = {"samples": _THUMBNAIL_SAMPLES} if hasattr(plain, "samples") else {}
    dataset = choice(datasets, key, **count)
    samples = entry.samples_of(dataset, 1)
    kind = entry.task_of(dataset)
    if entry.image_shape is not None:
        return Thumbnail(kind, np.zeros((0, 2)), np.zeros(0), _mosaic(samples, entry.image_shape))
    rows = np.unique(np.linspace(0, len(samples.raw) - 1, _THUMBNAIL_SAMPLES).astype(np.int64))
    raw, targets = samples.raw[rows], samples.targets[rows]
    if kind == "classes":
        points = raw[:, :2] / _PLANE_EDGE if entry.domain else _spread(raw[:, :2])
        return Thumbnail(kind, np.clip(points, -1.0, 1.0), targets)
    numbers = _spread(targets[:, :1])[:, 0]
    if entry.domain is not None and len(entry.domain) == 2:
        return Thumbnail(kind, np.clip(raw / _PLANE_EDGE, -1.0, 1.0), numbers)
    across = raw[:, :1] if entry.domain or samples.time is None else samples.time[rows, None]
    return Thumbnail(kind, np.column_stack([_spread(across), numbers]), numbers)


def _spread(columns: Floats) -> Floats:
    """Each column from −1 at its least to 1 at its greatest value."""
    low, high = columns.min(axis=0), columns.max(axis=0)
    return np.asarray(2.0 * (columns - low) / np.where(high > low, high - low, 1.0) - 1.0)


def _mosaic(samples: Samples, shape: tuple[int, int]) -> Floats:
    """Four images in two rows, with a dark pixel between them."""
    height, width = shape
    picture = np.zeros((2 * height + 1, 2 * width + 1))
    for index, image in enumerate(samples.raw[[3, 6, 2, 8]]):
        top, left = (index // 2) * (height + 1), (index % 2) * (width + 1)
        picture[top : top + height, left : left + width] = image.reshape(shape) / image.max()
    return picture


def feature_picture(key: str, side: int) -> Floats:
    """A feature's values over the plane from −6 to 6: (side, side), the top row first."""
    middle = (np.arange(side) + 0.5) / side * (2.0 * _PLANE_EDGE) - _PLANE_EDGE
    x1, x2 = np.meshgrid(middle, middle[::-1])
    feature = features[key]
    columns = {"x1": x1.ravel(), "x2": x2.ravel()}
    return np.asarray(feature.value(*(columns[name] for name in feature.inputs)).reshape(side, side))
