"""Counting steps, measuring the curves, early stopping. The twins of `kernels.evaluation`."""

from __future__ import annotations

import numpy as np

from playground.catalog.losses import losses
from playground.catalog.schedules import schedules
from playground.engine import program as p
from playground.engine.program import Count
from playground.engine.twin.words import Arrays, Memory, each


def halt(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    memory.counts[Count.PC] = 0
    return p.DONE


def next_step(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    memory.counts[Count.STEP] += 1
    start, every_epoch = numbers
    if memory.counts[Count.STEP] >= memory.counts[Count.CHECK] or (every_epoch and memory.over):
        return p.NEXT
    return _again(memory, start)


def _again(memory: Memory, start: int) -> int:
    """On to the next step, or halt where the machine was told to."""
    memory.counts[Count.PC] = start
    return p.DONE if memory.counts[Count.STEP] >= memory.counts[Count.STOP] else start + 1


def begin_evaluation(
    memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]
) -> None:
    memory.counts[Count.SET], memory.counts[Count.CHUNK] = numbers[0], 0
    memory.cells[p.LOSS_SUM] = memory.cells[p.METRIC_SUM] = 0.0


def judge(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y = (array[:, : memory.samples] for array in reads)
    over_outputs, *cells = numbers
    settings = (len(o), *memory.cells[cells].tolist())
    found = each(losses[key].value, o, y, settings=settings).sum()
    memory.cells[p.LOSS_SUM] += found / (len(o) if over_outputs else 1)


def hits(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y = (array[:, : memory.samples] for array in reads)
    answers = o.argmax(axis=0) if len(o) > 1 else o[0] > 0.5
    memory.cells[p.METRIC_SUM] += (answers == y[0]).sum()


def squares(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    o, y, scale = reads
    difference = ((o - y) * scale.T)[:, : memory.samples]
    memory.cells[p.METRIC_SUM] += (difference**2).sum() / len(o)


def next_chunk(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    counts = memory.counts
    counts[Count.CHUNK] += memory.samples
    return numbers[0] + 1 if counts[Count.CHUNK] < counts[Count.SET_SAMPLES + counts[Count.SET]] else p.NEXT


def record(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    counts, cells = memory.counts, memory.cells
    fetch, rate, eager = numbers
    samples = counts[Count.SET_SAMPLES + counts[Count.SET]]
    loss, metric = cells[p.LOSS_SUM] / samples, cells[p.METRIC_SUM] / samples
    cells[p.WATCHED] = loss
    if counts[Count.SET] == p.TRAIN:
        cells[p.TRAIN_LOSS], cells[p.TRAIN_METRIC] = loss, metric
        loss = metric = np.nan
        if counts[Count.SET_SAMPLES + p.VALIDATION]:
            begin_evaluation(memory, "", [], [], (p.VALIDATION,))
            return fetch + 1
    every = counts[Count.SET_SAMPLES]
    step, batch = int(counts[Count.STEP]), min(counts[Count.BATCH], every)
    if step < counts[Count.CHECK]:
        return p.NEXT
    first = p.FIRST_RECORD + int(counts[Count.RECORDS]) * p.RECORD_SIZE
    steps = int(every - counts[Count.LEAST]) // int(batch) + 1
    learned = min(every, steps * batch)
    epoch = counts[Count.EPOCH] + (1.0 if memory.over else counts[Count.POSITION] / learned)
    cells[first : first + p.RECORD_SIZE] = (
        step,
        epoch,
        cells[p.TRAIN_LOSS],
        loss,
        cells[rate] if rate >= 0 else np.nan,
        cells[p.TRAIN_METRIC],
        metric,
    )
    counts[Count.RECORDS] += 1
    judged = int(counts[Count.SET_SAMPLES + p.TRAIN] + counts[Count.SET_SAMPLES + p.VALIDATION])
    counts[Count.CHECK] = step + evaluation_gap(step, steps, int(batch), judged, eager)
    return p.NEXT


def watch(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    entry, start = schedules[key], numbers[0]
    if memory.over:
        assert entry.watch is not None
        before = memory.cells[start : start + 3 + len(entry.settings)].tolist()
        memory.cells[start : start + 3] = entry.watch(float(memory.cells[p.WATCHED]), *before)


def early_stop(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    if not memory.over:
        return p.NEXT
    at, start = numbers
    best, waited, _, patience, least = memory.cells[at : at + 5].tolist()
    improved = memory.cells[p.WATCHED] < best - least
    over = not improved and waited + 1 >= patience
    memory.cells[at : at + 3] = (
        memory.cells[p.WATCHED] if improved else best,
        0.0 if improved or over else waited + 1,
        over,
    )
    if writes and improved:
        writes[0][:] = writes[1]
    if writes and over and best < np.inf:
        writes[1][:] = writes[0]
    memory.counts[Count.PC] = start if over else memory.counts[Count.PC]
    return p.DONE if over else p.NEXT


def repeat(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> int:
    if memory.counts[Count.RECORDS] == p.MOST_RECORDS:
        memory.counts[Count.PC] = numbers[0]
        return p.DONE
    return _again(memory, numbers[0])


def evaluation_gap(step: int, steps_per_epoch: int, batch: int, judged: int, eager: int) -> int:
    """Steps to the next look: an epoch or 0.5 % of the run, after `eager` epochs at most 3 % of the work.

    To judge a sample costs a third of training on it, so 32 times that cost goes by in between.
    """
    gap = max(steps_per_epoch, step // 200)
    return gap if step < eager * steps_per_epoch else max(gap, 32 * judged // (3 * batch))
