"""Numbers to predict from one or two coordinates.

Noise is the share of the target's variance that nothing can explain: a perfect fit of the pattern
reaches an R² of 1 − noise, whatever the pattern. The pattern itself has variance 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import LINE, Dataset, Samples, noise_setting, samples_setting
from playground.catalog.random import Stream

Floats = NDArray[np.float64]

_NOISE = noise_setting(0.1, "The share of the target's variance that nothing can explain.")
_BUMPS = ((-3.0, 3.0, 1.0), (3.0, 3.0, -1.0), (0.0, 0.0, 1.0), (-3.0, -3.0, -1.0), (3.0, -3.0, 1.0))
# Standard deviation of each pattern over its domain, so that the target's is 1.
_PLANE_SPREAD, _BUMPS_SPREAD, _CURVE_SPREAD, _SWIRL_SPREAD = 4.898979485566356, 0.3577, 0.7356, 0.624


def noisy(seed: int, key: str, raw: Floats, pattern: Floats, noise: float) -> Samples:
    """Samples whose target is the pattern (n,) of variance 1, but for this share of noise."""
    target = float(np.sqrt(1.0 - noise)) * pattern
    if noise > 0.0:
        target = target + float(np.sqrt(noise)) * Stream(seed, "noise", key).normal(len(raw))
    return Samples(raw, target[:, None])


def _square(seed: int, key: str, samples: int) -> Floats:
    return Stream(seed, "data", key).uniform(2 * samples).reshape(-1, 2) * 12.0 - 6.0


def _plane(seed: int, samples: int, noise: float) -> Samples:
    raw = _square(seed, "plane", samples)
    return noisy(seed, "plane", raw, (raw[:, 0] + raw[:, 1]) / _PLANE_SPREAD, noise)


def _bumps(seed: int, samples: int, noise: float) -> Samples:
    raw = _square(seed, "bumps", samples)
    pattern = np.zeros(samples)
    for x1, x2, height in _BUMPS:
        away1, away2 = raw[:, 0] - x1, raw[:, 1] - x2
        pattern += height * elementary.exp((away1 * away1 + away2 * away2) / -2.4)
    return noisy(seed, "bumps", raw, pattern / _BUMPS_SPREAD, noise)


def _curve(seed: int, samples: int, noise: float) -> Samples:
    x = Stream(seed, "data", "curve").uniform(samples) * 10.0 - 6.0
    x = np.where(x > 1.0, x + 2.0, x)  # nothing is known between 1 and 3
    pattern = elementary.sin(x) + 0.08 * x * elementary.cos(2.2 * x)
    return noisy(seed, "curve", x[:, None], pattern / _CURVE_SPREAD, noise)


def _saddle(seed: int, samples: int, noise: float) -> Samples:
    raw = _square(seed, "saddle", samples)
    return noisy(seed, "saddle", raw, raw[:, 0] * raw[:, 1] / 12.0, noise)


def _swirl(seed: int, samples: int, noise: float) -> Samples:
    raw = _square(seed, "swirl", samples)
    x1, x2 = raw[:, 0], raw[:, 1]
    wind = elementary.exp((x1 * x1 + x2 * x2) / -12.0)
    pattern = np.column_stack([-x2 * wind, x1 * wind]) / _SWIRL_SPREAD
    target = float(np.sqrt(1.0 - noise)) * pattern
    if noise > 0.0:
        target = target + float(np.sqrt(noise)) * Stream(seed, "noise", "swirl").normal(2 * samples).reshape(
            -1, 2
        )
    return Samples(raw, target)


entries = (
    Dataset(
        "plane",
        "Plane",
        "A tilted plane: a network without a hidden layer is enough.",
        settings=(samples_setting(), _NOISE),
        task="regression",
        target_names=("y",),
        make=_plane,
    ),
    Dataset(
        "bumps",
        "Bumps",
        "Hills and hollows in the plane.",
        settings=(samples_setting(), _NOISE),
        task="regression",
        target_names=("y",),
        make=_bumps,
    ),
    Dataset(
        "saddle",
        "Saddle",
        "The product of both coordinates: each alone says nothing.",
        settings=(samples_setting(), _NOISE),
        task="regression",
        target_names=("y",),
        make=_saddle,
    ),
    Dataset(
        "swirl",
        "Swirl",
        "Wind around a calm centre: two numbers to predict at every point.",
        settings=(samples_setting(), _NOISE),
        task="regression",
        target_names=("v1", "v2"),
        in_gallery=False,  # an example of the menu
        make=_swirl,
    ),
    Dataset(
        "curve",
        "Curve",
        "A wavy line with noise and a gap from 1 to 3, where the network has to guess.",
        settings=(samples_setting(200), _NOISE),
        task="regression",
        raw_names=("x1",),
        target_names=("y",),
        domain=LINE,
        make=_curve,
    ),
)
