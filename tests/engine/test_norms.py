"""Norms where float32 is short of digits: few samples, or inputs that hardly vary."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.machine import Machine
from playground.engine.memory import Memory
from playground.engine.program import Count, Instruction, Program, View, lanes_of, padded

UNITS = 19
EPSILON = 1e-5


def call(kernel, backend, writes, reads, samples):
    """What a kernel writes in float32; shapes of one row are vectors."""
    memory = Memory(lanes_of("float32"))

    def place(name, shape):
        if len(shape) == 1:
            return memory.block(name, 1, shape[0], padded(shape[0], memory.width), vector=True)
        stride = padded(shape[1], memory.width)
        return memory.block(name, shape[0], stride, stride)

    outs = [place(f"out_{i}", shape) for i, shape in enumerate(writes)]
    ins = [place(f"in_{i}", array.shape) for i, array in enumerate(reads)]
    views = [tuple(View(block, 0, block.rows) for block in blocks) for blocks in (outs, ins)]
    program = [Instruction("test", kernel, *views), Instruction("test", "halt")]
    machine = Machine(Program("float32", program, memory.blocks, memory.size, {}, {}), (), backend)
    for block, array in zip(ins, reads, strict=True):
        machine.read(block)[:, : array.shape[-1]] = array
    machine.counts[Count.SAMPLES] = samples
    machine.run()
    return [
        machine.read(block)[:, : shape[-1]].astype(float) for block, shape in zip(outs, writes, strict=True)
    ]


def judged(x, dy, weight, bias, axis):
    """The norm and its gradients by the textbook's formulas, in float64."""
    weight, bias = weight[:, None], bias[:, None]
    inverse = 1 / np.sqrt(x.var(axis=axis, keepdims=True) + EPSILON)
    normal = (x - x.mean(axis=axis, keepdims=True)) * inverse
    a = dy * weight
    along = normal * (a * normal).mean(axis=axis, keepdims=True)
    dx = inverse * (a - a.mean(axis=axis, keepdims=True) - along)
    return normal * weight + bias, dx, (dy * normal).sum(axis=1), dy.sum(axis=1)


def exact(draw, *shape):
    """Numbers that float32 holds."""
    return draw.normal(size=shape).astype(np.float32).astype(float)


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("spread", [1.0, 2.0**-7])
@pytest.mark.parametrize(("kind", "samples"), [(k, n) for k in ("batch", "layer") for n in (2, 3, 16, 41)])
def test_gradients_through_norms_keep_their_digits(kind, samples, spread, backend):
    draw = np.random.default_rng(samples)
    units = 2 if kind == "layer" and samples < 16 else UNITS
    x = (
        (4.0 + spread * np.round(exact(draw, units, samples) * 2**10) / 2**10)
        .astype(np.float32)
        .astype(float)
    )
    dy, weight, bias = exact(draw, units, samples), exact(draw, units), exact(draw, units)
    axis = 1 if kind == "batch" else 0
    wanted = judged(x, dy, weight, bias, axis)
    statistics = [(4 * units,), (units,), (units,)] if kind == "batch" else [(4, samples)]
    out, kept, *_ = call(f"{kind}_normalize", backend, [x.shape, *statistics], [x, weight, bias], samples)
    kept = kept[0] if kind == "batch" else kept
    slopes = call(
        f"{kind}_normalize_slope", backend, [x.shape, (units,), (units,)], [dy, x, kept, weight], samples
    )
    np.testing.assert_allclose(out, wanted[0], atol=1e-6 * np.abs(wanted[0]).max())
    for found, right in zip(slopes, wanted[1:], strict=True):
        assert np.abs(found - right).max() <= 3e-7 * np.abs(right).max()
