"""Asking the trained network about a table, in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from playground.experiment.model import Experiment
from playground.experiment.store import shown
from playground.session.background import InBackground

History = np.recarray[Any, Any]


@dataclass(frozen=True, eq=False)
class Learned:
    """A network at one moment: its experiment, every parameter and buffer by name, and its step.

    Its curves are of other data, or of another loss, up to step `since`: what was measured there was
    measured before the change.
    """

    experiment: Experiment
    values: Mapping[str, Any]
    steps: int
    since: int = -1

    def curves(self, history: History) -> History:
        """The part of a run's curves that is of this network and of what it learns now."""
        ours: History = history[(history.step <= self.steps) & (history.step > self.since)]
        return ours


class TableAnswers(InBackground):
    """Writes a table with the network's answers beside its rows, as `playground predict` does.

    `rows` grows; once `done`, `words` says what was written, or `problem` why nothing was.
    """

    def __init__(self, learned: Learned, table: Path, out: Path) -> None:
        self.rows = 0
        self.words = ""
        self._asked = (learned, table, out)
        super().__init__(self._write)

    def _write(self) -> None:
        from playground.engine.run import Run
        from playground.export.predictions import Predictions

        learned, table, out = self._asked
        answers = Predictions(table, learned.experiment)
        run = Run(learned.experiment)
        run.set_parameters(learned.values)

        def go_on() -> bool:
            self.rows = answers.answered + answers.unanswered
            return not self.cancelled

        answers.write(out, run, go_on)
        self.words = " ".join(answers.told(shown(out)))
