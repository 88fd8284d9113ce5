"""What every test gets: no screen, a home of its own, and silence: warnings and Qt messages fail."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="playground-tests-"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"  # Qt takes the language of whoever runs the tests
os.environ["XDG_CONFIG_HOME"] = str(_HOME / "config")
os.environ["XDG_STATE_HOME"] = str(_HOME / "state")
os.environ["XDG_DATA_HOME"] = str(_HOME / "data")

import sys  # noqa: E402
import threading  # noqa: E402
import traceback  # noqa: E402

import pytest  # noqa: E402
from hypothesis import HealthCheck, settings  # noqa: E402
from pytestqt.qtbot import QtBot  # noqa: E402

from playground.app.garbage import collect_here  # noqa: E402
from tests.patience import PATIENCE  # noqa: E402

LEAST = round(1000 * PATIENCE)  # milliseconds
STUCK = set()  # trainers that would not end: one test fails for each, not all that come after it

settings.register_profile(  # the same examples in every run, and no deadline for one of them
    "any machine", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


class Patient(QtBot):
    """Waits as long as the slowest machine may need, so that tests name no deadlines of their own."""

    def waitUntil(self, callback, *, timeout=0):
        super().waitUntil(callback, timeout=max(timeout, LEAST))

    def waitSignal(self, signal, *, timeout=0, raising=None, **named):
        least = 0 if raising is False else LEAST  # a signal that shall not come is not waited for so long
        return super().waitSignal(signal, timeout=max(timeout, least), raising=raising, **named)

    def waitExposed(self, widget, *, timeout=0):
        return super().waitExposed(widget, timeout=max(timeout, LEAST))


@pytest.fixture
def qtbot(qapp, request):
    return Patient(request)


@pytest.fixture(autouse=True)
def garbage_is_collected_here(qapp):
    """Widgets that a test leaves in cycles are destroyed on this thread, as in the program."""
    collector = collect_here(qapp)
    yield
    collector.collect()


@pytest.fixture(autouse=True)
def no_thread_left_behind():
    """A test that starts a trainer ends it; one that is compiling a kernel finishes that first."""
    yield
    trainers = {thread for thread in threading.enumerate() if thread.name == "trainer"} - STUCK
    for trainer in trainers:
        trainer.join(5.0)
        if trainer.is_alive():
            stack = "".join(traceback.format_stack(sys._current_frames()[trainer.ident]))
            trainer.join(PATIENCE)
            if trainer.is_alive():
                STUCK.add(trainer)
            assert not trainer.is_alive(), f"a trainer is still running:\n{stack}"
            print(f"a trainer took long to end:\n{stack}")


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of this test's own."""
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path
