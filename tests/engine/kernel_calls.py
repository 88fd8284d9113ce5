"""One kernel at a time, on numbers of the test's own, compiled or by its twin."""

from __future__ import annotations

import numpy as np

from playground.engine.machine import Machine
from playground.engine.memory import Memory
from playground.engine.program import FIRST_SETTING, Count, Instruction, Program, View, lanes_of, padded


def call(kernel, dtype, backend, arrays, settings=(), numbers=()):
    """What `kernel` writes from `arrays`, each (rows, samples); then the machine, for its cells.

    Its numbers are `numbers` and then the place of the first setting.
    """
    memory = Memory(lanes_of(dtype))
    samples = arrays[0].shape[1]
    stride = padded(samples, memory.width)
    out, *places = (
        memory.block(f"block_{i}", len(array), stride, stride) for i, array in enumerate((arrays[0], *arrays))
    )
    cells = {str(i): FIRST_SETTING + i for i in range(len(settings))}
    views = [View(place, 0, place.rows) for place in (out, *places)]
    operands = (*numbers, FIRST_SETTING) if settings else tuple(numbers)
    instructions = [
        Instruction("test", kernel, (views[0],), tuple(views[1:]), operands),
        Instruction("test", "halt"),
    ]
    first = {FIRST_SETTING + i: value for i, value in enumerate(settings)}
    machine = Machine(Program(dtype, instructions, memory.blocks, memory.size, cells, first), (), backend)
    for place, array in zip(places, arrays, strict=True):
        machine.read(place)[:, :samples] = array
    machine.counts[Count.SAMPLES] = samples
    machine.run()
    return np.array(machine.read(out)[:, :samples]), machine
