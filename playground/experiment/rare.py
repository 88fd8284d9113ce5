"""Classes that are rare: where there are any, accuracy says little about them."""

from __future__ import annotations

import numpy as np

from playground.experiment.data import Prepared


def rare_class(prepared: Prepared, below: float) -> tuple[str, float] | None:
    """The rarest class and its share of all samples, if that is `below` this part of an equal share.

    An equal share of k classes is 1/k: of two classes, below 0.5 means less than a quarter of the samples.
    None for numbers, and where every class is common enough.
    """
    if prepared.task != "classes":
        return None
    counts = np.bincount(prepared.raw_targets.astype(np.int64), minlength=len(prepared.class_names))
    there = np.flatnonzero(counts)
    if len(there) < 2:
        return None
    rarest = int(there[np.argmin(counts[there])])
    share = float(counts[rarest] / counts.sum())
    return (prepared.class_names[rarest], share) if share < below / len(there) else None
