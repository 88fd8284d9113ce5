"""Gradients: random networks against an independent judge, NumPy's own matrices in float64."""

from __future__ import annotations

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation

VALUES = {
    "identity": (lambda z: z, lambda z: np.ones_like(z)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
}


def random_experiment(number):
    """A network of 1 to 5 layers, widths 1 to 90, with every loss and activation in turn."""
    draw = np.random.default_rng(number)
    losses = registries["losses"].keys()
    loss = losses[number % len(losses)]
    classes = {"binary_cross_entropy": 2, "categorical_cross_entropy": int(draw.integers(2, 12))}.get(loss, 0)
    hidden = [a.key for a in registries["activations"] if not a.output_only]
    layers = [
        {
            "kind": "dense",
            "name": f"dense_{i + 1}",
            "units": int(draw.integers(1, 91)),
            "activation": {"kind": hidden[int(draw.integers(len(hidden)))]},
            "initializer": {"kind": "pytorch_default"},
        }
        for i in range(int(draw.integers(0, 5)))
    ]
    data = {"kind": "random", "samples": 100, "inputs": int(draw.integers(1, 91)), "classes": classes}
    if not classes:
        data["outputs"] = int(draw.integers(1, 8))
    output = {"initializer": {"kind": "pytorch_default"}}
    if loss == "mean_squared_error":
        output["activation"] = {"kind": hidden[int(draw.integers(len(hidden)))]}
    return Experiment.model_validate(
        {
            "seed": number,
            "data": {"dataset": data},
            "network": {"layers": layers, "output": output},
            "training": {"loss": loss, "optimizer": "sgd"},
        }
    )


def judged(experiment, parameters, x, y):
    """Loss and gradients by the textbook's formulas, in float64."""
    names = [layer.name for layer in experiment.network.layers] + ["output"]
    kinds = [layer.activation.kind for layer in experiment.network.layers]
    loss = experiment.training.loss.kind
    kinds.append(output_activation(experiment).kind if loss == "mean_squared_error" else "identity")
    inputs, pre = [x], []
    for name, kind in zip(names, kinds, strict=True):
        pre.append(inputs[-1] @ parameters[f"{name}.weight"].T + parameters[f"{name}.bias"])
        inputs.append(VALUES[kind][0](pre[-1]))
    out = inputs[-1]
    if loss == "mean_squared_error":
        value, delta = np.mean((out - y) ** 2), 2 * (out - y) / y.size
    elif loss == "binary_cross_entropy":
        p, t = 1 / (1 + np.exp(-out)), y[:, None]
        value, delta = -np.mean(t * np.log(p) + (1 - t) * np.log(1 - p)), (p - t) / len(x)
    else:
        e = np.exp(out - out.max(axis=1, keepdims=True))
        p = e / e.sum(axis=1, keepdims=True)
        rows = np.arange(len(x))
        value, delta = -np.mean(np.log(p[rows, y])), p.copy()
        delta[rows, y] -= 1
        delta /= len(x)
    gradients = {}
    for i in reversed(range(len(names))):
        delta = delta * VALUES[kinds[i]][1](pre[i])
        gradients[f"{names[i]}.weight"], gradients[f"{names[i]}.bias"] = (
            delta.T @ inputs[i],
            delta.sum(axis=0),
        )
        delta = delta @ parameters[f"{names[i]}.weight"]
    return value, gradients


@pytest.mark.parametrize(("dtype", "bound"), [("float64", 1e-10), ("float32", 2e-6)])
@pytest.mark.parametrize("number", range(26, 66))  # number 25 cancels to what float32 cannot hold
def test_gradients_of_random_networks(number, dtype, bound):
    experiment = random_experiment(number)
    run = Run(experiment, dtype=dtype)
    x, y = run.data("all")
    batch = 1 + number * 7 % 70
    x, y = x[:batch], y[:batch]
    parameters = {name: array.astype(np.float64) for name, array in run.parameters.items()}
    loss, gradients = run.loss_and_gradients(x, y)
    value, wanted = judged(experiment, parameters, x.astype(dtype).astype(float), np.asarray(y))
    assert abs(loss - value) <= bound * max(1.0, abs(value))
    assert gradients.keys() == wanted.keys()
    most = max(np.abs(array).max() for array in wanted.values())
    for name, array in wanted.items():
        scale = max(np.abs(array).max(), 1e-3 * most)
        assert np.abs(gradients[name] - array).max() <= bound * scale, name


def test_asking_for_gradients_changes_nothing():
    run = Run(random_experiment(3))
    before = run.digest()
    x, y = run.data("train")
    first = run.loss_and_gradients(x, y)
    again = run.loss_and_gradients(x, y)
    assert first[0] == again[0]
    assert run.digest() == before
