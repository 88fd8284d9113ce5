"""Guess how a table is written, from its beginning."""

from __future__ import annotations

import codecs
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

from playground.catalog.tables.dates import date_formats, day_of
from playground.catalog.tables.format import (
    COMMENTS,
    MARKS,
    NUMBER_MARKS,
    SPACES,
    FileKind,
    NotATable,
    Row,
    TableFormat,
    text_lines,
    without_mark,
)
from playground.catalog.tables.library import reading
from playground.catalog.tables.numbers import decimal_sign, is_number, limit_of
from playground.catalog.tables.rows import parts_of, rows_of

_HEAD = 262_144  # bytes
_SEARCHED = 32_000_000  # bytes in which numbers that stand for no value are looked for
_ROWS = 200
_CELLS = 200_000  # that are looked at
_DELIMITERS = ("\t", ";", "|", ",", SPACES)
_NO_TEXT = "This is not a text file. Save the table as CSV and open that."
_OTHERS = {
    b"\xd0\xcf\x11\xe0": "This workbook is locked or older than 2007. Save it as .xlsx or CSV and open that.",
    b"\x1f\x8b": "This file is compressed. Unpack it and open the table that lies in it.",
    b"\x89PNG": _NO_TEXT,
    b"%PDF": _NO_TEXT,
}
_FEW_WORDS = 3  # of a column of numbers that can stand for what is unknown
_LONGEST_WORD = 20
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(1[5-9]|20|21)\d\d$")
_UNIT = re.compile(r"[\[(].*[\])]$|[°%µΩ\w²³⁻¹/·^*. -]{1,10}$")


def guess(path: Path, part: str | None = None) -> TableFormat:
    """A proposal for this file, and this sheet or array of it; NotATable if no table begins it."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise NotATable(f'"{path.name}" is a folder or a device, not a table.')
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise NotATable(f"The file cannot be read: {(error.strerror or str(error)).lower()}.") from None
    kind = _kind(path, head)
    form = _text_form(path, head) if kind == "text" else TableFormat(file=kind, units_row=kind == "las")
    if kind != "text":
        form = replace(form, part=parts_of(path, kind)[0] if part is None else part)
    if kind in ("text", "excel"):
        form = replace(form, skip=_skip(path, form))
    rows = [row.cells for row in _first(path, form)]
    if kind in ("text", "excel"):
        flat = [cell for row in rows for cell in row]
        form = replace(
            form, decimal=decimal_sign(flat, form.delimiter == "," and kind == "text", kind != "text")
        )
        form = _header(rows, form)
        if form.comment and not form.header_rows:
            form = _names_in_comment(path, form, rows[0])
    body = rows[form.header_rows + form.units_row :]
    return replace(
        form,
        missing=MARKS + _numbers_for_missing(path, form, body) + _words(body, form.decimal),
        date_format=date_formats(body),
    )


def _kind(path: Path, head: bytes) -> FileKind:
    """Which kind of file it is, by how it begins; NotATable for kinds that are no tables here."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\x93NUMPY"):
        return "numpy"
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    for start, sentence in _OTHERS.items():
        if head.startswith(start):
            raise NotATable(sentence)
    first = next((line for line in head[:4000].splitlines() if line.strip() and line[:1] != b"#"), b"")
    start = first.strip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise NotATable(
            "This is a web page or another document of marks, not a table. Save the table as CSV."
        )
    if start.startswith((b'{"', b"[{", b"[[")) or start == b"{":
        raise NotATable("This is JSON, not a table of rows. Save the table as CSV.")
    return "las" if start.startswith(b"~v") else "text"


def _kind_of_archive(path: Path) -> FileKind:
    with reading("The workbook or archive"), zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if "xl/workbook.xml" in names:
        return "excel"
    if any(name.endswith(".npy") for name in names):
        return "numpy"
    if "content.xml" in names or "xl/workbook.bin" in names:
        raise NotATable("This workbook is not in the format .xlsx. Save it as .xlsx or CSV and open that.")
    raise NotATable("This is an archive. Unpack it and open the table that lies in it.")


def _text_form(path: Path, head: bytes) -> TableFormat:
    """Encoding, comment and delimiter of a text."""
    encoding = _encoding(head)
    text = head.decode(encoding, errors="replace")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(head) == _HEAD and len(lines) > 1:
        lines.pop()  # the last one may be cut
    comment = next((mark for mark in COMMENTS if _starts(lines, mark)), "")
    form = TableFormat(encoding=encoding, comment=comment)
    if not any(line.strip() and not (comment and line.lstrip().startswith(comment)) for line in lines):
        raise NotATable("The file has no rows.")
    stated = re.match(r"\s*sep=([,;\t|])\s*$", lines[0])  # a line that Excel writes and understands
    if stated:
        return replace(form, delimiter=stated[1], skip=1)
    return replace(form, delimiter=_delimiter(path, form))


def _starts(lines: list[str], mark: str) -> bool:
    first = next((line for line in lines if line.strip()), "")
    return first.lstrip().startswith(mark)


def _encoding(head: bytes) -> str:
    if not head:
        raise NotATable("The file is empty.")
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = max(len(head[:2000]) // 2, 1)
    if max(even, odd) > 0.4 * half and min(even, odd) < 0.1 * half:
        return "utf-16-le" if odd > even else "utf-16-be"
    strange = sum(byte < 9 or 13 < byte < 32 for byte in head[:4000])
    if strange > 0.1 * len(head[:4000]):
        raise NotATable(_NO_TEXT)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252" if not any(byte in head for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)) else "latin-1"
    return "utf-8"


def _first(path: Path, form: TableFormat) -> Iterator[Row]:
    """The first rows, fewer of wide tables."""
    cells = 0
    for row in islice(rows_of(path, form), _ROWS):
        yield row
        cells += len(row.cells)
        if cells > _CELLS:
            return


def _widths(path: Path, form: TableFormat) -> list[int]:
    try:
        return [_width(row) for row in _first(path, form)]
    except NotATable:
        return []


def _width(row: Row) -> int:
    cells = row.cells
    while len(cells) > 1 and not cells[-1]:
        cells = cells[:-1]
    return len(cells)


def _delimiter(path: Path, form: TableFormat) -> str:
    """The one that divides most rows into the same number of cells, two or more."""
    best, score = ",", 0.0
    for delimiter in _DELIMITERS:
        widths = _widths(path, replace(form, delimiter=delimiter))
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        regular = count / len(widths)
        # Blanks and commas also stand inside texts and numbers, so the others go first.
        weight = 0.5 if delimiter == SPACES else (0.8 if delimiter == "," else 1.0)
        if width > 1 and regular * weight > score:
            best, score = delimiter, regular * weight
    return best


def _skip(path: Path, form: TableFormat) -> int:
    """Lines of a title before the first row that is as wide as most."""
    rows = [row for row in _first(path, form) if row.line]
    usual = Counter(_width(row) for row in rows).most_common(1)[0][0]
    for index, row in enumerate(rows):
        if len(row.cells) >= max(usual, 1) or (index + 1 < len(rows) and _width(row) > 0.5 * usual > 1):
            return rows[index - 1].line if index else form.skip
    return form.skip


def _is_value(cell: str, decimal: str) -> bool:
    return is_number(cell, decimal) or bool(date_formats([[cell]]))


def _header(rows: list[list[str]], form: TableFormat) -> TableFormat:
    """Names come first where the first row holds no values but later rows do; then perhaps units."""
    values = [sum(_is_value(cell, form.decimal) for cell in row) for row in rows[:5]]
    if _are_periods(rows):
        return replace(form, header_rows=1)
    if values[0] > 0.5 * len([cell for cell in rows[0] if cell]):
        return replace(form, header_rows=0)
    if not any(_is_value(cell, form.decimal) for row in rows[1:] for cell in row):
        repeated = any(rows[0][0] == row[0] for row in rows[1:] if row)
        return replace(form, header_rows=0 if repeated else 1)
    if len(rows) > 2 and values[1] == 0 and values[2] > 0 and any(rows[1]):
        units = _are_units(rows[1])
        return replace(form, header_rows=1 if units else 2, units_row=units)
    if len(rows) > 3 and values[1] == values[2] == 0 < values[3] and any(rows[2]):
        return replace(form, header_rows=2, units_row=_are_units(rows[2]))
    return replace(form, header_rows=1)


def _are_periods(rows: list[list[str]]) -> bool:
    """Whether the first row names years or dates in rising order, above columns of something else.

    Other cells of that row are names or empty, as in "Country, 2019, 2020".
    """
    first, below = rows[0], rows[1:]
    at = [column for column, cell in enumerate(first) if _YEAR.match(cell) or _date_of(cell)]
    named = [cell for cell in first if cell and is_number(cell, ".")]
    if len(at) < 2 or not below or any(not _YEAR.match(cell) for cell in named):
        return False
    times = [float(first[column]) if _YEAR.match(first[column]) else _date_of(first[column]) for column in at]
    if any(later <= earlier for earlier, later in pairwise(times)):
        return False
    under = [row[column] for row in below for column in at if column < len(row) and row[column] not in MARKS]
    alike = sum(bool(_YEAR.match(cell) or _date_of(cell)) for cell in under)
    return bool(under) and alike < 0.5 * len(under)


def _date_of(cell: str) -> float:
    """The days of a date since year 1, 0 for other cells."""
    form = date_formats([[cell]])
    return day_of(cell, form) if form else 0.0


def _names_in_comment(path: Path, form: TableFormat, first: list[str]) -> TableFormat:
    """The last comment above the first row may hold the names, as in "# depth velocity"."""
    line, above = 0, ""
    for number, text in enumerate(islice(text_lines(path, form.encoding), _ROWS), 1):
        if not text.lstrip().startswith(form.comment):
            break
        line, above = number, text
    commented = replace(form, comment="", skip=line - 1, header_rows=1)
    rows = [row.cells for row in islice(rows_of(path, commented), 1)] if above else []
    names = without_mark(rows[0], len(first)) if rows else []
    if len(names) != len(first) or not all(names) or any(_is_value(name, form.decimal) for name in names):
        return form
    return commented


def _numbers_for_missing(path: Path, form: TableFormat, body: list[list[str]]) -> tuple[str, ...]:
    """Numbers such as -999 that stand for no value: a sensor may fail long after the first rows."""
    marks = [mark.replace(".", form.decimal) for mark in NUMBER_MARKS]
    found = {cell for row in body for cell in row}.intersection(marks)
    if form.file == "text" and len(found) < len(marks):
        each = b"|".join(re.escape(mark.encode()) for mark in marks)
        cell = re.compile(rb"(?<![^\s;,|\"])(" + each + rb")(?![^\s;,|\"])")
        with path.open("rb") as file:
            found |= {mark.decode() for mark in cell.findall(file.read(_SEARCHED))}
    return tuple(dict.fromkeys(mark for mark in marks if mark in found))


def _words(body: list[list[str]], decimal: str) -> tuple[str, ...]:
    """Words that stand where columns of numbers have no value, such as "n.d.", "<DL" or "trace"."""
    words: list[str] = []
    elsewhere: set[str] = set()
    for column in range(max((len(row) for row in body), default=0)):
        cells = [row[column] for row in body if column < len(row) and row[column] not in MARKS]
        others = [cell for cell in cells if not is_number(cell, decimal) and not limit_of(cell, decimal)[0]]
        found = Counter(others)
        few = len(found) <= _FEW_WORDS and len(others) <= 0.5 * len(cells)
        if others and few and not any(_DIGIT.search(word) or len(word) > _LONGEST_WORD for word in found):
            words += [word for word in found if found[word] > 1]
        else:
            elsewhere.update(found)
    return tuple(dict.fromkeys(word for word in words if word not in elsewhere))


def _are_units(cells: list[str]) -> bool:
    return all(not cell or _UNIT.match(cell) for cell in cells)
