"""Blocks of numbers held in the processor's registers: the tile of a product, the square of a transpose."""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from collections.abc import Iterator
from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from playground.engine.intrinsics.building import (
    HALF_BYTES,
    at,
    load_scalar,
    multiply_add,
    opaque,
    shuffle,
    spread,
)

ZERO, BIAS, GO_ON = range(3)  # where a tile starts from


@cache
def tile(rows: int, registers: int, register_bytes: int) -> Any:
    """The register tile: C += A · B for some rows of C, `registers` wide; one chain over k for every element.

    Called as (arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias): element offsets and strides. A's
    elements are broadcast, B's rows are loaded as vectors. The chain starts as `start` says: from zero,
    from the numbers at `bias`, one a row, or from C itself.
    """

    @intrinsic
    def product(typing, arena, c, c_row, a, a_row, a_k, b, b_k, k, start, bias):  # type: ignore[no-untyped-def]
        signature = types.void(arena, *[types.int64] * 10)
        count = register_bytes // (4 if arena.dtype == types.float32 else 8)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            vector = ir.VectorType(context.get_data_type(arena.dtype), count)
            base, c, c_row, a, a_row, a_k, b, b_k, k, start, bias = values
            made = _Tile(builder, base, vector, rows, registers)
            made.begin(c, c_row, start, bias)
            made.chain(a, a_row, a_k, b, b_k, k)
            made.end(c, c_row)
            return context.get_dummy_value()

        return signature, generate

    return product


class _Tile:
    """Writes the code of one tile.

    Its loop walks with pointers whose steps LLVM cannot see through. Otherwise it unrolls the loop and
    computes so many addresses beforehand that a small product would spend its time on them.
    """

    def __init__(self, builder: Any, base: Any, vector: ir.VectorType, rows: int, registers: int) -> None:
        self.builder, self.base, self.vector = builder, base, vector
        self.rows, self.registers = range(rows), range(registers)
        self.cells = [[cgutils.alloca_once(builder, vector) for _ in self.registers] for _ in self.rows]

    def begin(self, c: Any, c_row: Any, start: Any, bias: Any) -> None:
        """Load where the chains start."""
        builder = self.builder
        with builder.if_else(builder.icmp_signed("==", start, start.type(GO_ON))) as (more, first):
            with more:
                for i, j, place in self._places(c, c_row):
                    builder.store(self._load(place), self.cells[i][j])
            with first:
                for row in self.cells:
                    for cell in row:
                        builder.store(ir.Constant(self.vector, [0.0] * self.vector.count), cell)
                with builder.if_then(builder.icmp_signed("==", start, start.type(BIAS))):
                    for i, row in enumerate(self.cells):
                        place = builder.add(bias, bias.type(i))
                        number = load_scalar(builder, self.base, place, self.vector.element)
                        for cell in row:
                            builder.store(spread(builder, number, self.vector), cell)

    def chain(self, a: Any, a_row: Any, a_k: Any, b: Any, b_k: Any, k: Any) -> None:
        """Multiply and add, k ≥ 1 times."""
        builder = self.builder
        before, loop = builder.block, builder.append_basic_block("chain")
        rows_of_a = [builder.add(a, builder.mul(a_row, a.type(i))) for i in self.rows if i % 3 == 0]
        starts = [opaque(builder, self._pointer(place)) for place in (b, *rows_of_a)]
        builder.branch(loop)
        builder.position_at_end(loop)
        left = builder.phi(k.type)
        left.add_incoming(k, before)
        walking = []
        for start in starts:
            pointer = builder.phi(start.type)
            pointer.add_incoming(start, before)
            walking.append(pointer)
        here, *of_a = walking
        factors = [self._load(here, j * self.vector.count) for j in self.registers]
        for i in self.rows:
            place = self._step(of_a[i // 3], builder.mul(a_row, a_row.type(i % 3)) if i % 3 else None)
            number = spread(builder, builder.load(place, typ=self.vector.element), self.vector)
            for cell, factor in zip(self.cells[i], factors, strict=True):
                total = builder.load(cell, typ=self.vector)
                builder.store(multiply_add(builder, number, factor, total), cell)
        for pointer, step in zip(walking, [b_k] + [a_k] * len(of_a), strict=True):
            pointer.add_incoming(opaque(builder, self._step(pointer, step)), loop)
        rest = opaque(builder, builder.sub(left, k.type(1)))
        left.add_incoming(rest, loop)
        after = builder.append_basic_block("chained")
        builder.cbranch(builder.icmp_signed(">", rest, k.type(0)), loop, after)
        builder.position_at_end(after)

    def end(self, c: Any, c_row: Any) -> None:
        """Store the tile."""
        for i, j, place in self._places(opaque(self.builder, c), c_row):
            total = self.builder.load(self.cells[i][j], typ=self.vector)
            pointer = self.builder.bitcast(place, self.vector.as_pointer())
            self.builder.store(total, pointer, align=HALF_BYTES)

    def _places(self, c: Any, c_row: Any) -> Iterator[tuple[int, int, Any]]:
        builder, width = self.builder, self.vector.count
        for i in self.rows:
            row = builder.add(c, builder.mul(c_row, c.type(i)))
            for j in self.registers:
                yield i, j, self._pointer(builder.add(row, c.type(j * width)))

    def _pointer(self, offset: Any) -> Any:
        return self._step(self.base, offset)

    def _step(self, pointer: Any, offset: Any) -> Any:
        if offset is None:
            return pointer
        return self.builder.gep(pointer, [offset], inbounds=True, source_etype=self.vector.element)

    def _load(self, pointer: Any, offset: int = 0) -> Any:
        if offset:
            pointer = self._step(pointer, ir.IntType(64)(offset))
        place = self.builder.bitcast(pointer, self.vector.as_pointer())
        return self.builder.load(place, align=HALF_BYTES, typ=self.vector)


@cache
def transposer(register_bytes: int) -> Any:
    """Transpose a square block, a register wide: (to, out, out_row, wanted, from, x, x_row, given).

    Of x only `given` rows are there, the others count as zeros; only `wanted` rows of the result are stored.
    """

    @intrinsic
    def transpose_block(typing, to, out, out_row, wanted, origin, x, x_row, given):  # type: ignore[no-untyped-def]
        whole = types.int64
        signature = types.void(to, whole, whole, whole, origin, whole, whole, whole)
        count = register_bytes // (4 if to.dtype == types.float32 else 8)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            vector = ir.VectorType(context.get_data_type(to.dtype), count)
            to_base, out, out_row, wanted, from_base, x, x_row, given = values
            zero, rows = ir.Constant(vector, [0.0] * count), []
            for i in range(count):
                there = builder.icmp_signed("<", given.type(i), given)
                row = builder.select(there, x_row, x_row.type(0)) if i else x_row
                place = at(builder, from_base, builder.add(x, builder.mul(row, x.type(i))), vector)
                rows.append(
                    builder.select(there, builder.load(place, align=register_bytes, typ=vector), zero)
                )
            half = count // 2
            while half:
                low = [lane if not lane & half else count + lane - half for lane in range(count)]
                high = [lane + half if not lane & half else count + lane for lane in range(count)]
                for i in range(count):
                    if not i & half:
                        a, b = rows[i], rows[i + half]
                        rows[i] = shuffle(builder, a, b, low)
                        rows[i + half] = shuffle(builder, a, b, high)
                half //= 2
            for i in range(count):
                with builder.if_then(builder.icmp_signed("<", wanted.type(i), wanted)):
                    place = at(builder, to_base, builder.add(out, builder.mul(out_row, out.type(i))), vector)
                    builder.store(rows[i], place, align=register_bytes)
            return context.get_dummy_value()

        return signature, generate

    return transpose_block


@cache
def clearer(register_bytes: int) -> Any:
    """(arena, x, registers): set so many registers' width of numbers to 0."""

    @intrinsic
    def clear(typing: Any, arena: Any, x: Any, registers: Any) -> Any:
        signature = types.void(arena, types.int64, types.int64)
        count = register_bytes // (4 if arena.dtype == types.float32 else 8)

        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            vector = ir.VectorType(context.get_data_type(arena.dtype), count)
            base, x, registers = values
            with cgutils.for_range(builder, registers) as loop:
                place = builder.add(x, builder.mul(loop.index, x.type(count)))
                zero = ir.Constant(vector, [0.0] * count)
                builder.store(zero, at(builder, base, place, vector), align=register_bytes)
            return context.get_dummy_value()

        return signature, generate

    return clear
