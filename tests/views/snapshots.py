"""Snapshots made up for the tests of views: no run, no training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.engine.state import HISTORY
from playground.experiment.data import prepare
from playground.experiment.edits import default_experiment, set_dataset
from playground.session.boundary import boundary
from playground.session.snapshot import (
    MAP,
    TILE,
    ConfusionOutput,
    CurveOutput,
    LayerDetail,
    MapOutput,
    PredictedOutput,
    Snapshot,
    Tiles,
)


def history(rows: int, last_step: int = 3_200, seed: int = 1) -> np.recarray:
    """A run that learns, stalls, and learns again, with noise."""
    made = np.zeros(rows, HISTORY).view(np.recarray)
    if rows == 0:
        return made
    random = np.random.default_rng(seed)
    t = np.linspace(0, 1, rows)
    made.step = np.linspace(0, last_step, rows).astype(np.int64)
    made.epoch = made.step / 8
    base = 0.75 * np.exp(-3 * t) / (1 + np.exp(30 * (t - 0.3))) + 0.013
    noise = np.exp(0.08 * np.cumsum(random.normal(size=rows)) / np.sqrt(1 + np.arange(rows) / 20))
    made.train_loss = base * noise
    made.validation_loss = (base + 0.07 * t**0.3) * np.exp(0.1 * random.normal(size=rows))
    made.train_metric = np.clip(1 - base * 0.6, 0, 1)
    made.validation_metric = np.clip(0.98 - base * 0.6 + 0.01 * random.normal(size=rows), 0, 1)
    made.learning_rate = 0.02
    return made


def plane(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of a side × side map, row 0 at the top."""
    middle = (np.arange(side) + 0.5) / side
    return np.meshgrid(-6 + 12 * middle, 6 - 12 * middle)


def spiral_like(side: int, arms: int = 1) -> np.ndarray:
    """Probabilities that wind around the middle: (1 or arms, side, side)."""
    x, y = plane(side)
    angle, radius = np.arctan2(y, x), np.hypot(x, y)
    if arms == 1:
        return (1 / (1 + np.exp(-4 * np.sin(angle + 1.1 * radius))))[None]
    scores = np.stack([3 * np.cos(angle + 0.9 * radius - 2 * np.pi * k / arms) for k in range(arms)])
    return np.exp(scores) / np.exp(scores).sum(axis=0)


def experiment_of(dataset: str = "spiral", **settings: object):
    """The default network on this data set."""
    return set_dataset(default_experiment(), dataset, **settings)


def snapshot(experiment=None, rows: int = 400, **changes: object) -> Snapshot:
    """A moment of a run of the default experiment, with nothing but its history and data."""
    experiment = experiment or experiment_of()
    made = Snapshot(
        experiment=experiment,
        state="running",
        message="",
        progress=None,
        steps=3_200,
        epochs=400.0,
        steps_per_second=1_180.0,
        history=history(rows),
        prepared=prepare(experiment.data, experiment.seed),
    )
    return replace(made, **changes)


def map_output(classes: int = 1) -> MapOutput:
    """A decision map."""
    values = spiral_like(MAP, classes)
    extent = (-6.0, 6.0, -6.0, 6.0)
    return MapOutput(values, extent, boundary(values, extent))


def tiles() -> Tiles:
    """The pictures of the default network's units."""
    x, y = plane(TILE)
    unit = np.tanh(x + 0.5 * y)
    return Tiles(
        "map",
        {"input": np.stack([x, y]) / 4, "dense_1": np.stack([unit] * 6)},
        {"input": 1.0, "dense_1": 1.0},
    )


def layer_detail(name: str = "dense_1", seed: int = 1) -> LayerDetail:
    """What the inspector shows of a layer."""
    random = np.random.default_rng(seed)
    z = np.clip(random.normal(0, 3, 240 * 6), -6, 6)
    counts, _ = np.histogram(z, 60, (-6, 6))
    weights, gradients = random.normal(0, 1.2, 18), random.normal(0, 0.004, 18)
    pre = np.linspace(-2.0, 2.0, 6)
    return LayerDetail(
        name, counts, -6.0, 6.0, (True, False), 240, 0.52, 0.0, weights, gradients, 0, pre, np.tanh(pre)
    )


def confusion_output(prepared, wrong: int = 17) -> ConfusionOutput:
    """Most validation rows right, some taken for another class."""
    random = np.random.default_rng(3)
    rows = prepared.validation
    true = prepared.targets[rows].astype(np.int64)
    predicted = true.copy()
    classes = len(prepared.class_names)
    mistaken = random.choice(len(rows), min(wrong, len(rows)), replace=False)
    predicted[mistaken] = (true[mistaken] + random.integers(1, classes, len(mistaken))) % classes
    counts = np.bincount(true * classes + predicted, minlength=classes * classes)
    confidence = np.sort(random.uniform(0.4, 1.0, len(mistaken)))[::-1]
    table = counts.reshape(classes, classes)
    return ConfusionOutput(table, rows[mistaken], predicted[mistaken], confidence, rows, predicted)


def predicted_output(prepared) -> PredictedOutput:
    """Predictions that are right but for some noise."""
    rows = prepared.validation
    observed = prepared.raw_targets[rows].reshape(len(rows), -1)[:, 0]
    noise = np.random.default_rng(4).normal(0, 0.3 * observed.std(), len(rows))
    predicted = 0.9 * observed + 0.1 * observed.mean() + noise
    return PredictedOutput(rows, predicted[:, None], observed[:, None])


def curve_output(prepared) -> CurveOutput:
    """A wave over the domain."""
    low, high = prepared.domain[0]
    x = np.linspace(low, high, 400)
    return CurveOutput(x, np.sin(x)[None] * 0.8)
