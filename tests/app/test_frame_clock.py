"""Every view gets as many snapshots a second as it asks for, though no tick draws them all."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from playground.app import frame_clock

RATES = {"canvas": 36.0, "right": 20.0, "plots": 24.0, "left": 4.0, "numbers": 8.0}
SECONDS = 10


@pytest.fixture
def ran(qtbot, monkeypatch):
    """So many seconds of ticks without waiting for them: how often each view was shown, and at once."""
    now = 0.0
    monkeypatch.setattr(frame_clock, "monotonic", lambda: now)
    owner = QObject()
    snapshots = (SimpleNamespace(state="running") for _ in range(10**6))
    clock = frame_clock.FrameClock(lambda: next(snapshots), owner)
    shown, at_once = dict.fromkeys(RATES, 0), []
    for name, rate in RATES.items():
        view = QWidget()
        qtbot.addWidget(view)
        view.show()

        def show(_snapshot, name=name):
            shown[name] += 1
            at_once[-1] += 1

        clock.add(view, show, rate)
    for _ in range(SECONDS * 1000 // frame_clock.TICK):
        at_once.append(0)
        clock._tick()
        now += frame_clock.TICK / 1000
    return shown, at_once


def test_each_view_is_shown_as_often_as_it_asks(ran):
    shown, _at_once = ran
    for name, rate in RATES.items():
        assert shown[name] >= 0.98 * rate * SECONDS, name
        assert shown[name] <= 1.02 * rate * SECONDS + 1, name


def test_a_tick_draws_one_view(ran):
    _shown, at_once = ran
    assert max(at_once) == 1
