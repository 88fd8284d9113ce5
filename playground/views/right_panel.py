"""The right column: what the network answers, above what the selected layer does; sheets may cover it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot, Wants
from playground.views.checkup.checkup_panel import CheckupPanel
from playground.views.inspector.inspector import Inspector
from playground.views.landscape.landscape_panel import LandscapePanel
from playground.views.maths.maths_panel import MathsPanel
from playground.views.metrics.metrics_panel import MetricsPanel
from playground.views.output.output_panel import OutputPanel
from playground.views.sheet import Sheet
from playground.views.theme import theme
from playground.views.touch.table import NumbersTable
from playground.views.trial.trial_panel import TrialPanel


class RightPanel(QWidget):
    """Output above, inspector below, a line between them; scrolls where the window is low."""

    edited = Signal(object, str, str)
    touched = Signal(object, str, str)  # weights set by hand, the undo label, the merge key
    asked = Signal()  # something else is wanted in the next snapshot

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Output and selected layer")
        self.output = OutputPanel()
        self.inspector = Inspector()
        self.inspector.edited.connect(self.edited)
        self.output.edited.connect(self.edited)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.trial = TrialPanel()
        self.trial.hide()
        self._connect_trial()
        column.addWidget(self.output)
        column.addWidget(Line())
        column.addWidget(self.trial)
        column.addWidget(self.inspector, 1)
        area = QScrollArea()
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the control that has the keyboard
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        self.checkup = CheckupPanel()
        self.checkup.edited.connect(self.edited)
        self.maths = MathsPanel()
        self.checkup.explain.connect(self._show_single_layer)
        self.landscape = LandscapePanel()
        self.numbers = NumbersTable()
        self.numbers.touched.connect(self.touched)
        self.numbers.edited.connect(self.edited)
        self.metrics = MetricsPanel()
        self.sheets = {
            "metrics": Sheet("Metrics", self.metrics),
            "numbers": Sheet("Weights and biases", self.numbers),
            "checkup": Sheet("What goes wrong", self.checkup),
            "maths": Sheet("The maths", self.maths),
            "landscape": Sheet("Loss landscape", self.landscape),
        }
        page = QWidget()
        margin = QVBoxLayout(page)
        margin.setContentsMargins(1, 0, 0, 0)
        margin.addWidget(area)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(page)
        for sheet in self.sheets.values():
            sheet.closed.connect(self.close_sheet)
            self._pages.addWidget(sheet)
        theme().changed.connect(self.update)

    # Trying an input

    def _connect_trial(self) -> None:
        self.inspector.preview.asked.connect(self.asked)
        self.trial.asked.connect(self.asked)
        self.trial.closed.connect(self.toggle_trial)
        self.trial.probed.connect(self.output.show_probe)
        self.output.probeDragged.connect(self.trial.set_point)

    def toggle_trial(self) -> None:
        """Try an input in place of the inspector, or put that away."""
        shows = self.trial.isHidden() or self._pages.currentIndex() != 0
        self.close_sheet()
        self.inspector.setVisible(not shows)
        self.trial.setVisible(shows)
        self._make_room()
        if shows:
            self.trial.take_keyboard()

    def _make_room(self) -> None:
        """Beside an input that is no point, nothing else is needed."""
        self.output.setVisible(self.trial.isHidden() or self.trial.dimensions > 0)

    # Sheets

    def toggle_sheet(self, name: str) -> None:
        """Show this sheet, or put it away if it is on top."""
        if self._pages.currentWidget() is self.sheets[name]:
            self.close_sheet()
        else:
            self._pages.setCurrentWidget(self.sheets[name])

    def show_landscape_of_weights(self) -> None:
        """Show the loss along the weights that were chosen."""
        self._pages.setCurrentWidget(self.sheets["landscape"])
        self.landscape.look_along_weights()

    def _show_single_layer(self) -> None:
        self._pages.setCurrentWidget(self.sheets["maths"])
        self.maths.show_last()

    def close_sheet(self) -> None:
        """Back to output and inspector."""
        self._pages.setCurrentIndex(0)

    # What every view has

    def set_experiment(self, experiment: Experiment) -> None:
        """Show another experiment."""
        for sheet in self.sheets.values():
            sheet.view.set_experiment(experiment)
        self.output.set_experiment(experiment)
        self.inspector.set_experiment(experiment)
        self.trial.set_experiment(experiment)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the newest numbers."""
        for sheet in self.sheets.values():
            sheet.view.show_snapshot(snapshot)
        self.output.show_snapshot(snapshot)
        self.inspector.show_snapshot(snapshot)
        self.trial.show_snapshot(snapshot)
        self._make_room()

    def wants(self) -> Wants:
        """What the parts in sight need."""
        wants = self.output.wants() | self.inspector.wants() | self.trial.wants()
        for sheet in self.sheets.values():
            wants |= sheet.view.wants()
        return wants

    def preview_unit(self, layer: str | None, index: int = 0) -> None:
        """Show one neuron instead of the output while it is hovered."""
        self.output.preview_unit(layer, index)

    def select_layer(self, name: str, unit: int = -1) -> None:
        """Inspect another layer, and write out one of its neurons."""
        self.inspector.select(name, unit)
        self.maths.select(name, unit)
        self.numbers.select(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, and a line towards the canvas."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(0, 0, 1, self.height(), theme().color("border"))


class Line(QWidget):
    """One line between two parts of a column."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(1)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        QPainter(self).fillRect(self.rect(), theme().color("border"))
