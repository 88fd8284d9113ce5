"""All five checks at once, and the conclusion that stands above them."""

from __future__ import annotations

from dataclasses import dataclass

from playground.session.diagnostics import baselines, gap, regimes, sanity, splits
from playground.session.diagnostics.baselines import mean_score
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.result import CheckResult, Mark, words_for

CHECKS = (splits.check, baselines.check, gap.check, sanity.check, regimes.check)
_URGENT = ("splits", "baselines", "sanity", "regimes", "gap")


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What the five checks say. `headline` is the conclusion, `summary` the numbers behind it."""

    evidence: Evidence
    headline: str
    summary: str
    checks: tuple[CheckResult, ...]

    def count(self, mark: Mark) -> int:
        """How many checks say so."""
        return sum(each.mark == mark for each in self.checks)


def diagnose(evidence: Evidence) -> Diagnosis:
    """Ask all five checks. The same evidence gives the same words."""
    found = tuple(check(evidence) for check in CHECKS)
    return Diagnosis(evidence, headline(found), _summary(evidence), found)


def headline(found: tuple[CheckResult, ...]) -> str:
    """The conclusion first: whether the network is ready, and why not."""
    order = sorted(found, key=lambda each: _URGENT.index(each.key))
    for mark, start in (("fails", "Not ready to use."), ("look", "Look before you use it.")):
        named = [each for each in order if each.mark == mark]
        if named:
            reason = next((each.reason for each in named if each.reason), "")
            return f"{start} {reason or _titled(named)}"
    return "Ready to try on new data. All five checks pass."


def _titled(named: list[CheckResult]) -> str:
    titles = [each.title.lower() for each in named]
    return f"See {titles[0]}." if len(titles) == 1 else f"See {', '.join(titles[:-1])} and {titles[-1]}."


def _summary(evidence: Evidence) -> str:
    """What verdicts go by: the mean over seeds as soon as there are several, beside the best baseline's."""
    unit, percent = evidence.prepared.target_unit, evidence.classes
    own, count, spread = evidence.own, len(evidence.own.rows), evidence.spread()
    right = "of each class right on average" if evidence.rare else "right"

    def does(score: float, several: bool) -> str:
        number = words_for(score, unit, percent)
        if percent:
            return f"{'get' if several else 'gets'} {number} {right}"
        return f"{'are' if several else 'is'} {number} off (RMSE)"

    on = f"{count:,} {evidence.part} samples that it has not learned from"
    told = f"On {on}, the network {does(own.score, False)}."
    if spread.count > 1:
        told += f" Over {spread.count} seeds, such networks {does(spread.mean, True)}."
    if not own.rivals:
        return told
    scores = {each.key: mean_score(evidence, each.key) for each in own.rivals}
    key = (max if percent else min)(scores, key=lambda each: scores[each])
    name = next(each.label for each in own.rivals if each.key == key).split(":")[0]
    name = f"“{name}”" if name.startswith("Always") else name
    return f"{told} The best baseline reaches {words_for(scores[key], unit, percent)}: {name}."
