"""One column as it is read: numbers, days or categories, and what is said of its cells."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from math import inf, isfinite, isnan, nan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from playground.catalog.tables.dates import BETWEEN, day_of, either_way, formats_of, is_date, not_a_date
from playground.catalog.tables.format import TableFormat
from playground.catalog.tables.numbers import limit_of, number_of, without_uncertainty

Kind = Literal["number", "date", "category", "text"]

LONGEST_NAME = 200  # characters of a column's name, a unit and a category
CATEGORIES = 200
_SHOWN = 20  # notes written out; the rest is counted
_LOOKED_AT = 50  # cells of texts that may be dates


@dataclass(frozen=True, eq=False)
class Column:
    """One column: `values` (n,) are numbers, days since year 1, or category numbers; NaN is unknown.

    `categories` are the texts behind the numbers, in order of appearance. A "text" column, with more
    different texts than categories make sense for, has no values.
    """

    name: str
    unit: str
    kind: Kind
    values: NDArray[np.float64]
    categories: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many values are unknown."""
        return int(np.isnan(self.values).sum())


@dataclass
class Notes:
    """The first sentences, and a count of the others."""

    said: list[str] = field(default_factory=list)
    more: int = 0

    def say(self, sentence: str, first: bool = False) -> None:
        """Add a sentence, above the others if it is to be `first`."""
        if first:
            self.said.insert(0, sentence)
        elif len(self.said) < _SHOWN:
            self.said.append(sentence)
        else:
            self.more += 1

    def all(self) -> tuple[str, ...]:
        """The sentences, and how many were too many."""
        last = [f"{self.more:,} more such lines."] if self.more else []
        return tuple(self.said + last)


class Reader:
    """A column that grows."""

    def __init__(self, name: str, unit: str, kind: Kind, form: TableFormat, beside: str) -> None:
        self._beside = beside  # the unit that stands in the cells
        self.name, self.unit, self.kind, self._form = name, unit, kind, form
        self._values = array("d")
        self._codes: dict[str, int] = {}
        self._limits: dict[str, list[str]] = {"below": [], "above": []}  # cells such as <0.05 and >1000
        self._uncertain: list[str] = []  # cells such as 3.1 ± 0.2
        self._dates = form.date_format  # the formats of this column first
        self._unknown = frozenset(form.missing)
        self._quick = form.decimal == "." and not any(isfinite(number_of(mark, ".")) for mark in form.missing)

    def take(self, cells: list[str], lines: list[int], notes: Notes) -> None:
        """Add a chunk of cells; those that do not fit become unknown and are noted with their line."""
        if self.kind == "number":
            self._take_numbers(cells, lines, notes)
        elif self.kind == "date":
            self._values.extend(self._day(cell, line, notes) for cell, line in zip(cells, lines, strict=True))
        elif self.kind == "category":
            codes, unknown = self._codes, self._unknown
            self._values.extend(nan if c in unknown else codes.setdefault(c, len(codes)) for c in cells)
            if len(codes) > CATEGORIES or any(len(text) > LONGEST_NAME for text in codes):
                self.kind, self._values, self._codes = "text", array("d"), {}

    def _take_numbers(self, cells: list[str], lines: list[int], notes: Notes) -> None:
        if self._quick:
            unknown = self._unknown
            try:
                numbers = array("d", [nan if cell in unknown else float(cell) for cell in cells])
            except ValueError:
                pass  # then cell by cell
            else:
                plain = np.isfinite(numbers).sum() == sum(cell not in unknown for cell in cells)
                if plain and "_" not in "".join(cells):
                    self._values.extend(numbers)
                    return
        self._values.extend(self._number(cell, line, notes) for cell, line in zip(cells, lines, strict=True))

    def _number(self, cell: str, line: int, notes: Notes) -> float:
        if cell in self._unknown:
            return nan
        value = number_of(cell, self._form.decimal, self._beside)
        side, stand_in = limit_of(cell, self._form.decimal, self._beside) if isnan(value) else ("", nan)
        if side:
            self._limits[side].append(cell)
            return stand_in
        if "±" in cell or "+" in cell:
            self._uncertain += [cell] if without_uncertainty(cell) != cell else []
        if not isfinite(value):
            why = "is too large for a number" if value in (inf, -inf) else "is not a number"
            notes.say(f'Line {line:,}, {self.name}: "{cell[:40]}" {why}, so it counts as missing.')
            return nan
        return value

    def _day(self, cell: str, line: int, notes: Notes) -> float:
        if cell in self._unknown:
            return nan
        day = day_of(cell, self._dates)
        if isnan(day):
            notes.say(f'Line {line:,}, {self.name}: "{cell[:40]}" is not a date, so it counts as missing.')
        return day

    def look_at_dates(self, cells: list[str], notes: Notes) -> None:
        """How the first dates of the column are written, and what is doubtful about that."""
        own = formats_of(cells, self._dates) if self.kind == "date" else ()
        self._dates = BETWEEN.join(dict.fromkeys((*own, *self._dates.split(BETWEEN))))
        other = either_way(cells, own[0]) if len(own) == 1 else ""
        if len(own) > 1:
            each = [next(cell for cell in cells if is_date(cell, form)) for form in own]
            such = ", ".join(f'"{cell[:40]}"' for cell in each)
            notes.say(f'"{self.name}" holds dates in {len(own)} formats, such as {such}. Check their order.')
        elif other:
            first, second = ("day", "month") if own[0].index("%d") < own[0].index("%m") else ("month", "day")
            notes.say(
                f'"{self.name}": dates such as "{cells[0][:40]}" are read with the {first} first. If the '
                f"{second} comes first, set the date format to {other}."
            )
        elif self.kind == "category" and (strange := not_a_date(cells[:_LOOKED_AT])):
            notes.say(
                f'"{self.name}" looks like dates, but cells such as "{strange[:40]}" fit no known format, so '
                "all are read as texts. Type the date format above, or add such cells to the missing marks."
            )

    def say_uncertain(self, notes: Notes) -> None:
        """What became of the uncertainties beside values."""
        if self._uncertain:
            many = f"{len(self._uncertain):,} values have" if len(self._uncertain) > 1 else "one value has"
            told = f'"{self.name}": {many} an uncertainty, such as "{self._uncertain[0][:40]}"'
            notes.say(f"{told}; the value is used, its uncertainty is not.", first=True)

    def say_limits(self, notes: Notes) -> None:
        """What stands for values that are only known to be below or above a limit."""
        for side, stands in (("below", "half the limit"), ("above", "the limit")):
            cells = self._limits[side]
            if cells:
                many = f"{len(cells):,} values are" if len(cells) > 1 else "one value is"
                told = f'"{self.name}": {many} only known to be {side} a limit, such as "{cells[0][:40]}"'
                whom = "them" if len(cells) > 1 else "it"
                notes.say(f"{told}; {stands} stands for {whom}.", first=True)

    def column(self) -> Column:
        """What was read."""
        values = np.frombuffer(self._values) if self._values else np.zeros(0)
        return Column(self.name, self.unit, self.kind, values, tuple(self._codes))
