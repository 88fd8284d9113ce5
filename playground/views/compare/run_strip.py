"""The pinned runs' cards beside each other: what each network answers, to be shown, renamed or unpinned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from playground.session.pins import Pinned
from playground.session.snapshot import Snapshot
from playground.views.compare.run_card import RunCard
from playground.views.widgets.scroll import Scroll

LOWEST, WIDEST, REST = 232, 260, 26  # pixels of a card; the rest is what it has beside its width
GAP, BAR = 14, 14  # between two cards; for the scroll bar
BESIDE = 3  # cards that fit; more scroll


class RunStrip(Scroll):
    """Cards of runs; each signal carries the run that it is about."""

    shown = Signal(object)
    renamed = Signal(object)
    unpinned = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        inside = QWidget()
        super().__init__("Answers of the pinned runs", inside, parent)
        self.cards: list[RunCard] = []
        self._row = QHBoxLayout(inside)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(GAP)
        self._row.addStretch(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    def set_runs(self, runs: tuple[Pinned, ...]) -> None:
        """Show these runs; cards of those that stay stay too."""
        kept = {card.run.slot: card for card in self.cards}
        for card in self.cards:
            self._row.removeWidget(card)
        wanted = []
        for run in runs:
            card = kept.pop(run.slot) if run.slot in kept else self._new_card(run)
            card.set_run(run)
            wanted.append(card)
        for card in kept.values():
            card.hide()
            card.deleteLater()
        self.cards = wanted
        for place, card in enumerate(wanted):
            self._row.insertWidget(place, card)
            card.show()

    def _new_card(self, run: Pinned) -> RunCard:
        card = RunCard(run)
        card.shown.connect(lambda: self.shown.emit(card.run))
        card.renamed.connect(lambda: self.renamed.emit(card.run))
        card.unpinned.connect(lambda: self.unpinned.emit(card.run))
        return card

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Mark the card of the run in the window."""
        for card in self.cards:
            card.set_on_screen(card.run.is_shown(snapshot))

    def fit(self, room: int) -> int:
        """Give each card its share of so many pixels across; returns how high they want to be."""
        beside = min(BESIDE, max(1, len(self.cards)))
        each = (room - GAP * (beside - 1)) // beside
        for card in self.cards:
            card.set_room(each)
        return max(LOWEST, min(each, WIDEST) + REST + (BAR if len(self.cards) > BESIDE else 0))
