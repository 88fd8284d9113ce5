"""Seconds of training by step, in bounded memory."""

from __future__ import annotations

import numpy as np

from playground.session.stopwatch import MOST_MARKS, Stopwatch, seconds_at


def test_seconds_lie_between_the_marks():
    watch = Stopwatch()
    watch.add(0, 100, 1.0)
    watch.add(100, 200, 3.0)
    assert seconds_at(watch.marks, [0, 50, 100, 150, 200]).tolist() == [0.0, 0.5, 1.0, 2.5, 4.0]
    assert np.isnan(seconds_at(watch.marks, [201])).all()


def test_the_parts_of_a_long_step_are_added_up():
    watch = Stopwatch()
    watch.add(0, 0, 1.0)
    watch.add(0, 0, 1.0)
    watch.add(0, 1, 1.0)
    assert seconds_at(watch.marks, [1]).tolist() == [3.0]


def test_a_branch_begins_with_the_time_until_there():
    watch = Stopwatch()
    watch.add(0, 100, 1.0)
    earlier = watch.until(50)
    earlier.add(50, 60, 1.0)
    assert seconds_at(earlier.marks, [50, 60]).tolist() == [0.5, 1.5]
    assert seconds_at(watch.marks, [100]).tolist() == [1.0]


def test_marks_are_thinned_and_the_end_stays():
    watch = Stopwatch()
    for step in range(10_000):
        watch.add(step, step + 1, 0.02)
    assert len(watch.marks) <= MOST_MARKS + 1
    assert np.allclose(seconds_at(watch.marks, [1, 5_000, 10_000]), [0.02, 100.0, 200.0], atol=0.01)


def test_a_run_that_goes_on_from_a_file_knows_nothing_of_its_past():
    watch = Stopwatch()
    watch.add(500, 600, 1.0)
    assert np.isnan(seconds_at(watch.marks, [0, 400])).all()
    assert seconds_at(Stopwatch().marks, [0]).tolist() == [0.0]
