"""Record PyTorch's gradients of all of `cases.py`: `pip install torch==2.13.0`, then run this file.

`gradients.npz` beside it holds, for every case, its key, its loss without penalties, and the gradients of
all parameters, flat, for each regularizer.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from playground.catalog import registries
from playground.experiment.data import prepare
from playground.experiment.shapes import output_activation
from tests.golden.cases import FILE, REGULARIZERS, cases

torch.set_default_dtype(torch.float64)

ACTIVATIONS = {  # where PyTorch's module of the same name needs more than its settings in order
    "gelu_tanh": lambda: nn.GELU(approximate="tanh"),
    "softplus": lambda: nn.Softplus(threshold=1000.0),
    "sin": lambda: torch.sin,
}
LOSSES = {
    "CrossEntropyLoss": lambda label_smoothing: nn.CrossEntropyLoss(label_smoothing=label_smoothing),
    "HuberLoss": lambda delta: nn.HuberLoss(delta=delta),
}
LAYERS = {
    "Dropout": lambda sources, weight, bias: sources[0],
    "": lambda sources, weight, bias: sources[0],  # noise, switched off
    "BatchNorm1d": lambda sources, weight, bias: nn.functional.batch_norm(
        sources[0], None, None, weight, bias, training=True
    ),
    "LayerNorm": lambda sources, weight, bias: nn.functional.layer_norm(
        sources[0], weight.shape, weight, bias
    ),
    "add": lambda sources, weight, bias: sum(sources[1:], sources[0]),
    "cat": lambda sources, weight, bias: torch.cat(sources, dim=1),
}


def activate(choice, z):
    make = ACTIVATIONS.get(choice.kind) or (lambda: getattr(nn, choice.entry.pytorch)(*choice.settings))
    return make()(z)


def judge(choice, o, y):
    if choice.kind == "perceptron":
        return torch.clamp(-(2 * y[:, None] - 1) * o, min=0).mean()
    if choice.kind == "binary_cross_entropy":
        y = y[:, None].to(o.dtype)
    make = LOSSES.get(choice.entry.pytorch, getattr(nn, choice.entry.pytorch))
    return make(*choice.settings)(o, y)


def loss_of(experiment, parameters, x, y):
    """The network's loss on x and y, composed of PyTorch's own pieces."""
    outputs, before = {"input": x}, "input"
    for layer in experiment.network.layers:
        sources = [outputs[name] for name in layer.inputs or (before,)]
        weight, bias = (parameters.get(f"{layer.name}.{part}") for part in ("weight", "bias"))
        if layer.kind == "dense":
            h = activate(layer.activation, nn.functional.linear(sources[0], weight, bias))
        else:
            h = LAYERS[layer.entry.pytorch](sources, weight, bias)
        outputs[layer.name], before = h, layer.name
    o = nn.functional.linear(outputs[before], parameters["output.weight"], parameters["output.bias"])
    loss = experiment.training.loss
    if loss.entry.reads == "activation":
        o = activate(output_activation(experiment), o)
    return judge(loss, o, y)


def gradients_of(case, l1, l2):
    experiment = case.experiment
    prepared = prepare(experiment.data, experiment.seed)
    x, y = (torch.tensor(a[prepared.train]) for a in (prepared.inputs, prepared.targets))
    parameters = {name: torch.tensor(array, requires_grad=True) for name, array in case.first().items()}
    loss = loss_of(experiment, parameters, x, y)
    penalty = sum(l1 * w.abs().sum() + 0.5 * l2 * (w * w).sum() for w in parameters.values())
    (loss + penalty).backward()
    return loss.item(), np.concatenate([w.grad.numpy().ravel() for w in parameters.values()])


def main():
    keys, losses, gradients = [], [], []
    for case in cases():
        found = [gradients_of(case, *penalties) for penalties in REGULARIZERS.values()]
        keys.append(case.key)
        losses.append(found[0][0])
        gradients += [gradient for _, gradient in found]
    np.savez_compressed(FILE, keys=keys, losses=losses, gradients=np.concatenate(gradients))
    print(f"{len(gradients):,} combinations of {', '.join(registries)}")


if __name__ == "__main__":
    main()
