"""Small pieces of the rules' sentences and cures."""

from __future__ import annotations

from functools import partial
from typing import Any

from playground.experiment import edits
from playground.experiment.model import Experiment
from playground.experiment.words import in_words
from playground.session.rules.rule import Cure

_MOST_LISTED = 6


def number(value: float, digits: int = 3) -> str:
    """A number with few digits, a real minus sign and thousands commas."""
    return in_words(float(f"{value:.{digits}g}"))


def some_units(units: tuple[int, ...]) -> str:
    """Such as "neurons 1, 4 and 5", counted from 1."""
    named = [str(unit + 1) for unit in units[:_MOST_LISTED]]
    if len(units) > _MOST_LISTED:
        named.append(f"{len(units) - _MOST_LISTED} more")
    if len(named) == 1:
        return f"neuron {named[0]}"
    return f"neurons {', '.join(named[:-1])} and {named[-1]}"


def set_to(label: str, path: str, value: Any) -> Cure:
    """A cure that sets one value."""
    return Cure(label, partial(edits.set_value, path=path, value=value))


def several(label: str, values: dict[str, Any]) -> Cure:
    """A cure that sets several values at once."""

    def edit(experiment: Experiment) -> Experiment:
        for path, value in values.items():
            experiment = edits.set_value(experiment, path, value)
        return experiment

    return Cure(label, edit)


def learning_rate_cure(experiment: Experiment, factor: float) -> Cure:
    """A cure that multiplies the learning rate, rounded to one digit."""
    now = learning_rate(experiment)
    rate = float(f"{now * factor:.1g}") if now else 0.01
    return set_to(f"Set learning rate {number(rate)}", "training.optimizer.learning_rate", rate)


def learning_rate(experiment: Experiment) -> float:
    """The learning rate that is set; 0 for an optimizer without one."""
    return float(getattr(experiment.training.optimizer, "learning_rate", 0.0))
