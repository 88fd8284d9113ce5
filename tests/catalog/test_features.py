import math

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.features import available, feature_values, features

FORMULAS = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1_squared": lambda x1, x2: x1**2,
    "x2_squared": lambda x1, x2: x2**2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, x2: math.sin(x1),
    "sin_x2": lambda x1, x2: math.sin(x2),
}

POINTS = np.array([[0.5, -1.25], [-6.0, 6.0], [0.0, 3.0]])


def test_the_keys_are_those_of_the_file_format():
    assert features.keys() == tuple(FORMULAS)


@pytest.mark.parametrize("key", features.keys())
def test_a_feature_is_its_formula(key):
    values = feature_values((key,), POINTS, ("x1", "x2"))
    assert values.shape == (3, 1)
    assert values[:, 0] == pytest.approx([FORMULAS[key](*point) for point in POINTS.tolist()], rel=1e-15)


def test_a_line_has_the_features_of_one_coordinate():
    assert available(("x1",)) == ("x1", "x1_squared", "sin_x1")
    assert available(("x1", "x2")) == features.keys()
    assert datasets["curve"].all_features_of(None) == ("x1", "x1_squared", "sin_x1")


def test_columns_come_in_the_order_of_their_names():
    raw = np.arange(6.0).reshape(2, 3)
    assert feature_values(("c", "a"), raw, ("a", "b", "c")).tolist() == [[2.0, 0.0], [5.0, 3.0]]


def test_an_input_that_the_data_lack_is_refused_in_words():
    with pytest.raises(ValueError, match='no input "x2"'):
        feature_values(("x2",), POINTS[:, :1], ("x1",))
    with pytest.raises(ValueError, match='no input "x1_x2"'):
        feature_values(("x1_x2",), POINTS[:, :1], ("x1",))
