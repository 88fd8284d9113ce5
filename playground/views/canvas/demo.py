"""The canvas alone with numbers that no engine made: `python -m playground.views.canvas.view [--dark]`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import QTimer

from playground.experiment.data import prepare
from playground.experiment.edits import default_experiment
from playground.experiment.model import Experiment
from playground.experiment.problems import problems
from playground.experiment.shapes import shapes
from playground.experiment.wiring import wires
from playground.session.snapshot import TILE, Snapshot, State, Tiles
from playground.views.canvas.view import Canvas


def forward_snapshot(experiment: Experiment, steps: int = 0, state: State = "paused") -> Snapshot:
    """A network of random weights, seen on the plane: enough to draw every part of the canvas."""
    prepared = prepare(experiment.data, experiment.seed)
    random = np.random.default_rng(experiment.seed)
    found = shapes(experiment)
    if prepared.domain is not None and len(prepared.domain) == 2:
        side = np.linspace(-6, 6, TILE)
        raw = np.column_stack([np.tile(side, TILE), np.repeat(side[::-1], TILE)])
        values, kind = prepared.transform(raw).T, "map"
        shape: tuple[int, ...] = (TILE, TILE)
    elif prepared.domain is not None:
        values, kind, shape = prepared.transform(np.linspace(-6, 6, TILE)[:, None]).T, "curve", (TILE,)
    else:
        values, kind, shape = prepared.inputs[prepared.train[:TILE]].T, "stripes", (TILE,)
    layers: dict[str, Any] = {"input": values.reshape(-1, *shape)}
    parameters: dict[str, Any] = {}
    scale = {"input": float(np.abs(values).max())}
    wiring, units = wires(experiment.network.layers), {"input": values}
    for layer in found.layers:
        read = [units[source] for source in wiring[layer.name]]
        values = np.concatenate(read) if layer.inputs == sum(map(len, read)) else np.sum(read, axis=0)
        for name, size in layer.parameters.items():
            spread = 1.6 / math.sqrt(layer.inputs) if len(size) > 1 else 0.5
            drift = 0.4 * math.sin(steps / 40.0 + len(parameters))
            parameters[name] = (random.standard_normal(size) + drift) * spread
        weight = parameters.get(f"{layer.name}.weight")
        if weight is not None and weight.ndim == 2:
            values = np.tanh(2 * weight @ values + parameters[f"{layer.name}.bias"][:, None])
        units[layer.name] = values
        layers[layer.name] = values.reshape(-1, *shape)
        scale[layer.name] = 1.0
    history = np.recarray((0,), dtype=[("step", "i8"), ("train_loss", "f8")])
    return Snapshot(
        experiment=experiment,
        state=state,
        message="",
        progress=None,
        steps=steps,
        epochs=0.0,
        steps_per_second=0.0,
        history=history,
        prepared=prepared,
        parameters=parameters,
        tiles=Tiles(kind, layers, scale),  # type: ignore[arg-type]
    )


def demo(experiment: Experiment | None = None) -> Canvas:
    """A canvas that takes its own edits and draws thirty times a second."""
    canvas = Canvas()
    canvas.resize(864, 636)
    state = {"experiment": experiment or default_experiment(), "steps": 0}

    def show(changed: Experiment, _label: str = "", _merge: str = "") -> None:
        state["experiment"] = changed
        canvas.set_experiment(changed)
        canvas.show_problems(problems(changed))
        tick()

    def tick() -> None:
        state["steps"] += 1  # type: ignore[operator]
        canvas.show_snapshot(forward_snapshot(state["experiment"], state["steps"], "running"))  # type: ignore[arg-type]

    canvas.edited.connect(show)
    show(state["experiment"])  # type: ignore[arg-type]
    timer = QTimer(canvas)
    timer.timeout.connect(tick)
    timer.start(33)
    return canvas
