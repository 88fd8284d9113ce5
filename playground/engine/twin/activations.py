"""Activations, softmax, and their slopes. The twins of `kernels.activations`."""

from __future__ import annotations

import numpy as np

from playground.catalog.activations import activations
from playground.engine.twin.words import Arrays, Memory, each


def apply(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    value = activations[key].value
    assert value is not None
    writes[0][:] = each(value, reads[0], settings=tuple(memory.cells[list(numbers)].tolist()))


def slope(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    z, a, da = reads
    slope = activations[key].slope
    assert slope is not None
    writes[0][:] = da * each(slope, z, a, settings=tuple(memory.cells[list(numbers)].tolist()))


def softmax(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    e = np.exp(reads[0] - reads[0].max(axis=0))
    writes[0][:] = e / e.sum(axis=0)


def softmax_slope(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    p, dp = reads
    writes[0][:] = p * (dp - (p * dp).sum(axis=0))


def log_softmax(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    shifted = reads[0] - reads[0].max(axis=0)
    writes[0][:] = shifted - np.log(np.exp(shifted).sum(axis=0))


def log_softmax_slope(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    log_p, d = reads
    writes[0][:] = d - np.exp(log_p) * d.sum(axis=0)


def one_hot(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = np.arange(len(writes[0]))[:, None] == reads[0]
