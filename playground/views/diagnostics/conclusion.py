"""The left column: the conclusion first, then the counts, the model and its answers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.shapes import class_names, output_activation, shapes, target_names
from playground.session.diagnostics.diagnosis import Diagnosis
from playground.session.diagnostics.result import Mark
from playground.views.diagnostics.card import SIGNS
from playground.views.diagnostics.scatter import Scatter
from playground.views.icons import paint_icon
from playground.views.theme import theme
from playground.views.top_bar import Progress
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import painter_of, text_width, write
from playground.views.widgets.numbers import count
from playground.views.widgets.rows import Paragraph, Rule, Text
from playground.views.widgets.scroll import Scroll

WIDTH, NARROW = 324, 288
_SAID: dict[Mark, tuple[str, str]] = {
    "passes": ("check passes", "checks pass"),
    "look": ("needs a look", "need a look"),
    "fails": ("fails", "fail"),
}


class Counts(QWidget):
    """How many checks pass, need a look, fail."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[Mark, int] = {}
        self.setFixedHeight(84)

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Count again."""
        marks: tuple[Mark, ...] = ("passes", "look", "fails")
        self._counts = {mark: diagnosis.count(mark) for mark in marks}
        self.setAccessibleName(", ".join(f"{n} {_SAID[mark][n != 1]}" for mark, n in self._counts.items()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Three lines with their signs."""
        painter = painter_of(self)
        for line, (mark, number) in enumerate(self._counts.items()):
            y = 14.0 + 28 * line
            paint_icon(painter, SIGNS[mark], QPointF(9, y), theme().color(SIGNS[mark]), 17)
            font = theme().font("label", 600)
            write(painter, QRectF(30, y - 10, 20, 20), str(number), font=font)
            left = 30 + text_width(f"{number}", "label") + 6
            write(painter, QRectF(left, y - 10, 200, 20), _SAID[mark][number != 1])


class Conclusion(QWidget):
    """`again`, `report`, `stop`, `unlock` and `limits` are what its buttons ask for."""

    again = Signal()
    report = Signal()
    stop = Signal()
    unlock = Signal()
    limits = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.set_narrow(False)
        self.headline = Paragraph(style="headline", color="text")
        self.summary = Paragraph(style="body")
        self.status = Paragraph()
        self.progress = Progress()
        self._counts = Counts()
        self.model = Paragraph(style="body")
        self.lock = Paragraph()
        self._scatter = Scatter()
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 20, 24, 12)
        column.setSpacing(8)
        self.limits_button = TextButton("Limits", quiet=True)
        self.limits_button.setToolTip("Where the checks draw their lines.")
        self.limits_button.clicked.connect(self.limits)
        heading = QHBoxLayout()
        heading.addWidget(Text("Diagnostics", style="label", color="text-2"), 1)
        heading.addWidget(self.limits_button)
        column.addLayout(heading)
        column.addWidget(self.headline)
        column.addWidget(self.summary)
        column.addWidget(self.progress)
        column.addWidget(self.status)
        self.stop_button = TextButton("Stop training", quiet=True)
        self.stop_button.clicked.connect(self.stop)
        column.addWidget(self.stop_button)
        self._found = QWidget()
        found = QVBoxLayout(self._found)
        found.setContentsMargins(0, 4, 0, 0)
        found.setSpacing(10)
        found.addWidget(Rule())
        found.addWidget(self._counts)
        found.addWidget(Rule())
        found.addWidget(Text("Model", style="section"))
        found.addWidget(self.model)
        found.addWidget(self.lock)
        self.unlock_button = TextButton("Unlock the test set…", icon="lock")
        self.unlock_button.setToolTip("Judge by samples that nothing was chosen by. It can be done once.")
        self.unlock_button.clicked.connect(self.unlock)
        found.addWidget(self.unlock_button)
        found.addWidget(Rule())
        found.addWidget(Text("Predicted against observed", style="section"))
        found.addWidget(self._scatter)
        column.addWidget(self._found)
        column.addStretch(1)
        area = Scroll("Conclusion", inner)
        self.report_button = TextButton("Export report", icon="page")
        self.report_button.clicked.connect(self.report)
        self.again_button = TextButton("Run again", icon="reset")
        self.again_button.clicked.connect(self.again)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(20, 8, 8, 16)
        buttons.setSpacing(8)
        for button in (self.report_button, self.again_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 1, 0)
        outer.setSpacing(0)
        outer.addWidget(area, 1)
        outer.addLayout(buttons)
        self._found.hide()
        self.stop_button.hide()
        self.progress.hide()

    def set_narrow(self, narrow: bool) -> None:
        """Leave more of a narrow window to the checks."""
        self.setFixedWidth(NARROW if narrow else WIDTH)

    def show_progress(self, words: str, done: float | None, stale: str) -> None:
        """How far the networks from other seeds are; `done` is None once they are trained."""
        self.progress.setVisible(done is not None)
        self.stop_button.setVisible(done is not None)
        if done is not None:
            self.progress.show_progress(words, done)
        self.status.say(stale if done is not None else " ".join(filter(None, (words, stale))))

    def show_words(self, headline: str, summary: str) -> None:
        """Say why there is nothing to see."""
        self.headline.say(headline)
        self.summary.say(summary)
        self._found.hide()

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Say what was found."""
        evidence = diagnosis.evidence
        experiment, prepared = evidence.experiment, evidence.prepared
        self.headline.say(diagnosis.headline)
        self.summary.say(diagnosis.summary)
        self._counts.show_diagnosis(diagnosis)
        self.model.say(model_words(experiment))
        moment = experiment.test_unlocked
        if moment is not None:
            when = moment.time.replace("T", " ").removesuffix("Z") + " UTC"
            by = "" if evidence.part == "test" else " There are no test samples, so validation judges."
            self.lock.say(f"Test set unlocked at step {count(moment.step)}, {when}.{by}")
        elif len(prepared.test):
            self.lock.say(f"The test set of {count(len(prepared.test))} samples is locked.")
        else:
            self.lock.say("There is no test set.")
        self.unlock_button.setVisible(moment is None and len(prepared.test) > 0)
        self._scatter.show_evidence(evidence)
        self._found.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel and the line at its right."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme().color("border"))


def model_words(experiment: Experiment) -> str:
    """The network, its target and its data in three lines."""
    found = shapes(experiment)
    layers = []
    for layer in experiment.network.layers:
        units = getattr(layer, "units", None)
        name = getattr(getattr(layer, "activation", None), "kind", layer.kind).replace("_", " ")
        layers.append(f"{units} {name}" if units is not None else name)
    entry = experiment.data.dataset.entry
    unit = f", {entry.target_unit}" if entry.target_unit else ""
    classes = class_names(experiment.data)
    targets = classes or target_names(experiment.data)
    kind = "Classes" if classes else "Target"
    named = ", ".join(targets[:4]) + (", …" if len(targets) > 4 else "")
    last = output_activation(experiment).kind.replace("identity", "linear")
    network = ", ".join(
        [f"{found.inputs} input{'s' * (found.inputs != 1)}", *layers, f"{found.outputs} {last}"]
    )
    return f"{network}\n{kind}: {named}{unit}\n{entry.label}"
