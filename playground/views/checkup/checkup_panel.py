"""The check-up: each finding in a sentence with a button that tries its cure, and the gradient by layer."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.session.rules import Checkup, Finding, rules
from playground.session.snapshot import Snapshot, Wants
from playground.views.checkup.gradient_bars import GradientBars
from playground.views.icons import paint_icon
from playground.views.panel import Panel
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import painter_of, rounded
from playground.views.widgets.rows import Text

WELL = "Nothing looks wrong."
TRY_ALL = "Try the cures"
SINGLE_LAYER = "Show the single layer"


class CheckupPanel(Panel):
    """Findings, the worst first, and below them a bar a layer."""

    explain = Signal()  # the maths of the network is asked for
    trial = Signal()  # all cures are to be tried, on forks of the run

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("What goes wrong")
        self._checkup: Checkup | None = None
        self.cards: list[Card] = []
        self._well = Text(WELL, style="body", color="text-2")
        self.try_all = TextButton(
            TRY_ALL, tip="Fork short runs with one change each, and see which one helps"
        )
        self.try_all.clicked.connect(self.trial)
        self.try_all.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(10)
        self._title = Text("Gradient by layer", style="section")
        self._bars = GradientBars()
        self.column.setSpacing(8)
        self.column.addWidget(self._well)
        self.column.addLayout(self._list)
        self.column.addWidget(self.try_all, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addSpacing(10)
        self.column.addWidget(self._title)
        self.column.addWidget(self._bars)
        self.column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def wants(self) -> Wants:
        """The check-up, while visible."""
        return Wants(checkup=self.isVisible())

    def set_experiment(self, experiment: Experiment) -> None:
        """Cures change this experiment."""
        self.experiment = experiment

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show what was found last."""
        checkup = snapshot.checkup
        if checkup is None or checkup is self._checkup or not self.isVisible():
            return
        before, self._checkup = self._checkup, checkup
        self._bars.show_values(checkup.gradients)
        for part in (self._title, self._bars):
            part.setVisible(bool(checkup.gradients))
        if before is None or [_key(f) for f in before.findings] != [_key(f) for f in checkup.findings]:
            self._rebuild(checkup.findings)
        for card, finding in zip(self.cards, checkup.findings, strict=True):
            card.show_finding(finding)
        self._well.setVisible(not checkup.findings)
        self.try_all.setVisible(bool(checkup.findings))

    def _rebuild(self, findings: tuple[Finding, ...]) -> None:
        for card in self.cards:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [Card(finding) for finding in findings]
        for card in self.cards:
            card.tried.connect(self._try)
            card.explain.connect(self.explain)
            self._list.addWidget(card)

    def _try(self, finding: Finding) -> None:
        self.change(finding.cure.edit, finding.cure.label, f"cure {finding.rule} {finding.layer}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


def _key(finding: Finding) -> tuple[object, ...]:
    return finding.rule, finding.layer, finding.cure.label


class Card(QWidget):
    """One finding: sign, name, sentence, and what to try."""

    tried = Signal(object)  # the finding whose cure is wanted
    explain = Signal()

    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._finding = finding
        rule = rules[finding.rule]
        self._severity = rule.severity
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setFont(theme().font("body", tabular=False))
        cure = TextButton(finding.cure.label)
        cure.clicked.connect(lambda: self.tried.emit(self._finding))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(cure)
        if finding.rule == "linear_collapse":
            single = TextButton(SINGLE_LAYER, quiet=True)
            single.clicked.connect(self.explain)
            buttons.addWidget(single)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(36, 10, 12, 12)
        column.setSpacing(6)
        column.addWidget(Text(rule.label, style="label"))
        column.addWidget(self._words)
        column.addSpacing(2)
        column.addLayout(buttons)
        self.show_finding(finding)

    def show_finding(self, finding: Finding) -> None:
        """The same finding with the numbers of now."""
        self._finding = finding
        if finding.sentence != self._words.text():
            self._words.setText(finding.sentence)
            self.setAccessibleName(f"{rules[finding.rule].label}. {finding.sentence}")

    def minimumSizeHint(self) -> QSize:
        """As narrow as the panel wants."""
        return QSize(200, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """A tinted card with the verdict's sign."""
        painter = painter_of(self)
        rounded(painter, self.rect().toRectF(), 9, theme().color(f"{self._severity}-bg"))
        paint_icon(painter, self._severity, QPointF(19, 18), theme().color(self._severity), 16)
