"""Random numbers: dropout, noise. The twins of `kernels.chance`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog.random import bits
from playground.engine.program import Count
from playground.engine.twin.words import Arrays, Memory


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


def _drawn(memory: Memory, layer: int, shape: tuple[int, ...]) -> NDArray[np.uint64]:
    return drawn_bits(int(memory.counts[Count.DROPOUT_KEY]), layer, int(memory.counts[Count.STEP]), shape)


def dropout(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    rate, layer, at_test_time = memory.cells[numbers[0]], *numbers[1:]
    run_key, step = int(memory.counts[Count.DROPOUT_KEY]), int(memory.counts[Count.STEP])
    kept = kept_by_dropout(run_key, layer, step, (reads[0].shape[0], reads[0].shape[1]), rate)
    writes[0][:] = np.where(kept, reads[0] * (1.0 if at_test_time else 1.0 / (1.0 - rate)), 0.0)


def shrink(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0] * (1.0 - memory.cells[numbers[0]])


def noise(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    drawn = _drawn(memory, numbers[1], reads[0].shape)
    writes[0][:] = reads[0] + memory.cells[numbers[0]] * normal_numbers(drawn)


def copy(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0]
