"""Two threads on one program: a second one takes instructions of a parallel group off the first one's hands.

A group is published as one whole number: how many instructions it has and how many are taken. Whoever
raises that number by one, atomically, runs that instruction; the first thread goes on when all are done.
It never waits for the second one to come, only for what that one has begun, so a slow or missing helper
costs time and nothing else. Which thread runs an instruction changes no bit: each writes places of its own.
"""

from __future__ import annotations

from playground.engine import kernel_cache  # isort: skip  # before Numba
import os
import threading
import time
from functools import cache
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.vectors import call, flush_tiny_numbers, restore_tiny_numbers, whole_numbers

# The mailbox, in whole numbers; what different threads write lies on different cache lines.
WORD, DONE, SLICE, FAILED = 0, 16, 32, 48
FIRST, TABLE, WIDTH, ARENA, COUNTS, CELLS = range(64, 70)
MAILBOX_SIZE = 80
COUNT_BITS = 16  # the word: generation, count, taken
HEAD, NOT_FINITE = 3, -2
PATIENCE = 20_000  # looks at an empty mailbox, some half a millisecond, before the helper takes a nap
NAP = 0.0001  # seconds


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


def _wait(turns: int, most: int) -> None:
    """Wait a little; after so many turns another thread may need the processor more."""
    if turns % most == most - 1:
        give_way()
    else:
        breathe()


def _take(box: Any) -> int:
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


def _share(box: Any, first: int, count: int) -> int:
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


def _help(mailbox: int, number: int) -> None:
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


_WAIT = njit(error_model="numpy")(_wait)
_TAKE = njit(error_model="numpy")(_take)
share = njit(error_model="numpy")(_share)


def kept(function: Any, signature: Any) -> Any:
    """The function compiled for these types without Python's lock, kept on disk if that works."""
    for keep in (True, False) if kernel_cache.FOLDER is not None else (False,):
        try:
            return njit(signature, nogil=True, cache=keep, error_model="numpy")(function)
        except Exception:  # a damaged cache, a full disk
            if not keep:
                raise
            kernel_cache.clear()
    raise AssertionError("unreachable")


class Helper:
    """The second thread. It sleeps between slices; one program at a time has it.

    Nobody waits for it to start or to stop, so a slice can end and the process can close at any moment.
    """

    def __init__(self) -> None:
        self.mailbox = np.zeros(MAILBOX_SIZE, np.int64)
        self._help = kept(_help, types.void(types.int64, types.int64))
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._number = 0
        threading.Thread(target=self._work, name="engine helper", daemon=True).start()

    def begin(self, table: int, width: int, arena: int, counts: int, cells: int) -> bool:
        """Wake the helper for a slice of this program; False if it is busy with another."""
        if not self._lock.acquire(blocking=False):
            return False
        self.mailbox[[TABLE, WIDTH, ARENA, COUNTS, CELLS]] = table, width, arena, counts, cells
        self._number += 1
        self.mailbox[SLICE] = self._number
        self._wanted.set()
        return True

    def end(self) -> None:
        """The slice is over; the helper goes back to sleep."""
        self.mailbox[SLICE] = 0
        self._lock.release()

    def _work(self) -> None:
        while self._wanted.wait():
            self._wanted.clear()
            number = self._number
            self._help(self.mailbox.ctypes.data, number)
            while self.mailbox[SLICE] == number:
                time.sleep(NAP)
                self._help(self.mailbox.ctypes.data, number)


@cache
def helper() -> Helper:
    """The one helper of this process, made when it is first needed."""
    return Helper()
