"""Norms where digits are short: few samples, or inputs that hardly vary."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.machine import Machine
from playground.engine.memory import Memory
from playground.engine.program import Count, Instruction, Program, View, lanes_of, padded
from playground.engine.run import Run
from playground.experiment import edits

UNITS = 19
EPSILON = 1e-5


def call(kernel, dtype, backend, writes, reads, samples):
    """What a kernel writes; shapes of one row are vectors."""
    memory = Memory(lanes_of(dtype))

    def place(name, shape):
        if len(shape) == 1:
            return memory.block(name, 1, shape[0], padded(shape[0], memory.width), vector=True)
        stride = padded(shape[1], memory.width)
        return memory.block(name, shape[0], stride, stride)

    outs = [place(f"out_{i}", shape) for i, shape in enumerate(writes)]
    ins = [place(f"in_{i}", array.shape) for i, array in enumerate(reads)]
    views = [tuple(View(block, 0, block.rows) for block in blocks) for blocks in (outs, ins)]
    program = [Instruction("test", kernel, *views), Instruction("test", "halt")]
    machine = Machine(Program(dtype, program, memory.blocks, memory.size, {}, {}), (), backend)
    for block, array in zip(ins, reads, strict=True):
        machine.read(block)[:, : array.shape[-1]] = array
    machine.counts[Count.SAMPLES] = samples
    machine.run()
    return [
        machine.read(block)[:, : shape[-1]].astype(float) for block, shape in zip(outs, writes, strict=True)
    ]


def judged(x, dy, weight, bias, axis):
    """The norm and its gradients by the textbook's formulas, in long double."""
    x, dy, weight, bias = (array.astype(np.longdouble) for array in (x, dy, weight, bias))
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


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("spread", [1.0, 2.0**-7])
@pytest.mark.parametrize(("kind", "samples"), [(k, n) for k in ("batch", "layer") for n in (2, 3, 16, 41)])
def test_gradients_through_norms_keep_their_digits(kind, samples, spread, backend, dtype):
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
    out, kept, *_ = call(
        f"{kind}_normalize", dtype, backend, [x.shape, *statistics], [x, weight, bias], samples
    )
    kept = kept[0] if kind == "batch" else kept
    slopes = call(
        f"{kind}_normalize_slope",
        dtype,
        backend,
        [x.shape, (units,), (units,)],
        [dy, x, kept, weight],
        samples,
    )
    spread = np.sqrt(x.var(axis=axis).min() + EPSILON)
    digits, lost = np.finfo(dtype).eps, np.abs(x).max() / spread  # what x − mean leaves of them
    value = 1e-6 if dtype == "float32" else 1e-14 + 4 * digits * lost
    assert np.abs(out - wanted[0]).max() <= value * np.abs(wanted[0]).max()
    # In float32 the way back has digits to spare; in float64 two or three units leave it hardly a slope.
    slope, least = (3e-7, 0.0) if dtype == "float32" else (1e-12, 1e-14 * np.abs(dy).max() / spread)
    for found, right in zip(slopes, wanted[1:], strict=True):
        assert np.abs(found - right).max() <= slope * np.abs(right).max() + least


@pytest.mark.parametrize(("kind", "axis"), [("batch", 1), ("layer", 0)])
def test_numbers_far_from_zero_keep_their_digits_in_float64(kind, axis):
    draw = np.random.default_rng(0)
    x, dy = 1e4 + 3.0 * draw.normal(size=(UNITS, 41)), draw.normal(size=(UNITS, 41))
    weight, bias = draw.normal(size=UNITS), draw.normal(size=UNITS)
    wanted = judged(x, dy, weight, bias, axis)
    statistics = [(4 * UNITS,), (UNITS,), (UNITS,)] if kind == "batch" else [(4, 41)]
    out, kept, *_ = call(
        f"{kind}_normalize", "float64", "compiled", [x.shape, *statistics], [x, weight, bias], 41
    )
    kept = kept[0] if kind == "batch" else kept
    writes = [x.shape, (UNITS,), (UNITS,)]
    slopes = call(f"{kind}_normalize_slope", "float64", "compiled", writes, [dy, x, kept, weight], 41)
    for found, right in zip((out, *slopes), wanted, strict=True):
        assert np.abs(found - right).max() <= 1e-14 * np.abs(right).max()


def before_batch_norm(*layers, activation="identity"):
    """Dense layers of three units without a bend, what is given, and a batch norm."""
    made = edits.with_layers(edits.default_experiment(), ())
    made = edits.set_value(made, "training.batch_size", 50)
    for kind, settings in (
        *[("dense", {"units": 3, "activation": activation})] * 2,
        *layers,
        ("batch_norm", {}),
    ):
        made = edits.add_layer(made, len(made.network.layers), kind, **settings)
    return edits.add_layer(made, len(made.network.layers), "dense", units=4)


JOINED = {"inputs": ("dense_1", "dense_2")}
BALANCED = {
    "dense": (before_batch_norm(), {"dense_1.bias", "dense_2.bias"}),
    "sum": (before_batch_norm(("add", JOINED)), {"dense_1.bias", "dense_2.bias"}),
    "joined": (before_batch_norm(("concatenate", JOINED)), {"dense_1.bias", "dense_2.bias"}),
    "shrunk": (before_batch_norm(("dropout", {"scaling": "at_test_time"})), {"dense_1.bias", "dense_2.bias"}),
    "two norms": (
        before_batch_norm(("batch_norm", {})),
        {"dense_1.bias", "dense_2.bias", "batch_norm_1.bias"},
    ),
    "layer norm": (before_batch_norm(("layer_norm", {})), {"layer_norm_1.bias"}),
    "bent": (before_batch_norm(activation="tanh"), set()),
}


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("name", BALANCED)
def test_a_bias_that_a_batch_norm_takes_off_has_no_gradient_and_no_noise(name, backend):
    experiment, without = BALANCED[name]
    run = Run(experiment, dtype="float32", backend=backend)
    exact = Run(experiment, dtype="float64", backend=backend)
    x, y = (array[:50] for array in run.data("train"))
    x = x.astype(np.float32).astype(float)
    exact.set_parameters({key: array.astype(float) for key, array in run.parameters.items()})
    found, wanted = (each.loss_and_gradients(x, y)[1] for each in (run, exact))
    assert {key for key, array in found.items() if not array.any()} == without
    assert {key for key, array in wanted.items() if not array.any()} == without


def test_adam_leaves_a_bias_before_a_batch_norm_alone():
    experiment = edits.set_value(before_batch_norm(), "training.optimizer.epsilon", 1e-12)
    run = Run(experiment)
    before = run.parameters
    run.step(40)
    for name, array in run.parameters.items():
        still = name in ("dense_1.bias", "dense_2.bias")
        assert np.array_equal(array, before[name]) == still, name


def test_one_unit_alone_sends_nothing_back_through_a_layer_norm():
    draw = np.random.default_rng(3)
    x, dy = draw.normal(size=(1, 9)), draw.normal(size=(1, 9))
    weight, bias = np.array([1.3]), np.array([0.2])
    _, kept = call("layer_normalize", "float64", "compiled", [x.shape, (4, 9)], [x, weight, bias], 9)
    writes = [x.shape, (1,), (1,)]
    slopes = call("layer_normalize_slope", "float64", "compiled", writes, [dy, x, kept, weight], 9)
    assert not slopes[0].any()
    assert slopes[2][0, 0] == pytest.approx(dy.sum())
