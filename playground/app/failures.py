"""What the window says when training stops: why, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from playground.app import dialogs
from playground.experiment import edits
from playground.session.snapshot import Failure, Snapshot
from playground.views.widgets.numbers import spell

if TYPE_CHECKING:
    from playground.app.window import Window


REPLAYED = ("Replayed ", "Opened ")  # what a run says that was opened from its file


class Failures:
    """Shows each failure and each early stop once, in the banner."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._failure: Failure | None = None
        self._stopped_by = ""

    def forget(self) -> None:
        """Another experiment begins."""
        self._failure, self._stopped_by = None, ""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Say what is new."""
        if snapshot.failure is not self._failure:
            self._failure = snapshot.failure
            if snapshot.failure is None:
                self._window.banner.clear()
            else:
                self._show(snapshot.failure)
        if snapshot.stopped_by != self._stopped_by:
            if self._stopped_by and self._window.banner.text() == self._stopped_by:
                self._window.banner.clear()  # the run has gone elsewhere
            self._stopped_by = snapshot.stopped_by
            if snapshot.stopped_by:
                replayed = snapshot.stopped_by.startswith(REPLAYED)
                watch = [("Watch it", partial(self._window.do, "watch"))] if replayed else []
                self._window.banner.show_message(snapshot.stopped_by, watch)

    def _show(self, failure: Failure) -> None:
        window = self._window
        buttons: list[tuple[str, Callable[[], object]]] = []
        if failure.good_step is not None:
            seek = partial(window.trainer.seek, failure.good_step)
            buttons.append((f"Go back to step {failure.good_step:,}", seek))
        lower = failure.gentler_rate
        if lower:
            buttons.append((f"Set learning rate {spell(lower)}", partial(lower_rate, window, lower, failure)))
        buttons.append(("Try the cures", partial(window.do, "cures")))
        window.banner.show_message(failure.headline, buttons, verdict="fail", detail=failure.why)


def lower_rate(window: Window, rate: float, failure: Failure) -> None:
    """Go back to where all was well and go on with smaller steps."""
    lowered = edits.set_value(window.document.experiment, "training.optimizer.learning_rate", rate)
    if failure.good_step is not None:
        window.trainer.seek(failure.good_step)
    window.document.apply(lowered, f"Set learning rate {spell(rate)}")


def show_exception(window: Window, sentence: str, details: str) -> None:
    """Say that something went wrong inside the program; the details are to be copied into a report."""
    more = partial(dialogs.show_details, window, sentence, details)
    window.banner.show_message(sentence, [("Details", more)], verdict="fail")
