"""What a run remembers: its state at a moment, and what a change of the network overwrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.experiment.model import Experiment

Array = NDArray[Any]

HISTORY = np.dtype(
    (
        np.record,  # said here, so that NumPy need not make another type for every history
        [
            ("step", "i8"),
            ("epoch", "f8"),
            ("train_loss", "f8"),
            ("validation_loss", "f8"),
            ("learning_rate", "f8"),
            ("train_metric", "f8"),
            ("validation_metric", "f8"),
        ],
    )
)


def curves(records: Array) -> np.recarray[Any, Any]:
    """Plain records, one row an evaluation, as columns with names."""
    made = np.array(records, np.float64, order="C")
    made.view(np.int64)[:, 0] = records[:, 0]  # the step is a whole number, all else stays as it lies
    return made.view(HISTORY)[:, 0].view(np.recarray)


@dataclass(frozen=True)
class Overwritten:
    """Tensors, optimizer slots and counters that a change had no more place for, as they were."""

    tensors: dict[str, Array]
    counters: dict[str, float] = field(default_factory=dict)

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        return sum(array.nbytes for array in self.tensors.values())


@dataclass(frozen=True)
class RunState:
    """Everything about a run that is not in its experiment; random numbers are counted, not stored.

    `tensors` are parameters, buffers and optimizer slots (`dense_1.weight/mean`); `counts` step, epoch,
    position in the epoch and next evaluation; `counters` the optimizer's; `history` the curves.
    """

    tensors: dict[str, Array]
    counts: NDArray[np.int64]
    counters: dict[str, float]
    history: NDArray[np.float64]
    last_loss: float

    @property
    def nbytes(self) -> int:
        """The memory that it holds."""
        return sum(array.nbytes for array in self.tensors.values()) + self.history.nbytes

    def to_arrays(self) -> dict[str, Array]:
        """The same as arrays by name, for a file."""
        arrays = {f"tensor:{name}": array for name, array in self.tensors.items()}
        arrays |= {f"counter:{name}": np.array(value) for name, value in self.counters.items()}
        return arrays | {
            "counts": self.counts,
            "history": self.history,
            "last_loss": np.array(self.last_loss),
        }

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> RunState:
        """A state out of such arrays. ValueError if one is missing or has the wrong shape."""
        try:
            counts = np.asarray(arrays["counts"], np.int64)
            history = np.asarray(arrays["history"], np.float64)
            loss = float(arrays["last_loss"])
        except (KeyError, TypeError, ValueError):
            raise ValueError("The state of the run is incomplete, so it cannot be restored.") from None
        if (
            counts.shape != (4,)
            or counts.min() < 0
            or history.ndim != 2
            or history.shape[1] != len(HISTORY.names or ())
        ):
            raise ValueError("The state of the run is damaged, so it cannot be restored.")
        tensors = {n.removeprefix("tensor:"): a for n, a in arrays.items() if n.startswith("tensor:")}
        counters = {
            n.removeprefix("counter:"): float(a) for n, a in arrays.items() if n.startswith("counter:")
        }
        return cls(tensors, counts, counters, history, loss)


def overlay(source: Array, place: Array) -> None:
    """Copy the block that two tensors have in common, from the first unit and the first input on."""
    if source.ndim == place.ndim:
        common = tuple(slice(0, min(a, b)) for a, b in zip(source.shape, place.shape, strict=True))
        place[common] = source[common]


def renamed_layers(before: Experiment, after: Experiment) -> dict[str, str]:
    """Layers that only changed their name, old name to new."""
    old, new = before.network.layers, after.network.layers
    if len(old) != len(new):
        return {}
    names = {a.name: b.name for a, b in zip(old, new, strict=True) if a.kind == b.kind}
    gone = {a.name for a in old} - {b.name for b in new}
    return {a: b for a, b in names.items() if a in gone and b not in {layer.name for layer in old}}
