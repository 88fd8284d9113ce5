"""Two or three classes of points in the plane. Coordinates lie in about −6 to 6.

Place and noise come from streams of their own, so moving the noise slider moves the same points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import Dataset, Samples, noise_setting, samples_setting
from playground.catalog.entry import Setting
from playground.catalog.random import Stream

Floats = NDArray[np.float64]

_NOISE = noise_setting(0.2, "How far points stray from their place.")
_PI = 3.141592653589793
_EDGE = 6.0


def _turns(samples: int, classes: int = 2) -> NDArray[np.int64]:
    """Class numbers in turn: 0, 1, 0, 1, …"""
    return np.arange(samples, dtype=np.int64) % classes


def _points(seed: int, key: str, x1: Floats, x2: Floats, classes: NDArray[np.int64], noise: float) -> Samples:
    """The points, each moved by normal noise of this standard deviation."""
    raw = np.stack((x1, x2), axis=1)
    if noise > 0.0:
        raw += noise * Stream(seed, "noise", key).normal(raw.size).reshape(raw.shape)
    return Samples(_folded(raw), classes)


def _folded(raw: Floats) -> Floats:
    """Points that left the plane are mirrored back at its edge, so that every point is in the picture."""
    raw = np.where(raw > _EDGE, 2.0 * _EDGE - raw, raw)
    raw = np.where(raw < -_EDGE, -2.0 * _EDGE - raw, raw)
    return np.clip(raw, -_EDGE, _EDGE)


def _circle(seed: int, samples: int, noise: float) -> Samples:
    place = Stream(seed, "data", "circle").uniform(2 * samples).reshape(-1, 2)
    classes = _turns(samples)
    inner, outer = 2.4 * np.sqrt(place[:, 0]), 3.7 + 1.3 * place[:, 0]
    radius = np.where(classes == 1, inner, outer)
    angle = 2.0 * _PI * place[:, 1]
    x1, x2 = radius * elementary.cos(angle), radius * elementary.sin(angle)
    return _points(seed, "circle", x1, x2, classes, noise)


def _xor(seed: int, samples: int, noise: float) -> Samples:
    away = 0.3 + 5.0 * Stream(seed, "data", "xor").uniform(2 * samples).reshape(-1, 2)
    # As many points in each quarter: else a straight line gains by cutting off the emptiest.
    quarter = _turns(samples, 4)
    x1 = np.where((quarter == 1) | (quarter == 2), -away[:, 0], away[:, 0])
    x2 = np.where(quarter >= 2, -away[:, 1], away[:, 1])
    return _points(seed, "xor", x1, x2, 1 - _turns(samples), noise)


def _gaussians(seed: int, samples: int, noise: float) -> Samples:
    place = Stream(seed, "data", "gaussians").normal(2 * samples).reshape(-1, 2)
    classes = _turns(samples)
    spread = 0.6 + 1.2 * noise
    middle = np.where(classes == 1, -2.0, 2.0)
    return _points(
        seed, "gaussians", middle + spread * place[:, 0], spread * place[:, 1] - middle, classes, 0.0
    )


def _spiral(seed: int, samples: int, noise: float, arms: int) -> Samples:
    way = Stream(seed, "data", "spiral").uniform(samples)  # 0 in the middle, 1 at the end of an arm
    classes = _turns(samples, arms)
    radius = 0.5 + 4.8 * way
    angle = _PI * (1.0 - 2.2 * way) + (2.0 * _PI / arms) * classes
    x1, x2 = radius * elementary.cos(angle), radius * elementary.sin(angle)
    return _points(seed, "spiral", x1, x2, classes, noise)


def _moons(seed: int, samples: int, noise: float) -> Samples:
    classes = _turns(samples)
    angle = _PI * Stream(seed, "data", "moons").uniform(samples)
    side = np.where(classes == 1, 1.0, -1.0)  # class 1 is the upper moon
    x1 = 3.0 * elementary.cos(angle) - 1.5 * side
    x2 = side * (3.0 * elementary.sin(angle) - 0.75)
    return _points(seed, "moons", x1, x2, classes, noise)


def _checkerboard(seed: int, samples: int, noise: float, cells: int) -> Samples:
    place = Stream(seed, "data", "checkerboard").uniform(2 * samples).reshape(-1, 2) * cells
    field = np.floor(place).astype(np.int64).sum(axis=1)
    place = place * (10.0 / cells) - 5.0
    return _points(seed, "checkerboard", place[:, 0], place[:, 1], field % 2, noise)


def _rings(seed: int, samples: int, noise: float) -> Samples:
    place = Stream(seed, "data", "rings").uniform(2 * samples).reshape(-1, 2)
    classes = _turns(samples, 3)
    radius = 0.8 + 1.8 * classes + 0.5 * place[:, 0]
    angle = 2.0 * _PI * place[:, 1]
    return _points(
        seed, "rings", radius * elementary.cos(angle), radius * elementary.sin(angle), classes, noise
    )


@dataclass(frozen=True)
class Spiral(Dataset):
    """The spiral has as many classes as arms."""

    def class_names_of(self, choice: Any) -> tuple[str, ...]:
        """One class an arm."""
        return self.class_names[: choice.arms]


entries = (
    Dataset(
        "gaussians",
        "Gaussians",
        "Two round clouds. A single straight line tells them apart.",
        settings=(samples_setting(), noise_setting(0.2, "How wide the clouds are.")),
        class_names=("A", "B"),
        make=_gaussians,
    ),
    Dataset(
        "circle",
        "Circle",
        "A disc inside a ring: no straight line helps, x₁² and x₂² do.",
        settings=(samples_setting(), _NOISE),
        class_names=("A", "B"),
        make=_circle,
    ),
    Dataset(
        "xor",
        "XOR",
        "Opposite quarters share a class, so neither coordinate says anything alone.",
        settings=(samples_setting(), _NOISE),
        class_names=("A", "B"),
        default_split="stratified",
        make=_xor,
    ),
    Spiral(
        "spiral",
        "Spiral",
        "Arms wound around each other: the hardest of the small ones.",
        settings=(
            samples_setting(),
            noise_setting(0.22, "How far points stray from their place."),
            Setting("arms", "Arms", 2, "whole", 2, 3, summary="One class an arm."),
        ),
        class_names=("A", "B", "C"),
        make=_spiral,
    ),
    Dataset(
        "moons",
        "Moons",
        "Two half rings that reach into each other.",
        settings=(samples_setting(), _NOISE),
        class_names=("A", "B"),
        make=_moons,
    ),
    Dataset(
        "checkerboard",
        "Checkerboard",
        "Fields in two colours: many small regions to learn.",
        settings=(
            samples_setting(),
            noise_setting(0.05, "How far points stray from their place."),
            Setting("cells", "Fields a side", 4, "whole", 2, 8, summary="Fields along each side."),
        ),
        class_names=("A", "B"),
        make=_checkerboard,
    ),
    Dataset(
        "rings",
        "Rings",
        "Three rings, one inside the other.",
        settings=(samples_setting(), _NOISE),
        class_names=("A", "B", "C"),
        make=_rings,
    ),
)
