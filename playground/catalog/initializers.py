"""Initializers: the weights before the first step. Too large and signals explode, too small and they fade."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.entry import Entry, Registry, Setting
from playground.catalog.random import Stream

Draw = Callable[[Stream, int, int, int, Any, float], NDArray[np.float64]]


def _zeros(
    stream: Stream, count: int, fan_in: int, fan_out: int, chosen: Any, gain: float
) -> NDArray[np.float64]:
    return np.zeros(count)


@dataclass(frozen=True)
class Initializer(Entry):
    """Draws first values: `weight(stream, count, fan_in, fan_out, chosen, gain)` gives (count,).

    fan_in is the number of inputs of a unit, fan_out the number of units; `chosen` is the initializer
    with its settings as attributes; `gain` is what the layer's activation recommends. `bias` likewise.
    """

    weight: Draw = _zeros
    bias: Draw = _zeros


initializers: Registry[Initializer] = Registry("initializers", "initializer")

_GAIN = (
    Setting(
        "gain",
        "Gain",
        1.0,
        minimum=0.0,
        maximum=1000.0,
        summary="Multiplies every first weight.",
    ),
    Setting(
        "follow_activation",
        "Fit to activation",
        False,
        type="switch",
        summary="Takes the spread that the layer's activation recommends, such as √2 for relu.",
    ),
)


def _uniform(stream: Stream, count: int, bound: float) -> NDArray[np.float64]:
    return (2.0 * stream.uniform(count) - 1.0) * bound


def _scaled(fan: Callable[[int, int], float], usual: float, normal: bool) -> Draw:
    """Weights of variance gain² / fan; `usual` is the squared gain where the activation has no say."""

    def draw(
        stream: Stream, count: int, fan_in: int, fan_out: int, chosen: Any, gain: float
    ) -> NDArray[np.float64]:
        variance = (gain * gain if chosen.follow_activation else usual) / fan(fan_in, fan_out)
        if normal:
            return stream.normal(count) * (float(chosen.gain) * math.sqrt(variance))
        return _uniform(stream, count, float(chosen.gain) * math.sqrt(3.0 * variance))

    return draw


def _both(fan_in: int, fan_out: int) -> float:
    return 0.5 * (fan_in + fan_out)


def _in(fan_in: int, fan_out: int) -> float:
    return fan_in


def _pytorch_default(
    stream: Stream, count: int, fan_in: int, fan_out: int, chosen: Any, gain: float
) -> NDArray[np.float64]:
    return _uniform(stream, count, math.sqrt(1.0 / fan_in))


def _constant(
    stream: Stream, count: int, fan_in: int, fan_out: int, chosen: Any, gain: float
) -> NDArray[np.float64]:
    return np.full(count, chosen.value)


_FAN_BOTH = "fan<sub>in</sub> + fan<sub>out</sub>"

for _entry in (
    Initializer(
        key="glorot_uniform",
        label="Glorot uniform",
        summary="Evenly spread, sized for tanh and sigmoid (Glorot and Bengio 2010).",
        formula=f"<i>w</i> ~ U(−<i>b</i>, <i>b</i>),  <i>b</i> = <i>g</i> √(6 / ({_FAN_BOTH}))",
        settings=_GAIN,
        pytorch="xavier_uniform_",
        keras="glorot_uniform",
        lux="glorot_uniform",
        weight=_scaled(_both, 1.0, normal=False),
    ),
    Initializer(
        key="glorot_normal",
        label="Glorot normal",
        summary="Bell-shaped, sized for tanh and sigmoid.",
        formula=f"<i>w</i> ~ N(0, 2<i>g</i><sup>2</sup> / ({_FAN_BOTH}))",
        settings=_GAIN,
        pytorch="xavier_normal_",
        keras="glorot_normal",
        lux="glorot_normal",
        weight=_scaled(_both, 1.0, normal=True),
    ),
    Initializer(
        key="he_uniform",
        label="He uniform",
        summary="Evenly spread, sized for relu (He and others 2015).",
        formula="<i>w</i> ~ U(−<i>b</i>, <i>b</i>),  <i>b</i> = <i>g</i> √(6 / fan<sub>in</sub>)",
        settings=_GAIN,
        pytorch="kaiming_uniform_",
        keras="he_uniform",
        lux="kaiming_uniform",
        weight=_scaled(_in, 2.0, normal=False),
    ),
    Initializer(
        key="he_normal",
        label="He normal",
        summary="Bell-shaped, sized for relu.",
        formula="<i>w</i> ~ N(0, 2<i>g</i><sup>2</sup> / fan<sub>in</sub>)",
        settings=_GAIN,
        pytorch="kaiming_normal_",
        keras="he_normal",
        lux="kaiming_normal",
        weight=_scaled(_in, 2.0, normal=True),
    ),
    Initializer(
        key="lecun_uniform",
        label="LeCun uniform",
        summary="Evenly spread, so that each weighted sum varies as its inputs do (LeCun and others 1998).",
        formula="<i>w</i> ~ U(−<i>b</i>, <i>b</i>),  <i>b</i> = <i>g</i> √(3 / fan<sub>in</sub>)",
        settings=_GAIN,
        keras="lecun_uniform",
        weight=_scaled(_in, 1.0, normal=False),
    ),
    Initializer(
        key="lecun_normal",
        label="LeCun normal",
        summary="Bell-shaped, sized for selu.",
        formula="<i>w</i> ~ N(0, <i>g</i><sup>2</sup> / fan<sub>in</sub>)",
        settings=_GAIN,
        keras="lecun_normal",
        weight=_scaled(_in, 1.0, normal=True),
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
    Initializer(
        key="constant",
        label="constant",
        summary="All weights one number: the units of a layer stay twins, as with zeros.",
        formula="<i>w</i> = <i>c</i>",
        settings=(
            Setting("value", "Value", 0.1, minimum=-1000.0, maximum=1000.0, summary="Every first weight."),
        ),
        pytorch="constant_",
        keras="constant",
        weight=_constant,
    ),
):
    initializers.register(_entry)
