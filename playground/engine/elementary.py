"""exp, log, tanh and their like, our own: the same bits on every machine, and fast inside vector loops.

Plain formulas without branches, so that LLVM runs them on whole vectors. Errors: float32 3e-7,
float64 6e-16, relative; of sin and cos absolute. `fma` and its like are intrinsics;
literals take the element type when `lift` copies these functions.
"""

from __future__ import annotations

from typing import Any

from playground.engine.intrinsics.scalars import exponent_of, fma, mantissa_of, times_power_of_two

# Bound by `lift`.
EXP: Any = None
LOG: Any = None
TURNED: Any = None
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


def cosh64(x: float) -> float:
    """(eˣ + e⁻ˣ) / 2."""
    grown = EXP(-x if x < 0.0 else x)
    return 0.5 * (grown + 1.0 / grown)


def cosh32(x: float) -> float:
    """A polynomial for ±9, beyond which only its size counts: float32 knows 1 / cosh² as 0 there."""
    z = x * x
    p = fma(z, 1.742560536e-11, 1.863475496e-09)
    p = fma(p, z, 2.792658829e-07)
    p = fma(p, z, 2.477258879e-05)
    p = fma(p, z, 0.001388996937)
    p = fma(p, z, 0.0416664911)
    p = fma(p, z, 0.5000000968)
    return fma(p, z, 1.0)


def log1p(x: float) -> float:
    """log(1 + x), exact for small x too: what rounding took from 1 + x is put back (Kahan)."""
    u = 1.0 + x
    d = u - 1.0
    safe = 1.0 if d == 0.0 else d
    return x if d == 0.0 else LOG(u) * (x / safe)


def erfc64(x: float) -> float:
    """1 − erf(x): e^(−x²) · p(t) / (1 + 2x) with p in t = (x − 3) / (x + 3).

    The mapping is that of Shepherd and Laframboise (1981); p is our own Chebyshev series, cut at t²².
    """
    size = -x if x < 0.0 else x
    size = 28.0 if size > 28.0 else size
    t = 1.0 - 6.0 / (size + 3.0)
    p = fma(t, -3.1813541434969274e-09, -7.641962892589975e-09)
    p = fma(p, t, 2.7843881265502222e-08)
    p = fma(p, t, 8.765881411730558e-08)
    p = fma(p, t, -1.205414228648938e-07)
    p = fma(p, t, -5.963983625522741e-07)
    p = fma(p, t, 3.3669790806407595e-07)
    p = fma(p, t, 3.454294770277738e-06)
    p = fma(p, t, -7.187883834404266e-07)
    p = fma(p, t, -2.0089997833284275e-05)
    p = fma(p, t, 4.94412434222366e-06)
    p = fma(p, t, 0.00012509531076254534)
    p = fma(p, t, -0.00010515831297813128)
    p = fma(p, t, -0.0007798312797290158)
    p = fma(p, t, 0.0018886900977441495)
    p = fma(p, t, 0.0025293916672051724)
    p = fma(p, t, -0.023770514891530075)
    p = fma(p, t, 0.06830802735638397)
    p = fma(p, t, -0.11927366341676002)
    p = fma(p, t, 0.12964515870228346)
    p = fma(p, t, -0.04756229435342038)
    p = fma(p, t, -0.13562110612457576)
    p = fma(p, t, 1.2530080582697296)
    square = size * size
    lost = fma(size, size, -square)  # what rounding took from the square
    value = EXP(-square) * (1.0 - lost) * p / (1.0 + 2.0 * size)
    return 2.0 - value if x < 0.0 else value


def erfc32(x: float) -> float:
    """As `erfc64`, with p cut at t¹¹."""
    size = -x if x < 0.0 else x
    size = 11.0 if size > 11.0 else size
    t = 1.0 - 6.0 / (size + 3.0)
    p = fma(t, 7.73102438e-05, -9.25451677e-05)
    p = fma(p, t, -0.000726453669)
    p = fma(p, t, 0.00187507912)
    p = fma(p, t, 0.00249911682)
    p = fma(p, t, -0.0237635765)
    p = fma(p, t, 0.0683165714)
    p = fma(p, t, -0.119275272)
    p = fma(p, t, 0.129644111)
    p = fma(p, t, -0.0475621559)
    p = fma(p, t, -0.135621071)
    p = fma(p, t, 1.25300801)
    square = size * size
    lost = fma(size, size, -square)  # what rounding took from the square
    value = EXP(-square) * (1.0 - lost) * p / (1.0 + 2.0 * size)
    return 2.0 - value if x < 0.0 else value


def expm164(x: float) -> float:
    """eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1), exact for small x too."""
    x = 709.0 if x > 709.0 else x
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
    p = fma(p * r, r, r)
    scale = times_power_of_two(1.0, shifted, 6755399441055744.0)
    return fma(scale, p, scale - 1.0)


def expm132(x: float) -> float:
    """As `expm164`, with Taylor to r⁷."""
    x = 88.0 if x > 88.0 else x
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
    p = fma(p * r, r, r)
    scale = times_power_of_two(1.0, shifted, 12582912.0)
    return fma(scale, p, scale - 1.0)


def turned64(x: float, quarters: float) -> float:
    """sin(x + quarters · π/2): x = k·π/2 + r with |r| ≤ π/4, then the series of sin r or cos r.

    Accurate up to |x| = 100,000; beyond, it loses digits and never leaves −1 to 1.
    """
    shifted = x * 0.6366197723675814 + 6755399441055744.0
    k = shifted - 6755399441055744.0
    r = fma(k, -1.5707963267948966, x)
    r = fma(k, -6.123233995736766e-17, r)
    r = 0.8 if r > 0.8 else r
    r = -0.8 if r < -0.8 else r
    z = r * r
    s = fma(z, 2.8114572543455206e-15, -7.647163731819816e-13)
    s = fma(s, z, 1.6059043836821613e-10)
    s = fma(s, z, -2.505210838544172e-08)
    s = fma(s, z, 2.7557319223985893e-06)
    s = fma(s, z, -0.0001984126984126984)
    s = fma(s, z, 0.008333333333333333)
    s = fma(s, z, -0.16666666666666666)
    s = fma(s * z, r, r)
    c = fma(z, 4.779477332387385e-14, -1.1470745597729725e-11)
    c = fma(c, z, 2.08767569878681e-09)
    c = fma(c, z, -2.755731922398589e-07)
    c = fma(c, z, 2.48015873015873e-05)
    c = fma(c, z, -0.001388888888888889)
    c = fma(c, z, 0.041666666666666664)
    c = fma(c, z, -0.5)
    c = fma(c, z, 1.0)
    turns = k + quarters
    left = turns - 4.0 * ((turns * 0.25 + 6755399441055744.0) - 6755399441055744.0)  # −2 to 2
    value = c if left * left == 1.0 else s
    return value if left == 0.0 else (value if left == 1.0 else -value)


def turned32(x: float, quarters: float) -> float:
    """As `turned64`, with shorter series."""
    shifted = x * 0.6366197723675814 + 12582912.0
    k = shifted - 12582912.0
    r = fma(k, -1.5707963705062866, x)
    r = fma(k, 4.371139000186241e-08, r)
    r = 0.8 if r > 0.8 else r
    r = -0.8 if r < -0.8 else r
    z = r * r
    s = fma(z, 2.7557319223985893e-06, -0.0001984126984126984)
    s = fma(s, z, 0.008333333333333333)
    s = fma(s, z, -0.16666666666666666)
    s = fma(s * z, r, r)
    c = fma(z, 2.48015873015873e-05, -0.001388888888888889)
    c = fma(c, z, 0.041666666666666664)
    c = fma(c, z, -0.5)
    c = fma(c, z, 1.0)
    turns = k + quarters
    left = turns - 4.0 * ((turns * 0.25 + 12582912.0) - 12582912.0)
    value = c if left * left == 1.0 else s
    return value if left == 0.0 else (value if left == 1.0 else -value)


def sin(x: float) -> float:
    """The sine of an angle in radians."""
    return TURNED(x, 0.0)


def cos(x: float) -> float:
    """The cosine of an angle in radians."""
    return TURNED(x, 1.0)
