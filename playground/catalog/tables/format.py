"""How a table is written in a file: every part can be guessed and changed. Rows of text files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Literal, TextIO

MARKS = (
    *(
        "",
        "NA",
        "N/A",
        "n/a",
        "n.a.",
        "#N/A",
        "#NA",
        "NaN",
        "nan",
        "NULL",
        "null",
        "None",
        "none",
        "-",
        "--",
        "?",
        ".",
    ),
    *("#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#NULL!"),
)
NUMBER_MARKS = ("-999.25", "-999.0", "-999", "-9999", "-9999.0", "-99999")
COMMENTS = ("#", "//", "%", "!")
SPACES = " "  # as delimiter: one or more blanks

FileKind = Literal["text", "excel", "parquet", "numpy", "las"]

_LONGEST = 1_000_000  # characters of a line


class NotATable(ValueError):
    """A file that cannot be read as a table: a sentence says why, with the line where there is one."""


class Cancelled(Exception):
    """The reader was told to stop."""


@dataclass(frozen=True)
class TableFormat:
    """How to read a table.

    `file` is the kind of file and `part` the sheet or array in it, "" where there is but one. `skip` lines
    come before the table; `header_rows` is 0, 1 or 2 and a `units_row` may follow. Lines that start with
    `comment` ("" for none) are no rows. Cells in `missing` are unknown. `date_format` is strftime's; ""
    where no column holds dates. Of very long tables, one row in `every` is used.
    """

    file: FileKind = "text"
    part: str = ""

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    comment: str = ""
    skip: int = 0
    header_rows: int = 1
    units_row: bool = False
    missing: tuple[str, ...] = MARKS
    date_format: str = ""
    every: int = 1


@dataclass(frozen=True)
class Text:
    """A table that lies in memory, as an experiment file may hold it."""

    text: str

    def open(self, encoding: str, errors: str, newline: str) -> TextIO:
        """The text as a file that was decoded already."""
        return StringIO(self.text, newline=newline)


Source = Path | Text


@dataclass(frozen=True)
class Row:
    """One row of text cells and the number of its last line, counted from 1."""

    line: int
    cells: list[str]


def text_lines(source: Source, encoding: str) -> Iterator[str]:
    """The lines of a file, without NUL bytes, one in memory at a time; NotATable says what stops it."""
    with source.open(encoding=encoding, errors="replace", newline="") as file:
        number = 0
        while True:
            line = file.readline(_LONGEST)
            if not line:
                return
            number += 1
            if len(line) >= _LONGEST:
                raise NotATable(
                    f"Line {number:,} is longer than {_LONGEST:,} characters, so this is no table of rows. "
                    "Check that it is a text file with one row a line."
                )
            yield "" if line == "\x1a" else line.replace("\0", "")


def without_mark(cells: list[str], width: int) -> list[str]:
    """Names that stand in a comment, without its mark, which may be a cell of its own."""
    mark = next((mark for mark in COMMENTS if cells and cells[0].startswith(mark)), "")
    if not mark or any(cell.startswith(mark) for cell in cells[1:]):
        return cells  # "% sand" beside "% clay" is a name
    first = cells[0].lstrip(mark).strip()
    return cells[1:] if not first and len(cells) > width else [first, *cells[1:]]


def text_rows(source: Source, form: TableFormat) -> Iterator[Row]:
    """The rows of a text after the skipped lines, header rows included, without blank lines and comments."""
    place = [0]
    of_row: list[tuple[int, str]] = []  # the numbered lines that the last row was made of

    def kept() -> Iterator[str]:
        for line in text_lines(source, form.encoding):
            place[0] += 1
            if place[0] <= form.skip or not line.strip():
                continue
            if form.comment and line.lstrip().startswith(form.comment):
                continue
            of_row.append((place[0], line))
            yield line.strip() + "\n" if form.delimiter == SPACES else line

    reader = csv.reader(
        kept(), delimiter=form.delimiter, skipinitialspace=form.delimiter != "\t", strict=False
    )
    opened = 0
    while True:
        of_row.clear()
        try:
            cells = next(reader)
        except StopIteration:
            if opened:
                raise NotATable(
                    f"A quotation mark is opened in line {opened:,} and never closed. Close it in the file."
                ) from None
            return
        except csv.Error as error:
            reason = "a quotation mark is never closed" if "limit" in str(error) else str(error)
            raise NotATable(f"Line {place[0]:,} cannot be read: {reason}.") from None
        quotes = sum(line.count('"') for _, line in of_row) if len(of_row) > 1 else 0
        opened = of_row[0][0] if quotes % 2 else 0
        yield Row(place[0], [cell.strip() for cell in cells])
