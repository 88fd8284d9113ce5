"""What other seeds of an experiment have come to, kept to be drawn beside a run of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from psygnal import Signal

from playground.experiment.model import Experiment
from playground.session.repeat import Floats, Outcome, Repeated
from playground.session.uncertainty import Together
from playground.sweep.scores import lower_is_better
from playground.sweep.verdict import Band, Spread, Standing, spread, standing

LEAST = 2  # runs, of which a band can be drawn
ENOUGH = 3  # of which one can be called lucky
MOST = 16  # experiments that are remembered


@dataclass(frozen=True, eq=False)
class Seeds:
    """The runs of one experiment with several seeds, those under way among them."""

    outcome: Outcome
    _bands: dict[str, Band] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many runs have come to their end."""
        return len(self.outcome.finished)

    @property
    def steps(self) -> int:
        """How far they were trained."""
        return max((result.steps for result in self.outcome.finished), default=0)

    def band(self, metric: str) -> Band:
        """Median and quartiles of a metric by step, such as `validation_loss`."""
        if metric not in self._bands:
            self._bands[metric] = self.outcome.band(metric)
        return self._bands[metric]

    @cached_property
    def norm_bands(self) -> dict[str, Band]:
        """Median and quartiles of each layer's gradient norm by step."""
        layers = dict.fromkeys(layer for result in self.outcome.results for layer in result.norms)
        return {layer: self.outcome.norm_band(layer) for layer in layers}

    @cached_property
    def together(self) -> Together | None:
        """What all of them answer."""
        return self.outcome.answers()

    def at(self, metric: str, step: float) -> Floats:
        """The metric of each run at a step, linear between two evaluations; NaN beyond its end."""
        curves = (self.outcome.curve(number, metric) for number in range(len(self.outcome.results)))
        known = [(steps[np.isfinite(values)], values[np.isfinite(values)]) for steps, values in curves]
        return np.array([np.interp(step, *c, right=np.nan) if len(c[0]) else np.nan for c in known])

    def spread(self, metric: str, step: float) -> Spread | None:
        """How the metric lies over the seeds at a step."""
        return spread(self.at(metric, step))

    def standing(self, metric: str, step: float, own: float) -> Standing | None:
        """Where a run with this value at this step stands among them; None where too few have come so far."""
        values = self.at(metric, step)
        if np.isfinite(values).sum() < ENOUGH or not np.isfinite(own):
            return None
        return standing(values, own, lower_is_better(metric))


class SeedBook:
    """What this session knows of other seeds, by experiment: the seed itself makes no difference."""

    changed = Signal()

    def __init__(self) -> None:
        self.found: tuple[Seeds, ...] = ()  # the newest last

    def keep(self, repeated: Repeated) -> None:
        """Remember a repetition as far as it has come, in place of an earlier one of the same experiment."""
        for outcome in repeated.outcomes:
            if len(outcome.finished) >= LEAST:
                others = [each for each in self.found if not alike(each.outcome, outcome.side.experiment)]
                self.found = (*others[1 - MOST :], Seeds(outcome))
        self.changed.emit()

    def recall(self, found: tuple[Seeds, ...]) -> None:
        """Know again what an earlier session knew."""
        self.found = found
        self.changed.emit()

    def of(self, experiment: Experiment) -> Seeds | None:
        """The seeds of this experiment; None if it has not been repeated as it is."""
        return next((each for each in self.found if alike(each.outcome, experiment)), None)


def alike(outcome: Outcome, experiment: Experiment) -> bool:
    """True if the runs were of this experiment, whatever its seed."""
    other = outcome.side.experiment
    return (other.data, other.network, other.training) == (
        experiment.data,
        experiment.network,
        experiment.training,
    )
