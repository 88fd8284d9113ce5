"""Record what the tests compare with: `python tests/golden/record.py`.

Needs `mpmath` (more digits than a float has) and PyTorch, which nothing else here does: install them in an
environment of their own, `pip install mpmath torch==2.13.0`, beside the program's own packages.
"""

from __future__ import annotations

import sys
from pathlib import Path

import mpmath as mp
import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from playground.catalog import registries  # noqa: E402

mp.mp.dps = 60
HALF = mp.mpf(1) / 2


def phi(z):
    return HALF * mp.erfc(-z / mp.sqrt(2))


def density(z):
    return mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi)


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def slope_of(function):
    return lambda z, *settings: mp.diff(lambda x: function(x, *settings), z)


def gelu_tanh(z):
    return HALF * z * (1 + mp.tanh(mp.sqrt(2 / mp.pi) * (z + mp.mpf("0.044715") * z**3)))


SELU_ALPHA = -mp.sqrt(2 / mp.pi) / (mp.erfc(1 / mp.sqrt(2)) * mp.exp(HALF) - 1)
SELU_SCALE = (
    (1 - mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e))
    * mp.sqrt(2 * mp.pi)
    / mp.sqrt(
        2 * mp.erfc(mp.sqrt(2)) * mp.e**2
        + mp.pi * mp.erfc(1 / mp.sqrt(2)) ** 2 * mp.e
        - 2 * (2 + mp.pi) * mp.erfc(1 / mp.sqrt(2)) * mp.sqrt(mp.e)
        + mp.pi
        + 2
    )
)


# Value, slope, and both at −∞ and ∞ (None where there is no limit), written anew from the papers.
ACTIVATIONS = {
    "identity": (lambda z: z, lambda z: mp.mpf(1), ("-inf", 1, "inf", 1)),
    "step": (lambda z: mp.mpf(int(z > 0)), lambda z: mp.mpf(0), (0, 0, 1, 0)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z), (0, 0, 1, 0)),
    "tanh": (mp.tanh, lambda z: mp.sech(z) ** 2, (-1, 0, 1, 0)),
    "relu": (lambda z: max(z, mp.mpf(0)), lambda z: mp.mpf(int(z > 0)), (0, 0, "inf", 1)),
    "leaky_relu": (
        lambda z, a: z if z > 0 else a * z,
        lambda z, a: mp.mpf(1) if z > 0 else a,
        ("-inf", "a", "inf", 1),
    ),
    "elu": (
        lambda z, a: z if z > 0 else a * mp.expm1(z),
        lambda z, a: mp.mpf(1) if z > 0 else a * mp.exp(z),
        ("-a", 0, "inf", 1),
    ),
    "selu": (
        lambda z: SELU_SCALE * (z if z > 0 else SELU_ALPHA * mp.expm1(z)),
        lambda z: SELU_SCALE * (mp.mpf(1) if z > 0 else SELU_ALPHA * mp.exp(z)),
        (-SELU_SCALE * SELU_ALPHA, 0, "inf", SELU_SCALE),
    ),
    "softplus": (lambda z: mp.log1p(mp.exp(z)), sigmoid, (0, 0, "inf", 1)),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: 1 / (1 + abs(z)) ** 2, (-1, 0, 1, 0)),
    "silu": (
        lambda z: z * sigmoid(z),
        lambda z: sigmoid(z) + z * sigmoid(z) * sigmoid(-z),
        (0, 0, "inf", 1),
    ),
    "gelu": (lambda z: z * phi(z), lambda z: phi(z) + z * density(z), (0, 0, "inf", 1)),
    "gelu_tanh": (gelu_tanh, slope_of(gelu_tanh), (0, 0, "inf", 1)),
    "sin": (mp.sin, mp.cos, (None, None, None, None)),
}


def pre_activations():
    """0, tiny, usual and huge numbers of both signs, all of them exact in float32."""
    sizes = (
        [10.0**k for k in range(-8, 0)] + list(np.arange(0.05, 6.0, 0.119)) + [7.5, 10, 16, 17, 20, 30, 90]
    )
    sizes = np.float32(sizes).astype(np.float64)
    return np.concatenate([-sizes[::-1], [0.0], sizes])


def limits(key, settings):
    words = {"inf": mp.inf, "-inf": -mp.inf, None: mp.nan}
    words |= {"a": settings[0], "-a": -settings[0]} if settings else {}
    found = [words[x] if x is None or isinstance(x, str) else x for x in ACTIVATIONS[key][2]]
    return [float(x) for x in found]


def record_activations():
    """tests/golden/activations.npz: z, and for each activation its values and slopes at z, −∞ and ∞."""
    z = pre_activations()
    found = {"z": np.concatenate([z, [-np.inf, np.inf]])}
    for entry in registries["activations"]:
        if entry.value is None:
            continue
        value, slope, _ = ACTIVATIONS[entry.key]
        settings = [setting.default for setting in entry.settings]
        values = [float(value(mp.mpf(x), *map(mp.mpf, settings))) for x in z]
        slopes = [float(slope(mp.mpf(x), *map(mp.mpf, settings))) for x in z]
        low, low_slope, high, high_slope = limits(entry.key, settings)
        found[f"{entry.key}.value"] = np.array([*values, low, high])
        found[f"{entry.key}.slope"] = np.array([*slopes, low_slope, high_slope])
    np.savez_compressed(HERE / "activations.npz", **found)


def huber(o, y, delta):
    d = abs(o - y)
    return d * d / 2 if d <= delta else delta * (d - delta / 2)


# Value and slope of one output, and the settings to record; slopes at kinks as PyTorch has them.
LOSSES = {
    "mean_squared_error": (lambda o, y: (o - y) ** 2, lambda o, y: 2 * (o - y), [()]),
    "mean_absolute_error": (lambda o, y: abs(o - y), lambda o, y: mp.sign(o - y), [()]),
    "huber": (huber, lambda o, y, delta: max(-delta, min(delta, o - y)), [(1.0,), (0.25,)]),
    "binary_cross_entropy": (
        lambda o, y: -y * mp.log(sigmoid(o)) - (1 - y) * mp.log(sigmoid(-o)),
        lambda o, y: sigmoid(o) - y,
        [()],
    ),
    "perceptron": (lambda o, y: max(0, -(2 * y - 1) * o), lambda o, y: int(o > 0) - y, [()]),
}


def record_losses():
    """tests/golden/losses.npz: for each loss outputs o and targets y, a sample a column; value and slope."""
    sizes = np.float32([1e-8, 1e-3, 0.3, 0.5, 1.0, 1.25, 2.7, 9.0, 30.0, 90.0]).astype(np.float64)
    o = np.concatenate([-sizes[::-1], [0.0], sizes])
    found = {}
    for key, (value, slope, cases) in LOSSES.items():
        targets = (0.0, 1.0) if registries["losses"][key].task == "classes" else (0.25, -1.0, 2.0)
        grid = [(x, y) for y in targets for x in o]
        for number, settings in enumerate(cases):
            numbers = [(mp.mpf(x), mp.mpf(y), *map(mp.mpf, settings)) for x, y in grid]
            found |= _case(f"{key}/{number}", settings, np.array(grid).T[:, None], numbers, value, slope)
    found |= record_cross_entropy()
    np.savez_compressed(HERE / "losses.npz", **found)


def _case(name, settings, grid, numbers, value, slope):
    return {
        f"{name}.settings": np.array(settings),
        f"{name}.o": grid[0],
        f"{name}.y": grid[1],
        f"{name}.value": np.array([float(value(*each)) for each in numbers]),
        f"{name}.slope": np.array([[float(slope(*each)) for each in numbers]]),
    }


def record_cross_entropy():
    """Logits of three classes; the slope is that of the logits."""
    rows = [(0, 0, 0), (0.5, -1.25, 2), (1, 1, -3), (30, -30, 0), (90, -90, 0), (90, 90, 89), (1e-3, 0, 0)]
    o = np.float32([row for row in rows for _ in range(3)]).T.astype(np.float64)
    y = np.eye(3)[[number for _ in rows for number in range(3)]].T
    found = {}
    for number, smoothing in enumerate((0.0, 0.1, 0.5)):
        values, slopes = [], []
        for column in range(o.shape[1]):
            z = [mp.mpf(x) for x in o[:, column]]
            total = mp.fsum(map(mp.exp, z))
            wanted = [(1 - mp.mpf(smoothing)) * mp.mpf(t) + mp.mpf(smoothing) / 3 for t in y[:, column]]
            values.append(float(mp.fsum(t * (mp.log(total) - x) for t, x in zip(wanted, z, strict=True))))
            slopes.append([float(mp.exp(x) / total - t) for t, x in zip(wanted, z, strict=True)])
        name = f"categorical_cross_entropy/{number}"
        found[f"{name}.settings"], found[f"{name}.o"], found[f"{name}.y"] = np.array([smoothing]), o, y
        found[f"{name}.value"], found[f"{name}.slope"] = np.array(values), np.array(slopes).T
    return found


if __name__ == "__main__":
    record_activations()
    record_losses()
