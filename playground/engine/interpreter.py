"""The functions that call kernels one after the other, alone or two side by side: what a `Loop` runs.

How two threads share a group of instructions stands in `sharing`.
"""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
import os
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.intrinsics.processor import (
    call,
    flush_tiny_numbers,
    restore_tiny_numbers,
    whole_numbers,
)
from playground.engine.lift import plain

# Written out, because a kept function would not notice that another module's constant changed.
HEAD, COST, TOGETHER = 3, 1, 2  # an instruction's row: address, cost, how many run side by side, operands
PC = 0
WORD, DONE, SLICE, FAILED = 0, 16, 32, 48
FIRST, TABLE, WIDTH, ARENA, COUNTS, CELLS = range(64, 70)
COUNT_BITS = 16  # the word: generation, count, taken
ENDED, NOT_FINITE = -1, -2
PATIENCE = 20_000  # looks at an empty mailbox, some half a millisecond, before the helper takes a nap


def _place(builder: Any, base: Any, index: Any) -> Any:
    return builder.gep(base, [index], inbounds=True, source_etype=ir.IntType(64))


@intrinsic
def look(typing: Any, box: Any, index: Any) -> Any:
    """The number at this place, and all that was written before it."""
    return types.int64(box, types.int64), lambda context, builder, signature, values: builder.load_atomic(
        _place(builder, *values), "acquire", 8, typ=ir.IntType(64)
    )


@intrinsic
def publish(typing: Any, box: Any, index: Any, value: Any) -> Any:
    """Write a number so that whoever sees it sees all that was written before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        builder.store_atomic(values[2], _place(builder, *values[:2]), "release", 8)
        return context.get_dummy_value()

    return types.void(box, types.int64, types.int64), generate


@intrinsic
def add_one(typing: Any, box: Any, index: Any) -> Any:
    """Count one up, atomically; the count before."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.atomic_rmw("add", _place(builder, *values), ir.Constant(ir.IntType(64), 1), "acq_rel")

    return types.int64(box, types.int64), generate


@intrinsic
def swap_if(typing: Any, box: Any, index: Any, old: Any, new: Any) -> Any:
    """Replace `old` by `new` if it still stands there; True if it did."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        found = builder.cmpxchg(_place(builder, *values[:2]), values[2], values[3], "acq_rel", "acquire")
        return builder.extract_value(found, 1)

    return types.boolean(box, types.int64, types.int64, types.int64), generate


@intrinsic
def breathe(typing: Any) -> Any:
    """Tell the processor that this thread only waits."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if llvm.get_default_triple().startswith(("x86", "i686", "amd64")):
            kind = ir.FunctionType(ir.VoidType(), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "llvm.x86.sse2.pause"), [])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def give_way(typing: Any) -> Any:
    """Let another thread have the processor, where the system's C library says how."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if os.name == "posix":
            kind = ir.FunctionType(ir.IntType(32), [])
            builder.call(cgutils.get_or_insert_function(builder.module, kind, "sched_yield"), [])
        return context.get_dummy_value()

    return types.void(), generate


def wait(turns: int, most: int) -> None:
    """Wait a little; after so many turns another thread may need the processor more."""
    if turns % most == most - 1:
        give_way()
    else:
        breathe()


def take(box: Any) -> int:
    """Run one instruction of the group at hand, if one is left: 1 if so, else 0."""
    word = look(box, WORD)
    taken, count = word & ((1 << COUNT_BITS) - 1), (word >> COUNT_BITS) & ((1 << COUNT_BITS) - 1)
    if taken >= count or not swap_if(box, WORD, word, word + 1):
        return 0
    at = (box[FIRST] + taken) * box[WIDTH]
    rows = whole_numbers(box[TABLE])
    status = call(rows[at], box[TABLE] + (at + HEAD) * 8, box[ARENA], box[COUNTS], box[CELLS])
    if status < 0:
        publish(box, FAILED, 1)
    add_one(box, DONE)
    return 1


def share_group(box: Any, first: int, count: int) -> int:
    """Run a group of instructions together with the helper: 0, or NOT_FINITE if one of them says so."""
    box[FIRST] = first
    publish(box, FAILED, 0)
    publish(box, DONE, 0)
    generation = (look(box, WORD) >> (2 * COUNT_BITS)) + 1
    publish(box, WORD, ((generation & 0x3FFFFFFF) << (2 * COUNT_BITS)) | (count << COUNT_BITS))
    turns = 0
    while look(box, DONE) < count:
        if _TAKE(box) == 0:
            turns += 1
            _WAIT(turns, 1024)
    return NOT_FINITE if look(box, FAILED) != 0 else 0


_WAIT = plain(wait)
_TAKE = plain(take)
_SHARE = plain(share_group)


def help_along(mailbox: int, number: int) -> int:
    """What the helper does: take instructions while this slice lasts, or until nothing comes for long."""
    box = whole_numbers(mailbox)
    before, idle = flush_tiny_numbers(), 0
    while look(box, SLICE) == number and idle < PATIENCE:
        if _TAKE(box) == 1:
            idle = 0
        else:
            idle += 1
            _WAIT(idle, 2048)
    restore_tiny_numbers(before)
    return 0


def run(table: int, width: int, arena: int, counts: int, cells: int, budget: int) -> int:
    """Run until done, stopped, or so much estimated work is spent."""
    rows, state = whole_numbers(table), whole_numbers(counts)
    pc, status = state[PC], 0
    before = flush_tiny_numbers()
    while budget > 0:
        at = pc * width
        status = call(rows[at], table + (at + HEAD) * 8, arena, counts, cells)
        budget -= rows[at + COST]
        if status == 0:
            pc += 1
        elif status > 0:
            pc = status - 1
        else:
            break
    restore_tiny_numbers(before)
    if status != ENDED:
        state[PC] = pc
    return min(status, 0)


def run_shared(table: int, width: int, arena: int, counts: int, cells: int, budget: int, mailbox: int) -> int:
    """As `run`, with the helper: a parallel group counts as one instruction."""
    rows, state, box = whole_numbers(table), whole_numbers(counts), whole_numbers(mailbox)
    pc, status = state[PC], 0
    before = flush_tiny_numbers()
    while budget > 0:
        at = pc * width
        together = rows[at + TOGETHER]
        if together > 1:
            status = _SHARE(box, pc, together)
            for i in range(together):
                budget -= rows[at + i * width + COST]
        else:
            together = 1
            status = call(rows[at], table + (at + HEAD) * 8, arena, counts, cells)
            budget -= rows[at + COST]
        if status == 0:
            pc += together
        elif status > 0:
            pc = status - 1
        else:
            break
    restore_tiny_numbers(before)
    if status != ENDED:
        state[PC] = pc
    return min(status, 0)
