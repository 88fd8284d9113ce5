"""How metrics are spelt on the page, with the unit of the target."""

from __future__ import annotations

import math

from PySide6.QtGui import QColor

from playground.views.plots.words import Format, percent, with_unit
from playground.views.theme import theme
from playground.views.widgets.numbers import MINUS, measure

IN_UNITS = ("rmse", "mae", "bias")


def value_format(metric: str, unit: str) -> Format:
    """How a value of this metric is spelt."""
    name = metric.partition("_")[2]
    if name.endswith("accuracy"):
        return percent
    return with_unit(unit) if name in IN_UNITS else measure


def difference_format(metric: str, unit: str) -> Format:
    """How a difference of two values is spelt; of two percentages it is so many points."""
    if metric.endswith("accuracy"):
        return _points
    return value_format(metric, unit)


def _points(value: float) -> str:
    if not math.isfinite(value):
        return measure(value)
    return f"{100.0 * value:.1f} points".replace("-", MINUS)


def side_color(index: int, opacity: float = 1.0) -> QColor:
    """The colour of the first or the second experiment."""
    color = theme().categorical(index)
    color.setAlphaF(opacity)
    return color


def side_marker(index: int) -> str:
    """The marker that goes with it."""
    return theme().marker(index)
