"""Below the way of splitting: the split drawn on the data, and its score beside that of a random split."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.split_picture import split_picture
from playground.session.split_scores import SplitScores, honest_and_random
from playground.views.split_picture import SplitPictureView
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.rows import Text

POLL = 150  # milliseconds
COMPARE = "Compare with a random split"


class SplitOnData(QWidget):
    """Shown for data that a split can go by; trains under both splits when asked to."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._experiment: Experiment | None = None
        self._running: SplitScores | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.picture = SplitPictureView()
        column.addWidget(self.picture)
        self.honest, self.random = Text("", style="caption"), Text("", style="caption")
        for line in (self.honest, self.random):
            column.addWidget(line)
            line.hide()
        self.button = TextButton(COMPARE, quiet=True)
        self.button.setToolTip(
            "Trains this network twice in the background, under the honest split and under a random one, and "
            "shows what it reaches on the validation samples of each."
        )
        self.button.clicked.connect(self._press)
        column.addWidget(self.button)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL)
        self._timer.timeout.connect(self._look)

    def set_experiment(self, experiment: Experiment) -> None:
        """Another experiment: what was compared for the old one is gone."""
        entry = experiment.data.dataset.entry
        self.setVisible(not entry.domain or bool(entry.time_name))
        self._experiment = experiment
        self.stop()
        for line in (self.honest, self.random):
            line.hide()
        self.button.setVisible(honest_and_random(experiment) is not None)

    def show_prepared(self, prepared: Prepared | None) -> None:
        """Draw the split, or nothing while the data are not ready."""
        assert self._experiment is not None
        known = prepared is not None and len(prepared.raw_inputs) > 0
        self.picture.set_picture(
            split_picture(self._experiment.data, prepared) if known and prepared is not None else None
        )

    def _press(self) -> None:
        if self._running is not None:
            self.stop()
        elif self._experiment is not None:
            self._running = SplitScores(self._experiment)
            self._look()
            self._timer.start()

    def stop(self) -> None:
        """Compare no further."""
        self._timer.stop()
        if self._running is not None:
            self._running.cancel()
            self._running = None
        self.button.setText(COMPARE)

    def _look(self) -> None:
        running = self._running
        if running is None:
            return
        if not running.done:
            self.button.setText(f"Training under both: {100 * running.progress:.0f}%. Stop")
            return
        lines = (running.failure, "") if running.failure else running.words()
        for line, words in zip((self.honest, self.random), lines, strict=True):
            line.set_text(words)
            line.setToolTip(words)
            line.setVisible(bool(words))
        self.stop()
