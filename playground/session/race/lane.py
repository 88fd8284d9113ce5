"""One lane of a race: a plain run, and the way that its weights went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from playground.session.plane import Floats, flat
from playground.session.race.contests import Contestant
from playground.sweep.jobs import not_finite

if TYPE_CHECKING:
    from playground.engine.run import Run

MOST_POINTS = 120  # of a path; then every other one is forgotten
MOST_NUMBERS = 2_000_000  # in all of them
SLICE = 8.0  # milliseconds between two looks at whether to go on

Weights = dict[str, Any]


class Lane:
    """Trains a contestant up to the steps that it is told, and remembers weights on the way.

    The run is the engine's own and nothing else touches it: it has the bits of a run on its own.
    """

    def __init__(self, contestant: Contestant, make: Callable[..., Run]) -> None:
        self.contestant = contestant
        self.ended = ""  # why it runs no further, in words
        self.failed = False
        self.run: Run | None = None
        self.first: Weights = {}
        self.path: list[Floats] = []  # as `flat` has them
        try:
            self.run = make(contestant.experiment)
        except (ValueError, MemoryError) as error:
            self._fail(str(error) or "There is not enough memory for this run.")
        else:
            self.first = self.run.parameters
            self.path = [flat(self.first)]

    def _fail(self, sentence: str) -> None:
        self.ended, self.failed = sentence, True

    @property
    def steps(self) -> int:
        """Steps done."""
        return self.run.steps if self.run is not None else 0

    @property
    def numbers(self) -> int:
        """How many weights and biases there are."""
        return len(self.path[0]) if self.path else 0

    def go(self, to: int, wanted: Callable[[], bool], every: int) -> None:
        """Train to a step, unless it is no longer wanted; at multiples of `every` the weights are kept."""
        run = self.run
        while run is not None and not self.ended and run.steps < to and wanted():
            done = run.advance(SLICE, min(to, (run.steps // every + 1) * every) - run.steps)
            if done.stopped == "early":
                self.ended = f"Stopped early at step {run.steps:,}."
            elif done.stopped:
                self._fail(not_finite(run))
            if not self.failed and run.steps % every == 0:
                run.machine_between_steps()
                self.path.append(flat(run.parameters))

    def thin(self) -> None:
        """Forget every other point of the path, from the second."""
        del self.path[1::2]

    @property
    def points(self) -> Floats:
        """The path and its end, (n, numbers); where the run failed it ends where it was last kept."""
        ends = [] if self.run is None or self.failed else [flat(self.run.parameters)]
        return np.array([*self.path, *ends])
