"""NumPy files (.npz, .npy): arrays of numbers, dates and texts, streamed. Objects, which could run code,
are never loaded.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from playground.catalog.tables.format import NotATable, Row
from playground.catalog.tables.library import reading

SUFFIXES = (".npz", ".npy")

_VALUES = 400_000  # of a piece
_MOST_TURNED = 100_000_000  # bytes of an array that lies column by column and so must be read whole


@dataclass(frozen=True)
class _Header:
    """What an array says of itself; (n,) and (n, …) become one or several columns."""

    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]

    @property
    def width(self) -> int:
        return prod(self.shape[1:])


def _header(file: IO[bytes]) -> _Header:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    return _Header(*read(file))


@contextmanager
def _members(path: Path) -> Iterator[dict[str, IO[bytes]]]:
    """Every array of a file, at its beginning."""
    with ExitStack() as stack:
        if not zipfile.is_zipfile(path):
            yield {path.stem: stack.enter_context(path.open("rb"))}
            return
        archive = stack.enter_context(zipfile.ZipFile(path))
        names = [name for name in archive.namelist() if name.endswith(".npy")][:5000]
        yield {name[:-4]: stack.enter_context(archive.open(name)) for name in names}


def _headers(path: Path) -> dict[str, _Header]:
    with reading("The NumPy file"), _members(path) as members:
        found = {name: _header(file) for name, file in members.items()}
    objects = [name for name, header in found.items() if header.dtype.hasobject]
    usable = {
        name: header
        for name, header in found.items()
        if header.shape and name not in objects and prod(header.shape) > 0
    }
    if objects and not usable:
        raise NotATable(
            f'"{objects[0]}" holds Python objects, which are never loaded because they could run code. '
            "Save numbers, dates or texts."
        )
    if not usable:
        raise NotATable("The NumPy file has no array with rows.")
    return usable


def parts(path: Path) -> list[str]:
    """ "" for all arrays with as many rows as most have, side by side; then each array by itself."""
    headers = _headers(path)
    together = _chosen(headers, "")
    return [""] * (len(together) > 1) + [*together, *(name for name in headers if name not in together)]


def _chosen(headers: dict[str, _Header], part: str) -> dict[str, _Header]:
    if part:
        if part not in headers:
            raise NotATable(f'The file has no array "{part}". Open it again and choose one.')
        return {part: headers[part]}
    counts = Counter(header.shape[0] for header in headers.values())
    rows = max(counts, key=lambda n: (counts[n] if n > 1 else 0, n))
    return {name: header for name, header in headers.items() if header.shape[0] == rows}


def rows(path: Path, part: str, _decimal: str) -> Iterator[Row]:
    """The names of the columns, then the rows, counted from 1."""
    chosen = _chosen(_headers(path), part)
    yield Row(0, [name for key, header in chosen.items() for name in _names(key, header)])
    total = sum(max(header.width, len(header.dtype.names or ())) for header in chosen.values())
    step = max(1, _VALUES // total)
    with reading("The NumPy file"), _members(path) as members:
        streams = [_pieces(members[name], _header(members[name]), step) for name in chosen]
        line = 0
        for pieces in zip(*streams, strict=True):
            columns = [texts for piece in pieces for texts in _columns(piece)]
            for cells in zip(*columns, strict=True):
                line += 1
                yield Row(line, list(cells))


def rows_about(path: Path, part: str) -> int:
    """How many rows the arrays have."""
    return int(next(iter(_chosen(_headers(path), part).values())).shape[0])


def _names(key: str, header: _Header) -> list[str]:
    if header.dtype.names:
        return list(header.dtype.names)
    return [key] if len(header.shape) == 1 else [f"{key} {index + 1}" for index in range(header.width)]


def _pieces(file: IO[bytes], header: _Header, step: int) -> Iterator[NDArray[Any]]:
    """The array, `step` rows at a time, each (rows, width)."""
    n, size = header.shape[0], header.dtype.itemsize
    if header.fortran and header.width > 1:
        if n * header.width * size > _MOST_TURNED:
            raise NotATable("The array lies column by column and is too large. Save it in C order.")
        flat = np.frombuffer(_exactly(file, n * header.width * size), header.dtype)
        whole = flat.reshape(header.shape, order="F").reshape(n, -1)
        yield from (whole[start : start + step] for start in range(0, n, step))
        return
    for start in range(0, n, step):
        count = min(step, n - start)
        piece = np.frombuffer(_exactly(file, count * header.width * size), header.dtype)
        yield piece.reshape(count, -1)


def _exactly(file: IO[bytes], count: int) -> bytes:
    data = file.read(count)
    if len(data) < count:
        raise NotATable("The NumPy file ends too early. Save it again.")
    return data


def _columns(piece: NDArray[Any]) -> Iterator[list[str]]:
    for name in piece.dtype.names or ("",):
        fields = piece[name] if name else piece
        yield from (_texts(column) for column in fields.T)


def _texts(column: NDArray[Any]) -> list[str]:
    kind = column.dtype.kind
    if kind == "f" and column.dtype.itemsize == 8:
        return [repr(value) for value in column.tolist()]
    if kind == "b":
        return [str(int(value)) for value in column.tolist()]
    if kind == "M":
        texts = np.datetime_as_string(column.astype("datetime64[s]")).tolist()
        return ["" if text == "NaT" else text.replace("T", " ") for text in texts]
    if kind == "S":
        return [value.decode("latin-1") for value in column.tolist()]
    return [str(value) for value in column.astype(str).tolist()]
