"""What the plots of the residuals page show of some answers, and how a sample is said in a line."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor

from playground.experiment.data import Floats, Prepared
from playground.experiment.differences import lowered
from playground.experiment.scoring import Answered, spelt
from playground.session.residuals import Map, errors, maps
from playground.views.plots.axis import Tick, Ticks, date_ticks, decimal_ticks, step_ticks
from playground.views.residuals.brush_plot import Cloud
from playground.views.theme import theme

_MOST_NAMES = 12
_EVENLY = (0.7548777, 0.5698403)  # multiples modulo 1 lie evenly, and pairs of them in the square


def clouds(prepared: Prepared, found: Answered, which: int) -> list[Cloud]:
    """The answers themselves, then every map of the errors."""
    return [
        _answers(prepared, found, which),
        *(_mapped(each, prepared, found, which) for each in maps(prepared, found)),
    ]


def line(prepared: Prepared, found: Answered, place: int, which: int) -> str:
    """A sample in a line of the list: its row, what is true, what is predicted."""
    row = f"Row {int(found.rows[place]) + 1:,}"
    if found.probability is not None:
        named = int(found.predicted[place])
        true_name, name = prepared.class_names[int(found.observed[place])], prepared.class_names[named]
        return f"{row}: {true_name}, named {name} ({found.probability[place, named]:.0%})"
    unit = prepared.target_unit
    true, told = (float(each[place, which]) for each in (found.observed, found.predicted))
    return f"{row}: {spelt(true, 'unit', unit)}, predicted {spelt(told, 'unit', unit)}"


def _looks(found: Answered, which: int) -> tuple[list[QColor], NDArray[np.int64]]:
    """Too high is blue and too low orange; right is grey and wrong red."""
    wrong = errors(found, which)
    if found.probability is not None:
        return [theme().color("hist"), theme().color("fail")], wrong.astype(np.int64)
    return [theme().color("neg"), theme().color("pos")], (wrong > 0.0).astype(np.int64)


def _answers(prepared: Prepared, found: Answered, which: int) -> Cloud:
    """Predicted against observed; for classes how sure the network is of the true one, class by class."""
    looks = _looks(found, which)
    if found.probability is None:
        unit = f", {prepared.target_unit}" if prepared.target_unit else ""
        x, y = found.observed[:, which], found.predicted[:, which]
        title = "Predicted against observed"
        return Cloud(title, x, y, *looks, f"observed{unit}", f"predicted{unit}", "perfect")
    x = _apart(found.observed)
    ticks = partial(_classes, prepared.class_names)
    title = "How sure of the true class"
    return Cloud(title, x, 1.0 - found.miss, *looks, "true class", "probability", "", ticks)


def _apart(classes: NDArray[Any], axis: int = 0) -> Floats:
    """Numbers of classes, a little moved, so that equal ones do not hide each other."""
    return np.asarray(classes + 0.6 * ((np.arange(len(classes)) * _EVENLY[axis]) % 1.0 - 0.5))


def _classes(names: tuple[str, ...], low: float, high: float, most: int) -> list[Tick]:
    """The classes' names at their numbers, where they are not too many."""
    if len(names) > _MOST_NAMES:
        return decimal_ticks(low, high, most)
    return [Tick(float(number), name) for number, name in enumerate(names)]


def _mapped(each: Map, prepared: Prepared, found: Answered, which: int) -> Cloud:
    """A map of the errors: in space coloured points, else the error upwards."""
    looks, title = _looks(found, which), f"Errors {lowered(each.title)}"
    classes = partial(_classes, prepared.class_names)
    known: dict[str, Ticks] = {"date": date_ticks, "year": _years, "class": classes}
    ticks = known.get(each.counts, decimal_ticks)
    if each.y is not None and each.counts == "class":
        x, y = (_apart(values, at) for at, values in enumerate((each.x, each.y)))
        return Cloud(title, x, y, *looks, each.across, each.up, "", ticks, ticks)
    if each.y is not None:
        return Cloud(title, each.x, each.y, *looks, each.across, each.up, "", ticks)
    if found.probability is not None:
        return Cloud(
            title, each.x, 1.0 - found.miss, *looks, each.across, "probability of the truth", "", ticks
        )
    y = errors(found, which)
    return Cloud(title, each.x, y, *looks, each.across, "predicted − observed", "zero", ticks)


def _years(low: float, high: float, most: int) -> list[Tick]:
    """Whole years, without a comma for thousands."""
    return [Tick(tick.at, f"{tick.at:.0f}") for tick in step_ticks(low, high, most)]
