"""First values: what stands in every tensor before the first step."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.catalog.random import Stream
from playground.experiment.model import Experiment
from playground.experiment.shapes import LayerShape, output_activation, shapes


def first_values(experiment: Experiment) -> dict[str, NDArray[np.float64]]:
    """Parameters and buffers by name, as seed and initializers give them."""
    found: dict[str, NDArray[np.float64]] = {}
    for shape in shapes(experiment).layers:
        layer = experiment.layer(shape.name)
        given = dict(getattr(layer, "entry", None).first) if shape.name != "output" else {}  # type: ignore[union-attr]
        for name, size in shape.parameters.items():
            tensor = name.rpartition(".")[2]
            if tensor in given:
                found[name] = np.full(size, given[tensor])
            else:
                found[name] = _drawn(experiment, layer, name, size, shape)
        if shape.name != "output":
            for tensor, (size, value) in layer.entry.buffers(layer, shape.inputs).items():
                found[f"{shape.name}.{tensor}"] = np.full(size, value)
    return found


def _drawn(
    experiment: Experiment, layer: Any, name: str, size: tuple[int, ...], shape: LayerShape
) -> NDArray[np.float64]:
    chosen = layer.initializer
    activation = (
        output_activation(experiment) if shape.name == "output" else getattr(layer, "activation", None)
    )
    gain = activation.entry.gain(*activation.settings) if activation else 1.0
    draw = chosen.entry.weight if len(size) == 2 else chosen.entry.bias
    stream = Stream(experiment.seed, "weights", name)
    values = draw(stream, int(np.prod(size)), shape.inputs, shape.units, chosen, gain)
    return np.asarray(values).reshape(size)
