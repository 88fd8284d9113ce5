"""exp, log and tanh of our own: the same bits on every machine, and fast inside vector loops.

Plain formulas without branches, so that LLVM runs them on whole vectors. Errors: float32 3e-7,
float64 4e-16 relative. `fma` and its like are the intrinsics of `vectors`; literals take
the element type when `lift` copies these functions.
"""

from __future__ import annotations

from typing import Any

from playground.engine.vectors import exponent_of, fma, mantissa_of, times_power_of_two

# Bound by `lift`.
EXP: Any = None
LOG: Any = None
MINUS_INF: Any = None
NOT_A_NUMBER: Any = None


def exp64(x: float) -> float:
    """2ⁿ · eʳ with |r| ≤ ln 2 / 2: Taylor to r¹³, and n put into the exponent in two halves."""
    x = 709.9 if x > 709.9 else x
    x = -745.5 if x < -745.5 else x
    shifted = x * 1.4426950408889634 + 6755399441055744.0
    n = shifted - 6755399441055744.0
    r = fma(n, -0.6931471803691238, x)
    r = fma(n, -1.9082149292705877e-10, r)
    p = fma(r, 1.6059043836821613e-10, 2.08767569878681e-09)
    p = fma(p, r, 2.505210838544172e-08)
    p = fma(p, r, 2.755731922398589e-07)
    p = fma(p, r, 2.7557319223985893e-06)
    p = fma(p, r, 2.48015873015873e-05)
    p = fma(p, r, 0.0001984126984126984)
    p = fma(p, r, 0.001388888888888889)
    p = fma(p, r, 0.008333333333333333)
    p = fma(p, r, 0.041666666666666664)
    p = fma(p, r, 0.16666666666666666)
    p = fma(p, r, 0.5)
    p = fma(p, r, 1.0)
    p = fma(p, r, 1.0)
    return times_power_of_two(p, shifted, 6755399441055744.0)


def exp32(x: float) -> float:
    """As `exp64`, with Taylor to r⁷."""
    x = 89.0 if x > 89.0 else x
    x = -104.0 if x < -104.0 else x
    shifted = x * 1.4426950408889634 + 12582912.0
    n = shifted - 12582912.0
    r = fma(n, -0.693145751953125, x)
    r = fma(n, -1.428606765330187e-06, r)
    p = fma(r, 0.0001984126984126984, 0.001388888888888889)
    p = fma(p, r, 0.008333333333333333)
    p = fma(p, r, 0.041666666666666664)
    p = fma(p, r, 0.16666666666666666)
    p = fma(p, r, 0.5)
    p = fma(p, r, 1.0)
    p = fma(p, r, 1.0)
    return times_power_of_two(p, shifted, 12582912.0)


def log64(x: float) -> float:
    """e·ln 2 + log m with m in (√½, √2), by the series of fdlibm in s = f / (2 + f)."""
    f = mantissa_of(x) - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = fma(z, 0.14798198605116586, 0.15313837699209373)
    p = fma(p, z, 0.1818357216161805)
    p = fma(p, z, 0.22222198432149784)
    p = fma(p, z, 0.2857142874366239)
    p = fma(p, z, 0.3999999999940942)
    p = fma(p, z, 0.6666666666666735)
    r = p * z
    half = 0.5 * f * f
    n = exponent_of(x)
    result = n * 0.6931471803691238 - ((half - (s * (half + r) + n * 1.9082149292705877e-10)) - f)
    result = x if x > 1.7e308 else result
    result = MINUS_INF if x == 0.0 else result
    return NOT_A_NUMBER if x < 0.0 else (x + x if x != x else result)


def log32(x: float) -> float:
    """As `log64`, with fewer terms."""
    f = mantissa_of(x) - 1.0
    s = f / (2.0 + f)
    z = s * s
    p = fma(z, 0.24279078841, 0.28498786688)
    p = fma(p, z, 0.40000972152)
    p = fma(p, z, 0.66666662693)
    r = p * z
    half = 0.5 * f * f
    n = exponent_of(x)
    result = n * 0.693145751953125 - ((half - (s * (half + r) + n * 1.428606765330187e-06)) - f)
    result = x if x > 3.4e38 else result
    result = MINUS_INF if x == 0.0 else result
    return NOT_A_NUMBER if x < 0.0 else (x + x if x != x else result)


def tanh64(x: float) -> float:
    """Rational near zero (Cephes), 1 − 2 / (e²ˣ + 1) beyond."""
    size = -x if x < 0.0 else x
    size = 30.0 if size > 30.0 else size
    z = size * size
    p = fma(z, -0.9643991794250523, -99.28772310019185)
    p = fma(p, z, -1614.6876844170845)
    q = z + 112.81167849163293
    q = fma(q, z, 2235.4883906010045)
    q = fma(q, z, 4844.063053251255)
    near = size + size * z * p / q
    far = 1.0 - 2.0 / (EXP(size + size) + 1.0)
    result = near if size < 0.625 else far
    return -result if x < 0.0 else result


def tanh32(x: float) -> float:
    """A ratio of polynomials on ±7.9, beyond which float32 knows only ±1 (the fit used by Eigen)."""
    x = 7.90531110763549805 if x > 7.90531110763549805 else x
    x = -7.90531110763549805 if x < -7.90531110763549805 else x
    z = x * x
    p = fma(z, -2.76076847742355e-16, 2.00018790482477e-13)
    p = fma(p, z, -8.60467152213735e-11)
    p = fma(p, z, 5.12229709037114e-08)
    p = fma(p, z, 1.48572235717979e-05)
    p = fma(p, z, 6.37261928875436e-04)
    p = fma(p, z, 4.89352455891786e-03)
    q = fma(z, 1.19825839466702e-06, 1.18534705686654e-04)
    q = fma(q, z, 2.26843463243900e-03)
    q = fma(q, z, 4.89352518554385e-03)
    return x * p / q


def log1p(x: float) -> float:
    """log(1 + x), exact for small x too: what rounding took from 1 + x is put back (Kahan)."""
    u = 1.0 + x
    d = u - 1.0
    safe = 1.0 if d == 0.0 else d
    return x if d == 0.0 else LOG(u) * (x / safe)
