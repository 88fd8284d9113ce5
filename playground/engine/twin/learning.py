"""Loss, penalties, clipping, schedules, optimizers. The twins of `kernels.learning`."""

from __future__ import annotations

import numpy as np

from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.schedules import schedules
from playground.engine import lbfgs
from playground.engine import program as p
from playground.engine.program import Count
from playground.engine.twin.words import Arrays, Memory, each


def loss(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    o, y = (array[:, : memory.samples] for array in reads)
    over_outputs, *cells = numbers
    share = o.size if over_outputs else memory.samples
    settings = (len(o), *memory.cells[cells].tolist())
    memory.cells[p.LOSS] = each(losses[key].value, o, y, settings=settings).sum() / share
    writes[0][:] = 0.0
    writes[0][:, : memory.samples] = each(losses[key].slope, o, y, settings=settings) / share
    return p.NEXT if np.isfinite(memory.cells[p.LOSS]) else p.NOT_FINITE


def check(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    return p.NEXT if np.isfinite(reads[0]).all() else p.NOT_FINITE


def sum_squares(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    at, first = numbers
    memory.cells[at] = (0.0 if first else memory.cells[at]) + (reads[0] ** 2).sum()


def clip_norm(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    squares, limit = (memory.cells[number] for number in numbers)
    factor = limit / (np.sqrt(squares) + 1e-6)
    if factor < 1.0:
        writes[0][:] *= factor


def clip_value(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    limit = memory.cells[numbers[0]]
    writes[0][:] = np.clip(writes[0], -limit, limit)


def schedule(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    (to, initial, time, first, ahead), cells = numbers, memory.cells
    now = cells[time] if time >= 0 else memory.counts[Count.EPOCH] + int(ahead and memory.over)
    settings = cells[first : first + len(schedules[key].settings)].tolist()
    cells[to] = schedules[key].at(float(cells[initial]), float(now), *settings)


def prepare(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry = optimizers[key]
    (start, factors), counters = numbers, len(entry.counters)
    before = memory.cells[start : start + counters + len(entry.settings)].tolist()
    after = entry.prepare(*before) if entry.prepare else tuple(before)
    memory.cells[start : start + counters] = after[:counters]
    memory.cells[factors : factors + entry.coefficients] = after[counters:]


def update(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry, (factors, penalties) = optimizers[key], numbers
    coefficients = memory.cells[factors : factors + entry.coefficients].tolist()
    weight, gradient = writes[0], reads[0]
    l1, l2 = memory.cells[penalties : penalties + 2]
    penalized = gradient + (l2 * weight + l1 * np.sign(weight))
    numbers_of = zip(*(array.ravel().tolist() for array in (weight, penalized, *writes[1:])), strict=True)
    after = np.array([entry.update(*each, *coefficients) for each in numbers_of])
    for column, array in enumerate(writes):
        array[:] = after[:, column : column + 1]


def depart(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    w, vectors = (memory.place(array) for array in writes)
    at, history, rate = numbers
    n = len(writes[0])
    lbfgs.depart(memory.arena, memory.cells, w, vectors, n, at, history, float(memory.cells[rate]))


def penalize(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    (weight, gradient), (at, first, penalties) = reads, numbers
    l1, l2 = memory.cells[penalties : penalties + 2]
    writes[0][:] = gradient + (l2 * weight + l1 * np.sign(weight))
    penalty = l1 * np.abs(weight).sum() + 0.5 * l2 * (weight**2).sum()
    memory.cells[at] = (memory.cells[p.LOSS] if first else memory.cells[at]) + penalty


def search(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    w, vectors = (memory.place(array) for array in writes)
    at, history, rate, value, again_at = numbers
    now, loss, n = float(memory.cells[rate]), float(memory.cells[value]), len(writes[0])
    if lbfgs.search(memory.arena, memory.cells, w, vectors, n, at, history, now, loss):
        memory.counts[Count.POSITION] = 0
        return again_at + 1
    return p.NEXT
