"""What a network says to the rows of a table, read and written as a stream."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.datasets.own_table import OwnTable
from playground.catalog.features import features
from playground.catalog.tables import Cancelled, NotATable, guess
from playground.catalog.tables.dates import BETWEEN, day_of
from playground.catalog.tables.format import SPACES, Row
from playground.catalog.tables.numbers import limit_of, number_of
from playground.catalog.tables.read import head_of
from playground.catalog.tables.rows import rows_of
from playground.catalog.tables.samples import RawColumn, raw_columns
from playground.experiment.model import Experiment
from playground.experiment.shapes import class_names, feature_names, target_names
from playground.experiment.store import write_file
from playground.experiment.words import nearest

if TYPE_CHECKING:
    from playground.engine.run import Run

_CHUNK = 4096  # rows answered at once


class Predictions:
    """A table with a network's answers beside its rows; NotATable says what is missing in it.

    Columns are found by name: the key or the readable name of an input, whatever its case. Only the
    columns that the chosen features read have to be there.
    """

    def __init__(self, table: Path, experiment: Experiment) -> None:
        self.form = guess(table)
        self._table = table
        self._data = experiment.data
        self.answered = self.unanswered = 0
        dataset = experiment.data.dataset
        self._columns = dataset.entry.raw_names_of(dataset)
        is_own = isinstance(dataset.entry, OwnTable)
        # The dates are read as those that were learned from; a table may be too short to guess by.
        formats = (dataset.format.date_format if is_own else "", self.form.date_format)
        self._dates = BETWEEN.join(dict.fromkeys(form for form in formats if form))
        self._missing = {*self.form.missing, *(dataset.format.missing if is_own else ())}
        own = raw_columns(dataset.columns) if is_own else []
        self._uses: dict[int, RawColumn] = dict(enumerate(own))
        if not self.form.header_rows:
            raise NotATable(f"The first row must name the columns: {', '.join(self._needed())}.")
        cells = [row.cells for row in head_of(table, self.form)[: self.form.header_rows]]
        width = max(map(len, cells))
        self.names = [
            " ".join(row[index] for row in cells if index < len(row) and row[index]) for index in range(width)
        ]
        self._places = self._found()

    def _needed(self) -> list[str]:
        """The columns that the network's features read."""
        wanted = {
            column
            for name in feature_names(self._data)
            for column in ((name,) if name in self._columns else features[name].inputs)
        }
        return [name for name in self._columns if name in wanted]

    def _found(self) -> dict[int, int]:
        """Which raw column stands in which column of the table."""
        readable = dict(zip(self._columns, self._data.dataset.entry.columns, strict=False))
        there = {_plain(name): index for index, name in reversed(list(enumerate(self.names)))}
        found, missing = {}, []
        for name in self._needed():
            use = self._uses.get(self._columns.index(name))
            names = (name, readable.get(name, name)) if use is None else (use.use.name,)
            spellings = [_plain(each) for each in names]
            place = next((there[each] for each in spellings if each in there), None)
            if place is None:
                missing += [names[0]] if names[0] not in missing else []
            else:
                found[self._columns.index(name)] = place
        if missing:
            raise NotATable(self._sentence(missing))
        return found

    def _sentence(self, missing: list[str]) -> str:
        count = "column" if len(missing) == 1 else "columns"
        names = ", ".join(f'"{name}"' for name in missing[:12]) + (", …" if len(missing) > 12 else "")
        near = nearest(missing[0], self.names)
        hint = f' Is "{near}" meant? Rename it.' if near else ""
        return f"The table has no {count} {names}, which the network reads.{hint}"

    def write(self, out: Path, run: Run, go_on: Callable[[], bool] = lambda: True) -> None:
        """Write the new table as text, divided and with the decimal sign as the table is.

        `go_on` stops it with False: Cancelled, and no file is written.
        """
        if out.exists() and out.samefile(self._table):
            raise NotATable("The predictions would take the place of the table itself. Choose another file.")
        write_file(out, self._lines(run, go_on))

    def told(self, where: str) -> list[str]:
        """What was written, in sentences."""
        what = "prediction" if self.answered == 1 else "predictions"
        said = [f"Wrote {self.answered:,} {what} to {where}."]
        if self.unanswered:
            rows = "1 row has" if self.unanswered == 1 else f"{self.unanswered:,} rows have"
            said.append(f"{rows} none, because an input is missing or is no number.")
        return said

    def _lines(self, run: Run, go_on: Callable[[], bool]) -> Iterator[str]:
        yield self._written([[*self.names, *self._answer_names(run)]])
        rows = islice(rows_of(self._table, self.form), self.form.header_rows + self.form.units_row, None)
        while chunk := list(islice(rows, _CHUNK)):
            yield self._written(self._answer(run, chunk))
            if not go_on():
                raise Cancelled

    def _answer_names(self, run: Run) -> list[str]:
        names = class_names(self._data)
        if not names:
            return [f"predicted {name}" for name in target_names(self._data)]
        return ["predicted class", *(f"probability of {name}" for name in names)]

    def _answer(self, run: Run, rows: list[Row]) -> list[list[str]]:
        raw = np.zeros((len(rows), len(self._columns)))
        for column, place in self._places.items():
            raw[:, column] = [self._number(row, place, column) for row in rows]
            raw[np.isnan(raw[:, column]), column] = self._stand_in(run, column)
        usable = np.asarray(np.isfinite(raw).all(axis=1))
        self.answered += int(usable.sum())
        self.unanswered += int(len(rows) - usable.sum())
        answers = iter(self._texts(run.predict(raw[usable], scaled=False)) if usable.any() else [])
        width = len(self._answer_names(run))
        found = []
        for row, known in zip(rows, list(usable), strict=True):
            cells = row.cells[: len(self.names)]
            filled = chain(cells, [""] * (len(self.names) - len(cells)))
            found.append([*filled, *(next(answers) if known else [""] * width)])
        return found

    def _number(self, row: Row, place: int, column: int) -> float:
        cell = row.cells[place] if place < len(row.cells) else ""
        if cell in self._missing:
            return np.nan
        own = self._uses.get(column)
        if own is None:
            return number_of(cell, self.form.decimal)
        use = own.use
        if own.category is not None:
            return float(use.categories[own.category] == cell) if cell in use.categories else np.nan
        if use.type == "date":
            return day_of(cell, self._dates)
        value = number_of(cell, self.form.decimal, use.unit)
        if np.isnan(value):
            value = limit_of(cell, self.form.decimal, use.unit)[1]
        low = use.minimum is not None and value < use.minimum
        return np.nan if low or (use.maximum is not None and value > use.maximum) else value

    def _stand_in(self, run: Run, column: int) -> float:
        """What the experiment puts in the place of a missing value; NaN where it leaves such rows out."""
        own = self._uses.get(column)
        if own is None or own.use.missing == "drop":
            return np.nan
        known = run.prepared.raw_inputs[run.prepared.train, column]  # its gaps are filled by the same value
        mean = own.category is not None or own.use.missing == "mean"
        return float(known.mean() if mean else np.median(known))

    def _written(self, rows: list[list[str]]) -> str:
        """Rows as lines, divided as the table's own are."""
        text = io.StringIO()
        own = self.form.delimiter if self.form.file == "text" and self.form.delimiter != SPACES else ","
        csv.writer(text, delimiter=own, lineterminator="\n").writerows(rows)
        return text.getvalue()

    def _texts(self, answers: NDArray[Any]) -> Iterator[list[str]]:
        names = class_names(self._data)
        for values in answers.tolist():
            if not names:
                yield [self._spelt(value, 9) for value in values]
                continue
            each = [1.0 - values[0], values[0]] if len(values) == 1 else values
            yield [names[int(np.argmax(each))], *(self._spelt(value, 7) for value in each)]

    def _spelt(self, value: float, digits: int) -> str:
        """A number with the decimal sign of the table."""
        return f"{value:.{digits}g}".replace(".", self.form.decimal)


def _plain(name: str) -> str:
    """A name without its unit in brackets, in small letters."""
    return re.sub(r"\s*[\[(][^\])]*[\])]$", "", name.strip()).casefold()
