"""Pieces of machine code that the intrinsics are built of.

A vector is 64 bytes: 16 float32 or 8 float64. Sums run over whole vectors, whose loads and stores are
aligned to 64 bytes; rows of weights may begin half a vector on. The program's memory plan sees to it.
"""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from typing import Any

from llvmlite import ir
from numba.core import cgutils

VECTOR_BYTES, HALF_BYTES = 64, 32


def lanes(bits: int) -> int:
    """How many elements of so many bits a vector holds."""
    return VECTOR_BYTES * 8 // bits


def vector_of(element: ir.Type) -> ir.VectorType:
    """The vector of such elements."""
    return ir.VectorType(element, 16 if isinstance(element, ir.FloatType) else 8)


def at(builder: Any, base: Any, offset: Any, vector: ir.VectorType) -> Any:
    """A pointer to the vector at this offset."""
    place = builder.gep(base, [offset], inbounds=True, source_etype=vector.element)
    return builder.bitcast(place, vector.as_pointer())


def load(builder: Any, base: Any, offset: Any, vector: ir.VectorType) -> Any:
    """Load a vector."""
    return builder.load(at(builder, base, offset, vector), align=VECTOR_BYTES, typ=vector)


def store(builder: Any, value: Any, base: Any, offset: Any, vector: ir.VectorType) -> None:
    """Store a vector."""
    builder.store(value, at(builder, base, offset, vector), align=VECTOR_BYTES)


def load_scalar(builder: Any, base: Any, offset: Any, element: ir.Type) -> Any:
    """Load one number."""
    return builder.load(builder.gep(base, [offset], inbounds=True, source_etype=element), typ=element)


def spread(builder: Any, scalar: Any, vector: ir.VectorType) -> Any:
    """The scalar in every lane."""
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), zeros)


def shuffle(builder: Any, a: Any, b: Any, picks: list[int]) -> Any:
    """Numbers of two vectors in a new order."""
    mask = ir.Constant(ir.VectorType(ir.IntType(32), len(picks)), picks)
    return builder.shuffle_vector(a, b, mask)


def multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c, rounded once: the same bits on every processor."""
    kind = a.type
    element = kind.element if isinstance(kind, ir.VectorType) else kind
    name = "f32" if isinstance(element, ir.FloatType) else "f64"
    if isinstance(kind, ir.VectorType):
        name = f"v{kind.count}{name}"
    function = cgutils.get_or_insert_function(
        builder.module, ir.FunctionType(kind, [kind] * 3), f"llvm.fma.{name}"
    )
    return builder.call(function, [a, b, c])


def fold(builder: Any, total: Any, vector: ir.VectorType) -> Any:
    """The sum over lanes: halves folded onto each other, the same way everywhere."""
    half = vector.count // 2
    while half:
        upper = shuffle(builder, total, total, [i + half for i in range(half)])
        lower = shuffle(builder, total, total, list(range(half)))
        total = builder.fadd(lower, upper)
        half //= 2
    return builder.extract_element(total, ir.Constant(ir.IntType(32), 0))


def opaque(builder: Any, number: Any) -> Any:
    """The same number or pointer, of an origin that LLVM cannot see."""
    kind = ir.FunctionType(number.type, [number.type])
    return builder.asm(kind, "", "=r,0", [number], side_effect=False)
