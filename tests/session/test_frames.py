"""How often the parts of a picture are made: as often as the time that they take allows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.session import frames as module
from playground.session.frames import SHARE_OF_WEIGHTS, Frames
from playground.session.snapshot import Wants

LOOK = 0.02  # seconds between two looks


class Clock:
    """A clock that goes when it is told to; `work` is the time that the worker has worked."""

    def __init__(self) -> None:
        self.now, self.work = 100.0, 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr(module, "WORK_CLOCK", lambda: int(1e9 * clock.work))
    return clock


def looks_until_made(clock, frames: Frames, costs: list[float]) -> list[int]:
    """After how many looks each part was made again that takes so many seconds of work."""
    made = []

    def take_long() -> dict[str, object]:
        made.append(look)
        clock.work += costs[len(made) - 1]
        return {}

    frames.dropped = take_long
    look = 0
    while len(made) < len(costs):
        look += 1
        clock.now += LOOK
        frames.refresh(Wants(parameters=True), at_once=False)
    return [after - before for before, after in pairwise(made)]


def test_a_part_that_takes_long_is_made_seldom(clock):
    run = Run(files.load("spiral"))
    cost = 0.095 * SHARE_OF_WEIGHTS
    assert looks_until_made(clock, Frames(run, run.prepared), [cost] * 4) == [5, 5, 5]


def test_a_part_that_took_long_once_is_made_again_in_time(clock):
    run = Run(files.load("spiral"))
    slow = 10.0 * SHARE_OF_WEIGHTS
    assert looks_until_made(clock, Frames(run, run.prepared), [0.0, 0.0, slow, 0.0, 0.0]) == [1, 1, 1, 1]
