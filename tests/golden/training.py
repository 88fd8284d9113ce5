"""Record how PyTorch trains a small network: `pip install torch==2.13.0`, then run this file.

Data and first weights are the playground's own; PyTorch trains on them in float64, one full batch a
step. `training.json` beside this file holds all parameters, flat, after some of the steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from playground.engine.first_values import first_values
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.model import Experiment

STEPS = (1, 2, 10, 50, 100)
Parameters = list[torch.nn.Parameter]
Step = Callable[[Parameters], None]

OPTIMIZERS: dict[str, tuple[dict[str, Any], Callable[..., torch.optim.Optimizer]]] = {
    "sgd": ({"learning_rate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (
        {"learning_rate": 0.03, "momentum": 0.9},
        lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9),
    ),
    "momentum_average": (
        {"learning_rate": 0.3, "momentum": 0.9},
        lambda p: torch.optim.SGD(p, lr=0.3, momentum=0.9, dampening=0.9),
    ),
    "nesterov": (
        {"learning_rate": 0.03, "momentum": 0.9},
        lambda p: torch.optim.SGD(p, lr=0.03, momentum=0.9, nesterov=True),
    ),
    "adagrad": ({"learning_rate": 0.1, "epsilon": 1e-10}, lambda p: torch.optim.Adagrad(p, lr=0.1)),
    "rmsprop": ({"learning_rate": 0.01}, lambda p: torch.optim.RMSprop(p, lr=0.01)),
    "rmsprop momentum": (
        {"learning_rate": 0.01, "momentum": 0.5},
        lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5),
    ),
    "rmsprop centred": (
        {"learning_rate": 0.01, "centered": True, "alpha": 0.9, "momentum": 0.5},
        lambda p: torch.optim.RMSprop(p, lr=0.01, centered=True, alpha=0.9, momentum=0.5),
    ),
    "adam": ({"learning_rate": 0.02}, lambda p: torch.optim.Adam(p, lr=0.02)),
    "adam other betas": (
        {"learning_rate": 0.02, "beta1": 0.5, "beta2": 0.9, "epsilon": 1e-3},
        lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.5, 0.9), eps=1e-3),
    ),
    "adamw": (
        {"learning_rate": 0.02, "weight_decay": 0.3},
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.3),
    ),
}
WITH_L2 = {
    "sgd and L2": ("sgd", {"learning_rate": 0.1}, lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.05)),
    "adam and L2": (
        "adam",
        {"learning_rate": 0.02},
        lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.05),
    ),
}


def small(changes: dict[str, Any]) -> Experiment:
    """Three tanh units between two inputs and one output, one batch an epoch."""
    experiment = edits.remove_layer(edits.default_experiment(), "dense_2")
    experiment = edits.set_value(experiment, "network.dense_1.units", 3)
    experiment = edits.set_value(experiment, "training.batch_size", 1000)
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


def cases() -> dict[str, tuple[dict[str, Any], Callable[..., torch.optim.Optimizer]]]:
    """Every optimizer with its settings as paths, beside PyTorch's."""
    found = {}
    for name, (settings, make) in OPTIMIZERS.items():
        changes = {"training.optimizer": name.split()[0]}
        changes |= {f"training.optimizer.{key}": value for key, value in settings.items()}
        found[name] = (changes, make)
    for name, (kind, settings, make) in WITH_L2.items():
        changes = {"training.optimizer": kind, "training.l2": 0.05}
        changes |= {f"training.optimizer.{key}": value for key, value in settings.items()}
        found[name] = (changes, make)
    return found


def path_of(changes: dict[str, Any], make: Callable[..., torch.optim.Optimizer]) -> dict[str, list[float]]:
    """All parameters, in the order of their names, after each of STEPS."""
    experiment = small(changes)
    prepared = prepare(experiment.data, experiment.seed)
    x = torch.tensor(prepared.inputs[prepared.train], dtype=torch.float64)
    y = torch.tensor(prepared.targets[prepared.train], dtype=torch.float64)
    values = {n: torch.nn.Parameter(torch.tensor(v)) for n, v in first_values(experiment).items()}
    optimizer = make(list(values.values()))

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        h = torch.tanh(x @ values["dense_1.weight"].T + values["dense_1.bias"])
        z = h @ values["output.weight"].T + values["output.bias"]
        found = torch.nn.functional.binary_cross_entropy_with_logits(z[:, 0], y)
        found.backward()
        return found

    kept = {}
    for step in range(1, max(STEPS) + 1):
        loss()
        optimizer.step()
        if step in STEPS:
            kept[str(step)] = torch.cat([values[n].detach().ravel() for n in sorted(values)]).tolist()
    return kept


def main() -> None:
    """Write the file."""
    paths = {
        name: {"changes": changes, "parameters": path_of(changes, make)}
        for name, (changes, make) in cases().items()
    }
    text = json.dumps({"paths": paths}, indent=1)
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
