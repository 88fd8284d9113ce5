"""The slow, obvious twin: every kernel again in a few lines of NumPy. It runs any program and is the judge.

A twin gets the arrays it writes and reads (batches as (units, samples), vectors as one row) and may
return a jump or a reason to stop, as kernels do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.activations import activations
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.random import bits
from playground.catalog.schedules import schedules
from playground.engine import lbfgs
from playground.engine import program as p
from playground.engine.program import Count, Instruction, View

Array = NDArray[Any]
Arrays = list[Array]
EPSILON = 1e-5  # of batch norm and layer norm


class Twin:
    """Runs instructions of a program on the memory of a machine."""

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

    @property
    def samples(self) -> int:
        """How many samples the batch at hand has; what stands behind them in a row is padding."""
        return int(self.counts[Count.SAMPLES])


def _each(function: Callable[..., float], *arrays: Array, settings: tuple[float, ...] = ()) -> Array:
    """A catalog function, number by number; these very lines are what the engine compiles."""
    flat = (array.ravel().tolist() for array in arrays)
    found = [_safe(function, *numbers, *settings) for numbers in zip(*flat, strict=True)]
    return np.array(found).reshape(arrays[0].shape)


def _safe(function: Callable[..., float], *numbers: float) -> float:
    try:
        return function(*numbers)
    except (OverflowError, ZeroDivisionError, ValueError):
        return math.nan


# Data ------------------------------------------------------------------------------------------------


def _load(twin: Twin, writes: Arrays, which: int, rows: NDArray[np.int64]) -> None:
    """Put these samples into the arena; the padding repeats the first one."""
    turned, x, *y = writes
    inputs, targets = twin.machine.data[which]
    twin.counts[Count.SAMPLES] = len(rows)
    rows = np.concatenate([rows, np.full(len(turned) - len(rows), rows[0])])
    turned[:] = inputs[rows, : turned.shape[1]]
    x[:] = turned.T
    if y:
        y[0][:] = targets[rows].T


def _pick(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    counts = twin.counts
    samples = int(counts[Count.SET_SAMPLES])
    if counts[Count.POSITION] >= samples:
        counts[Count.EPOCH] += 1
        counts[Count.POSITION] = 0
    if counts[Count.ORDERED] != counts[Count.EPOCH]:
        _shuffle(twin, samples)
        counts[Count.ORDERED] = counts[Count.EPOCH]
    first = int(counts[Count.POSITION])
    count = min(int(counts[Count.BATCH]), samples - first)
    counts[Count.POSITION] += count
    _load(twin, writes, p.BATCHES, twin.machine.order[first : first + count])


def _shuffle(twin: Twin, samples: int) -> None:
    """A new order for this epoch (Fisher-Yates); a batch of all samples needs none."""
    order = np.arange(samples)
    if twin.counts[Count.BATCH] < samples:
        epoch = twin.counts[Count.EPOCH : Count.EPOCH + 1].astype(np.uint64)
        key = int(bits(int(twin.counts[Count.SHUFFLE_KEY]), epoch)[0])
        places = np.arange(samples, dtype=np.uint64)
        drawn = (bits(key, places) >> np.uint64(32)) * (places + np.uint64(1)) >> np.uint64(32)
        for i in range(samples - 1, 0, -1):
            j = int(drawn[i])
            order[i], order[j] = order[j], order[i]
    twin.machine.order[:] = order


def _fetch(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    which, first = int(twin.counts[Count.SET]), int(twin.counts[Count.CHUNK])
    end = min(first + writes[0].shape[0], int(twin.counts[Count.SET_SAMPLES + which]))
    _load(twin, writes, which, np.arange(first, end))


# Forward and backward --------------------------------------------------------------------------------


def _product(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    a, b, *bias = reads
    depth = numbers[0] if numbers[0] >= 0 else twin.samples
    writes[0][:] = a[:, :depth] @ b[:depth]
    if bias:
        writes[0][:] += bias[0]
    writes[0][:, numbers[1] :] = 0


def _transpose(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0].T


def _row_sum(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][0] = reads[0][:, : twin.samples].sum(axis=1)


def _add(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0] + reads[1]


def _apply(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    value = activations[key].value
    assert value is not None
    writes[0][:] = _each(value, reads[0], settings=tuple(twin.cells[list(numbers)].tolist()))


def _slope(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    z, a, da = reads
    slope = activations[key].slope
    assert slope is not None
    writes[0][:] = da * _each(slope, z, a, settings=tuple(twin.cells[list(numbers)].tolist()))


def _softmax(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    e = np.exp(reads[0] - reads[0].max(axis=0))
    writes[0][:] = e / e.sum(axis=0)


def _softmax_slope(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    p, dp = reads
    writes[0][:] = p * (dp - (p * dp).sum(axis=0))


def _log_softmax(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    shifted = reads[0] - reads[0].max(axis=0)
    writes[0][:] = shifted - np.log(np.exp(shifted).sum(axis=0))


def _log_softmax_slope(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    log_p, d = reads
    writes[0][:] = d - np.exp(log_p) * d.sum(axis=0)


def _one_hot(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = np.arange(len(writes[0]))[:, None] == reads[0]


def drawn_bits(key: int, layer: int, step: int, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    """64 random bits for each number of a batch: a function of run, layer, step, unit and sample."""
    drawn = int(bits(key + layer, np.array([step], np.uint64))[0])
    unit, sample = np.indices(shape).astype(np.uint64)
    return bits(drawn, np.asarray((unit << np.uint64(32)) + sample))


def kept_by_dropout(
    key: int, layer: int, step: int, shape: tuple[int, int], rate: float
) -> NDArray[np.bool_]:
    """Which numbers of a batch (units, samples) dropout keeps.

    32 bits for each: lowbias32 (Wellons 2018) of its unit's own bits plus sample × golden.
    """
    drawn = int(bits(key + layer, np.array([step], np.uint64))[0])
    of_unit = bits(drawn, np.arange(shape[0], dtype=np.uint64))[:, None]
    z = of_unit.astype(np.uint32) + np.arange(shape[1], dtype=np.uint32) * np.uint32(0x9E3779B9)
    z = (z ^ z >> np.uint32(16)) * np.uint32(0x7FEB352D)
    z = (z ^ z >> np.uint32(15)) * np.uint32(0x846CA68B)
    z = z ^ z >> np.uint32(16) ^ (of_unit >> np.uint64(32)).astype(np.uint32)
    return np.asarray(z >= np.uint32(rate * 2.0**32))


def normal_numbers(drawn: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Normal numbers out of random bits, by Box and Muller: one half makes the radius, one the angle."""
    radius = np.sqrt(-2.0 * np.log(((drawn >> np.uint64(32)).astype(np.float64) + 1.0) * 2.0**-32))
    turn = 2.0 * np.pi * ((drawn & np.uint64(0xFFFFFFFF)).astype(np.float64) * 2.0**-32)
    return np.asarray(radius * np.cos(turn))


def _drawn(twin: Twin, layer: int, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    return drawn_bits(int(twin.counts[Count.DROPOUT_KEY]), layer, int(twin.counts[Count.STEP]), shape)


def _dropout(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    rate, layer, at_test_time = twin.cells[numbers[0]], *numbers[1:]
    run_key, step = int(twin.counts[Count.DROPOUT_KEY]), int(twin.counts[Count.STEP])
    kept = kept_by_dropout(run_key, layer, step, (reads[0].shape[0], reads[0].shape[1]), rate)
    writes[0][:] = np.where(kept, reads[0] * (1.0 if at_test_time else 1.0 / (1.0 - rate)), 0.0)


def _shrink(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0] * (1.0 - twin.cells[numbers[0]])


def _noise(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    drawn = _drawn(twin, numbers[1], reads[0].shape)
    writes[0][:] = reads[0] + twin.cells[numbers[0]] * normal_numbers(drawn)


def _copy(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0]


def _batch_normalize(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    x, weight, bias = (array.astype(np.float64) for array in reads)
    judged = x[:, : twin.samples]
    mean, variance = judged.mean(axis=1), judged.var(axis=1)
    writes[1][0], writes[2][0] = mean, variance
    scale = weight.T / np.sqrt(variance[:, None] + EPSILON)
    writes[0][:] = (x - mean[:, None]) * scale + bias.T


def _batch_normalize_slope(
    twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, _, weight = (array.astype(np.float64) for array in reads)
    dy, x = dy[:, : twin.samples], x[:, : twin.samples]
    inverse = 1.0 / np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    normal = (x - x.mean(axis=1, keepdims=True)) * inverse
    d_weight, d_bias = (dy * normal).sum(axis=1), dy.sum(axis=1)
    writes[1][0], writes[2][0] = d_weight, d_bias
    writes[0][:] = 0.0
    rest = (d_bias[:, None] + normal * d_weight[:, None]) / twin.samples
    writes[0][:, : twin.samples] = weight.T * inverse * (dy - rest)


def _track(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    unbiased = twin.samples / max(twin.samples - 1, 1) if numbers[0] else 1.0
    writes[0][:] = 0.9 * writes[0] + 0.1 * unbiased * reads[0]


def _normalize(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    x, mean, variance, weight, bias = (array.astype(np.float64) for array in reads)
    writes[0][:] = (x - mean.T) * (weight.T / np.sqrt(variance.T + EPSILON)) + bias.T


def _layer_normalize(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    x, weight, bias = (array.astype(np.float64) for array in reads)
    mean, inverse = x.mean(axis=0), 1.0 / np.sqrt(x.var(axis=0) + EPSILON)
    writes[1][0] = mean
    writes[0][:] = (x - mean) * inverse * weight.T + bias.T


def _layer_normalize_slope(
    twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, _, weight = (array.astype(np.float64) for array in reads)
    inverse = 1.0 / np.sqrt(x.var(axis=0) + EPSILON)
    normal, arriving = (x - x.mean(axis=0)) * inverse, dy * weight.T
    writes[1][0] = (dy * normal)[:, : twin.samples].sum(axis=1)
    writes[2][0] = dy[:, : twin.samples].sum(axis=1)
    along = normal * (arriving * normal).mean(axis=0)
    writes[0][:] = inverse * (arriving - arriving.mean(axis=0) - along)


# Loss and update -------------------------------------------------------------------------------------


def _loss(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    o, y = (array[:, : twin.samples] for array in reads)
    over_outputs, *cells = numbers
    share = o.size if over_outputs else twin.samples
    settings = (len(o), *twin.cells[cells].tolist())
    twin.cells[p.LOSS] = _each(losses[key].value, o, y, settings=settings).sum() / share
    writes[0][:] = 0.0
    writes[0][:, : twin.samples] = _each(losses[key].slope, o, y, settings=settings) / share
    return p.NEXT if np.isfinite(twin.cells[p.LOSS]) else p.NOT_FINITE


def _check(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    return p.NEXT if np.isfinite(reads[0]).all() else p.NOT_FINITE


def _sum_squares(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    at, first = numbers
    twin.cells[at] = (0.0 if first else twin.cells[at]) + (reads[0] ** 2).sum()


def _clip_norm(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    squares, limit = (twin.cells[number] for number in numbers)
    factor = limit / (np.sqrt(squares) + 1e-6)
    if factor < 1.0:
        writes[0][:] *= factor


def _clip_value(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    limit = twin.cells[numbers[0]]
    writes[0][:] = np.clip(writes[0], -limit, limit)


def _schedule(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    (to, initial, time, first, ahead), cells = numbers, twin.cells
    over = ahead and twin.counts[Count.POSITION] >= twin.counts[Count.SET_SAMPLES]
    now = cells[time] if time >= 0 else twin.counts[Count.EPOCH] + int(over)
    settings = cells[first : first + len(schedules[key].settings)].tolist()
    cells[to] = schedules[key].at(float(cells[initial]), float(now), *settings)


def _prepare(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry = optimizers[key]
    (start, factors), counters = numbers, len(entry.counters)
    before = twin.cells[start : start + counters + len(entry.settings)].tolist()
    after = entry.prepare(*before) if entry.prepare else tuple(before)
    twin.cells[start : start + counters] = after[:counters]
    twin.cells[factors : factors + entry.coefficients] = after[counters:]


def _update(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry, (factors, penalties) = optimizers[key], numbers
    coefficients = twin.cells[factors : factors + entry.coefficients].tolist()
    weight, gradient = writes[0], reads[0]
    l1, l2 = twin.cells[penalties : penalties + 2]
    penalized = gradient + (l2 * weight + l1 * np.sign(weight))
    numbers_of = zip(*(array.ravel().tolist() for array in (weight, penalized, *writes[1:])), strict=True)
    after = np.array([entry.update(*each, *coefficients) for each in numbers_of])
    for column, array in enumerate(writes):
        array[:] = after[:, column : column + 1]


# L-BFGS ----------------------------------------------------------------------------------------------


def _depart(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    w, vectors = (twin.place(array) for array in writes)
    at, history, rate = numbers
    n = len(writes[0])
    lbfgs.depart(twin.arena, twin.cells, w, vectors, n, at, history, float(twin.cells[rate]))


def _penalize(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    (weight, gradient), (at, first, penalties) = reads, numbers
    l1, l2 = twin.cells[penalties : penalties + 2]
    writes[0][:] = gradient + (l2 * weight + l1 * np.sign(weight))
    penalty = l1 * np.abs(weight).sum() + 0.5 * l2 * (weight**2).sum()
    twin.cells[at] = (twin.cells[p.LOSS] if first else twin.cells[at]) + penalty


def _search(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    w, vectors = (twin.place(array) for array in writes)
    at, history, rate, value, again_at = numbers
    now, loss, n = float(twin.cells[rate]), float(twin.cells[value]), len(writes[0])
    if lbfgs.search(twin.arena, twin.cells, w, vectors, n, at, history, now, loss):
        twin.counts[Count.POSITION] = 0
        return again_at + 1
    return p.NEXT


# Counting and evaluation -----------------------------------------------------------------------------


def _halt(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    twin.counts[Count.PC] = 0
    return p.DONE


def _next_step(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    twin.counts[Count.STEP] += 1
    start, every_epoch = numbers
    over = every_epoch and twin.counts[Count.POSITION] >= twin.counts[Count.SET_SAMPLES]
    if twin.counts[Count.STEP] >= twin.counts[Count.CHECK] or over:
        return p.NEXT
    return _again(twin, start)


def _again(twin: Twin, start: int) -> int:
    """On to the next step, or halt where the machine was told to."""
    twin.counts[Count.PC] = start
    return p.DONE if twin.counts[Count.STEP] >= twin.counts[Count.STOP] else start + 1


def _begin(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    twin.counts[Count.SET], twin.counts[Count.CHUNK] = numbers[0], 0
    twin.cells[p.LOSS_SUM] = twin.cells[p.METRIC_SUM] = 0.0


def _judge(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y = (array[:, : twin.samples] for array in reads)
    over_outputs, *cells = numbers
    settings = (len(o), *twin.cells[cells].tolist())
    found = _each(losses[key].value, o, y, settings=settings).sum()
    twin.cells[p.LOSS_SUM] += found / (len(o) if over_outputs else 1)


def _hits(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y = (array[:, : twin.samples] for array in reads)
    answers = o.argmax(axis=0) if len(o) > 1 else o[0] > 0.5
    twin.cells[p.METRIC_SUM] += (answers == y[0]).sum()


def _squares(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y, scale = reads
    difference = ((o - y) * scale.T)[:, : twin.samples]
    twin.cells[p.METRIC_SUM] += (difference**2).sum() / len(o)


def _next_chunk(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    counts = twin.counts
    counts[Count.CHUNK] += twin.samples
    return numbers[0] + 1 if counts[Count.CHUNK] < counts[Count.SET_SAMPLES + counts[Count.SET]] else p.NEXT


def _record(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    counts, cells = twin.counts, twin.cells
    fetch, rate, eager = numbers
    samples = counts[Count.SET_SAMPLES + counts[Count.SET]]
    loss, metric = cells[p.LOSS_SUM] / samples, cells[p.METRIC_SUM] / samples
    cells[p.WATCHED] = loss
    if counts[Count.SET] == p.TRAIN:
        cells[p.TRAIN_LOSS], cells[p.TRAIN_METRIC] = loss, metric
        loss = metric = np.nan
        if counts[Count.SET_SAMPLES + p.VALIDATION]:
            _begin(twin, "", [], [], (p.VALIDATION,))
            return fetch + 1
    every = counts[Count.SET_SAMPLES]
    step, batch = int(counts[Count.STEP]), min(counts[Count.BATCH], every)
    if step < counts[Count.CHECK]:
        return p.NEXT
    first = p.FIRST_RECORD + int(counts[Count.RECORDS]) * p.RECORD_SIZE
    epoch = counts[Count.EPOCH] + counts[Count.POSITION] / every
    cells[first : first + p.RECORD_SIZE] = (
        step,
        epoch,
        cells[p.TRAIN_LOSS],
        loss,
        cells[rate] if rate >= 0 else np.nan,
        cells[p.TRAIN_METRIC],
        metric,
    )
    counts[Count.RECORDS] += 1
    judged = int(counts[Count.SET_SAMPLES + p.TRAIN] + counts[Count.SET_SAMPLES + p.VALIDATION])
    counts[Count.CHECK] = step + evaluation_gap(step, int(-(-every // batch)), int(batch), judged, eager)
    return p.NEXT


def _watch(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry, start = schedules[key], numbers[0]
    if twin.counts[Count.POSITION] >= twin.counts[Count.SET_SAMPLES]:
        assert entry.watch is not None
        before = twin.cells[start : start + 3 + len(entry.settings)].tolist()
        twin.cells[start : start + 3] = entry.watch(float(twin.cells[p.WATCHED]), *before)


def _early_stop(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    if twin.counts[Count.POSITION] < twin.counts[Count.SET_SAMPLES]:
        return p.NEXT
    at, start = numbers
    best, waited, _, patience, least = twin.cells[at : at + 5].tolist()
    improved = twin.cells[p.WATCHED] < best - least
    over = not improved and waited + 1 >= patience
    twin.cells[at : at + 3] = (
        twin.cells[p.WATCHED] if improved else best,
        0.0 if improved or over else waited + 1,
        over,
    )
    if writes and improved:
        writes[0][:] = writes[1]
    if writes and over and best < np.inf:
        writes[1][:] = writes[0]
    twin.counts[Count.PC] = start if over else twin.counts[Count.PC]
    return p.DONE if over else p.NEXT


def _repeat(twin: Twin, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    if twin.counts[Count.RECORDS] == p.MOST_RECORDS:
        twin.counts[Count.PC] = numbers[0]
        return p.DONE
    return _again(twin, numbers[0])


def evaluation_gap(step: int, steps_per_epoch: int, batch: int, judged: int, eager: int) -> int:
    """Steps to the next look: an epoch or 0.5 % of the run, after `eager` epochs at most 3 % of the work.

    To judge a sample costs a third of training on it, so 32 times that cost goes by in between.
    """
    gap = max(steps_per_epoch, step // 200)
    return gap if step < eager * steps_per_epoch else max(gap, 32 * judged // (3 * batch))


Family = Callable[[Twin, str, Arrays, Arrays, tuple[int, ...]], int | None]
FAMILIES: dict[str, Family] = {
    "pick": _pick,
    "fetch": _fetch,
    "product": _product,
    "transpose": _transpose,
    "row_sum": _row_sum,
    "add": _add,
    "apply": _apply,
    "slope": _slope,
    "softmax": _softmax,
    "softmax_slope": _softmax_slope,
    "log_softmax": _log_softmax,
    "log_softmax_slope": _log_softmax_slope,
    "one_hot": _one_hot,
    "dropout": _dropout,
    "shrink": _shrink,
    "noise": _noise,
    "copy": _copy,
    "batch_normalize": _batch_normalize,
    "batch_normalize_slope": _batch_normalize_slope,
    "track": _track,
    "normalize": _normalize,
    "layer_normalize": _layer_normalize,
    "layer_normalize_slope": _layer_normalize_slope,
    "loss": _loss,
    "check": _check,
    "sum_squares": _sum_squares,
    "clip_norm": _clip_norm,
    "clip_value": _clip_value,
    "schedule": _schedule,
    "prepare": _prepare,
    "update": _update,
    "depart": _depart,
    "penalize": _penalize,
    "search": _search,
    "halt": _halt,
    "next_step": _next_step,
    "begin_evaluation": _begin,
    "judge": _judge,
    "hits": _hits,
    "squares": _squares,
    "next_chunk": _next_chunk,
    "record": _record,
    "watch": _watch,
    "early_stop": _early_stop,
    "repeat": _repeat,
}
