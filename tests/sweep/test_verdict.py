"""Verdicts: a difference counts only where luck cannot explain it, and it does not matter who comes first."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.sweep.verdict import band, judge, spread, standing, t_quantile

NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)
GAPPED = st.floats(0, 100) | st.just(float("nan"))
PAIRS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=3, max_size=30)
tried = settings(max_examples=40)
OPPOSITE = {"better": "worse", "worse": "better", "equal": "equal"}


@tried
@given(PAIRS, st.booleans())
def test_who_comes_first_does_not_matter(pairs, lower):
    a, b = zip(*pairs, strict=True)
    one, other = judge(a, b, lower), judge(b, a, lower)
    assert other.word == OPPOSITE[one.word]
    assert other.difference == -one.difference
    assert (other.wins, other.losses) == (one.losses, one.wins)
    assert judge(a, b, not lower).word == OPPOSITE[one.word]


@tried
@given(PAIRS, st.booleans(), st.randoms())
def test_the_order_of_seeds_does_not_matter(pairs, lower, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)
    one, other = (judge(*zip(*each, strict=True), lower) for each in (pairs, shuffled))
    assert math.isclose(one.difference, other.difference, rel_tol=1e-6, abs_tol=1e-6)
    assert math.isclose(one.low, other.low, rel_tol=1e-6, abs_tol=1e-4)


@tried
@given(st.lists(NUMBERS, min_size=3, max_size=30), st.booleans())
def test_an_experiment_equals_itself(values, lower):
    assert judge(values, values, lower).word == "equal"


@tried
@given(st.lists(NUMBERS, min_size=3, max_size=30), st.floats(0.5, 1e6))
def test_always_better_by_the_same_is_better(values, gap):
    values = np.round(values)
    gap = round(gap) + 1.0  # whole numbers, so that every difference is exactly the same
    assert judge(values + gap, values, lower_is_better=False).word == "better"
    assert judge(values + gap, values, lower_is_better=True).word == "worse"


@pytest.mark.parametrize("seeds", [5, 10, 30])
def test_equals_are_told_apart_in_one_comparison_of_twenty(seeds):
    random = np.random.default_rng(3)
    words = [judge(*random.normal(size=(2, seeds)), lower_is_better=True).word for _ in range(2_000)]
    assert 0.035 < 1.0 - words.count("equal") / len(words) < 0.065


def test_pairs_see_what_the_luck_of_the_seed_hides():
    random = np.random.default_rng(1)
    luck = random.normal(0.0, 10.0, 10)
    ours = luck + random.normal(-0.5, 0.1, 10)
    assert judge(ours, luck, lower_is_better=True).word == "better"
    assert judge(ours, np.roll(luck, 1), lower_is_better=True).word == "equal"


def test_seeds_that_failed_are_left_out_and_two_pairs_are_too_few():
    nan = float("nan")
    verdict = judge([1.0, nan, 1.0, 1.0, 1.0], [2.0, 2.0, nan, 2.0, 2.0], lower_is_better=True)
    assert (verdict.word, verdict.pairs, verdict.wins) == ("better", 3, 3)
    assert judge([1.0, 1.0, nan], [2.0, 2.0, 2.0], lower_is_better=True).word == "unknown"
    assert judge([], [], lower_is_better=True).word == "unknown"
    with pytest.raises(ValueError, match="one result for each seed"):
        judge([1.0], [1.0, 2.0], lower_is_better=True)


@pytest.mark.parametrize(
    ("freedom", "value"), [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (9, 2.262), (29, 2.045)]
)
def test_the_quantile_is_that_of_the_tables(freedom, value):
    assert t_quantile(freedom) == pytest.approx(value, abs=5e-4)


@tried
@given(st.lists(NUMBERS, min_size=1, max_size=30))
def test_a_spread_is_in_order(values):
    found = spread([*values, float("nan"), float("inf")])
    assert found.least <= found.low <= found.median <= found.high <= found.most
    assert found.count == len(values)
    assert found.deviation >= 0.0


def test_a_spread_of_nothing_is_none():
    assert spread([]) is None
    assert spread([float("nan")]) is None


def test_a_seed_beyond_the_middle_half_was_lucky_or_unlucky():
    values = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert [standing(values, own, lower_is_better=True) for own in (1.0, 3.0, 5.0)] == [
        "lucky",
        "typical",
        "unlucky",
    ]
    assert standing(values, 5.0, lower_is_better=False) == "lucky"
    assert standing([], 5.0, lower_is_better=False) == "typical"


def test_a_band_goes_as_far_as_half_of_the_curves():
    curves = [([0, 10, 20], [0.0, 1.0, 2.0]), ([0, 20], [2.0, 4.0]), ([0, 10, 40], [4.0, 5.0, 8.0])]
    found = band(curves)
    assert list(found.step) == [0, 10, 20]
    assert list(found.median) == [2.0, 3.0, 4.0]
    assert list(found.low) == [1.0, 2.0, 3.0]
    assert list(found.high) == [3.0, 4.0, 5.0]


def test_a_band_passes_over_what_is_not_finite():
    found = band([([0, 1, 2], [1.0, np.nan, 3.0]), ([], [])])
    assert list(found.step) == [0, 2]
    assert list(found.median) == [1.0, 3.0]
    assert not len(band([]).step)


@tried
@given(st.lists(st.lists(st.floats(0, 100), min_size=1, max_size=20), min_size=1, max_size=8))
def test_a_band_lies_between_its_curves(curves):
    found = band([(np.arange(len(curve)) * 3, curve) for curve in curves])
    assert (found.low <= found.median + 1e-9).all()
    assert (found.median <= found.high + 1e-9).all()
    assert found.low.min() >= min(map(min, curves)) - 1e-9
    assert found.high.max() <= max(map(max, curves)) + 1e-9


@tried
@given(st.lists(st.lists(GAPPED, min_size=6, max_size=6), min_size=1, max_size=9))
def test_a_band_has_the_quartiles_of_numpy(columns):
    curves = [column for column in columns if np.isfinite(column).any()]
    found = band([(np.arange(6), curve) for curve in curves])
    for step, *quartiles in zip(found.step, found.low, found.median, found.high, strict=True):
        finite = [
            np.interp(step, np.flatnonzero(np.isfinite(c)), np.array(c)[np.isfinite(c)], np.nan, np.nan)
            for c in curves
        ]
        wanted = np.quantile([value for value in finite if not np.isnan(value)], [0.25, 0.5, 0.75])
        assert np.allclose(quartiles, wanted)


def test_a_long_run_has_no_more_points_than_a_screen():
    steps = np.arange(100_000)
    found = band([(steps, steps)])
    assert len(found.step) <= 300
    assert found.step[-1] == 99_999
