"""Optimizers: how a gradient becomes a change of the weights. One rule, for one weight, in plain Python.

The engine lifts these very lines into vector code and keeps to the rules of `activations.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Optimizer(Entry):
    """A rule that moves one weight w against its gradient g.

    `update(w, g, *slots, *coefficients)` gives the new `(w, *slots)`: `slots` names what the rule
    remembers for each weight; all start at 0. Once a step, in float64,
    `prepare(*counters, *settings)` gives `(*counters, *coefficients)`: `counters` are numbers that the
    rule carries from step to step, with their first values, such as Adam's powers of beta. Without
    `prepare`, the coefficients are the settings.
    """

    update: Callable[..., tuple[float, ...]] = lambda w, g: (w,)
    slots: tuple[str, ...] = ()
    counters: tuple[tuple[str, float], ...] = ()
    prepare: Callable[..., tuple[float, ...]] | None = None
    coefficients: int = 1  # how many numbers `update` takes after the slots


optimizers: Registry[Optimizer] = Registry("optimizers", "optimizer")


def _learning_rate(default: float) -> Setting:
    return Setting(
        "learning_rate",
        "Learning rate",
        default,
        minimum=0.0,
        maximum=1e6,
        scale="log",
        summary="How far each step goes.",
    )


def _sgd(w: float, g: float, learning_rate: float) -> tuple[float, ...]:
    return (w - learning_rate * g,)


optimizers.register(
    Optimizer(
        key="sgd",
        label="SGD",
        summary="Steps straight downhill: the learning rate times the gradient.",
        formula="<i>w</i> ← <i>w</i> − <i>η g</i>",
        settings=(_learning_rate(0.1),),
        pytorch="SGD",
        keras="SGD",
        lux="Descent",
        update=_sgd,
    )
)


def _momentum(
    w: float, g: float, velocity: float, learning_rate: float, momentum: float
) -> tuple[float, ...]:
    velocity = momentum * velocity + g
    return w - learning_rate * velocity, velocity


optimizers.register(
    Optimizer(
        key="momentum",
        label="Momentum",
        summary="Gathers speed along slopes that stay, like a ball rolling downhill.",
        formula="<i>v</i> ← <i>μ v</i> + <i>g</i>,  <i>w</i> ← <i>w</i> − <i>η v</i>",
        settings=(
            _learning_rate(0.03),
            Setting(
                "momentum",
                "Momentum",
                0.9,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="How much of the speed is kept from step to step.",
            ),
        ),
        pytorch="SGD",
        keras="SGD",
        lux="Momentum",
        update=_momentum,
        slots=("velocity",),
        coefficients=2,
    )
)


def _adam_prepare(
    beta1_power: float,
    beta2_power: float,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
) -> tuple[float, ...]:
    # Both averages start at 0, which makes them too small at first; 1 − βᵗ puts that right.
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    rate = learning_rate / (1.0 - beta1_power)
    scale = 1.0 / math.sqrt(1.0 - beta2_power)
    return beta1_power, beta2_power, rate, scale, beta1, 1.0 - beta1, beta2, 1.0 - beta2, epsilon


def _adam(
    w: float,
    g: float,
    mean: float,
    square: float,
    rate: float,
    scale: float,
    beta1: float,
    rest1: float,
    beta2: float,
    rest2: float,
    epsilon: float,
) -> tuple[float, ...]:
    mean = beta1 * mean + rest1 * g
    square = beta2 * square + rest2 * (g * g)
    return w - rate * mean / (math.sqrt(square) * scale + epsilon), mean, square


def _beta(key: str, label: str, default: float, summary: str) -> Setting:
    return Setting(key, label, default, minimum=0.0, maximum=1.0, open_maximum=True, summary=summary)


optimizers.register(
    Optimizer(
        key="adam",
        label="Adam",
        summary="Gives each weight a step of its own, from running averages of its gradient.",
        formula="<i>w</i> ← <i>w</i> − <i>η m̂</i> / (√<i>v̂</i> + <i>ε</i>)",
        settings=(
            _learning_rate(0.01),
            _beta("beta1", "β₁", 0.9, "Memory of the running mean of the gradient."),
            _beta("beta2", "β₂", 0.999, "Memory of the running mean of its square."),
            Setting(
                "epsilon",
                "ε",
                1e-8,
                minimum=1e-30,
                maximum=1.0,
                scale="log",
                summary="Keeps the division safe where the gradient is almost 0.",
            ),
        ),
        pytorch="Adam",
        keras="Adam",
        lux="Adam",
        update=_adam,
        slots=("mean", "square"),
        counters=(("beta1_power", 1.0), ("beta2_power", 1.0)),
        prepare=_adam_prepare,
        coefficients=7,
    )
)
