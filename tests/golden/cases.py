"""Every layer × activation × loss × regularizer of the catalog as small networks, for the golden gradients.

`gradients.py` asks PyTorch for their losses and gradients; `test_gradients_golden.py`
asks the engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from playground.catalog import registries
from playground.catalog.random import Stream
from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes

FILE = Path(__file__).parent / "gradients.npz"
REGULARIZERS = {"none": (0.0, 0.0), "l1": (0.03, 0.0), "l2": (0.0, 0.2), "both": (0.03, 0.2)}  # (l1, l2)
SETTINGS = {  # chance is switched off, and what is nothing by default is switched on
    "dropout": {"rate": 0.0},
    "gaussian_noise": {"deviation": 0.0},
    "huber": {"delta": 0.5},
    "categorical_cross_entropy": {"label_smoothing": 0.1},
}
CLASSES = {"binary_cross_entropy": 2, "perceptron": 2, "categorical_cross_entropy": 3}


@dataclass(frozen=True)
class Case:
    """A network and its regularizers; `key` is "layer/activation/loss"."""

    key: str
    experiment: Experiment

    def first(self) -> dict[str, np.ndarray]:
        """The weights at which its gradients are compared."""
        found = {}
        for shape in shapes(self.experiment).layers:
            for name, size in shape.parameters.items():
                drawn = Stream(5, "weights", name).normal(int(np.prod(size))).reshape(size)
                found[name] = 1.0 + 0.3 * drawn if "norm" in name and "weight" in name else 0.7 * drawn
        return found


def cases() -> Iterator[Case]:
    """All combinations, in the order of the menus."""
    activations = [a.key for a in registries["activations"] if not a.output_only and not a.forward_only]
    for layer, activation, loss in product(
        registries["layers"].keys(), activations, registries["losses"].keys()
    ):
        yield Case(f"{layer}/{activation}/{loss}", experiment(layer, activation, loss))


def experiment(layer: str, activation: str, loss: str) -> Experiment:
    """Two dense layers, then the layer in question, which joins both where it can."""
    dense = {"kind": "dense", "units": 3, "activation": activation}
    layers = [dense | {"name": f"dense_{number}"} for number in (1, 2)]
    if layer != "dense":
        chosen = {"kind": layer, "name": f"{layer}_1"} | SETTINGS.get(layer, {})
        if registries["layers"][layer].joins is not None:
            chosen["inputs"] = ("dense_1", "dense_2")
        layers.append(chosen)
    classes = CLASSES.get(loss, 0)
    data = {"kind": "random", "samples": 9, "inputs": 2, "classes": classes, "outputs": 2}
    return Experiment.model_validate(
        {
            "data": {
                "dataset": data,
                "split": {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0},
            },
            "network": {"layers": layers},
            "training": {
                "loss": {"kind": loss} | SETTINGS.get(loss, {}),
                "optimizer": {"kind": "sgd", "learning_rate": 1.0},
                "batch_size": 9,
            },
        }
    )
