"""Samples into the arena: the mini-batch of a step, the chunk of an evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.processor import numbers_like, whole_numbers
from playground.engine.intrinsics.vectors import copy_between
from playground.engine.kernels.words import (
    BATCH,
    CHUNK,
    EPOCH,
    HALF,
    HAS_TARGETS,
    NEXT,
    ORDER,
    ORDERED,
    OVER,
    POSITION,
    RANDOM_BITS,
    S32,
    SAMPLES,
    SET,
    SET_INPUTS,
    SET_SAMPLES,
    SET_TARGETS,
    SHUFFLE_KEY,
    TRANSPOSE,
    TURN,
    VIEW,
)


def pick(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The next mini-batch of this epoch, drawn without replacement."""
    samples = counts[SET_SAMPLES]
    if OVER(counts):
        counts[EPOCH] += 1
        counts[POSITION] = 0
    order = whole_numbers(counts[ORDER])
    if counts[ORDERED] != counts[EPOCH]:
        for i in range(samples):
            order[i] = i
        if counts[BATCH] < samples:  # Fisher and Yates; a batch of all samples needs no order
            key = RANDOM_BITS(np.uint64(counts[SHUFFLE_KEY]), np.uint64(counts[EPOCH]))
            for i in range(samples - 1, 0, -1):
                drawn = RANDOM_BITS(key, np.uint64(i)) >> S32
                j = np.int64((drawn * np.uint64(i + 1)) >> S32)
                kept = order[i]
                order[i] = order[j]
                order[j] = kept
        counts[ORDERED] = counts[EPOCH]
    first = counts[POSITION]
    count = min(counts[BATCH], samples - first)
    counts[POSITION] += count
    counts[SAMPLES] = count
    turned, lanes, stride = op[0], op[1], op[2]
    x, features, x_row = op[VIEW], op[VIEW + 1], op[VIEW + 2]
    y, y_rows, y_row = op[2 * VIEW], op[2 * VIEW + 1], op[2 * VIEW + 2]
    inputs = numbers_like(arena, counts[SET_INPUTS])
    targets = numbers_like(arena, counts[SET_TARGETS])
    for b in range(lanes):
        row = order[first + b] if b < count else order[first]
        copy_between(arena, turned + b * stride, inputs, row * stride, stride)
        arena[y + b] = targets[row * y_rows]
    for t in range(1, y_rows):
        for b in range(lanes):
            row = order[first + b] if b < count else order[first]
            arena[y + t * y_row + b] = targets[row * y_rows + t]
    TURN(arena, x, x_row, features, arena, turned, stride, lanes)
    return NEXT


def fetch(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The next samples of a data set, in their order."""
    which, first = counts[SET], counts[CHUNK]
    samples = counts[SET_SAMPLES + which]
    turned, lanes, stride = op[0], op[1], op[2]
    x, features, x_row = op[VIEW], op[VIEW + 1], op[VIEW + 2]
    count = min(lanes, samples - first)
    counts[SAMPLES] = count
    inputs = numbers_like(arena, counts[SET_INPUTS + which])
    source, at = arena, turned
    if count == lanes and not HAS_TARGETS:  # an answer reads samples as rows nowhere else
        source, at = inputs, first * stride
    else:
        for b in range(lanes):
            row = first + b if b < count else first
            copy_between(arena, turned + b * stride, inputs, row * stride, stride)
    if HAS_TARGETS:
        y, y_rows, y_row = op[2 * VIEW], op[2 * VIEW + 1], op[2 * VIEW + 2]
        targets = numbers_like(arena, counts[SET_TARGETS + which])
        for b in range(lanes):
            row = first + b if b < count else first
            for t in range(y_rows):
                arena[y + t * y_row + b] = targets[row * y_rows + t]
    TURN(arena, x, x_row, features, source, at, stride, lanes)
    return NEXT


def turn(
    arena: Any, out: Any, out_row: Any, rows: Any, source: Any, x: Any, x_row: Any, columns: Any
) -> None:
    """out[r][c] = x[c][r] block by block; x is padded to whole blocks, `out` ends with its last row."""
    side = HALF
    for r in range(0, rows, side):
        for c in range(0, columns, side):
            at = x + c * x_row + r
            TRANSPOSE(arena, out + r * out_row + c, out_row, rows - r, source, at, x_row, side)
