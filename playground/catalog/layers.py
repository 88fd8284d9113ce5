"""Layers: the blocks a network is laid out of. Each says its shapes and how it is built.

`build` is handed the engine's graph and calls its operations; the catalog itself imports no engine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.entry import Entry, Registry, Setting
from playground.catalog.initializers import initializers
from playground.catalog.random import Stream

UNITS = Setting(
    "units",
    "Units",
    6,
    "whole",
    minimum=1,
    maximum=4096,
    rebuilds=True,
    summary="How many neurons the layer has.",
)
ACTIVATION = Setting(
    "activation", "Activation", "tanh", "entry", registry="activations", rebuilds=True, summary="The bend."
)
INITIALIZER = Setting(
    "initializer",
    "Initialization",
    "glorot_uniform",
    "entry",
    registry="initializers",
    rebuilds=True,
    summary="How the first weights are drawn.",
)

Shape = tuple[int, ...]


def _same(layer: Any, inputs: int) -> int:
    return inputs


def _nothing(layer: Any, inputs: int) -> dict[str, Shape]:
    return {}


@dataclass(frozen=True)
class Layer(Entry):
    """A block of the network.

    `units(layer, inputs)` is the number of outputs; `parameters(layer, inputs)` maps each learned
    tensor to its shape, `buffers` each tensor that is measured, not learned. `build(graph, x, layer,
    name)` adds the layer's operations to the engine's graph and returns the name of its output.
    `first(layer, tensor, shape, stream)` gives the first values of a tensor.
    """

    units: Callable[[Any, int], int] = _same
    parameters: Callable[[Any, int], dict[str, Shape]] = _nothing
    buffers: Callable[[Any, int], dict[str, Shape]] = _nothing
    build: Callable[[Any, str, Any, str], str] = lambda graph, x, layer, name: x
    first: Callable[[Any, str, Shape, Stream], Any] = lambda layer, tensor, shape, stream: 0.0


layers: Registry[Layer] = Registry("layers", "layer")


def _dense_parameters(layer: Any, inputs: int) -> dict[str, Shape]:
    return {"weight": (layer.units, inputs), "bias": (layer.units,)}


def dense_first(layer: Any, tensor: str, shape: Shape, stream: Stream) -> Any:
    """First weights (units, inputs) and biases (units,) by the layer's initializer."""
    entry = initializers[layer.initializer.kind]
    fan_out, fan_in = shape if tensor == "weight" else (shape[0], layer.fan_in)
    if tensor == "weight":
        return entry.weight(stream, fan_out * fan_in, fan_in, fan_out).reshape(shape)
    return entry.bias(stream, fan_out, fan_in, fan_out)


def _dense_build(graph: Any, x: str, layer: Any, name: str) -> str:
    z = graph.affine(x, f"{name}.weight", f"{name}.bias", out=f"{name}.pre")
    return str(graph.activation(z, layer.activation, out=f"{name}.post"))


layers.register(
    Layer(
        key="dense",
        label="Dense",
        summary="Every neuron reads every input: a weighted sum, a bias and a bend.",
        formula="<b>h</b> = σ(<b>W x</b> + <b>b</b>)",
        settings=(UNITS, ACTIVATION, INITIALIZER),
        pytorch="Linear",
        keras="Dense",
        lux="Dense",
        units=lambda layer, inputs: int(layer.units),
        parameters=_dense_parameters,
        build=_dense_build,
        first=dense_first,
    )
)


def _dropout_build(graph: Any, x: str, layer: Any, name: str) -> str:
    return str(graph.dropout(x, layer.rate, stream=name, out=f"{name}.post"))


layers.register(
    Layer(
        key="dropout",
        label="Dropout",
        summary="Switches random neurons off in each training step, so that none is relied on.",
        formula="<b>h</b> = <b>m</b> ⊙ <b>x</b> / (1 − <i>p</i>)",
        settings=(
            Setting(
                "rate",
                "Rate",
                0.2,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="The share of neurons that is switched off.",
            ),
        ),
        pytorch="Dropout",
        keras="Dropout",
        lux="Dropout",
        build=_dropout_build,
    )
)


def _norm_tensors(*names: str) -> Callable[[Any, int], dict[str, Shape]]:
    return lambda layer, inputs: {name: (inputs,) for name in names}


def _norm_build(graph: Any, x: str, layer: Any, name: str) -> str:
    return str(graph.batch_norm(x, name, out=f"{name}.post"))


layers.register(
    Layer(
        key="batch_norm",
        label="BatchNorm",
        summary="Centres and scales each input over the mini-batch, then learns a scale and a shift.",
        formula="<i>h</i> = γ (<i>x</i> − μ) / √(σ<sup>2</sup> + ε) + β",
        pytorch="BatchNorm1d",
        keras="BatchNormalization",
        lux="BatchNorm",
        parameters=_norm_tensors("weight", "bias"),
        buffers=_norm_tensors("running_mean", "running_var"),
        build=_norm_build,
        first=lambda layer, tensor, shape, stream: 1.0 if tensor in ("weight", "running_var") else 0.0,
    )
)
