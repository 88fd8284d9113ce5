"""Reading a table in the background, with progress, so that the window stays alive."""

from __future__ import annotations

import threading
from pathlib import Path

from playground.catalog.tables import Cancelled, TableFormat, fingerprint, read
from playground.catalog.tables.samples import ColumnUse
from playground.experiment.data import prepare
from playground.experiment.model import Experiment
from playground.experiment.own_table import OwnTableChoice, settled, text_to_keep, with_table


class TableReading:
    """Reads a whole table and prepares it for an experiment.

    `rows` grows; once `done`, either `chosen` is set or `problem` says why not (both are empty after
    `cancel`).
    """

    def __init__(
        self,
        path: Path,
        form: TableFormat,
        uses: tuple[ColumnUse, ...],
        experiment: Experiment,
        keep: bool = False,
    ) -> None:
        self.rows = 0
        self.chosen: OwnTableChoice | None = None
        self.problem = ""
        self._stop = threading.Event()
        self._work = (path, form, uses, experiment, keep)
        self._thread = threading.Thread(target=self._run, name="table", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it ended, in whatever way."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Stop at the next chunk."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Wait for the end."""
        self._thread.join(seconds)

    def _count(self, rows: int) -> bool:
        self.rows = rows
        return not self._stop.is_set()

    def _run(self) -> None:
        path, form, uses, experiment, keep = self._work
        try:
            print_of_file = fingerprint(str(path))
            table = read(path, form, self._count, tuple(use.type for use in uses))
            text = text_to_keep(path, form) if keep else ""
            final = settled(uses, table)
            chosen = OwnTableChoice(str(path), print_of_file, form, final, table.rows, text)
            after = with_table(experiment, chosen)
            prepare(after.data, after.seed)  # kept, so that the window need not read the file again
        except Cancelled:
            return
        except (ValueError, OSError, MemoryError) as error:  # NotATable and EditError among them
            self.problem = str(error) or "There is not enough memory for this table."
            return
        if not self._stop.is_set():
            self.chosen = chosen
