"""Choose a table of one's own: what its columns are probably for, and the edit that learns from it."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from playground.catalog.datasets import datasets
from playground.catalog.tables import Column, NotATable, Table, TableFormat
from playground.catalog.tables.rows import rows_of
from playground.catalog.tables.samples import ColumnUse, Missing, Role, of_role, raw_columns, wrong
from playground.experiment import edits
from playground.experiment.model import MAX_SAMPLES, MAX_VALUES, Experiment, choice
from playground.experiment.naming import named_after
from playground.experiment.records import MOST_TEXT

_FEW = 0.05  # rows with gaps are left out up to this share, filled beyond it
_CLASSES = 3  # so few different whole numbers are classes rather than amounts
_NAMED_CLASS = re.compile(r"class|label|species|type|category|facies|kind", re.IGNORECASE)
_RUNNING = re.compile(r"(id|index|number|no\.?|nr\.?|row|#|unnamed.*|column 1)$", re.IGNORECASE)
_YEAR = re.compile(r"((decimal|dec)[ _.]?)?(year|jahr|yr)$", re.IGNORECASE)
_DEPTH = re.compile(r"(dept|depth|md|tvd)$", re.IGNORECASE)
_X = re.compile(r"(x|lon|long|longitude|easting|utm_?x)$", re.IGNORECASE)
_Y = re.compile(r"(y|lat|latitude|northing|utm_?y)$", re.IGNORECASE)
_GROUP = re.compile(
    r"(well|station|site|(bore)?hole|point|profile|core|sensor|plot|catchment|patient|subject)"
    r"([ _]?(id|name|no|nr))?$",
    re.IGNORECASE,
)
_MOST_COMMAS = 100_000  # of a table inside an experiment: a file with more values is refused


@dataclass(frozen=True)
class OwnTableChoice:
    """A table that was read, and how it is to be used; `text` is set if it is to lie in the experiment.

    `dataset` is the choice of all that as an experiment has it, once it was made: slow for wide tables.
    """

    path: str
    fingerprint: str
    form: TableFormat
    uses: tuple[ColumnUse, ...]
    rows: int
    text: str = ""
    notes: tuple[str, ...] = ()  # what was wrong in the file
    dataset: Any = None


def proposed(table: Table) -> tuple[ColumnUse, ...]:
    """A use for every column: the last one is the target, dates or years are the time, the rest are inputs.

    Without dates, depth is depth. What names wells, stations or points is the group, as long as another
    column is left to be the target. A place is a place.
    """
    usable = [c for c in table.columns if _varies(c) and not _names_rows(c, table.rows)]
    group = next((c.name for c in usable if _names_groups(c, table.rows)), "") if len(usable) > 2 else ""
    usable = [c for c in usable if c.name != group]
    target = next((c.name for c in reversed(usable) if c.kind in ("number", "category")), "")
    time = next((c.name for c in usable if c.kind == "date"), "") or _years(usable)
    deep = (c.name for c in usable if c.kind == "number" and _DEPTH.match(c.name))
    depth = next(deep, "") if not time else ""
    x, y = (next((c.name for c in usable if c.kind == "number" and _called(c, at)), "") for at in (_X, _Y))
    roles: dict[str, Role] = {column.name: "input" for column in usable if column.kind != "date"}
    if x and y and target not in (x, y) and len(roles) > 3:
        roles |= {x: "x", y: "y"}
    roles |= {time: "time", depth: "depth", group: "group", target: "target"}
    return tuple(_use(column, roles.get(column.name, "ignore"), table.rows) for column in table.columns)


def _varies(column: Column) -> bool:
    known = column.values[~np.isnan(column.values)]
    return len(known) > 0 and known.min() < known.max()


def _names_rows(column: Column, rows: int) -> bool:
    """Whether a column only tells rows apart: a running number, or a text of its own for most rows."""
    if column.kind == "category":
        return rows > 20 and len(column.categories) > 0.5 * rows
    counts = len(column.values) > 2 and bool((np.diff(column.values) == 1.0).all())
    return counts and bool(_RUNNING.match(column.name))


def _years(usable: list[Column]) -> str:
    """The column of years that do not fall, where other inputs are left; "" where there is none."""
    for column in usable if len(usable) > 2 else ():
        known = column.values[~np.isnan(column.values)]
        if column.kind == "number" and _YEAR.match(column.name) and (np.diff(known) >= 0.0).all():
            return column.name
    return ""


def _called(column: Column, name: re.Pattern[str]) -> bool:
    """Whether a column has such a name, perhaps below that of its group: "Location Easting"."""
    return bool(name.match(column.name) or name.match(column.name.split(" ")[-1]))


def _names_groups(column: Column, rows: int) -> bool:
    """Whether a column says which well, station or point a row is from, with several rows each."""
    if not _called(column, _GROUP) or column.kind not in ("category", "number"):
        return False
    return 2 < len(np.unique(column.values[~np.isnan(column.values)])) <= rows / 3


def _use(column: Column, role: Role, rows: int) -> ColumnUse:
    missing: Missing = "drop" if column.missing <= _FEW * rows else "median"
    kind = "category" if role == "target" and _is_class(column) else column.kind
    return ColumnUse(column.name, column.unit, kind, role, missing, categories=column.categories)


def _is_class(column: Column) -> bool:
    if column.kind != "number":
        return column.kind == "category"
    known = np.unique(column.values[~np.isnan(column.values)])
    most = 20 if _NAMED_CLASS.search(column.name) else _CLASSES
    return len(known) <= most and bool((known == np.round(known)).all())


def settled(uses: Sequence[ColumnUse], table: Table) -> tuple[ColumnUse, ...]:
    """The uses with the categories that the whole table has; NotATable if they make no samples."""
    found = []
    for use, column in zip(uses, table.columns, strict=True):
        if column.kind == "text":
            use = replace(use, type="text", role="ignore")
        found.append(replace(use, categories=column.categories))
    for sentence in wrong(found):
        raise NotATable(sentence)
    for use, column in zip(found, table.columns, strict=True):
        if use.role == "target" and not _varies(column):
            raise NotATable(
                f'"{use.name}" is the same in every row, so there is nothing to learn. Choose another.'
            )
    return tuple(found)


def fitting_split(uses: Sequence[ColumnUse]) -> str:
    """The honest split: by what relates the rows, else by chance with the same share of each class."""
    for role, split in (("time", "time"), ("group", "group"), ("depth", "depth"), ("x", "blocks")):
        if of_role(uses, role):  # type: ignore[arg-type]
            return split
    classes = [use for use in of_role(uses, "target") if use.type == "category"]
    return "stratified" if classes else "random"


def with_table(experiment: Experiment, chosen: OwnTableChoice) -> Experiment:
    """Learn from this table, with the loss, the output and the split that fit it; one edit.

    An experiment that the user has not named takes the file's name.
    """
    dataset = chosen.dataset or choice(
        datasets,
        "table",
        path=chosen.path,
        fingerprint=chosen.fingerprint,
        text=chosen.text,
        samples=chosen.rows,
        format=chosen.form,
        columns=chosen.uses,
    )
    after = edits.with_dataset(experiment, dataset)
    after = edits.set_choice(after, "data.split", fitting_split(chosen.uses))
    return named_after(experiment, after)


def thinned(form: TableFormat, rows: int, columns: int) -> TableFormat:
    """Of about so many rows, those that are not too many for an experiment."""
    most = min(MAX_SAMPLES, MAX_VALUES // max(columns, 1))
    return replace(form, every=1 if rows <= most else math.ceil(1.1 * rows / most))


def too_many(rows: int, uses: Sequence[ColumnUse]) -> str:
    """Why so many rows cannot be learned from; empty if they can."""
    most = min(MAX_SAMPLES, MAX_VALUES // max(1, len(raw_columns(uses))))
    if rows <= most:
        return ""
    return (
        f"At most {most:,} rows of these columns are possible. Use one row in two or more, or fewer columns."
    )


def text_to_keep(path: Path, form: TableFormat) -> tuple[str, TableFormat]:
    """A table as text that is to lie in the experiment, and its format; NotATable if there is too much.

    What is no text file is written as CSV.
    """
    too_large = NotATable("The table is too large to lie in the experiment file. Leave it in its own file.")
    if path.stat().st_size > 4 * MOST_TEXT:
        raise too_large
    if form.file == "text":
        text = path.read_text(encoding=form.encoding, errors="replace").replace("\0", "")
    else:
        written = StringIO()
        for row in rows_of(path, form):
            csv.writer(written, lineterminator="\n").writerow(row.cells)
            if written.tell() > MOST_TEXT:
                raise too_large
        text = written.getvalue()
        form = replace(form, file="text", part="", skip=0, encoding="utf-8", delimiter=",", comment="")
    if len(text) > MOST_TEXT or text.count(",") + text.count("[") + text.count("{") > _MOST_COMMAS:
        raise too_large
    return text, form
