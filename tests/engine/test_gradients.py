"""Gradients: random networks against an independent judge, NumPy's own matrices in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation

ERF = np.vectorize(math.erf, otypes=[float])
SELU = 1.0507009873554805, 1.6732632423543772
WAVE = math.sqrt(2 / math.pi)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gelu_tanh(z):
    return 0.5 * z * (1 + np.tanh(WAVE * (z + 0.044715 * z**3)))


def gelu_tanh_slope(z):
    t = np.tanh(WAVE * (z + 0.044715 * z**3))
    return 0.5 * (1 + t) + 0.5 * z * (1 - t**2) * WAVE * (1 + 3 * 0.044715 * z**2)


VALUES = {
    "identity": (lambda z: z, lambda z: np.ones_like(z)),
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * sigmoid(-z)),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "leaky_relu": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "elu": (lambda z: np.where(z > 0, z, np.exp(z) - 1), lambda z: np.where(z > 0, 1, np.exp(z))),
    "selu": (
        lambda z: SELU[0] * np.where(z > 0, z, SELU[1] * (np.exp(z) - 1)),
        lambda z: SELU[0] * np.where(z > 0, 1, SELU[1] * np.exp(z)),
    ),
    "softplus": (lambda z: np.logaddexp(0, z), sigmoid),
    "softsign": (lambda z: z / (1 + abs(z)), lambda z: (1 + abs(z)) ** -2.0),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * sigmoid(-z))),
    "gelu": (
        lambda z: 0.5 * z * (1 + ERF(z / math.sqrt(2))),
        lambda z: 0.5 * (1 + ERF(z / math.sqrt(2))) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi),
    ),
    "gelu_tanh": (gelu_tanh, gelu_tanh_slope),
    "sin": (np.sin, np.cos),
}


def random_experiment(number):
    """A network of 1 to 5 layers, widths 1 to 90, with every loss and activation in turn."""
    draw = np.random.default_rng(number)
    losses = registries["losses"].keys()
    loss = losses[number % len(losses)]
    several = int(draw.integers(2, 12))
    classes = {"binary_cross_entropy": 2, "perceptron": 2, "categorical_cross_entropy": several}.get(loss, 0)
    hidden = [a.key for a in registries["activations"] if not a.output_only and not a.forward_only]
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
    if registries["losses"][loss].reads == "activation":
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
    reads = registries["losses"][loss].reads
    kinds.append(output_activation(experiment).kind if reads == "activation" else "identity")
    inputs, pre = [x], []
    for name, kind in zip(names, kinds, strict=True):
        pre.append(inputs[-1] @ parameters[f"{name}.weight"].T + parameters[f"{name}.bias"])
        inputs.append(VALUES[kind][0](pre[-1]))
    out = inputs[-1]
    if loss == "mean_squared_error":
        value, delta = np.mean((out - y) ** 2), 2 * (out - y) / y.size
    elif loss == "mean_absolute_error":
        value, delta = np.mean(abs(out - y)), np.sign(out - y) / y.size
    elif loss == "huber":
        d = abs(out - y)
        value, delta = np.mean(np.where(d < 1, d * d / 2, d - 0.5)), np.clip(out - y, -1, 1) / y.size
    elif loss == "perceptron":
        t = 2 * y[:, None] - 1
        value, delta = np.mean(np.maximum(0, -t * out)), np.where(t * out < 0, -t, 0) / len(x)
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


CASES = [
    *((number, "float64", 1e-10) for number in range(25, 65)),
    *((number, "float32", 2e-6) for number in range(55, 95)),  # a few before cancel to what it cannot hold
]


@pytest.mark.parametrize(("number", "dtype", "bound"), CASES)
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
