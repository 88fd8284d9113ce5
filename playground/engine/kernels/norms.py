"""Batch and layer normalisation, forward and backward; `moments` says why the way back is in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.moments import (
    column_moments,
    column_slope,
    further,
    moments,
    moments_with,
    normal_moments,
    straight,
    straight_slope,
)
from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import lane_count, scratch
from playground.engine.kernels.words import EPSILON, NEXT, SAMPLES, SCRATCH, VIEW


def batch_normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, unit by unit; mean and biased variance of the batch."""
    out, rows, stride, means, variances = op[0], op[1], op[2], op[VIEW], op[2 * VIEW]
    x, weights, biases = op[3 * VIEW], op[4 * VIEW], op[5 * VIEW]
    samples, vectors = counts[SAMPLES], stride // lane_count(arena)
    center, scale, shift = scratch(arena), scratch(arena), scratch(arena)
    zero, one, epsilon = element(arena, 0.0), element(arena, 1.0), element(arena, EPSILON)
    share = element(arena, 1.0 / float(samples))
    for first in range(0, rows, SCRATCH):
        count = min(SCRATCH, rows - first)
        for i in range(count):
            center[i] = moments(arena, x + (first + i) * stride, samples, zero)[0] * share
        for i in range(count):
            shift[i], scale[i] = moments(arena, x + (first + i) * stride, samples, center[i])
        for i in range(count):
            missed = shift[i] * share  # what rounding took off the mean
            variance = scale[i] * share - missed * missed
            variance = zero if variance <= zero else variance
            scale[i] = arena[weights + first + i] * (one / np.sqrt(variance + epsilon))
            shift[i] = arena[biases + first + i] - missed * scale[i]
            arena[means + first + i], arena[variances + first + i] = center[i] + missed, variance
        for i in range(count):
            here = (first + i) * stride
            straight(arena, out + here, x + here, vectors, center[i], scale[i], shift[i])
    return NEXT


def batch_normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradients through batch norm, its statistics included; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    d_weights, d_biases, dy, x = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    means, weights, samples = op[5 * VIEW], op[6 * VIEW], counts[SAMPLES]
    center, scale, bend, rest, along = (
        scratch(cells),
        scratch(cells),
        scratch(cells),
        scratch(cells),
        scratch(cells),
    )
    share = 1.0 / float(samples)
    for first in range(0, rows, SCRATCH):
        count = min(SCRATCH, rows - first)
        for i in range(count):
            here = (first + i) * stride
            center[i] = np.float64(arena[means + first + i])
            scale[i], bend[i], rest[i], along[i] = moments_with(
                arena, x + here, dy + here, samples, center[i]
            )
        for i in range(count):
            missed = scale[i] * share  # what rounding took off the mean
            variance = bend[i] * share - missed * missed
            variance = 0.0 if variance <= 0.0 else variance
            inverse = 1.0 / np.sqrt(variance + EPSILON)
            d_weight = (along[i] - missed * rest[i]) * inverse
            arena[d_weights + first + i] = element(arena, d_weight)
            arena[d_biases + first + i] = element(arena, rest[i])
            center[i] += missed
            scale[i] = np.float64(arena[weights + first + i]) * inverse
            bend[i] = -(scale[i] * share) * inverse * d_weight
            rest[i] *= -(scale[i] * share)
        for i in range(count):
            here = (first + i) * stride
            straight_slope(
                arena, out + here, dy + here, x + here, samples, stride, center[i], scale[i], bend[i], rest[i]
            )
    return NEXT


def normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, with a mean and a variance that are kept."""
    out, rows, stride, x = op[0], op[1], op[2], op[VIEW]
    means, variances, weights, biases = op[2 * VIEW], op[3 * VIEW], op[4 * VIEW], op[5 * VIEW]
    vectors = stride // lane_count(arena)
    one, epsilon = element(arena, 1.0), element(arena, EPSILON)
    for r in range(rows):
        scale = arena[weights + r] * (one / np.sqrt(arena[variances + r] + epsilon))
        here = r * stride
        straight(arena, out + here, x + here, vectors, arena[means + r], scale, arena[biases + r])
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


def layer_normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, sample by sample; and the means, in one row."""
    out, rows, stride, means = op[0], op[1], op[2], op[VIEW]
    x, weights, biases = op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    center, shift, inverse = scratch(arena), scratch(arena), scratch(arena)
    zero, one, epsilon = element(arena, 0.0), element(arena, 1.0), element(arena, EPSILON)
    share = element(arena, 1.0 / float(rows))
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            center[b], shift[b], inverse[b] = zero, zero, zero
        for r in range(rows):
            for b in range(count):
                center[b] += arena[x + r * stride + first + b]
        for b in range(count):
            center[b] *= share
            arena[means + first + b] = center[b]
        for r in range(rows):
            for b in range(count):
                d = arena[x + r * stride + first + b] - center[b]
                shift[b] += d
                inverse[b] += d * d
        for b in range(count):
            shift[b] *= share  # what rounding took off the mean
            variance = inverse[b] * share - shift[b] * shift[b]
            variance = zero if variance <= zero else variance
            inverse[b] = one / np.sqrt(variance + epsilon)
        for r in range(rows):
            weight, bias = arena[weights + r], arena[biases + r]
            for b in range(count):
                here = r * stride + first + b
                normal = ((arena[x + here] - center[b]) - shift[b]) * inverse[b]
                arena[out + here] = normal * weight + bias
    return NEXT


def layer_normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradients through layer norm, its statistics included."""
    out, rows, stride = op[0], op[1], op[2]
    d_weights, d_biases, dy, x = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    means, weights, width = op[5 * VIEW], op[6 * VIEW], lane_count(arena)
    mean, total, inverse, plain, along = (
        scratch(cells),
        scratch(cells),
        scratch(cells),
        scratch(cells),
        scratch(cells),
    )
    share, samples = 1.0 / float(rows), counts[SAMPLES]
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            mean[b] = np.float64(arena[means + first + b])
        for b in range(0, count, width):
            at = first + b
            sums = further(total, b), further(inverse, b), further(plain, b), further(along, b)
            column_moments(arena, x + at, dy + at, weights, stride, rows, further(mean, b), sums)
        for b in range(count):
            missed = total[b] * share  # what rounding took off the mean
            variance = inverse[b] * share - missed * missed
            variance = 0.0 if variance <= 0.0 else variance
            inverse[b] = 1.0 / np.sqrt(variance + EPSILON)
            mean[b] += missed
            along[b] = (along[b] - missed * plain[b]) * inverse[b] * share
            plain[b] *= share
        for b in range(0, count, width):
            at = first + b
            given = further(mean, b), further(inverse, b), further(plain, b), further(along, b)
            column_slope(arena, out + at, x + at, dy + at, weights, stride, rows, given)
        judged = min(count, max(samples - first, 0))
        for r in range(rows):
            at = r * stride + first
            d_bias, d_weight = normal_moments(arena, x + at, dy + at, judged, mean, inverse)
            if first > 0:
                d_bias += np.float64(arena[d_biases + r])
                d_weight += np.float64(arena[d_weights + r])
            arena[d_biases + r], arena[d_weights + r] = element(arena, d_bias), element(arena, d_weight)
    return NEXT
