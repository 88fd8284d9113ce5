"""From the description of the data to the arrays that a network sees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets import Domain, datasets
from playground.catalog.features import feature_values, features
from playground.catalog.random import Stream
from playground.catalog.scalings import restored, scaled
from playground.experiment.model import MAX_SAMPLES, MAX_VALUES, Data, choice

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Prepared:
    """The data of an experiment, ready to train on. All arrays are read-only.

    `raw_inputs` (n, raw) are the columns as they came; `inputs` (n, features) what the network sees:
    chosen and scaled. `targets` are class numbers (n,) or scaled numbers (n, outputs); `raw_targets`
    the same in their own units. `train`, `validation` and `test` are row numbers, in rising order.
    `left_out` counts rows of a table dropped because a value was missing.
    """

    task: str
    raw_inputs: Floats
    inputs: Floats
    raw_targets: NDArray[Any]
    targets: NDArray[Any]
    train: Indices
    validation: Indices
    test: Indices
    raw_names: tuple[str, ...]
    feature_names: tuple[str, ...]
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

    def transform(self, raw: Floats) -> Floats:
        """Raw inputs (m, raw) as the network sees them (m, features)."""
        raw = np.asarray(raw, dtype=np.float64)
        if raw.ndim != 2 or raw.shape[1] != len(self.raw_names):
            raise ValueError(f"Give {len(self.raw_names)} numbers a row: {', '.join(self.raw_names[:8])}.")
        chosen = feature_values(self.feature_names, raw, self.raw_names)
        return scaled(chosen, self.input_shift, self.input_scale)

    def restore_targets(self, values: Floats) -> Floats:
        """Scaled targets (m, outputs) in the target's own units."""
        return restored(np.asarray(values, dtype=np.float64), self.target_shift, self.target_scale)


@lru_cache(maxsize=2)
def prepare(data: Data, seed: int) -> Prepared:
    """Make, choose, split and scale: the same bits for the same description and seed, on every machine.

    ValueError with a sentence for a student where the description asks for something impossible.
    """
    chosen, entry = data.dataset, data.dataset.entry
    names = data.features if data.features is not None else entry.features_of(chosen)
    raw_names = entry.raw_names_of(chosen)
    _refuse(data, names)
    samples = entry.samples_of(chosen, seed)
    n = len(samples.raw)
    shares = (data.split.train, data.split.validation, data.split.test)
    stream = Stream(seed, "split", entry.key)
    train, validation, test = data.split.entry.divide(n, shares, samples.time, stream)

    values = feature_values(names, samples.raw, raw_names)
    input_shift, input_scale = data.scaling.entry.fit(values[train])
    task, targets = entry.task_of(chosen), samples.targets
    target_shift, target_scale = np.zeros(1), np.ones(1)
    if task == "regression":
        target_shift, target_scale = data.target_scaling.entry.fit(targets[train])
        targets = scaled(targets, target_shift, target_scale)
    return Prepared(
        task=task,
        raw_inputs=_read_only(samples.raw),
        inputs=_read_only(scaled(values, input_shift, input_scale)),
        raw_targets=_read_only(samples.targets),
        targets=_read_only(targets),
        train=_read_only(train),
        validation=_read_only(validation),
        test=_read_only(test),
        raw_names=raw_names,
        feature_names=names,
        class_names=entry.class_names_of(chosen),
        target_names=entry.target_names_of(chosen),
        target_unit=entry.target_unit,
        image_shape=entry.image_shape if names == raw_names else None,
        domain=entry.domain,
        left_out=samples.left_out,
        input_shift=_read_only(input_shift),
        input_scale=_read_only(input_scale),
        target_shift=_read_only(target_shift),
        target_scale=_read_only(target_scale),
    )


def _refuse(data: Data, names: tuple[str, ...]) -> None:
    """Raise ValueError for what cannot be made, before anything large is."""
    chosen, entry = data.dataset, data.dataset.entry
    for problem in data.split.entry.problems(data.split, chosen):
        raise ValueError(problem)
    unknown = set(names) - set(entry.all_features_of(chosen))
    if unknown:
        raise ValueError(f'{entry.label} has no input "{min(unknown)}". Choose another input feature.')
    samples = getattr(chosen, "samples", 0)
    if samples > MAX_SAMPLES:
        raise ValueError(f"At most {MAX_SAMPLES:,} samples are possible.")
    inputs = max(len(names), len(entry.raw_names_of(chosen)))
    for count, what in ((inputs, "inputs"), (len(entry.target_names_of(chosen)), "outputs")):
        if samples * count > MAX_VALUES:
            raise ValueError(
                f"{samples:,} samples of {count:,} {what} are too many: at most {MAX_VALUES:,} values in all."
            )


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """A small picture of a data set: points in the plane, a curve, or images.

    kind "points": `points` (n, 2) and `values` (n,), class numbers or targets. "series": `points` (n, 2)
    in rising order of the first. "images": `points` (n, rows, columns). `domain` bounds the points.
    """

    kind: str
    points: Floats
    values: Floats
    domain: Domain


@lru_cache(maxsize=64)
def thumbnail(key: str) -> Thumbnail:
    """About 60 samples that show what a data set looks like; always the same ones."""
    entry = datasets[key]
    settings = {"samples": 60} if any(setting.key == "samples" for setting in entry.settings) else {}
    chosen = choice(datasets, key, **settings)
    made = entry.samples_of(chosen, 1)
    raw, values = made.raw, np.asarray(made.targets, dtype=np.float64).reshape(len(made.raw), -1)[:, 0]
    if entry.image_shape:
        return Thumbnail("images", raw[:60].reshape(-1, *entry.image_shape), values[:60], ((0.0, 16.0),))
    if entry.domain is not None and len(entry.domain) == 2:
        return Thumbnail("points", raw, values, entry.domain)
    if entry.task_of(chosen) == "regression":
        place = raw[:, 0] if made.time is None else made.time
        order = np.argsort(place, kind="stable")
        order = order[np.arange(60) * len(order) // 60] if len(order) > 60 else order
        return _framed("series", np.column_stack((place[order], values[order])), values[order])
    rows = np.sort(Stream(1, "thumbnail", key).permutation(len(raw))[:60])
    return _framed("points", raw[rows][:, [0, min(2, raw.shape[1] - 1)]], values[rows])


def _framed(kind: str, points: Floats, values: Floats) -> Thumbnail:
    """The points with a domain that just holds them."""
    lows, highs = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return Thumbnail(kind, points, values, tuple(zip(lows, highs, strict=True)))


@lru_cache(maxsize=64)
def feature_picture(key: str, size: int, domain: Domain) -> Floats:
    """A feature over a domain: (size, size), x₂ rising from the first row; (1, size) on a line."""
    across = _middles(domain[0], size)
    up = _middles(domain[1], size) if len(domain) > 1 else np.zeros(1)
    x1, x2 = (grid.ravel() for grid in np.meshgrid(across, up))
    values = features[key].value(*({"x1": x1, "x2": x2}[name] for name in features[key].inputs))
    return _read_only(values.reshape(len(up), size))


def _middles(bounds: tuple[float, float], size: int) -> Floats:
    """The middles of `size` equal pieces of an interval."""
    low, high = bounds
    return low + (high - low) * (np.arange(size) + 0.5) / size
