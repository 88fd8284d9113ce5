import math

import numpy as np
import pytest

from playground.catalog.random import Stream
from playground.catalog.scalings import column_sums, restored, scaled, scalings


def table(rows=101):
    return Stream(1, "test").normal(3 * rows).reshape(rows, 3) * [1.0, 1e-6, 1e6] + [0.0, 5.0, -3.0]


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 7, 100, 1001])
def test_column_sums_are_sums_and_leave_their_input_alone(rows):
    x = table(rows)
    before = x.copy()
    assert column_sums(x) == pytest.approx(
        [math.fsum(column) for column in x.T.tolist()], rel=1e-12, abs=1e-9
    )
    assert (x == before).all()


def test_standard_gives_mean_0_and_deviation_1():
    x = table()
    made = scaled(x, *scalings["standard"].fit(x))
    assert made.mean(axis=0) == pytest.approx(0.0, abs=1e-9)
    assert made.std(axis=0) == pytest.approx(1.0, rel=1e-9)


def test_minmax_runs_from_0_to_1():
    x = table()
    made = scaled(x, *scalings["minmax"].fit(x))
    assert (made.min(axis=0) == 0.0).all()
    assert (made.max(axis=0) == 1.0).all()


def test_none_changes_nothing():
    x = table()
    assert (scaled(x, *scalings["none"].fit(x)) == x).all()


@pytest.mark.parametrize("key", scalings.keys())
def test_the_way_back_leads_back(key):
    x = table()
    shift, scale = scalings[key].fit(x[:50])
    assert restored(scaled(x, shift, scale), shift, scale) == pytest.approx(x, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("key", ["standard", "minmax"])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9])
def test_a_constant_column_becomes_0_and_comes_back(key, value):
    x = np.column_stack([np.full(7, value), np.arange(7.0)])
    shift, scale = scalings[key].fit(x)
    made = scaled(x, shift, scale)
    assert (made[:, 0] == 0.0).all()
    assert made[:, 1].std() > 0.0
    assert restored(made, shift, scale)[:, 0] == pytest.approx(value)


@pytest.mark.parametrize("key", scalings.keys())
@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows_are_no_trouble(key, rows):
    shift, scale = scalings[key].fit(table(rows))
    assert np.isfinite(scaled(table(5), shift, scale)).all()
