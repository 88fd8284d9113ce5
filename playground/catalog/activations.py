"""Activations: the bend after each layer. Value and slope stand side by side, in plain Python.

The engine lifts these very lines into vector code, so they keep to its rules: scalars only, `math`
only for exp, log and tanh, settings after `z` in the order of `settings`, and comparisons written
so that a NaN passes through (`0 if z <= 0 else z`, never `z if z > 0 else 0`).
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
    """

    value: Callable[..., float] | None = None
    slope: Callable[..., float] | None = None
    hint: str = ""
    output_only: bool = False
    saturates: tuple[float | None, float | None] = (None, None)


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
    return 1.0 - a * a


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
