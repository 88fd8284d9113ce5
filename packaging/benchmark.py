"""How fast the engine is, beside NumPy always and PyTorch, JAX and scikit-learn where they are installed.

    python packaging/benchmark.py [--rounds 9] [--only NAME] [--own NETWORK] [--peers PYTHON] [--json FILE]

First every gradient is compared with the textbook's formulas in float64: a wrong engine is not timed, nor
a peer that computes something else. Then all take turns in slices of some 50 ms, each in a process of its
own, in an order that rotates. What dropout, norms and regularizers cost is measured beside the same
network without. Read the ratios, medians over the rounds, rather than the rates. `--peers` names another
Python that has the peers. `--own "20-64-64-3 relu adam 32"` times a network of yours instead: inputs, units
of the hidden layers and classes, tanh or relu, sgd or adam, samples a batch.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import itertools

import benchmark_extras
import benchmark_peers
import benchmark_starts
import numpy as np

HERE = Path(__file__).resolve().parent
OWN = ("engine", "two threads", "limit", "NumPy")
SLICE = 0.05  # seconds
SAME = 1e-4  # how far a gradient may be from the textbook's, relative to its tensor's largest entry


@dataclass(frozen=True)
class Workload:
    """What is timed: a network to train, or (`kind` "map") to draw; `wanted` says what is promised."""

    name: str
    inputs: int
    hidden: tuple[int, ...]
    classes: int
    activation: str
    optimizer: str
    batch: int
    samples: int
    kind: str = "train"
    wanted: dict[str, float] = field(default_factory=dict)

    @property
    def runners(self) -> tuple[str, ...]:
        """Who takes part."""
        if self.kind == "map":
            return "engine", "NumPy", "PyTorch"
        return tuple(n for n in benchmark_peers.RUNNERS if n != "two threads" or n in self.wanted)

    @property
    def megaflops(self) -> float:
        """Operations of a step's products: forward, weights, and back to every layer but the first."""
        sizes = [self.inputs, *self.hidden, 1 if self.classes == 2 else self.classes]
        products = [a * b for a, b in itertools.pairwise(sizes)]
        return 2 * self.batch * (3 * sum(products) - products[0]) / 1e6

    def experiment(self) -> dict[str, Any]:
        """The network as an experiment, trained on random data without validation."""
        layers = [
            {"kind": "dense", "name": f"dense_{i}", "units": units, "activation": {"kind": self.activation}}
            for i, units in enumerate(self.hidden)
        ]
        loss = "binary_cross_entropy" if self.classes == 2 else "categorical_cross_entropy"
        data = {"kind": "random", "samples": self.samples, "inputs": self.inputs, "classes": self.classes}
        split = {"kind": "random", "train": 1.0, "validation": 0.0, "test": 0.0}
        return {
            "data": {"dataset": data, "split": split},
            "network": {"layers": layers},
            "training": {
                "loss": loss,
                "optimizer": {"kind": self.optimizer, "learning_rate": 0.01},
                "batch_size": self.batch,
            },
        }


WORKLOADS = (
    Workload(
        "2-8-8-1 tanh, SGD, batch 10",
        2, (8, 8), 2, "tanh", "sgd", 10, 200,
        wanted={"JAX": 12, "PyTorch": 400, "NumPy": 80},
    ),
    Workload(
        "7-8x6-1 tanh, Adam, batch 30",
        7, (8,) * 6, 2, "tanh", "adam", 30, 300,
        wanted={"JAX": 10, "PyTorch": 200},
    ),
    Workload(
        "2-64-64-64-3 relu, Adam, batch 32",
        2, (64, 64, 64), 3, "relu", "adam", 32, 320,
        wanted={"JAX": 2, "PyTorch": 20, "limit": 0.55},
    ),
    Workload(
        "64-128-64-10 relu, Adam, batch 64",
        64, (128, 64), 10, "relu", "adam", 64, 640,
        wanted={"JAX": 1.6, "PyTorch": 9, "NumPy": 4, "limit": 0.7},
    ),
    Workload(
        "784-512-512-10 relu, Adam, batch 128",
        784, (512, 512), 10, "relu", "adam", 128, 1280,
        wanted={"JAX": 1.25, "PyTorch": 2.5, "limit": 0.8, "two threads": 1.8},
    ),
    Workload(
        "decision map 100x100 of 2-8-8-1, all hidden units",
        2, (8, 8), 2, "tanh", "sgd", 10, 200, "map",
        wanted={"PyTorch": 15, "NumPy": 4},
    ),
)  # fmt: skip


def own_workload(text: str) -> Workload:
    """The workload that such words describe: "20-64-64-3 relu adam 32"."""
    try:
        sizes, activation, optimizer, batch_size = text.lower().split()
        inputs, *hidden, classes = map(int, sizes.split("-"))
        batch = int(batch_size)
        known = activation in ("tanh", "relu") and optimizer in ("sgd", "adam")
        if not known or not hidden or min(inputs, *hidden, batch) < 1 or classes < 2:
            raise ValueError(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no network. Write inputs, units and classes (2 or more), tanh or relu, sgd or "
            'adam, and the samples of a batch, such as "20-64-64-3 relu adam 32".'
        ) from None
    return Workload(text, inputs, tuple(hidden), classes, activation, optimizer, batch, 10 * batch)


class Runner:
    """One participant in its process."""

    def __init__(self, name: str, task: Path, python: str) -> None:
        self.name = name
        self.found = task.with_name(f"{name}.npz")
        program = sys.executable if name in OWN else python
        command = [program, str(HERE / "benchmark_peers.py"), name, str(task), str(self.found)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.there = self._answer() == "ready"
        self.steps = 1

    def _answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def seconds(self, steps: int) -> float:
        """How long so many steps take."""
        assert self.process.stdin
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        return float(self._answer())

    def calibrate(self) -> None:
        """Choose how many steps make a slice."""
        if self.name in ("engine", "two threads"):
            self.seconds(60)  # past the first epochs, each of which is looked at for the curves
        steps, spent = 16, 0.0
        while spent < SLICE / 2 and steps < 10_000_000:
            self.seconds(steps)  # the first time it may compile
            spent = self.seconds(steps)
            self.steps = max(1, round(steps * SLICE / max(spent, 1e-9)))
            steps = min(self.steps, steps * 64)
        if self.name == "JAX":
            self.seconds(self.steps)

    def rate(self) -> float:
        """Steps a second in one slice."""
        return self.steps / self.seconds(self.steps)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.communicate()


def write_task(workload: Workload, path: Path) -> benchmark_peers.Task:
    """Store what all runners are to build."""
    from playground.engine.run import Run
    from playground.experiment.model import Experiment

    settings = {
        "experiment": workload.experiment(),
        "activation": workload.activation,
        "optimizer": workload.optimizer,
        "batch": workload.batch,
        "kind": workload.kind,
    }
    run = Run(Experiment.model_validate(settings["experiment"]), backend="twin")
    x, y = run.data("train")
    given = run.parameters
    arrays = {
        f"{kind}{i}": given[n]
        for kind in ("weight", "bias")
        for i, n in enumerate(n for n in given if n.endswith(kind))
    }
    np.savez(path, settings=json.dumps(settings), x=x, y=y, **arrays)
    return benchmark_peers.Task(str(path))


def wrong(task: benchmark_peers.Task, found_at: Path) -> str:
    """What is wrong with the loss and gradients a runner found, "" if nothing is."""
    judge = benchmark_peers.NumPyLoop(task)
    judge.weights = [w.astype(np.float64) for w in task.weights]
    judge.biases = [b.astype(np.float64) for b in task.biases]
    x, y = task.judged
    loss, wanted = judge.gradients(x.astype(np.float64), y)
    found = np.load(found_at)
    if abs(float(found["loss"]) - loss) > SAME * max(1.0, abs(loss)):
        return f"loss {float(found['loss'])} instead of {loss}"
    for number, gradient in enumerate(wanted):
        error = np.abs(found[f"gradient{number}"].reshape(gradient.shape) - gradient).max()
        if not error <= SAME * np.abs(gradient).max():
            return f"gradient {number} is off by {error}"
    return ""


def measure(workload: Workload, rounds: int, python: str, folder: Path) -> dict[str, Any]:
    """Medians for one workload; RuntimeError if the engine is wrong."""
    task = write_task(workload, folder / "task.npz")
    runners = [Runner(name, folder / "task.npz", python) for name in workload.runners]
    try:
        for runner in [r for r in runners if r.there and r.found.exists()]:
            fault = wrong(task, runner.found)
            if fault and runner.name in OWN:
                raise RuntimeError(f"{workload.name}: {runner.name} is wrong, nothing is timed: {fault}")
            runner.there = not fault
        taking_part = [runner for runner in runners if runner.there]
        for runner in taking_part:
            runner.calibrate()
        rates: dict[str, list[float]] = {runner.name: [] for runner in taking_part}
        for turn in range(rounds):
            shift = turn % len(taking_part)
            for runner in [*taking_part[shift:], *taking_part[:shift]]:
                rates[runner.name].append(runner.rate())
    finally:
        for runner in runners:
            runner.close()
            runner.found.unlink(missing_ok=True)
    ours = rates["engine"]
    ratios = {name: _median(ours, theirs) for name, theirs in rates.items() if name != "engine"}
    if "limit" in ratios:
        ratios["limit"] *= workload.megaflops  # a step of the limit is a million operations
    if "two threads" in ratios:
        ratios["two threads"] = _median(rates["two threads"], ours)
    return {
        "workload": workload.name,
        "steps_per_second": {name: statistics.median(found) for name, found in rates.items()},
        "ratios": ratios,
        "wanted": workload.wanted,
    }


def _median(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def lines(result: dict[str, Any]) -> list[str]:
    """A workload's part of the table."""
    rate = result["steps_per_second"]["engine"]
    made = [f"{result['workload']:<52}{rate:>14,.0f} a second"]
    for name, ratio in result["ratios"].items():
        wanted = result["wanted"].get(name)
        shown = f"{ratio:.0%} of the processor's limit" if name == "limit" else f"{ratio:.2f} x {name}"
        if name == "two threads":
            shown = f"{ratio:.2f} x itself with two threads"
        promise = (
            f"at least {wanted:.0%}"
            if name == "limit" and wanted
            else f"at least {wanted:g}"
            if wanted
            else ""
        )
        made.append(f"    {shown:<48}{promise:>18}{'   missed' if wanted and ratio < wanted else ''}")
    return made


def main() -> int:
    """Print the table; exit status 1 if a promise is missed, 2 if a gradient is wrong."""
    parser = argparse.ArgumentParser(description="The engine beside NumPy, PyTorch, JAX and scikit-learn.")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", default="", metavar="NAME", help="workloads whose name holds this")
    parser.add_argument(
        "--own",
        type=own_workload,
        action="append",
        metavar="NETWORK",
        help='only this network, such as "20-64-64-3 relu adam 32"; may be repeated',
    )
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="a Python with the peers")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    told = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for workload in told.own or WORKLOADS:
            if told.only in workload.name:
                try:
                    results.append(measure(workload, told.rounds, told.peers, Path(folder)))
                except RuntimeError as error:
                    print(error)
                    return 2
                print(*lines(results[-1]), sep="\n", flush=True)
    carrier = WORKLOADS[3]
    extras = []
    if not told.own and told.only in f"{carrier.name} extras":
        extras = benchmark_extras.measure(carrier.experiment(), told.rounds)
        print(f"{carrier.name}, and beside it")
    for extra in extras:
        missed = "   missed" if extra["times"] > extra["at_most"] else ""
        shown = f"{extra['times']:.2f} x the time with {extra['extra']}"
        print(f"    {shown:<48}{'at most ' + format(extra['at_most'], 'g'):>18}{missed}")
    starts = [] if told.own else benchmark_starts.measure(told.rounds)
    starts = [start for start in starts if told.only in start["workload"]]
    for start in starts:
        missed = "   missed" if start["seconds"] > start["at_most"] else ""
        took, most = start["seconds"] * 1e3, start["at_most"] * 1e3
        print(f"{start['workload']:<52}{took:>11,.1f} ms   at most {most:g}{missed}")
    if told.json:
        machine = {"processor": platform.processor() or platform.machine(), "cores": os.cpu_count()}
        told.json.write_text(
            json.dumps(
                {"machine": machine, "training": results, "extras": extras, "starts": starts}, indent=2
            )
        )
    short = [1 for r in results for n, w in r["wanted"].items() if r["ratios"].get(n, w) < w]
    late = [start for start in starts if start["seconds"] > start["at_most"]]
    dear = [extra for extra in extras if extra["times"] > extra["at_most"]]
    return 1 if short or late or dear else 0


if __name__ == "__main__":
    sys.exit(main())
