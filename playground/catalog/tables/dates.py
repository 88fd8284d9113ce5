"""Dates in cells: which format they are written in, and the day they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from math import nan

from playground.catalog.tables.format import MARKS

BETWEEN = " | "  # formats, where a table has several

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y.%m.%d")
_TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f", "%I:%M:%S %p", "%I:%M %p")
_FORMATS = (
    *_DAYS,
    *(f"{day} {time}" for day in _DAYS for time in _TIMES),
    *(f"%Y-%m-%dT{time}{zone}" for time in _TIMES for zone in ("", "%z")),
    *("%Y-%m-%d %H:%M:%S%z", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y"),
    *(f"{day} {time}" for day in ("%d.%m.%y", "%d/%m/%y", "%m/%d/%y") for time in ("%H:%M", "%H:%M:%S")),
    *("%d-%b-%Y %H:%M:%S", "%d-%b-%Y %H:%M", "%d-%b-%y %H:%M", "%Y-%m", "%Y/%m", "%m/%Y"),
    *("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y"),
    *("%d. %b %Y", "%d. %B %Y", "%b %d %Y", "%B %d %Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y"),
    *_TIMES,
)
_COMPACT = {8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M"}  # digits alone, as weather services write
_IN_ENGLISH = {  # months as they are written in German, French and Spanish
    other: english
    for english, others in {
        "January": "januar jänner janvier enero",
        "February": "februar feber février febrero",
        "March": "märz mars marzo",
        "April": "avril abril",
        "May": "mai mayo",
        "June": "juni juin junio",
        "July": "juli juillet julio",
        "August": "août agosto",
        "September": "septembre septiembre",
        "October": "oktober octobre octubre",
        "November": "novembre noviembre",
        "December": "dezember décembre diciembre",
        "Jan": "janv ene",
        "Feb": "févr",
        "Mar": "mär mrz",
        "Apr": "avr abr",
        "Jul": "juil",
        "Aug": "ago",
        "Sep": "sept",
        "Oct": "okt",
        "Dec": "dez déc dic",
    }.items()
    for other in others.split()
}
_UNIVERSAL = re.compile(r"(?<=\d)\s(UTC|GMT)$")
_WORD = re.compile(r"[^\W\d_]{3,}\.?")
_YEARS = re.compile(r"(1[89]|20)\d{2}")
_LIKELY = re.compile(r"[A-Za-z\d].*[-/:. ].*\d")
_LONGEST = 40
_LOOKED_AT = 5  # cells of a column, before all are tried
_MOST = 6  # formats of a column


def is_compact(cells: Sequence[str], formats: str) -> bool:
    """Whether all these cells are dates of digits alone, such as 20200131, in one of these formats."""
    form = _compact(cells)
    return bool(form) and form in formats.split(BETWEEN)


def _compact(cells: Sequence[str]) -> str:
    """The format of dates of digits alone, "" where a cell is none."""
    if len(cells) < 2:
        return ""
    form = _COMPACT.get(len(cells[0]), "")
    alike = form and all(len(cell) == len(cells[0]) and cell.isdigit() for cell in cells)
    if not alike or not all(_YEARS.match(cell) for cell in cells):
        return ""
    return form if all(is_date(cell, form) for cell in cells) else ""


def is_date(cell: str, formats: str) -> bool:
    """Whether a cell is a date written in one of these formats."""
    return _moment(cell, formats) is not None


def day_of(cell: str, formats: str) -> float:
    """The days since year 1 until the moment in a cell, or the part of a day; NaN if it is none.

    Moments of a time zone become universal time.
    """
    found = _moment(cell, formats)
    if found is None:
        return nan
    moment, form = found
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    offset = moment.utcoffset()
    if offset is not None:
        seconds -= offset.total_seconds()
    day = moment.toordinal() if "%d" in form or "%Y" in form or "%y" in form or "%j" in form else 0
    return day + seconds / 86_400


def _english(word: re.Match[str]) -> str:
    """A month's name in English, without the full stop of an abbreviation; other words as they are."""
    plain = word[0].rstrip(".")
    return _IN_ENGLISH.get(plain.lower(), plain)


def _moment(cell: str, formats: str) -> tuple[datetime, str] | None:
    cell = _WORD.sub(_english, _UNIVERSAL.sub("", cell))
    for form in formats.split(BETWEEN):
        if form in _COMPACT.values() and _COMPACT.get(len(cell)) != form:
            continue  # strptime would take fewer digits as well
        try:
            return datetime.strptime(cell, form), form
        except ValueError:
            pass
    return None


def formats_of(cells: Sequence[str], formats: str) -> tuple[str, ...]:
    """Those of the formats that a column's cells are written in, the most common one first."""
    return tuple(_of_column(cells, formats.split(BETWEEN)) or ()) if formats else ()


def either_way(cells: Sequence[str], form: str) -> str:
    """The format with day and month exchanged, if it fits all these dates as well; else ""."""
    other = form.replace("%d", "%?").replace("%m", "%d").replace("%?", "%m")
    numbers = "%d" in form and "%m" in form and not form.startswith("%Y")
    return other if numbers and all(is_date(cell, other) for cell in cells if is_date(cell, form)) else ""


def not_a_date(cells: Sequence[str]) -> str:
    """Of a column at least half of which are dates of some kind, the first cell that is none; else ""."""
    few = cells[:_LOOKED_AT]
    if sum(_of_some_kind(cell) for cell in few) < 0.5 * len(few):
        return ""
    others = [cell for cell in cells if not _of_some_kind(cell)]
    return others[0] if others and len(others) <= 0.5 * len(cells) else ""


def _of_some_kind(cell: str) -> bool:
    return _like_a_date(cell) and any(is_date(cell, form) for form in _FORMATS)


def date_formats(rows: Sequence[Sequence[str]]) -> str:
    """The formats of all columns of dates: of each, those that together fit nine in ten known cells."""
    found: list[str] = []
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and row[column] not in MARKS]
        compact = _compact(cells)
        if compact and compact not in found:
            found.append(compact)
        elif cells and sum(map(_like_a_date, cells[:_LOOKED_AT])) >= 0.8 * len(cells[:_LOOKED_AT]):
            found += [form for form in _of_column(cells, _FORMATS) if form not in found]
    return BETWEEN.join(found)


def _like_a_date(cell: str) -> bool:
    return bool(_LIKELY.match(cell)) and len(cell) <= _LONGEST


def _of_column(cells: Sequence[str], formats: Sequence[str]) -> list[str]:
    """The format that fits most cells, then the one that fits most of the rest."""
    chosen: list[str] = []
    rest, passed = list(cells), 0
    while rest and len(chosen) < _MOST:
        likely = [form for form in formats if any(is_date(cell, form) for cell in rest[:_LOOKED_AT])]
        counts = [sum(is_date(cell, form) for cell in rest) for form in likely]
        if not counts:  # perhaps these few are none, and others below are
            rest, passed = rest[_LOOKED_AT:], passed + len(rest[:_LOOKED_AT])
            continue
        chosen.append(likely[counts.index(max(counts))])
        rest = [cell for cell in rest if not is_date(cell, chosen[-1])]
    return chosen if len(rest) + passed <= 0.1 * len(cells) else []
