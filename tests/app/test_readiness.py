"""What is made ready ahead: every view and every choice, one at a time."""

from __future__ import annotations

import sys

from playground.app import readiness
from playground.catalog import registries
from playground.experiment.model import model_of


def test_each_piece_is_one_view_or_one_choice():
    done = list(readiness.pieces())
    assert len(set(done)) == len(done)
    assert "playground.views.race.race_page" in sys.modules
    entries = sum(len(list(registry)) for registry in registries.values())
    assert len([name for name in done if not name.startswith("playground.")]) == entries
    made = model_of.cache_info().misses
    list(readiness.pieces())
    assert model_of.cache_info().misses == made


def test_a_window_gets_ready_and_then_rests(open_window, qtbot, monkeypatch):
    done = []
    monkeypatch.setattr(readiness, "pieces", lambda: (done.append(n) or str(n) for n in range(3)))
    window = open_window()
    told = []
    window.ready.connect(lambda: told.append(list(done)))
    qtbot.waitUntil(lambda: bool(told))
    assert told == [[0, 1, 2]]
