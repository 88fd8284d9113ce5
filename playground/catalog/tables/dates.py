"""Dates in cells: which format they are written in, and the day they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from math import nan

from playground.catalog.tables.format import MARKS

BETWEEN = " | "  # formats, where a table has several

_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y")
_TIMES = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
_FORMATS = (
    *_DAYS,
    *(f"{day} {time}" for day in _DAYS for time in _TIMES),
    *(f"%Y-%m-%dT{time}{zone}" for time in _TIMES for zone in ("", "%z")),
    *("%Y-%m-%d %H:%M:%S%z", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y %H:%M"),
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
_WORD = re.compile(r"[^\W\d_]{3,}\.?")
_YEARS = re.compile(r"(1[89]|20)\d{2}")
_LIKELY = re.compile(r"[A-Za-z\d].*[-/:. ].*\d")
_LONGEST = 40
_LOOKED_AT = 5  # cells of a column, before all are tried


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
    cell = _WORD.sub(_english, cell)
    for form in formats.split(BETWEEN):
        if form in _COMPACT.values() and _COMPACT.get(len(cell)) != form:
            continue  # strptime would take fewer digits as well
        try:
            return datetime.strptime(cell, form), form
        except ValueError:
            pass
    return None


def date_formats(rows: Sequence[Sequence[str]]) -> str:
    """The formats of all columns of dates: of each, those that together fit nine in ten known cells."""
    found: list[str] = []
    for column in range(max((len(row) for row in rows), default=0)):
        cells = [row[column] for row in rows if column < len(row) and row[column] not in MARKS]
        compact = _compact(cells)
        if compact and compact not in found:
            found.append(compact)
        elif cells and all(_LIKELY.match(cell) and len(cell) <= _LONGEST for cell in cells[:_LOOKED_AT]):
            found += [form for form in _of_column(cells) if form not in found]
    return BETWEEN.join(found)


def _of_column(cells: list[str]) -> list[str]:
    """The format that fits most cells, then the one that fits most of the rest."""
    chosen: list[str] = []
    rest = cells
    while rest and len(chosen) < 3:
        likely = [form for form in _FORMATS if any(is_date(cell, form) for cell in rest[:_LOOKED_AT])]
        counts = [sum(is_date(cell, form) for cell in rest) for form in likely]
        if not counts:
            break
        chosen.append(likely[counts.index(max(counts))])
        rest = [cell for cell in rest if not is_date(cell, chosen[-1])]
    return chosen if len(rest) <= 0.1 * len(cells) else []
