"""The compiled loop: one machine function that calls kernels through their addresses.

It never compiles again: a new network is a new table of whole numbers. Each row holds the kernel's
address, its cost, and its operands.
"""

from __future__ import annotations

from playground.engine import kernel_cache  # isort: skip  # before Numba
from typing import Any

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

from playground.engine.compiled import address
from playground.engine.program import Instruction, Program
from playground.engine.vectors import call, whole_numbers

HEAD = 2  # address and cost
PC = 0


def kernel_name(instruction: Instruction) -> str:
    """The kernel's name, told apart where one instruction has two forms."""
    if instruction.kernel == "product" and len(instruction.reads) == 3:
        return "product:bias"
    if instruction.kernel == "fetch" and len(instruction.writes) == 3:
        return "fetch:targets"
    return instruction.kernel


def table_of(program: Program) -> NDArray[np.int64]:
    """The program as rows of whole numbers, all of one width."""
    rows = []
    for instruction in program.instructions:
        row = [address(kernel_name(instruction), program.dtype), instruction.cost]
        for view in (*instruction.writes, *instruction.reads):
            row += [view.offset, view.rows, view.block.stride, view.block.columns]
        rows.append([*row, *instruction.numbers])
    width = max(len(row) for row in rows)
    table = np.zeros((len(rows), width), np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return table


def _run(table: int, width: int, arena: int, counts: int, cells: int, budget: int) -> int:
    """Run until done, stopped, or so much estimated work is spent."""
    rows, state = whole_numbers(table), whole_numbers(counts)
    pc = state[PC]
    while budget > 0:
        at = pc * width
        status = call(rows[at], table + (at + HEAD) * 8, arena, counts, cells)
        budget -= rows[at + 1]
        if status == 0:
            pc += 1
        elif status > 0:
            pc = status - 1
        else:
            if status == -2:
                state[PC] = pc
            return status
    state[PC] = pc
    return 0


def _compile() -> Any:
    signature = types.int64(*[types.int64] * 6)
    for keep in (True, False) if kernel_cache.FOLDER is not None else (False,):
        try:
            return njit(signature, nogil=True, cache=keep, error_model="numpy")(_run)
        except Exception:
            if not keep:
                raise
            kernel_cache.clear()
    raise AssertionError("unreachable")


_compiled_run: Any = None


def run_compiled() -> Any:
    """The machine function, compiled at its first use."""
    global _compiled_run
    if _compiled_run is None:
        _compiled_run = _compile()
    return _compiled_run


class Loop:
    """A machine's compiled loop: the program's table beside the machine's memory."""

    def __init__(self, machine: Any, threads: int = 1) -> None:
        self._table = table_of(machine.program)
        self._run = run_compiled()
        self._fixed = (self._table.ctypes.data, self._table.shape[1], machine.arena.ctypes.data)
        self._state = (machine.counts.ctypes.data, machine.cells.ctypes.data)
        self._machine = machine  # keeps the memory alive

    def run(self, budget: int) -> int:
        """Run until done, stopped, or so much estimated work (nanoseconds) is spent."""
        return int(self._run(*self._fixed, *self._state, budget))
