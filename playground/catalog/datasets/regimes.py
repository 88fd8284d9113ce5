"""Regimes: kinds of samples that errors are told apart by, such as seasons, rocks or depths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_MOST = 12  # groups or categories that one can still compare


@dataclass(frozen=True, eq=False)
class Regimes:
    """One way to tell samples apart.

    `name` says by what ("Season"), `labels` name the regimes, `of` (n,) is the regime of each row by its
    number, −1 where it is unknown. `edges` are the borders between bands of a number, empty otherwise.
    """

    name: str
    labels: tuple[str, ...]
    of: NDArray[np.int64]
    edges: tuple[float, ...] = ()


Ends = tuple[str, str]  # what stands before the first and before the last edge
_ENDS: Ends = ("below", "above")
DEEP: Ends = ("shallower than", "deeper than")  # "below 30 m" is deeper in a borehole


def bands(
    name: str, values: NDArray[np.float64], edges: Sequence[float], unit: str = "", ends: Ends = _ENDS
) -> Regimes:
    """Regimes between rising edges: below the first, between each two, and from the last on."""
    known = np.searchsorted(np.asarray(edges, np.float64), values, side="right")
    of = np.where(np.isnan(values), -1, known).astype(np.int64)
    return Regimes(name, band_labels(edges, unit, ends), of, tuple(edges))


def band_labels(edges: Sequence[float], unit: str = "", ends: Ends = _ENDS) -> tuple[str, ...]:
    """What the regimes between these edges are called: "below 5 °C", "5–12", "above 27 °C"."""
    told = [f"{edge:,.6g}".replace("-", "−") for edge in edges]
    unit = f" {unit}" if unit else ""
    dash = " to " if any("−" in text for text in told) else "–"
    between = [f"{low}{dash}{high}" for low, high in pairwise(told)]
    return (f"{ends[0]} {told[0]}{unit}", *between, f"{ends[1]} {told[-1]}{unit}")


def round_edges(values: NDArray[np.float64], shares: Sequence[float] = (0.1, 0.35, 0.65, 0.9)) -> list[float]:
    """Round numbers near these quantiles, rising; fewer where the values do not differ enough."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return []
    wanted = np.quantile(known, shares)
    span = float(wanted[-1] - wanted[0])
    if not span > 0.0:
        return []
    decade = 10.0 ** np.floor(np.log10(span / 20.0))
    step = next(nice * decade for nice in (1.0, 2.0, 5.0, 10.0) if nice * decade >= span / 20.0)
    edges = np.unique(np.round(np.round(wanted / step) * step, 12) + 0.0)  # + 0: no −0
    return [float(edge) for edge in edges if known.min() < edge <= known.max()]


def categories(name: str, labels: Sequence[str], of: NDArray[np.int64]) -> Regimes | None:
    """Regimes by a category or a group; None where there is one alone, or too many to compare."""
    return Regimes(name, tuple(labels), of.astype(np.int64)) if 2 <= len(labels) <= _MOST else None
