"""The file behind a table: which ones may be opened, and how a changed one is noticed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from playground.catalog.tables.format import Cancelled, NotATable

_CHUNK = 2**20


def checked(path: str) -> os.stat_result:
    """What the system says of a file; NotATable if there is none that may be read."""
    name = Path(path).name
    if path.startswith(("\\\\", "//")):
        raise NotATable("The table lies on another computer. Copy it to this one and open it again.")
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        raise NotATable(
            f'The table "{name}" is not where it was. Put it back, or open it again from its new place.'
        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise NotATable(f'"{name}" is a folder or a device, not a table.')
    return found


def fingerprint(path: str, go_on: Callable[[int], bool] = lambda _: True) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; NotATable if it cannot be read.

    `go_on(bytes so far)` is asked now and then and stops it with False: Cancelled.
    """
    checked(path)
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                if not go_on(file.tell()):
                    raise Cancelled
    except OSError as error:
        raise NotATable(f"The table cannot be read: {(error.strerror or str(error)).lower()}.") from None
    return digest.hexdigest()


def stamp(path: str) -> tuple[int, int] | None:
    """Time and size of a file, which change when somebody writes it; None if it cannot be read."""
    try:
        found = checked(path)
    except NotATable:
        return None
    return found.st_mtime_ns, found.st_size
