"""Excel workbooks (.xlsx, .xlsm): the values as they were stored. No formula is evaluated, no macro runs."""

from __future__ import annotations

import datetime
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.catalog.tables.format import NotATable, Row
from playground.catalog.tables.library import needs, reading

SUFFIXES = (".xlsx", ".xlsm")

_MOST_ROWS = 1_048_576  # Excel's own limit
_MOST_TEXT = 200_000_000  # bytes of texts that the cells share: they lie in memory while rows are read


@contextmanager
def _book(path: Path) -> Iterator[Any]:
    try:
        import openpyxl
    except ImportError:
        raise needs("openpyxl", "Excel files") from None
    with zipfile.ZipFile(path) as archive:
        if any(p.file_size > _MOST_TEXT for p in archive.infolist() if "sharedStrings" in p.filename):
            raise NotATable("The workbook holds more text than fits in memory. Save its table as CSV.")
    warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")  # what it does not draw
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


def parts(path: Path) -> list[str]:
    """The names of the sheets, the first one that holds something first."""
    with reading("The workbook"), _book(path) as book:
        names = [sheet.title for sheet in book.worksheets]
        full = [sheet.title for sheet in book.worksheets if any(_rows(sheet, most=50))]
    if not full:
        raise NotATable("The workbook has no sheet with cells in it.")
    return [full[0], *(name for name in names if name != full[0])]


def rows(path: Path, part: str, decimal: str) -> Iterator[Row]:
    """The rows of a sheet, numbered as Excel does; its numbers are written with this decimal sign."""
    with reading("The workbook"), _book(path) as book:
        if part not in book.sheetnames:
            raise NotATable(f'The workbook has no sheet "{part}". Open it again and choose one.')
        yield from _rows(book[part], decimal)


def rows_about(path: Path, part: str) -> int:
    """How many rows the sheet says it has."""
    with reading("The workbook"), _book(path) as book:
        return min(book[part].max_row or 0, _MOST_ROWS)


def _rows(sheet: Any, decimal: str = ".", most: int = _MOST_ROWS) -> Iterator[Row]:
    sheet.reset_dimensions()  # many programs write wrong ones
    for line, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if line > most:
            return
        if any(cell is not None for cell in cells):
            yield Row(line, [_written(cell, decimal) for cell in cells])


def _written(cell: Any, decimal: str) -> str:
    text = text_of(cell)
    return text.replace(".", ",") if decimal == "," and isinstance(cell, float) else text


def text_of(value: Any) -> str:
    """A stored value as a cell of text: whole numbers without a fraction, moments as in ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, datetime.date):
        return value.strftime("%Y-%m-%d 00:00:00")
    return str(value).strip()
