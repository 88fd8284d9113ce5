"""Pages that take the place of the canvas and its panels, one at a time. Esc goes back to the network."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from playground.app import curing, diagnostics, luck, pinning, racing, residuals
from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot, Wants

if TYPE_CHECKING:
    from playground.app.window import Window


class Page(Protocol):
    """A page is a widget that shows experiments and snapshots."""

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the experiment's settings."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the engine's numbers."""

    def wants(self) -> Wants:
        """What the page needs in each snapshot."""


# One line a page: its command's key, and what makes it (importing its views when first opened).
PAGES: dict[str, Callable[[Window], QWidget]] = {
    "diagnostics": diagnostics.page,
    "residuals": residuals.page,
    "race": racing.page,
    "cures": curing.page,
    "luck": luck.page,
    pinning.PAGE: pinning.page,
}


class Pages(QStackedWidget):
    """The network with its panels, and in front of it at most one page. `turned` tells its key."""

    turned = Signal(str)

    def __init__(self, window: Window, bench: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._made: dict[str, QWidget] = {}
        self._bench = bench
        self.addWidget(bench)

    @property
    def key(self) -> str:
        """The key of the page on screen; "" while it is the network."""
        return next((key for key, made in self._made.items() if made is self.currentWidget()), "")

    def toggle(self, key: str) -> None:
        """Show a page, or put it away."""
        if self.key == key:
            self.leave()
            return
        if self._window.slow.active:
            self._window.slow.set_active(False, None)
        if key not in self._made:
            self._made[key] = PAGES[key](self._window)
            self.addWidget(self._made[key])
        self._turn(self._made[key])

    def leave(self) -> None:
        """Back to the network."""
        if self.key:
            self._turn(self._bench)

    def end(self) -> None:
        """The window closes: what pages do in the background ends."""
        for made in self._made.values():
            close_down = getattr(made, "close_down", None)
            if close_down is not None:
                close_down()

    def forget(self) -> None:
        """The window shows another experiment: pages that work on the one before end, and are made anew."""
        for key, made in list(self._made.items()):
            if hasattr(made, "close_down"):
                if key == self.key:
                    self.leave()
                made.close_down()
                self.removeWidget(self._made.pop(key))
                made.deleteLater()

    def page(self, key: str) -> QWidget | None:
        """A page that has been made."""
        return self._made.get(key)

    def _turn(self, widget: QWidget) -> None:
        self.setCurrentWidget(widget)
        for key in PAGES:
            self._window.actions_by_key[key].setChecked(key == self.key)
        self.turned.emit(self.key)
        if self.key:
            self.set_experiment(self._window.shown)
            if (snapshot := self._window.trainer.latest()) is not None:
                self.show_snapshot(snapshot)
        self._window.ask_for_views()

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the experiment on the page, if there is one."""
        if self.key:
            cast(Page, self.currentWidget()).set_experiment(experiment)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the numbers on the page, if there is one."""
        if self.key:
            cast(Page, self.currentWidget()).show_snapshot(snapshot)

    def wants(self) -> Wants:
        """What the page on screen needs."""
        return cast(Page, self.currentWidget()).wants() if self.key else Wants()
