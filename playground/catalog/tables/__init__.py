"""Tables of one's own: guess how a file is written, change the guess, read it as a stream.

`guess(path)` proposes a `TableFormat`, `preview` shows what it makes of the first rows, `read` reads it all,
`samples_of` makes samples of it. Nothing in a file runs.
"""

from playground.catalog.tables.column import Column, Kind
from playground.catalog.tables.format import Cancelled, NotATable, TableFormat, Text
from playground.catalog.tables.guess import guess
from playground.catalog.tables.read import Table, preview, read
from playground.catalog.tables.rows import SUFFIXES, parts_of, rows_about
from playground.catalog.tables.samples import samples_of
from playground.catalog.tables.source import fingerprint, stamp

__all__ = [
    "SUFFIXES",
    "Cancelled",
    "Column",
    "Kind",
    "NotATable",
    "Table",
    "TableFormat",
    "Text",
    "fingerprint",
    "guess",
    "parts_of",
    "preview",
    "read",
    "rows_about",
    "samples_of",
    "stamp",
]
