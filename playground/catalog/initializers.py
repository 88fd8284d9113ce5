"""Initializers: the weights before the first step. Too large and signals explode, too small and they fade."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Registry
from playground.catalog.random import Stream

Draw = Callable[[Stream, int, int, int], NDArray[np.float64]]


def _zeros(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return np.zeros(count)


@dataclass(frozen=True)
class Initializer(Entry):
    """Draws first values: `weight(stream, count, fan_in, fan_out)` gives (count,), `bias` likewise.

    fan_in is the number of inputs of a unit, fan_out the number of units.
    """

    weight: Draw = _zeros
    bias: Draw = _zeros


initializers: Registry[Initializer] = Registry("initializers", "initializer")


def _uniform(stream: Stream, count: int, bound: float) -> NDArray[np.float64]:
    return (2.0 * stream.uniform(count) - 1.0) * bound


def _glorot_uniform(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return _uniform(stream, count, math.sqrt(6.0 / (fan_in + fan_out)))


def _glorot_normal(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return stream.normal(count) * math.sqrt(2.0 / (fan_in + fan_out))


def _he_uniform(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return _uniform(stream, count, math.sqrt(6.0 / fan_in))


def _he_normal(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return stream.normal(count) * math.sqrt(2.0 / fan_in)


def _pytorch_default(stream: Stream, count: int, fan_in: int, fan_out: int) -> NDArray[np.float64]:
    return _uniform(stream, count, math.sqrt(1.0 / fan_in))


for _entry in (
    Initializer(
        key="glorot_uniform",
        label="Glorot uniform",
        summary="Evenly spread, sized for tanh and sigmoid (Glorot and Bengio 2010).",
        formula="<i>w</i> ~ U(−<i>b</i>, <i>b</i>),  <i>b</i> = √(6/(fan<sub>in</sub> + fan<sub>out</sub>))",
        pytorch="xavier_uniform_",
        keras="glorot_uniform",
        lux="glorot_uniform",
        weight=_glorot_uniform,
    ),
    Initializer(
        key="glorot_normal",
        label="Glorot normal",
        summary="Bell-shaped, sized for tanh and sigmoid.",
        formula="<i>w</i> ~ N(0, 2 / (fan<sub>in</sub> + fan<sub>out</sub>))",
        pytorch="xavier_normal_",
        keras="glorot_normal",
        lux="glorot_normal",
        weight=_glorot_normal,
    ),
    Initializer(
        key="he_uniform",
        label="He uniform",
        summary="Evenly spread, sized for relu (He and others 2015).",
        formula="<i>w</i> ~ U(−<i>b</i>, <i>b</i>),  <i>b</i> = √(6 / fan<sub>in</sub>)",
        pytorch="kaiming_uniform_",
        keras="he_uniform",
        lux="kaiming_uniform",
        weight=_he_uniform,
    ),
    Initializer(
        key="he_normal",
        label="He normal",
        summary="Bell-shaped, sized for relu.",
        formula="<i>w</i> ~ N(0, 2 / fan<sub>in</sub>)",
        pytorch="kaiming_normal_",
        keras="he_normal",
        lux="kaiming_normal",
        weight=_he_normal,
    ),
    Initializer(
        key="pytorch_default",
        label="PyTorch default",
        summary="What PyTorch does unless told otherwise: small, evenly spread weights and biases.",
        formula="<i>w</i>, <i>b</i> ~ U(−<i>c</i>, <i>c</i>),  <i>c</i> = 1 / √fan<sub>in</sub>",
        pytorch="Linear",
        weight=_pytorch_default,
        bias=_pytorch_default,
    ),
    Initializer(
        key="zeros",
        label="zeros",
        summary="All weights 0: every unit of a layer stays the same as its neighbours.",
        formula="<i>w</i> = 0",
        pytorch="zeros_",
        keras="zeros",
        lux="zeros32",
    ),
):
    initializers.register(_entry)
