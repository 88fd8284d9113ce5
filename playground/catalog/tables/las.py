"""Well logs in LAS files (Canadian Well Logging Society, LAS 2.0): curves with names and units."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playground.catalog.tables.excel import text_of
from playground.catalog.tables.format import NotATable, Row
from playground.catalog.tables.library import needs, reading

SUFFIXES = (".las",)

_MOST_BYTES = 200_000_000


def _log(path: Path) -> Any:
    """The whole log; opened here, so that the library never takes a name for an address."""
    try:
        import lasio
    except ImportError:
        raise needs("lasio", "LAS files") from None
    if path.stat().st_size > _MOST_BYTES:
        raise NotATable("The LAS file is larger than 200 MB. Save its curves as CSV and open that.")
    logging.getLogger("lasio").setLevel(logging.CRITICAL)
    with path.open(encoding="utf-8", errors="replace") as file:
        log = lasio.read(file, ignore_header_errors=True, mnemonic_case="preserve")
    if not log.curves or not len(log.curves[0].data):
        raise NotATable("The LAS file has no curves with values.")
    return log


def parts(path: Path) -> list[str]:
    """A log is one table."""
    with reading("The LAS file"):
        _log(path)
    return [""]


def rows(path: Path, _part: str, _decimal: str) -> Iterator[Row]:
    """The names of the curves, their units, then the values from the first depth to the last."""
    with reading("The LAS file"):
        log = _log(path)
        yield Row(0, [str(curve.mnemonic) for curve in log.curves])
        yield Row(0, [str(curve.unit) for curve in log.curves])
        columns = [curve.data.tolist() for curve in log.curves]
        for line, cells in enumerate(zip(*columns, strict=True), start=1):
            yield Row(line, [text_of(cell) for cell in cells])


def rows_about(path: Path, _part: str) -> int:
    """How many depths the log has."""
    with reading("The LAS file"):
        return len(_log(path).curves[0].data)
