"""Looking at another activation before it is chosen: the canvas shows what a menu points at."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from playground.experiment.edits import EditError, set_value
from playground.experiment.model import Experiment
from playground.session.snapshot import Wants
from playground.views.activation_menu import ActivationMenu


class Preview(QObject):
    """Turns what a menu points at into a wish to see it; `asked` when the wish is another one."""

    asked = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.instead: Experiment | None = None

    def watch(self, menu: ActivationMenu, layer: Callable[[], tuple[Experiment | None, str]]) -> None:
        """Follow a menu that chooses the activation of this layer of this experiment."""
        menu.pointed.connect(lambda key: self._point(*layer(), key))
        menu.closed.connect(self.clear)

    def _point(self, experiment: Experiment | None, layer: str, key: str) -> None:
        changed = None
        if experiment is not None:
            try:
                changed = set_value(experiment, f"network.{layer}.activation", key)
            except EditError:
                changed = None
        self._show(changed if changed != experiment else None)

    def clear(self) -> None:
        """Back to the network as it is."""
        self._show(None)

    def _show(self, instead: Experiment | None) -> None:
        if instead != self.instead:
            self.instead = instead
            self.asked.emit()

    def wants(self) -> Wants:
        """The network that is pointed at, while one is."""
        return Wants(instead=self.instead)
