"""The kernels: what one instruction does to the arena, next to nothing else. Their slow twin is `twin`.

A kernel gets four pointers: its operands, the arena, the counts and the cells. Each view takes four
operands: offset, rows, stride and columns; the views that are written come first, then those that are
read, then the instruction's numbers. It returns NEXT, the instruction to jump to plus 1, DONE or
NOT_FINITE. Names in capitals that are not defined here are bound by `compiled` for each catalog entry.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.vectors import (
    clear_vectors,
    copy_between,
    element,
    lane_count,
    largest_of_rows,
    numbers_like,
    scratch,
    vanishing_sum,
    vector_sum,
    whole_numbers,
)

# Written out, because a cached kernel would not notice that another module's constant changed.
NEXT, DONE, NOT_FINITE = 0, -1, -2
PC, STEP, STOP, EPOCH, POSITION, SAMPLES, BATCH, ORDERED, ORDER = range(9)
SHUFFLE_KEY, DROPOUT_KEY, CHECK, SET, CHUNK, RECORDS = range(9, 15)
SET_INPUTS, SET_TARGETS, SET_SAMPLES = 16, 20, 24
LOSS, LOSS_SUM, METRIC_SUM, TRAIN_LOSS, TRAIN_METRIC = range(5)
WATCHED, MOST_RECORDS, FIRST_RECORD, RECORD_SIZE = 9, 512, 16, 7
TRAIN, VALIDATION = 1, 2
VIEW = 4  # operands of a view
DEPTH = 256  # numbers of the inner dimension taken at a time, so that they stay in the nearest cache
SCRATCH = 256
EPSILON = 1e-5

ONE, SIXTY_FOUR = np.uint64(1), np.uint64(64)
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
LOW_32 = np.uint64(0xFFFFFFFF)
S27, S30, S31, S32, S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(32), np.uint64(11)

# Bound by `compiled`, for each kernel its own: catalog functions, tiles, and numbers known when compiling.
VALUE: Any = None
SLOPE: Any = None
RULE: Any = None
PREPARE: Any = None
EXP: Any = None
LOG: Any = None
READ: Any = None
TAKE: Any = None
READ_SLOTS: Any = None
WRITE_WEIGHT: Any = None
WRITE_SLOTS: Any = None
WRITE_COUNTERS: Any = None
WRITE_FACTORS: Any = None
WRITE: Any = None
RESTORES: Any = None
DEPART: Any = None
SEARCH: Any = None
GRADIENT_AT: Any = None
RANDOM_BITS: Any = None
COSINE_OF_TURNS: Any = None
TURN: Any = None
TRANSPOSE: Any = None
SIDE: Any = None
HAS_TARGETS: Any = None
HAS_BIAS: Any = None
PANEL: Any = None
NARROW_PANEL: Any = None
NARROW: Any = None
COLUMNS: Any = None
ROWS: Any = None
TALL: Any = None
FOUR: Any = None
TWO: Any = None
SINGLE: Any = None
CLEAR_BEHIND: Any = None
AGAIN: Any = None
BEGIN: Any = None
EVALUATION_GAP: Any = None


def random_bits(key: Any, counter: Any) -> Any:
    """64 random bits for a key and a counter, as `catalog.random.bits` makes them."""
    z = key + (counter + ONE) * GOLDEN
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


# Data ------------------------------------------------------------------------------------------------


def pick(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The next mini-batch of this epoch, drawn without replacement."""
    samples = counts[SET_SAMPLES]
    if counts[POSITION] >= samples:
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
    vectors = stride // lane_count(arena)
    for b in range(lanes):
        row = order[first + b] if b < count else order[first]
        copy_between(arena, turned + b * stride, inputs, row * stride, vectors)
        for t in range(y_rows):
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
    vectors = stride // lane_count(arena)
    source, at = arena, turned
    if count == lanes and not HAS_TARGETS:  # an answer reads samples as rows nowhere else
        source, at = inputs, first * stride
    else:
        for b in range(lanes):
            row = first + b if b < count else first
            copy_between(arena, turned + b * stride, inputs, row * stride, vectors)
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
    side = SIDE
    spare = scratch(arena)
    for r in range(0, rows, side):
        for c in range(0, columns, side):
            if r + side <= rows:
                TRANSPOSE(arena, out + r * out_row + c, out_row, source, x + c * x_row + r, x_row)
            elif rows - r <= 2:  # a plane's two coordinates
                for i in range(rows - r):
                    for k in range(side):
                        arena[out + (r + i) * out_row + c + k] = source[x + (c + k) * x_row + r + i]
            else:
                TRANSPOSE(spare, 0, side, source, x + c * x_row + r, x_row)
                for i in range(rows - r):
                    for k in range(side):
                        arena[out + (r + i) * out_row + c + k] = spare[i * side + k]


# Products --------------------------------------------------------------------------------------------


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


# Activations -----------------------------------------------------------------------------------------


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


# Chance, joining and norms ---------------------------------------------------------------------------


def dropout(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Each number times 0 or 1 / (1 − rate), or 1; the mask is a function of layer, step, unit and sample."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    rate, layer = cells[op[2 * VIEW]], op[2 * VIEW + 1]
    key = RANDOM_BITS(np.uint64(counts[DROPOUT_KEY]) + np.uint64(layer), np.uint64(counts[STEP]))
    border = np.uint64(rate * 9007199254740992.0)
    at_test_time = op[2 * VIEW + 2] != 0
    scale, zero = element(arena, 1.0 if at_test_time else 1.0 / (1.0 - rate)), element(arena, 0.0)
    for r in range(rows):
        unit = np.uint64(r) << S32
        for b in range(stride):
            kept = (RANDOM_BITS(key, unit + np.uint64(b)) >> S11) >= border
            arena[out + r * stride + b] = arena[x + r * stride + b] * scale if kept else zero
    return NEXT


def shrink(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Each number times 1 − rate: what dropout leaves on average."""
    out, count, x = op[0], op[1] * op[2], op[VIEW]
    scale = element(arena, 1.0 - cells[op[2 * VIEW]])
    for i in range(count):
        arena[out + i] = arena[x + i] * scale
    return NEXT


def noise(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Each number plus a normal one of its own (Box and Muller), a function of what dropout's mask is."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    deviation, layer = cells[op[2 * VIEW]], op[2 * VIEW + 1]
    key = RANDOM_BITS(np.uint64(counts[DROPOUT_KEY]) + np.uint64(layer), np.uint64(counts[STEP]))
    for r in range(rows):
        unit = np.uint64(r) << S32
        for b in range(stride):
            drawn = RANDOM_BITS(key, unit + np.uint64(b))
            u = (float(np.int64(drawn >> S32)) + 1.0) * 2.3283064365386963e-10
            v = float(np.int64(drawn & LOW_32)) * 2.3283064365386963e-10
            normal = np.sqrt(-2.0 * LOG(u)) * COSINE_OF_TURNS(v)
            arena[out + r * stride + b] = arena[x + r * stride + b] + element(arena, deviation * normal)
    return NEXT


def cosine_of_turns(v: Any) -> Any:
    """cos 2πv for v from 0 to 1: Taylor on an eighth of a turn around the nearest quarter."""
    quarter = np.floor(4.0 * v + 0.5)
    r = (4.0 * v - quarter) * 1.5707963267948966
    z = r * r
    s = 1.0 / 6227020800.0 - z / 1307674368000.0
    s = -1.0 / 39916800.0 + z * s
    s = 1.0 / 362880.0 + z * s
    s = -1.0 / 5040.0 + z * s
    s = 1.0 / 120.0 + z * s
    s = r + r * z * (-1.0 / 6.0 + z * s)
    c = 1.0 / 479001600.0 - z / 87178291200.0
    c = -1.0 / 3628800.0 + z * c
    c = 1.0 / 40320.0 + z * c
    c = -1.0 / 720.0 + z * c
    c = 1.0 / 24.0 + z * c
    c = 1.0 + z * (-0.5 + z * c)
    upright = c if quarter == 0.0 or quarter == 4.0 else -c
    sideways = -s if quarter == 1.0 else s
    return sideways if quarter == 1.0 or quarter == 3.0 else upright


def copy(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The same numbers in another place."""
    out, count, x = op[0], op[1] * op[2], op[VIEW]
    for i in range(count):
        arena[out + i] = arena[x + i]
    return NEXT


def batch_mean(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The mean of each row over the samples."""
    out, x, rows, stride = op[0], op[VIEW], op[VIEW + 1], op[VIEW + 2]
    samples, width = counts[SAMPLES], lane_count(arena)
    full = samples // width
    for r in range(rows):
        total = vector_sum(arena, x + r * stride, full)
        for b in range(full * width, samples):
            total += arena[x + r * stride + b]
        arena[out + r] = total / element(arena, float(samples))
    return NEXT


def batch_variance(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The biased variance of each row over the samples."""
    out, x, rows, stride = op[0], op[VIEW], op[VIEW + 1], op[VIEW + 2]
    means, samples = op[2 * VIEW], counts[SAMPLES]
    spare, width = scratch(arena), lane_count(arena)
    for r in range(rows):
        mean, total = arena[means + r], element(arena, 0.0)
        for first in range(0, samples, SCRATCH):
            count = min(SCRATCH, samples - first)
            vectors = (count + width - 1) // width
            clear_vectors(spare, (vectors - 1) * width, 1)
            for b in range(count):
                d = arena[x + r * stride + first + b] - mean
                spare[b] = d * d
            total += vector_sum(spare, 0, vectors)
        arena[out + r] = total / element(arena, float(samples))
    return NEXT


def track(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """A running average follows what was measured: 0.9 old + 0.1 new."""
    out, columns, x = op[0], op[3], op[VIEW]
    samples = counts[SAMPLES]
    share = 0.1
    if op[2 * VIEW] != 0 and samples > 1:
        share = 0.1 * (float(samples) / float(samples - 1))
    old, new = element(arena, 0.9), element(arena, share)
    for i in range(columns):
        arena[out + i] = old * arena[out + i] + new * arena[x + i]
    return NEXT


def normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, unit by unit."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    means, variances, weights, biases = op[2 * VIEW], op[3 * VIEW], op[4 * VIEW], op[5 * VIEW]
    one, epsilon = element(arena, 1.0), element(arena, EPSILON)
    for r in range(rows):
        mean, bias = arena[means + r], arena[biases + r]
        scale = one / np.sqrt(arena[variances + r] + epsilon) * arena[weights + r]
        for b in range(stride):
            arena[out + r * stride + b] = (arena[x + r * stride + b] - mean) * scale + bias
    return NEXT


def normalized_dot(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient of batch norm's weight: Σ dy · normalized x."""
    out = op[0]
    dy, rows, stride, x = op[VIEW], op[VIEW + 1], op[VIEW + 2], op[2 * VIEW]
    means, variances = op[3 * VIEW], op[4 * VIEW]
    one, epsilon = element(arena, 1.0), element(arena, EPSILON)
    spare, width, samples = scratch(arena), lane_count(arena), counts[SAMPLES]
    for r in range(rows):
        mean, total = arena[means + r], element(arena, 0.0)
        inverse = one / np.sqrt(arena[variances + r] + epsilon)
        for first in range(0, samples, SCRATCH):
            count = min(SCRATCH, samples - first)
            vectors = (count + width - 1) // width
            clear_vectors(spare, (vectors - 1) * width, 1)
            for b in range(count):
                here = r * stride + first + b
                spare[b] = arena[dy + here] * ((arena[x + here] - mean) * inverse)
            total += vector_sum(spare, 0, vectors)
        arena[out + r] = total
    return NEXT


def normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient through batch norm, its statistics included; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    dy, x, means, variances = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    weights, d_weights, d_biases = op[5 * VIEW], op[6 * VIEW], op[7 * VIEW]
    one, zero, epsilon = element(arena, 1.0), element(arena, 0.0), element(arena, EPSILON)
    samples = counts[SAMPLES]
    share = element(arena, 1.0 / float(samples))
    for r in range(rows):
        mean = arena[means + r]
        inverse = one / np.sqrt(arena[variances + r] + epsilon)
        d_bias, d_weight = arena[d_biases + r] * share, arena[d_weights + r] * share
        scale = arena[weights + r] * inverse
        for b in range(samples):
            here = r * stride + b
            normal = (arena[x + here] - mean) * inverse
            arena[out + here] = scale * (arena[dy + here] - (d_bias + normal * d_weight))
        for b in range(samples, stride):
            arena[out + r * stride + b] = zero
    return NEXT


def layer_statistics(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The mean of each sample over its units, and 1 / √(variance + ε): two rows."""
    out, stride, x, rows = op[0], op[2], op[VIEW], op[VIEW + 1]
    mean, total = scratch(arena), scratch(arena)
    zero, one, epsilon = element(arena, 0.0), element(arena, 1.0), element(arena, EPSILON)
    units = element(arena, float(rows))
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            mean[b], total[b] = zero, zero
        for r in range(rows):
            for b in range(count):
                mean[b] += arena[x + r * stride + first + b]
        for b in range(count):
            mean[b] /= units
        for r in range(rows):
            for b in range(count):
                d = arena[x + r * stride + first + b] - mean[b]
                total[b] += d * d
        for b in range(count):
            arena[out + first + b] = mean[b]
            arena[out + stride + first + b] = one / np.sqrt(total[b] / units + epsilon)
    return NEXT


def layer_normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, sample by sample."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    means, weights, biases = op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    inverses = means + stride
    for r in range(rows):
        weight, bias = arena[weights + r], arena[biases + r]
        for b in range(stride):
            here = r * stride + b
            normal = (arena[x + here] - arena[means + b]) * arena[inverses + b]
            arena[out + here] = normal * weight + bias
    return NEXT


def layer_normalized_dot(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient of layer norm's weight: Σ dy · normalized x."""
    out, dy, rows, stride, x = op[0], op[VIEW], op[VIEW + 1], op[VIEW + 2], op[2 * VIEW]
    means = op[3 * VIEW]
    inverses = means + stride
    spare, width, samples = scratch(arena), lane_count(arena), counts[SAMPLES]
    for r in range(rows):
        total = element(arena, 0.0)
        for first in range(0, samples, SCRATCH):
            count = min(SCRATCH, samples - first)
            vectors = (count + width - 1) // width
            clear_vectors(spare, (vectors - 1) * width, 1)
            for b in range(count):
                at, here = first + b, r * stride + first + b
                spare[b] = arena[dy + here] * ((arena[x + here] - arena[means + at]) * arena[inverses + at])
            total += vector_sum(spare, 0, vectors)
        arena[out + r] = total
    return NEXT


def layer_normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradient through layer norm, its statistics included."""
    out, rows, stride = op[0], op[1], op[2]
    dy, x, means, weights = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    inverses = means + stride
    plain, along = scratch(arena), scratch(arena)
    zero, units = element(arena, 0.0), element(arena, float(rows))
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            plain[b], along[b] = zero, zero
        for r in range(rows):
            weight = arena[weights + r]
            for b in range(count):
                at, here = first + b, r * stride + first + b
                arriving = arena[dy + here] * weight
                plain[b] += arriving
                along[b] += arriving * ((arena[x + here] - arena[means + at]) * arena[inverses + at])
        for b in range(count):
            plain[b] /= units
            along[b] /= units
        for r in range(rows):
            weight = arena[weights + r]
            for b in range(count):
                at, here = first + b, r * stride + first + b
                inverse = arena[inverses + at]
                normal = (arena[x + here] - arena[means + at]) * inverse
                arena[out + here] = inverse * (arena[dy + here] * weight - plain[b] - normal * along[b])
    return NEXT


# Loss and update -------------------------------------------------------------------------------------


def loss(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The loss of the batch and its slope; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    o, y, over_outputs = op[VIEW], op[2 * VIEW], op[3 * VIEW]
    samples, outputs = counts[SAMPLES], element(arena, float(rows))
    settings = TAKE(arena, READ(cells, op[3 * VIEW + 1], 1))
    share = float(samples * rows) if over_outputs != 0 else float(samples)
    for i in range(rows * stride):
        arena[out + i] = VALUE(arena[o + i], arena[y + i], outputs, *settings)
    CLEAR_BEHIND(arena, out, rows, stride, samples)
    total = vector_sum(arena, out, rows * stride // lane_count(arena)) / share
    cells[LOSS] = total
    if total - total != 0.0:
        return NOT_FINITE
    each = element(arena, 1.0 / share)
    for i in range(rows * stride):
        arena[out + i] = SLOPE(arena[o + i], arena[y + i], outputs, *settings) * each
    CLEAR_BEHIND(arena, out, rows, stride, samples)
    return NEXT


def clear_behind(arena: Any, out: Any, rows: Any, stride: Any, samples: Any) -> None:
    """Zeros behind the samples of each row."""
    zero = element(arena, 0.0)
    for r in range(rows):
        for b in range(samples, stride):
            arena[out + r * stride + b] = zero


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
    if time < 0 and ahead != 0 and counts[POSITION] >= counts[SET_SAMPLES]:
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


# L-BFGS ----------------------------------------------------------------------------------------------


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


# Counting and evaluation -----------------------------------------------------------------------------


def halt(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The program is done."""
    counts[PC] = 0
    return DONE


def again(counts: Any, start: Any) -> int:
    """On to the next step, or halt where the machine was told to."""
    if counts[STEP] >= counts[STOP]:
        counts[PC] = start
        return DONE
    return start + 1


def next_step(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Count the step; evaluate if its turn has come, or after every epoch."""
    counts[STEP] += 1
    if counts[STEP] >= counts[CHECK] or (op[1] != 0 and counts[POSITION] >= counts[SET_SAMPLES]):
        return NEXT
    return AGAIN(counts, op[0])


def begin(counts: Any, cells: Any, which: Any) -> None:
    """Start to evaluate a data set."""
    counts[SET] = which
    counts[CHUNK] = 0
    cells[LOSS_SUM] = 0.0
    cells[METRIC_SUM] = 0.0


def begin_evaluation(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Start to evaluate a data set."""
    BEGIN(counts, cells, op[0])
    return NEXT


def judge(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Add the loss of these samples to the sum."""
    o, rows, stride, y, over_outputs = op[0], op[1], op[2], op[VIEW], op[2 * VIEW]
    samples, width, spare = counts[SAMPLES], lane_count(arena), scratch(arena)
    settings, outputs = TAKE(arena, READ(cells, op[2 * VIEW + 1], 1)), element(arena, float(rows))
    total = 0.0
    for r in range(rows):
        for first in range(0, samples, SCRATCH):
            count = min(SCRATCH, samples - first)
            vectors = (count + width - 1) // width
            clear_vectors(spare, (vectors - 1) * width, 1)
            for b in range(count):
                here = r * stride + first + b
                spare[b] = VALUE(arena[o + here], arena[y + here], outputs, *settings)
            total += vector_sum(spare, 0, vectors)
    cells[LOSS_SUM] += total / float(rows) if over_outputs != 0 else total
    return NEXT


def hits(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Count the samples whose class was found."""
    o, rows, stride, y = op[0], op[1], op[2], op[VIEW]
    found = 0
    half = element(arena, 0.5)
    for b in range(counts[SAMPLES]):
        best = 0
        if rows == 1:
            best = 1 if arena[o + b] > half else 0
        for r in range(1, rows):
            if arena[o + r * stride + b] > arena[o + best * stride + b]:
                best = r
        if arena[y + b] == element(arena, float(best)):
            found += 1
    cells[METRIC_SUM] += float(found)
    return NEXT


def squares(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Add up squared errors in the target's own units."""
    o, rows, stride, y, scales = op[0], op[1], op[2], op[VIEW], op[2 * VIEW]
    total = 0.0
    for r in range(rows):
        scale = arena[scales + r]
        for b in range(counts[SAMPLES]):
            d = (arena[o + r * stride + b] - arena[y + r * stride + b]) * scale
            total += d * d
    cells[METRIC_SUM] += total / float(rows)
    return NEXT


def next_chunk(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Back for more samples, if there are more."""
    counts[CHUNK] += counts[SAMPLES]
    return op[0] + 1 if counts[CHUNK] < counts[SET_SAMPLES + counts[SET]] else NEXT


def record(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Write down the evaluation if it was due; after the training set comes the validation set, if any."""
    fetch_at, rate, eager = op[0], op[1], op[2]
    samples = float(counts[SET_SAMPLES + counts[SET]])
    loss_now, metric_now = cells[LOSS_SUM] / samples, cells[METRIC_SUM] / samples
    if counts[SET] == TRAIN:
        cells[TRAIN_LOSS] = loss_now
        cells[TRAIN_METRIC] = metric_now
        cells[WATCHED] = loss_now
        loss_now = np.nan
        metric_now = np.nan
        if counts[SET_SAMPLES + VALIDATION] != 0:
            BEGIN(counts, cells, VALIDATION)
            return fetch_at + 1
    else:
        cells[WATCHED] = loss_now
    every, step = counts[SET_SAMPLES], counts[STEP]
    if step < counts[CHECK]:
        return NEXT
    batch = min(counts[BATCH], every)
    first = FIRST_RECORD + counts[RECORDS] * RECORD_SIZE
    cells[first] = float(step)
    cells[first + 1] = float(counts[EPOCH]) + float(counts[POSITION]) / float(every)
    cells[first + 2] = cells[TRAIN_LOSS]
    cells[first + 3] = loss_now
    cells[first + 4] = cells[rate] if rate >= 0 else np.nan
    cells[first + 5] = cells[TRAIN_METRIC]
    cells[first + 6] = metric_now
    counts[RECORDS] += 1
    judged = counts[SET_SAMPLES + TRAIN] + counts[SET_SAMPLES + VALIDATION]
    counts[CHECK] = step + EVALUATION_GAP(step, (every + batch - 1) // batch, batch, judged, eager)
    return NEXT


def watch(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After an epoch, tell the schedule its loss."""
    if counts[POSITION] >= counts[SET_SAMPLES]:
        WRITE(cells, op[0], 1, VALUE(cells[WATCHED], *READ(cells, op[0], 1)))
    return NEXT


def early_stop(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After an epoch: keep the weights if it was the best, stop if the best is long past."""
    if counts[POSITION] < counts[SET_SAMPLES]:
        return NEXT
    at = op[2 * VIEW] if RESTORES else op[0]
    best, waited, stopped, patience, least = at, at + 1, at + 2, at + 3, at + 4
    if cells[WATCHED] < cells[best] - cells[least]:
        cells[best] = cells[WATCHED]
        cells[waited] = 0.0
        if RESTORES:
            copy_between(arena, op[0], arena, op[VIEW], op[1] // lane_count(arena))
        return NEXT
    cells[waited] += 1.0
    if cells[waited] < cells[patience]:
        return NEXT
    cells[waited] = 0.0
    cells[stopped] = 1.0
    if RESTORES and cells[best] < np.inf:
        copy_between(arena, op[VIEW], arena, op[0], op[1] // lane_count(arena))
    counts[PC] = op[2 * VIEW + 1] if RESTORES else op[1]
    return DONE


def repeat(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After the evaluation: the next step, unless the records are full and have to be fetched."""
    if counts[RECORDS] == MOST_RECORDS:
        counts[PC] = op[0]
        return DONE
    return AGAIN(counts, op[0])
