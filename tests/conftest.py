"""What every test gets: no screen, a home of its own, and silence: warnings and Qt messages fail."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="playground-tests-"))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["XDG_CONFIG_HOME"] = str(_HOME / "config")
os.environ["XDG_STATE_HOME"] = str(_HOME / "state")
os.environ["XDG_DATA_HOME"] = str(_HOME / "data")

import threading  # noqa: E402

import pytest  # noqa: E402


@pytest.fixture(autouse=True)
def no_thread_left_behind():
    """A test that starts a trainer ends it."""
    yield
    left = [thread.name for thread in threading.enumerate() if thread.name == "trainer"]
    assert not left, "a trainer is still running"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of this test's own."""
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path
