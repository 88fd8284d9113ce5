"""Layers: the blocks a network is made of, each built from the engine's primitive operations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.catalog.entry import Entry, Registry, Setting

Shape = tuple[int, ...]


def _same(layer: Any, inputs: int) -> int:
    return inputs


def _none(layer: Any, inputs: int) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Layer(Entry):
    """A block that turns `inputs` numbers into `units(layer, inputs)` numbers.

    `layer` is the chosen layer: its settings are attributes, as in the experiment file.
    `parameters(layer, inputs)` maps each tensor that learns to its shape, `buffers` each tensor that
    is kept but does not learn to its shape and first value; `first` maps parameters that do not start
    from the layer's initializer to their first value.
    `joins` is given by layers that read several others: it makes one width of theirs; `equal_widths`
    says that these must be the same.
    `build(graph, x, layer)` calls the graph's operations on x and returns the layer's output;
    `graph.parameter("weight")` and `graph.buffer(…)` are the layer's own tensors, `graph.sources` all
    that it reads, and `graph.training` is False where the network only answers.
    """

    units: Callable[[Any, int], int] = _same
    parameters: Callable[[Any, int], dict[str, Shape]] = _none
    buffers: Callable[[Any, int], dict[str, tuple[Shape, float]]] = _none
    first: tuple[tuple[str, float], ...] = ()
    joins: Callable[[tuple[int, ...]], int] | None = None
    equal_widths: bool = False
    chance: bool = False  # True: its output differs from step to step while training
    build: Callable[[Any, Any, Any], Any] = lambda graph, x, layer: x

    @property
    def learns(self) -> bool:
        """True if it has parameters, which can then be frozen."""
        return self.parameters is not _none


layers: Registry[Layer] = Registry("layers", "layer")


def _dense_units(layer: Any, inputs: int) -> int:
    return int(layer.units)


def _dense_parameters(layer: Any, inputs: int) -> dict[str, Shape]:
    return {"weight": (layer.units, inputs), "bias": (layer.units,)}


def _dense(graph: Any, x: Any, layer: Any) -> Any:
    z = graph.dense(x, graph.parameter("weight"), graph.parameter("bias"))
    return graph.activate(z, layer.activation)


layers.register(
    Layer(
        key="dense",
        label="Dense",
        summary="Every unit reads every input: a weighted sum, a bias, an activation.",
        formula="<i>h</i> = <i>s</i>(<i>W x</i> + <i>b</i>)",
        settings=(
            Setting("units", "Units", 6, type="whole", minimum=1, maximum=4096),
            Setting(
                "activation",
                "Activation",
                "tanh",
                type="entry",
                registry="activations",
                summary="The bend after the weighted sum.",
            ),
            Setting(
                "initializer",
                "Initialization",
                "glorot_uniform",
                type="entry",
                registry="initializers",
                summary="The weights before the first step.",
            ),
        ),
        pytorch="Linear",
        keras="Dense",
        lux="Dense",
        units=_dense_units,
        parameters=_dense_parameters,
        build=_dense,
    )
)


def _dropout(graph: Any, x: Any, layer: Any) -> Any:
    return graph.dropout(x, layer.rate, at_test_time=layer.scaling == "at_test_time")


def _dropout_formula(layer: Any) -> str:
    if layer.scaling == "inverted":
        return "<i>h</i> = <i>x</i> · mask / (1 − <i>p</i>)"
    return "<i>h</i> = <i>x</i> · mask,  at test time <i>h</i> = (1 − <i>p</i>) <i>x</i>"


layers.register(
    Layer(
        key="dropout",
        label="Dropout",
        summary="Switches units off at random in every training step, so that none becomes indispensable.",
        formula="<i>h</i> = <i>x</i> · mask / (1 − <i>p</i>)",
        settings=(
            Setting(
                "rate",
                "Rate",
                0.2,
                minimum=0.0,
                maximum=1.0,
                open_maximum=True,
                summary="The fraction of units switched off in each step.",
            ),
            Setting(
                "scaling",
                "Scaling",
                "inverted",
                type="option",
                options=("inverted", "at_test_time"),
                summary="Inverted: what is kept grows by 1 / (1 − p) while training. "
                "At test time, as in the chapter: what answers shrinks by 1 − p.",
            ),
        ),
        pytorch="Dropout",
        keras="Dropout",
        lux="Dropout",
        chance=True,
        formula_of=_dropout_formula,
        build=_dropout,
    )
)


layers.register(
    Layer(
        key="gaussian_noise",
        label="Noise",
        summary="Adds a little chance to every number while training, so that no exact value is learned.",
        formula="<i>h</i> = <i>x</i> + σ <i>n</i>,  <i>n</i> ~ N(0, 1)",
        settings=(
            Setting(
                "deviation",
                "Std. deviation",
                0.1,
                minimum=0.0,
                maximum=10.0,
                summary="The standard deviation of what is added; inputs have about 1.",
            ),
        ),
        pytorch="",
        keras="GaussianNoise",
        lux="",
        chance=True,
        build=lambda graph, x, layer: graph.noise(x, layer.deviation),
    )
)


def _norm_parameters(layer: Any, inputs: int) -> dict[str, Shape]:
    return {"weight": (inputs,), "bias": (inputs,)}


def _norm_buffers(layer: Any, inputs: int) -> dict[str, tuple[Shape, float]]:
    return {"running_mean": ((inputs,), 0.0), "running_var": ((inputs,), 1.0)}


def _batch_norm(graph: Any, x: Any, layer: Any) -> Any:
    weight, bias = graph.parameter("weight"), graph.parameter("bias")
    running_mean, running_var = graph.buffer("running_mean"), graph.buffer("running_var")
    if not graph.training:
        return graph.normalize(x, running_mean, running_var, weight, bias)
    normalized, mean, variance = graph.batch_normalize(x, weight, bias)
    graph.track(running_mean, mean)
    graph.track(running_var, variance, unbiased=True)
    return normalized


layers.register(
    Layer(
        key="batch_norm",
        label="Batch norm",
        summary="Brings every unit to mean 0 and spread 1 over the batch, then learns scale and shift.",
        formula="<i>h</i> = γ (<i>x</i> − μ<sub>B</sub>) / √(σ<sup>2</sup><sub>B</sub> + ε) + β",
        pytorch="BatchNorm1d",
        keras="BatchNormalization",
        lux="BatchNorm",
        parameters=_norm_parameters,
        buffers=_norm_buffers,
        first=(("weight", 1.0), ("bias", 0.0)),
        build=_batch_norm,
    )
)


def _layer_norm(graph: Any, x: Any, layer: Any) -> Any:
    return graph.layer_normalize(x, graph.parameter("weight"), graph.parameter("bias"))


layers.register(
    Layer(
        key="layer_norm",
        label="Layer norm",
        summary="Brings the units of each sample to mean 0 and spread 1, then learns scale and shift.",
        formula="<i>h</i> = γ (<i>x</i> − μ) / √(σ<sup>2</sup> + ε) + β",
        pytorch="LayerNorm",
        keras="LayerNormalization",
        lux="LayerNorm",
        parameters=_norm_parameters,
        first=(("weight", 1.0), ("bias", 0.0)),
        build=_layer_norm,
    )
)

layers.register(
    Layer(
        key="add",
        label="Add",
        summary="Sums earlier layers of the same width: a skip connection that leaves a short way back.",
        formula="<i>h</i> = <i>x</i><sub>1</sub> + <i>x</i><sub>2</sub> + …",
        pytorch="add",
        keras="Add",
        lux="SkipConnection",
        joins=max,
        equal_widths=True,
        build=lambda graph, x, layer: graph.sum(graph.sources),
    )
)

layers.register(
    Layer(
        key="concatenate",
        label="Concatenate",
        summary="Puts the units of earlier layers side by side.",
        formula="<i>h</i> = (<i>x</i><sub>1</sub>, <i>x</i><sub>2</sub>, …)",
        pytorch="cat",
        keras="Concatenate",
        lux="Parallel",
        joins=sum,
        build=lambda graph, x, layer: graph.concatenate(graph.sources),
    )
)
