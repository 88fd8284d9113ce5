"""What is drawn at random, dropout and noise, and values passed on to a layer that joins."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.scalars import element
from playground.engine.kernels.words import (
    COSINE_OF_TURNS,
    DROPOUT_KEY,
    GOLDEN,
    GOLDEN_32,
    LOG,
    LOW_32,
    MIX_1,
    MIX_2,
    MIX_3,
    MIX_4,
    NEXT,
    ONE,
    RANDOM_BITS,
    S15,
    S16,
    S27,
    S30,
    S31,
    S32,
    SCRAMBLE,
    STEP,
    VIEW,
)


def random_bits(key: Any, counter: Any) -> Any:
    """64 random bits for a key and a counter, as `catalog.random.bits` makes them."""
    z = key + (counter + ONE) * GOLDEN
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


def scramble(z: Any) -> Any:
    """The finaliser lowbias32 (Wellons 2018): eight of these run side by side where one of 64 bits does."""
    z = np.uint32(np.uint32(z ^ (z >> S16)) * MIX_3)
    z = np.uint32(np.uint32(z ^ (z >> S15)) * MIX_4)
    return np.uint32(z ^ (z >> S16))


def dropout(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Each number times 0 or 1 / (1 − rate), or 1; the mask is a function of layer, step, unit and sample."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    rate, layer = cells[op[2 * VIEW]], op[2 * VIEW + 1]
    key = RANDOM_BITS(np.uint64(counts[DROPOUT_KEY]) + np.uint64(layer), np.uint64(counts[STEP]))
    border = np.uint32(rate * 4294967296.0)
    at_test_time = op[2 * VIEW + 2] != 0
    scale, zero = element(arena, 1.0 if at_test_time else 1.0 / (1.0 - rate)), element(arena, 0.0)
    for r in range(rows):
        of_unit = RANDOM_BITS(key, np.uint64(r))
        z, high = np.uint32(of_unit & LOW_32), np.uint32(of_unit >> S32)
        for i in range(r * stride, (r + 1) * stride):
            number = arena[x + i] * scale
            arena[out + i] = number if np.uint32(SCRAMBLE(z) ^ high) >= border else zero
            z = np.uint32(z + GOLDEN_32)
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
