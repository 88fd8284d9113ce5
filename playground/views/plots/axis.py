"""Axes: where the ticks stand and what they say. Logarithms are taken here, never by the plot."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from playground.views.widgets.numbers import MINUS, power

UNITS = ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


class Tick(NamedTuple):
    """A place on an axis, in the plot's coordinates, and its label."""

    at: float
    label: str


Ticks = Callable[[float, float, int], list[Tick]]  # (low, high, most) -> ticks


def nice_step(span: float, most: int, nices: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0)) -> float:
    """The smallest of …, 1, 2, 5, 10, … that divides a span into at most `most` parts."""
    if not (span > 0.0 and math.isfinite(span)):
        return 1.0
    rough = span / max(1, most)
    decade = 10.0 ** math.floor(math.log10(rough))
    return next(nice * decade for nice in nices if nice * decade >= rough * 0.999999)


def _places(low: float, high: float, step: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    if last - first > 100:
        return []
    return [index * step for index in range(first, last + 1)]


def decimal_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Round numbers: −4, 0, 4, with as many decimals as their distance needs."""
    step = nice_step(high - low, most)
    return [Tick(value, decimal(value, step)) for value in _places(low, high, step)]


def plane_ticks(low: float, high: float, most: int = 3) -> list[Tick]:
    """Few round numbers, such as −4, 0, 4."""
    step = nice_step(high - low, most, (1.0, 2.0, 4.0, 5.0, 10.0))
    return [Tick(value, decimal(value, step)) for value in _places(low, high, step)]


def decimal(value: float, step: float) -> str:
    """A tick label with as many decimals as the distance between ticks needs."""
    if value == 0.0 or abs(value) < step * 1e-6:
        return "0"
    if not 1e-5 <= step < 1e9:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", MINUS)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step * 10**decimals, 6) % 1:  # steps of 2.5
        decimals += 1
    return f"{value:,.{decimals}f}".replace("-", MINUS)


def percent_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Fractions as percentages: 60%, 80%, 100%."""
    step = nice_step(high - low, most, (1.0, 2.0, 2.5, 5.0, 10.0))
    return [Tick(value, decimal(value * 100, step * 100) + "%") for value in _places(low, high, step)]


def step_ticks(low: float, high: float, most: int = 8) -> list[Tick]:
    """Whole steps: 0, 500, 1,000; from 100,000 on in k, M, G."""
    step = max(1.0, nice_step(high - low, most))
    places = _places(low, high, step)
    largest = max((abs(place) for place in places), default=0.0)
    scale, unit = 1.0, ""
    if largest >= 1e5 and step >= largest * 1e-4:
        scale, unit = next((size, name) for size, name in UNITS if largest >= size)
    return [Tick(place, _whole(place / scale, step / scale, unit)) for place in places]


def _whole(value: float, step: float, unit: str) -> str:
    return decimal(value, min(step, 1.0)) + (unit if value else "")


def log_ticks(low: float, high: float, most: int = 5) -> list[Tick]:
    """Ticks for an axis that holds log10 of the value: decades, or 1, 2, 5 where it spans fewer than two."""
    low, high = max(low, -300.0), min(high, 300.0)  # beyond there are no numbers
    first, last = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    decades = last - first + 1
    if decades >= 2:
        stride = next(s for s in (1, 2, 3, 5, 10, 20, 50, 100, 1000) if decades <= most * s or s == 1000)
        start = math.ceil(first / stride) * stride
        start = start if start + stride <= last else first  # one label alone says nothing of the scale
        return [Tick(float(e), _power(e)) for e in range(start, last + 1, stride)]
    for nices in ((1, 2, 5), (1, 3)):
        places = [(nice, e) for e in range(math.floor(low), math.ceil(high) + 1) for nice in nices]
        ticks = [Tick(math.log10(nice) + e, _value(nice * 10.0**e)) for nice, e in places]
        ticks = [tick for tick in ticks if low - 1e-9 <= tick.at <= high + 1e-9]
        if 2 <= len(ticks) <= most:
            return ticks
    return _fine_log_ticks(low, high, most)


def _fine_log_ticks(low: float, high: float, most: int) -> list[Tick]:
    if abs(low) > 290 or abs(high) > 290 or not low < high:
        return []
    low, high = 10.0**low, 10.0**high
    tries = (decimal_ticks(low, high, most + more) for more in range(4))
    ticks = next((found for found in tries if len(found) >= 2), [])
    ticks = ticks[:: -(-len(ticks) // max(2, most)) or 1]
    return [Tick(math.log10(tick.at), tick.label) for tick in ticks if tick.at > 0.0]


def _power(exponent: int) -> str:
    return power(10.0**exponent) if abs(exponent) < 300 else ""


def _value(value: float) -> str:
    if 1e-4 <= value < 1e5:
        return f"{value:,.10g}" if value >= 1 else f"{value:.10g}"
    mantissa = value / 10.0 ** math.floor(math.log10(value) + 1e-9)
    if round(mantissa) == 1:
        return power(value)
    return f"{mantissa:.0f}·{power(value / mantissa)}"


def date_ticks(low: float, high: float, most: int = 3) -> list[Tick]:
    """Days, counted from the year 1, as dates at even distances."""
    first, last = max(1.0, low), min(high, float(date.max.toordinal()))
    if not last > first:
        return []
    places = [first + (last - first) * (n + 0.5) / most for n in range(most)]
    return [Tick(place, date.fromordinal(int(place)).isoformat()) for place in places]
