"""One session file a window: two windows never mix, and one that was killed is found again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from playground.session.keep import Kept, kept_session, session_path

MOST_WINDOWS = 20


class SessionSlot:
    """The right to keep a session in one file, held until the window is gone."""

    def __init__(self, path: Path, lock: QLockFile) -> None:
        self.path = path
        self._lock = lock

    def release(self) -> None:
        """Let another window have it."""
        self._lock.unlock()


def slot_path(number: int) -> Path:
    """The session file of the first, second, … window; the first is the one that the next start opens."""
    first = session_path()
    return first if number == 0 else first.with_name(f"{first.stem}-{number + 1}{first.suffix}")


def claim(number: int) -> SessionSlot | None:
    """Take a slot; None if a window has it, or the folder cannot be written."""
    path = slot_path(number)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    lock = QLockFile(str(path.with_suffix(".lock")))
    lock.setStaleLockTime(0)
    return SessionSlot(path, lock) if lock.tryLock(0) else None


def find_session(wanted: bool) -> tuple[SessionSlot | None, Kept | None]:
    """A free slot, and the session in it if one is `wanted`.

    A later slot holds a session only if its window was killed. With a file to open, a session with
    unsaved changes is left where it is, and the next slot taken.
    """
    for number in range(MOST_WINDOWS):
        slot = claim(number)
        if slot is None:
            continue
        kept = kept_session(slot.path)
        if wanted or kept is None or kept.experiment == kept.saved:
            return slot, kept if wanted else None
        slot.release()
    return None, None


def left_behind() -> bool:
    """True if another window's session waits to be opened: its window was killed."""
    for number in range(1, MOST_WINDOWS):
        if slot_path(number).exists() and (slot := claim(number)) is not None:
            slot.release()
            return True
    return False
