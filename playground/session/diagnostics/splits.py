"""Check 1: are the parts separate in time, in space, in groups?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial

import numpy as np

from playground.catalog.splits import splits
from playground.experiment import edits
from playground.experiment.leaks import leaks
from playground.session.diagnostics.evidence import Evidence
from playground.session.diagnostics.result import Action, CheckResult, Mark, SplitPicture

TITLE = "Separate splits"
_DRAWN = 20_000  # samples at most
_NAMES = ("Train", "Validation", "Test")
_HOW = {
    "random": "Samples are dealt by chance, and nothing is known that relates them.",
    "stratified": "Samples are dealt by chance with the same share of every class, and nothing relates them.",
    "blocks": "Whole blocks in space are dealt, so neighbours stay together.",
    "depth": "What is judged lies deeper than everything that was learned from.",
}


def check(evidence: Evidence) -> CheckResult:
    """Fails where related samples were dealt by chance; a look is needed where doubles cross the border."""
    found = leaks(evidence.experiment.data, evidence.prepared)
    chance = [leak for leak in found if leak.split]
    overlap = list(_overlaps(evidence))
    mark: Mark = "fails" if chance or overlap else "look" if found else "passes"
    absent = _absent(evidence)
    if mark == "passes" and absent:
        mark = "look"
    if found or overlap:
        sentence = " ".join([*overlap, *(leak.message for leak in found)])
    else:
        sentence = _separate(evidence)
    sentence = " ".join(part for part in (sentence, absent) if part)
    action = None
    if chance:
        split = chance[0].split
        edit = partial(edits.set_choice, path="data.split", key=split)
        action = Action(f"Split {splits[split].label}", edit)
    seen = "It is judged on samples that training has seen in all but name."
    reason = seen if mark == "fails" else absent
    return CheckResult("splits", TITLE, mark, sentence, _picture(evidence), action, reason)


def _absent(evidence: Evidence) -> str:
    """Which classes are judged but never learned, in a sentence; "" where there is none."""
    prepared = evidence.prepared
    if not evidence.classes:
        return ""
    learned = np.unique(prepared.raw_targets.reshape(-1)[prepared.learned])
    missing = np.setdiff1d(evidence.own.observed, learned).astype(np.int64)
    names = [prepared.class_names[number] for number in missing.tolist()]
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"No training sample is {listed}, so that cannot be learned." if names else ""


def _overlaps(evidence: Evidence) -> Iterator[str]:
    """What a split promises and does not keep; splits of the catalog keep it."""
    prepared, kind = evidence.prepared, evidence.experiment.data.split.kind
    parts = (prepared.learned, prepared.validation, prepared.test)
    both = int((np.bincount(np.concatenate(parts)) > 1).sum())
    if both:
        yield f"{both:,} samples are in two parts."
    group, time = prepared.group, prepared.time
    held = np.concatenate(parts[1:])
    if kind == "group" and group is not None and np.isin(group[held], group[parts[0]]).any():
        yield "A group is in two parts."
    if kind == "time" and time is not None and len(held) and time[parts[0]].max() >= time[held].min():
        yield "Training ends after validation begins."


def _separate(evidence: Evidence) -> str:
    data, prepared = evidence.experiment.data, evidence.prepared
    entry, kind = data.dataset.entry, data.split.kind
    if kind == "time":
        gap = data.split.gap
        with_gap = f" with a gap of {gap:g}{' days' if entry.dated(data.dataset) else ''}" if gap else ""
        return (
            f"Split by {entry.time_name}{with_gap}: training ends with {_last(evidence)}, before anything "
            "that is judged. No sample is in two parts."
        )
    if kind == "latest":
        return f"The latest {entry.time_name} is kept for the test; validation is dealt by chance before it."
    if kind == "group" and prepared.group is not None:
        counts = [len(np.unique(prepared.group[part])) for part in _parts(evidence)]
        each = f"{counts[0]:,} learn, {counts[1]:,} validate, {counts[2]:,} test"
        return f"Split by {entry.group_name}: {each}. No {entry.group_name} is in two parts."
    return f"{_HOW[kind]} No sample is in two parts."


def _parts(evidence: Evidence) -> tuple[np.ndarray, ...]:
    prepared = evidence.prepared
    return prepared.learned, prepared.validation, prepared.test


def _last(evidence: Evidence) -> str:
    prepared = evidence.prepared
    assert prepared.time is not None
    return moment(evidence, float(prepared.time[prepared.train].max()))


def moment(evidence: Evidence, time: float) -> str:
    """A time in words: a date, or a number."""
    dataset = evidence.experiment.data.dataset
    if dataset.entry.dated(dataset) and 1 <= time <= date.max.toordinal():
        return date.fromordinal(int(time)).isoformat()
    return f"{time:.6g}".replace("-", "−")


def _picture(evidence: Evidence) -> SplitPicture:
    data, prepared = evidence.experiment.data, evidence.prepared
    entry, locked = data.dataset.entry, evidence.part == "validation"
    count = len(prepared.inputs)
    if prepared.time is not None and data.split.kind != "group":
        axis, at = entry.time_name, prepared.time
    elif prepared.depth is not None and data.split.kind == "depth":
        axis, at = entry.depth_name, prepared.depth
    elif prepared.group is not None and data.split.kind == "group":
        axis, at = entry.group_name, prepared.group.astype(np.float64)
    else:
        axis, at = "", np.arange(count, dtype=np.float64)
    part = np.full(count, -1, np.int64)
    for number, rows in enumerate(_parts(evidence)):
        part[rows] = number
    value = np.full(count, np.nan)
    if prepared.task != "classes":
        value = np.array(prepared.raw_targets.reshape(count, -1)[:, 0], dtype=np.float64)
    if locked:
        value[part == 2] = np.nan
    place = prepared.place if data.split.kind == "blocks" else None
    if place is None and not axis and prepared.domain is not None and len(prepared.domain) == 2:
        place = prepared.raw_inputs
    parts = tuple(_described(evidence, axis, at, locked))
    some = np.unique(np.linspace(0, count - 1, min(count, _DRAWN)).astype(np.int64))
    spots = None if place is None else place[some]
    return SplitPicture(axis, at[some], value[some], part[some], parts, spots, locked)


def _described(evidence: Evidence, axis: str, at: np.ndarray, locked: bool) -> Iterator[tuple[str, str, int]]:
    for number, rows in enumerate(_parts(evidence)):
        name = _NAMES[number] + (" (locked)" if number == 2 and locked and len(rows) else "")
        told = ""
        if len(rows) and axis and evidence.experiment.data.split.kind != "group":
            first, last = (moment(evidence, float(pick(at[rows])))[:7] for pick in (np.min, np.max))
            told = first if first == last else f"{first} to {last}"
        yield name, told, len(rows)
