"""Tables of one's own: guess how a file is written, change the guess, read it as a stream.

`guess(path)` proposes a `TableFormat`, `preview` shows what it makes of the first rows, `read` reads it all.
Nothing in a file runs.
"""

from playground.experiment.tables.format import NotATable, TableFormat
from playground.experiment.tables.guess import guess
from playground.experiment.tables.read import Cancelled, Column, Table, preview, read

__all__ = ["Cancelled", "Column", "NotATable", "Table", "TableFormat", "guess", "preview", "read"]
