"""Writing files: the one place of the program that does it, so that no file is ever half-written.

The new content goes to a hidden file beside the target, is forced onto the disk, and then takes the
target's place in one step. Whatever fails before that step leaves the old file as it was.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Iterable
from pathlib import Path

_WINDOWS_TRIES = 5  # virus scanners hold a fresh file for a moment


class NotSaved(OSError):
    """A file that could not be written; its text is one sentence for the user."""


def write_file(path: str | os.PathLike[str], content: bytes | str | Iterable[str]) -> None:
    """Replace a file's content as a whole, keeping its permissions; text is written as UTF-8.

    Pieces of text are written as they come, so that a file may be larger than memory.
    A link is followed, so that it goes on pointing at the file. Raises NotSaved with a plain sentence
    for a full or read-only disk, a folder, a device, or a file that is write-protected.
    """
    whole = content.encode() if isinstance(content, str) else content
    pieces = [whole] if isinstance(whole, bytes) else (piece.encode() for piece in whole)
    try:
        target = Path(os.path.realpath(os.fspath(path)))
        mode = _mode_of(target)
        beside = _write_beside(target, pieces, mode)
        try:
            _replace(beside, target)
        except BaseException:
            _remove(beside)
            raise
        _sync_folder(target.parent)
    except NotSaved:
        raise
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte in it
        size = len(whole) if isinstance(whole, bytes) else 0
        raise NotSaved(_sentence(Path(path), error, size)) from error


def _mode_of(target: Path) -> int | None:
    """The permissions to keep, None for a new file; NotSaved where no file may be written."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise NotSaved(f"Could not save: {shown(target)} is a folder. Choose a file name inside it.")
    if not stat.S_ISREG(mode):
        raise NotSaved(f"Could not save: {shown(target)} is a device, not a file. Choose another name.")
    if not mode & 0o222 or not os.access(target, os.W_OK):
        raise NotSaved(
            f"Could not save: {shown(target)} is write-protected. Save it under another name or unlock it."
        )
    return stat.S_IMODE(mode)


def _write_beside(target: Path, pieces: Iterable[bytes], mode: int | None) -> Path:
    """Write and sync a hidden file in the target's folder; nothing of it stays if that fails."""
    beside = target.with_name(f".playground-{os.getpid()}-{secrets.token_hex(4)}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(descriptor, mode)
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        _remove(beside)
        raise
    return beside


def _replace(beside: Path, target: Path) -> None:
    for attempt in range(_WINDOWS_TRIES):
        try:
            os.replace(beside, target)
            return
        except PermissionError:
            if sys.platform != "win32" or attempt == _WINDOWS_TRIES - 1:
                raise
            time.sleep(0.05 * 2**attempt)


def _remove(beside: Path) -> None:
    try:
        os.unlink(beside)
    except OSError:
        return  # the disk is gone or read-only by now: nothing more can be done


def _sync_folder(folder: Path) -> None:
    """Make the new name lasting. Not every file system can; the content itself is on disk already."""
    if os.name != "posix":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def shown(path: object) -> str:
    """A file's name in quotes, for a sentence: control characters and broken ones as escapes."""
    name = Path(str(path)).name or str(path)
    plain = (c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name)
    return f'"{"".join(plain)}"'


def _sentence(path: Path, error: OSError | ValueError, size: int) -> str:
    number = error.errno if isinstance(error, OSError) else None
    folder = shown(path.absolute().parent) if "\0" not in str(path) else "this folder"
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", None)):
        why = f"the disk is full ({_needed(size)}{_free(path)}). Free some space or save elsewhere"
    elif number == errno.EROFS:
        why = "the disk is read-only. Save elsewhere"
    elif number in (errno.EACCES, errno.EPERM):
        why = f"you may not write in the folder {folder}. Save elsewhere"
    elif number == errno.ENOENT:
        why = f"there is no folder {folder}. Make it first or save elsewhere"
    elif number == errno.ENOTDIR:
        why = f"{folder} is not a folder. Save elsewhere"
    elif number == errno.ENAMETOOLONG:
        why = "the name is too long. Choose a shorter one"
    elif number == errno.ELOOP:
        why = "the link leads back to itself. Choose another name"
    elif number is None:
        why = "the name holds a character that no file name can have. Choose another name"
    else:
        why = f"the system says “{os.strerror(number)}”. Save elsewhere"
    return f"Could not save {shown(path)}: {why}. What was there before is unchanged."


def _needed(size: int) -> str:
    return f"{_size(size)} needed" if size else "more is needed"


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{max(count / 1e3, 0.1):,.1f} kB"


def _free(path: Path) -> str:
    try:
        return f", {_size(shutil.disk_usage(path.absolute().parent).free)} free"
    except OSError:
        return ""
