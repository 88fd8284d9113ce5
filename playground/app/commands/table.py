"""A table of one's own: `table` says how it is read and what is wrong in it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.app.commands import FINE, Failure
from playground.experiment.words import counted

if TYPE_CHECKING:
    from playground.catalog.tables import Column

_DELIMITERS = {"\t": "tabs", " ": "blanks", ",": "commas", ";": "semicolons", "|": "bars"}


def add(commands: Any) -> None:
    """Add the command of this group."""
    table = commands.add_parser("table", help="how a table is read, and what is wrong in which line")
    table.add_argument("table", metavar="TABLE", help="a file such as CSV, Excel, Parquet, NPZ or LAS")
    table.add_argument("--part", metavar="NAME", help="the sheet or array to read, where there are several")
    table.set_defaults(run=run_table)


def run_table(options: argparse.Namespace) -> int:
    """Read the whole table and print its format, its columns and what was noticed."""
    from playground.catalog.tables import NotATable, guess, parts_of, preview, read, rows_about
    from playground.experiment.own_table import thinned
    from playground.experiment.store import shown

    path = Path(options.table)
    try:
        form = guess(path, options.part)
        first = preview(path, form)
        form = thinned(form, rows_about(path, form), len(first.columns))
        parts = parts_of(path, form.file)
        table = read(path, form)
    except NotATable as error:
        raise Failure(f"{shown(options.table)}: {error}") from None
    sizes = f"{counted(table.rows, 'row')}, {counted(len(table.columns), 'column')}"
    print(f"{shown(options.table)}: {sizes}.")
    if form.file == "text":
        decimal = "comma" if form.decimal == "," else "point"
        print(f"Cells are divided by {_DELIMITERS[form.delimiter]}, decimal {decimal}, {form.encoding}.")
    elif len(parts) > 1:
        others = ", ".join(part or "all, side by side" for part in parts if part != form.part)
        print(f"Read: {form.part or 'all arrays, side by side'}. Also there: {others}. Choose with --part.")
    for column in table.columns:
        print(f"  {column.name[:30]:<32}{_described(column)}".rstrip())
    for note in table.notes:
        print(note)
    return FINE


def _described(column: Column) -> str:
    if column.kind == "text":
        return "text, not used"
    words = {"number": "numbers", "date": "dates", "category": f"{len(column.categories):,} categories"}
    unit = f", {column.unit}" if column.unit else ""
    missing = f", {column.missing:,} missing" if column.missing else ""
    return f"{words[column.kind]}{unit}{missing}"
