"""Batch norm and layer norm, forward and backward. The twins of `kernels.norms`."""

from __future__ import annotations

import numpy as np

from playground.engine.twin.words import Array, Arrays, Memory

EPSILON = 1e-5  # of batch norm and layer norm


def _keep(kept: Array, mean: Array, inverse: Array) -> None:
    """Leave means and inverses for the way back, each in two numbers that add up to more digits."""
    for row, exact in ((0, mean), (2, inverse)):
        kept[row] = exact
        kept[row + 1] = exact - kept[row].astype(np.float64)


def batch_normalize(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    x, weight, bias = (array.astype(np.float64) for array in reads)
    judged = x[:, : memory.samples]
    mean, variance = judged.mean(axis=1), judged.var(axis=1)
    inverse = 1.0 / np.sqrt(variance + EPSILON)
    _keep(writes[1].reshape(4, -1), mean, inverse)
    writes[2][0], writes[3][0] = mean, variance
    writes[0][:] = (x - mean[:, None]) * (weight.T * inverse[:, None]) + bias.T


def batch_normalize_slope(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, kept, weight = (array.astype(np.float64) for array in reads)
    dy, x, kept = dy[:, : memory.samples], x[:, : memory.samples], kept.reshape(4, -1, 1)
    mean, inverse = kept[0] + kept[1], kept[2] + kept[3]
    normal = (x - mean) * inverse
    d_weight, d_bias = (dy * normal).sum(axis=1), dy.sum(axis=1)
    writes[1][0], writes[2][0] = d_weight, d_bias
    writes[0][:] = 0.0
    rest = (d_bias[:, None] + normal * d_weight[:, None]) / memory.samples
    writes[0][:, : memory.samples] = weight.T * inverse * (dy - rest)


def track(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    unbiased = memory.samples / max(memory.samples - 1, 1) if numbers[0] else 1.0
    writes[0][:] = 0.9 * writes[0] + 0.1 * unbiased * reads[0]


def normalize(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    x, mean, variance, weight, bias = (array.astype(np.float64) for array in reads)
    writes[0][:] = (x - mean.T) * (weight.T / np.sqrt(variance.T + EPSILON)) + bias.T


def layer_normalize(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    x, weight, bias = (array.astype(np.float64) for array in reads)
    mean, inverse = x.mean(axis=0), 1.0 / np.sqrt(x.var(axis=0) + EPSILON)
    _keep(writes[1], mean, inverse)
    writes[0][:] = (x - mean) * inverse * weight.T + bias.T


def layer_normalize_slope(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, kept, weight = (array.astype(np.float64) for array in reads)
    mean, inverse = kept[0] + kept[1], kept[2] + kept[3]
    normal, arriving = (x - mean) * inverse, dy * weight.T
    writes[1][0] = (dy * normal)[:, : memory.samples].sum(axis=1)
    writes[2][0] = dy[:, : memory.samples].sum(axis=1)
    along = normal * (arriving * normal).mean(axis=0)
    writes[0][:] = inverse * (arriving - arriving.mean(axis=0) - along)
