"""Calls by address, pointers, and how the processor treats tiny numbers."""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def call(typing: Any, address: Any, operands: Any, arena: Any, counts: Any, reals: Any) -> Any:
    """Call the kernel at this address; all arguments are addresses. 1 ns.

    A kernel is called as Numba's functions call each other: the first two arguments are places for what it
    returns, and for an exception, which no kernel raises.
    """
    signature = types.int64(*[types.int64] * 5)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        whole, none = ir.IntType(64), ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.IntType(32), [whole.as_pointer(), none, *[whole] * 4])
        returned = cgutils.alloca_once(builder, whole)
        kernel = builder.inttoptr(values[0], kind.as_pointer())
        builder.call(kernel, [returned, ir.Constant(none, None), *values[1:]])
        return builder.load(returned, typ=whole)

    return signature, generate


@intrinsic
def whole_numbers(typing: Any, address: Any) -> Any:
    """A pointer to the int64 numbers at this address."""
    signature = types.CPointer(types.int64)(types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[0], ir.IntType(64).as_pointer())

    return signature, generate


@intrinsic
def numbers_like(typing: Any, arena: Any, address: Any) -> Any:
    """A pointer to numbers of the arena's type at this address."""
    signature = arena(arena, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return builder.inttoptr(values[1], context.get_value_type(arena))

    return signature, generate


@intrinsic
def flush_tiny_numbers(typing: Any) -> Any:
    """From here on numbers below the smallest normal one (1e-38) count as 0; returns how it was before.

    Some processors take a hundred times as long for them, and a network that has learned its task is
    full of them. On processors other than x86 nothing changes.
    """

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        before = _floating_point_control(builder)
        if before is None:
            return ir.Constant(ir.IntType(32), 0)
        _set_floating_point_control(builder, builder.or_(before, ir.Constant(before.type, 0x8040)))
        return before

    return types.int32(), generate


@intrinsic
def restore_tiny_numbers(typing: Any, before: Any) -> Any:
    """Undo `flush_tiny_numbers`."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        if _is_x86():
            _set_floating_point_control(builder, values[0])
        return context.get_dummy_value()

    return types.void(types.int32), generate


def _is_x86() -> bool:
    return llvm.get_default_triple().startswith(("x86", "i686", "amd64"))


def _floating_point_control(builder: Any) -> Any:
    if not _is_x86():
        return None
    place = cgutils.alloca_once(builder, ir.IntType(32))
    _control(builder, "stmxcsr", place)
    return builder.load(place, typ=ir.IntType(32))


def _set_floating_point_control(builder: Any, value: Any) -> None:
    place = cgutils.alloca_once(builder, ir.IntType(32))
    builder.store(value, place)
    _control(builder, "ldmxcsr", place)


def _control(builder: Any, name: str, place: Any) -> None:
    pointer = builder.bitcast(place, ir.IntType(8).as_pointer())
    kind = ir.FunctionType(ir.VoidType(), [pointer.type])
    builder.call(cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.sse.{name}"), [pointer])
