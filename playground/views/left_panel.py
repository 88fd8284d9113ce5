"""The left column: data above, training below; on narrow windows a rail with two buttons."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot
from playground.views.data_panel import DataPanel
from playground.views.demo import example, show_alone
from playground.views.panel import Panel
from playground.views.theme import theme
from playground.views.training_panel import TrainingPanel
from playground.views.widgets.buttons import IconButton
from playground.views.widgets.control import painter_of
from playground.views.widgets.popover import SHADOW, Popover
from playground.views.widgets.rows import Rule

RAIL = 48


class _Scroll(QScrollArea):
    """A column that scrolls when the window is too low for it, with a thin bar over the padding."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.content = QWidget()
        self.content.setAutoFillBackground(False)
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(self.content)


class LeftPanel(QWidget):
    """Data and training. Sends on the `edited(experiment, label, merge)` of both panels."""

    edited = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rail = False
        self._popovers: dict[str, Popover] = {}
        self.data = DataPanel()
        self.training = TrainingPanel()
        self._panels: dict[str, tuple[str, Panel]] = {
            "data": ("Data", self.data),
            "training": ("Training", self.training),
        }
        for _title, panel in self._panels.values():
            panel.setFixedWidth(theme().size("left") - 1)
            panel.edited.connect(self.edited)
        self._scroll = _Scroll(self)
        self._rule = Rule()
        self._build_rail()
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 1, 0)
        row.addWidget(self._scroll)
        row.addWidget(self._buttons)
        self._fill_column()
        self.setFixedWidth(theme().size("left"))

    def _build_rail(self) -> None:
        self._buttons = QWidget()
        column = QVBoxLayout(self._buttons)
        column.setContentsMargins(6, 10, 5, 10)
        column.setSpacing(6)
        for key, (title, _panel) in self._panels.items():
            button = IconButton(key, title, self._buttons, size=36)
            button.clicked.connect(lambda _checked=False, key=key, button=button: self._open(key, button))
            column.addWidget(button)
        column.addStretch()
        self._buttons.hide()

    def _fill_column(self) -> None:
        column = self._scroll.column
        column.addWidget(self.data)
        column.addWidget(self._rule)
        column.addWidget(self.training)
        column.addStretch()
        for panel in (self.data, self.training):
            panel.show()

    # Showing

    def set_experiment(self, experiment: Experiment) -> None:
        """Show another experiment in both panels."""
        self.data.set_experiment(experiment)
        self.training.set_experiment(experiment)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Take what only the session knows: the counts of large data."""
        self.data.show_snapshot(snapshot)

    def set_rail(self, rail: bool) -> None:
        """Fold to a rail of two buttons, or unfold."""
        if rail == self._rail:
            return
        self._rail = rail
        for popover in self._popovers.values():
            popover.dismiss()
        self._scroll.setVisible(not rail)
        self._buttons.setVisible(rail)
        self.setFixedWidth(RAIL if rail else theme().size("left"))
        if not rail:
            while self._scroll.column.count():
                self._scroll.column.takeAt(0)
            self._fill_column()

    def _open(self, key: str, button: QWidget) -> None:
        popover = self._popovers.get(key)
        if popover is None:
            popover = self._popovers[key] = Popover(self, padding=0)
            popover.body.addWidget(_Scroll())
        scroll = popover.findChild(_Scroll)
        assert isinstance(scroll, _Scroll)
        panel = self._panels[key][1]
        scroll.column.addWidget(panel)
        panel.show()
        scroll.setFixedWidth(panel.width())
        free = self.window().height() - 2 * SHADOW - 60
        scroll.setFixedHeight(min(panel.sizeHint().height(), free))
        popover.open_at(button.mapToGlobal(QPoint(button.width() + 12, -6)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel's ground and the line at its right edge."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme().color("border"))


def _demo() -> QWidget:
    panel = LeftPanel()
    panel.resize(248, 848)
    panel.set_experiment(example())
    panel.edited.connect(lambda experiment, _label, _merge: panel.set_experiment(experiment))
    return panel


if __name__ == "__main__":
    show_alone(_demo)
