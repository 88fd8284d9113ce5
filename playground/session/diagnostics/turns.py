"""Parts of the data that validate in turn: what a network is worth depends on where it is judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from playground.catalog.splits import Rows, turns_of
from playground.experiment.data import Indices, Prepared, prepare, regimes_of
from playground.experiment.edits import set_value
from playground.experiment.model import Experiment
from playground.session.diagnostics.judged import Judged

MOST = 10  # parts
_LISTED = 3  # groups that a name spells out


@dataclass(frozen=True, eq=False)
class Turn:
    """Networks from several seeds that were judged on one part: the `held` one, counted from 1."""

    held: int
    judged: tuple[Judged, ...]


def turns(experiment: Experiment, own: bool) -> dict[int, Experiment]:
    """The experiment with each part of its learning samples as validation, by number; `own` with its own.

    Blocks of depth, and folds of whole groups or of blocks in space. Those are dealt anew for each seed, so
    the deal of this seed is fixed first: then all seeds are judged on the same samples, none of which the
    test set of this experiment holds. Empty for other splits: by chance, every seed deals other samples
    anyway, and with times another turn would learn from the future.
    """
    split, seed = experiment.data.split, experiment.seed
    dealt = split.kind in ("group", "blocks")
    fixed = split.deal or seed if dealt else 0
    last = how_many(experiment, prepare(experiment.data, seed))
    if last < 2 or (dealt and not fixed):  # a deal of seed 0 cannot be fixed
        return {}
    own = own or (dealt and not split.deal)
    if dealt:
        experiment = set_value(experiment, "data.split.deal", fixed)
    here = min(split.held, last)
    return {
        held: set_value(experiment, "data.split.held", held)
        for held in _chosen(last, here)
        if own or held != here
    }


def how_many(experiment: Experiment, prepared: Prepared) -> int:
    """How many parts there are that could validate in turn; 0 for a split without such."""
    rows = Rows(len(prepared.inputs), group=prepared.group, place=prepared.place, depth=prepared.depth)
    return turns_of(experiment.data.split, rows, experiment.seed)


def _chosen(last: int, here: int) -> list[int]:
    """All parts, or `MOST` of them spread evenly, with the one that validates now."""
    places = np.linspace(1, last, min(last, MOST)).round().astype(int)
    places[np.abs(places - here).argmin()] = here
    return [int(place) for place in places]


def called(experiment: Experiment) -> str:
    """What validates in turn: "blocks of depth", "folds by station"."""
    data = experiment.data
    if data.split.kind == "group":
        return f"folds by {data.dataset.entry.group_name or 'group'}"
    return "folds of blocks in space" if data.split.kind == "blocks" else "blocks of depth"


def name_of(experiment: Experiment, prepared: Prepared, held: int, rows: Indices) -> str:
    """Which part this is: a range of depth, the names of its groups, or where its blocks lie."""
    if prepared.depth is not None and experiment.data.split.kind == "depth":
        depth = prepared.depth[rows]
        return f"{depth.min():,.6g} to {depth.max():,.6g}"
    if experiment.data.split.kind != "group" or prepared.group is None:
        return f"Fold {held}"
    known, of = np.unique(prepared.group, return_inverse=True)
    word = experiment.data.dataset.entry.group_name
    kinds = regimes_of(experiment.data, experiment.seed)
    texts = next((each.labels for each in kinds if each.name.lower() == word.lower()), ())
    if len(texts) != len(known):
        texts = tuple(f"{word or 'group'} {number + 1}" for number in range(len(known)))
    names = [texts[number] for number in np.unique(of[rows])]
    more = len(names) - _LISTED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:_LISTED])} and {more} more"
