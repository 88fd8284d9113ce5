"""How metrics are spelt on the page, with the unit of the target."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

from playground.views.plots.words import Format, percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.numbers import MINUS, measure

IN_UNITS = ("rmse", "mae", "bias")
MOST_DECIMALS = 5


def value_format(metric: str, unit: str, apart: float = math.nan) -> Format:
    """How a value of this metric is spelt; where results lie `apart`, with two digits of that and no more."""
    name = metric.partition("_")[2]
    if name.endswith("accuracy"):
        return _rounded(percent, "%", apart, 100.0)
    if name in IN_UNITS:
        return _rounded(with_unit(unit), f" {unit}".rstrip(), apart)
    return _rounded(measure, "", apart)


def difference_format(metric: str, unit: str, apart: float = math.nan) -> Format:
    """How a difference of two values is spelt; of two percentages it is so many points."""
    if metric.endswith("accuracy"):
        return _rounded(_points, " points", apart, 100.0)
    return value_format(metric, unit, apart)


def _points(value: float) -> str:
    if not math.isfinite(value):
        return measure(value)
    return f"{100.0 * value:.1f} points".replace("-", MINUS)


def _rounded(plain: Format, ending: str, apart: float, times: float = 1.0) -> Format:
    """Numbers with the decimals that two digits of `apart` have: of what differs by 0.2, 0.0914 is 0.09."""
    apart *= times
    if not (math.isfinite(apart) and apart > 0.0):
        return plain
    decimals = max(0, 1 - int(f"{apart:.1e}".partition("e")[2]))
    if decimals > MOST_DECIMALS:
        return plain

    def spelt(value: float) -> str:
        fine = math.isfinite(value) and abs(times * value) < 1e5
        text = f"{times * value:,.{decimals}f}"
        vanished = value != 0.0 and float(text.replace(",", "")) == 0.0
        full = ending == "%" and float(text) >= 100.0  # of itself or by rounding: plain says which
        return f"{text}{ending}".replace("-", MINUS) if fine and not vanished and not full else plain(value)

    return spelt


def side_color(index: int, opacity: float = 1.0) -> QColor:
    """The colour of the first or the second experiment."""
    color = theme().categorical(index)
    color.setAlphaF(opacity)
    return color


def side_marker(index: int) -> str:
    """The marker that goes with it."""
    return theme().marker(index)
