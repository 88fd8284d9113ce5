"""Batch and layer normalisation, forward and backward."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import clear_vectors, lane_count, scratch, vector_sum
from playground.engine.kernels.words import (
    EPSILON,
    NEXT,
    SAMPLES,
    SCRATCH,
    VIEW,
)


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
