"""Splits share every row out exactly once, and a split by time never learns from the future."""

import types
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.catalog.datasets import datasets
from playground.catalog.random import Stream
from playground.catalog.splits import splits

SHARES = (0.6, 0.2, 0.2)
whole = st.integers(0, 20)


def divide(key, n, shares=SHARES, time=None, seed=1):
    return splits[key].divide(n, shares, time, Stream(seed, "split"))


@pytest.mark.parametrize("key", splits.keys())
@given(n=st.integers(1, 80), parts=st.tuples(st.integers(1, 20), whole, whole), moments=st.integers(1, 12))
def test_every_row_lands_in_exactly_one_part(key, n, parts, moments):
    shares = tuple(part / sum(parts) for part in parts)
    time = np.floor(Stream(3, "test").uniform(n) * moments)
    parts = divide(key, n, shares, time)
    assert len(parts) == 3
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert all((np.diff(part) > 0).all() for part in parts)


@pytest.mark.parametrize("key", splits.keys())
def test_the_defaults_add_up_to_one_and_have_no_problems(key):
    split = splits[key]
    chosen = types.SimpleNamespace(**{setting.key: setting.default for setting in split.settings})
    assert chosen.train + chosen.validation + chosen.test == pytest.approx(1.0)
    dataset = types.SimpleNamespace(entry=datasets["weather"])
    assert list(split.problems(chosen, dataset)) == []


@pytest.mark.parametrize(("n", "counts"), [(400, (240, 80, 80)), (3, (2, 0, 1)), (1, (1, 0, 0))])
def test_a_random_split_has_the_shares_asked_for(n, counts):
    assert tuple(len(part) for part in divide("random", n)) == counts


def test_a_random_split_follows_the_seed():
    first, again, other = divide("random", 100), divide("random", 100), divide("random", 100, seed=2)
    assert (first[0] == again[0]).all()
    assert (first[0] != other[0]).any()


@given(n=st.integers(3, 80), moments=st.integers(1, 12), seed=st.integers(0, 99))
def test_equal_times_never_straddle_a_border(n, moments, seed):
    time = np.floor(Stream(seed, "test").uniform(n) * moments)
    parts = divide("time", n, SHARES, time)
    filled = [time[part] for part in parts if len(part)]
    for earlier, later in pairwise(filled):
        assert earlier.max() < later.min()
    train, validation, test = divide("latest", n, SHARES, time)
    before = np.concatenate([time[train], time[validation]])
    if len(test) and len(before):
        assert before.max() < time[test].min()


def test_three_moments_are_enough_for_three_parts():
    time = np.repeat([2007.0, 2008.0, 2009.0], [5, 80, 15])
    assert [len(part) for part in divide("time", 100, (0.5, 0.25, 0.25), time)] == [5, 80, 15]


@pytest.mark.parametrize("key", [split.key for split in splits if split.by_time])
def test_a_split_by_time_needs_times(key):
    with pytest.raises(ValueError, match="no times"):
        divide(key, 10)
    chosen = types.SimpleNamespace(train=0.5, validation=0.25, test=0.25)
    (problem,) = splits[key].problems(chosen, types.SimpleNamespace(entry=datasets["spiral"]))
    assert "Spiral" in problem


def test_impossible_shares_are_said_in_words():
    dataset = types.SimpleNamespace(entry=datasets["spiral"])
    too_much = types.SimpleNamespace(train=0.6, validation=0.6, test=0.2)
    nothing = types.SimpleNamespace(train=0.0, validation=0.5, test=0.5)
    assert any("140 %" in problem for problem in splits["random"].problems(too_much, dataset))
    assert any("training" in problem for problem in splits["random"].problems(nothing, dataset))
