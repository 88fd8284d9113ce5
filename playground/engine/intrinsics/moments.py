"""Explicit vectors for norms: sums over rows, and straight maps of them.

The gradient through a norm is a small rest of large numbers that cancel, most of all where its inputs
hardly vary or are few. In float32 that rest would be noise, so statistics and the way back take float32 rows
and are computed in float64, eight numbers at a time: more would not fit into the processor's registers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.intrinsics.building import (
    at,
    fold,
    lanes,
    load,
    load_scalar,
    multiply_add,
    spread,
    store,
    vector_of,
)

_WHOLE = ir.IntType(64)
_DOUBLE = ir.DoubleType()
_AT_ONCE = 8
_WIDE = ir.VectorType(_DOUBLE, _AT_ONCE)
_ZERO = ir.Constant(_WIDE, [0.0] * _AT_ONCE)
_REALS = types.CPointer(types.float64)
Term = tuple[Any, Any]  # a number to add, or two whose product is added


def _whole(number: int) -> Any:
    return ir.Constant(_WHOLE, number)


class _Rows:
    """Numbers of the arena, or float64 numbers elsewhere, read and written as vectors of float64."""

    def __init__(self, context: Any, builder: Any, pointer: Any, base: Any) -> None:
        self.builder, self.base = builder, base
        self.element = context.get_data_type(pointer.dtype)
        self.narrow = ir.VectorType(self.element, _AT_ONCE)
        self.align = _AT_ONCE * (8 if self.element == _DOUBLE else 4)

    def load(self, offset: Any) -> Any:
        place = at(self.builder, self.base, offset, self.narrow)
        value = self.builder.load(place, align=self.align, typ=self.narrow)
        return value if self.element == _DOUBLE else self.builder.fpext(value, _WIDE)

    def store(self, value: Any, offset: Any) -> None:
        value = value if self.element == _DOUBLE else self.builder.fptrunc(value, self.narrow)
        self.builder.store(value, at(self.builder, self.base, offset, self.narrow), align=self.align)

    def everywhere(self, offset: Any) -> Any:
        """One number in every lane."""
        number = load_scalar(self.builder, self.base, offset, self.element)
        return spread(
            self.builder, number if self.element == _DOUBLE else self.builder.fpext(number, _DOUBLE), _WIDE
        )


def _cleared(builder: Any, number: int) -> list[Any]:
    return [cgutils.alloca_once_value(builder, _ZERO) for _ in range(number)]


def _add(builder: Any, cells: Sequence[Any], terms: Sequence[Term], mask: Any = None) -> None:
    """Add each term to its cell, in the lanes of the mask."""
    for cell, (one, other) in zip(cells, terms, strict=True):
        before = builder.load(cell, typ=_WIDE)
        after = builder.fadd(before, one) if other is None else multiply_add(builder, one, other, before)
        builder.store(after if mask is None else builder.select(mask, after, before), cell)


def _lanes_below(builder: Any, count: Any) -> Any:
    """True in the first `count` lanes."""
    numbers = ir.Constant(ir.VectorType(_WHOLE, _AT_ONCE), list(range(_AT_ONCE)))
    return builder.icmp_signed("<", numbers, spread(builder, count, numbers.type))


def _over(builder: Any, count: Any, visit: Callable[[Any, Any], None]) -> None:
    """`visit(offset, mask)` for `count` numbers of a row, eight at a time; the last may need a mask."""
    full, rest = builder.sdiv(count, _whole(_AT_ONCE)), builder.srem(count, _whole(_AT_ONCE))
    with cgutils.for_range(builder, full) as loop:
        visit(builder.mul(loop.index, _whole(_AT_ONCE)), None)
    with builder.if_then(builder.icmp_signed(">", rest, _whole(0))):
        visit(builder.mul(full, _whole(_AT_ONCE)), _lanes_below(builder, rest))


def _clear_rest(builder: Any, rows: _Rows, out: Any, count: Any, stride: Any) -> None:
    """Zeros in the vectors of a row that lie behind the first `count` numbers."""
    used = builder.sdiv(builder.add(count, _whole(_AT_ONCE - 1)), _whole(_AT_ONCE))
    with cgutils.for_range(builder, builder.sub(builder.sdiv(stride, _whole(_AT_ONCE)), used)) as loop:
        offset = builder.mul(builder.add(used, loop.index), _whole(_AT_ONCE))
        rows.store(_ZERO, builder.add(out, offset))


def _totals(builder: Any, cells: Sequence[Any]) -> list[Any]:
    """The sums over lanes: halves folded onto each other."""
    return [fold(builder, builder.load(cell, typ=_WIDE), _WIDE) for cell in cells]


def _sums(builder: Any, count: Any, terms: Callable[[Any], Sequence[Term]]) -> list[Any]:
    """Two totals over `count` numbers: `terms(offset)` gives what is added at an offset."""
    cells = _cleared(builder, 2)
    _over(builder, count, lambda offset, mask: _add(builder, cells, terms(offset), mask))
    return _totals(builder, cells)


@intrinsic
def sweeps(typing: Any, arena: Any) -> Any:
    """How often to sum over a row for its mean: float64 has no digits to spare for a mean guessed badly."""
    count = 1 if arena.dtype == types.float32 else 2
    return types.int64(arena), lambda context, builder, signature, values: _whole(count)


@intrinsic
def moments(typing: Any, arena: Any, x: Any, count: Any, center: Any) -> Any:
    """Σ d and Σ d² over a row, d = x − center."""
    result = types.UniTuple(types.float64, 2)
    signature = result(arena, types.int64, types.int64, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, count, center = values
        rows, middle = _Rows(context, builder, arena, base), spread(builder, center, _WIDE)

        def terms(offset: Any) -> Sequence[Term]:
            d = builder.fsub(rows.load(builder.add(x, offset)), middle)
            return (d, None), (d, d)

        return context.make_tuple(builder, result, _sums(builder, count, terms))

    return signature, generate


@intrinsic
def moments_with(typing: Any, arena: Any, x: Any, dy: Any, count: Any, center: Any) -> Any:
    """Σ dy and Σ dy·d over a row, d = x − center."""
    result = types.UniTuple(types.float64, 2)
    signature = result(arena, types.int64, types.int64, types.int64, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, dy, count, center = values
        rows, middle = _Rows(context, builder, arena, base), spread(builder, center, _WIDE)

        def terms(offset: Any) -> Sequence[Term]:
            d = builder.fsub(rows.load(builder.add(x, offset)), middle)
            slope = rows.load(builder.add(dy, offset))
            return (slope, None), (slope, d)

        return context.make_tuple(builder, result, _sums(builder, count, terms))

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
            step = builder.mul(loop.index, _whole(vector.count))
            d = builder.fsub(load(builder, base, builder.add(x, step), vector), center)
            store(builder, multiply_add(builder, d, scale, shift), base, builder.add(out, step), vector)
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
        rows = _Rows(context, builder, arena, base)
        center, a, b, c = (spread(builder, number, _WIDE) for number in numbers)

        def visit(offset: Any, mask: Any) -> None:
            d = builder.fsub(rows.load(builder.add(x, offset)), center)
            slope = rows.load(builder.add(dy, offset))
            made = multiply_add(builder, slope, a, multiply_add(builder, d, b, c))
            made = made if mask is None else builder.select(mask, made, _ZERO)
            rows.store(made, builder.add(out, offset))

        _over(builder, count, visit)
        _clear_rest(builder, rows, out, count, stride)
        return context.get_dummy_value()

    return signature, generate


def _down(
    builder: Any, rows: _Rows, units: Any, to: Any, terms: Callable[[Any, Any], Sequence[Term]]
) -> None:
    """For a vector of samples, two totals over their units, stored where `to` points.

    `terms(unit, sample)` gives what is added for eight samples from one on.
    """
    starts = range(0, lanes(32 if rows.element != _DOUBLE else 64), _AT_ONCE)
    cells = [_cleared(builder, 2) for _ in starts]
    with cgutils.for_range(builder, units) as loop:
        for part, start in zip(cells, starts, strict=True):
            _add(builder, part, terms(loop.index, start))
    for part, start in zip(cells, starts, strict=True):
        for number, cell in enumerate(part):
            place = at(builder, builder.extract_value(to, number), _whole(start), _WIDE)
            builder.store(builder.load(cell, typ=_WIDE), place, align=64)


@intrinsic
def column_moments(typing: Any, arena: Any, x: Any, stride: Any, units: Any, centers: Any, to: Any) -> Any:
    """For a vector of samples, over their units: Σ d and Σ d², d = x − center."""
    signature = types.void(arena, *[types.int64] * 3, _REALS, types.UniTuple(_REALS, 2))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, stride, units, centers, to = values
        rows = _Rows(context, builder, arena, base)
        middle = _Rows(context, builder, _REALS, centers)

        def terms(unit: Any, start: int) -> Sequence[Term]:
            place = builder.add(builder.add(x, builder.mul(unit, stride)), _whole(start))
            d = builder.fsub(rows.load(place), middle.load(_whole(start)))
            return (d, None), (d, d)

        _down(builder, rows, units, to, terms)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def column_moments_with(
    typing: Any, arena: Any, x: Any, dy: Any, weights: Any, stride: Any, units: Any, centers: Any, to: Any
) -> Any:
    """For a vector of samples, over their units: Σ a and Σ a·d; d = x − center, a = dy · weight."""
    signature = types.void(arena, *[types.int64] * 5, _REALS, types.UniTuple(_REALS, 2))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, x, dy, weights, stride, units, centers, to = values
        rows = _Rows(context, builder, arena, base)
        middle = _Rows(context, builder, _REALS, centers)

        def terms(unit: Any, start: int) -> Sequence[Term]:
            step = builder.add(builder.mul(unit, stride), _whole(start))
            weight = rows.everywhere(builder.add(weights, unit))
            arriving = builder.fmul(rows.load(builder.add(dy, step)), weight)
            d = builder.fsub(rows.load(builder.add(x, step)), middle.load(_whole(start)))
            return (arriving, None), (arriving, d)

        _down(builder, rows, units, to, terms)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def column_straight(
    typing: Any,
    arena: Any,
    out: Any,
    x: Any,
    weights: Any,
    biases: Any,
    stride: Any,
    units: Any,
    given: Any,
) -> Any:
    """For a vector of samples, unit by unit: ((x − center) · scale + shift) · weight + bias.

    `given` points to the samples' center, scale and shift, in the arena's own element type.
    """
    signature = types.void(arena, *[types.int64] * 6, types.UniTuple(arena, 3))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, out, x, weights, biases, stride, units, given = values
        vector = vector_of(context.get_data_type(arena.dtype))
        center, scale, shift = (
            load(builder, builder.extract_value(given, number), _whole(0), vector) for number in range(3)
        )

        def everywhere(offset: Any) -> Any:
            return spread(builder, load_scalar(builder, base, offset, vector.element), vector)

        with cgutils.for_range(builder, units) as loop:
            step = builder.mul(loop.index, stride)
            weight = everywhere(builder.add(weights, loop.index))
            bias = everywhere(builder.add(biases, loop.index))
            d = builder.fsub(load(builder, base, builder.add(x, step), vector), center)
            made = multiply_add(builder, multiply_add(builder, d, scale, shift), weight, bias)
            store(builder, made, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def unit_slope(
    typing: Any,
    arena: Any,
    out: Any,
    x: Any,
    dy: Any,
    count: Any,
    stride: Any,
    weight: Any,
    given: Any,
) -> Any:
    """For a unit, sample by sample: (dy · weight + n · along + plain) · inverse; returns Σ dy and Σ dy·n.

    n = (x − mean) · inverse + shift. `given` points to the samples' mean, inverse, shift, along and plain.
    Behind the first `count` samples stand zeros.
    """
    result = types.UniTuple(types.float64, 2)
    signature = result(arena, *[types.int64] * 5, types.float64, types.UniTuple(_REALS, 5))

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, out, x, dy, count, stride, weight, given = values
        rows = _Rows(context, builder, arena, base)
        of_samples = [
            _Rows(context, builder, _REALS, builder.extract_value(given, number)) for number in range(5)
        ]
        factor, cells = spread(builder, weight, _WIDE), _cleared(builder, 2)

        def visit(offset: Any, mask: Any) -> None:
            mean, inverse, shift, along, plain = (each.load(offset) for each in of_samples)
            slope = rows.load(builder.add(dy, offset))
            d = builder.fsub(rows.load(builder.add(x, offset)), mean)
            n = multiply_add(builder, d, inverse, shift)
            _add(builder, cells, ((slope, None), (slope, n)), mask)
            made = multiply_add(builder, n, along, plain)
            made = builder.fmul(builder.fadd(builder.fmul(slope, factor), made), inverse)
            made = made if mask is None else builder.select(mask, made, _ZERO)
            rows.store(made, builder.add(out, offset))

        _over(builder, count, visit)
        _clear_rest(builder, rows, out, count, stride)
        return context.make_tuple(builder, result, _totals(builder, cells))

    return signature, generate


@intrinsic
def further(typing: Any, pointer: Any, by: Any) -> Any:
    """The pointer, so many numbers further on."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        base, by = values
        return builder.gep(base, [by], inbounds=True, source_etype=context.get_data_type(pointer.dtype))

    return pointer(pointer, types.int64), generate
