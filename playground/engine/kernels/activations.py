"""Activations and their slopes, elementwise or over the units of a sample."""

from __future__ import annotations

from typing import Any

from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import lane_count, largest_of_rows, scratch
from playground.engine.kernels.words import (
    EXP,
    LOG,
    NEXT,
    READ,
    SCRATCH,
    SLOPE,
    TAKE,
    VALUE,
    VIEW,
)


def apply(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """An activation's value for every number."""
    out, count, z = op[0], op[1] * op[2], op[VIEW]
    settings = TAKE(arena, READ(cells, op[2 * VIEW], 1))
    for i in range(count):
        arena[out + i] = VALUE(arena[z + i], *settings)
    return NEXT


def slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient that arrives, times the activation's slope."""
    out, count = op[0], op[1] * op[2]
    z, a, da = op[VIEW], op[2 * VIEW], op[3 * VIEW]
    settings = TAKE(arena, READ(cells, op[4 * VIEW], 1))
    for i in range(count):
        arena[out + i] = arena[da + i] * SLOPE(arena[z + i], arena[a + i], *settings)
    return NEXT


def softmax(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Probabilities over the rows, sample by sample."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    spare, most = scratch(arena), scratch(arena)
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        largest_of_rows(arena, x + first, stride, rows, count // lane_count(arena), most)
        for b in range(count):
            spare[b] = element(arena, 0.0)
        for r in range(rows):
            for b in range(count):
                e = EXP(arena[x + r * stride + first + b] - most[b])
                arena[out + r * stride + first + b] = e
                spare[b] += e
        for r in range(rows):
            for b in range(count):
                arena[out + r * stride + first + b] /= spare[b]
    return NEXT


def softmax_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """p · (dp − Σ p dp)."""
    out, rows, stride = op[0], op[1], op[2]
    p, dp = op[VIEW], op[2 * VIEW]
    spare = scratch(arena)
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            spare[b] = element(arena, 0.0)
        for r in range(rows):
            here = r * stride + first
            for b in range(count):
                spare[b] += arena[p + here + b] * arena[dp + here + b]
        for r in range(rows):
            here = r * stride + first
            for b in range(count):
                arena[out + here + b] = arena[p + here + b] * (arena[dp + here + b] - spare[b])
    return NEXT


def log_softmax(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Logarithms of the probabilities: z − max − log Σ exp(z − max)."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    spare, most = scratch(arena), scratch(arena)
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        largest_of_rows(arena, x + first, stride, rows, count // lane_count(arena), most)
        for b in range(count):
            spare[b] = element(arena, 0.0)
        for r in range(rows):
            for b in range(count):
                spare[b] += EXP(arena[x + r * stride + first + b] - most[b])
        for b in range(count):
            spare[b] = LOG(spare[b])
        for r in range(rows):
            here = r * stride + first
            for b in range(count):
                arena[out + here + b] = (arena[x + here + b] - most[b]) - spare[b]
    return NEXT


def log_softmax_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """d − p Σ d."""
    out, rows, stride = op[0], op[1], op[2]
    log_p, d = op[VIEW], op[2 * VIEW]
    spare = scratch(arena)
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            spare[b] = element(arena, 0.0)
        for r in range(rows):
            for b in range(count):
                spare[b] += arena[d + r * stride + first + b]
        for r in range(rows):
            here = r * stride + first
            for b in range(count):
                arena[out + here + b] = arena[d + here + b] - EXP(arena[log_p + here + b]) * spare[b]
    return NEXT


def one_hot(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Class numbers as rows of 0 and 1."""
    out, rows, stride, y = op[0], op[1], op[2], op[VIEW]
    zero, one = element(arena, 0.0), element(arena, 1.0)
    for r in range(rows):
        number = element(arena, float(r))
        for b in range(stride):
            arena[out + r * stride + b] = one if arena[y + b] == number else zero
    return NEXT
