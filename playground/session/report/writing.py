"""Gathering a report in the background, over several seeds if that is asked for."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from playground.session.background import InBackground
from playground.session.diagnostics.diagnosis import Diagnosis, diagnose
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.inspection import Inspection, part_of
from playground.session.diagnostics.judged import judge
from playground.session.report.gather import Report, gather
from playground.session.report.material import collect
from playground.session.table_answers import Learned

_LOOK = 0.1  # seconds between two looks at the networks from other seeds


class Writing(InBackground):
    """Makes a `report` of a network; once `done` it is there, or `problem` says why not.

    `history` are the curves of its run. A `diagnosis` that was made of the same network is taken as it is.
    `message` and `progress` tell how far it is; `enough` ends the training from other seeds.
    """

    def __init__(
        self,
        learned: Learned,
        history: np.recarray,
        other_seeds: bool = False,
        diagnosis: Diagnosis | None = None,
    ) -> None:
        self.report: Report | None = None
        self.message, self.progress = "Judging the network…", 0.0
        self._learned, self._history = learned, history
        self._other_seeds, self._diagnosis = other_seeds, diagnosis
        self._enough = False
        super().__init__(self._write)

    def enough(self) -> None:
        """Train no more networks; the report is made with those that there are."""
        self._enough = True

    def _write(self) -> None:
        from playground.engine.run import Run

        learned = self._learned
        run = Run(learned.experiment)
        run.set_parameters(learned.values)
        material = collect(run, learned.steps, self._history)
        diagnosis = self._diagnosis
        if diagnosis is None and material.main.part != "train":
            part = part_of(learned.experiment)
            own = judge(run, part)
            diagnosis = diagnose(
                Evidence(learned.experiment, run.prepared, part, own, learned.steps, self._history)
            )
            if self._other_seeds and learned.steps:
                diagnosis = self._over_seeds() or diagnosis
        self.message = "Drawing samples again, to say how sure the scores are…"
        report = gather(material, datetime.now().astimezone(), diagnosis)
        self.report = None if self.cancelled else report

    def _over_seeds(self) -> Diagnosis | None:
        learned = self._learned
        inspection = Inspection(learned.experiment, learned.values, learned.steps, self._history).start()
        while not inspection.wait(_LOOK):
            state = inspection.state()
            self.message, self.progress = state.message, state.progress
            if self._enough or self.cancelled:
                inspection.cancel()
        return inspection.state().diagnosis
