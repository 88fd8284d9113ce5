"""Matrix products, transposes and sums."""

from __future__ import annotations

from typing import Any

from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.tiles import BIAS, GO_ON, ZERO
from playground.engine.intrinsics.vectors import lane_count, vector_sum
from playground.engine.kernels.words import (
    CLEAR,
    DEPTH,
    FOUR,
    HALF,
    HALF_PANEL,
    NARROW_PANEL,
    NEXT,
    PANEL,
    REGISTER,
    ROWS,
    SAMPLES,
    SINGLE,
    TALL,
    THREE,
    TRANSPOSE,
    TWO,
    VIEW,
)


def product(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """C = A · B, with a bias a row if one is given: register tiles, one chain over k for every element of C.

    The inner dimension is taken in blocks. Behind its columns the rows of C end with zeros.
    """
    c, m, c_row = op[0], op[1], op[2]
    a, a_stride = op[VIEW], op[VIEW + 2]
    b, b_row = op[2 * VIEW], op[2 * VIEW + 2]
    bias = op[3 * VIEW]
    k, columns, turned = op[4 * VIEW], op[4 * VIEW + 1], op[4 * VIEW + 2]
    if k < 0:
        k = counts[SAMPLES]
    a_row, a_k = (1, a_stride) if turned != 0 else (a_stride, 1)
    filled = (columns + HALF - 1) // HALF * HALF
    start = BIAS if bias >= 0 else ZERO
    for first in range(0, k, DEPTH):
        depth = min(DEPTH, k - first)
        a_here, b_here = a + first * a_k, b + first * b_row
        j = 0
        while j + 2 * REGISTER <= filled:
            PANEL(arena, c + j, c_row, a_here, a_row, a_k, b_here + j, b_row, depth, start, bias, m)
            j += 2 * REGISTER
        if j + REGISTER <= filled:
            NARROW_PANEL(arena, c + j, c_row, a_here, a_row, a_k, b_here + j, b_row, depth, start, bias, m)
            j += REGISTER
        if REGISTER > HALF and j < filled:
            HALF_PANEL(arena, c + j, c_row, a_here, a_row, a_k, b_here + j, b_row, depth, start, bias, m)
        start = GO_ON
    if filled < c_row:
        for i in range(m):
            CLEAR(arena, c + i * c_row + filled, (c_row - filled) // HALF)
    return NEXT


def panel(
    arena: Any,
    c: Any,
    c_row: Any,
    a: Any,
    a_row: Any,
    a_k: Any,
    b: Any,
    b_k: Any,
    k: Any,
    start: Any,
    bias: Any,
    m: Any,
) -> None:
    """All rows of C for as many columns as a tile has: tall tiles first, then lower ones."""
    while m >= ROWS and (m != 8 or ROWS == 8):  # eight are better four and four than six and two
        TALL(arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias)
        c, a, bias, m = c + ROWS * c_row, a + ROWS * a_row, bias + ROWS, m - ROWS
    while m >= 4:
        FOUR(arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias)
        c, a, bias, m = c + 4 * c_row, a + 4 * a_row, bias + 4, m - 4
    if m == 3:
        THREE(arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias)
    elif m == 2:
        TWO(arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias)
    elif m == 1:
        SINGLE(arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias)


def transpose(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Samples as rows instead of columns, padded with zeros, for the gradient of the weights."""
    out, out_row = op[0], op[2]
    x, rows, x_row, lanes = op[VIEW], op[VIEW + 1], op[VIEW + 2], op[VIEW + 3]
    width, side = lane_count(arena), HALF
    padded = (rows + side - 1) // side * side
    full = rows // side * side
    for first in range(0, lanes, width):  # whole vectors of x at a time, to meet each cache line once
        for c in range(first, first + width, side):
            to, here = out + c * out_row, x + c
            for r in range(0, full, side):
                TRANSPOSE(arena, to + r, out_row, side, arena, here + r * x_row, x_row, side)
            for r in range(full, padded, side):
                given = max(rows - r, 0)
                place = here + min(r, rows - 1) * x_row
                TRANSPOSE(arena, to + r, out_row, side, arena, place, x_row, given)
    return NEXT


def row_sum(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The sum of each row; behind the samples stand zeros."""
    out = op[0]
    x, rows, stride = op[VIEW], op[VIEW + 1], op[VIEW + 2]
    vectors = stride // lane_count(arena)
    for r in range(rows):
        arena[out + r] = vector_sum(arena, x + r * stride, vectors)
    return NEXT


def zeros(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """A vector of zeros."""
    for i in range(op[3]):
        arena[op[0] + i] = element(arena, 0.0)
    return NEXT


def add(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The sum of two batches."""
    out, count = op[0], op[1] * op[2]
    a, b = op[VIEW], op[2 * VIEW]
    for i in range(count):
        arena[out + i] = arena[a + i] + arena[b + i]
    return NEXT
