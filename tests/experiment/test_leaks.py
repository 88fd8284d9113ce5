"""Leaks are said in words, with the split that avoids them."""

import dataclasses

import numpy as np
import pytest

from playground.experiment.data import prepare
from playground.experiment.leaks import duplicates_across, leaks
from playground.experiment.model import Data


@pytest.mark.parametrize(("dataset", "better"), [("weather", "time"), ("penguins", "time")])
def test_a_random_split_of_related_rows_leaks(dataset, better):
    made = Data.model_validate({"dataset": dataset, "split": "random"})
    found = leaks(made, prepare(made, 1))
    assert [leak.split for leak in found if leak.split] == [better]


@pytest.mark.parametrize("dataset", ["weather", "spiral"])
def test_an_honest_split_does_not(dataset):
    made = Data.model_validate({"dataset": dataset})
    assert leaks(made, prepare(made, 1)) == ()


def test_duplicates_across_the_border_are_counted():
    made = Data.model_validate({"dataset": "plane"})
    prepared = prepare(made, 1)
    inputs, targets = prepared.inputs.copy(), prepared.raw_targets.copy()
    for old, new in zip(prepared.train[:3], prepared.validation[:3], strict=True):
        inputs[new], targets[new] = inputs[old], targets[old]
    inputs[prepared.test[0]] = inputs[prepared.train[0]]  # another answer: no double
    doubled = dataclasses.replace(prepared, inputs=inputs, raw_targets=targets)
    assert duplicates_across(doubled) == 3
    (leak,) = leaks(made, doubled)
    assert "3 samples" in leak.message
    assert np.isfinite(inputs).all()
