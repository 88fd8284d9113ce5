"""The Diagnostics page: the conclusion at the left, the five checks at the right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.session.diagnostics.diagnosis import Diagnosis, diagnose
from playground.session.diagnostics.inspection import Inspection
from playground.session.diagnostics.result import Action
from playground.session.diagnostics.rules import rule
from playground.session.snapshot import Snapshot, Wants
from playground.views.diagnostics.card import Card
from playground.views.diagnostics.conclusion import Conclusion
from playground.views.diagnostics.limits import LimitsCard
from playground.views.theme import theme
from playground.views.widgets.control import painter_of
from playground.views.widgets.numbers import count
from playground.views.widgets.scroll import Scroll

_ONLY_SAID = ("checks", "answers", "name")  # what can change while the network stays the same
LOOK = 150  # milliseconds between two looks at an inspection


class DiagnosticsPage(QWidget):
    """Shows an inspection as it grows. `wanted` asks for a new one, `went_back` for a step of the run."""

    edited = Signal(object, str, str)
    went_back = Signal(int)
    wanted = Signal()
    unlock = Signal()
    report = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Diagnostics")
        self.experiment: Experiment | None = None
        self.inspection: Inspection | None = None
        self.diagnosis: Diagnosis | None = None
        self.cards: list[Card] = []
        self.conclusion = Conclusion()
        self._asked = False
        self._seen: Diagnosis | None = None
        self._stale = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK)
        self._timer.timeout.connect(self.look)
        self._limits = LimitsCard(self)
        self._build()

    def _build(self) -> None:
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 20)
        column.addLayout(self._list)
        column.addStretch(1)
        area = Scroll("Checks", inner)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.conclusion)
        row.addWidget(area, 1)
        self.conclusion.again.connect(self._again)
        self.conclusion.report.connect(self.report)
        self.conclusion.unlock.connect(self.unlock)
        self.conclusion.stop.connect(self.cancel)
        self.conclusion.limits.connect(self._open_limits)
        self._limits.limits.edited.connect(self._set_limit)

    # What the window tells

    def wants(self) -> Wants:
        """Nothing: the checks judge a copy of the network."""
        return Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """The experiment that actions change. Other limits are tried at once, other changes have to wait."""
        before, self.experiment = self.experiment, experiment
        self._limits.limits.show_checks(experiment.checks)
        if self.inspection is None or before is None or before == experiment:
            return
        if before.data.dataset != experiment.data.dataset:
            self._forget()
            return
        if before.checks != experiment.checks:
            self._seen = None
            self.look()
        said = {name: getattr(experiment, name) for name in _ONLY_SAID}
        if before.model_copy(update=said) != experiment:
            self._say_stale("The experiment has changed since.")
        elif before.checks.seeds != experiment.checks.seeds:
            self._say_stale(f"Run again for {count(experiment.checks.seeds)} seeds.")

    def _forget(self) -> None:
        """Other data: what was found says nothing about them."""
        self.cancel()
        self._timer.stop()
        self.inspection, self._seen, self._stale, self._asked = None, None, "", False
        self._show_cards(None)
        self.conclusion.show_words("Not checked yet.", "Train the network, then press Run again.")
        self.conclusion.show_progress("", None, "")

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Ask for the first inspection when there is a network; say when it has learned on since."""
        if self.inspection is not None:
            if snapshot.steps != self.inspection.steps:
                then, now = count(self.inspection.steps), count(snapshot.steps)
                self._say_stale(f"This is of step {then}; the network is at step {now}.")
        elif snapshot.state in ("loading", "blocked"):
            self.conclusion.show_words("Nothing to check yet.", snapshot.message)
        elif snapshot.steps == 0:
            self.conclusion.show_words("Not trained yet.", "Train the network, then it can be checked.")
        elif not self._asked:
            self._again()

    def show_inspection(self, inspection: Inspection) -> None:
        """Show this inspection from now on, as it grows."""
        if self.inspection is not None:
            self.inspection.cancel()
        self.inspection, self._seen, self._stale = inspection, None, ""
        self._timer.start()
        self.look()

    def close_down(self) -> None:
        """The window closes."""
        self._timer.stop()
        self.cancel()
        if self.inspection is not None:
            self.inspection.wait(5.0)

    def show_nothing(self, headline: str, why: str) -> None:
        """Say why there can be no inspection."""
        self._asked = False
        self.conclusion.show_words(headline, why)

    def cancel(self) -> None:
        """Train no more networks from other seeds."""
        if self.inspection is not None:
            self.inspection.cancel()

    # The inspection

    def _again(self) -> None:
        self._asked = True
        self.wanted.emit()

    def look(self) -> None:
        """Show what the inspection has come to."""
        assert self.inspection is not None
        state = self.inspection.state()
        if state.failure:
            self._show_cards(None)
            self.conclusion.show_words("Nothing to judge by.", state.failure)
        elif state.diagnosis is not None and state.diagnosis is not self._seen:
            self._seen = state.diagnosis
            self._show(state.diagnosis)
        elif state.diagnosis is None:
            self.conclusion.show_words("Judging…", "")
        growing = not state.done and state.diagnosis is not None
        self.conclusion.show_progress(state.message, state.progress if growing else None, self._stale)
        if state.done:
            self._timer.stop()

    def _show(self, found: Diagnosis) -> None:
        """By the limits of now, which may be others than when the inspection began."""
        evidence = found.evidence
        if self.experiment is not None and self.experiment.checks != evidence.experiment.checks:
            limits = {"checks": self.experiment.checks}
            found = diagnose(replace(evidence, experiment=evidence.experiment.model_copy(update=limits)))
        self._show_cards(found)
        self.conclusion.show_diagnosis(found)

    def _say_stale(self, words: str) -> None:
        if words != self._stale:
            self._stale = words
            self.look()

    def _show_cards(self, diagnosis: Diagnosis | None) -> None:
        self.diagnosis = diagnosis
        checks = diagnosis.checks if diagnosis is not None else ()
        for number, result in enumerate(checks, 1):
            told = rule(result.key, diagnosis.evidence.limits) if diagnosis is not None else ""
            if number <= len(self.cards):
                self.cards[number - 1].show_result(result, told)
            else:
                self._add_card(Card(number, result, told))
        for card in self.cards[len(checks) :]:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self.cards[len(checks) :]
        self._list.activate()

    def _add_card(self, card: Card) -> None:
        card.tried.connect(self._try)
        self.cards.append(card)
        self._list.addWidget(card)
        card.show()  # at once, or nothing would be seen for a moment

    # What the user asks for

    def _try(self, action: Action) -> None:
        if action.step is not None:
            self.went_back.emit(action.step)
        elif action.edit is not None and self.experiment is not None:
            try:
                self.edited.emit(action.edit(self.experiment), action.label, "")
            except edits.EditError as problem:
                self._say_stale(str(problem))

    def _set_limit(self, key: str, value: object) -> None:
        if self.experiment is None:
            return
        try:
            after = edits.set_value(self.experiment, f"checks.{key}", value)
        except edits.EditError:
            return
        self.edited.emit(after, "Limits of the checks", "")

    def _open_limits(self) -> None:
        button = self.conclusion.limits_button
        self._limits.open_at(button.mapToGlobal(QPoint(0, button.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window has a narrow column."""
        super().resizeEvent(event)
        self.conclusion.set_narrow(self.width() < 1280)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground behind the cards."""
        painter_of(self).fillRect(self.rect(), theme().color("window"))
