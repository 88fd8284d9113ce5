"""Batch norm and layer norm, forward and backward. The twins of `kernels.norms`."""

from __future__ import annotations

import numpy as np

from playground.engine.twin.words import Arrays, Memory

EPSILON = 1e-5  # of batch norm and layer norm


def batch_normalize(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    x, weight, bias = (array.astype(np.float64) for array in reads)
    judged = x[:, : memory.samples]
    mean, variance = judged.mean(axis=1), judged.var(axis=1)
    writes[1][0], writes[2][0] = mean, variance
    scale = weight.T / np.sqrt(variance[:, None] + EPSILON)
    writes[0][:] = (x - mean[:, None]) * scale + bias.T


def batch_normalize_slope(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, _, weight = (array.astype(np.float64) for array in reads)
    dy, x = dy[:, : memory.samples], x[:, : memory.samples]
    inverse = 1.0 / np.sqrt(x.var(axis=1, keepdims=True) + EPSILON)
    normal = (x - x.mean(axis=1, keepdims=True)) * inverse
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
    writes[1][0] = mean
    writes[0][:] = (x - mean) * inverse * weight.T + bias.T


def layer_normalize_slope(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    dy, x, _, weight = (array.astype(np.float64) for array in reads)
    inverse = 1.0 / np.sqrt(x.var(axis=0) + EPSILON)
    normal, arriving = (x - x.mean(axis=0)) * inverse, dy * weight.T
    writes[1][0] = (dy * normal)[:, : memory.samples].sum(axis=1)
    writes[2][0] = dy[:, : memory.samples].sum(axis=1)
    along = normal * (arriving * normal).mean(axis=0)
    writes[0][:] = inverse * (arriving - arriving.mean(axis=0) - along)
