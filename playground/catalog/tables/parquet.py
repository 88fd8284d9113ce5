"""Parquet files: columns with names and types, read a batch of rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playground.catalog.tables.excel import text_of
from playground.catalog.tables.format import NotATable, Row
from playground.catalog.tables.library import needs, reading

SUFFIXES = (".parquet", ".pq")

_VALUES = 400_000  # of a batch


@contextmanager
def _file(path: Path) -> Iterator[Any]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise needs("pyarrow", "Parquet files") from None
    with path.open("rb") as opened, parquet.ParquetFile(opened) as file:
        yield file


def parts(path: Path) -> list[str]:
    """A Parquet file is one table."""
    with reading("The Parquet file"), _file(path) as file:
        if not file.schema_arrow.names:
            raise NotATable("The Parquet file has no columns.")
    return [""]


def rows(path: Path, _part: str, _decimal: str) -> Iterator[Row]:
    """The names, then the rows, counted from 1."""
    with reading("The Parquet file"), _file(path) as file:
        names = file.schema_arrow.names
        yield Row(0, [str(name) for name in names])
        line = 0
        for batch in file.iter_batches(max(1, _VALUES // len(names)), use_threads=False):
            columns = [[text_of(value) for value in column.to_pylist()] for column in batch.columns]
            for cells in zip(*columns, strict=True):
                line += 1
                yield Row(line, list(cells))


def rows_about(path: Path, _part: str) -> int:
    """How many rows the file has."""
    with reading("The Parquet file"), _file(path) as file:
        return int(file.metadata.num_rows)
