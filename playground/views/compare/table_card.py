"""The card with the table: what differs between pinned runs, which is better, and whether that is luck."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.session import compare
from playground.session.compare import Measure
from playground.session.pins import Pinned
from playground.session.seeds import SeedBook
from playground.sweep.wording import ONE_SEED
from playground.views.compare.difference_table import DifferenceTable
from playground.views.compare.rows import Row, as_csv
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.card import Card


class TableCard(Card):
    """Settings that are identical are folded away; `repeatRequested` when other seeds are asked for."""

    repeatRequested = Signal()  # noqa: N815

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: tuple[Pinned, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._all = False
        self.table = DifferenceTable()
        self.others = TextButton("", quiet=True, icon="chevron-right")
        self.others.clicked.connect(self._toggle_others)
        self.seed = TextButton(ONE_SEED, quiet=True, tip="Is it luck? Train with several seeds")
        self.seed.clicked.connect(self.repeatRequested)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.others)
        foot.addStretch(1)
        foot.addWidget(self.seed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 8)
        column.setSpacing(4)
        column.addWidget(self.table, 1)
        column.addLayout(foot)

    def show_rows(self, runs: tuple[Pinned, ...], rows: Sequence[Row]) -> None:
        """What differs between these runs."""
        self._runs, self._rows = runs, tuple(rows)
        self._fill()

    def judge(self, runs: tuple[Pinned, ...], book: SeedBook | None, measure: Measure) -> None:
        """Whether the difference is luck, as far as that is known."""
        one_seed = len({run.experiment.seed for run in runs}) == 1
        words = compare.verdict_in_words(runs, book, measure)
        self.seed.setVisible(len(runs) > 1 and (one_seed or words != ONE_SEED))
        self.seed.setText(words)
        self.seed.setAccessibleName(words)
        self.seed.updateGeometry()

    def as_csv(self) -> str:
        """The whole table, for a spreadsheet."""
        return as_csv(self._runs, self._rows)

    def _toggle_others(self) -> None:
        self._all = not self._all
        self._fill()

    def _fill(self) -> None:
        same = sum(row.kind == "same" for row in self._rows)
        self.others.setVisible(same > 0)
        words = f"{same} other setting{' is' if same == 1 else 's are'} identical"
        self.others.setText(words)
        self.others.setAccessibleName(words)
        self.others.setAccessibleDescription("shown" if self._all else "folded")
        self.others.set_icon("chevron-down" if self._all else "chevron-right")
        self.table.show_rows(self._runs, [row for row in self._rows if self._all or row.kind != "same"])
