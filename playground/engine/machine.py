"""The machine: a program with the memory it works on, ready to run."""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine import program as p
from playground.engine.memory import row_stride
from playground.engine.program import Block, Count, Program
from playground.engine.twin import Twin

Array = NDArray[Any]
DataSet = tuple[Array, Array]  # inputs (samples, features padded), targets (samples, rows)

BRIEF = 50_000  # nanoseconds of estimated work for which a window can wait
SLACK = 4096  # numbers behind the arena that a vector load may touch


def aligned(size: int, dtype: str) -> Array:
    """Zeros that start on a vector's boundary."""
    itemsize = np.dtype(dtype).itemsize
    raw = np.zeros((size + SLACK) * itemsize + p.VECTOR_BYTES, dtype=np.uint8)
    start = -raw.ctypes.data % p.VECTOR_BYTES
    return raw[start : start + size * itemsize].view(dtype)


def data_set(inputs: Array, targets: Array | None, dtype: str) -> DataSet:
    """Samples as kernels read them: rows padded to half vectors. `inputs` (samples, features)."""
    samples, features = inputs.shape
    stride = row_stride(features, p.lanes_of(dtype), narrow=True)
    rows = aligned(samples * stride, dtype).reshape(samples, stride)
    rows[:, :features] = inputs
    if targets is None:
        return rows, np.zeros((samples, 0), dtype)
    columns = targets if targets.ndim == 2 else targets[:, None]
    return rows, np.ascontiguousarray(columns, dtype)


_OWN_REFERENCES = 2  # to an arena's memory: the arena's own, and the one of who is counting


class Machine:
    """Runs one program. `backend` is "compiled", or "twin" for the slow and obvious one.

    `data` are the sets that the program reads: batches, train, validation.
    """

    def __init__(
        self, program: Program, data: tuple[DataSet, ...], backend: str = "compiled", threads: int = 1
    ) -> None:
        self.program = program
        self.arena = aligned(program.arena_size, program.dtype)
        self.counts = np.zeros(Count.LAST, np.int64)
        self.cells = np.zeros(p.FIRST_SETTING + len(program.cells), np.float64)
        for cell, value in program.first_cells.items():
            self.cells[cell] = value
        self.order = np.zeros(0, np.int64)
        self.counts[Count.ORDERED] = -1
        self.data: tuple[DataSet, ...] = ()
        self.bind(data)
        if backend == "twin":
            self._loop: Any = Twin(self)
            self._run_briefly = self._loop.run
        else:
            from playground.engine.loop import Loop

            self._loop = Loop(self, threads)
            self._run_briefly = self._loop.run_briefly

    def bind(self, data: tuple[DataSet, ...]) -> None:
        """Point the program at these data sets."""
        self.data = data
        for number, (inputs, targets) in enumerate(data):
            self.counts[Count.SET_INPUTS + number] = inputs.ctypes.data
            self.counts[Count.SET_TARGETS + number] = targets.ctypes.data
            self.counts[Count.SET_SAMPLES + number] = len(inputs)
        if data and len(self.order) != len(data[p.BATCHES][0]):
            self.order = np.zeros(len(data[p.BATCHES][0]), np.int64)
            self.counts[Count.ORDER] = self.order.ctypes.data
            self.counts[Count.ORDERED] = -1

    def run(self, budget: int = 1 << 62, work: float = math.inf) -> int:
        """Run until done, stopped, or so much estimated work (nanoseconds) is spent.

        `work` is what is to be done at most, where that is known.
        """
        return int((self._run_briefly if work < BRIEF else self._loop.run)(budget))

    def take_records(self, task: str) -> Array:
        """What evaluations have written since the last time, one row each, as the columns of the curves.

        Metrics of a regression are written as means of squares, and given as the roots of those.
        """
        count = int(self.counts[Count.RECORDS])
        end = p.FIRST_RECORD + count * p.RECORD_SIZE
        records = self.cells[p.FIRST_RECORD : end].reshape(count, p.RECORD_SIZE).copy()
        if task == "regression":
            records[:, 5:] = np.sqrt(records[:, 5:])
        self.counts[Count.RECORDS] = 0
        return records

    def leave_held_memory(self) -> None:
        """Go on in a new arena if somebody still holds numbers of this one, which stay as they are."""
        if sys.getrefcount(self.arena.base) > _OWN_REFERENCES:
            self.arena = aligned(self.program.arena_size, self.program.dtype)
            self._loop.moved()

    def read(self, block: Block) -> Array:
        """A block's numbers, without padding: (rows, columns). Writing into it writes the arena."""
        rows = self.arena[block.offset : block.offset + block.size].reshape(block.rows, block.stride)
        return rows[:, : block.columns]

    def tensor(self, block: Block) -> Array:
        """A block in the shape of its tensor, as part of the arena: (n,) or (rows, columns)."""
        return self.read(block)[0] if block.vector else self.read(block)
