"""Shapes: how many numbers go into and come out of every layer, and how many each one learns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

from playground.catalog import registries
from playground.experiment.model import Data, Experiment, choice


@dataclass(frozen=True)
class LayerShape:
    """One layer: `inputs` numbers in, `units` out; `parameters` maps a tensor's name to its shape."""

    name: str
    kind: str
    inputs: int
    units: int
    parameters: dict[str, tuple[int, ...]]

    @property
    def parameter_count(self) -> int:
        """How many numbers this layer learns."""
        return sum(prod(shape) for shape in self.parameters.values())


@dataclass(frozen=True)
class Shapes:
    """The shapes of a network from its inputs to its output; `layers` ends with "output"."""

    inputs: int
    outputs: int
    layers: tuple[LayerShape, ...]

    @property
    def parameter_count(self) -> int:
        """How many numbers the whole network learns."""
        return sum(layer.parameter_count for layer in self.layers)

    def layer(self, name: str) -> LayerShape:
        """The shape of one layer; KeyError if there is none of this name."""
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)


def task(data: Data) -> str:
    """What the data ask for: "classes" or "regression"."""
    return "regression" if data.target == "inputs" else str(data.dataset.entry.task_of(data.dataset))


def class_count(data: Data) -> int:
    """How many classes the data have; 0 for regression."""
    return len(class_names(data))


def class_names(data: Data) -> tuple[str, ...]:
    """What the classes are called; empty for regression."""
    return data.dataset.entry.class_names_of(data.dataset) if task(data) == "classes" else ()


def target_names(data: Data) -> tuple[str, ...]:
    """What the predicted numbers are called, one an output; empty for classes."""
    if data.target == "inputs":
        return feature_names(data)
    return tuple(data.dataset.entry.target_names_of(data.dataset))


def feature_names(data: Data) -> tuple[str, ...]:
    """The inputs that the network sees, by key."""
    return data.features if data.features is not None else data.dataset.entry.features_of(data.dataset)


def fitting_loss(data: Data) -> str:
    """The loss that goes with the data: squared error for numbers, cross-entropy for classes."""
    if task(data) == "regression":
        return "mean_squared_error"
    return "binary_cross_entropy" if class_count(data) == 2 else "categorical_cross_entropy"


def output_activation(experiment: Experiment) -> Any:
    """The activation at the output: the one given, or else the one that the loss asks for."""
    given = experiment.network.output.activation
    if given is not None:
        return given
    return choice(registries["activations"], experiment.training.loss.entry.output_activation)


def output_units(experiment: Experiment) -> int:
    """The number of outputs: the one given, or else the one that data and loss ask for."""
    given = experiment.network.output.units
    return given if given is not None else fitting_units(experiment)


def fitting_units(experiment: Experiment) -> int:
    """How many outputs the data and the loss ask for."""
    data = experiment.data
    if task(data) == "regression":
        return len(target_names(data))
    classes = class_count(data)
    return 1 if classes == 2 and experiment.training.loss.kind != "categorical_cross_entropy" else classes


@lru_cache(maxsize=256)
def shapes(experiment: Experiment) -> Shapes:
    """Every layer's shape. Layers read the one before them unless their `inputs` name others."""
    units = {"input": len(feature_names(experiment.data))}
    before = "input"
    found: list[LayerShape] = []
    for layer in experiment.network.layers:
        entry = layer.entry
        widths = tuple(units.get(source, 0) for source in layer.inputs or (before,))
        inputs = (entry.joins or sum)(widths)
        shape = LayerShape(
            layer.name,
            layer.kind,
            inputs,
            entry.units(layer, inputs),
            {f"{layer.name}.{tensor}": size for tensor, size in entry.parameters(layer, inputs).items()},
        )
        units[layer.name] = shape.units
        before = layer.name
        found.append(shape)
    outputs, inputs = output_units(experiment), units[before]
    tensors: dict[str, tuple[int, ...]] = {"output.weight": (outputs, inputs), "output.bias": (outputs,)}
    found.append(LayerShape("output", "output", inputs, outputs, tensors))
    return Shapes(units["input"], outputs, tuple(found))
