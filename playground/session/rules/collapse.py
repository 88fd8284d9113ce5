"""Linear collapse: layers without a bend are one straight map W x + b, and this one can be written down.

Batch norm bends nothing either: the network answers with the averages it keeps, whatever the batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine.twin.norms import EPSILON
from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes

Array = NDArray[Any]


@dataclass(frozen=True)
class StraightMap:
    """Pre-activations of the output for scaled inputs x: z = `weight` x + `bias`, in float64."""

    weight: Array  # (outputs, inputs)
    bias: Array  # (outputs,)


def is_linear(experiment: Experiment) -> bool:
    """True if there are hidden layers with weights and none of all layers bends."""
    layers = experiment.network.layers
    return any(layer.kind == "dense" for layer in layers) and all(_is_straight(layer) for layer in layers)


def _is_straight(layer: Any) -> bool:
    activation = getattr(layer, "activation", None)
    return layer.kind in _MAPS and (activation is None or activation.kind == "identity")


def single_layer(experiment: Experiment, parameters: dict[str, Array]) -> StraightMap | None:
    """The one layer that a linear network equals when it answers; None if a layer bends.

    `parameters` are the network's by name, the running averages of batch norm among them.
    From the first layer to the last, W⁽²⁾(W⁽¹⁾x + b⁽¹⁾) + b⁽²⁾ = (W⁽²⁾W⁽¹⁾) x + (W⁽²⁾b⁽¹⁾ + b⁽²⁾).
    """
    if not is_linear(experiment):
        return None
    inputs = shapes(experiment).inputs
    before = StraightMap(np.eye(inputs), np.zeros(inputs))
    found = {"input": before}
    for layer in experiment.network.layers:
        sources = [found[name] for name in layer.inputs] if layer.inputs else [before]
        before = found[layer.name] = _MAPS[layer.kind](layer, sources, parameters)
    return _weighed("output", before, parameters)


def _weighed(name: str, x: StraightMap, parameters: dict[str, Array]) -> StraightMap:
    weight = parameters[f"{name}.weight"].astype(np.float64)
    return StraightMap(weight @ x.weight, weight @ x.bias + parameters[f"{name}.bias"].astype(np.float64))


def _dense(layer: Any, sources: list[StraightMap], parameters: dict[str, Array]) -> StraightMap:
    return _weighed(layer.name, sources[0], parameters)


def _add(layer: Any, sources: list[StraightMap], parameters: dict[str, Array]) -> StraightMap:
    weight, bias = sources[0].weight, sources[0].bias
    for source in sources[1:]:
        weight, bias = weight + source.weight, bias + source.bias
    return StraightMap(weight, bias)


def _concatenate(layer: Any, sources: list[StraightMap], parameters: dict[str, Array]) -> StraightMap:
    weight = np.concatenate([source.weight for source in sources])
    return StraightMap(weight, np.concatenate([source.bias for source in sources]))


def _batch_norm(layer: Any, sources: list[StraightMap], parameters: dict[str, Array]) -> StraightMap:
    """γ (x − μ) / √(σ² + ε) + β, where all but x stay as they are while the network answers."""
    names = ("weight", "bias", "running_mean", "running_var")
    scale, shift, mean, variance = (parameters[f"{layer.name}.{name}"].astype(np.float64) for name in names)
    scale = scale / np.sqrt(variance + EPSILON)
    x = sources[0]
    return StraightMap(scale[:, None] * x.weight, scale * (x.bias - mean) + shift)


def _passed_on(layer: Any, sources: list[StraightMap], parameters: dict[str, Array]) -> StraightMap:
    """Noise, and dropout, which may shrink what it passes on when the network answers."""
    kept = 1.0 - layer.rate if getattr(layer, "scaling", "") == "at_test_time" else 1.0
    return StraightMap(kept * sources[0].weight, kept * sources[0].bias)


_MAPS = {
    "dense": _dense,
    "batch_norm": _batch_norm,
    "add": _add,
    "concatenate": _concatenate,
    "dropout": _passed_on,
    "gaussian_noise": _passed_on,
}
