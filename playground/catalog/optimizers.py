"""Optimizers: the rule by which a weight moves against its gradient.

`prepare` runs once a step in double precision, `update` once a weight; both are plain Python, lifted
into vector code by the engine under the rules of `activations` (`math.sqrt` is allowed as well).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Optimizer(Entry):
    """A rule of descent.

    `slots` are numbers kept for every weight (0 at first), `running` numbers kept for the whole
    network (1 at first, such as a power of beta that grows step by step).
    `prepare(*settings, *running) -> (*running, *factors)`;
    `update(weight, gradient, *slots, *factors) -> (weight, *slots)`.
    """

    slots: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()
    prepare: Callable[..., Any] = lambda *settings: settings
    update: Callable[..., Any] = lambda weight, gradient: (weight,)


optimizers: Registry[Optimizer] = Registry("optimizers", "optimizer")

LEARNING_RATE = Setting(
    "learning_rate",
    "Learning rate",
    0.02,
    minimum=0.0,
    maximum=1e6,
    scale="log",
    summary="How far a weight moves against its gradient in one step.",
)


def _sgd_prepare(learning_rate: float) -> tuple[float]:
    return (learning_rate,)


def _sgd(weight: float, gradient: float, rate: float) -> tuple[float]:
    return (weight - rate * gradient,)


optimizers.register(
    Optimizer(
        key="sgd",
        label="SGD",
        summary="Every weight moves a little against its gradient.",
        formula="<i>w</i> ← <i>w</i> − η <i>g</i>",
        settings=(LEARNING_RATE,),
        pytorch="SGD",
        keras="SGD",
        lux="Descent",
        factors=("rate",),
        prepare=_sgd_prepare,
        update=_sgd,
    )
)


def _momentum_prepare(learning_rate: float, momentum: float) -> tuple[float, float]:
    return (learning_rate, momentum)


def _momentum(
    weight: float, gradient: float, velocity: float, rate: float, momentum: float
) -> tuple[float, float]:
    velocity = momentum * velocity + gradient
    return (weight - rate * velocity, velocity)


optimizers.register(
    Optimizer(
        key="momentum",
        label="Momentum",
        summary="Remembers the way it was going: steps in the same direction add up.",
        formula="<i>v</i> ← μ <i>v</i> + <i>g</i>, &nbsp; <i>w</i> ← <i>w</i> − η <i>v</i>",
        settings=(
            LEARNING_RATE,
            Setting(
                "momentum",
                "Momentum",
                0.9,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="How much of the last step is kept (the sum, as in PyTorch).",
            ),
        ),
        pytorch="SGD",
        keras="SGD",
        lux="Momentum",
        slots=("velocity",),
        factors=("rate", "momentum"),
        prepare=_momentum_prepare,
        update=_momentum,
    )
)


def _adam_prepare(
    learning_rate: float, beta1: float, beta2: float, epsilon: float, power1: float, power2: float
) -> tuple[float, float, float, float, float, float, float]:
    power1 = power1 * beta1
    power2 = power2 * beta2
    return (
        power1,
        power2,
        learning_rate / (1.0 - power1),
        math.sqrt(1.0 - power2),
        beta1,
        beta2,
        epsilon,
    )


def _adam(
    weight: float,
    gradient: float,
    m: float,
    v: float,
    rate: float,
    root: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> tuple[float, float, float]:
    m = beta1 * m + (1.0 - beta1) * gradient
    v = beta2 * v + (1.0 - beta2) * (gradient * gradient)
    return (weight - rate * m / (math.sqrt(v) / root + epsilon), m, v)


optimizers.register(
    Optimizer(
        key="adam",
        label="Adam",
        summary="Each weight gets a step of its own size, from running averages of its gradient.",
        formula="<i>m</i> ← β<sub>1</sub><i>m</i> + (1 − β<sub>1</sub>)<i>g</i>, &nbsp; "
        "<i>v</i> ← β<sub>2</sub><i>v</i> + (1 − β<sub>2</sub>)<i>g</i><sup>2</sup>, &nbsp; "
        "<i>w</i> ← <i>w</i> − η <i>m̂</i> / (√<i>v̂</i> + ε)",
        settings=(
            LEARNING_RATE,
            Setting(
                "beta1",
                "Beta 1",
                0.9,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="How slowly the average of the gradient forgets.",
            ),
            Setting(
                "beta2",
                "Beta 2",
                0.999,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="How slowly the average of the squared gradient forgets.",
            ),
            Setting(
                "epsilon",
                "Epsilon",
                1e-8,
                minimum=0.0,
                maximum=1.0,
                open_minimum=True,
                scale="log",
                summary="Keeps the division away from zero.",
            ),
        ),
        pytorch="Adam",
        keras="Adam",
        lux="Adam",
        slots=("m", "v"),
        running=("beta1_power", "beta2_power"),
        factors=("rate", "root", "beta1", "beta2", "epsilon"),
        prepare=_adam_prepare,
        update=_adam,
    )
)
