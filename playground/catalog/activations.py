"""Activations: the bend after each layer. Value and slope stand side by side, in plain Python.

The engine lifts these very lines into vector code, so they keep to its rules: scalars only, `math`
only for sqrt, exp, expm1, log, log1p, tanh, cosh, erfc, sin and cos, settings after `z` in the order of
`settings`, and comparisons written so that a NaN passes through (`0 if z <= 0 else z`, never
`z if z > 0 else 0`). At a kink the slope is that of the left side, as in PyTorch.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Activation(Entry):
    """A function applied to each pre-activation z, with its slope.

    `value(z, *settings)` gives a; `slope(z, a, *settings)` gives da/dz. Both are None where the
    function mixes several units (softmax). `hint` is what a menu says beside the name.
    `saturates` tells where the curve is flat: (low, high) in z, None for a side that never is.
    `gain(*settings)` is the spread of weights that keeps signals alive through many such layers, as a
    factor of 1/√fan_in. `forward_only` marks a slope that is 0 everywhere: nothing learns through it.
    """

    value: Callable[..., float] | None = None
    slope: Callable[..., float] | None = None
    hint: str = ""
    output_only: bool = False
    saturates: tuple[float | None, float | None] = (None, None)
    gain: Callable[..., float] = lambda *settings: 1.0
    forward_only: bool = False


activations: Registry[Activation] = Registry("activations", "activation")


def _identity(z: float) -> float:
    return z


def _identity_slope(z: float, a: float) -> float:
    return 1.0


activations.register(
    Activation(
        key="identity",
        label="linear",
        summary="Passes z on unchanged: a layer without a bend.",
        formula="<i>h</i> = <i>z</i>",
        hint="no bend",
        pytorch="Identity",
        keras="linear",
        lux="identity",
        value=_identity,
        slope=_identity_slope,
    )
)


def _step(z: float) -> float:
    return 0.0 if z <= 0.0 else (1.0 if z > 0.0 else z)


def _step_slope(z: float, a: float) -> float:
    return 0.0


activations.register(
    Activation(
        key="step",
        label="step",
        summary="Answers yes or no, as the first artificial neurons did; backpropagation cannot train it.",
        formula="<i>h</i> = 1 if <i>z</i> &gt; 0, else 0",
        hint="perceptron only",
        value=_step,
        slope=_step_slope,
        saturates=(0.0, 0.0),
        forward_only=True,
    )
)


def _sigmoid(z: float) -> float:
    # exp of a negative number only: neither branch can overflow.
    e = math.exp(z if z <= 0.0 else -z)
    return e / (1.0 + e) if z <= 0.0 else 1.0 / (1.0 + e)


def _sigmoid_slope(z: float, a: float) -> float:
    return a * (1.0 - a)


activations.register(
    Activation(
        key="sigmoid",
        label="sigmoid",
        summary="Squeezes z into 0 to 1, like a probability.",
        formula="<i>h</i> = 1 / (1 + e<sup>−<i>z</i></sup>)",
        hint="saturates fastest",
        pytorch="Sigmoid",
        keras="sigmoid",
        lux="sigmoid",
        value=_sigmoid,
        slope=_sigmoid_slope,
        saturates=(-4.0, 4.0),
    )
)


def _tanh(z: float) -> float:
    return math.tanh(z)


def _tanh_slope(z: float, a: float) -> float:
    # 1 / cosh², because 1 − a² loses its digits where a is almost 1.
    z = -300.0 if z <= -300.0 else z
    z = 300.0 if z >= 300.0 else z
    c = math.cosh(z)
    return 1.0 / (c * c)


activations.register(
    Activation(
        key="tanh",
        label="tanh",
        summary="Squeezes z into −1 to 1, centred on zero.",
        formula="<i>h</i> = tanh <i>z</i>",
        hint="centred",
        pytorch="Tanh",
        keras="tanh",
        lux="tanh",
        value=_tanh,
        slope=_tanh_slope,
        saturates=(-2.0, 2.0),
        gain=lambda: 5.0 / 3.0,
    )
)


def _relu(z: float) -> float:
    return 0.0 if z <= 0.0 else z


def _relu_slope(z: float, a: float) -> float:
    return 0.0 if z <= 0.0 else 1.0


activations.register(
    Activation(
        key="relu",
        label="relu",
        summary="Keeps positive z and cuts the rest to 0.",
        formula="<i>h</i> = max(0, <i>z</i>)",
        hint="default for images",
        pytorch="ReLU",
        keras="relu",
        lux="relu",
        value=_relu,
        slope=_relu_slope,
        saturates=(0.0, None),
        gain=lambda: math.sqrt(2.0),
    )
)


def _leaky_relu(z: float, negative_slope: float) -> float:
    return negative_slope * z if z <= 0.0 else z


def _leaky_relu_slope(z: float, a: float, negative_slope: float) -> float:
    return negative_slope if z <= 0.0 else 1.0


activations.register(
    Activation(
        key="leaky_relu",
        label="leaky relu",
        summary="Like relu, but lets a little of negative z through, so a unit cannot die.",
        formula="<i>h</i> = max(<i>a z</i>, <i>z</i>)",
        hint="cannot die",
        settings=(
            Setting(
                "negative_slope",
                "Negative slope",
                0.01,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="How much of negative z passes.",
            ),
        ),
        pytorch="LeakyReLU",
        keras="leaky_relu",
        lux="leakyrelu",
        value=_leaky_relu,
        slope=_leaky_relu_slope,
        gain=lambda negative_slope: math.sqrt(2.0 / (1.0 + negative_slope * negative_slope)),
    )
)


def _elu(z: float, alpha: float) -> float:
    return alpha * math.expm1(z) if z <= 0.0 else z


def _elu_slope(z: float, a: float, alpha: float) -> float:
    return alpha * math.exp(z) if z <= 0.0 else 1.0


activations.register(
    Activation(
        key="elu",
        label="elu",
        summary="Like relu, but bends smoothly to −α on the left (Clevert and others 2016).",
        formula="<i>h</i> = <i>z</i> if <i>z</i> &gt; 0, else <i>α</i> (e<sup><i>z</i></sup> − 1)",
        hint="smooth, cannot die",
        settings=(
            Setting(
                "alpha",
                "α",
                1.0,
                minimum=0.0,
                maximum=10.0,
                summary="How far down the left side goes.",
            ),
        ),
        pytorch="ELU",
        keras="elu",
        lux="elu",
        value=_elu,
        slope=_elu_slope,
        gain=lambda alpha: math.sqrt(2.0),
    )
)

# α and λ for which mean 0 and variance 1 come out of a layer as they go in.
_SELU_ALPHA = 1.6732632423543772
_SELU_SCALE = 1.0507009873554805


def _selu(z: float) -> float:
    return _SELU_SCALE * (_SELU_ALPHA * math.expm1(z) if z <= 0.0 else z)


def _selu_slope(z: float, a: float) -> float:
    return _SELU_SCALE * (_SELU_ALPHA * math.exp(z) if z <= 0.0 else 1.0)


activations.register(
    Activation(
        key="selu",
        label="selu",
        summary="An elu scaled so that signals keep mean 0 and spread 1 (Klambauer and others 2017).",
        formula="<i>h</i> = <i>λ</i> elu<sub><i>α</i></sub>(<i>z</i>),  <i>λ</i> ≈ 1.05, <i>α</i> ≈ 1.67",
        hint="with LeCun weights",
        pytorch="SELU",
        keras="selu",
        lux="selu",
        value=_selu,
        slope=_selu_slope,
        gain=lambda: 0.75,
    )
)


def _softplus(z: float) -> float:
    return (0.0 if z <= 0.0 else z) + math.log1p(math.exp(z if z <= 0.0 else -z))


def _softplus_slope(z: float, a: float) -> float:
    return _sigmoid(z)


activations.register(
    Activation(
        key="softplus",
        label="softplus",
        summary="A relu with a rounded corner; always positive.",
        formula="<i>h</i> = log(1 + e<sup><i>z</i></sup>)",
        hint="always positive",
        pytorch="Softplus",
        keras="softplus",
        lux="softplus",
        value=_softplus,
        slope=_softplus_slope,
    )
)


def _softsign(z: float) -> float:
    size = -z if z < 0.0 else z
    size = 1e30 if size > 1e30 else size  # ∞ / ∞ is no number
    return -(size / (1.0 + size)) if z < 0.0 else size / (1.0 + size)


def _softsign_slope(z: float, a: float) -> float:
    rest = 1.0 / (1.0 + (-z if z < 0.0 else z))
    return rest * rest


activations.register(
    Activation(
        key="softsign",
        label="softsign",
        summary="Like tanh, but approaches −1 and 1 much more slowly.",
        formula="<i>h</i> = <i>z</i> / (1 + |<i>z</i>|)",
        hint="saturates slowly",
        pytorch="Softsign",
        keras="softsign",
        lux="softsign",
        value=_softsign,
        slope=_softsign_slope,
        saturates=(-4.0, 4.0),
    )
)


def _silu(z: float) -> float:
    z = -1000.0 if z <= -1000.0 else z  # −∞ · 0 is no number
    return z * _sigmoid(z)


def _silu_slope(z: float, a: float) -> float:
    z = -1000.0 if z <= -1000.0 else z
    z = 1000.0 if z >= 1000.0 else z
    s = _sigmoid(z)
    return s + z * s * _sigmoid(-z)


activations.register(
    Activation(
        key="silu",
        label="silu",
        summary="z times its sigmoid: a smooth relu that dips below 0 (also called swish).",
        formula="<i>h</i> = <i>z</i> · sigmoid(<i>z</i>)",
        hint="smooth relu",
        pytorch="SiLU",
        keras="silu",
        lux="swish",
        value=_silu,
        slope=_silu_slope,
        gain=lambda: math.sqrt(2.0),
    )
)

_SQRT_HALF = 0.7071067811865476
_DENSITY_AT_0 = 0.3989422804014327  # 1 / √(2π)


def _gelu(z: float) -> float:
    z = -40.0 if z <= -40.0 else z  # −∞ · 0 is no number
    return 0.5 * z * math.erfc(-_SQRT_HALF * z)


def _gelu_slope(z: float, a: float) -> float:
    z = -40.0 if z <= -40.0 else z
    z = 40.0 if z >= 40.0 else z
    return 0.5 * math.erfc(-_SQRT_HALF * z) + z * _DENSITY_AT_0 * math.exp(-0.5 * z * z)


activations.register(
    Activation(
        key="gelu",
        label="gelu",
        summary="z times the share of the bell curve left of z (Hendrycks and Gimpel 2016).",
        formula="<i>h</i> = <i>z</i> · Φ(<i>z</i>) = <i>z</i>/2 · (1 + erf(<i>z</i>/√2))",
        hint="in transformers",
        pytorch="GELU",
        keras="gelu",
        lux="gelu_erf",
        value=_gelu,
        slope=_gelu_slope,
        gain=lambda: math.sqrt(2.0),
    )
)

_SQRT_8_BY_PI = 1.5957691216057308


def _gelu_tanh(z: float) -> float:
    # (1 + tanh u) / 2 = sigmoid(2u), which keeps its digits where tanh is almost −1.
    z = -40.0 if z <= -40.0 else z
    return z * _sigmoid(_SQRT_8_BY_PI * (z + 0.044715 * z * z * z))


def _gelu_tanh_slope(z: float, a: float) -> float:
    z = -40.0 if z <= -40.0 else z
    z = 40.0 if z >= 40.0 else z
    twice = _SQRT_8_BY_PI * (z + 0.044715 * z * z * z)
    s = _sigmoid(twice)
    return s + z * s * _sigmoid(-twice) * _SQRT_8_BY_PI * (1.0 + 0.134145 * z * z)


activations.register(
    Activation(
        key="gelu_tanh",
        label="gelu (tanh)",
        summary="A gelu by a formula with tanh, quicker to compute and almost the same.",
        formula="<i>h</i> = <i>z</i>/2 · (1 + tanh(√(2/π) (<i>z</i> + 0.044715 <i>z</i><sup>3</sup>)))",
        hint="as in GPT-2",
        pytorch="GELU",
        lux="gelu_tanh",
        value=_gelu_tanh,
        slope=_gelu_tanh_slope,
        gain=lambda: math.sqrt(2.0),
    )
)


def _sin(z: float) -> float:
    return math.sin(z)


def _sin_slope(z: float, a: float) -> float:
    return math.cos(z)


activations.register(
    Activation(
        key="sin",
        label="sin",
        summary="A wave: learns what repeats (Sitzmann and others 2020).",
        formula="<i>h</i> = sin <i>z</i>",
        hint="for waves",
        lux="sin",
        value=_sin,
        slope=_sin_slope,
    )
)

activations.register(
    Activation(
        key="softmax",
        label="softmax",
        summary="Turns the outputs into probabilities that sum to 1, one for each class.",
        formula="<i>p<sub>k</sub></i> = e<sup><i>z<sub>k</sub></i></sup> / "
        "Σ e<sup><i>z<sub>j</sub></i></sup>",
        hint="several classes",
        output_only=True,
        pytorch="Softmax",
        keras="softmax",
        lux="softmax",
    )
)
