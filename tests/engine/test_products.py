"""Matrix products of every shape that tiles are cut into; without a bias zeros stand behind them."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from playground.engine.assemble import training_program
from playground.engine.machine import Machine
from playground.engine.memory import Memory, row_stride
from playground.engine.program import Count, Instruction, Program, View, lanes_of
from playground.experiment import edits

HEIGHTS = (*range(1, 16), 20)
WIDTHS, DEPTHS = (1, 8, 9, 16, 24, 40), (1, 7, 257)


def multiplied(a, b, bias, turned, dtype):
    """A · B + bias by the engine, with the padding behind its columns."""
    memory = Memory(lanes_of(dtype))
    (m, k), n = a.shape, b.shape[1]
    width = memory.width
    given = a.T if turned else a
    left = memory.block("a", *given.shape, row_stride(given.shape[1], width))
    right = memory.block("b", k, n, row_stride(n, width))
    start = memory.block("bias", m, 1, 1)
    out = memory.block("c", m, n, row_stride(n, width))
    reads = (View(left, 0, m, turned), View(right, 0, k))
    reads += (View(start, 0, m),) if bias is not None else ()
    instructions = [
        Instruction("test", "product", (View(out, 0, m),), reads, (k, n, int(turned))),
        Instruction("test", "halt"),
    ]
    machine = Machine(Program(dtype, instructions, memory.blocks, memory.size, {}, {}), ())
    machine.arena[out.offset : out.offset + out.size] = 7.0
    machine.read(left)[:], machine.read(right)[:] = given, b
    if bias is not None:
        machine.read(start)[:] = bias[:, None]
    machine.counts[Count.SAMPLES] = k
    machine.run()
    return machine.arena[out.offset : out.offset + out.size].reshape(m, out.stride).copy()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_of_all_shapes_are_right_and_end_with_zeros(dtype):
    draw = np.random.default_rng(1)
    for m, n, k in product(HEIGHTS, WIDTHS, DEPTHS):
        a, b, bias = (draw.integers(-8, 9, shape).astype(dtype) for shape in ((m, k), (k, n), (m,)))
        for turned, added in product((False, True), (None, bias)):
            found = multiplied(a, b, added, turned, dtype)
            wanted = a @ b + (0 if added is None else added[:, None])
            np.testing.assert_array_equal(found[:, :n], wanted)  # whole numbers: no rounding
            assert added is not None or not found[:, n:].any()


def test_a_chain_over_the_samples_is_rounded_in_their_order():
    a = np.array([[1.0, 2.0**-24, 2.0**-24, 2.0**-24]], np.float32)
    b = np.ones((4, 3), np.float32)
    assert (multiplied(a, b, None, False, "float32")[0, :3] == 1.0).all()
    a = a[:, ::-1].copy()
    assert (multiplied(a, b, None, False, "float32")[0, :3] == np.float32(1.0) + np.float32(2.0**-22)).all()


@pytest.mark.parametrize(("batch", "lanes"), [(1, 8), (8, 8), (9, 16), (20, 24), (64, 64)])
def test_products_work_out_no_more_samples_than_half_a_vector_needs(batch, lanes):
    experiment = edits.set_value(edits.default_experiment(), "training.batch_size", batch)
    program = training_program(experiment, "float32", 240)
    widths = {
        (each.phase, each.numbers[1])
        for each in program.instructions
        if each.kernel == "product" and each.phase in ("forward", "backward") and each.numbers[0] >= 0
    }
    assert widths == {("forward", lanes), ("backward", lanes)}
