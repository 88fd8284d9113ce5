"""The values a control may take: bounds, linear or log, and how far a key press moves."""

from __future__ import annotations

import math
from dataclasses import dataclass

from playground.catalog.entry import Setting
from playground.views.widgets.numbers import NumberError, parse, said

_NICE = (1.0, 2.0, 5.0)


@dataclass(frozen=True)
class Range:
    """Numbers from `minimum` to `maximum`, whole or not, spread evenly or by factors of ten.

    `shown` is the part that a slider spans when the bounds themselves lie too far apart.
    """

    minimum: float = -math.inf
    maximum: float = math.inf
    whole: bool = False
    log: bool = False
    open_minimum: bool = False
    open_maximum: bool = False
    shown: tuple[float, float] | None = None
    unit: str = ""

    @classmethod
    def of(cls, setting: Setting, shown: tuple[float, float] | None = None) -> Range:
        """The range of a catalog setting."""
        return cls(
            setting.minimum,
            setting.maximum,
            setting.type == "whole",
            setting.scale == "log",
            setting.open_minimum,
            setting.open_maximum,
            shown,
            setting.unit,
        )

    @property
    def low(self) -> float:
        """The slider's left end."""
        return self.shown[0] if self.shown else self.minimum

    @property
    def high(self) -> float:
        """The slider's right end."""
        return self.shown[1] if self.shown else self.maximum

    def contains(self, value: float) -> bool:
        """True if the value may be chosen."""
        above = value > self.minimum if self.open_minimum else value >= self.minimum
        below = value < self.maximum if self.open_maximum else value <= self.maximum
        return above and below and math.isfinite(value)

    def words(self) -> str:
        """The range as a sentence: "0 to 1", "more than 0", "at least 1"."""
        low, high = math.isfinite(self.minimum), math.isfinite(self.maximum)
        lower = f"{'more than' if self.open_minimum else 'at least'} {said(self.minimum)}" if low else ""
        upper = f"{'less than' if self.open_maximum else 'at most'} {said(self.maximum)}" if high else ""
        if low and high and not (self.open_minimum or self.open_maximum):
            return f"{said(self.minimum)} to {said(self.maximum)}"
        return " and ".join(part for part in (lower, upper) if part) or "any number"

    def read(self, text: str) -> float:
        """The value that a typed text means. Raises NumberError with words for the user."""
        try:
            value = parse(text.removesuffix(self.unit) if self.unit else text, self.whole)
        except NumberError as problem:
            raise NumberError(f"{problem} Choose {self.words()}.") from None
        if not self.contains(value):
            raise NumberError(f"Choose {self.words()}.")
        return int(value) if self.whole else value

    def refusal(self, text: str) -> str:
        """Why a typed text is no value of the range, in words for the user; "" where it is one."""
        try:
            self.read(text)
        except NumberError as problem:
            return str(problem)
        return ""

    def fraction(self, value: float) -> float:
        """Where a value lies between the slider's ends, 0 to 1."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log10(low), math.log10(high), math.log10(max(value, 1e-300))
        return min(1.0, max(0.0, (value - low) / (high - low) if high > low else 0.0))

    def at(self, fraction: float) -> float:
        """The value at a place between the slider's ends, rounded as a person would choose it."""
        fraction = min(1.0, max(0.0, fraction))
        if self.log:
            low, high = math.log10(self.low), math.log10(self.high)
            return self.tidy(10.0 ** (low + fraction * (high - low)))
        return self.tidy(self.low + fraction * (self.high - self.low))

    def tidy(self, value: float) -> float:
        """Two digits on a log scale, a hundredth of the span on a linear one; whole where needed."""
        if self.log and value > 0:
            value = float(f"{value:.1e}")
        elif not self.log and math.isfinite(self.high - self.low):
            step = 10.0 ** math.floor(math.log10(max(self.high - self.low, 1e-12) / 50.0))
            value = float(f"{round(value / step) * step:.12g}")
        value = min(self.high, max(self.low, value))
        return round(value) if self.whole else value

    def step(self, value: float, direction: int, big: bool = False) -> float:
        """The next value for an arrow key (a page key when `big`), kept inside the bounds."""
        if self.log and value <= 0:
            moved = (self.shown[0] if self.shown else 1.0 if self.whole else 1e-4) if direction > 0 else value
        elif self.log:
            moved = value * 10.0**direction if big else _next_nice(value, direction)
        else:
            size = 10.0 if big else 1.0
            moved = float(f"{value + direction * size * self._unit_step(value):.12g}")
        if self.whole:
            moved = round(moved)
            moved = value + direction if moved == value else moved
        return self.nearest(moved, value)

    def _unit_step(self, value: float) -> float:
        if self.whole:
            return 1.0
        if math.isfinite(self.high - self.low):
            return float(10.0 ** math.floor(math.log10(max(self.high - self.low, 1e-12) / 50.0)))
        return float(10.0 ** (math.floor(math.log10(abs(value))) - 1)) if value else 0.1

    def nearest(self, value: float, otherwise: float) -> float:
        """The value itself where allowed, else the bound it passed, else `otherwise` (an open bound)."""
        clipped = min(self.maximum, max(self.minimum, value))
        if not self.contains(clipped):
            return otherwise
        return int(clipped) if self.whole else clipped


def _next_nice(value: float, direction: int) -> float:
    """The next of 1, 2, 5, 10, … above or below a value."""
    decade = math.floor(math.log10(value))
    steps = [float(f"{nice}e{decade + shift}") for shift in (-1, 0, 1) for nice in _NICE]
    if direction > 0:
        return min(step for step in steps if step > value * 1.0000001)
    return max(step for step in steps if step < value * 0.9999999)
