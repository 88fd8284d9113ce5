"""Check 5: is the error much larger for some kinds of samples than overall?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from playground.experiment import edits
from playground.experiment.data import Floats
from playground.experiment.differences import lowered
from playground.experiment.regimes import TARGET
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.judged import RegimeScores
from playground.session.diagnostics.result import Action, CheckResult, Mark, RegimePicture, plain, words_for

TITLE = "Error by regime"
_SURE = 2.0  # standard errors of a share
_MOST_WEIGHT = 20


def check(evidence: Evidence) -> CheckResult:
    """Needs a look, or fails, where a regime's error is a multiple of the overall error.

    The worst regime has the largest error as a multiple of the overall one. Its bias is told but decides
    nothing: in bands of the observed target, noise alone makes every prediction too low at the top.

    Errors are means over the judged networks. Regimes with few samples are not held against the network,
    nor is, for classes, what two standard errors of a share explain.
    """
    tables = tuple(means(evidence))
    overall = float(np.mean([1.0 - e.whole if evidence.classes else e.whole for e in evidence.judged]))
    ratios = [_ratios(evidence, table, overall) for table in tables]
    shown = int(np.argmax([np.max(each) for each in ratios])) if ratios else 0
    worst = int(np.argmax(ratios[shown])) if ratios and ratios[shown].max() > 0.0 else -1
    seems = float(ratios[shown][worst]) if worst >= 0 else 0.0
    ratio = seems if worst >= 0 and _sure(evidence, tables[shown], worst, overall) else 0.0
    limits = evidence.limits
    mark: Mark = "fails" if ratio > limits.regime_fail else "look" if ratio > limits.regime_look else "passes"
    least, unit = limits.regime_samples, evidence.prepared.target_unit
    picture = RegimePicture(tables, shown, worst, least, evidence.classes, unit)
    if worst < 0:
        mark, told, reason = _without_a_worst(tables, least, overall)
        return CheckResult("regimes", TITLE, mark, told, picture if tables else None, reason=reason)
    table = tables[shown]
    sentence = _sentence(evidence, table, worst, ratio, overall)
    if seems > limits.regime_look and ratio == 0.0:
        sentence += " So few can be that much worse by chance."
    if table.learned[worst] == 0 and mark == "passes":
        mark = "look"  # a pass would say that nothing is wrong with what was never learned
    if mark == "passes":
        return CheckResult("regimes", TITLE, mark, sentence, picture)
    reason = f"It is far off for {_which(table, worst)}." if mark == "fails" else ""
    return CheckResult("regimes", TITLE, mark, sentence, picture, _weight(evidence, table, worst), reason)


def _without_a_worst(tables: tuple[RegimeScores, ...], least: int, overall: float) -> tuple[Mark, str, str]:
    """What to say where no regime is wrong, or none can be judged: that is no pass."""
    if overall == 0.0:
        return "passes", "Every judged sample is right, whatever its regime.", ""
    if not tables:
        return "passes", "Nothing tells these samples apart.", ""
    if any((table.count >= least).any() for table in tables):
        return "passes", f"Every regime with {least} judged samples or more is right.", ""
    return (
        "look",
        f"Not judged: no regime has {least} judged samples.",
        "Too few samples to judge each regime.",
    )


def means(evidence: Evidence) -> list[RegimeScores]:
    """The scores by regime, means over the judged networks that know the same regimes."""
    found = []
    for own in evidence.own.regimes:
        alike = [
            t
            for each in evidence.judged
            for t in each.regimes
            if (t.name, t.labels) == (own.name, own.labels)
        ]
        error, bias = _mean([t.error for t in alike]), _mean([t.bias for t in alike])
        if alike:  # of other seeds' splits, only what this network is judged on as well
            there = own.count > 0
            own = replace(own, error=np.where(there, error, np.nan), bias=np.where(there, bias, np.nan))
        found.append(own)
    return found


def _mean(rows: list[Floats]) -> Floats:
    if not rows:
        return np.empty(0)
    values = np.stack(rows)
    known = np.isfinite(values)
    return np.asarray(
        np.where(known, values, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
    )


def _ratios(evidence: Evidence, table: RegimeScores, overall: float) -> Floats:
    """How many times the overall error each regime's is; 0 where too few samples were judged."""
    counts = table.count >= evidence.limits.regime_samples
    return np.where(counts, np.nan_to_num(table.error) / max(overall, 1e-12), 0.0)


def _sure(evidence: Evidence, table: RegimeScores, at: int, overall: float) -> bool:
    """Whether a regime's error is more than what chance does with as many samples."""
    share = float(table.error[at])
    room = _SURE * (share * (1.0 - share) / int(table.count[at])) ** 0.5 if evidence.classes else 0.0
    return share - overall > room


def _which(table: RegimeScores, at: int) -> str:
    """The regime in a sentence: "samples above 26 °C", "Jun–Aug"."""
    label = table.labels[at]
    if table.edges:
        unit = "" if at in (0, len(table.edges)) else _unit(table)
        what = "observed values" if table.name == TARGET else lowered(table.name)
        return f"{what} {label}{unit}"
    return f"{lowered(table.name)} {label}"


def _unit(table: RegimeScores) -> str:
    found = re.search(r"\d (\D.*)$", table.labels[0])
    return f" {found[1]}" if found else ""


def _sentence(evidence: Evidence, table: RegimeScores, worst: int, ratio: float, overall: float) -> str:
    unit, percent = evidence.prepared.target_unit, evidence.classes
    which = _which(table, worst)
    error, all_over = (words_for(value, unit, percent) for value in (float(table.error[worst]), overall))
    judged, learned = int(table.count[worst]), int(table.learned[worst])
    where = f"There are {judged:,} in {evidence.part} and {learned:,} in training."
    bias = float(table.bias[worst])
    if percent:
        return f"Worst is {which}: {error} wrong, {all_over} overall{evidence.averaged}. {where}"
    told = f"Worst is {which}: error {error}, {plain(ratio)} times the overall {all_over}{evidence.averaged}"
    if abs(bias) > 0.5 * float(table.error[worst]):
        side = "high" if bias > 0.0 else "low"
        told += f"; predictions are {words_for(abs(bias), unit, False)} too {side} there"
    return f"{told}. {where}"


def _weight(evidence: Evidence, table: RegimeScores, worst: int) -> Action | None:
    """Let the regime's training samples count more, and more again; None where there are none."""
    if table.learned[worst] == 0:
        return None
    value: dict[str, Any] = {"regimes": table.name, "label": table.labels[worst], "weight": 3}
    if table.name == TARGET and table.edges:
        edges = (None, *table.edges, None)
        value |= {"low": edges[worst], "high": edges[worst + 1]}
    now = evidence.experiment.data.emphasis
    if now is not None and (now.regimes, now.label) == (value["regimes"], value["label"]):
        value["weight"] = min(now.weight * 2, _MOST_WEIGHT)
    label = f"Weight {_which(table, worst)}".replace("observed values", "samples")
    return Action(label, partial(edits.set_value, path="data.emphasis", value=value))
