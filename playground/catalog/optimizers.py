"""Optimizers: how a gradient becomes a change of the weights. One rule, for one weight, in plain Python.

The engine lifts these very lines into vector code and keeps to the rules of `activations.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Optimizer(Entry):
    """A rule that moves one weight w against its gradient g.

    `update(w, g, *slots, *coefficients)` gives the new `(w, *slots)`: `slots` names what the rule
    remembers for each weight; all start at 0. Slots of the same name mean the same in two rules and
    are kept when a user goes from one to the other. Once a step, in float64,
    `prepare(*counters, *settings)` gives `(*counters, *coefficients)`: `counters` are numbers that the
    rule carries from step to step, with their first values, such as Adam's powers of beta. Without
    `prepare`, the coefficients are the settings.
    """

    update: Callable[..., tuple[float, ...]] = lambda w, g: (w,)
    slots: tuple[str, ...] = ()
    counters: tuple[tuple[str, float], ...] = ()
    prepare: Callable[..., tuple[float, ...]] | None = None
    coefficients: int = 1  # how many numbers `update` takes after the slots
    searches: bool = False  # True: no rule for one weight, but a line search with several evaluations a step


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


def _fraction(key: str, label: str, default: float, summary: str) -> Setting:
    """A number from 0 to just below 1: how much of something is kept from step to step."""
    return Setting(key, label, default, minimum=0.0, maximum=1.0, open_maximum=True, summary=summary)


def _momentum_setting(default: float = 0.9) -> Setting:
    return _fraction("momentum", "Momentum", default, "How much of the speed is kept from step to step.")


def _epsilon(default: float) -> Setting:
    return Setting(
        "epsilon",
        "ε",
        default,
        minimum=1e-30,
        maximum=1.0,
        scale="log",
        summary="Keeps the division safe where the gradient is almost 0.",
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
        summary="Gathers speed along slopes that stay, like a ball rolling downhill. The velocity is a sum "
        "of gradients, so a slope that stays counts 1 / (1 − μ) times.",
        formula="<i>v</i> ← <i>μ v</i> + <i>g</i>,  <i>w</i> ← <i>w</i> − <i>η v</i>",
        settings=(_learning_rate(0.03), _momentum_setting()),
        pytorch="SGD",
        keras="SGD",
        lux="Momentum",
        update=_momentum,
        slots=("velocity",),
        coefficients=2,
    )
)


def _average_prepare(started: float, learning_rate: float, momentum: float) -> tuple[float, ...]:
    # The first gradient counts in full, as PyTorch's dampening has it; an average needs a first value.
    share = 1.0 - momentum if started > 0.0 else 1.0
    return 1.0, learning_rate, momentum, share


def _momentum_average(
    w: float, g: float, average: float, learning_rate: float, momentum: float, share: float
) -> tuple[float, ...]:
    average = momentum * average + share * g
    return w - learning_rate * average, average


optimizers.register(
    Optimizer(
        key="momentum_average",
        label="Momentum (average)",
        summary="Steps along a running average of the gradient. Same path as momentum's sum, "
        "with a learning rate 1 / (1 − μ) times as large.",
        formula="<i>v</i> ← <i>μ v</i> + (1 − <i>μ</i>) <i>g</i>,  <i>w</i> ← <i>w</i> − <i>η v</i>",
        settings=(_learning_rate(0.3), _momentum_setting()),
        pytorch="SGD",
        update=_momentum_average,
        prepare=_average_prepare,
        slots=("average",),
        counters=(("started", 0.0),),
        coefficients=3,
    )
)


def _nesterov(
    w: float, g: float, velocity: float, learning_rate: float, momentum: float
) -> tuple[float, ...]:
    velocity = momentum * velocity + g
    return w - learning_rate * (g + momentum * velocity), velocity


optimizers.register(
    Optimizer(
        key="nesterov",
        label="Nesterov",
        summary="Momentum that looks ahead: it corrects its course by the gradient where it will be.",
        formula="<i>v</i> ← <i>μ v</i> + <i>g</i>,  <i>w</i> ← <i>w</i> − <i>η</i> (<i>g</i> + <i>μ v</i>)",
        settings=(_learning_rate(0.03), _momentum_setting()),
        pytorch="SGD",
        keras="SGD",
        lux="Nesterov",
        update=_nesterov,
        slots=("velocity",),
        coefficients=2,
    )
)


def _adagrad(w: float, g: float, squares: float, learning_rate: float, epsilon: float) -> tuple[float, ...]:
    squares = squares + g * g
    return w - learning_rate * g / (math.sqrt(squares) + epsilon), squares


optimizers.register(
    Optimizer(
        key="adagrad",
        label="Adagrad",
        summary="Smaller steps for weights whose gradients were large: it divides by all of them so far.",
        formula="<i>s</i> ← <i>s</i> + <i>g</i><sup>2</sup>,  "
        "<i>w</i> ← <i>w</i> − <i>η g</i> / (√<i>s</i> + <i>ε</i>)",
        settings=(_learning_rate(0.1), _epsilon(1e-10)),
        pytorch="Adagrad",
        keras="Adagrad",
        lux="AdaGrad",
        update=_adagrad,
        slots=("squares",),
        coefficients=2,
    )
)


def _rmsprop_prepare(
    learning_rate: float, alpha: float, momentum: float, centered: float, epsilon: float
) -> tuple[float, ...]:
    return learning_rate, alpha, 1.0 - alpha, momentum, centered, epsilon


def _rmsprop(
    w: float,
    g: float,
    spread: float,
    middle: float,
    push: float,
    learning_rate: float,
    alpha: float,
    rest: float,
    momentum: float,
    centered: float,
    epsilon: float,
) -> tuple[float, ...]:
    spread = alpha * spread + rest * (g * g)
    middle = alpha * middle + rest * g
    variance = spread - centered * (middle * middle)
    variance = 0.0 if variance <= 0.0 else variance  # rounding may leave it a little below 0
    push = momentum * push + g / (math.sqrt(variance) + epsilon)
    return w - learning_rate * push, spread, middle, push


def _rmsprop_formula(choice: Any) -> str:
    parts, root = ["<i>s</i> ← <i>α s</i> + (1 − <i>α</i>) <i>g</i><sup>2</sup>"], "√<i>s</i>"
    if choice.centered:
        parts.append("<i>a</i> ← <i>α a</i> + (1 − <i>α</i>) <i>g</i>")
        root = "√(<i>s</i> − <i>a</i><sup>2</sup>)"
    if choice.momentum:
        parts += [
            f"<i>b</i> ← <i>μ b</i> + <i>g</i> / ({root} + <i>ε</i>)",
            "<i>w</i> ← <i>w</i> − <i>η b</i>",
        ]
    else:
        parts.append(f"<i>w</i> ← <i>w</i> − <i>η g</i> / ({root} + <i>ε</i>)")
    return ",  ".join(parts)


optimizers.register(
    Optimizer(
        key="rmsprop",
        label="RMSProp",
        summary="Divides each gradient by a running average of its size, so that all weights move alike.",
        formula="<i>s</i> ← <i>α s</i> + (1 − <i>α</i>) <i>g</i><sup>2</sup>,  "
        "<i>w</i> ← <i>w</i> − <i>η g</i> / (√<i>s</i> + <i>ε</i>)",
        settings=(
            _learning_rate(0.01),
            _fraction("alpha", "Smoothing α", 0.99, "Memory of the running average of the squares."),
            _momentum_setting(0.0),
            Setting(
                "centered",
                "Centred",
                False,
                type="switch",
                summary="Measure the spread around the mean gradient instead of around 0.",
            ),
            _epsilon(1e-8),
        ),
        pytorch="RMSprop",
        keras="RMSprop",
        lux="RMSProp",
        update=_rmsprop,
        prepare=_rmsprop_prepare,
        slots=("spread", "middle", "push"),
        coefficients=6,
        formula_of=_rmsprop_formula,
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


_ADAM_SETTINGS = (
    _fraction("beta1", "β₁", 0.9, "Memory of the running mean of the gradient."),
    _fraction("beta2", "β₂", 0.999, "Memory of the running mean of its square."),
    _epsilon(1e-8),
)


optimizers.register(
    Optimizer(
        key="adam",
        label="Adam",
        summary="Gives each weight a step of its own, from running averages of its gradient.",
        formula="<i>w</i> ← <i>w</i> − <i>η m̂</i> / (√<i>v̂</i> + <i>ε</i>)",
        settings=(_learning_rate(0.01), *_ADAM_SETTINGS),
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


def _adamw_prepare(
    beta1_power: float,
    beta2_power: float,
    learning_rate: float,
    beta1: float,
    beta2: float,
    epsilon: float,
    weight_decay: float,
) -> tuple[float, ...]:
    beta1_power = beta1_power * beta1
    beta2_power = beta2_power * beta2
    rate = learning_rate / (1.0 - beta1_power)
    scale = 1.0 / math.sqrt(1.0 - beta2_power)
    kept = 1.0 - learning_rate * weight_decay
    return beta1_power, beta2_power, rate, scale, beta1, 1.0 - beta1, beta2, 1.0 - beta2, epsilon, kept


def _adamw(
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
    kept: float,
) -> tuple[float, ...]:
    mean = beta1 * mean + rest1 * g
    square = beta2 * square + rest2 * (g * g)
    return w * kept - rate * mean / (math.sqrt(square) * scale + epsilon), mean, square


optimizers.register(
    Optimizer(
        key="adamw",
        label="AdamW",
        summary="Adam that also shrinks every weight a little in each step, apart from the gradient.",
        formula="<i>w</i> ← (1 − <i>η λ</i>) <i>w</i> − <i>η m̂</i> / (√<i>v̂</i> + <i>ε</i>)",
        settings=(
            _learning_rate(0.01),
            *_ADAM_SETTINGS,
            Setting(
                "weight_decay",
                "Weight decay",
                0.01,
                minimum=0.0,
                maximum=100.0,
                scale="log",
                summary="What each step takes off every weight: this times the learning rate.",
            ),
        ),
        pytorch="AdamW",
        keras="AdamW",
        lux="AdamW",
        update=_adamw,
        slots=("mean", "square"),
        counters=(("beta1_power", 1.0), ("beta2_power", 1.0)),
        prepare=_adamw_prepare,
        coefficients=8,
    )
)


optimizers.register(
    Optimizer(
        key="lbfgs",
        label="L-BFGS",
        summary="Learns how the loss curves from its last steps and searches along the best direction. "
        "Needs all samples in one batch.",
        formula="<i>w</i> ← <i>w</i> − <i>t H g</i>, t by a strong Wolfe line search",
        settings=(
            Setting(
                "learning_rate",
                "Learning rate",
                1.0,
                minimum=0.0,
                maximum=1e6,
                scale="log",
                summary="The first length that each line search tries.",
            ),
            Setting(
                "history",
                "History",
                20,
                type="whole",
                minimum=1,
                maximum=100,
                summary="How many of the last steps tell the curvature.",
            ),
        ),
        pytorch="LBFGS",
        searches=True,
        coefficients=0,
    )
)
