"""Splits share every row out exactly once, and a split by time never learns from the future."""

import types
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.catalog.datasets import datasets
from playground.catalog.random import Stream
from playground.catalog.splits import Rows, depth_blocks, splits, turns_of
from playground.experiment.model import choice

SHARES = (0.6, 0.2, 0.2)
whole = st.integers(0, 20)


def divide(key, n, shares=SHARES, time=None, seed=1, rows=None, **settings):
    parts = dict(zip(("train", "validation", "test"), shares, strict=True))
    chosen = choice(splits, key, **parts, **settings)
    return splits[key].parts_of(chosen, rows or Rows(n, time), seed)


def rows_with_everything(n, moments):
    numbers = [np.floor(Stream(3, "test", str(i)).uniform(n) * moments) for i in range(6)]
    time, group, x, y, depth, classes = numbers
    place = np.stack((x, y), axis=1)
    return Rows(n, time, group.astype(np.int64), place, depth, classes.astype(np.int64))


@pytest.mark.parametrize("key", splits.keys())
@given(n=st.integers(1, 80), parts=st.tuples(st.integers(1, 20), whole, whole), moments=st.integers(1, 12))
def test_every_row_lands_in_exactly_one_part(key, n, parts, moments):
    shares = tuple(part / sum(parts) for part in parts)
    parts = divide(key, n, shares, rows=rows_with_everything(n, moments))
    assert len(parts) == 3
    assert sorted(np.concatenate(parts).tolist()) == list(range(n))
    assert all((np.diff(part) > 0).all() for part in parts)


@pytest.mark.parametrize("key", splits.keys())
def test_the_defaults_add_up_to_one_and_have_no_problems(key):
    split = splits[key]
    chosen = types.SimpleNamespace(**{setting.key: setting.default for setting in split.settings})
    assert chosen.train + chosen.validation + chosen.test == pytest.approx(1.0)
    entry = types.SimpleNamespace(
        label="", time_name="t", group_name="g", place_name="p", depth_name="d", task_of=lambda _: "classes"
    )
    assert list(split.problems(chosen, types.SimpleNamespace(entry=entry))) == []


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


@pytest.mark.parametrize("key", [split.key for split in splits if split.needs])
def test_a_split_needs_what_it_goes_by(key):
    with pytest.raises(ValueError, match="have no"):
        divide(key, 10)
    plane = choice(datasets, "plane")
    (problem,) = splits[key].problems(choice(splits, key), plane)
    assert problem.startswith("Plane has no ")


def test_a_gap_is_the_one_of_scikit_learn():
    # TimeSeriesSplit(n_splits=3, gap=2, test_size=10) on 60 rows trains on 0-47 and tests 50-59.
    time = np.arange(60.0)
    train, validation, test = divide("time", 60, (5 / 6, 0.0, 1 / 6), time, gap=2.0)
    assert train.tolist() == list(range(48))
    assert validation.tolist() == []
    assert test.tolist() == list(range(50, 60))


@given(n=st.integers(3, 80), moments=st.integers(3, 40), gap=st.integers(0, 9))
def test_a_gap_keeps_its_distance_at_both_borders(n, moments, gap):
    time = np.floor(Stream(5, "test").uniform(n) * moments)
    filled = [time[part] for part in divide("time", n, SHARES, time, gap=float(gap)) if len(part)]
    for earlier, later in pairwise(filled):
        assert earlier.max() < later.min() - gap


@given(n=st.integers(10, 200), kinds=st.integers(1, 6), seed=st.integers(0, 99))
def test_a_stratified_split_keeps_the_share_of_every_class(n, kinds, seed):
    classes = np.floor(Stream(seed, "test").uniform(n) ** 2 * kinds).astype(np.int64)
    parts = divide("stratified", n, rows=Rows(n, classes=classes), seed=seed)
    for label in np.unique(classes):
        count = (classes == label).sum()
        for part, share in zip(parts, SHARES, strict=True):
            assert abs((classes[part] == label).sum() - share * count) <= 1.5


@given(n=st.integers(3, 200), kinds=st.integers(3, 30), seed=st.integers(0, 99))
def test_no_group_is_in_two_parts_and_no_part_is_empty(n, kinds, seed):
    group = np.arange(n, dtype=np.int64) % kinds
    parts = divide("group", n, rows=Rows(n, group=group), seed=seed)
    assert all(len(part) for part in parts)
    members = [set(group[part].tolist()) for part in parts]
    assert sum(len(each) for each in members) == len(set(group.tolist()))


def test_blocks_keep_neighbours_together():
    across, up = np.meshgrid(np.arange(50.0), np.arange(50.0))
    place = np.stack((across.ravel(), up.ravel()), axis=1)
    parts = divide("blocks", 2500, rows=Rows(2500, place=place), blocks=5)
    fields = [{tuple(field) for field in (place[part] // 10).astype(int).tolist()} for part in parts]
    assert [len(field) for field in fields] == [15, 5, 5]
    assert [len(part) for part in parts] == [1500, 500, 500]


def test_a_split_by_depth_is_judged_on_the_deepest():
    depth = np.arange(100.0)[::-1].copy()
    train, validation, test = (depth[part] for part in divide("depth", 100, rows=Rows(100, depth=depth)))
    assert train.max() < validation.min() <= validation.max() < test.min()


@pytest.mark.parametrize("shares", [(0.8, 0.2, 0.0), (0.6, 0.2, 0.2), (0.5, 0.25, 0.25), (0.7, 0.2, 0.1)])
@pytest.mark.parametrize("doubled", [False, True])
def test_the_blocks_of_depth_validate_in_turn(shares, doubled):
    depth = np.arange(200.0)[::-1] // (3 if doubled else 1)
    rows = Rows(200, depth=depth)
    split = choice(splits, "depth", train=shares[0], validation=shares[1], test=shares[2])
    count = depth_blocks(split)
    assert count == round((shares[0] + shares[1]) / shares[1])
    seen, above = [], None
    for held in range(1, count + 1):
        train, validation, test = divide("depth", 200, shares, rows=rows, held=held)
        assert sorted([*train, *validation, *test]) == list(range(200))
        assert not set(depth[validation]) & set(depth[train])
        assert above is None or depth[validation].max() < above
        above = depth[validation].min()
        seen += validation.tolist()
    assert sorted(seen) == sorted(set(range(200)) - set(test.tolist()))
    beyond = divide("depth", 200, shares, rows=rows, held=50)
    assert [each.tolist() for each in beyond] == [each.tolist() for each in (train, validation, test)]
    assert depth_blocks(choice(splits, "random")) == 0


@pytest.mark.parametrize("key", ["group", "blocks"])
def test_whole_groups_validate_in_turn_and_never_test(key):
    across, up = np.meshgrid(np.arange(40.0), np.arange(30.0))
    place = np.stack((across.ravel(), up.ravel()), axis=1)
    rows = Rows(1200, group=np.arange(1200) // 37, place=place)
    split = choice(splits, key)
    count = turns_of(split, rows, 3)
    assert count == 4
    first = divide(key, 1200, rows=rows, seed=3)
    seen = []
    for held in range(1, count + 1):
        train, validation, test = divide(key, 1200, rows=rows, seed=8, deal=3, held=held)
        assert test.tolist() == first[2].tolist()
        assert sorted([*train, *validation, *test]) == list(range(1200))
        seen += validation.tolist()
        assert held > 1 or validation.tolist() == first[1].tolist()
        assert 100 < len(validation) < 400
    assert sorted(seen) == sorted([*first[0], *first[1]])
    last = divide(key, 1200, rows=rows, seed=8, deal=3, held=50)
    assert last[1].tolist() == validation.tolist()
    assert turns_of(choice(splits, "time"), rows, 3) == 0


def test_impossible_shares_are_said_in_words():
    dataset = choice(datasets, "spiral")
    too_much = types.SimpleNamespace(train=0.6, validation=0.6, test=0.2)
    nothing = types.SimpleNamespace(train=0.0, validation=0.5, test=0.5)
    assert any("140%" in problem for problem in splits["random"].problems(too_much, dataset))
    assert any("training" in problem for problem in splits["random"].problems(nothing, dataset))
