"""Test sets that were looked at: once opened is opened, also when other data are learned from meanwhile."""

from __future__ import annotations

from hashlib import sha256

from playground.experiment.model import Experiment, Opened, Unlocked


def still_opened(before: Experiment, after: Experiment) -> Experiment:
    """`after` with the moment at which the test set of its data was opened, if it ever was.

    Other data are locked, however they came: by an edit, by undo, or by going on from the past.
    """
    if before.test_unlocked is None and not before.opened and not after.opened:
        return after
    known = {each.data: each for each in (*after.opened, *before.opened)}
    here, there = data_digest(before), data_digest(after)
    moment = before.test_unlocked
    if moment is not None:
        known[here] = Opened(data=here, step=moment.step, time=moment.time)
    mine = known.pop(there, None)
    now = Unlocked(step=mine.step, time=mine.time) if mine is not None else None
    if now is None and after.test_unlocked != moment:
        now = after.test_unlocked  # opened just now
    return after.model_copy(update={"test_unlocked": now, "opened": tuple(known.values())})


def data_digest(experiment: Experiment) -> str:
    """SHA-256 of what the data are: of a table's contents, however its columns are used, else of settings."""
    dataset = experiment.data.dataset
    table = hasattr(dataset, "fingerprint")
    contents = dataset.fingerprint or dataset.text if table else dataset.model_dump_json()
    return sha256(f"{dataset.kind} {contents}".encode()).hexdigest()
