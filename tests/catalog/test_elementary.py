"""Own elementary functions agree with `math` within a few units in the last place."""

import math

import numpy as np
import pytest

from playground.catalog import elementary

RANGES = {
    "exp": np.concatenate([np.linspace(-740, 709, 20_001), np.linspace(-1, 1, 20_001)]),
    "log": np.concatenate([np.geomspace(1e-310, 1e308, 20_001), np.linspace(0.5, 2, 20_001)]),
    "sin": np.concatenate([np.linspace(-20, 20, 20_001), np.linspace(-99_000, 99_000, 9_999)]),
    "cos": np.concatenate([np.linspace(-20, 20, 20_001), np.linspace(-99_000, 99_000, 9_999)]),
    "tanh": np.concatenate([np.linspace(-25, 25, 20_001), np.geomspace(1e-300, 1, 5_001)]),
}


@pytest.mark.parametrize("name", RANGES)
def test_a_function_is_within_a_few_units_in_the_last_place(name):
    x = RANGES[name]
    expected = np.array([getattr(math, name)(value) for value in x.tolist()])
    error = np.abs(getattr(elementary, name)(x) - expected) / np.spacing(np.abs(expected))
    assert error.max() <= 4


def test_special_values():
    inf, nan = math.inf, math.nan
    assert elementary.exp([-inf, inf, 0.0, 1000.0, -1000.0]).tolist() == [0.0, inf, 1.0, inf, 0.0]
    assert elementary.log([0.0, inf, 1.0]).tolist() == [-inf, inf, 0.0]
    assert np.isnan(elementary.log([-1.0, nan])).all()
    assert elementary.tanh([-inf, inf, 0.0]).tolist() == [-1.0, 1.0, 0.0]
    for name in RANGES:
        assert np.isnan(getattr(elementary, name)([nan])).all()
    assert np.isnan(elementary.sin([inf, -inf])).all()
    far = elementary.sin([1e300, -1e17, 1e9])
    assert (np.abs(far) <= 1).all()


def test_shapes_are_kept():
    assert elementary.sin(np.zeros((2, 3))).shape == (2, 3)
    assert elementary.exp(np.empty((0,))).shape == (0,)
