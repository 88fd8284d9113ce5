"""What the five checks judge by: the network on screen, and the same trained anew from other seeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from playground.experiment.data import Prepared
from playground.experiment.model import Checks, Experiment
from playground.experiment.rare import rare_class
from playground.session.diagnostics.judged import Judged, Part
from playground.session.diagnostics.turns import Turn
from playground.sweep.verdict import Spread, spread


@dataclass(frozen=True, eq=False)
class Evidence:
    """All that the checks may look at.

    `own` is the network on screen after so many `steps`, `history` the engine's curves of it. `seeds` are
    networks of the same experiment, trained anew for as many steps: verdicts go by them, so that luck does
    not decide. Until they are there, `own` stands alone. `turns` are the same for other parts of the data
    that validate in turn, where whole groups, blocks in space or blocks of depth do.
    """

    experiment: Experiment
    prepared: Prepared
    part: Part
    own: Judged
    steps: int
    history: np.recarray[Any, Any]
    seeds: tuple[Judged, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def limits(self) -> Checks:
        """Where the checks draw their lines."""
        return self.experiment.checks

    @property
    def judged(self) -> tuple[Judged, ...]:
        """The networks that verdicts go by."""
        return self.seeds or (self.own,)

    @property
    def classes(self) -> bool:
        """Whether scores are shares that are right, not errors."""
        return self.prepared.task == "classes"

    @property
    def rare(self) -> tuple[str, float] | None:
        """The rarest class and its share, where it is so rare that scores are balanced; else None."""
        return rare_class(self.prepared, self.limits.rare)

    @property
    def averaged(self) -> str:
        """Said behind numbers that are means over several networks; "" for one."""
        return f", means of {len(self.seeds)} seeds" if len(self.seeds) > 1 else ""

    def spread(self) -> Spread:
        """The scores of the networks that verdicts go by."""
        found = spread([each.score for each in self.judged])
        assert found is not None
        return found
