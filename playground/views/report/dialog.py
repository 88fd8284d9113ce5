"""What only the author knows: the report's four questions, each with what the program answers to it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from playground.experiment.model import Answers
from playground.session.report.questions import Question
from playground.views.widgets.rows import Paragraph, Text
from playground.views.widgets.scroll import Scroll
from playground.views.widgets.tick_box import TickBox

MOST = 2_000  # letters of an answer


class ReportDialog(QDialog):
    """Asks the questions; `accepted` when the report is to be written. No answer is needed.

    `seeds` says how many networks can be trained from other seeds, 0 where they have been already.
    """

    def __init__(self, questions: Sequence[Question], seeds: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report")
        self.fields: dict[str, QPlainTextEdit] = {}
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 16, 0)
        column.setSpacing(4)
        for question in questions:
            self._add(column, question)
        area = Scroll("Questions", inside)
        self.other_seeds = TickBox(f"Train {seeds} more networks from other seeds, to say what luck did")
        self.other_seeds.setChecked(seeds > 0)
        self.other_seeds.setVisible(seeds > 0)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.write = buttons.addButton("Write report…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.write.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 16)
        outer.setSpacing(12)
        words = "What you answer here is kept with the experiment. The report asks what you leave open."
        outer.addWidget(_said(words))
        outer.addWidget(area, 1)
        outer.addWidget(self.other_seeds)
        outer.addWidget(buttons)
        self.resize(620, 660)
        next(iter(self.fields.values())).setFocus()

    def _add(self, column: QVBoxLayout, question: Question) -> None:
        field = QPlainTextEdit(question.said)
        field.setAccessibleName(question.question)
        field.setPlaceholderText(question.ask)
        field.setTabChangesFocus(True)
        field.setFixedHeight(58)
        self.fields[question.key] = field
        column.addWidget(Text(question.question, style="section"))
        column.addWidget(_said(" ".join(question.known)))
        column.addWidget(field)
        column.addSpacing(10)

    def answers(self) -> Answers:
        """What stands in the fields."""
        texts = {key: field.toPlainText().strip()[:MOST] for key, field in self.fields.items()}
        return Answers(**texts)


def _said(words: str) -> Paragraph:
    text = Paragraph(style="body")
    text.say(words)
    return text
