"""The compiled loop: one machine function that calls kernels through their addresses.

It never compiles again: a new network is a new table of whole numbers. Each row holds the kernel's
address, its cost, how many instructions from it on may run side by side, and its operands.
"""

from __future__ import annotations

from typing import Any
from weakref import ref

import numpy as np
from numpy.typing import NDArray

from playground.engine.compiled import addresses, machine_function
from playground.engine.program import Instruction, Program
from playground.engine.sharing import Helper, helper

NO_BIAS = [-1, 0, 0, 0]
TOGETHER = 2  # where an instruction's row says how many run side by side


def kernel_name(instruction: Instruction) -> str:
    """The kernel's name, told apart where one instruction has two forms."""
    if instruction.kernel == "fetch" and len(instruction.writes) == 3:
        return "fetch:targets"
    return instruction.kernel


def table_of(program: Program) -> NDArray[np.int64]:
    """The program as rows of whole numbers, all of one width."""
    found = addresses((kernel_name(each) for each in program.instructions), program.dtype)
    rows = []
    for instruction in program.instructions:
        row = [found[kernel_name(instruction)], instruction.cost, instruction.parallel]
        for view in (*instruction.writes, *instruction.reads):
            row += [view.offset, view.rows, view.block.stride, view.block.columns]
        if instruction.kernel == "product" and len(instruction.reads) == 2:
            row += NO_BIAS
        rows.append([*row, *instruction.numbers])
    width = max(len(row) for row in rows)
    table = np.zeros((len(rows), width), np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return table


def run_compiled(shared: bool = False) -> Any:
    """The machine function, compiled at its first use."""
    return machine_function("run_shared", 7) if shared else machine_function("run", 6)


class Loop:
    """A machine's compiled loop: the program's table beside the machine's memory.

    With more than one `thread` the groups of a program that are worth it are shared with a helper.
    """

    def __init__(self, machine: Any, threads: int = 1) -> None:
        self._table = table_of(machine.program)
        self._machine: Any = ref(machine)  # no circle: the data of a run that is over must go at once
        self.moved()
        self._run = run_compiled()
        self._run_held = machine_function("run", 6, held=True)
        self._helper: Helper | None = None
        if threads > 1 and (self._table[:, TOGETHER] > 1).any():
            self._helper, self._run_shared = helper(), run_compiled(shared=True)

    def moved(self) -> None:
        """Take note of where the machine's memory lies."""
        machine = self._machine()
        tables = (machine.arena, machine.counts, machine.cells)
        self._fixed = (
            self._table.ctypes.data,
            self._table.shape[1],
            *(table.ctypes.data for table in tables),
        )

    def run(self, budget: int) -> int:
        """Run until done, stopped, or so much estimated work (nanoseconds) is spent."""
        aid = self._helper
        if aid is None or not aid.begin(*self._fixed):
            return int(self._run(*self._fixed, budget))
        try:
            return int(self._run_shared(*self._fixed, budget, aid.mailbox.ctypes.data))
        finally:
            aid.end()

    def run_briefly(self, budget: int) -> int:
        """The same without giving Python's lock away."""
        return int(self._run_held(*self._fixed, budget)) if self._helper is None else self.run(budget)
