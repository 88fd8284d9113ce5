"""Libraries that read files of other programs: imported when first needed, their errors said plainly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playground.catalog.tables.format import NotATable


def needs(package: str, what: str) -> NotATable:
    """The sentence for a package that is not installed, with the line that installs it."""
    return NotATable(
        f'{what} need the package "{package}". Install it with this line, then open the file again: '
        f'"{sys.executable}" -m pip install {package}'
    )


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Make whatever a library raises on a file a sentence: damaged files raise anything."""
    try:
        yield
    except (NotATable, MemoryError):
        raise
    except Exception as error:
        reason = (str(error).splitlines() or [""])[0][:120].rstrip(".")
        raise NotATable(f"{what} cannot be read{f': {reason}' if reason else ''}. Is it damaged?") from None
