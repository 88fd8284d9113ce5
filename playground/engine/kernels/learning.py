"""The loss, clipping, schedules and the update of the weights."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import clear_vectors, lane_count, scratch, vanishing_sum, vector_sum
from playground.engine.kernels.words import (
    DEPART,
    EPOCH,
    GRADIENT_AT,
    LOSS,
    NEXT,
    NOT_FINITE,
    OVER,
    POSITION,
    PREPARE,
    READ,
    READ_SLOTS,
    RULE,
    SAMPLES,
    SCRATCH,
    SEARCH,
    SLOPE,
    TAKE,
    VALUE,
    VIEW,
    WRITE_COUNTERS,
    WRITE_FACTORS,
    WRITE_SLOTS,
    WRITE_WEIGHT,
)


def loss(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The loss of the batch and its slope; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    o, y, over_outputs = op[VIEW], op[2 * VIEW], op[3 * VIEW]
    samples, outputs = counts[SAMPLES], element(arena, float(rows))
    settings = TAKE(arena, READ(cells, op[3 * VIEW + 1], 1))
    share = float(samples * rows) if over_outputs != 0 else float(samples)
    each, zero = element(arena, 1.0 / share), element(arena, 0.0)
    values, sums, width = scratch(arena), scratch(arena), lane_count(arena)
    clear_vectors(sums, 0, 1)
    for r in range(rows):
        for first in range(0, stride, SCRATCH):
            here, count = r * stride + first, min(SCRATCH, stride - first)
            for b in range(count):
                number, wanted = arena[o + here + b], arena[y + here + b]
                values[b] = VALUE(number, wanted, outputs, *settings)
                arena[out + here + b] = SLOPE(number, wanted, outputs, *settings) * each
            for b in range(max(samples - first, 0), count):
                values[b] = zero
                arena[out + here + b] = zero
            for vector in range(count // width):
                for lane in range(width):
                    sums[lane] += values[vector * width + lane]
    total = vector_sum(sums, 0, 1) / share
    cells[LOSS] = total
    return NEXT if total - total == 0.0 else NOT_FINITE


def check(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Stop before the update if a gradient is infinite or NaN."""
    total = vanishing_sum(arena, op[0], op[1] // lane_count(arena))
    return NEXT if total == element(arena, 0.0) else NOT_FINITE


def sum_squares(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The sum of the squares of gradients, block by block; the first part starts at 0."""
    g, count, at = op[0], op[1], op[VIEW]
    spare, width = scratch(arena), lane_count(arena)
    total = 0.0 if op[VIEW + 1] != 0 else cells[at]
    for first in range(0, count, SCRATCH):
        here = min(SCRATCH, count - first)
        vectors = (here + width - 1) // width
        clear_vectors(spare, (vectors - 1) * width, 1)
        for i in range(here):
            spare[i] = arena[g + first + i] * arena[g + first + i]
        total += vector_sum(spare, 0, vectors)
    cells[at] = total
    return NEXT


def clip_norm(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Shorten the gradient to a given norm, its direction kept (Pascanu et al. 2013)."""
    g, count = op[0], op[1]
    factor = cells[op[VIEW + 1]] / (np.sqrt(cells[op[VIEW]]) + 1e-6)
    if factor < 1.0:
        scale = element(arena, factor)
        for i in range(count):
            arena[g + i] *= scale
    return NEXT


def clip_value(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Bring every number of the gradient between −limit and limit."""
    g, count, high = op[0], op[1], element(arena, cells[op[VIEW]])
    low = -high
    for i in range(count):
        each = arena[g + i]
        each = low if each < low else each
        arena[g + i] = high if each > high else each
    return NEXT


def schedule(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The learning rate of this epoch, or after so many cuts."""
    to, initial, time, settings, ahead = op[0], op[1], op[2], op[3], op[4]
    now = cells[time] if time >= 0 else float(counts[EPOCH])
    if time < 0 and ahead != 0 and OVER(counts):
        now += 1.0  # the batch to come is the first of the next epoch
    cells[to] = VALUE(cells[initial], now, *READ(cells, settings, 1))
    return NEXT


def prepare(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """What the optimizer computes once a step, in double precision."""
    start, factors = op[0], op[1]
    after = PREPARE(*READ(cells, start, 1))
    WRITE_COUNTERS(cells, start, 1, after)
    WRITE_FACTORS(cells, factors, 1, after)
    return NEXT


def update(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The optimizer's rule for every weight; penalties join the gradient here."""
    w, count = op[0], op[1]
    slots, apart = op[VIEW], op[2 * VIEW] - op[VIEW]
    g = op[GRADIENT_AT]
    factors = TAKE(arena, READ(cells, op[GRADIENT_AT + VIEW], 1))
    penalties = op[GRADIENT_AT + VIEW + 1]
    if cells[penalties] == 0.0 and cells[penalties + 1] == 0.0:
        for i in range(count):
            after = RULE(arena[w + i], arena[g + i], *(READ_SLOTS(arena, slots + i, apart) + factors))
            WRITE_WEIGHT(arena, w + i, 1, after)
            WRITE_SLOTS(arena, slots + i, apart, after)
        return NEXT
    l1, l2 = element(arena, cells[penalties]), element(arena, cells[penalties + 1])
    zero = element(arena, 0.0)
    for i in range(count):
        weight = arena[w + i]
        sign = l1 if weight > zero else (-l1 if weight < zero else zero)
        slope = arena[g + i] + (l2 * weight + sign)
        after = RULE(weight, slope, *(READ_SLOTS(arena, slots + i, apart) + factors))
        WRITE_WEIGHT(arena, w + i, 1, after)
        WRITE_SLOTS(arena, slots + i, apart, after)
    return NEXT


def depart(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Begin a step of L-BFGS: to the first trial point."""
    w, n, vectors = op[0], op[1], op[VIEW]
    at, history, rate = op[2 * VIEW], op[2 * VIEW + 1], op[2 * VIEW + 2]
    DEPART(arena, cells, w, vectors, n, at, history, cells[rate])
    return NEXT


def penalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient with its penalties, and the loss with them; the first part starts at the data loss."""
    out, count, w, g = op[0], op[1], op[VIEW], op[2 * VIEW]
    at, first, penalties = op[3 * VIEW], op[3 * VIEW + 1], op[3 * VIEW + 2]
    l1, l2 = cells[penalties], cells[penalties + 1]
    total = cells[LOSS] if first != 0 else cells[at]
    for i in range(count):
        weight = float(arena[w + i])
        sign = l1 if weight > 0.0 else (-l1 if weight < 0.0 else 0.0)
        arena[out + i] = element(arena, float(arena[g + i]) + (l2 * weight + sign))
        total += l1 * abs(weight) + 0.5 * l2 * weight * weight
    cells[at] = total
    return NEXT


def search(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Judge the trial point of L-BFGS; back to evaluate another one on the same batch, or on."""
    w, n, vectors = op[0], op[1], op[VIEW]
    at, history, rate = op[2 * VIEW], op[2 * VIEW + 1], op[2 * VIEW + 2]
    value, again_at = cells[op[2 * VIEW + 3]], op[2 * VIEW + 4]
    if SEARCH(arena, cells, w, vectors, n, at, history, cells[rate], value):
        counts[POSITION] = 0
        return again_at + 1
    return NEXT
