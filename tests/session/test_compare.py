"""What pinned runs have in common, which is better, and how soon each gets how far."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from playground.experiment import edits
from playground.session.compare import (
    best,
    comparable,
    in_common,
    level_to_reach,
    measures,
    reached,
    smoothed,
)
from tests.session.pinned_runs import START, pinned_run


def test_only_what_is_true_is_stated():
    adam = edits.set_choice(START, "training.optimizer", "adam")
    a, b = pinned_run(), pinned_run(adam)
    assert in_common([a, b]) == "Same data, same first weights, same batches"
    assert in_common([a]) == ""
    assert in_common([a, replace(b, first_weights="b")]) == "Same data, same batches"
    unknown = [replace(each, first_weights="") for each in (a, b)]
    assert in_common([a, unknown[1]]) == in_common(unknown) == "Same data, same batches"
    larger = pinned_run(edits.set_value(START, "training.batch_size", 64))
    assert in_common([a, larger]) == "Same data, same first weights"
    reseeded = pinned_run(edits.set_value(START, "seed", 2), first_weights="c")
    assert in_common([a, reseeded]) == ""


def test_what_was_changed_on_the_way_counts():
    noisy = edits.set_value(START, "data.dataset.noise", 0.5)
    there_and_back = replace(pinned_run(), stages=((0, START), (100, noisy), (200, START)))
    assert in_common([pinned_run(), there_and_back]) == "Same first weights"


def test_losses_of_two_kinds_are_not_compared():
    squared = pinned_run(edits.set_loss(START, "mean_squared_error"))
    loss, _, accuracy = measures([pinned_run(), squared])
    assert not comparable([pinned_run(), squared], loss)
    assert comparable([pinned_run(), squared], accuracy)
    assert comparable([pinned_run(), pinned_run()], loss)


def test_all_that_read_the_same_are_best():
    assert best(("0.001", "0.001", "0.2"), (0.00101, 0.00099, 0.2)) == (True, True, False)
    assert best(("99%", "96%"), (0.99, 0.96), lower_is_better=False) == (True, False)
    assert best(("1", "1"), (1.0, 1.0)) == (False, False)
    assert best(("1", "–"), (1.0, math.nan)) == (False, False)
    assert best(("1", "–", "2"), (1.0, math.nan, 2.0)) == (True, False, False)


def test_a_level_is_reached_where_the_curve_first_gets_there():
    x, falling = np.array([0, 10, 20, 30]), np.array([1.0, 0.5, 0.1, 0.4])
    assert reached(x, falling, 0.5) == 10
    assert math.isnan(reached(x, falling, 0.01))
    assert reached(x, 1 - falling, 0.9, lower_is_better=False) == 20


def test_smoothing_keeps_the_ends_and_stops_at_nothing_infinite():
    noisy = np.sin(np.arange(200) / 30) + np.random.default_rng(1).normal(0, 0.2, 200)
    calm = smoothed(noisy, 0.1)
    assert np.abs(np.diff(calm)).mean() < 0.3 * np.abs(np.diff(noisy)).mean()
    assert (calm[0], calm[-1]) == pytest.approx((noisy[0], noisy[-1]))
    assert smoothed(noisy, 0.0).tolist() == noisy.tolist()
    noisy[50] = np.inf
    assert np.isinf(smoothed(noisy, 0.1)[50])
    assert np.isfinite(smoothed(noisy, 0.1)[[49, 51]]).all()
    assert len(smoothed(np.empty(0), 0.5)) == 0


def test_the_proposed_level_is_round_and_reached_by_half():
    curves = [np.array([1.0, end]) for end in (0.012, 0.181, 0.052)]
    level = level_to_reach(curves)
    assert level == 0.1
    assert level_to_reach([1 - each for each in curves], lower_is_better=False) == 0.9
    assert level_to_reach([np.array([np.nan])]) == 0.5
    assert level_to_reach([np.array([0.0])]) > 0
