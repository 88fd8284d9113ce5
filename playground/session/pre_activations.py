"""How the pre-activations of a layer are spread: a range that shows nearly all of them, and counts in it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BINS = 60
EDGES = (4.0, 6.0, 10.0, 20.0, 50.0, 100.0, 1e3, 1e4, 1e6, 1e12)
MOST_BEYOND, WELL_WITHIN = 0.1, 0.05  # shares of the values


def edge_for(values: Array, before: float = 0.0) -> float:
    """The range, from −edge to edge, that leaves few values out; wider than need be it stays as `before`."""
    sizes = np.abs(values[np.isfinite(values)])

    def beyond(edge: float) -> float:
        return float(np.mean(sizes > edge)) if sizes.size else 0.0

    wanted = next((edge for edge in EDGES if beyond(edge) <= MOST_BEYOND), EDGES[-1])
    keeps = before in EDGES and before > wanted and beyond(wanted) > WELL_WITHIN
    return before if keeps else wanted


def counts_within(values: Array, edge: float) -> NDArray[np.int64]:
    """Counts in BINS equal bins over −edge to edge; values outside fall into the end bins."""
    clipped = np.nan_to_num(np.clip(values, -edge, edge))
    bins = np.minimum(((clipped + edge) * (BINS / (2 * edge))).astype(np.int64), BINS - 1)
    return np.bincount(bins.ravel(), minlength=BINS)
