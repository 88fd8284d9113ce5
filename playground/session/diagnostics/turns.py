"""Blocks of depth that validate in turn: what a network is worth depends on where it is judged."""

from __future__ import annotations

from dataclasses import dataclass

from playground.catalog.splits import depth_blocks
from playground.experiment.edits import set_value
from playground.experiment.model import Experiment
from playground.session.diagnostics.judged import Judged

MOST = 10  # blocks


@dataclass(frozen=True, eq=False)
class Turn:
    """Networks from several seeds that were judged on one block: the `held` one, counted upwards."""

    held: int
    judged: tuple[Judged, ...]


def turns(experiment: Experiment, own: bool) -> dict[int, Experiment]:
    """The experiment with each block of its split by depth as validation, by number; `own` with its own.

    Empty for other splits. Splits that deal whole groups or fields deal other ones for each seed anyway.
    """
    split = experiment.data.split
    last = min(depth_blocks(split), MOST)
    if last < 2:
        return {}
    here = min(split.held, last)
    return {
        held: set_value(experiment, "data.split.held", held)
        for held in range(1, last + 1)
        if own or held != here
    }
