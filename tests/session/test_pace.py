"""When a frame is due: soon where somebody looks, late where nobody does."""

from __future__ import annotations

import pytest

from playground.session import pace as module
from playground.session.pace import EARLY, FRAME, UNSEEN, Pace


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_frame_that_is_looked_at_is_followed_by_the_next_in_time(clock):
    pace = Pace()
    for _ in range(10):
        pace.begin_frame()
        assert not pace.frame_is_due()
        clock.now += 1.01 * FRAME
        assert pace.frame_is_due()


def test_a_frame_that_is_nearly_due_is_made_and_the_next_ones_keep_time(clock):
    pace, begun = Pace(), clock.now
    pace.begin_frame()
    for made in range(1, 10):
        clock.now = begun + made * FRAME - 1.5 * EARLY
        assert not pace.frame_is_due()
        clock.now = begun + made * FRAME - 0.5 * EARLY
        assert pace.frame_is_due()
        pace.begin_frame()


def test_while_nobody_looks_a_slice_is_long_until_somebody_does(clock):
    pace = Pace()
    pace.begin_frame(looked=False)
    clock.now += 2.0 * FRAME
    assert pace.unseen
    assert not pace.frame_is_due()
    assert pace.until_frame() > UNSEEN / 2
    pace.hurry()
    assert pace.frame_is_due()
    pace.begin_frame(looked=True)
    assert not pace.unseen
    assert pace.until_frame() < 1.01 * FRAME
