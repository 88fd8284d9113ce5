"""How fast the engine is beside the same training loop in NumPy: ratios, taken in turns in one process.

    python packaging/benchmark.py [--seconds 2] [--rounds 5]

Gradients are compared before anything is timed; a wrong engine is not timed. One thread throughout.
Read the ratios, not the rates: both loops run on the same machine, one right after the other.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy is imported

import numpy as np  # noqa: E402
from numpy.typing import NDArray  # noqa: E402

from playground.engine.run import Run  # noqa: E402
from playground.experiment.model import Experiment  # noqa: E402

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Workload:
    """One network to train: `wanted` is the ratio it must reach, 0 where none is promised."""

    name: str
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    activation: str
    optimizer: str
    batch: int
    samples: int
    wanted: float = 0.0

    def experiment(self) -> Experiment:
        """The network as an experiment, trained on random data without validation."""
        layers = [
            {"kind": "dense", "name": f"dense_{i}", "units": units, "activation": {"kind": self.activation}}
            for i, units in enumerate(self.hidden)
        ]
        loss = "binary_cross_entropy" if self.classes == 2 else "categorical_cross_entropy"
        data = {"kind": "random", "samples": self.samples, "inputs": self.inputs, "classes": self.classes}
        split = {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}
        return Experiment.model_validate(
            {
                "data": {"dataset": data, "split": split},
                "network": {"layers": layers},
                "training": {"loss": loss, "optimizer": self.optimizer, "batch_size": self.batch},
            }
        )


WORKLOADS = (
    Workload("2-8-8-1 tanh, SGD, batch 10", 2, (8, 8), 2, "tanh", "sgd", 10, 200, wanted=80.0),
    Workload("7-8x6-1 tanh, Adam, batch 30", 7, (8,) * 6, 2, "tanh", "adam", 30, 300),
    Workload("64-128-64-10 relu, Adam, batch 64", 64, (128, 64), 10, "relu", "adam", 64, 640, wanted=4.0),
    Workload("784-512-512-10 relu, Adam, batch 128", 784, (512, 512), 10, "relu", "adam", 128, 1280),
)


class NumPyLoop:
    """The same network, data, loss and optimizer, written as one would in NumPy."""

    def __init__(self, workload: Workload, run: Run) -> None:
        self.workload = workload
        x, y = run.data("train")
        self.x, self.y = x.astype(np.float32), y
        names = [f"dense_{i}" for i in range(len(workload.hidden))] + ["output"]
        given = run.parameters
        self.weights = [given[f"{name}.weight"] for name in names]
        self.biases = [given[f"{name}.bias"] for name in names]
        self.state = [(np.zeros_like(p), np.zeros_like(p)) for p in (*self.weights, *self.biases)]
        self.count = 0
        self.batches = self._batches()

    def _batches(self) -> Iterator[NDArray[np.int64]]:
        draw = np.random.default_rng(1)
        while True:
            order = draw.permutation(len(self.x))
            for start in range(0, len(order), self.workload.batch):
                yield order[start : start + self.workload.batch]

    def gradients(self, x: Floats, y: NDArray[np.int64]) -> tuple[float, list[Floats]]:
        """Loss and gradients of one batch: of all weights, then of all biases."""
        tanh = self.workload.activation == "tanh"
        values = [x]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = values[-1] @ weight.T + bias
            values.append(np.tanh(z) if tanh else np.maximum(z, 0))
        z = values[-1] @ self.weights[-1].T + self.biases[-1]
        if self.workload.classes == 2:
            t = y[:, None].astype(np.float32)
            loss = float(np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))))
            delta = (1 / (1 + np.exp(-z)) - t) / np.float32(len(x))
        else:
            z = z - z.max(axis=1, keepdims=True)
            e = np.exp(z)
            total = e.sum(axis=1, keepdims=True)
            rows = np.arange(len(x))
            loss = float(np.mean(np.log(total[:, 0]) - z[rows, y]))
            delta = e / total
            delta[rows, y] -= 1
            delta /= np.float32(len(x))
        of_weights, of_biases = [], []
        for layer in range(len(self.weights) - 1, -1, -1):
            of_weights.append(delta.T @ values[layer])
            of_biases.append(delta.sum(axis=0))
            if layer:
                h = values[layer]
                delta = (delta @ self.weights[layer]) * ((1 - h * h) if tanh else (h > 0))
        return loss, [*of_weights[::-1], *of_biases[::-1]]

    def step(self, steps: int) -> None:
        """Train so many steps."""
        parameters = [*self.weights, *self.biases]
        rate = np.float32(0.01)
        for _ in range(steps):
            batch = next(self.batches)
            _, gradients = self.gradients(self.x[batch], self.y[batch])
            self.count += 1
            first, second = 1 - 0.9**self.count, 1 - 0.999**self.count
            for p, g, (m, v) in zip(parameters, gradients, self.state, strict=True):
                if self.workload.optimizer == "sgd":
                    p -= rate * g
                    continue
                m *= 0.9
                m += 0.1 * g
                v *= 0.999
                v += 0.001 * g * g
                p -= rate / first * m / (np.sqrt(v / second) + 1e-8)


def agree(run: Run, loop: NumPyLoop) -> bool:
    """True if both have the same loss and gradients."""
    x, y = run.data("train")
    loss, wanted = loop.gradients(x.astype(np.float32), y)
    found, gradients = run.loss_and_gradients(x, y)
    names = [name for kind in ("weight", "bias") for name in gradients if name.endswith(kind)]
    close = [np.allclose(gradients[n], w, rtol=1e-3, atol=1e-5) for n, w in zip(names, wanted, strict=True)]
    return abs(found - loss) < 1e-4 and all(close)


def rate(step: Callable[[int], None], seconds: float) -> float:
    """Steps a second over about so many seconds."""
    steps, spent = 1, 0.0
    while spent < seconds / 4:
        start = time.perf_counter()
        step(steps)
        spent = time.perf_counter() - start
        steps *= 2
    start = time.perf_counter()
    step(steps)
    return steps / (time.perf_counter() - start)


def main() -> int:
    """Print a table; exit status 1 if a promised ratio is missed or a gradient is wrong."""
    parser = argparse.ArgumentParser(description="Engine against NumPy, in turns.")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each turn of each loop")
    parser.add_argument("--rounds", type=int, default=3)
    told = parser.parse_args()
    missed = 0
    for workload in WORKLOADS:
        run = Run(workload.experiment())
        loop = NumPyLoop(workload, run)
        if not agree(run, loop):
            print(f"{workload.name}: the gradients differ, so nothing is timed")
            missed += 1
            continue
        pairs = [(rate(run.step, told.seconds), rate(loop.step, told.seconds)) for _ in range(told.rounds)]
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        ours = statistics.median(pair[0] for pair in pairs)
        promise = f"  (at least {workload.wanted:g})" if workload.wanted else ""
        print(f"{workload.name:38} {ours:12,.0f} steps/s  {ratio:6.1f} x NumPy{promise}", flush=True)
        missed += ratio < workload.wanted
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
