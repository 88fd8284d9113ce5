"""Vectors at work on the arena: sums, the largest, copies, a kernel's own scratch memory."""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.intrinsics.building import (
    HALF_BYTES,
    VECTOR_BYTES,
    at,
    fold,
    lanes,
    load,
    store,
    vector_of,
)


@intrinsic
def vector_sum(typing: Any, arena: Any, x: Any, vectors: Any) -> Any:
    """The sum of so many vectors: lane by lane in order, then halves folded onto each other."""
    signature = arena.dtype(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = vector_of(context.get_data_type(arena.dtype))
        base, x, vectors = values
        cell = cgutils.alloca_once_value(builder, ir.Constant(vector, [0.0] * vector.count))
        with cgutils.for_range(builder, vectors) as loop:
            place = builder.add(x, builder.mul(loop.index, ir.Constant(x.type, vector.count)))
            total = builder.load(cell, typ=vector)
            builder.store(builder.fadd(total, load(builder, base, place, vector)), cell)
        return fold(builder, builder.load(cell, typ=vector), vector)

    return signature, generate


@intrinsic
def vanishing_sum(typing: Any, arena: Any, x: Any, vectors: Any) -> Any:
    """The sum of x − x: 0 if all these numbers are finite, NaN if one is not."""
    signature = arena.dtype(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = vector_of(context.get_data_type(arena.dtype))
        base, x, vectors = values
        zero, side_by_side = ir.Constant(vector, [0.0] * vector.count), ir.Constant(x.type, 4)
        cells = [cgutils.alloca_once_value(builder, zero) for _ in range(4)]  # chains that do not wait

        def add(cell: Any, index: Any) -> None:
            place = builder.add(x, builder.mul(index, ir.Constant(x.type, vector.count)))
            number = load(builder, base, place, vector)
            total = builder.load(cell, typ=vector)
            builder.store(builder.fadd(total, builder.fsub(number, number)), cell)

        rounds = builder.sdiv(vectors, side_by_side)
        with cgutils.for_range(builder, rounds) as loop:
            first = builder.mul(loop.index, side_by_side)
            for i, cell in enumerate(cells):
                add(cell, builder.add(first, ir.Constant(x.type, i)))
        with cgutils.for_range(builder, builder.srem(vectors, side_by_side)) as loop:
            add(cells[0], builder.add(builder.mul(rounds, side_by_side), loop.index))
        total = zero
        for cell in cells:
            total = builder.fadd(total, builder.load(cell, typ=vector))
        return fold(builder, total, vector)

    return signature, generate


@intrinsic
def largest_of_rows(typing: Any, arena: Any, x: Any, stride: Any, rows: Any, vectors: Any, to: Any) -> Any:
    """The largest number of each column, for so many vectors of columns: (arena, x, stride, …, to)."""
    signature = types.void(arena, types.int64, types.int64, types.int64, types.int64, arena)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = vector_of(context.get_data_type(arena.dtype))
        base, x, stride, rows, vectors, to = values
        cell = cgutils.alloca_once(builder, vector)
        with cgutils.for_range(builder, vectors) as column:
            step = builder.mul(column.index, ir.Constant(x.type, vector.count))
            first = builder.add(x, step)
            builder.store(load(builder, base, first, vector), cell)
            with cgutils.for_range(builder, rows) as row:
                here = builder.add(first, builder.mul(row.index, stride))
                number, best = load(builder, base, here, vector), builder.load(cell, typ=vector)
                builder.store(builder.select(builder.fcmp_ordered("<=", number, best), best, number), cell)
            store(builder, builder.load(cell, typ=vector), to, step, vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def clear_vectors(typing: Any, arena: Any, out: Any, vectors: Any) -> Any:
    """Set so many vectors to 0."""
    signature = types.void(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = vector_of(context.get_data_type(arena.dtype))
        base, out, vectors = values
        zero = ir.Constant(vector, [0.0] * vector.count)
        with cgutils.for_range(builder, vectors) as loop:
            step = builder.mul(loop.index, ir.Constant(out.type, vector.count))
            store(builder, zero, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


SCRATCH = 256  # numbers


@intrinsic
def scratch(typing: Any, arena: Any) -> Any:
    """A pointer to SCRATCH numbers of the kernel's own, on the stack."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        kind = context.get_data_type(arena.dtype)
        with builder.goto_entry_block():
            place = builder.alloca(kind, ir.Constant(ir.IntType(64), SCRATCH))
            place.align = VECTOR_BYTES
        return builder.bitcast(place, context.get_value_type(arena))

    return arena(arena), generate


@intrinsic
def copy_between(typing: Any, to: Any, out: Any, origin: Any, x: Any, count: Any) -> Any:
    """Copy so many numbers, in half vectors, from one place to another: (to, offset, from, offset, count)."""
    signature = types.void(to, types.int64, origin, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = vector_of(context.get_data_type(to.dtype))
        half = ir.VectorType(vector.element, vector.count // 2)
        to_base, out, from_base, x, count = values

        def copy(step: Any, kind: ir.VectorType) -> None:
            place = at(builder, from_base, builder.add(x, step), kind)
            number = builder.load(place, align=HALF_BYTES, typ=kind)
            builder.store(number, at(builder, to_base, builder.add(out, step), kind), align=HALF_BYTES)

        vectors = builder.sdiv(count, count.type(vector.count))
        with cgutils.for_range(builder, vectors) as loop:
            copy(builder.mul(loop.index, count.type(vector.count)), vector)
        copied = builder.mul(vectors, count.type(vector.count))
        with builder.if_then(builder.icmp_signed("<", copied, count)):
            copy(copied, half)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def lane_count(typing: Any, arena: Any) -> Any:
    """How many numbers of the arena's type a vector holds, known when compiling."""
    count = lanes(32 if arena.dtype == types.float32 else 64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return ir.Constant(ir.IntType(64), count)

    return types.int64(arena), generate
