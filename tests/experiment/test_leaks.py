"""Leaks are said in words, with the split that avoids them."""

import dataclasses
import gc
import weakref

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


def test_doubles_are_those_that_a_plain_search_finds():
    made = Data.model_validate({"dataset": "plane"})
    prepared = prepare(made, 1)
    draw = np.random.default_rng(5)
    for _ in range(20):
        inputs = draw.choice([-1.0, -0.0, 0.0, 1.0, 1e-300], prepared.inputs.shape)
        targets = draw.integers(0, 2, prepared.raw_targets.shape).astype(float)
        mixed = dataclasses.replace(prepared, inputs=inputs, raw_targets=targets)
        whole = [(*row, target) for row, target in zip(inputs.tolist(), targets.ravel(), strict=True)]
        learned = {whole[row] for row in prepared.train}
        held = [*prepared.validation, *prepared.test]
        assert duplicates_across(mixed) == sum(whole[row] in learned for row in held)


def test_doubles_are_found_in_a_large_table():
    prepared = prepare(Data.model_validate({"dataset": "plane"}), 1)
    count, columns = 300_000, 20
    inputs = np.random.default_rng(1).normal(size=(count, columns))
    inputs[count - 2 :] = inputs[:2]
    parts = np.arange(count - 1000), np.arange(count - 1000, count - 500), np.arange(count - 500, count)
    train, validation, test = parts
    large = dataclasses.replace(
        prepared, inputs=inputs, raw_targets=np.zeros(count), train=train, validation=validation, test=test
    )
    assert duplicates_across(large) == 2


def test_what_was_found_keeps_no_data_alive():
    made = Data.model_validate({"dataset": "plane"})
    copy = dataclasses.replace(prepare(made, 1))
    assert leaks(made, copy) is leaks(made, copy)
    alive = weakref.ref(copy)
    del copy
    gc.collect()
    assert alive() is None
