"""Losses: how wrong the network is. Value and slope stand side by side, for one output of one sample.

The engine lifts these very lines into vector code and keeps to the rules of `activations.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from playground.catalog.activations import activations
from playground.catalog.entry import Entry, Registry


@dataclass(frozen=True)
class Loss(Entry):
    """A penalty `value(o, y)` for one output o where y was wanted, and its `slope(o, y)` = d value / do.

    `reads` says what o is: the "activation" of the output, its "logits" (the pre-activation, where
    that is safer: no logarithm of 0), or its "log_softmax" (logarithms of the class probabilities).
    The penalties are averaged over samples, and over outputs too if `mean_over` is "elements".

    `task` says for which targets the loss is made. Targets y of classes are one-hot over the outputs,
    or 0 and 1 where there is one output. `output_activation` is the default at the output;
    `fitting_activations` are all that fit, empty for any.
    """

    value: Callable[[float, float], float] = lambda o, y: 0.0
    slope: Callable[[float, float], float] = lambda o, y: 0.0
    reads: Literal["activation", "logits", "log_softmax"] = "activation"
    mean_over: Literal["elements", "samples"] = "elements"
    task: Literal["classes", "regression", "both"] = "both"
    output_activation: str = "identity"
    fitting_activations: tuple[str, ...] = ()

    @property
    def output_activations(self) -> tuple[str, ...]:
        """The keys of all activations that fit at the output."""
        return self.fitting_activations or activations.keys()


losses: Registry[Loss] = Registry("losses", "loss")


def _squared_error(o: float, y: float) -> float:
    return (o - y) * (o - y)


def _squared_error_slope(o: float, y: float) -> float:
    return 2.0 * (o - y)


losses.register(
    Loss(
        key="mean_squared_error",
        label="Mean squared error",
        summary="The average of the squared distance to the target: the usual loss for numbers.",
        formula="<i>L</i> = mean (<i>ŷ</i> − <i>y</i>)<sup>2</sup>",
        pytorch="MSELoss",
        keras="mean_squared_error",
        lux="MSELoss",
        value=_squared_error,
        slope=_squared_error_slope,
    )
)


def _binary_cross_entropy(o: float, y: float) -> float:
    # max(o, 0) − o y + log(1 + e^−|o|): exact for sure answers, where log(sigmoid) would be log 0.
    return (0.0 if o <= 0.0 else o) - o * y + math.log1p(math.exp(o if o <= 0.0 else -o))


def _binary_cross_entropy_slope(o: float, y: float) -> float:
    e = math.exp(o if o <= 0.0 else -o)
    return (e / (1.0 + e) if o <= 0.0 else 1.0 / (1.0 + e)) - y


losses.register(
    Loss(
        key="binary_cross_entropy",
        label="Cross-entropy",
        summary="Punishes confident wrong answers to a yes-or-no question most.",
        formula="<i>L</i> = −mean [<i>y</i> log <i>p</i> + (1 − <i>y</i>) log(1 − <i>p</i>)]",
        pytorch="BCEWithLogitsLoss",
        keras="binary_crossentropy",
        lux="BinaryCrossEntropyLoss",
        value=_binary_cross_entropy,
        slope=_binary_cross_entropy_slope,
        reads="logits",
        task="classes",
        output_activation="sigmoid",
        fitting_activations=("sigmoid",),
    )
)


def _categorical_cross_entropy(o: float, y: float) -> float:
    # A class that was not asked for costs nothing, even where its log-probability is −infinity.
    return 0.0 if y == 0.0 else -y * o


def _categorical_cross_entropy_slope(o: float, y: float) -> float:
    return -y


losses.register(
    Loss(
        key="categorical_cross_entropy",
        label="Categorical cross-entropy",
        summary="How surprised the network is by the true class: the usual loss for several classes.",
        formula="<i>L</i> = −mean log <i>p</i><sub>true class</sub>",
        pytorch="CrossEntropyLoss",
        keras="categorical_crossentropy",
        lux="CrossEntropyLoss",
        value=_categorical_cross_entropy,
        slope=_categorical_cross_entropy_slope,
        reads="log_softmax",
        mean_over="samples",
        task="classes",
        output_activation="softmax",
        fitting_activations=("softmax",),
    )
)
