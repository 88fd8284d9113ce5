"""The rule about leaks: a split by chance where rows are related."""

from __future__ import annotations

from collections.abc import Iterator

from playground.catalog.splits import splits
from playground.experiment.leaks import leaks
from playground.session.rules.evidence import Evidence
from playground.session.rules.rule import Finding, Rule, rules
from playground.session.rules.say import set_to


def _leak(evidence: Evidence) -> Iterator[Finding]:
    for leak in leaks(evidence.experiment.data, evidence.prepared):
        if leak.split:
            label = f"Split {splits[leak.split].label}"
            yield Finding("leak", leak.message, set_to(label, "data.split", leak.split))


rules.register(
    Rule(
        key="leak",
        label="Leak between the parts",
        summary="What is judged was seen in training, so the score flatters.",
        find=_leak,
    )
)
