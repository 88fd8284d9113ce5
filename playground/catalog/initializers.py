"""Initializers: the first weights. Drawn from random numbers of our own, the same on every machine."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Registry
from playground.catalog.random import Stream

Draw = Callable[[Stream, int, int, int], NDArray[np.float64]]


@dataclass(frozen=True)
class Initializer(Entry):
    """How first weights are drawn.

    `weight(stream, count, fan_in, fan_out)` and `bias(…)` give `count` numbers, (count,) float64.
    """

    weight: Draw = lambda stream, count, fan_in, fan_out: np.zeros(count)
    bias: Draw = lambda stream, count, fan_in, fan_out: np.zeros(count)


initializers: Registry[Initializer] = Registry("initializers", "initializer")


def _uniform(bound: Callable[[int, int], float]) -> Draw:
    def draw(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        return bound(fan_in, fan_out) * (2.0 * stream.uniform(count) - 1.0)

    return draw


def _normal(deviation: Callable[[int, int], float]) -> Draw:
    def draw(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
        return deviation(fan_in, fan_out) * stream.normal(count)

    return draw


initializers.register(
    Initializer(
        key="glorot_uniform",
        label="Glorot uniform",
        summary="Keeps the signal's size through tanh layers. Glorot and Bengio, 2010.",
        formula="<i>w</i> ~ U(±√(6 / (<i>n</i><sub>in</sub> + <i>n</i><sub>out</sub>)))",
        pytorch="xavier_uniform_",
        keras="glorot_uniform",
        lux="glorot_uniform",
        weight=_uniform(lambda fan_in, fan_out: math.sqrt(6.0 / (fan_in + fan_out))),
    )
)
initializers.register(
    Initializer(
        key="glorot_normal",
        label="Glorot normal",
        summary="As Glorot uniform, drawn from a bell curve.",
        formula="<i>w</i> ~ N(0, 2 / (<i>n</i><sub>in</sub> + <i>n</i><sub>out</sub>))",
        pytorch="xavier_normal_",
        keras="glorot_normal",
        lux="glorot_normal",
        weight=_normal(lambda fan_in, fan_out: math.sqrt(2.0 / (fan_in + fan_out))),
    )
)
initializers.register(
    Initializer(
        key="he_uniform",
        label="He uniform",
        summary="Keeps the signal's size through relu layers. He and others, 2015.",
        formula="<i>w</i> ~ U(±√(6 / <i>n</i><sub>in</sub>))",
        pytorch="kaiming_uniform_",
        keras="he_uniform",
        lux="kaiming_uniform",
        weight=_uniform(lambda fan_in, fan_out: math.sqrt(6.0 / fan_in)),
    )
)
initializers.register(
    Initializer(
        key="he_normal",
        label="He normal",
        summary="As He uniform, drawn from a bell curve.",
        formula="<i>w</i> ~ N(0, 2 / <i>n</i><sub>in</sub>)",
        pytorch="kaiming_normal_",
        keras="he_normal",
        lux="kaiming_normal",
        weight=_normal(lambda fan_in, fan_out: math.sqrt(2.0 / fan_in)),
    )
)
initializers.register(
    Initializer(
        key="pytorch_default",
        label="PyTorch default",
        summary="What PyTorch's Linear layer starts with, weights and biases alike.",
        formula="<i>w</i>, <i>b</i> ~ U(±1 / √<i>n</i><sub>in</sub>)",
        pytorch="Linear",
        weight=_uniform(lambda fan_in, fan_out: 1.0 / math.sqrt(fan_in)),
        bias=_uniform(lambda fan_in, fan_out: 1.0 / math.sqrt(fan_in)),
    )
)
initializers.register(
    Initializer(
        key="zeros",
        label="Zeros",
        summary="All weights 0: hidden units stay copies of each other and never learn apart.",
        formula="<i>w</i> = 0",
        pytorch="zeros_",
        keras="zeros",
        lux="zeros32",
    )
)
