"""What a rule is, what it finds and how that may be cured."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from playground.catalog.entry import Entry, Registry
from playground.experiment.edits import EditError
from playground.experiment.model import Experiment
from playground.session.rules.evidence import Evidence


@dataclass(frozen=True)
class Cure:
    """Something to try: the words on the button, and the edit that it makes as one undo step."""

    label: str
    edit: Callable[[Experiment], Experiment]


@dataclass(frozen=True)
class Finding:
    """One thing that a rule saw: where, in one sentence, and what to try.

    `layer` is a layer's name, "input" for the data, "" for the run as a whole; `units` count from 0 and
    are empty where the whole layer is meant.
    """

    rule: str
    sentence: str
    cure: Cure
    layer: str = ""
    units: tuple[int, ...] = ()

    @property
    def mark(self) -> str:
        """The one or two words that stand beside its units on the canvas; "" where none are marked."""
        return rules[self.rule].mark


def _never(evidence: Evidence) -> Iterable[Finding]:
    return ()


@dataclass(frozen=True)
class Rule(Entry):
    """A question asked about a run: `find(evidence)` yields what is wrong, nothing if all is well.

    `severity` orders findings: "fail" where nothing can be learned like this, "warn" where it is worth
    a look. `mark` is the word that marks single units.
    """

    find: Callable[[Evidence], Iterable[Finding]] = _never
    severity: Literal["fail", "warn"] = "warn"
    mark: str = ""


rules: Registry[Rule] = Registry("rules", "rule")


@dataclass(frozen=True)
class Checkup:
    """What the rules found at one moment, and how long each layer's gradient is (the norm, by layer)."""

    experiment: Experiment
    findings: tuple[Finding, ...]
    gradients: dict[str, float]


def check_up(evidence: Evidence) -> Checkup:
    """Ask all rules, and measure the gradient layer by layer, where the loss is a number that has one."""
    measured = evidence.dense if np.isfinite(evidence.loss) else ()
    norms = {layer.name: layer.gradient_norm for layer in measured}
    return Checkup(evidence.experiment, examine(evidence), norms)


def examine(evidence: Evidence) -> tuple[Finding, ...]:
    """All findings, the worst first. A cure that changes nothing, or cannot be made, is no finding.

    Where the loss is no number any more only divergence can be told.
    """
    asked = list(rules) if np.isfinite(evidence.loss) else [rules["diverging"]]
    found = [finding for rule in asked for finding in rule.find(evidence) if _cures(finding, evidence)]
    return tuple(sorted(found, key=lambda finding: rules[finding.rule].severity != "fail"))


def _cures(finding: Finding, evidence: Evidence) -> bool:
    try:
        return finding.cure.edit(evidence.experiment) != evidence.experiment
    except EditError:
        return False
