"""The document: the experiment on screen, its file, and every change that can be undone.

Undo gives back what an edit overwrote. The document keeps the experiments; the weights that a change
overwrote lie with the trainer, filed under the change's number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from psygnal import Signal

from playground.catalog.datasets import datasets
from playground.experiment.held import follow_units
from playground.experiment.model import Answers, Experiment, Unlocked
from playground.experiment.opened import still_opened
from playground.experiment.surgery import Surgery

MOST_UNDO = 1000


@dataclass(frozen=True)
class ByHand:
    """One number of a tensor set by hand: `dense_1.weight` at (unit, input), `dense_1.bias` at (unit,)."""

    tensor: str
    place: tuple[int, ...]
    value: float


@dataclass(frozen=True)
class Change:
    """One change on its way to the engine.

    `numbers` name the undo entry's parts: for "undo" and "redo" they tell which overwritten weights to
    put back. `restarts` is true where training starts again from first weights.
    """

    kind: Literal["edit", "undo", "redo"]
    numbers: tuple[int, ...]
    before: Experiment
    after: Experiment
    label: str
    restarts: bool = False
    branch: int | None = None  # the number of the branch that this brings on screen
    touches: tuple[ByHand, ...] = ()  # weights set by hand; then the experiment stays as it is
    surgery: Surgery | None = None  # where the old numbers go, if not each to its own place


def restarts(before: Experiment, after: Experiment) -> bool:
    """True where a change only makes sense from first weights: another seed or initializer, other columns."""

    def firsts(experiment: Experiment) -> tuple[Any, ...]:
        dataset = experiment.data.dataset
        columns = datasets[dataset.kind].raw_names_of(dataset)
        layers = {layer.name: getattr(layer, "initializer", None) for layer in experiment.network.layers}
        return (experiment.seed, experiment.network.output.initializer, columns), layers

    first, layers = firsts(before)
    new_first, new_layers = firsts(after)
    shared = layers.keys() & new_layers.keys()
    return first != new_first or any(layers[n] != new_layers[n] for n in shared)


class Document:
    """One open experiment. Everything that changes it goes through `apply`, `undo` or `redo`."""

    changed = Signal(Change)  # the experiment is another one, or training starts again
    renamed = Signal()  # path, modified mark or undo labels changed

    def __init__(self, experiment: Experiment, path: Path | None = None) -> None:
        self.experiment = experiment
        self.path = path
        self._saved = experiment
        self._undo: list[Change] = []
        self._redo: list[Change] = []
        self._merge = ""
        self._next = 1

    @property
    def modified(self) -> bool:
        """True while the file on disk says something else."""
        return self.experiment != self._saved

    @property
    def can_undo(self) -> bool:
        """True if there is a change to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """True if a change was taken back and can be made again."""
        return bool(self._redo)

    @property
    def undo_label(self) -> str:
        """What undo would take back, such as "Add Dense layer"."""
        return self._undo[-1].label if self._undo else ""

    @property
    def before_last(self) -> Experiment | None:
        """The experiment before the change that undo would take back, where that changed it."""
        before = self._undo[-1].before if self._undo else self.experiment
        return before if before != self.experiment else None

    @property
    def redo_label(self) -> str:
        """What redo would make again."""
        return self._redo[-1].label if self._redo else ""

    def apply(
        self, experiment: Experiment, label: str, merge: str = "", surgery: Surgery | None = None
    ) -> None:
        """Make a change. Changes in a row with the same `merge` key (one drag) are undone together.

        `surgery` says what the change of the network does with the weights.
        """
        experiment = follow_units(self.experiment, experiment, surgery)
        if experiment == self.experiment:
            return
        again = restarts(self.experiment, experiment)
        self._change(experiment, label, again, merge, surgery=surgery)

    def branch(
        self,
        experiment: Experiment,
        label: str,
        merge: str = "",
        number: int | None = None,
        surgery: Surgery | None = None,
    ) -> None:
        """Go on from another place of the timeline, with the experiment of that place.

        Without a `number` that is where the run has travelled to; with one, that branch's last step.
        """
        self._change(experiment, label, False, merge, number, surgery=surgery)

    def touch(
        self,
        touches: tuple[ByHand, ...],
        label: str,
        merge: str = "",
        experiment: Experiment | None = None,
    ) -> None:
        """Set weights by hand; undo gives them back. With `merge`, one drag is undone together.

        `experiment` is that of the place in the past that the run has travelled to.
        """
        self._change(experiment or self.experiment, label, False, merge, touches=touches)

    def reset_training(self) -> None:
        """Start again from first weights; undo brings the trained ones back."""
        self._change(self.experiment, "Reset training", True, "")

    def begin_again(self, experiment: Experiment, label: str) -> None:
        """Start this experiment from its first weights; undo brings back the run that was here."""
        self.finish_merge()
        self._change(experiment, label, True, "")

    def unlock_test(self, step: int, time: str, shown: Experiment | None = None) -> None:
        """Open the test set, once and for good: no undo locks it again.

        `shown` is the experiment of the place in the past that the run has travelled to.
        """
        if self.experiment.test_unlocked is None:
            after = (shown or self.experiment).model_copy(
                update={"test_unlocked": Unlocked(step=step, time=time)}
            )
            self._emit(Change("edit", (self._next,), self.experiment, after, "Unlock the test set"))
            self._next += 1

    def answer(self, answers: Answers, travelled: bool = False) -> None:
        """Keep what the author says of the experiment as a whole: undo and travels leave it alone."""
        if answers == self.experiment.answers:
            return
        before, said = self.experiment, {"answers": answers}
        for entries in (self._undo, self._redo):
            entries[:] = [
                replace(
                    each, before=each.before.model_copy(update=said), after=each.after.model_copy(update=said)
                )
                for each in entries
            ]
        self.experiment = before.model_copy(update=said)
        if not travelled:
            self._emit(
                Change("edit", (self._next,), before, self.experiment, "Answer the report's questions")
            )
            self._next += 1
        self.renamed.emit()

    def finish_merge(self) -> None:
        """End a drag: the next change is an undo entry of its own."""
        self._merge = ""

    def _change(
        self,
        experiment: Experiment,
        label: str,
        again: bool,
        merge: str,
        branch: int | None = None,
        touches: tuple[ByHand, ...] = (),
        surgery: Surgery | None = None,
    ) -> None:
        experiment = experiment.model_copy(update={"answers": self.experiment.answers})
        change = Change(
            "edit", (self._next,), self.experiment, experiment, label, again, branch, touches, surgery
        )
        self._next += 1
        if merge and merge == self._merge and self._undo:
            last = self._undo[-1]
            self._undo[-1] = replace(
                last,
                numbers=last.numbers + change.numbers,
                after=experiment,
                restarts=last.restarts or again,
                touches=touches,
            )
        else:
            self._undo.append(change)
            del self._undo[:-MOST_UNDO]
        self._merge = merge
        self._redo.clear()
        self._emit(change)

    def undo(self) -> None:
        """Take the last change back, with the weights it overwrote."""
        if self._undo:
            self._merge = ""
            change = self._undo.pop()
            self._redo.append(change)
            self._emit(replace(change, kind="undo", before=change.after, after=change.before))

    def redo(self) -> None:
        """Make the change again that was taken back last."""
        if self._redo:
            self._merge = ""
            change = self._redo.pop()
            self._undo.append(change)
            self._emit(replace(change, kind="redo"))

    def _emit(self, change: Change) -> None:
        change = replace(change, after=still_opened(self.experiment, change.after))
        self.experiment = change.after
        self.changed.emit(change)
        self.renamed.emit()

    def mark_saved(self, path: Path) -> None:
        """The experiment as it stands is now in the file at `path`."""
        self.path = path
        self._saved = self.experiment
        self._merge = ""
        self.renamed.emit()

    def recall_saved(self, saved: Experiment | None) -> None:
        """Say what the file on disk held when the session was kept, so that the mark is right."""
        if saved is not None:
            self._saved = saved
            self.renamed.emit()

    @property
    def saved(self) -> Experiment:
        """What the file on disk says (or what the document began with)."""
        return self._saved
