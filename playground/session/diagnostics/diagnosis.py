"""All five checks at once, and the conclusion that stands above them."""

from __future__ import annotations

from dataclasses import dataclass

from playground.session.diagnostics import baselines, gap, regimes, sanity, splits
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
    unit, percent = evidence.prepared.target_unit, evidence.classes
    own, count = evidence.own, len(evidence.own.rows)
    score = words_for(own.score, unit, percent)
    right = "of each class right on average" if evidence.rare else "right"
    what = f"gets {score} {right}" if percent else f"is {score} off (RMSE)"
    told = f"On {count:,} {evidence.part} samples that it has not learned from, the network {what}."
    if own.rivals:
        best = (max if percent else min)(own.rivals, key=lambda each: each.score)
        name = best.label.split(":")[0]
        name = f"“{name}”" if name.startswith("Always") else name
        told += f" {name} reaches {words_for(best.score, unit, percent)} on the same samples."
    spread = evidence.spread()
    mean = words_for(spread.mean, unit, percent)
    if spread.count > 1 and mean != score:
        such = f"get {mean} {right}" if percent else f"are {mean} off"
        told += f" Over {spread.count} seeds, such networks {such} on average."
    return told
