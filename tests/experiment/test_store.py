"""Writing files: old or new, never mixed, and a plain sentence when it cannot be done."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from playground.experiment import store
from playground.experiment.store import NotSaved, write_file

FAULTS = [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS, errno.EDQUOT]


def left_over(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".playground")]


def test_text_and_bytes_replace_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "größe 漢字 '🙂'.json"
    write_file(target, "first — 1")
    write_file(str(target), b"second")
    assert target.read_bytes() == b"second"
    assert list(tmp_path.iterdir()) == [target]


def test_content_and_then_the_new_name_are_forced_onto_the_disk(tmp_path: Path, monkeypatch) -> None:
    forced = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda number: (forced.append(stat.S_ISDIR(os.fstat(number).st_mode)), real(number))
    )
    write_file(tmp_path / "a.json", "1")
    assert forced == ([False, True] if os.name == "posix" else [False])


def test_permissions_stay_and_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_file(target, "1")
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask
    target.chmod(0o640)
    write_file(target, "2")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_link_goes_on_pointing_at_its_file(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    write_file(real, "old")
    link.symlink_to(real)
    write_file(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


class Faults:
    """Fails the k-th call among open, write, sync and replace; counts them otherwise."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, failing: int, number: int) -> None:
        self.calls, self.failing, self.number = 0, failing, number
        for name in ("open", "fdopen", "fchmod", "fsync", "replace"):
            monkeypatch.setattr(store.os, name, self._wrap(getattr(os, name)))

    def _wrap(self, real):  # type: ignore[no-untyped-def]
        def call(*args, **kwargs):  # type: ignore[no-untyped-def]
            self.calls += 1
            if self.calls == self.failing:
                raise OSError(self.number, os.strerror(self.number))
            return real(*args, **kwargs)

        return call


@pytest.mark.parametrize("number", FAULTS)
def test_whichever_step_fails_the_file_is_old_or_new(tmp_path: Path, number: int) -> None:
    target = tmp_path / "a.json"
    failures = 0
    for failing in range(1, 20):
        target.write_text("old")
        with pytest.MonkeyPatch.context() as monkeypatch:
            faults = Faults(monkeypatch, failing, number)
            try:
                write_file(target, "new")
            except NotSaved as error:
                failures += 1
                told, expected = str(error), "old"
            else:
                told, expected = "Could not save", "new"
        assert "Could not save" in told
        assert target.read_text() == expected
        if faults.calls < failing:
            break
        assert left_over(tmp_path) == []
    assert failures >= 5  # open, fdopen, fchmod, fsync, replace
    assert faults.calls < failing


def test_a_full_disk_says_how_much_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    Faults(monkeypatch, 1, errno.ENOSPC)
    with pytest.raises(NotSaved, match=r"disk is full \(2\.0 MB"):
        write_file("somewhere.json", b"x" * 2_000_000)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "is a folder"),
        ("no/such/a.json", "there is no folder"),
        ("file/a.json", "is not a folder"),
        ("x" * 300, "too long"),
        ("a\0b", "a character that no file name can have"),
        ("loop", "link leads back to itself|Could not save"),
    ],
)
def test_impossible_places_are_refused_in_words(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_text("a file")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(NotSaved, match=words):
        write_file(f"{tmp_path}/{name}", "new")
    assert left_over(tmp_path) == []


@pytest.mark.parametrize("device", [name for name in ("/dev/full", "/dev/null") if Path(name).exists()])
def test_a_device_is_refused_and_stays(device: str) -> None:
    with pytest.raises(NotSaved, match="is a device"):
        write_file(device, "new")
    assert not Path(device).is_file()


def test_a_write_protected_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    target.write_text("old")
    target.chmod(0o444)
    with pytest.raises(NotSaved, match="write-protected"):
        write_file(target, "new")
    assert target.read_text() == "old"


WRITER = """
import sys
from playground.experiment.store import write_file
print("ready", flush=True)
number = 0
while True:
    number += 1
    write_file(sys.argv[1], str(number % 10) * 300_000)
"""


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "a.json"
    write_file(target, "0" * 300_000)
    for pause in (0.0, 0.003, 0.011, 0.02, 0.035):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(target)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(pause)
        writer.kill()
        writer.communicate()
        text = target.read_text()
        assert len(text) == 300_000
        assert len(set(text)) == 1
