"""Which samples stand in the batch. The twins of `kernels.data`."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from playground.catalog.random import bits
from playground.engine import program as p
from playground.engine.program import Count
from playground.engine.twin.words import Arrays, Memory


def _load(memory: Memory, writes: Arrays, which: int, rows: NDArray[np.int64]) -> None:
    """Put these samples into the arena; the padding repeats the first one."""
    turned, x, *y = writes
    inputs, targets = memory.machine.data[which]
    memory.counts[Count.SAMPLES] = len(rows)
    rows = np.concatenate([rows, np.full(len(turned) - len(rows), rows[0])])
    turned[:] = inputs[rows, : turned.shape[1]]
    x[:] = turned.T
    if y:
        y[0][:] = targets[rows].T


def pick(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    counts = memory.counts
    samples = int(counts[Count.SET_SAMPLES])
    if memory.over:
        counts[Count.EPOCH] += 1
        counts[Count.POSITION] = 0
    if counts[Count.ORDERED] != counts[Count.EPOCH]:
        _shuffle(memory, samples)
        counts[Count.ORDERED] = counts[Count.EPOCH]
    first = int(counts[Count.POSITION])
    count = min(int(counts[Count.BATCH]), samples - first)
    counts[Count.POSITION] += count
    _load(memory, writes, p.BATCHES, memory.machine.order[first : first + count])


def _shuffle(memory: Memory, samples: int) -> None:
    """A new order for this epoch (Fisher-Yates); a batch of all samples needs none."""
    order = np.arange(samples)
    if memory.counts[Count.BATCH] < samples:
        epoch = memory.counts[Count.EPOCH : Count.EPOCH + 1].astype(np.uint64)
        key = int(bits(int(memory.counts[Count.SHUFFLE_KEY]), epoch)[0])
        places = np.arange(samples, dtype=np.uint64)
        drawn = (bits(key, places) >> np.uint64(32)) * (places + np.uint64(1)) >> np.uint64(32)
        for i in range(samples - 1, 0, -1):
            j = int(drawn[i])
            order[i], order[j] = order[j], order[i]
    memory.machine.order[:] = order


def fetch(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    which, first = int(memory.counts[Count.SET]), int(memory.counts[Count.CHUNK])
    end = min(first + writes[0].shape[0], int(memory.counts[Count.SET_SAMPLES + which]))
    _load(memory, writes, which, np.arange(first, end))
