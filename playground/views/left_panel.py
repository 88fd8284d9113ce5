"""The left column: data above, training below; on narrow windows a rail with two buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from playground.experiment.edits import default_experiment
from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot
from playground.views.data_panel import DataPanel
from playground.views.demo import show_alone
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
        self.column = QVBoxLayout(self.content)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.setWidget(self.content)
        self.content.setAutoFillBackground(False)  # which setWidget turned on


class _Section(Popover):
    """One section of the column as a card, as high as the section, within the window."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner, padding=6)
        self._scroll = _Scroll()
        self._panel: QWidget | None = None
        self._place = QPoint()
        self.body.addWidget(self._scroll)

    def open_with(self, panel: QWidget, place: QPoint) -> None:
        """Take the panel in and open beside the rail."""
        self._panel, self._place = panel, place
        self._scroll.column.addWidget(panel)
        panel.show()
        self._scroll.setFixedWidth(panel.width())
        panel.installEventFilter(self)
        self._fit()
        self.open_at(place)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A fold that opens makes the card higher."""
        if watched is self._panel and event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self._fit()
            self.place_card(self._place)
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        if self._panel is not None:
            free = self.window().height() - 2 * SHADOW - 12
            self._scroll.setFixedHeight(min(self._panel.sizeHint().height(), free))


class LeftPanel(QWidget):
    """Data and training. Sends on the `edited(experiment, label, merge)` of both panels."""

    edited = Signal(object, str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rail = False
        self._popovers: dict[str, _Section] = {}
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
        """Take what only the session knows: the counts of large data, and how far training has come."""
        self.data.show_snapshot(snapshot)
        self.training.show_snapshot(snapshot)

    def set_rail(self, rail: bool) -> None:
        """Fold to a rail of two buttons, or unfold."""
        if rail == self._rail:
            return
        self._rail = rail
        self._close()
        self._scroll.setVisible(not rail)
        self._buttons.setVisible(rail)
        self.setFixedWidth(RAIL if rail else theme().size("left"))
        if not rail:
            while self._scroll.column.count():
                self._scroll.column.takeAt(0)
            self._fill_column()

    def _close(self) -> None:
        for popover in self._popovers.values():
            popover.dismiss()

    def _open(self, key: str, button: QWidget) -> None:
        self._close()  # a screen reader presses buttons that lie under the other section
        if key not in self._popovers:
            self._popovers[key] = _Section(self)
        place = button.mapToGlobal(QPoint(button.width() + 12, -6))
        self._popovers[key].open_with(self._panels[key][1], place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel's ground and the line at its right edge."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme().color("border"))


def _demo() -> QWidget:
    panel = LeftPanel()
    panel.resize(248, 848)
    panel.set_experiment(default_experiment())
    panel.edited.connect(lambda experiment, _label, _merge: panel.set_experiment(experiment))
    return panel


if __name__ == "__main__":
    show_alone(_demo)
