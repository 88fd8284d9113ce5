"""Counting steps, evaluating, recording the curves, stopping early."""

from __future__ import annotations

from typing import Any

import numpy as np

from playground.engine.intrinsics.scalars import element
from playground.engine.intrinsics.vectors import clear_vectors, copy_between, lane_count, scratch, vector_sum
from playground.engine.kernels.words import (
    AGAIN,
    BATCH,
    BEGIN,
    CHECK,
    CHUNK,
    DONE,
    EPOCH,
    EVALUATION_GAP,
    FIRST_RECORD,
    LEAST,
    LOSS_SUM,
    METRIC_SUM,
    MOST_RECORDS,
    NEXT,
    OVER,
    PC,
    POSITION,
    READ,
    RECORD_SIZE,
    RECORDS,
    RESTORES,
    SAMPLES,
    SCRATCH,
    SET,
    SET_SAMPLES,
    STEP,
    STOP,
    TAKE,
    TRAIN,
    TRAIN_LOSS,
    TRAIN_METRIC,
    VALIDATION,
    VALUE,
    VIEW,
    WATCHED,
    WRITE,
)


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


def over(counts: Any) -> bool:
    """True where so few samples are left of the epoch that they make no batch."""
    return counts[SET_SAMPLES] - counts[POSITION] < counts[LEAST]


def next_step(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """Count the step; evaluate if its turn has come, or after every epoch."""
    counts[STEP] += 1
    if counts[STEP] >= counts[CHECK] or (op[1] != 0 and OVER(counts)):
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
    steps = (every - counts[LEAST]) // batch + 1
    first = FIRST_RECORD + counts[RECORDS] * RECORD_SIZE
    cells[first] = float(step)
    done = 1.0 if OVER(counts) else float(counts[POSITION]) / float(min(every, steps * batch))
    cells[first + 1] = float(counts[EPOCH]) + done
    cells[first + 2] = cells[TRAIN_LOSS]
    cells[first + 3] = loss_now
    cells[first + 4] = cells[rate] if rate >= 0 else np.nan
    cells[first + 5] = cells[TRAIN_METRIC]
    cells[first + 6] = metric_now
    counts[RECORDS] += 1
    judged = counts[SET_SAMPLES + TRAIN] + counts[SET_SAMPLES + VALIDATION]
    counts[CHECK] = step + EVALUATION_GAP(step, steps, batch, judged, eager)
    return NEXT


def watch(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After an epoch, tell the schedule its loss."""
    if OVER(counts):
        WRITE(cells, op[0], 1, VALUE(cells[WATCHED], *READ(cells, op[0], 1)))
    return NEXT


def early_stop(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After an epoch: keep the weights if it was the best, stop if the best is long past."""
    if not OVER(counts):
        return NEXT
    at = op[2 * VIEW] if RESTORES else op[0]
    best, waited, stopped, patience, least = at, at + 1, at + 2, at + 3, at + 4
    if cells[WATCHED] < cells[best] - cells[least]:
        cells[best] = cells[WATCHED]
        cells[waited] = 0.0
        if RESTORES:
            copy_between(arena, op[0], arena, op[VIEW], op[1])
        return NEXT
    cells[waited] += 1.0
    if cells[waited] < cells[patience]:
        return NEXT
    cells[waited] = 0.0
    cells[stopped] = 1.0
    if RESTORES and cells[best] < np.inf:
        copy_between(arena, op[VIEW], arena, op[0], op[1])
    counts[PC] = op[2 * VIEW + 1] if RESTORES else op[1]
    return DONE


def repeat(op: Any, arena: Any, counts: Any, cells: Any) -> int:
    """After the evaluation: the next step, unless the records are full and have to be fetched."""
    if counts[RECORDS] == MOST_RECORDS:
        counts[PC] = op[0]
        return DONE
    return AGAIN(counts, op[0])
