"""The metrics of the network on screen, live, on the samples of one's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from playground.experiment import metrics
from playground.experiment.baselines import Baseline
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.scoring import PART_NAMES, Part, spelt
from playground.session.judging import Judgement, open_parts
from playground.session.snapshot import Snapshot, Wants
from playground.views.metrics.grid import Grid
from playground.views.panel import Panel
from playground.views.theme import theme
from playground.views.widgets.control import painter_of
from playground.views.widgets.numbers import count
from playground.views.widgets.rows import Paragraph, Text
from playground.views.widgets.segments import Segments

if TYPE_CHECKING:
    from playground.views.metrics.unit_chart import UnitChart

MOST_CURVES = 10
_ORDER: tuple[Part, ...] = ("validation", "train", "test")
LOCKED = "The test set is locked. Open it in Diagnostics (D)."


class MetricsPanel(Panel):
    """Scores, the network among the baselines, scores by class, ROC and reliability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Metrics")
        self._snapshot: Snapshot | None = None
        self._judged_on: Prepared | None = None  # the data that the judgement is of
        self._judgement: Judgement | None = None
        self._baselines: tuple[Baseline, ...] = ()
        self._charts: tuple[UnitChart, UnitChart] | None = None
        self._part = Segments(
            "Samples that are judged", (("validation", "Validation"), ("train", "Training"))
        )
        self._part.edited.connect(self._other_part)
        self._words = Paragraph(style="caption")
        self._lock = Paragraph(style="caption")
        self._lock.say(LOCKED)
        self._scores = Grid("Scores")
        self._rivals_title = Text("Against simple baselines", style="section")
        self._rivals = Grid("Baselines")
        self._classes_title = Text("Class by class", style="section")
        self._classes = Grid("Scores by class")
        self._curves = QVBoxLayout()
        self.column.setSpacing(8)
        self.column.addWidget(self._part)
        for part in (self._words, self._scores, self._rivals_title, self._rivals):
            self.column.addWidget(part)
        for part in (self._classes_title, self._classes):
            self.column.addWidget(part)
        self.column.addLayout(self._curves)
        self.column.addWidget(self._lock)
        self.column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self._redraw)

    # What every view has

    def wants(self) -> Wants:
        """The scores of the chosen samples, and the baselines, while visible."""
        if not self.isVisible():
            return Wants()
        return Wants(judged=self.part(), baselines=True)

    def part(self) -> Part:
        """Which samples are judged."""
        return next(part for part in _ORDER if part == self._part.value())

    def set_experiment(self, experiment: Experiment) -> None:
        """Numbers come with the snapshots."""
        self.experiment = experiment

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the newest scores."""
        self._snapshot = snapshot
        if not self.isVisible() or snapshot.prepared is None:
            return
        parts = open_parts(snapshot.experiment, snapshot.prepared)
        self._part.set_options(tuple((part, PART_NAMES[part]) for part in _ORDER if part in parts))
        self._lock.setVisible(len(snapshot.prepared.test) > 0 and "test" not in parts)
        found = snapshot.judgement
        if found is None or (found is self._judgement and snapshot.baselines is self._baselines):
            return
        self._judgement, self._baselines = found, snapshot.baselines
        self._judged_on = snapshot.prepared
        self._redraw()

    def showEvent(self, event: object) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        if self._snapshot is not None:
            self.show_snapshot(self._snapshot)

    def _other_part(self) -> None:
        self._words.say("Judging…")

    # Drawing

    def _redraw(self) -> None:
        prepared, found = self._judged_on, self._judgement
        if prepared is None or found is None:
            return
        unit = prepared.target_unit
        rows = len(found.answers.rows)
        whole = len(prepared.rows_of(found.answers.part))
        of = f" of {count(whole)}" if whole > rows else ""
        self._words.say(f"{count(rows)}{of} {PART_NAMES[found.answers.part].lower()} samples")
        self._scores.show_rows(
            (), [(score.label, spelt(score.value, score.form, unit)) for score in found.scores]
        )
        self._show_rivals(found, unit)
        classes = found.answers.probability is not None
        for part in (self._classes_title, self._classes):
            part.setVisible(classes)
        if classes:
            self._show_classes(found, prepared)
        if classes or self._charts is not None:
            self._show_curves(found, prepared, classes)

    def _show_rivals(self, found: Judgement, unit: str) -> None:
        """The network among the baselines, which are those of the validation samples."""
        shown = bool(self._baselines) and found.answers.part == "validation" and bool(found.scores)
        for part in (self._rivals_title, self._rivals):
            part.setVisible(shown)
        if not shown:
            return
        main = found.scores[0]
        entries = [(each.score, each.label.split(":")[0]) for each in self._baselines]
        entries.append((main.value, "This network"))
        entries.sort(key=lambda entry: entry[0] if main.best == 0.0 else -entry[0])
        strong = next(n for n, (_, label) in enumerate(entries) if label == "This network")
        rows = [(label, spelt(value, main.form, unit)) for value, label in entries]
        self._rivals.show_rows(("", main.label), rows, strong)

    def _show_classes(self, found: Judgement, prepared: Prepared) -> None:
        answers, names = found.answers, prepared.class_names
        assert answers.probability is not None
        each = metrics.class_scores(answers.observed, answers.predicted, len(names))
        rows = []
        for index, name in enumerate(names):
            area = metrics.roc(answers.observed == index, answers.probability[:, index]).area
            values = (each.precision[index], each.recall[index], each.f1[index], area)
            cells = (f"{value:.2f}" if np.isfinite(value) else "–" for value in values)
            rows.append((name, count(each.support[index]), *cells))
        self._classes.show_rows(("", "n", "Prec.", "Recall", "F1", "AUC"), rows)

    def _show_curves(self, found: Judgement, prepared: Prepared, classes: bool) -> None:
        roc, reliability = self._made_charts()
        for chart in (roc, reliability):
            chart.setVisible(classes)
        answers = found.answers
        if not classes or answers.probability is None:
            return
        which = [1] if len(prepared.class_names) == 2 else list(range(len(prepared.class_names)))
        lines = []
        for index in which[:MOST_CURVES]:
            curve = metrics.roc(answers.observed == index, answers.probability[:, index])
            single = len(which) == 1
            color = theme().color("ink") if single else theme().class_color(index, len(prepared.class_names))
            lines.append((curve.false_alarms, curve.hits, color))
        roc.show_lines(lines)
        sure, right = answers.probability[:, 1], answers.observed == 1
        if len(which) > 1:
            sure, right = answers.probability.max(axis=1), answers.observed == answers.predicted
        believed = metrics.reliability(right, sure)
        sizes = believed.count / max(1, int(believed.count.max()))
        reliability.show_lines([(believed.stated, believed.observed, theme().color("ink"))], sizes)

    def _made_charts(self) -> tuple[UnitChart, UnitChart]:
        """The two charts; they load the plotting library when they are first needed."""
        if self._charts is None:
            from playground.views.metrics.unit_chart import UnitChart

            self._charts = (
                UnitChart("ROC", "false alarms", "hits"),
                UnitChart("Reliability", "stated probability", "how often it came true"),
            )
            for title, chart in zip(("ROC", "Reliability"), self._charts, strict=True):
                self._curves.addWidget(Text(title, style="section"))
                self._curves.addWidget(chart)
        return self._charts

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(MetricsPanel, "penguins")
