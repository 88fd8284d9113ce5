"""Activations: value and slope against a reference with more digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from playground.catalog import registries
from tests.engine.kernel_calls import call

GOLDEN = np.load(Path(__file__).parent.parent / "golden" / "activations.npz")
ACTIVATIONS = [entry.key for entry in registries["activations"] if entry.value is not None]
BOUNDS = {"float64": (1e-14, 1e-15), "float32": (1e-6, 1e-7)}


def values_and_slopes(key, z, dtype, backend):
    settings = tuple(setting.default for setting in registries["activations"][key].settings)
    z = np.asarray(z)[None, :]
    value, _ = call(f"apply:{key}", dtype, backend, [z], settings)
    slope, _ = call(f"slope:{key}", dtype, backend, [z, value, np.ones_like(z)], settings)
    return value[0], slope[0]


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_values_and_slopes_are_right_to_the_last_digits(key, dtype, backend):
    relative, absolute = BOUNDS[dtype]
    for name, found in zip(
        ("value", "slope"), values_and_slopes(key, GOLDEN["z"], dtype, backend), strict=True
    ):
        wanted = GOLDEN[f"{key}.{name}"]
        np.testing.assert_allclose(found, wanted, rtol=relative, atol=absolute, err_msg=name)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("key", ACTIVATIONS)
def test_nan_passes_through(key, dtype):
    value, _ = values_and_slopes(key, [np.nan, 1.0], dtype, "compiled")
    assert np.isnan(value[0])
    assert np.isfinite(value[1])
