"""Record how PyTorch trains a small network: `pip install torch==2.13.0`, then run this file.

Data, first weights and the samples of each batch are the playground's own; PyTorch trains on them in
float64, on all samples at once unless a case has smaller batches. `training.json` beside this file holds
all parameters, flat, after some of the steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.optim import lr_scheduler as scheduler
from torch.utils.data import DataLoader

from playground.engine.first_values import first_values
from playground.engine.rehearsal import rehearse
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.data import prepare
from playground.experiment.model import Experiment

STEPS = (1, 2, 10, 50, 100)
Parameters = list[torch.nn.Parameter]

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
    "lbfgs": (
        {"history": 20},
        lambda p: torch.optim.LBFGS(
            p,
            max_iter=1,
            max_eval=100,
            tolerance_change=1e-20,
            history_size=20,
            line_search_fn="strong_wolfe",
        ),
    ),
    "lbfgs short": (
        {"history": 3, "learning_rate": 0.5},
        lambda p: torch.optim.LBFGS(
            p,
            lr=0.5,
            max_iter=1,
            max_eval=100,
            tolerance_change=1e-20,
            history_size=3,
            line_search_fn="strong_wolfe",
        ),
    ),
    "adamw": (
        {"learning_rate": 0.02, "weight_decay": 0.3},
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.3),
    ),
}


@dataclass(frozen=True)
class Case:
    """One way to train: the playground's settings by path, and the same for PyTorch."""

    changes: dict[str, Any]
    make: Callable[..., torch.optim.Optimizer]
    after_backward: Callable[[Parameters], Any] = lambda parameters: None
    schedule: Callable[[Any], Any] | None = None
    frozen: str = ""
    until: int = 100  # L-BFGS doubles rounding errors every few steps where the loss has no lowest point


def _sgd(rate: float = 0.5, **settings: float) -> Callable[..., torch.optim.Optimizer]:
    return lambda parameters: torch.optim.SGD(parameters, lr=rate, **settings)


def _weights_only(parameters: Parameters) -> torch.optim.Optimizer:
    weights = [p for p in parameters if p.ndim == 2]
    biases = [p for p in parameters if p.ndim == 1]
    return torch.optim.SGD([{"params": weights, "weight_decay": 0.05}, {"params": biases}], lr=0.5)


def _clip(norm: float) -> Callable[[Parameters], Any]:
    return lambda parameters: torch.nn.utils.clip_grad_norm_(parameters, norm)


SGD = {"training.optimizer": "sgd", "training.optimizer.learning_rate": 0.5}
ADAM = {"training.optimizer": "adam", "training.optimizer.learning_rate": 0.02}
HUNDREDS = {"training.batch_size": 100, "training.schedule": {"kind": "exponential", "factor": 0.9}}
OTHERS = {
    "sgd and L2": Case(SGD | {"training.l2": 0.05}, _sgd(weight_decay=0.05)),
    "adam and L2": Case(
        ADAM | {"training.l2": 0.05}, lambda p: torch.optim.Adam(p, lr=0.02, weight_decay=0.05)
    ),
    "L2 on weights only": Case(SGD | {"training.l2": 0.05, "training.penalize_biases": False}, _weights_only),
    "lbfgs and L2": Case(
        {"training.optimizer": "lbfgs", "training.l2": 0.05},
        lambda p: torch.optim.LBFGS(
            p,
            max_iter=1,
            max_eval=100,
            tolerance_change=1e-20,
            history_size=20,
            line_search_fn="strong_wolfe",
        ),
    ),
    "clipped by norm": Case(SGD | {"training.clip_norm": 0.1}, _sgd(), _clip(0.1)),
    "clipped by value": Case(
        SGD | {"training.clip_value": 0.02}, _sgd(), lambda p: torch.nn.utils.clip_grad_value_(p, 0.02)
    ),
    "clipped before L2": Case(
        SGD | {"training.clip_norm": 0.1, "training.l2": 0.05}, _sgd(weight_decay=0.05), _clip(0.1)
    ),
    "first layer frozen": Case(
        SGD | {"network.dense_1.frozen": True, "training.clip_norm": 0.1},
        _sgd(),
        _clip(0.1),
        frozen="dense_1",
    ),
    "output frozen": Case(ADAM | {"network.output.frozen": True}, OPTIMIZERS["adam"][1], frozen="output"),
    "step schedule": Case(
        SGD | {"training.schedule": {"kind": "step", "every": 7, "factor": 0.7}},
        _sgd(),
        schedule=lambda o: scheduler.StepLR(o, 7, 0.7),
    ),
    "smaller last batch": Case(SGD | HUNDREDS, _sgd(), schedule=lambda o: scheduler.ExponentialLR(o, 0.9)),
    "last batch left out": Case(
        SGD | HUNDREDS | {"training.drop_last": True},
        _sgd(),
        schedule=lambda o: scheduler.ExponentialLR(o, 0.9),
    ),
    "warm-up with adamw": Case(
        {
            "training.optimizer": "adamw",
            "training.optimizer.learning_rate": 0.02,
            "training.schedule": {"kind": "warmup_cosine", "warmup": 5, "epochs": 80, "minimum": 0.001},
        },
        lambda p: torch.optim.AdamW(p, lr=0.02, weight_decay=0.01),
        schedule=lambda o: _warmup(o, 5, 80, 0.001),
    ),
}


def _warmup(optimizer: Any, warmup: int, epochs: int, minimum: float) -> Any:
    parts = [
        scheduler.LinearLR(optimizer, 0.1, 1.0, warmup),
        scheduler.CosineAnnealingLR(optimizer, epochs - warmup, minimum),
    ]
    return scheduler.SequentialLR(optimizer, parts, [warmup])


# Schedules: settings, and what makes PyTorch's. Plateaus are told the losses below.
SCHEDULES: dict[str, tuple[dict[str, Any], Callable[[Any], Any]]] = {
    "constant": ({"kind": "constant"}, lambda o: scheduler.ConstantLR(o, 1.0)),
    "step": ({"kind": "step", "every": 4, "factor": 0.3}, lambda o: scheduler.StepLR(o, 4, 0.3)),
    "exponential": ({"kind": "exponential", "factor": 0.9}, lambda o: scheduler.ExponentialLR(o, 0.9)),
    "cosine": (
        {"kind": "cosine", "epochs": 30, "minimum": 0.01},
        lambda o: scheduler.CosineAnnealingLR(o, 30, 0.01),
    ),
    "warmup_cosine": (
        {"kind": "warmup_cosine", "warmup": 6, "epochs": 36, "minimum": 0.01},
        lambda o: _warmup(o, 6, 36, 0.01),
    ),
    "plateau": (
        {"kind": "plateau", "factor": 0.5, "patience": 3, "minimum": 0.0},
        lambda o: scheduler.ReduceLROnPlateau(o, factor=0.5, patience=3),
    ),
    "plateau with a lowest rate": (
        {"kind": "plateau", "factor": 0.3, "patience": 0, "minimum": 0.02},
        lambda o: scheduler.ReduceLROnPlateau(o, factor=0.3, patience=0, min_lr=0.02),
    ),
}
LOSSES = [1.0] * 6 + [0.9, 0.89995, 0.8, 0.85, 0.79, 0.79, 0.78999, 0.79, 0.7] + [0.7] * 22


def rates(make: Callable[[Any], Any]) -> list[float]:
    """The learning rate of each epoch, from 0.1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    made, found = make(optimizer), []
    for loss in LOSSES:
        found.append(float(optimizer.param_groups[0]["lr"]))
        optimizer.step()
        made.step(loss) if isinstance(made, scheduler.ReduceLROnPlateau) else made.step()
    return found


def small(changes: dict[str, Any]) -> Experiment:
    """Three tanh units between two inputs and one output, one batch an epoch."""
    experiment = edits.remove_layer(edits.default_experiment(), "dense_2")
    experiment = edits.set_value(experiment, "network.dense_1.units", 3)
    experiment = edits.set_value(experiment, "training.batch_size", 1000)
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


def cases() -> dict[str, Case]:
    """Every optimizer with its settings as paths, beside PyTorch's, and all other cases."""
    found = {}
    for name, (settings, make) in OPTIMIZERS.items():
        changes = {"training.optimizer": name.split()[0]}
        changes |= {f"training.optimizer.{key}": value for key, value in settings.items()}
        found[name] = Case(changes, make, until=10 if name.startswith("lbfgs") else 100)
    return found | OTHERS


def batches_of(experiment: Experiment, steps: int) -> list[list[int]]:
    """Which rows of the data the playground takes for each step, in its order."""
    run, rows = Run(experiment, "float64", backend="twin"), []
    if experiment.training.batch_size >= len(run.prepared.train):
        return [run.prepared.train.tolist()] * steps
    for _ in range(steps):
        rows.append(rehearse(run).rows.tolist())
        run.step()
    return rows


def path_of(case: Case) -> dict[str, list[float]]:
    """All parameters, in the order of their names, after each of STEPS."""
    experiment = small(case.changes)
    prepared = prepare(experiment.data, experiment.seed)
    inputs = torch.tensor(prepared.inputs, dtype=torch.float64)
    targets = torch.tensor(prepared.targets, dtype=torch.float64)
    batches = batches_of(experiment, max(STEPS))
    values = {n: torch.nn.Parameter(torch.tensor(v)) for n, v in first_values(experiment).items()}
    for name, value in values.items():
        value.requires_grad = not (case.frozen and name.startswith(case.frozen))
    learning = [value for value in values.values() if value.requires_grad]
    optimizer = case.make(learning)
    schedule = case.schedule(optimizer) if case.schedule else None

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        h = torch.tanh(x @ values["dense_1.weight"].T + values["dense_1.bias"])
        z = h @ values["output.weight"].T + values["output.bias"]
        found = torch.nn.functional.binary_cross_entropy_with_logits(z[:, 0], y)
        if case.changes.get("training.optimizer") == "lbfgs":
            found = found + 0.5 * case.changes.get("training.l2", 0.0) * sum((p**2).sum() for p in learning)
        found.backward()
        return found

    training, samples = experiment.training, range(len(prepared.train))
    epoch = len(DataLoader(samples, training.batch_size, drop_last=training.drop_last))  # type: ignore[arg-type]
    kept = {}
    for step in range(1, max(STEPS) + 1):
        x, y = inputs[batches[step - 1]], targets[batches[step - 1]]
        if isinstance(optimizer, torch.optim.LBFGS):
            optimizer.step(loss)
        else:
            loss()
            case.after_backward(learning)
            optimizer.step()
        if schedule is not None and step % epoch == 0:
            schedule.step()
        if step in STEPS and step <= case.until:
            kept[str(step)] = torch.cat([values[n].detach().ravel() for n in sorted(values)]).tolist()
    return kept


def main() -> None:
    """Write the file."""
    paths = {n: {"changes": c.changes, "parameters": path_of(c)} for n, c in cases().items()}
    schedules = {n: {"schedule": given, "rates": rates(make)} for n, (given, make) in SCHEDULES.items()}
    text = json.dumps({"paths": paths, "losses": LOSSES, "schedules": schedules})
    Path(__file__).with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
