"""Losses: how wrong the network is. Value and slope stand side by side, for one output of one sample.

The engine lifts these very lines into vector code and keeps to the rules of `activations.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from playground.catalog.activations import activations
from playground.catalog.entry import Entry, Registry, Setting


@dataclass(frozen=True)
class Loss(Entry):
    """A penalty `value(o, y, outputs, *settings)` for one output o where y was wanted.

    `slope(o, y, outputs, *settings)` is d value / do; `outputs` is how many outputs a sample has.
    `reads` says what o is: the "activation" of the output, its "logits" (the pre-activation, where
    that is safer: no logarithm of 0), or its "log_softmax" (logarithms of the class probabilities).
    The penalties are averaged over samples, and over outputs too if `mean_over` is "elements".

    `task` says for which targets the loss is made. Targets y of classes are one-hot over the outputs,
    or 0 and 1 where there is one output. `output_activation` is the default at the output;
    `fitting_activations` are all that fit, empty for any. `buys` ends the sentence "Minimizing it buys …".
    """

    value: Callable[..., float] = lambda o, y, outputs: 0.0
    slope: Callable[..., float] = lambda o, y, outputs: 0.0
    reads: Literal["activation", "logits", "log_softmax"] = "activation"
    mean_over: Literal["elements", "samples"] = "elements"
    task: Literal["classes", "regression", "both"] = "both"
    output_activation: str = "identity"
    fitting_activations: tuple[str, ...] = ()
    buys: str = ""

    @property
    def output_activations(self) -> tuple[str, ...]:
        """The keys of all activations that fit at the output."""
        return self.fitting_activations or activations.keys()


losses: Registry[Loss] = Registry("losses", "loss")


def _squared_error(o: float, y: float, outputs: float) -> float:
    return (o - y) * (o - y)


def _squared_error_slope(o: float, y: float, outputs: float) -> float:
    return 2.0 * (o - y)


losses.register(
    Loss(
        key="mean_squared_error",
        label="Mean squared error",
        summary="The average of the squared distance to the target: the usual loss for numbers.",
        buys="the mean of the target wherever inputs are alike; a miss twice as far costs four times as "
        "much, so wild samples pull hard",
        formula="<i>L</i> = mean (<i>ŷ</i> − <i>y</i>)<sup>2</sup>",
        pytorch="MSELoss",
        keras="mean_squared_error",
        lux="MSELoss",
        value=_squared_error,
        slope=_squared_error_slope,
    )
)


def _absolute_error(o: float, y: float, outputs: float) -> float:
    return y - o if o <= y else o - y


def _absolute_error_slope(o: float, y: float, outputs: float) -> float:
    return 1.0 if o > y else (-1.0 if o < y else 0.0)


losses.register(
    Loss(
        key="mean_absolute_error",
        label="Mean absolute error",
        summary="The average distance to the target: a few wild samples count little.",
        buys="the median of the target wherever inputs are alike; wild samples pull no harder than others",
        formula="<i>L</i> = mean |<i>ŷ</i> − <i>y</i>|",
        pytorch="L1Loss",
        keras="mean_absolute_error",
        lux="MAELoss",
        value=_absolute_error,
        slope=_absolute_error_slope,
    )
)


def _huber(o: float, y: float, outputs: float, delta: float) -> float:
    d = y - o if o <= y else o - y
    return 0.5 * d * d if d <= delta else delta * (d - 0.5 * delta)


def _huber_slope(o: float, y: float, outputs: float, delta: float) -> float:
    d = o - y
    return delta if d > delta else (-delta if d < -delta else d)


losses.register(
    Loss(
        key="huber",
        label="Huber",
        summary="Squared for small errors, absolute for large ones, so that wild samples count less.",
        buys="the mean of the target where misses are small, and the median's calm where they are large",
        formula="<i>L</i> = mean of <i>d</i><sup>2</sup>/2 if <i>d</i> ≤ <i>δ</i>, else "
        "<i>δ</i>(<i>d</i> − <i>δ</i>/2),  <i>d</i> = |<i>ŷ</i> − <i>y</i>|",
        settings=(
            Setting(
                "delta",
                "δ",
                1.0,
                minimum=0.0,
                maximum=1e6,
                open_minimum=True,
                scale="log",
                summary="Errors up to here are squared, larger ones are not. In scaled units.",
            ),
        ),
        pytorch="HuberLoss",
        keras="huber",
        lux="HuberLoss",
        value=_huber,
        slope=_huber_slope,
    )
)


def _binary_cross_entropy(o: float, y: float, outputs: float) -> float:
    # max(o, 0) − o y + log(1 + e^−|o|): exact for sure answers, where log(sigmoid) would be log 0.
    return (0.0 if o <= 0.0 else o) - o * y + math.log1p(math.exp(o if o <= 0.0 else -o))


def _binary_cross_entropy_slope(o: float, y: float, outputs: float) -> float:
    e = math.exp(o if o <= 0.0 else -o)
    return (e / (1.0 + e) if o <= 0.0 else 1.0 / (1.0 + e)) - y


losses.register(
    Loss(
        key="binary_cross_entropy",
        label="Cross-entropy",
        summary="Punishes confident wrong answers to a yes-or-no question most.",
        buys="probabilities: the share of samples that belong to the class wherever inputs are alike",
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


def _categorical_cross_entropy(o: float, y: float, outputs: float, label_smoothing: float) -> float:
    wanted = y - label_smoothing * (y - 1.0 / outputs)
    # A class that was not asked for costs nothing, even where its log-probability is −infinity.
    return 0.0 if wanted == 0.0 else -wanted * o


def _categorical_cross_entropy_slope(o: float, y: float, outputs: float, label_smoothing: float) -> float:
    return label_smoothing * (y - 1.0 / outputs) - y


def _categorical_formula(choice: Any) -> str:
    right = "log <i>p</i><sub>true class</sub>"
    if not choice.label_smoothing:
        return f"<i>L</i> = −mean {right}"
    return f"<i>L</i> = −mean [(1 − <i>ε</i>) {right} + <i>ε</i> mean<sub>all classes</sub> log <i>p</i>]"


losses.register(
    Loss(
        key="categorical_cross_entropy",
        label="Categorical cross-entropy",
        summary="How surprised the network is by the true class: the usual loss for several classes.",
        buys="probabilities: the share of samples of each class wherever inputs are alike",
        formula="<i>L</i> = −mean log <i>p</i><sub>true class</sub>",
        settings=(
            Setting(
                "label_smoothing",
                "Label smoothing",
                0.0,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="This share of each target is spread over all classes, against overconfidence.",
            ),
        ),
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
        formula_of=_categorical_formula,
    )
)


def _perceptron(o: float, y: float, outputs: float) -> float:
    wrong = o - 2.0 * y * o  # −t o, with t = 1 for the class and −1 against it
    return 0.0 if wrong <= 0.0 else wrong


def _perceptron_slope(o: float, y: float, outputs: float) -> float:
    return (0.0 if o <= 0.0 else 1.0) - y


losses.register(
    Loss(
        key="perceptron",
        label="Perceptron",
        summary="Corrects wrong answers only: one sample at a time this is Rosenblatt's rule of 1958.",
        buys="a border that separates the classes, if a straight one exists; no probabilities",
        formula="<i>L</i> = mean max(0, −<i>t z</i>),  "
        "<i>w</i> ← <i>w</i> + <i>η</i> (<i>y</i> − <i>ŷ</i>) <i>x</i>",
        value=_perceptron,
        slope=_perceptron_slope,
        reads="logits",
        task="classes",
        output_activation="step",
        fitting_activations=("step",),
    )
)
