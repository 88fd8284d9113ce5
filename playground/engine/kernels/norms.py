"""Batch and layer normalisation, forward and backward; `moments` says why the way back is in float64."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.moments import (
    column_moments,
    column_moments_with,
    column_straight,
    further,
    moments,
    moments_with,
    straight,
    straight_slope,
    sweeps,
    unit_slope,
)
from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import lane_count, scratch
from playground.engine.kernels.words import EPSILON, NEXT, SAMPLES, SCRATCH, VIEW

AT_ONCE = 32  # units of a batch: so few that they stay in the nearest cache


def batch_normalize(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """weight · (x − mean) / √(variance + ε) + bias, unit by unit; mean and biased variance of the batch.

    For the way back it leaves means and 1 / √(variance + ε) of all units, each in two numbers that add up to
    twice as many digits: (4 · units,).
    """
    out, rows, stride, kept = op[0], op[1], op[2], op[VIEW]
    means, variances = op[2 * VIEW], op[3 * VIEW]
    x, weights, biases = op[4 * VIEW], op[5 * VIEW], op[6 * VIEW]
    samples, vectors = counts[SAMPLES], stride // lane_count(arena)
    center, total = scratch(cells), scratch(cells)
    spread, inverse = scratch(cells), scratch(cells)
    near, missed, narrow = scratch(arena), scratch(arena), scratch(arena)
    scale, shift = scratch(arena), scratch(arena)
    share = 1.0 / float(samples)
    for first in range(0, rows, AT_ONCE):
        count = min(AT_ONCE, rows - first)
        for i in range(count):
            center[i], total[i] = np.float64(arena[x + (first + i) * stride]), 0.0
        for _ in range(sweeps(arena)):
            for i in range(count):
                center[i] += total[i] * share
                total[i], spread[i] = moments(arena, x + (first + i) * stride, samples, center[i])
        for i in range(count):
            total[i] *= share
            variance = spread[i] * share - total[i] * total[i]
            spread[i] = 0.0 if variance <= 0.0 else variance
            inverse[i] = 1.0 / np.sqrt(spread[i] + EPSILON)
        for i in range(count):
            unit = first + i
            near[i], narrow[i] = element(arena, center[i] + total[i]), element(arena, inverse[i])
            missed[i] = element(arena, (center[i] - np.float64(near[i])) + total[i])
            scale[i] = arena[weights + unit] * narrow[i]
            shift[i] = arena[biases + unit] - missed[i] * scale[i]
        for i in range(count):
            unit = first + i
            arena[means + unit], arena[variances + unit] = near[i], element(arena, spread[i])
        for i in range(count):
            unit = kept + first + i
            arena[unit], arena[unit + rows], arena[unit + 2 * rows] = near[i], missed[i], narrow[i]
            arena[unit + 3 * rows] = element(arena, inverse[i] - np.float64(narrow[i]))
        for i in range(count):
            here = (first + i) * stride
            straight(arena, out + here, x + here, vectors, near[i], scale[i], shift[i])
    return NEXT


def batch_normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradients through batch norm, its statistics included; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    d_weights, d_biases, dy, x = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    kept, weights, samples = op[5 * VIEW], op[6 * VIEW], counts[SAMPLES]
    center, plain, along, scale = scratch(cells), scratch(cells), scratch(cells), scratch(cells)
    share = 1.0 / float(samples)
    for first in range(0, rows, AT_ONCE):
        count = min(AT_ONCE, rows - first)
        for i in range(count):
            center[i] = np.float64(arena[kept + first + i])
        for i in range(count):
            here = (first + i) * stride
            plain[i], along[i] = moments_with(arena, x + here, dy + here, samples, center[i])
        for i in range(count):
            unit = first + i
            missed = np.float64(arena[kept + rows + unit])  # what rounding took off the mean
            inverse = np.float64(arena[kept + 2 * rows + unit]) + np.float64(arena[kept + 3 * rows + unit])
            along[i] -= missed * plain[i]
            arena[d_weights + unit] = element(arena, along[i] * inverse)
            arena[d_biases + unit] = element(arena, plain[i])
            scale[i] = np.float64(arena[weights + unit]) * inverse
            along[i] *= -(scale[i] * share) * inverse * inverse
            plain[i] = -(scale[i] * share) * plain[i] - missed * along[i]
        for i in range(count):
            here = (first + i) * stride
            straight_slope(
                arena,
                out + here,
                dy + here,
                x + here,
                samples,
                stride,
                center[i],
                scale[i],
                along[i],
                plain[i],
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
    """weight · (x − mean) / √(variance + ε) + bias, sample by sample.

    For the way back it leaves the samples' means and 1 / √(variance + ε), each in two numbers that add up to
    twice as many digits: (4, samples).
    """
    out, rows, stride, kept = op[0], op[1], op[2], op[VIEW]
    x, weights, biases = op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    center, total, spread = scratch(cells), scratch(cells), scratch(cells)
    near, scale, shift = scratch(arena), scratch(arena), scratch(arena)
    share, width = 1.0 / float(rows), lane_count(arena)
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            center[b], total[b] = np.float64(arena[x + first + b]), 0.0
        for _ in range(sweeps(arena)):
            for b in range(count):
                center[b] += total[b] * share
            for b in range(0, count, width):
                sums = further(total, b), further(spread, b)
                column_moments(arena, x + first + b, stride, rows, further(center, b), sums)
        for b in range(count):
            total[b] *= share
            at, variance = first + b, spread[b] * share - total[b] * total[b]
            variance = 0.0 if variance <= 0.0 else variance
            inverse = 1.0 / np.sqrt(variance + EPSILON)
            near[b], scale[b] = element(arena, center[b] + total[b]), element(arena, inverse)
            missed = (center[b] - np.float64(near[b])) + total[b]
            shift[b] = element(arena, -missed * inverse)
            arena[kept + at], arena[kept + stride + at] = near[b], element(arena, missed)
            arena[kept + 2 * stride + at] = scale[b]
            arena[kept + 3 * stride + at] = element(arena, inverse - np.float64(scale[b]))
        for b in range(0, count, width):
            at, given = first + b, (further(near, b), further(scale, b), further(shift, b))
            column_straight(arena, out + at, x + at, weights, biases, stride, rows, given)
    return NEXT


def layer_normalize_slope(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """The gradients through layer norm, its statistics included; behind the samples stand zeros."""
    out, rows, stride = op[0], op[1], op[2]
    d_weights, d_biases, dy, x = op[VIEW], op[2 * VIEW], op[3 * VIEW], op[4 * VIEW]
    kept, weights, width = op[5 * VIEW], op[6 * VIEW], lane_count(arena)
    mean, inverse, shift = scratch(cells), scratch(cells), scratch(cells)
    plain, along = scratch(cells), scratch(cells)
    share, samples = 1.0 / float(rows), counts[SAMPLES]
    for first in range(0, stride, SCRATCH):
        count = min(SCRATCH, stride - first)
        for b in range(count):
            at = kept + first + b
            mean[b], shift[b] = np.float64(arena[at]), np.float64(arena[at + stride])
            inverse[b] = np.float64(arena[at + 2 * stride]) + np.float64(arena[at + 3 * stride])
        for b in range(0, count, width):
            at, sums = first + b, (further(plain, b), further(along, b))
            column_moments_with(arena, x + at, dy + at, weights, stride, rows, further(mean, b), sums)
        for b in range(count):
            along[b] -= shift[b] * plain[b]
            shift[b] *= -inverse[b]  # what rounding took off the mean
            plain[b] *= -share
            along[b] *= -(inverse[b] * share)
        judged = min(count, max(samples - first, 0))
        given = mean, inverse, shift, along, plain
        for r in range(rows):
            at, weight = r * stride + first, np.float64(arena[weights + r])
            d_bias, d_weight = unit_slope(arena, out + at, x + at, dy + at, judged, count, weight, given)
            if first > 0:
                d_bias += np.float64(arena[d_biases + r])
                d_weight += np.float64(arena[d_weights + r])
            arena[d_biases + r], arena[d_weights + r] = element(arena, d_bias), element(arena, d_weight)
    return NEXT
