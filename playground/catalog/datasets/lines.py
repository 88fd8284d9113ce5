"""Functions of one coordinate, from easy to hard; variance 1, of which noise is a share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.datasets.entry import LINE, Dataset, Samples, noise_setting, samples_setting
from playground.catalog.datasets.functions import noisy
from playground.catalog.random import Stream

Floats = NDArray[np.float64]

_NOISE = noise_setting(0.1, "The share of the target's variance that nothing can explain.")


def _sine_mix(x: Floats) -> Floats:
    return np.asarray((elementary.sin(x) + 0.5 * elementary.sin(3.0 * x)) / 0.8046)


def _step(x: Floats) -> Floats:
    return np.where(x > 0.0, 1.0, -1.0)


def _absolute(x: Floats) -> Floats:
    return (np.abs(x) - 3.0) / 1.7320508075688772


def _chirp(x: Floats) -> Floats:
    way = x + 6.0
    return np.asarray(elementary.sin(0.25 * way * way) / 0.6715)


def _maker(key: str, pattern: Callable[[Floats], Floats]) -> Callable[..., Samples]:
    def make(seed: int, samples: int, noise: float) -> Samples:
        x = Stream(seed, "data", key).uniform(samples) * 12.0 - 6.0
        return noisy(seed, key, x[:, None], pattern(x), noise)

    return make


_DAMPING, _RATE = 0.25, 2.0  # 1/s, rad/s


def _oscillator(seed: int, samples: int, noise: float) -> Samples:
    """x(t) = exp(−γt) cos(ωt), the closed form of x″ + 2γ x′ + (ω² + γ²) x = 0 that starts at 1."""
    time = Stream(seed, "data", "oscillator").uniform(samples) * 6.0
    pattern = elementary.exp(-_DAMPING * time) * elementary.cos(_RATE * time)
    made = noisy(seed, "oscillator", time[:, None], pattern / 0.3999, noise)
    return Samples(made.raw, 0.3999 * made.targets, time)


_LINES = (
    ("sine_mix", "Sine mix", "Two waves, one three times as fast as the other.", _sine_mix),
    ("step", "Step", "A jump at 0, which smooth units can only approach.", _step),
    ("absolute", "Absolute value", "A kink at 0: two rectified linear units are enough.", _absolute),
    ("chirp", "Chirp", "A wave that gets faster and faster; the slow part is learned first.", _chirp),
)

entries = (
    *(
        Dataset(
            key,
            label,
            summary,
            settings=(samples_setting(200), _NOISE),
            task="regression",
            raw_names=("x1",),
            target_names=("y",),
            domain=LINE,
            in_gallery=False,
            make=_maker(key, pattern),
        )
        for key, label, summary, pattern in _LINES
    ),
    Dataset(
        "oscillator",
        "Damped oscillator",
        "A swing that dies away, from 0 to 6 s: learned at the beginning, judged on what comes later.",
        settings=(samples_setting(200), noise_setting(0.02, "The share of the variance that is noise.")),
        task="regression",
        raw_names=("x1",),
        target_names=("Displacement",),
        domain=LINE,
        default_split="time",
        time_name="time",
        in_gallery=False,
        make=_oscillator,
    ),
)
