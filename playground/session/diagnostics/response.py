"""How a network's answer changes with one input, inside the range of the training data and beyond it.

Partial dependence (Friedman 2001, Annals of Statistics 29): one column is set to a value in a few training
samples, all else stays, and the answers are averaged; then the next value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from playground.experiment.data import Floats

if TYPE_CHECKING:
    from playground.engine.run import Run

POINTS = 41
BEYOND = 0.25  # of the range, to both sides
_SAMPLES = 60
_COLUMNS = 8
_BACK = 0.1  # of the range of answers: going back so far is more than a wiggle
_LEVELS = 12  # different values that make a column a number to be varied


@dataclass(frozen=True, eq=False)
class Response:
    """The mean answer (n,) over one column `x` (n,), which training samples had from `low` to `high`.

    `trend` is 1 or −1 where the target is known to rise or
    to fall with this column, else 0.
    """

    column: str
    unit: str
    answer: str
    x: Floats
    y: Floats
    low: float
    high: float
    trend: int

    @property
    def change(self) -> float:
        """How far the answer goes from the low to the high end of the training data."""
        inside = np.interp((self.low, self.high), self.x, self.y)
        return float(inside[1] - inside[0])

    @property
    def travel(self) -> float:
        """How far the answer goes in all, up and down, within the training data."""
        ends = np.interp((self.low, self.high), self.x, self.y)
        inside = self.y[(self.x > self.low) & (self.x < self.high)]
        return float(np.abs(np.diff([ends[0], *inside, ends[1]])).sum())

    @property
    def winds(self) -> bool:
        """Whether the answer goes up and down, so that neither "rises" nor "falls" is true of it."""
        return (self.travel - abs(self.change)) / 2 > _BACK * self.reach

    @property
    def reach(self) -> float:
        """The range of answers within the training data."""
        inside = self.y[(self.x >= self.low) & (self.x <= self.high)]
        return float(np.ptp(inside)) if len(inside) else 0.0


def responses(run: Run) -> tuple[Response, ...]:
    """The columns with a known trend, else the one that moves the answer most.

    Empty for classes, for pictures, and where no column can vary.
    """
    prepared, entry = run.prepared, run.experiment.data.dataset.entry
    if prepared.task == "classes" or prepared.image_shape is not None or prepared.reconstructs:
        return ()
    learned, raw = prepared.learned, prepared.raw_inputs
    some = raw[learned[np.linspace(0, len(learned) - 1, min(_SAMPLES, len(learned))).astype(np.int64)]]
    trends = dict(entry.trends)
    varied = [at for at, name in enumerate(prepared.raw_names) if len(np.unique(raw[learned, at])) >= _LEVELS]
    first = [at for at in varied if prepared.raw_names[at] in trends]
    found = [
        _response(run, some, at, trends) for at in [*first, *[a for a in varied if a not in first]][:_COLUMNS]
    ]
    known = [each for each in found if each.trend]
    rest = sorted((each for each in found if not each.trend), key=lambda each: -each.reach)
    return tuple(known or rest[:1])


def _response(run: Run, some: Floats, at: int, trends: dict[str, int]) -> Response:
    prepared, entry = run.prepared, run.experiment.data.dataset.entry
    low, high = (float(end) for end in prepared.raw_range[:, at])
    span = high - low
    x = np.linspace(low - BEYOND * span, high + BEYOND * span, POINTS)
    asked = np.tile(some, (POINTS, 1))
    asked[:, at] = np.repeat(x, len(some))
    answers = prepared.restore_targets(run.predict(prepared.transform(asked)))
    means = answers.reshape(POINTS, len(some), -1).mean(axis=1)
    which = int(np.argmax(np.ptp(means, axis=0)))
    answer = prepared.target_names[which]
    name = prepared.raw_names[at]
    columns, units = entry.columns or prepared.raw_names, entry.units or ("",) * len(prepared.raw_names)
    return Response(
        columns[at], units[at], answer, x, means[:, which].astype(np.float64), low, high, trends.get(name, 0)
    )
