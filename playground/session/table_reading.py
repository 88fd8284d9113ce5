"""Looking at a table and reading it in the background, so that the window stays alive."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from playground.catalog.datasets.own_table import hand_over
from playground.catalog.tables import (
    Kind,
    Table,
    TableFormat,
    fingerprint,
    guess,
    parts_of,
    preview,
    read,
    rows_about,
)
from playground.catalog.tables.samples import ColumnUse
from playground.experiment.data import prepare
from playground.experiment.model import Experiment
from playground.experiment.own_table import (
    OwnTableChoice,
    proposed,
    settled,
    text_to_keep,
    thinned,
    too_many,
    with_table,
)
from playground.session.background import InBackground


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look at a file showed: sheets or arrays, the format, the first rows, a use for every column.

    `rows` is how many there are in all, nearly.
    """

    parts: tuple[str, ...]
    form: TableFormat
    table: Table
    uses: tuple[ColumnUse, ...]
    rows: int


class TablePreview(InBackground):
    """Looks at the first rows of a table; once `done`, `seen` is set or `problem` says why not.

    Without a format it is guessed, for the sheet or array `part` if one is named.
    """

    def __init__(
        self,
        path: Path,
        form: TableFormat | None = None,
        part: str | None = None,
        kinds: tuple[Kind, ...] = (),
    ) -> None:
        self.seen: Seen | None = None
        self._asked = (path, form, part, kinds)
        super().__init__(self._look)

    def _look(self) -> None:
        path, form, part, kinds = self._asked
        chosen = form or guess(path, part)
        table = preview(path, chosen, kinds=kinds)
        rows = rows_about(path, chosen)
        if form is None:
            chosen = thinned(chosen, rows, len(table.columns))
        self.seen = Seen(parts_of(path, chosen.file), chosen, table, proposed(table), rows)


class TableReading(InBackground):
    """Reads a whole table and prepares it for an experiment.

    `checked`, the part of the file whose fingerprint is taken, then `rows` grow; once `done`, either
    `chosen` is set or `problem` says why not (both are empty after `cancel`).
    """

    def __init__(
        self,
        path: Path,
        form: TableFormat,
        uses: tuple[ColumnUse, ...],
        experiment: Experiment,
        keep: bool = False,
    ) -> None:
        self.rows, self.checked = 0, 0.0
        self.chosen: OwnTableChoice | None = None
        self._work = (path, form, uses, experiment, keep)
        super().__init__(self._read)

    def _count(self, rows: int) -> bool:
        self.rows = rows
        self.problem = too_many(rows, self._work[2])
        return not self.cancelled and not self.problem

    def _read(self) -> None:
        path, form, uses, experiment, keep = self._work
        size = max(1, path.stat().st_size)

        def go_on(done: int) -> bool:
            self.checked = done / size
            return not self.cancelled

        print_of_file = fingerprint(str(path), go_on)
        table = read(path, form, self._count, tuple(use.type for use in uses))
        text = ""
        if keep:
            text, form = text_to_keep(path, form)
        final = settled(uses, table)
        chosen = OwnTableChoice(str(path), print_of_file, form, final, table.rows, text, table.notes)
        after = with_table(experiment, chosen)
        hand_over(after.data.dataset, table)
        del table
        prepare(after.data, after.seed)  # kept, so that the window need not read the file again
        if not self.cancelled:
            self.chosen = replace(chosen, dataset=after.data.dataset)
