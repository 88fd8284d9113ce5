"""Memory that is free but still held: the C library keeps what large tables leave behind."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress


def give_back() -> None:
    """Hand free memory back to the system, where the C library lets a program ask for that (glibc).

    It keeps freed blocks of up to 32 MB for itself; after a table of a million rows that is half a gigabyte.
    """
    if sys.platform == "linux":
        with suppress(AttributeError, OSError):
            ctypes.CDLL(None).malloc_trim(0)
