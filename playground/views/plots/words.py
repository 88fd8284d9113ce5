"""How a value is spelt beside a plot."""

from __future__ import annotations

import math
from collections.abc import Callable

from playground.views.widgets.numbers import MINUS, measure

Format = Callable[[float], str]


def percent(value: float) -> str:
    """A fraction as a percentage: 94.2%."""
    if not math.isfinite(value):
        return measure(value)
    if value in (0.0, 1.0):
        return f"{value:.0%}"
    if value < 0.0005:
        return "<0.1%"  # not none
    return f"{value:.1%}" if value < 0.9995 else ">99.9%"  # not all of it


def with_unit(unit: str) -> Format:
    """A measure with its unit: 3.06 °C."""

    def spelt(value: float) -> str:
        plain = math.isfinite(value) and 0.1 <= abs(value) < 99.995
        text = f"{value:.2f}".replace("-", MINUS) if plain else measure(value)
        return f"{text} {unit}".strip()

    return spelt
