"""Try an input: made with the pointer, by typing or from a sample, and answered by the present weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot, Trial, Tried, Wants
from playground.views.plots.words import with_unit
from playground.views.trial.answer import Answer
from playground.views.trial.draw_grid import DrawGrid
from playground.views.trial.fields import Fields, Input
from playground.views.widgets.buttons import IconButton, TextButton
from playground.views.widgets.rows import Paragraph, Text
from playground.views.widgets.segments import Segments

Floats = NDArray[np.float64]
_MOST_VALUES = 200_000  # of which the median is taken while the window waits

HINTS = {
    2: "Drag the ring on the map, or type.",
    1: "Drag the line on the curve, or type.",
    0: "Type a value, or move the slider.",
}


class TrialPanel(QWidget):
    """The input and the answer to it; `asked` whenever the input is another one."""

    asked = Signal()
    closed = Signal()
    walked = Signal(object)  # the values that are to travel in slow motion
    probed = Signal(object, object)  # the point that is tried and what is answered there, or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Try an input")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.values: Floats = np.zeros(0)
        self._experiment: Experiment | None = None
        self._prepared: Prepared | None = None
        self._row: int | None = None  # the sample that the input still is
        self._next = 0
        self._hint = Paragraph()
        self.grid = DrawGrid()
        self.grid.drawn.connect(self._change)
        self.fields = Fields()
        self.fields.changed.connect(self._change)
        self.fields.refused.connect(self._hint.say)
        self.tool = Segments("What the pointer does", (("brush", "Brush"), ("eraser", "Eraser")))
        self.tool.edited.connect(self._take_tool)
        self.clear = TextButton("Clear", tip="An empty image")
        self.clear.clicked.connect(lambda: self._change(np.zeros_like(self.values)))
        self.sample = TextButton("From a sample", tip="Start from the next sample of the data")
        self.sample.clicked.connect(self.next_sample)
        self.walk = TextButton("Slow motion", tip="Watch this input travel, number by number")
        self.walk.clicked.connect(lambda: self.walked.emit(tuple(self.values.tolist())))
        self.answer = Answer()
        self._lay_out()

    def _lay_out(self) -> None:
        close = IconButton("close", "Close try an input (I)", size=28)
        close.clicked.connect(self.closed)
        header = QHBoxLayout()
        header.addWidget(Text("Try an input", style="section"), 1)
        header.addWidget(close)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for part in (self.tool, self.clear, self.sample):
            tools.addWidget(part)
        tools.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 16)
        column.setSpacing(10)
        column.addLayout(header)
        column.addWidget(self.answer)
        column.addWidget(self.grid)
        column.addWidget(self.fields)
        column.addLayout(tools)
        column.addWidget(self.walk, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._hint)
        column.addStretch(1)

    # What every view has

    def wants(self) -> Wants:
        """The answer to the input, while in sight."""
        shown = self.isVisible() and len(self.values)
        return Wants(trial=Trial(tuple(self.values.tolist()))) if shown else Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """Other data may have other inputs."""
        self._experiment = experiment

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """The answer of this moment."""
        if snapshot.prepared is not None and snapshot.prepared is not self._prepared:
            self._show_data(snapshot.prepared, snapshot.experiment)
        if self.isVisible():
            self.answer.show_answer(snapshot.tried, self._prepared)
            self._show_probe(snapshot.tried)

    def showEvent(self, event: Any) -> None:
        """Ask as soon as it comes into sight."""
        super().showEvent(event)
        self._tell()

    def hideEvent(self, event: Any) -> None:
        """Put the probe away."""
        super().hideEvent(event)
        self.probed.emit(None, None)
        self.asked.emit()

    def take_keyboard(self) -> None:
        """Begin with the input."""
        first = self.fields.table if self.fields.isVisible() else self.grid
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    # The input

    @property
    def dimensions(self) -> int:
        """2 or 1 where the input is a point that can be dragged, else 0."""
        domain = self._prepared.domain if self._prepared is not None else None
        return len(domain) if domain is not None else 0

    def _show_data(self, prepared: Prepared, experiment: Experiment) -> None:
        before, self._prepared = self._prepared, prepared
        alike = before is not None and before.raw_names == prepared.raw_names
        image = prepared.image_shape
        for part in (self.grid, self.tool, self.clear):
            part.setVisible(image is not None)
        self.fields.setVisible(image is None)
        self._hint.say("The right button takes ink away." if image else HINTS[self.dimensions])
        if image is None:
            self.fields.show_inputs(_inputs(prepared, experiment))
        if not alike or len(self.values) != prepared.raw_inputs.shape[1]:
            self._set(*_first(prepared))
        else:
            self._set(self.values, self._row)

    def set_point(self, values: tuple[float, ...]) -> None:
        """The probe was dragged there."""
        if len(values) == len(self.values):
            self._change(np.array(values))

    def start_from(self, row: int) -> None:
        """Take a sample as the input."""
        if self._prepared is not None and 0 <= row < len(self._prepared.raw_inputs):
            self._set(np.array(self._prepared.raw_inputs[row], dtype=np.float64), row)

    def next_sample(self) -> None:
        """Take the next sample, of the validation set where there is one."""
        prepared = self._prepared
        if prepared is not None:
            rows = prepared.validation if len(prepared.validation) else prepared.train
            self.start_from(int(rows[self._next % len(rows)]))
            self._next += 1

    def _change(self, values: Floats) -> None:
        self._set(values, None)

    def _set(self, values: Floats, row: int | None) -> None:
        self.values, self._row = values, row
        prepared = self._prepared
        if prepared is not None and prepared.image_shape is not None:
            top = float(prepared.raw_inputs[prepared.train].max()) or 1.0
            self.grid.show_values(values, prepared.image_shape, top)
        else:
            self.fields.show_values(values)
        self._tell()

    def _tell(self) -> None:
        self._say_sample()
        if self.isVisible():
            self._show_probe(None)
            self.asked.emit()

    def _show_probe(self, tried: Tried | None) -> None:
        """Mark the point on the output; on a line with the value that is answered there."""
        if not self.dimensions:
            self.probed.emit(None, None)
            return
        asked = tuple(self.values.tolist())
        known = tried is not None and tried.asked.values == asked and len(asked) == 1
        answer = float(tried.answer[0]) if known and tried is not None else None
        self.probed.emit(asked, answer)

    def _say_sample(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        image = prepared.image_shape
        words = "The right button takes ink away." if image else HINTS[self.dimensions]
        if self._row is not None:
            words = f"Sample {self._row + 1:,}"
            if prepared.task == "classes":
                words += f": class {prepared.class_names[int(prepared.targets[self._row])]}."
            elif not prepared.reconstructs:
                spelt = with_unit(prepared.target_unit)
                observed = np.atleast_1d(prepared.raw_targets[self._row])[:4].tolist()
                words += f": observed {', '.join(spelt(value) for value in observed)}."
            else:
                words += "."
        self._hint.say(words)

    def _take_tool(self, key: object, _finished: bool = True) -> None:
        self.grid.erases = key == "eraser"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc puts it away."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)


def _inputs(prepared: Prepared, experiment: Experiment) -> tuple[Input, ...]:
    """Every column with its unit and its range among the training rows."""
    dataset = experiment.data.dataset
    names, units = dataset.entry.columns_of(dataset), dataset.entry.units_of(dataset)
    low, high = prepared.raw_range.tolist()
    if prepared.domain is not None:
        low, high = ([end[side] for end in prepared.domain] for side in (0, 1))
    return tuple(Input(*each) for each in zip(names, units, low, high, strict=True))


def _first(prepared: Prepared) -> tuple[Floats, int | None]:
    """What one starts from: the middle of the picture, an empty image, or a sample that is there, as its
    categories go together; the training sample nearest to the medians of all columns."""
    if prepared.domain is not None:
        return np.array([(low + high) / 2 for low, high in prepared.domain]), None
    if prepared.image_shape is not None:
        return np.zeros(prepared.raw_inputs.shape[1]), None
    every = max(1, len(prepared.train) * prepared.raw_inputs.shape[1] // _MOST_VALUES)
    rows = prepared.train[::every]
    some, (low, high) = prepared.raw_inputs[rows], prepared.raw_range
    apart = np.abs(some - np.median(some, axis=0)) / np.where(high > low, high - low, 1.0)
    row = int(rows[apart.sum(axis=1).argmin()])
    return np.array(prepared.raw_inputs[row], dtype=np.float64), row
