"""Before Qt is loaded: one plain line where no window can open."""

from __future__ import annotations

import subprocess
import sys

import pytest

from playground.app import preflight


@pytest.fixture
def linux(monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(preflight, "missing_packages", lambda libraries: [])
    return monkeypatch


def test_no_display_is_said_in_one_line_that_names_the_way_without(linux):
    linux.delenv("DISPLAY", raising=False)
    words = preflight.check()
    assert "DISPLAY" in words
    assert "playground train" in words
    assert "\n" not in words


def test_a_dead_display_is_named(linux):
    linux.setenv("DISPLAY", ":97531")
    assert ":97531" in preflight.check()


def test_a_missing_library_names_its_package(linux):
    linux.setattr(preflight, "missing_packages", lambda libraries: [libraries["libxcb-cursor.so.0"]])
    assert "apt-get install libxcb-cursor0" in preflight.check()


def test_libraries_that_cannot_be_loaded_are_found():
    assert preflight.missing_packages({"libdoesnotexist.so.9": "nothing9"}) == ["nothing9"]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_bring_their_own_windows(platform, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    assert preflight.check() is None


def test_a_picture_needs_no_display(linux):
    linux.delenv("DISPLAY", raising=False)
    linux.setenv("QT_QPA_PLATFORM", "offscreen")
    assert preflight.check() is None


def test_the_command_ends_with_status_2_and_one_line():
    code = "import sys; from playground.app.cli import main; sys.exit(main([]))"
    env = {"PATH": "", "HOME": "/nonexistent", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == (2 if sys.platform.startswith("linux") else done.returncode)
    assert len(done.stderr.strip().splitlines()) == 1
    assert "playground train" in done.stderr
