"""The rows of a table as cells of text, whatever kind of file they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from playground.catalog.tables import arrays, excel, las, parquet
from playground.catalog.tables.format import FileKind, Row, Source, TableFormat, text_rows

_HEAD = 262_144  # bytes
_MODULES: dict[FileKind, ModuleType] = {"excel": excel, "parquet": parquet, "numpy": arrays, "las": las}

SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".dat", ".tab"),
    *(suffix for module in _MODULES.values() for suffix in module.SUFFIXES),
)


def rows_of(source: Source, form: TableFormat) -> Iterator[Row]:
    """The rows after the skipped lines, header rows included; empty rows are passed over.

    Row 0 holds names and units that a file keeps apart from its rows.
    """
    if form.file == "text" or not isinstance(source, Path):
        yield from text_rows(source, form)
        return
    for row in _MODULES[form.file].rows(source, form.part, form.decimal):
        if (row.line > form.skip or row.line == 0) and any(row.cells):
            yield row


def parts_of(path: Path, file: FileKind) -> tuple[str, ...]:
    """The sheets or arrays to choose from; NotATable if there is none."""
    return ("",) if file == "text" else tuple(_MODULES[file].parts(path))


def rows_about(source: Source, form: TableFormat) -> int:
    """How many rows there are, nearly: what the file says, or what its beginning lets expect."""
    if not isinstance(source, Path):
        return source.text.count("\n")
    if form.file != "text":
        return int(_MODULES[form.file].rows_about(source, form.part))
    with source.open("rb") as file:
        head = file.read(_HEAD)
    return int(max(head.count(b"\n"), head.count(b"\r")) * source.stat().st_size / max(len(head), 1))
