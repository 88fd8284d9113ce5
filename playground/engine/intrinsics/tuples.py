"""Tuples of a fixed length, for catalog functions with any number of settings or slots."""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from playground.engine.intrinsics.building import load_scalar


def _tuple_of(element: Any, count: int) -> Any:
    return types.UniTuple(element, count) if count else types.Tuple(())


@cache
def reader(count: int) -> Any:
    """(pointer, offset, stride) -> the `count` numbers that stand there, as a tuple."""

    @intrinsic
    def read(typing: Any, pointer: Any, offset: Any, stride: Any) -> Any:
        result = _tuple_of(pointer.dtype, count)
        signature = result(pointer, types.int64, types.int64)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            base, offset, stride = values
            kind = context.get_data_type(pointer.dtype)
            found = []
            for i in range(count):
                place = builder.add(offset, builder.mul(stride, ir.Constant(stride.type, i)))
                found.append(load_scalar(builder, base, place, kind))
            return context.make_tuple(builder, result, found)

        return signature, generate

    return read


@cache
def writer(count: int, skip: int) -> Any:
    """(pointer, offset, stride, tuple): store `count` of the tuple's numbers, the first `skip` left out."""

    @intrinsic
    def write(typing: Any, pointer: Any, offset: Any, stride: Any, numbers: Any) -> Any:
        signature = types.void(pointer, types.int64, types.int64, numbers)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            base, offset, stride, packed = values
            kind = context.get_data_type(pointer.dtype)
            for i in range(count):
                place = builder.add(offset, builder.mul(stride, ir.Constant(stride.type, i)))
                value = builder.extract_value(packed, skip + i)
                value = context.cast(builder, value, numbers[skip + i], pointer.dtype)
                builder.store(value, builder.gep(base, [place], inbounds=True, source_etype=kind))
            return context.get_dummy_value()

        return signature, generate

    return write


@cache
def taker(count: int, skip: int) -> Any:
    """(arena, tuple) -> `count` of its numbers after the first `skip`, in the arena's element type."""

    @intrinsic
    def take(typing: Any, arena: Any, numbers: Any) -> Any:
        result = _tuple_of(arena.dtype, count)
        signature = result(arena, numbers)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            packed = values[1]
            found = [
                context.cast(builder, builder.extract_value(packed, skip + i), numbers[skip + i], arena.dtype)
                for i in range(count)
            ]
            return context.make_tuple(builder, result, found)

        return signature, generate

    return take
