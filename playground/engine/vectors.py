"""Explicit vectors: the few operations that plain loops cannot express well.

Each is a Numba intrinsic that takes the arena's pointer first, so that its element type decides the
width: 16 float32 or 8 float64, 64 bytes either way. Offsets count elements. Every vector load and
store is aligned to 64 bytes: the program's memory plan sees to it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
import llvmlite.binding as llvm
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

VECTOR_BYTES = 64


def lanes(bits: int) -> int:
    """How many elements of so many bits a vector holds."""
    return VECTOR_BYTES * 8 // bits


def _vector(element: ir.Type) -> ir.VectorType:
    return ir.VectorType(element, 16 if isinstance(element, ir.FloatType) else 8)


def _at(builder: Any, base: Any, offset: Any, vector: ir.VectorType) -> Any:
    place = builder.gep(base, [offset], inbounds=True, source_etype=vector.element)
    return builder.bitcast(place, vector.as_pointer())


def _load(builder: Any, base: Any, offset: Any, vector: ir.VectorType) -> Any:
    return builder.load(_at(builder, base, offset, vector), align=VECTOR_BYTES, typ=vector)


def _store(builder: Any, value: Any, base: Any, offset: Any, vector: ir.VectorType) -> None:
    builder.store(value, _at(builder, base, offset, vector), align=VECTOR_BYTES)


def _scalar(builder: Any, base: Any, offset: Any, element: ir.Type) -> Any:
    return builder.load(builder.gep(base, [offset], inbounds=True, source_etype=element), typ=element)


def _spread(builder: Any, scalar: Any, vector: ir.VectorType) -> Any:
    """The scalar in every lane."""
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)


def _shuffle(builder: Any, a: Any, b: Any, picks: list[int]) -> Any:
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(picks)), picks)
    return builder.shuffle_vector(a, b, mask)


def _fma(builder: Any, a: Any, b: Any, c: Any) -> Any:
    kind = a.type
    element = kind.element if isinstance(kind, ir.VectorType) else kind
    name = "f32" if isinstance(element, ir.FloatType) else "f64"
    if isinstance(kind, ir.VectorType):
        name = f"v{kind.count}{name}"
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(kind, [kind] * 3), f"llvm.fma.{name}"
    )
    return builder.call(function, [a, b, c])


def _fold(builder: Any, total: Any, vector: ir.VectorType) -> Any:
    """The sum over lanes: halves folded onto each other, the same way everywhere."""
    half = vector.count // 2
    while half:
        upper = _shuffle(builder, total, total, [i + half for i in range(half)])
        lower = _shuffle(builder, total, total, list(range(half)))
        total = builder.fadd(lower, upper)
        half //= 2
    return builder.extract_element(total, ir.Constant(ir.IntType(32), 0))


def _opaque(builder: Any, number: Any) -> Any:
    """The same number, of unknown origin: else LLVM steps from row to row in one long chain of additions."""
    kind = ir.FunctionType(number.type, [number.type])
    return builder.asm(kind, "", "=r,0", [number], side_effect=False)


@cache
def tile(rows: int, columns: int, biased: bool) -> Any:
    """The register tile: C[rows][columns vectors] += A · B, one chain over k for every element.

    Called as (arena, c, c_row, a, a_row, a_k, b, b_k, k, start, start_row, go_on): element offsets and
    strides. A's elements are broadcast, B's rows are loaded as vectors. The chain starts from C itself
    if `go_on`, else from the scalar at `start + row·start_row` if `biased`, else from zero.
    """

    @intrinsic
    def product(typing, arena, c, c_row, a, a_row, a_k, b, b_k, k, start, start_row, go_on):  # type: ignore[no-untyped-def]
        signature = types.void(arena, *[types.int64] * 11)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            element = context.get_data_type(arena.dtype)
            vector = _vector(element)
            base, c, c_row, a, a_row, a_k, b, b_k, k, start, start_row, go_on = values
            whole = c.type
            width = ir.Constant(whole, vector.count)
            cells = [[cgutils.alloca_once(builder, vector) for _ in range(columns)] for _ in range(rows)]
            c_at = [
                [
                    builder.add(
                        builder.add(c, builder.mul(c_row, ir.Constant(whole, i))),
                        builder.mul(width, ir.Constant(whole, j)),
                    )
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
            with builder.if_else(builder.icmp_signed("!=", go_on, ir.Constant(whole, 0))) as (more, first):
                with more:
                    for i in range(rows):
                        for j in range(columns):
                            builder.store(_load(builder, base, c_at[i][j], vector), cells[i][j])
                with first:
                    for i in range(rows):
                        value = ir.Constant(vector, [0.0] * vector.count)
                        if biased:
                            place = builder.add(start, builder.mul(start_row, ir.Constant(whole, i)))
                            value = _spread(builder, _scalar(builder, base, place, element), vector)
                        for j in range(columns):
                            builder.store(value, cells[i][j])
            pairs = [
                _opaque(builder, builder.add(a, builder.mul(a_row, ir.Constant(whole, i))))
                for i in range(0, rows, 2)
            ]
            with cgutils.for_range(builder, k) as loop:
                b_here = builder.add(b, builder.mul(b_k, loop.index))
                a_here = builder.mul(a_k, loop.index)
                row_of_b = [
                    _load(
                        builder, base, builder.add(b_here, builder.mul(width, ir.Constant(whole, j))), vector
                    )
                    for j in range(columns)
                ]
                for i in range(rows):
                    place = builder.add(pairs[i // 2], a_here)
                    if i % 2:
                        place = builder.add(place, a_row)
                    factor = _spread(builder, _scalar(builder, base, place, element), vector)
                    for j in range(columns):
                        total = builder.load(cells[i][j], typ=vector)
                        builder.store(_fma(builder, factor, row_of_b[j], total), cells[i][j])
            for i in range(rows):
                for j in range(columns):
                    _store(builder, builder.load(cells[i][j], typ=vector), base, c_at[i][j], vector)
            return context.get_dummy_value()

        return signature, generate

    return product


@cache
def transposer(register_bytes: int) -> Any:
    """(to, out, out_row, from, x, x_row): transpose a square block, a register's width on a side."""

    @intrinsic
    def transpose_block(typing: Any, to: Any, out: Any, out_row: Any, origin: Any, x: Any, x_row: Any) -> Any:
        signature = types.void(to, types.int64, types.int64, origin, types.int64, types.int64)
        count = register_bytes // (4 if to.dtype == types.float32 else 8)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            vector = ir.VectorType(context.get_data_type(to.dtype), count)
            to_base, out, out_row, from_base, x, x_row = values
            index = [ir.Constant(out.type, i) for i in range(count)]
            rows = [
                builder.load(
                    _at(builder, from_base, builder.add(x, builder.mul(x_row, index[i])), vector),
                    align=register_bytes,
                    typ=vector,
                )
                for i in range(count)
            ]
            half = count // 2
            while half:
                low = [lane if not lane & half else count + lane - half for lane in range(count)]
                high = [lane + half if not lane & half else count + lane for lane in range(count)]
                for i in range(count):
                    if not i & half:
                        a, b = rows[i], rows[i + half]
                        rows[i] = _shuffle(builder, a, b, low)
                        rows[i + half] = _shuffle(builder, a, b, high)
                half //= 2
            for i in range(count):
                place = _at(builder, to_base, builder.add(out, builder.mul(out_row, index[i])), vector)
                builder.store(rows[i], place, align=register_bytes)
            return context.get_dummy_value()

        return signature, generate

    return transpose_block


@intrinsic
def vector_sum(typing: Any, arena: Any, x: Any, vectors: Any) -> Any:
    """The sum of so many vectors: lane by lane in order, then halves folded onto each other."""
    signature = arena.dtype(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = _vector(context.get_data_type(arena.dtype))
        base, x, vectors = values
        cell = cgutils.alloca_once_value(builder, ir.Constant(vector, [0.0] * vector.count))
        with cgutils.for_range(builder, vectors) as loop:
            place = builder.add(x, builder.mul(loop.index, ir.Constant(x.type, vector.count)))
            total = builder.load(cell, typ=vector)
            builder.store(builder.fadd(total, _load(builder, base, place, vector)), cell)
        return _fold(builder, builder.load(cell, typ=vector), vector)

    return signature, generate


@intrinsic
def vanishing_sum(typing: Any, arena: Any, x: Any, vectors: Any) -> Any:
    """The sum of x − x: 0 if all these numbers are finite, NaN if one is not."""
    signature = arena.dtype(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = _vector(context.get_data_type(arena.dtype))
        base, x, vectors = values
        zero, side_by_side = ir.Constant(vector, [0.0] * vector.count), ir.Constant(x.type, 4)
        cells = [cgutils.alloca_once_value(builder, zero) for _ in range(4)]  # chains that do not wait

        def add(cell: Any, index: Any) -> None:
            place = builder.add(x, builder.mul(index, ir.Constant(x.type, vector.count)))
            number = _load(builder, base, place, vector)
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
        return _fold(builder, total, vector)

    return signature, generate


@intrinsic
def largest_of_rows(typing: Any, arena: Any, x: Any, stride: Any, rows: Any, vectors: Any, to: Any) -> Any:
    """The largest number of each column, for so many vectors of columns: (arena, x, stride, …, to)."""
    signature = types.void(arena, types.int64, types.int64, types.int64, types.int64, arena)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = _vector(context.get_data_type(arena.dtype))
        base, x, stride, rows, vectors, to = values
        cell = cgutils.alloca_once(builder, vector)
        with cgutils.for_range(builder, vectors) as column:
            step = builder.mul(column.index, ir.Constant(x.type, vector.count))
            first = builder.add(x, step)
            builder.store(_load(builder, base, first, vector), cell)
            with cgutils.for_range(builder, rows) as row:
                here = builder.add(first, builder.mul(row.index, stride))
                number, best = _load(builder, base, here, vector), builder.load(cell, typ=vector)
                builder.store(builder.select(builder.fcmp_ordered("<=", number, best), best, number), cell)
            _store(builder, builder.load(cell, typ=vector), to, step, vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def times_power_of_two(typing: Any, p: Any, shifted: Any, magic: Any) -> Any:
    """p · 2ᵏ, where k stands in the last bits of `shifted` = magic + k: put into exponents in two halves."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        number, shifted, magic = values
        single = p == types.float32
        whole = ir.IntType(32 if single else 64)
        bias, places = (127, 23) if single else (1023, 52)
        k = builder.sub(builder.bitcast(shifted, whole), builder.bitcast(magic, whole))
        half = builder.ashr(k, ir.Constant(whole, 1))
        for part in (half, builder.sub(k, half)):
            bits = builder.shl(builder.add(part, ir.Constant(whole, bias)), ir.Constant(whole, places))
            number = builder.fmul(number, builder.bitcast(bits, number.type))
        return number

    return p(p, p, p), generate


@intrinsic
def clear_vectors(typing: Any, arena: Any, out: Any, vectors: Any) -> Any:
    """Set so many vectors to 0."""
    signature = types.void(arena, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = _vector(context.get_data_type(arena.dtype))
        base, out, vectors = values
        zero = ir.Constant(vector, [0.0] * vector.count)
        with cgutils.for_range(builder, vectors) as loop:
            step = builder.mul(loop.index, ir.Constant(out.type, vector.count))
            _store(builder, zero, base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


# Scalars --------------------------------------------------------------------------------------------


@intrinsic
def fma(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c, rounded once: the same bits on every processor."""
    return a(a, a, a), lambda context, builder, signature, values: _fma(builder, *values)


def _around_one(builder: Any, x: Any) -> tuple[Any, Any, ir.IntType, int]:
    """The bits of x, and the exponent e for which x / 2ᵉ lies between √½ and √2."""
    single = isinstance(x.type, ir.FloatType)
    whole, places = (ir.IntType(32), 23) if single else (ir.IntType(64), 52)
    root_half = 1060439283 if single else 4604544271217802189
    bits = builder.bitcast(x, whole)
    exponent = builder.ashr(builder.sub(bits, ir.Constant(whole, root_half)), ir.Constant(whole, places))
    return bits, exponent, whole, places


@intrinsic
def exponent_of(typing: Any, x: Any) -> Any:
    """The whole number e, as a float, for which x / 2ᵉ lies between √½ and √2."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        _, exponent, _, _ = _around_one(builder, values[0])
        return builder.sitofp(exponent, values[0].type)

    return x(x), generate


@intrinsic
def mantissa_of(typing: Any, x: Any) -> Any:
    """x / 2ᵉ, between √½ and √2."""

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        bits, exponent, whole, places = _around_one(builder, values[0])
        moved = builder.sub(bits, builder.shl(exponent, ir.Constant(whole, places)))
        return builder.bitcast(moved, values[0].type)

    return x(x), generate


@intrinsic
def element(typing: Any, arena: Any, x: Any) -> Any:
    """A number, rounded to the arena's element type."""
    signature = arena.dtype(arena, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return context.cast(builder, values[1], types.float64, arena.dtype)

    return signature, generate


# Tuples of a fixed length, for catalog functions with any number of settings or slots -----------------


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
                found.append(_scalar(builder, base, place, kind))
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
def copy_between(typing: Any, to: Any, out: Any, origin: Any, x: Any, vectors: Any) -> Any:
    """Copy so many vectors from one place to another: (to, offset, from, offset, count)."""
    signature = types.void(to, types.int64, origin, types.int64, types.int64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        vector = _vector(context.get_data_type(to.dtype))
        to_base, out, from_base, x, vectors = values
        with cgutils.for_range(builder, vectors) as loop:
            step = builder.mul(loop.index, ir.Constant(x.type, vector.count))
            value = _load(builder, from_base, builder.add(x, step), vector)
            _store(builder, value, to_base, builder.add(out, step), vector)
        return context.get_dummy_value()

    return signature, generate


@intrinsic
def lane_count(typing: Any, arena: Any) -> Any:
    """How many numbers of the arena's type a vector holds, known when compiling."""
    count = lanes(32 if arena.dtype == types.float32 else 64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return ir.Constant(ir.IntType(64), count)

    return types.int64(arena), generate


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


@intrinsic
def call(typing: Any, address: Any, operands: Any, arena: Any, counts: Any, reals: Any) -> Any:
    """Call the kernel at this address; all arguments are addresses. 2 ns."""
    signature = types.int64(*[types.int64] * 5)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        whole = ir.IntType(64)
        kind = ir.FunctionType(whole, [whole] * 4)
        return builder.call(builder.inttoptr(values[0], kind.as_pointer()), values[1:])

    return signature, generate
