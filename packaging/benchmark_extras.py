"""What dropout, norms and regularizers cost a network that uses them, beside the same network without."""

from __future__ import annotations

import statistics
import time
from typing import Any

SLICE = 0.02  # seconds
AT_MOST = 1.1  # times as long


def _extras(plain: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The network of an experiment with one thing more, by the name of that thing."""
    layers = plain["network"]["layers"]

    def with_layer(name: str, layer: dict[str, Any]) -> dict[str, Any]:
        added = [each for i, dense in enumerate(layers) for each in (dense, layer | {"name": f"{name}_{i}"})]
        return plain | {"network": {"layers": added}}

    def with_training(**settings: Any) -> dict[str, Any]:
        return plain | {"training": plain["training"] | settings}

    return {
        "dropout 0.2": with_layer("dropout", {"kind": "dropout", "rate": 0.2}),
        "batch norm": with_layer("norm", {"kind": "batch_norm"}),
        "layer norm": with_layer("norm", {"kind": "layer_norm"}),
        "L1 and L2": with_training(l1=1e-5, l2=1e-4),
        "clipping the norm": with_training(clip_norm=1.0),
    }


def measure(plain: dict[str, Any], rounds: int) -> list[dict[str, Any]]:
    """How many times as long a step takes with each of them: medians over interleaved rounds."""
    from playground.engine.run import Run
    from playground.experiment.model import Experiment

    def seconds(run: Run, steps: int) -> float:
        start = time.perf_counter()
        run.step(steps)
        return (time.perf_counter() - start) / steps

    runs = {"": Run(Experiment.model_validate(plain))}
    runs |= {name: Run(Experiment.model_validate(more)) for name, more in _extras(plain).items()}
    for run in runs.values():
        run.step(300)  # past the evaluations of the first epochs
    steps = max(1, round(SLICE / seconds(runs[""], 50)))
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(3 * rounds):
        for name, run in runs.items():
            taken[name].append(seconds(run, steps))
    return [
        {"extra": name, "times": statistics.median(map(_ratio, taken[name], taken[""])), "at_most": AT_MOST}
        for name in runs
        if name
    ]


def _ratio(one: float, other: float) -> float:
    return one / other
