"""Losses: one number that says how wrong the network is, and its slope. Training makes it small.

Value and slope are per output and sample, in plain Python, lifted into vector code by the engine under
the rules of `activations`. The engine averages over samples, and over outputs where `mean_over_outputs`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playground.catalog.entry import Entry, Registry


@dataclass(frozen=True)
class Loss(Entry):
    """What training makes small.

    `value(p, y)` and `slope(p, y)` = d value / d p, where p is the network's output after its
    activation, or the logit before it if `from_logits` (the slope is then in the logit, and numbers
    stay finite however sure the network is). Both are None for a loss that mixes the outputs
    (softmax and cross-entropy), which the engine computes as one operation.
    `task` is what it fits; `output_activation` is the default, `output_activations` all that make sense.
    `labels` says how classes are given to it: "one_hot", or "number" as a class number.
    """

    value: Callable[[float, float], float] | None = None
    slope: Callable[[float, float], float] | None = None
    from_logits: bool = False
    task: Literal["classes", "regression", "both"] = "both"
    output_activation: str = "identity"
    output_activations: tuple[str, ...] = ()
    labels: Literal["one_hot", "number"] = "one_hot"


losses: Registry[Loss] = Registry("losses", "loss")


def _squared_error(p: float, y: float) -> float:
    return (p - y) * (p - y)


def _squared_error_slope(p: float, y: float) -> float:
    return 2.0 * (p - y)


losses.register(
    Loss(
        key="mean_squared_error",
        label="Mean squared error",
        summary="The average of the squared differences: large errors count most.",
        formula="𝓛 = mean (<i>ŷ</i> − <i>y</i>)<sup>2</sup>",
        pytorch="MSELoss",
        keras="mean_squared_error",
        lux="MSELoss",
        value=_squared_error,
        slope=_squared_error_slope,
        task="both",
        output_activation="identity",
        output_activations=("identity", "sigmoid", "tanh", "relu", "leaky_relu", "softmax"),
    )
)


def _logistic(z: float, y: float) -> float:
    # max(z, 0) − z·y + log(1 + exp(−|z|)): exact in both tails.
    positive = 0.0 if z <= 0.0 else z
    return positive - z * y + math.log(1.0 + math.exp(z if z <= 0.0 else -z))


def _logistic_slope(z: float, y: float) -> float:
    e = math.exp(z if z <= 0.0 else -z)
    return (e / (1.0 + e) if z <= 0.0 else 1.0 / (1.0 + e)) - y


losses.register(
    Loss(
        key="binary_cross_entropy",
        label="Cross-entropy",
        summary="Two classes: punishes a confident wrong probability hardest.",
        formula="𝓛 = −mean [<i>y</i> log <i>p</i> + (1 − <i>y</i>) log(1 − <i>p</i>)]",
        pytorch="BCEWithLogitsLoss",
        keras="binary_crossentropy",
        lux="BinaryCrossEntropyLoss",
        value=_logistic,
        slope=_logistic_slope,
        from_logits=True,
        task="classes",
        output_activation="sigmoid",
        output_activations=("sigmoid",),
    )
)

losses.register(
    Loss(
        key="categorical_cross_entropy",
        label="Categorical cross-entropy",
        summary="Several classes: minus the log of the probability given to the right one.",
        formula="𝓛 = −mean log <i>p<sub>c</sub></i>",
        pytorch="CrossEntropyLoss",
        keras="sparse_categorical_crossentropy",
        lux="CrossEntropyLoss",
        from_logits=True,
        task="classes",
        output_activation="softmax",
        output_activations=("softmax",),
        labels="number",
    )
)
