"""The vertical scale of the loss dock: linear or logarithmic, and calm while values move."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.views.plots.axis import Tick, Ticks, decimal_ticks


@dataclass
class Scale:
    """How values become heights: `low` to `high` is shown, in log10 where `log` is set.

    The range grows at once when a value leaves it and shrinks only when the values fill less than
    half of it, so that the axis does not tremble. `ceiling` is the largest possible value, if any.
    """

    log: bool = False
    ticks: Ticks = decimal_ticks
    ceiling: float = math.inf
    low: float = 0.0
    high: float = 1.0
    floor: float = 1e-3  # where a logarithmic scale draws zero
    has_zero: bool = False

    def learn(self, *columns: NDArray[np.float64]) -> None:
        """Know what will be drawn: zero has no logarithm and is drawn a decade below all the rest."""
        values = np.concatenate(columns)
        positive = values[np.isfinite(values) & (values > 0.0)]
        self.floor = max(1e-300, float(positive.min()) / 10.0) if len(positive) else 1e-3
        self.has_zero = bool((values == 0.0).any())

    def plotted(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values as they are drawn."""
        if not self.log:
            return values
        with np.errstate(invalid="ignore"):
            return np.asarray(np.log10(np.maximum(values, self.floor)))

    def marks(self, low: float, high: float, most: int) -> list[Tick]:
        """The ticks; where zeros are drawn on a logarithmic scale it says 0, and no number below."""
        ticks = self.ticks(low, high, most)
        zero = math.log10(self.floor)
        if not (self.log and self.has_zero and low <= zero <= high):
            return ticks
        return [Tick(zero, "0"), *(tick for tick in ticks if tick.at > zero + 0.5)]

    def fit(self, plotted: list[float]) -> None:
        """Take in these heights."""
        if not plotted:
            self.low, self.high = (-2.0, 0.2) if self.log else (0.0, 1.0)
            return
        low, high = min(plotted), max(plotted)
        wanted_low, wanted_high = self._padded(low, high)
        inside = self.low <= low and high <= self.high
        full = (wanted_high - wanted_low) >= 0.5 * (self.high - self.low)
        if not (inside and full):
            self.low, self.high = wanted_low, wanted_high

    def _padded(self, low: float, high: float) -> tuple[float, float]:
        if self.log:
            span = max(high - low, 0.3)
            middle = (high + low) / 2
            return min(low, middle - span / 2) - 0.08 * span, max(high, middle + span / 2) + 0.08 * span
        if 0.0 <= low <= 0.4 * high:
            low = 0.0
        span = high - low or abs(high) * 0.2 or 1.0
        bottom = low if low == 0.0 else low - 0.1 * span
        return bottom, min(high + 0.08 * span, max(self.ceiling * 1.01, high + 1e-3 * span))
