"""Single numbers, taken apart and put together; LLVM makes vectors of them inside loops."""

from __future__ import annotations

from playground.engine import kernel_cache  # noqa: F401  # isort: skip  # before Numba
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from playground.engine.intrinsics.building import multiply_add


@intrinsic
def fma(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c, rounded once: the same bits on every processor."""
    return a(a, a, a), lambda context, builder, signature, values: multiply_add(builder, *values)


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
def element(typing: Any, arena: Any, x: Any) -> Any:
    """A number, rounded to the arena's element type."""
    signature = arena.dtype(arena, types.float64)

    def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        return context.cast(builder, values[1], types.float64, arena.dtype)

    return signature, generate
