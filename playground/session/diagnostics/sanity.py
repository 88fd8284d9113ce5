"""Check 4: do predictions keep to what is possible, and follow the trends that are known?"""

from __future__ import annotations

from functools import partial

import numpy as np

from playground.experiment import edits
from playground.experiment.differences import lowered
from playground.experiment.model import Experiment
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.response import Response
from playground.session.diagnostics.result import (
    Action,
    CheckResult,
    Mark,
    SanityPicture,
    SharesPicture,
    plain,
)

TITLE = "Domain sanity"
_AGAINST = 0.1  # of the range of answers: so far against a known trend is no accident
_LEVEL = 0.25  # of the slope inside: less than that outside is level
_COMMON = 0.05  # of the judged samples: a class so common should be named at times


def check(evidence: Evidence) -> CheckResult:
    """Fails where predictions are impossible or run against a known trend.

    Numbers: the share outside the target's valid range, and the direction of each column with a known
    trend. Without a valid range, predictions far beyond the training targets need a look. Classes: a common
    class that is never named fails.
    """
    if evidence.classes:
        return _classes(evidence)
    outside = float(np.mean([each.outside for each in evidence.judged]))
    against = _against(evidence)
    limits, mark, action, reason = evidence.limits, "passes", None, ""
    told = [_range(evidence, outside)]
    if outside > 0.0 or (np.isnan(outside) and _beyond(evidence) > limits.outside):
        mark, action = "look", Action("Bound the predictions", bounded)
    if outside > limits.outside:
        mark, reason = "fails", "It predicts what cannot be."
    if against is not None:
        mark, reason = "fails", f"It runs against a known trend of {_named(evidence, against.column)}."
        action = Action("Smooth with weight decay", partial(edits.set_value, path="training.l2", value=0.01))
    shown = against or next(iter(evidence.own.responses), None)
    if shown is not None:
        told.insert(0, _trend(evidence, shown))
    return CheckResult(
        "sanity", TITLE, _mark(mark), " ".join(told), _picture(evidence, shown), action, reason
    )


def _mark(mark: str) -> Mark:
    return "fails" if mark == "fails" else "look" if mark == "look" else "passes"


def _beyond(evidence: Evidence) -> float:
    return float(np.mean([each.beyond for each in evidence.judged]))


def _against(evidence: Evidence) -> Response | None:
    """The response that runs against its known trend in most of the judged networks."""
    for at, own in enumerate(evidence.own.responses):
        each = [judged.responses[at] for judged in evidence.judged if at < len(judged.responses)]
        if own.trend and np.mean([_wrong(one) for one in each]) > 0.5:
            return own
    return None


def _wrong(response: Response) -> bool:
    return response.change * response.trend < -_AGAINST * max(response.reach, 1e-12)


def _named(evidence: Evidence, column: str) -> str:
    """A column inside a sentence; those of one's own table as they are written there."""
    return column if evidence.experiment.data.dataset.kind == "table" else lowered(column)


def _trend(evidence: Evidence, shown: Response) -> str:
    """Such as "Predictions rise with maximum temperature, as known, and level off beyond the data."."""
    up = "rise" if shown.change >= 0.0 else "fall"
    rises = f"{up} on the whole" if shown.winds and shown.trend else "go up and down" if shown.winds else up
    below, above = _outside(shown, low=True), _outside(shown, low=False)
    beyond = (
        f"{above} beyond the data" if below == above else f"{below} below the data and {above} above them"
    )
    known = ("", ", as is known,", ", though the opposite is known,")[
        0 if not shown.trend else 2 if _wrong(shown) else 1
    ]
    return f"Predictions {rises} with {_named(evidence, shown.column)}{known} and {beyond}."


def _outside(shown: Response, low: bool) -> str:
    """What predictions do outward from the low or the high end of the data."""
    edge, end = (shown.low, 0) if low else (shown.high, -1)
    reach = abs(shown.x[end] - edge)
    outward = float(shown.y[end] - np.interp(edge, shown.x, shown.y)) / max(reach, 1e-12)
    inside = shown.travel / max(shown.high - shown.low, 1e-12)
    if abs(outward) < _LEVEL * inside:
        return "level off"
    if shown.winds:
        return "keep rising" if outward > 0 else "keep falling"
    return "go on" if outward * (-shown.change if low else shown.change) > 0 else "turn round"


def _range(evidence: Evidence, outside: float) -> str:
    own, unit = evidence.own, evidence.prepared.target_unit
    held = f"They stay between {plain(own.low)} and {plain(own.high)} {unit}".strip()
    if not np.isnan(outside):
        if outside == 0.0:
            return f"{held}, within what is valid."
        low, high = _limits(evidence)
        valid = " to ".join("any" if bound is None else plain(bound) for bound in (low, high))
        return f"{100 * outside:.2g}% of them are outside the valid range of {valid} {unit}".strip() + "."
    beyond = _beyond(evidence)
    if beyond > 0.0:
        return f"{100 * beyond:.2g}% of them lie far beyond what was observed; no valid range is known."
    return f"{held}, near what was observed; no valid range is known."


def _limits(evidence: Evidence) -> tuple[float | None, float | None]:
    dataset = evidence.experiment.data.dataset
    ranges = dataset.entry.target_ranges_of(dataset)
    return ranges[0] if ranges and not evidence.prepared.reconstructs else (None, None)


def bounded(experiment: Experiment) -> Experiment:
    """Targets scaled to 0–1 and a sigmoid at the output: nothing outside the training targets is possible."""
    after = edits.set_choice(experiment, "data.target_scaling", "minmax")
    return edits.set_value(after, "network.output.activation", "sigmoid")


def _classes(evidence: Evidence) -> CheckResult:
    names, judged = evidence.prepared.class_names, evidence.judged
    shape = (len(judged), len(names))
    observed, named = np.zeros(shape), np.zeros(shape)
    for at, each in enumerate(judged):
        observed[at] = np.bincount(each.observed.astype(np.int64), minlength=len(names)) / len(each.rows)
        named[at] = np.bincount(each.predicted, minlength=len(names)) / len(each.rows)
    common = observed.mean(axis=0) >= _COMMON
    missing = common & ((named == 0.0).mean(axis=0) > 0.5)
    off = named.mean(axis=0) - observed.mean(axis=0)
    most = int(np.argmax(np.abs(off)))
    answered, there = named[:, most].mean(), observed[:, most].mean()
    share = f"{100 * answered:.0f}% of answers are {names[most]}, {100 * there:.0f}% of samples are."
    picture = SharesPicture(tuple(names), named.mean(axis=0), observed.mean(axis=0))
    if missing.any():
        which = int(np.argmax(missing))
        name, common_share = names[which], 100 * observed[:, which].mean()
        emphasis = {"regimes": "Class", "label": name, "weight": 3}
        action = Action(f"Weight {name}", partial(edits.set_value, path="data.emphasis", value=emphasis))
        sentence = f"{name} is never named, though {common_share:.0f}% of samples are. {share}"
        reason = f"It never names {name}."
        return CheckResult("sanity", TITLE, "fails", sentence, picture, action, reason)
    return CheckResult("sanity", TITLE, "passes", f"Every common class is named. {share}", picture)


def _picture(evidence: Evidence, shown: Response | None) -> SanityPicture | None:
    if shown is None:
        return None
    others = tuple(
        one
        for each in evidence.seeds
        for one in each.responses
        if (one.column, one.answer) == (shown.column, shown.answer)
    )
    return SanityPicture(shown, others, evidence.prepared.target_unit, _limits(evidence))
