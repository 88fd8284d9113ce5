"""Matrix products, transposes and sums."""

from __future__ import annotations

from typing import Any

from playground.engine.kernels.words import (
    COLUMNS,
    DEPTH,
    FOUR,
    HAS_BIAS,
    NARROW,
    NARROW_PANEL,
    NEXT,
    PANEL,
    ROWS,
    SAMPLES,
    SIDE,
    SINGLE,
    TALL,
    TRANSPOSE,
    TWO,
    VIEW,
)
from playground.engine.vectors import (
    clear_vectors,
    lane_count,
    scratch,
    vector_sum,
)


def product(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """C = A · B, with a bias a row: register tiles, one chain over k for every element of C.

    Behind its columns, padded to whole vectors, the rows of C end with zeros.
    """
    c, m, c_row = op[0], op[1], op[2]
    a, a_stride = op[VIEW], op[VIEW + 2]
    b, b_row = op[2 * VIEW], op[2 * VIEW + 2]
    at = 4 * VIEW if HAS_BIAS else 3 * VIEW
    start = op[3 * VIEW] if HAS_BIAS else 0
    k, turned = op[at], op[at + 2]
    if k < 0:
        k = counts[SAMPLES]
    width = lane_count(arena)
    vectors = (op[at + 1] + width - 1) // width
    a_row = 1 if turned != 0 else a_stride
    a_k = a_stride if turned != 0 else 1
    for first in range(0, k, DEPTH):
        depth = min(DEPTH, k - first)
        a_here, b_here, go_on = a + first * a_k, b + first * b_row, first
        j = 0
        while j + COLUMNS <= vectors:
            PANEL(
                arena,
                c + j * width,
                c_row,
                a_here,
                a_row,
                a_k,
                b_here + j * width,
                b_row,
                depth,
                start,
                go_on,
                m,
            )
            j += COLUMNS
        if NARROW:
            while j < vectors:
                NARROW_PANEL(
                    arena,
                    c + j * width,
                    c_row,
                    a_here,
                    a_row,
                    a_k,
                    b_here + j * width,
                    b_row,
                    depth,
                    start,
                    go_on,
                    m,
                )
                j += 1
    behind = c_row // width - vectors
    if behind > 0:
        for i in range(m):
            clear_vectors(arena, c + i * c_row + vectors * width, behind)
    return NEXT


def panel(
    arena: Any,
    c: Any,
    c_row: Any,
    a: Any,
    a_row: Any,
    a_k: Any,
    b: Any,
    b_row: Any,
    k: Any,
    start: Any,
    go_on: Any,
    m: Any,
) -> None:
    """All rows of C for as many columns as a tile has: tall tiles first, then lower ones."""
    i = 0
    while i + ROWS <= m and m - i != 8:  # the last eight go as four and four: shorter chains side by side
        TALL(arena, c + i * c_row, c_row, a + i * a_row, a_row, a_k, b, b_row, k, start + i, 1, go_on)
        i += ROWS
    while i + 4 <= m:
        FOUR(arena, c + i * c_row, c_row, a + i * a_row, a_row, a_k, b, b_row, k, start + i, 1, go_on)
        i += 4
    if i + 2 <= m:
        TWO(arena, c + i * c_row, c_row, a + i * a_row, a_row, a_k, b, b_row, k, start + i, 1, go_on)
        i += 2
    if i < m:
        SINGLE(arena, c + i * c_row, c_row, a + i * a_row, a_row, a_k, b, b_row, k, start + i, 1, go_on)


def transpose(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Samples as rows instead of columns, padded with zeros, for the gradient of the weights."""
    out, out_row = op[0], op[2]
    x, rows, x_row, lanes = op[VIEW], op[VIEW + 1], op[VIEW + 2], op[VIEW + 3]
    width, side = lane_count(arena), SIDE
    spare = scratch(arena)
    padded = (rows + width - 1) // width * width
    full = rows // side * side
    for first in range(0, lanes, width):  # whole vectors of x at a time, to meet each cache line once
        for r in range(0, full, side):
            for c in range(first, first + width, side):
                TRANSPOSE(arena, out + c * out_row + r, out_row, arena, x + r * x_row + c, x_row)
    for r in range(full, padded, side):
        clear_vectors(spare, 0, (side * side + width - 1) // width)
        for c in range(0, lanes, side):
            for i in range(rows - r):
                for k in range(side):
                    spare[i * side + k] = arena[x + (r + i) * x_row + c + k]
            TRANSPOSE(arena, out + c * out_row + r, out_row, spare, 0, side)
    return NEXT


def row_sum(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The sum of each row; behind the samples stand zeros."""
    out = op[0]
    x, rows, stride = op[VIEW], op[VIEW + 1], op[VIEW + 2]
    vectors = stride // lane_count(arena)
    for r in range(rows):
        arena[out + r] = vector_sum(arena, x + r * stride, vectors)
    return NEXT


def add(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The sum of two batches."""
    out, count = op[0], op[1] * op[2]
    a, b = op[VIEW], op[2 * VIEW]
    for i in range(count):
        arena[out + i] = arena[a + i] + arena[b + i]
    return NEXT
