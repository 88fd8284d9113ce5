"""The slow, obvious twin: every kernel again in a few lines of NumPy. It runs any program and is the judge.

A twin of a kernel bears its name. It gets the arrays it writes and reads (batches as (units, samples),
vectors as one row) and may return a jump or a reason to stop, as kernels do.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType

import numpy as np

from playground.engine import program as p
from playground.engine.program import Count, Instruction
from playground.engine.twin import activations, chance, data, evaluation, learning, norms, products
from playground.engine.twin.words import Arrays, Memory

MODULES = (data, products, activations, chance, norms, learning, evaluation)
Family = Callable[[Memory, str, Arrays, Arrays, tuple[int, ...]], int | None]

FAMILIES: dict[str, Family] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if isinstance(function, FunctionType) and list(function.__annotations__)[:2] == ["memory", "key"]
}


class Twin(Memory):
    """Runs instructions of a program on the memory of a machine."""

    def run(self, budget: int) -> int:
        """Run until done, stopped, or so much estimated work is spent; as the compiled loop does."""
        instructions = self.machine.program.instructions
        with np.errstate(all="ignore"):
            while budget > 0:
                at = int(self.counts[Count.PC])
                status = self.step(instructions[at])
                budget -= instructions[at].cost
                if status == p.NEXT:
                    self.counts[Count.PC] = at + 1
                elif status > 0:
                    self.counts[Count.PC] = status - 1
                else:
                    return status
        return p.NEXT

    def step(self, instruction: Instruction) -> int:
        """Run one instruction."""
        family, _, key = instruction.kernel.partition(":")
        writes = [self.view(view) for view in instruction.writes]
        reads = [self.view(view) for view in instruction.reads]
        return FAMILIES[family](self, key, writes, reads, instruction.numbers) or p.NEXT
