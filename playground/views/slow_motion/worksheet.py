"""The worksheet: a card a phase, filled with the followed weight's numbers as the walk goes on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.session.snapshot import PHASES, Phase
from playground.views.slow_motion import formulas
from playground.views.slow_motion.strip import WORDS
from playground.views.slow_motion.update_terms import update_lines, update_rule
from playground.views.slow_motion.walk import Walk
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.scroll import Scroll


class Worksheet(Scroll):
    """Four cards and a sentence."""

    def __init__(self, walk: Walk, parent: QWidget | None = None) -> None:
        super().__init__("Worksheet", parent=parent)
        self._walk = walk
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 18, 16, 16)
        column.setSpacing(14)
        self.cards = {phase: Card(number, phase) for number, phase in enumerate(PHASES, 1)}
        for card in self.cards.values():
            column.addWidget(card)
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setContentsMargins(16, 0, 16, 0)
        column.addWidget(self.words)
        column.addStretch(1)
        self.setWidget(inner)

    def refresh(self, experiment: Experiment) -> None:
        """Fill the cards as far as the walk has come."""
        motion, followed = self._walk.motion, self._walk.followed
        for phase, card in self.cards.items():
            card.show_lines(self._lines(phase, experiment), self._walk.state(phase))
        known = motion is not None and followed is not None and self._known("backward")
        self.words.setText(formulas.in_words(motion, followed) if known and motion and followed else "")

    def _known(self, phase: Phase) -> bool:
        followed = self._walk.followed
        if phase == "loss":
            return self._walk.state(phase) != "next"
        return followed is not None and self._walk.known(phase, followed.layer, followed.unit)

    def _lines(self, phase: Phase, experiment: Experiment) -> list[str]:
        motion, followed = self._walk.motion, self._walk.followed
        if motion is None:
            return []
        known = self._known(phase)
        if phase == "loss":
            return formulas.loss_lines(motion, experiment) if known else formulas.loss_rule(experiment)
        if phase == "update" and not known:
            return update_rule(experiment)
        if followed is None or followed.layer not in motion.layers:
            return []
        sheet = motion.layers[followed.layer]
        if phase == "update":
            return update_lines(motion, followed, experiment)
        if phase == "forward":
            if known:
                return formulas.forward_lines(sheet, followed.unit, experiment, followed.source)
            return formulas.forward_rule(sheet, experiment)
        if not known:
            return formulas.backward_rule(sheet)
        deltas = formulas.delta_lines(motion, sheet, followed.unit, experiment)
        return [*deltas, *formulas.gradient_lines(motion, sheet, followed)]


class Card(QWidget):
    """One phase of the worksheet: its number and name, how it stands, its lines."""

    def __init__(self, number: int, phase: Phase) -> None:
        super().__init__()
        self._title = f"{number}  {WORDS[phase][0]}"
        self._state = "next"
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 38, 14, 12)
        self.label = QLabel()
        self.label.setTextFormat(Qt.TextFormat.RichText)
        self.label.setWordWrap(True)
        self.label.setFont(theme().font("section", 400))
        column.addWidget(self.label)

    def show_lines(self, lines: list[str], state: str) -> None:
        """Other lines, another state."""
        self._state = state
        text = "".join(f'<p style="margin:0 0 7px 0">{line}</p>' for line in lines)
        if text != self.label.text():
            self.label.setText(text)
            self.setAccessibleName(self._title)
        self.label.setEnabled(state != "next")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card; a strong outline for the phase at hand."""
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        rounded(painter, box, 10, theme().color("raised"))
        now = self._state == "now"
        painter.setPen(QPen(theme().color("ink" if now else "border"), 1.8 if now else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 10, 10)
        color = "text-3" if self._state == "next" else "text"
        write(painter, QRectF(16, 12, 200, 20), self._title, "section", color)
        right = QRectF(self.width() - 90, 12, 76, 20)
        write(painter, right, self._state, "body", "text-2", align=Qt.AlignmentFlag.AlignRight)
