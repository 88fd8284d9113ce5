"""What the twins are written in: a machine's memory as arrays, and a catalog function number by number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.program import Count, View

Array = NDArray[Any]
Arrays = list[Array]


class Memory:
    """The memory of a machine, as arrays."""

    def __init__(self, machine: Any) -> None:
        self.machine = machine
        self.moved()
        self.counts: NDArray[np.int64] = machine.counts
        self.cells: NDArray[np.float64] = machine.cells

    def moved(self) -> None:
        """Take note of where the machine's memory lies."""
        self.arena: Array = self.machine.arena

    def view(self, view: View) -> Array:
        """The numbers of a view, without the padding behind its columns."""
        block = view.block
        rows = self.arena[block.offset : block.offset + block.size].reshape(block.rows, block.stride)
        rows = rows[:, : block.columns]
        return (rows.T if view.turned else rows)[view.first : view.first + view.rows]

    def place(self, array: Array) -> int:
        """Where a view's first number lies in the arena."""
        start, item = self.arena.ctypes.data, self.arena.itemsize
        return int(array.ctypes.data - start) // item

    @property
    def over(self) -> bool:
        """True where so few samples are left of the epoch that they make no batch."""
        counts = self.counts
        return bool(counts[Count.SET_SAMPLES] - counts[Count.POSITION] < counts[Count.LEAST])

    @property
    def samples(self) -> int:
        """How many samples the batch at hand has; what stands behind them in a row is padding."""
        return int(self.counts[Count.SAMPLES])


def each(function: Callable[..., float], *arrays: Array, settings: tuple[float, ...] = ()) -> Array:
    """A catalog function, number by number; these very lines are what the engine compiles."""
    flat = (array.ravel().tolist() for array in arrays)
    found = [_safe(function, *numbers, *settings) for numbers in zip(*flat, strict=True)]
    return np.array(found).reshape(arrays[0].shape)


def _safe(function: Callable[..., float], *numbers: float) -> float:
    try:
        return function(*numbers)
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.nan
