"""Read a table as a stream: numbers, dates and categories, and what is wrong in which line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from math import isnan

import numpy as np
from numpy.typing import NDArray

from playground.catalog.tables.column import CATEGORIES, LONGEST_NAME, Column, Kind, Notes, Reader
from playground.catalog.tables.dates import is_compact, is_date
from playground.catalog.tables.format import (
    MARKS,
    NUMBER_MARKS,
    Cancelled,
    NotATable,
    Row,
    Source,
    TableFormat,
    without_mark,
)
from playground.catalog.tables.numbers import is_number, limit_of, number_of, unit_of
from playground.catalog.tables.rows import rows_of

Kinds = tuple[Kind, ...]
Progress = Callable[[int], bool]  # rows so far → go on?

_CELLS = 400_000  # in memory as text: rows of that many are read at once
_COLUMNS = 5_000
_MOST_ROWS = 20_000  # between two reports
_SAMPLE = 1_000  # rows by which columns are judged, fewer of wide tables
_TOTAL = re.compile(
    r"((grand )?total|sum|mean|average|summe|gesamt|insgesamt|mittel(wert)?|somme|moyenne)\s*:?$",
    re.IGNORECASE,
)
_SUBTOTAL = re.compile(r"(sub-?total|zwischensumme|sous-total)\b", re.IGNORECASE)
_NO_VALUE = 1e29  # numbers beyond that are marks of programs that know no other
_NAME_AND_UNIT = re.compile(r"(.+?)\s*[\[(]([^\])]*)[\])]$")


@dataclass(frozen=True, eq=False)
class Table:
    """A table that was read: its columns, how many rows, and what was wrong, in sentences."""

    columns: tuple[Column, ...]
    rows: int
    notes: tuple[str, ...]


def preview(source: Source, form: TableFormat, kinds: Kinds = ()) -> Table:
    """What this format makes of the first rows, 20,000 at most, fewer of wide tables."""
    return _read(source, form, True, lambda _: True, kinds)


def read(source: Source, form: TableFormat, progress: Progress = lambda _: True, kinds: Kinds = ()) -> Table:
    """The whole table. `progress(rows)` is asked now and then and stops the reading with False: Cancelled.

    Holds the numbers and one chunk of text. `kinds` says what the columns hold; those it does not reach
    are judged by their cells. NotATable says why nothing can be read.
    """
    return _read(source, form, False, progress, kinds)


def _read(source: Source, form: TableFormat, begin: bool, progress: Progress, kinds: Kinds) -> Table:
    rows = rows_of(source, form)
    head = list(islice(rows, form.header_rows + form.units_row))
    rows = islice(rows, 0, None, form.every)
    sample = list(islice(rows, 1))
    step = max(20, min(_MOST_ROWS, _CELLS // max((len(row.cells) for row in (*head, *sample)), default=1)))
    sample += islice(rows, min(step, _SAMPLE) - 1)
    notes, above = Notes(), head[:1]
    sample = [row for row in sample if _is_data(row, above, notes)]
    if not sample:
        raise NotATable("The file has no rows below the names of its columns." if head else "No rows.")
    _drop_totals(sample, notes)
    head = _aligned(head, sample, form)
    if form.every > 1:
        notes.say(f"The table is very long, so one row in {form.every:,} is used.")
    readers = _readers(head, sample, form, kinds, notes)
    count = 0
    if begin:
        rows = islice(rows, max(0, step - len(sample)))
    chunk = sample
    while chunk:
        following = list(islice(rows, max(20, step // form.every)))
        kept = [row for row in chunk if _is_data(row, above, notes)]
        kept = [row for row in kept if _fits(row, len(readers), form, notes)]
        if not following:
            _drop_totals(kept, notes)
        lines = [row.line for row in kept]
        for index, reader in enumerate(readers):
            reader.take([row.cells[index] for row in kept], lines, notes)
        count += len(kept)
        if not progress(count):
            raise Cancelled
        chunk = following
    columns = tuple(reader.column() for reader in readers)
    for reader in readers:
        reader.say_limits(notes)
        reader.say_uncertain(notes)
    _judge(columns, count, notes, form)
    return Table(columns, count, notes.all())


def head_of(source: Source, form: TableFormat) -> list[Row]:
    """The rows of names and of units, each cell above its column."""
    rows = rows_of(source, form)
    head = list(islice(rows, form.header_rows + form.units_row))
    return _aligned(head, list(islice(rows, _SAMPLE)), form)


def _aligned(head: list[Row], sample: list[Row], form: TableFormat) -> list[Row]:
    """The names above their columns: the first may have none, and one name may stand above several."""
    if head and sample:
        head = [Row(head[0].line, without_mark(head[0].cells, len(sample[0].cells))), *head[1:]]
    if head and sample and _one_more(head, sample):
        head = [Row(row.line, ["", *row.cells]) for row in head]
    return _grouped(head, form)


def _one_more(head: list[Row], sample: list[Row]) -> bool:
    """Whether every row has one cell more than the names: then the first column has no name."""
    width = max(len(row.cells) for row in head) + 1
    return all(len(row.cells) == width and row.cells[-1] for row in sample)


def _fits(row: Row, width: int, form: TableFormat, notes: Notes) -> bool:
    """Short rows are filled up, trailing empty cells cut; too wide ones and lines of text are left out."""
    cells = row.cells
    if len(cells) == width:
        return True
    if len(cells) > width:
        if any(cells[width:]):
            notes.say(f"Line {row.line:,} has {len(cells)} cells instead of {width}, so it is left out.")
            return False
        del cells[width:]
    elif len(cells) == 1 and not is_number(cells[0], form.decimal) and cells[0] not in form.missing:
        notes.say(f'Line {row.line:,}, "{cells[0][:40]}", is no row of the table, so it is left out.')
        return False
    elif len(cells) < width:
        notes.say(f"Line {row.line:,} has {len(cells)} cells instead of {width}; the rest counts as missing.")
        cells.extend([""] * (width - len(cells)))
    return True


def _is_data(row: Row, head: list[Row], notes: Notes) -> bool:
    """False for empty rows, and for rows that repeat the names or sum up what stands above."""
    first = next((cell for cell in row.cells if cell), "")
    if not first:
        return False
    if head and row.cells == head[0].cells:
        notes.say(f"Line {row.line:,} repeats the names of the columns, so it is left out.")
        return False
    if _SUBTOTAL.match(first):
        notes.say(f'Line {row.line:,}, "{first[:40]}", sums up the rows above, so it is left out.')
        return False
    return True


def _drop_totals(rows: list[Row], notes: Notes) -> None:
    """Leave out last rows that sum up those above."""
    while len(rows) > 1:
        first = next((cell for cell in rows[-1].cells if cell), "")
        if first and not _TOTAL.match(first):
            return
        last = rows.pop()
        if first:
            notes.say(f'Line {last.line:,}, "{first}", sums up the rows above, so it is left out.')


def _readers(
    head: list[Row], sample: list[Row], form: TableFormat, kinds: Kinds, notes: Notes
) -> list[Reader]:
    widths = [len(row.cells) for row in (*head[:1], *sample)]
    width = max(len(row.cells) for row in head) if head else max(set(widths), key=widths.count)
    while width > 1 and not any(len(r.cells) >= width and r.cells[width - 1] for r in (*head, *sample)):
        width -= 1
    if width > _COLUMNS:
        raise NotATable(f"The table has {width:,} columns; at most {_COLUMNS:,} are possible.")
    if not head:
        notes.say("There is no row of names, so the columns are numbered.")
    names, units = _named(head, width, form, notes)
    found = []
    for index in range(width):
        cells = [row.cells[index] for row in sample if index < len(row.cells) > min(1, width - 1)]
        known = [cell for cell in cells if cell not in form.missing]
        beside = unit_of(known, form.decimal)
        kind = kinds[index] if index < len(kinds) else _kind(known, form, beside)
        unit = units[index] or (beside if kind == "number" else "")
        found.append(Reader(names[index], unit, kind, form, beside))
        found[-1].look_at_dates(known, notes)
    return found


def _grouped(head: list[Row], form: TableFormat) -> list[Row]:
    """Above two names or more, a name of the first row stands for the empty cells to its right as well."""
    if form.header_rows < 2:
        return head
    above, name = [], ""
    for at, below in enumerate(head[1].cells):
        name = (head[0].cells[at] if at < len(head[0].cells) else "") or (name if below else "")
        above.append(name)
    return [Row(head[0].line, above), *head[1:]]


def _named(head: list[Row], width: int, form: TableFormat, notes: Notes) -> tuple[list[str], list[str]]:
    names, units, seen = [], [], set()
    for index in range(width):
        parts = [row.cells[index] if index < len(row.cells) else "" for row in head]
        unit = parts.pop() if form.units_row else ""
        name = " ".join(" ".join(parts).split())
        both = _NAME_AND_UNIT.match(name)
        if both and not unit:
            name, unit = both[1], both[2]
        name, unit = name[:LONGEST_NAME] or f"Column {index + 1}", unit[:LONGEST_NAME]
        plain, copy = name, 2
        while name in seen:
            name, copy = f"{plain[: LONGEST_NAME - 6]} {copy}", copy + 1
        if name != plain:
            notes.say(f'Two columns are called "{plain}"; the later one is now "{name}".')
        seen.add(name)
        names.append(name)
        units.append(unit.strip("[]() "))
    return names, units


def _kind(known: list[str], form: TableFormat, beside: str) -> Kind:
    """Numbers or dates where at least nine in ten known cells are; otherwise categories."""
    if not known:
        return "number"
    if is_compact(known, form.date_format):
        return "date"
    numbers = sum(not isnan(number_of(cell, form.decimal, beside)) for cell in known)
    limits = sum(bool(limit_of(cell, form.decimal, beside)[0]) for cell in known) if numbers else 0
    if numbers + limits >= 0.9 * len(known):
        return "number"
    if form.date_format and sum(is_date(cell, form.date_format) for cell in known) >= 0.9 * len(known):
        return "date"
    return "category"


def _suspect(known: NDArray[np.float64]) -> str:
    """A number that usually stands for no value, as the least of a column and far from the rest; else ""."""
    if known.max() > _NO_VALUE:
        return f"{known.max():.3g}"
    least = known.min()
    rest = known[known > least]
    mark = next((mark for mark in NUMBER_MARKS if float(mark) == least), "")
    return mark if mark and len(rest) and rest.min() > least / 2 else ""


def _judge(columns: tuple[Column, ...], rows: int, notes: Notes, form: TableFormat) -> None:
    """Columns that nothing can be learned from."""
    for mark in form.missing[len(MARKS) :]:
        notes.say(f'Cells with "{mark[:40]}" count as missing.', first=True)
    if len(columns) == 1:
        notes.say("There is only one column. If there should be more, choose another delimiter.")
    for column in columns:
        known = column.values[~np.isnan(column.values)]
        if column.kind == "text":
            notes.say(f'"{column.name}" has more than {CATEGORIES} different texts, so it is not used.')
        elif len(known) == 0:
            formulas = form.file == "excel"
            why = " Formulas count only where their results were stored." if formulas else ""
            notes.say(f'"{column.name}" has no values.{why}')
        elif column.kind == "number" and (mark := _suspect(known)):
            often = "which often stands for no value. If so, add it to the missing marks."
            notes.say(f'"{column.name}" holds {mark}, {often}')
        elif rows > 1 and known.min() == known.max():
            where = "in every row" if len(known) == rows else "wherever it is known"
            notes.say(f'"{column.name}" is the same {where}, so nothing can be learned from it.')
    _say_doubles(columns, rows, notes)
    for column in columns:
        _say_spellings(column, notes)


def _say_doubles(columns: tuple[Column, ...], rows: int, notes: Notes) -> None:
    """Columns that hold the same numbers as one before: two inputs that tell one thing."""
    known: dict[bytes, str] = {}
    for column in columns if rows > 2 else ():
        if column.kind in ("number", "date") and column.missing < rows:
            first = known.setdefault(sha256(column.values.tobytes()).digest(), column.name)
            if first != column.name:
                notes.say(f'"{column.name}" holds the same values as "{first}".')


def _say_spellings(column: Column, notes: Notes) -> None:
    """Categories that are formulas, or differ in capitals alone."""
    formula = next((text for text in column.categories if text.startswith("=")), "")
    if formula:
        notes.say(
            f'"{column.name}" holds formulas such as "{formula[:40]}", and nothing in a file is worked out '
            "here. Save the table with their results."
        )
    alike: dict[str, str] = {}
    for text in column.categories:
        first = alike.setdefault(text.casefold(), text)
        if first != text:
            notes.say(
                f'"{column.name}": "{first[:40]}" and "{text[:40]}" differ in capitals alone and count as '
                "two categories. Write them alike in the file if they are one."
            )
            return
