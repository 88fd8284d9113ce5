"""Explicit vectors for norms: sums over rows, and straight maps of them.

The gradient through a norm is a small rest of large numbers that cancel, most of all where its inputs
hardly vary or are few. In float32 that rest would be noise, so what serves the way back takes float32 rows
and computes in float64.
"""

from __future__ import annotations

from typing import Any

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.intrinsics.building import fold, load, load_scalar, spread, store, vector_of

_WHOLE = ir.IntType(64)
_DOUBLE = ir.DoubleType()


def _wide(vector: ir.VectorType) -> ir.VectorType:
    """As many float64 numbers as the vector has numbers."""
    return ir.VectorType(_DOUBLE, vector.count)


def _load_wide(builder: Any, base: Any, offset: Any, vector: ir.VectorType) -> Any:
    value = load(builder, base, offset, vector)
    return value if vector.element == _DOUBLE else builder.fpext(value, _wide(vector))


def _store_narrow(builder: Any, value: Any, base: Any, offset: Any, vector: ir.VectorType) -> None:
    narrow = value if vector.element == _DOUBLE else builder.fptrunc(value, vector)
    store(builder, narrow, base, offset, vector)


def _lanes_below(builder: Any, count: Any, width: int) -> Any:
    """True in the first `count` lanes."""
    kind = ir.VectorType(_WHOLE, width)
    return builder.icmp_signed("<", ir.Constant(kind, list(range(width))), spread(builder, count, kind))


def _sums(builder: Any, wide: ir.VectorType, count: Any, terms: Any, number: int) -> list[Any]:
    """Totals over `count` numbers: `terms(offset)` gives the vectors that are added at an offset."""
    zero, width = ir.Constant(wide, [0.0] * wide.count), ir.Constant(_WHOLE, wide.count)
    cells = [cgutils.alloca_once(builder, wide) for _ in range(number)]
    for cell in cells:
        builder.store(zero, cell)
    full = builder.sdiv(count, width)
    with cgutils.for_range(builder, full) as loop:
        for cell, term in zip(cells, terms(builder.mul(loop.index, width)), strict=True):
            builder.store(builder.fadd(builder.load(cell, typ=wide), term), cell)
    rest = builder.srem(count, width)
    with builder.if_then(builder.icmp_signed(">", rest, ir.Constant(_WHOLE, 0))):
        mask = _lanes_below(builder, rest, wide.count)
        for cell, term in zip(cells, terms(builder.mul(full, width)), strict=True):
            kept = builder.select(mask, term, zero)
            builder.store(builder.fadd(builder.load(cell, typ=wide), kept), cell)
    return [fold(builder, builder.load(cell, typ=wide), wide) for cell in cells]


@intrinsic
def moments(typing: Any, arena: Any, x: Any, count: Any, center: Any) -> Any:
    """Σ d and Σ d² over a row, d = x − center, in the arena's own element type."""
    result = types.UniTuple(arena.dtype, 2)
    signature = result(arena, types.int64, types.int64, arena.dtype)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, count, center = values
        vector = vector_of(context.get_data_type(arena.dtype))
        middle = spread(builder, center, vector)

        def terms(offset: Any) -> list[Any]:
            d = builder.fsub(load(builder, base, builder.add(x, offset), vector), middle)
            return [d, builder.fmul(d, d)]

        return context.make_tuple(builder, result, _sums(builder, vector, count, terms, 2))

    return signature, generate


@intrinsic
def moments_with(typing: Any, arena: Any, x: Any, dy: Any, count: Any, center: Any) -> Any:
    """Σ d, Σ d², Σ dy and Σ dy·d over a row, d = x − center."""
    result = types.UniTuple(types.float64, 4)
    signature = result(arena, types.int64, types.int64, types.int64, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, dy, count, center = values
        vector = vector_of(context.get_data_type(arena.dtype))
        middle = spread(builder, center, _wide(vector))

        def terms(offset: Any) -> list[Any]:
            d = builder.fsub(_load_wide(builder, base, builder.add(x, offset), vector), middle)
            slope = _load_wide(builder, base, builder.add(dy, offset), vector)
            return [d, builder.fmul(d, d), slope, builder.fmul(slope, d)]

        return context.make_tuple(builder, result, _sums(builder, _wide(vector), count, terms, 4))

    return signature, generate


@intrinsic
def normal_moments(typing: Any, arena: Any, x: Any, dy: Any, count: Any, means: Any, inverses: Any) -> Any:
    """Σ dy and Σ dy·n over a row, n = (x − mean) · inverse with a mean and an inverse for each sample."""
    result = types.UniTuple(types.float64, 2)
    pointer = types.CPointer(types.float64)
    signature = result(arena, types.int64, types.int64, types.int64, pointer, pointer)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, dy, count, means, inverses = values
        vector = vector_of(context.get_data_type(arena.dtype))

        def terms(offset: Any) -> list[Any]:
            d = _load_wide(builder, base, builder.add(x, offset), vector)
            d = builder.fsub(d, load(builder, means, offset, _wide(vector)))
            slope = _load_wide(builder, base, builder.add(dy, offset), vector)
            n = builder.fmul(d, load(builder, inverses, offset, _wide(vector)))
            return [slope, builder.fmul(slope, n)]

        return context.make_tuple(builder, result, _sums(builder, _wide(vector), count, terms, 2))

    return signature, generate


@intrinsic
def straight(
    typing: Any, arena: Any, out: Any, x: Any, vectors: Any, center: Any, scale: Any, shift: Any
) -> Any:
    """A row of (x − center) · scale + shift, in the arena's own element type."""
    signature = types.void(arena, *[types.int64] * 3, *[arena.dtype] * 3)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, out, x, vectors, *numbers = values
        vector = vector_of(context.get_data_type(arena.dtype))
        center, scale, shift = (spread(builder, number, vector) for number in numbers)
        with cgutils.for_range(builder, vectors) as loop:
            step = builder.mul(loop.index, ir.Constant(_WHOLE, vector.count))
            d = builder.fsub(load(builder, base, builder.add(x, step), vector), center)
            value = builder.fadd(builder.fmul(d, scale), shift)
            store(builder, value, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def straight_slope(
    typing: Any,
    arena: Any,
    out: Any,
    dy: Any,
    x: Any,
    count: Any,
    stride: Any,
    center: Any,
    a: Any,
    b: Any,
    c: Any,
) -> Any:
    """A row of dy · a + (x − center) · b + c, with zeros behind the first `count` numbers."""
    signature = types.void(arena, *[types.int64] * 5, *[types.float64] * 4)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, out, dy, x, count, stride, *numbers = values
        vector = vector_of(context.get_data_type(arena.dtype))
        wide = _wide(vector)
        center, a, b, c = (spread(builder, number, wide) for number in numbers)
        zero = ir.Constant(wide, [0.0] * wide.count)
        vectors = builder.sdiv(stride, ir.Constant(_WHOLE, vector.count))
        with cgutils.for_range(builder, vectors) as loop:
            step = builder.mul(loop.index, ir.Constant(_WHOLE, vector.count))
            d = builder.fsub(_load_wide(builder, base, builder.add(x, step), vector), center)
            slope = _load_wide(builder, base, builder.add(dy, step), vector)
            value = builder.fadd(builder.fadd(builder.fmul(slope, a), builder.fmul(d, b)), c)
            kept = builder.select(_lanes_below(builder, builder.sub(count, step), wide.count), value, zero)
            _store_narrow(builder, kept, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


def _over_units(builder: Any, rows: Any, width: int, terms: Any, number: int) -> list[Any]:
    """Totals over the units below a vector of samples: `terms(row)` gives what is added in a row."""
    wide = ir.VectorType(_DOUBLE, width)
    cells = [cgutils.alloca_once(builder, wide) for _ in range(number)]
    for cell in cells:
        builder.store(ir.Constant(wide, [0.0] * width), cell)
    with cgutils.for_range(builder, rows) as loop:
        for cell, term in zip(cells, terms(loop.index), strict=True):
            builder.store(builder.fadd(builder.load(cell, typ=wide), term), cell)
    return [builder.load(cell, typ=wide) for cell in cells]


def _weighted(builder: Any, arena: Any, weights: Any, row: Any, slope: Any, vector: ir.VectorType) -> Any:
    """What arrives at a unit's normalised numbers: the slope times the unit's weight."""
    weight = load_scalar(builder, arena, builder.add(weights, row), vector.element)
    if vector.element != _DOUBLE:
        weight = builder.fpext(weight, _DOUBLE)
    return builder.fmul(slope, spread(builder, weight, _wide(vector)))


@intrinsic
def column_moments(
    typing: Any, arena: Any, x: Any, dy: Any, weights: Any, stride: Any, rows: Any, at: Any, rest: Any
) -> Any:
    """For a vector of samples, over their units: Σ d, Σ d², Σ a and Σ a·d; d = x − center, a = dy · weight.

    `at` points to the centers, each of `rest` to where a sum goes.
    """
    pointer = types.CPointer(types.float64)
    signature = types.void(arena, *[types.int64] * 5, pointer, types.UniTuple(pointer, 4))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, dy, weights, stride, rows, at, rest = values
        vector = vector_of(context.get_data_type(arena.dtype))
        nothing = ir.Constant(_WHOLE, 0)
        center = load(builder, at, nothing, _wide(vector))

        def terms(row: Any) -> list[Any]:
            step = builder.mul(row, stride)
            d = builder.fsub(_load_wide(builder, base, builder.add(x, step), vector), center)
            slope = _load_wide(builder, base, builder.add(dy, step), vector)
            arriving = _weighted(builder, base, weights, row, slope, vector)
            return [d, builder.fmul(d, d), arriving, builder.fmul(arriving, d)]

        for number, total in enumerate(_over_units(builder, rows, vector.count, terms, 4)):
            store(builder, total, builder.extract_value(rest, number), nothing, _wide(vector))
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def column_slope(
    typing: Any, arena: Any, out: Any, x: Any, dy: Any, weights: Any, stride: Any, rows: Any, given: Any
) -> Any:
    """For a vector of samples, unit by unit: inverse · (dy · weight − plain − n · along), n = d · inverse.

    `given` points to the samples' mean, inverse, plain and along; d = x − mean.
    """
    pointer = types.CPointer(types.float64)
    signature = types.void(arena, *[types.int64] * 6, types.UniTuple(pointer, 4))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, out, x, dy, weights, stride, rows, given = values
        vector = vector_of(context.get_data_type(arena.dtype))
        nothing = ir.Constant(_WHOLE, 0)
        mean, inverse, plain, along = (
            load(builder, builder.extract_value(given, number), nothing, _wide(vector)) for number in range(4)
        )
        with cgutils.for_range(builder, rows) as loop:
            step = builder.mul(loop.index, stride)
            d = builder.fsub(_load_wide(builder, base, builder.add(x, step), vector), mean)
            slope = _load_wide(builder, base, builder.add(dy, step), vector)
            arriving = _weighted(builder, base, weights, loop.index, slope, vector)
            bent = builder.fmul(builder.fmul(d, inverse), along)
            value = builder.fmul(builder.fsub(builder.fsub(arriving, plain), bent), inverse)
            _store_narrow(builder, value, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def further(typing: Any, pointer: Any, by: Any) -> Any:
    """The pointer, so many numbers further on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, by = values
        return builder.gep(base, [by], inbounds=True, source_etype=context.get_data_type(pointer.dtype))

    return pointer(pointer, types.int64), generate
