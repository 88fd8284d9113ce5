"""A table of one's own: `table` says how it is read and what is wrong in it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.app.commands import FINE, Failure

if TYPE_CHECKING:
    from playground.catalog.tables import Column

_DELIMITERS = {"\t": "tabs", " ": "blanks", ",": "commas", ";": "semicolons", "|": "bars"}


def add(commands: Any) -> None:
    """Add the command of this group."""
    table = commands.add_parser("table", help="how a table of text is read, and what is wrong in which line")
    table.add_argument("table", metavar="TABLE", help="a file of text, such as CSV")
    table.set_defaults(run=run_table)


def run_table(options: argparse.Namespace) -> int:
    """Read the whole table and print its format, its columns and what was noticed."""
    from playground.catalog.tables import NotATable, guess, read
    from playground.experiment.store import shown

    path = Path(options.table)
    try:
        form = guess(path)
        table = read(path, form)
    except NotATable as error:
        raise Failure(f"{shown(options.table)}: {error}") from None
    print(f"{shown(options.table)}: {table.rows:,} rows, {len(table.columns):,} columns.")
    decimal = "comma" if form.decimal == "," else "point"
    print(f"Cells are divided by {_DELIMITERS[form.delimiter]}, decimal {decimal}, {form.encoding}.")
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
