"""exp, log, sin, cos and tanh that give the same bits on every processor.

NumPy's own versions pick other instructions on other processors and then differ in the last bits.
These use nothing but + − × ÷, rounding and powers of two, each of which has one exact answer, so
the same seed makes the same data everywhere. They agree with `math` within a few units in the last place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

# ln 2 and π/2 in pieces: k times the leading ones is exact for every k met here.
_LN2_HIGH, _LN2_LOW = float.fromhex("0x1.62e42fee00000p-1"), float.fromhex("0x1.a39ef35793c76p-33")
_HALF_PI = (
    float.fromhex("0x1.921fb54400000p+0"),
    float.fromhex("0x1.0b4611a600000p-34"),
    float.fromhex("0x1.3198a2e037073p-69"),
)
_TWO_PI = 6.283185307179586
_FAR = 1e5

_EXP = [1.0 / d for d in (6227020800, 479001600, 39916800, 3628800, 362880, 40320, 5040, 720, 120, 24, 6, 2)]
_LOG = [1.0 / d for d in range(25, 1, -2)]
_SIN = [1.0 / d for d in (355687428096000, -1307674368000, 6227020800, -39916800, 362880, -5040, 120, -6)]
_COS = [1.0 / d for d in (20922789888000, -87178291200, 479001600, -3628800, 40320, -720, 24)]


def _polynomial(coefficients: list[float], x: Floats) -> Floats:
    """Horner's rule, highest power first."""
    total = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        total *= x
        total += coefficient
    return total


def _exp_parts(x: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """e^x = 2^k (1 + p): gives p and k. x must be finite and moderate."""
    k = np.rint(x / (_LN2_HIGH + _LN2_LOW))
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    return r + r * r * _polynomial(_EXP, r), k.astype(np.int64)


def exp(x: ArrayLike) -> Floats:
    """e to the power x, element by element; inf above 709.78, 0 below −745.2, NaN stays NaN."""
    x = np.asarray(x, dtype=np.float64)
    p, k = _exp_parts(np.where(np.isnan(x), 0.0, np.clip(x, -746.0, 710.0)))
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.where(np.isnan(x), x, np.ldexp(1.0 + p, k)))


def log(x: ArrayLike) -> Floats:
    """Natural logarithm, element by element; −inf at 0, NaN below."""
    x = np.asarray(x, dtype=np.float64)
    usable = (x > 0.0) & np.isfinite(x)
    mantissa, k = np.frexp(np.where(usable, x, 1.0))
    small = mantissa < 0.7071067811865476
    mantissa = np.where(small, 2.0 * mantissa, mantissa)
    k = k - small
    f = mantissa - 1.0  # exact
    s = f / (2.0 + f)
    square = s * s
    # log(1 + f) = 2s + 2s³/3 + … with 2s = f − s f, so that the large part stays exact.
    tail = s * (f - 2.0 * square * _polynomial(_LOG, square))
    value = k * _LN2_HIGH + (f - (tail - k * _LN2_LOW))
    special = np.where(x == 0.0, -np.inf, np.where(x > 0.0, x, np.nan))
    return np.asarray(np.where(usable, value, special))


def _quarter_turns(x: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """x = k·π/2 + r with |r| ≤ π/4: gives r and k. Very large x lose accuracy, never the range."""
    finite = np.where(np.isfinite(x), x, 0.0)
    near = np.where(np.abs(finite) > _FAR, np.fmod(finite, _TWO_PI), finite)
    k = np.rint(near / _HALF_PI[0])
    r = near
    for piece in _HALF_PI:
        r = r - k * piece
    return r, k.astype(np.int64)


def sin_cos(x: ArrayLike) -> tuple[Floats, Floats]:
    """Sine and cosine of an angle in radians together, element by element."""
    x = np.asarray(x, dtype=np.float64)
    r, k = _quarter_turns(x)
    square = r * r
    sine = r + r * square * _polynomial(_SIN, square)
    half = 0.5 * square
    head = 1.0 - half
    cosine = head + (((1.0 - head) - half) + square * square * _polynomial(_COS, square))
    odd, half_turn = (k & 1) == 1, (k & 2) == 2
    finite = np.isfinite(x)
    return (
        np.where(finite, np.where(odd, cosine, sine) * np.where(half_turn, -1.0, 1.0), np.nan),
        np.where(finite, np.where(odd, sine, cosine) * np.where(half_turn ^ odd, -1.0, 1.0), np.nan),
    )


def sin(x: ArrayLike) -> Floats:
    """Sine of an angle in radians, element by element; accurate up to |x| = 100,000."""
    return sin_cos(x)[0]


def cos(x: ArrayLike) -> Floats:
    """Cosine of an angle in radians, element by element; accurate up to |x| = 100,000."""
    return sin_cos(x)[1]


def tanh(x: ArrayLike) -> Floats:
    """Hyperbolic tangent, element by element: (e²ˣ − 1) / (e²ˣ + 1), without cancellation near 0."""
    x = np.asarray(x, dtype=np.float64)
    size = np.where(np.isnan(x), 0.0, np.minimum(np.abs(x), 20.0))
    p, k = _exp_parts(2.0 * size)
    grown = np.ldexp(p, k) + (np.ldexp(1.0, k) - 1.0)
    value = np.where(x < 0.0, -1.0, 1.0) * (grown / (grown + 2.0))
    return np.asarray(np.where(np.isnan(x) | (x == 0.0), x, value))
