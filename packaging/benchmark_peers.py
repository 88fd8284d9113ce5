"""The runners of the benchmark, each in a process of its own: the engine, NumPy, PyTorch, JAX, scikit-learn.

    python packaging/benchmark_peers.py RUNNER TASK.npz FOUND.npz

A runner writes its loss and gradients on all samples into FOUND.npz and says "ready", or "missing" if it
is not installed. Then each line with a number on its standard input is work for it, and the seconds that
took are its answer. A task says what to build: the network, its data and its first weights, all alike.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy is imported
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np  # noqa: E402

RATE = np.float32(0.01)
MAP_SIDE = 100
KINK = 1e-5


def batches(samples: int, batch: int) -> Any:
    """Indices of one mini-batch after the other, in a new order every epoch."""
    draw = np.random.default_rng(1)
    while True:
        order = draw.permutation(samples)
        for start in range(0, samples - samples % batch, batch):
            yield order[start : start + batch]


class Task:
    """What to train: activation, optimizer, batch, data x (samples, features) and y, first weights.

    `judged` are the samples on which gradients are compared.
    """

    def __init__(self, path: str) -> None:
        stored = np.load(path)
        self.settings: dict[str, Any] = json.loads(str(stored["settings"]))
        self.x, self.y = stored["x"].astype(np.float32), stored["y"].astype(np.int64)
        layers = range(sum(name.startswith("weight") for name in stored.files))
        self.weights = [stored[f"weight{i}"].astype(np.float32) for i in layers]
        self.biases = [stored[f"bias{i}"].astype(np.float32) for i in layers]
        self.tanh = self.settings["activation"] == "tanh"
        self.adam = self.settings["optimizer"] == "adam"
        self.batch = int(self.settings["batch"])
        self.two_classes = len(self.biases[-1]) == 1
        self.map = self.settings["kind"] == "map"
        away = self._away_from_kinks()
        self.judged = self.x[away], self.y[away]

    def _away_from_kinks(self) -> Any:
        """True for samples whose units all lie so far from relu's kink that rounding does not cross it."""
        values, away = self.x.astype(np.float64), np.ones(len(self.x), bool)
        for weight, bias in [] if self.tanh else zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = values @ weight.T.astype(np.float64) + bias
            away &= (np.abs(z) > KINK).all(1)
            values = np.maximum(z, 0)
        return away

    def grid(self) -> Any:
        """The points of a decision map, (10000, 2)."""
        line = np.linspace(-3, 3, MAP_SIDE, dtype=np.float32)
        return np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)


class NumPyLoop:
    """The network, data, loss and optimizer, written as one would in NumPy."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.weights, self.biases = [w.copy() for w in task.weights], [b.copy() for b in task.biases]
        self.state = [(np.zeros_like(p), np.zeros_like(p)) for p in (*self.weights, *self.biases)]
        self.count = 0
        self.batches = batches(len(task.x), task.batch)
        self.points = task.grid()

    def forward(self, x: Any) -> list[Any]:
        """The inputs of every layer, and the logits."""
        values = [x]
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            z = values[-1] @ weight.T + bias
            values.append(np.tanh(z) if self.task.tanh else np.maximum(z, 0))
        return [*values, values[-1] @ self.weights[-1].T + self.biases[-1]]

    def gradients(self, x: Any, y: Any) -> tuple[float, list[Any]]:
        """Loss and gradients of one batch: of all weights, then of all biases."""
        *values, z = self.forward(x)
        if self.task.two_classes:
            t = y[:, None].astype(z.dtype)
            loss = float(np.mean(np.maximum(z, 0) - z * t + np.log1p(np.exp(-np.abs(z)))))
            delta = (1 / (1 + np.exp(-z)) - t) / z.dtype.type(len(x))
        else:
            z = z - z.max(axis=1, keepdims=True)
            e = np.exp(z)
            total = e.sum(axis=1, keepdims=True)
            rows = np.arange(len(x))
            loss = float(np.mean(np.log(total[:, 0]) - z[rows, y]))
            delta = e / total
            delta[rows, y] -= 1
            delta /= z.dtype.type(len(x))
        of_weights, of_biases = [], []
        for layer in range(len(self.weights) - 1, -1, -1):
            of_weights.append(delta.T @ values[layer])
            of_biases.append(delta.sum(axis=0))
            if layer:
                h = values[layer]
                delta = (delta @ self.weights[layer]) * ((1 - h * h) if self.task.tanh else (h > 0))
        return loss, [*of_weights[::-1], *of_biases[::-1]]

    def check(self) -> tuple[float, list[Any]]:
        """Loss and gradients on the samples that are judged."""
        return self.gradients(*self.task.judged)

    def steps(self, count: int) -> None:
        """Train so many steps, or draw so many maps."""
        if self.task.map:
            for _ in range(count):
                *_, z = self.forward(self.points)
                _ = 1 / (1 + np.exp(-z))
            return
        parameters = [*self.weights, *self.biases]
        for _ in range(count):
            batch = next(self.batches)
            _, gradients = self.gradients(self.task.x[batch], self.task.y[batch])
            self.count += 1
            first, second = 1 - 0.9**self.count, 1 - 0.999**self.count
            for p, g, (m, v) in zip(parameters, gradients, self.state, strict=True):
                if not self.task.adam:
                    p -= RATE * g
                    continue
                m *= 0.9
                m += 0.1 * g
                v *= 0.999
                v += 0.001 * g * g
                p -= RATE / first * m / (np.sqrt(v / second) + 1e-8)


class Engine:
    """The engine, evaluation for its curves included."""

    threads = 1

    def __init__(self, task: Task) -> None:
        from playground.engine.run import Run
        from playground.experiment.model import Experiment

        self.task = task
        self.run = Run(Experiment.model_validate(task.settings["experiment"]), threads=self.threads)
        self.points = task.grid()

    def check(self) -> tuple[float, list[Any]]:
        """Loss and gradients on the samples that are judged."""
        loss, found = self.run.loss_and_gradients(*self.task.judged)
        return loss, [found[n] for kind in ("weight", "bias") for n in found if n.endswith(kind)]

    def steps(self, count: int) -> None:
        """Train so many steps, or draw so many maps with all hidden units."""
        if self.task.map:
            for _ in range(count):
                self.run.forward(self.points)
        else:
            self.run.step(count)


class EngineWithTwoThreads(Engine):
    """The engine with its helper."""

    threads = 2


class PyTorch:
    """PyTorch as its tutorials write it: modules, an optimizer, eager mode."""

    def __init__(self, task: Task) -> None:
        import torch

        torch.set_num_threads(1)
        self.task, self.torch = task, torch
        layers: list[Any] = []
        for number, (weight, bias) in enumerate(zip(task.weights, task.biases, strict=True)):
            layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
            layer.weight.data, layer.bias.data = torch.from_numpy(weight), torch.from_numpy(bias)
            layers.append(layer)
            if number + 1 < len(task.weights):
                layers.append(torch.nn.Tanh() if task.tanh else torch.nn.ReLU())
        self.model = torch.nn.Sequential(*layers)
        self.linear = layers[::2]
        made = torch.optim.Adam if task.adam else torch.optim.SGD
        self.optimizer = made(self.model.parameters(), lr=float(RATE))
        self.x = torch.from_numpy(task.x)
        self.y = torch.from_numpy(task.y.astype(np.float32)[:, None] if task.two_classes else task.y)
        self.loss = torch.nn.BCEWithLogitsLoss() if task.two_classes else torch.nn.CrossEntropyLoss()
        self.batches = batches(len(task.x), task.batch)
        self.points = torch.from_numpy(task.grid())

    def check(self) -> tuple[float, list[Any]]:
        """Loss and gradients on the samples that are judged."""
        x, y = (self.torch.from_numpy(a) for a in self.task.judged)
        loss = self.loss(self.model(x), y.float()[:, None] if self.task.two_classes else y)
        loss.backward()
        kinds = ([layer.weight for layer in self.linear], [layer.bias for layer in self.linear])
        return float(loss), [p.grad.numpy() for kind in kinds for p in kind]

    def steps(self, count: int) -> None:
        """Train so many steps, or draw so many maps with all hidden units."""
        if self.task.map:
            with self.torch.no_grad():
                for _ in range(count):
                    h, kept = self.points, []
                    for layer in self.model:
                        h = layer(h)
                        kept.append(h)
                    self.torch.sigmoid(h)
            return
        for _ in range(count):
            batch = self.torch.from_numpy(next(self.batches))
            self.optimizer.zero_grad()
            self.loss(self.model(self.x[batch]), self.y[batch]).backward()
            self.optimizer.step()


class Jax:
    """JAX with the whole slice in one compiled `lax.scan`."""

    def __init__(self, task: Task) -> None:
        import jax

        self.task, self.jax = task, jax
        self.x, self.y = jax.numpy.asarray(task.x), jax.numpy.asarray(task.y)
        p = [*task.weights, *task.biases]
        zeros = [np.zeros_like(a) for a in p]
        self.carry: Any = jax.tree.map(jax.numpy.asarray, (p, zeros, zeros, np.float32(0)))
        self.batches = batches(len(task.x), task.batch)
        self.compiled: dict[int, Any] = {}

    def _loss(self, p: Any, x: Any, y: Any) -> Any:
        np_, layers = self.jax.numpy, len(self.task.weights)
        for number in range(layers):
            x = x @ p[number].T + p[layers + number]
            if number + 1 < layers:
                x = np_.tanh(x) if self.task.tanh else np_.maximum(x, 0)
        if self.task.two_classes:
            z = x[:, 0]
            return np_.mean(np_.maximum(z, 0) - z * y + np_.log1p(np_.exp(-np_.abs(z))))
        logs = self.jax.nn.log_softmax(x)
        return -np_.mean(np_.take_along_axis(logs, y[:, None], 1))

    def check(self) -> tuple[float, list[Any]]:
        """Loss and gradients on the samples that are judged."""
        loss, found = self.jax.value_and_grad(self._loss)(self.carry[0], *self.task.judged)
        return float(loss), [np.asarray(g) for g in found]

    def _step(self, carry: Any, batch: Any) -> Any:
        p, m, v, count = carry
        g = self.jax.grad(self._loss)(p, self.x[batch], self.y[batch])
        each, count = self.jax.tree.map, count + 1
        if not self.task.adam:
            return (each(lambda a, b: a - RATE * b, p, g), m, v, count), None
        m = each(lambda a, b: 0.9 * a + 0.1 * b, m, g)
        v = each(lambda a, b: 0.999 * a + 0.001 * b * b, v, g)
        first, second = 1 - 0.9**count, 1 - 0.999**count
        root = self.jax.numpy.sqrt
        p = each(lambda a, b, c: a - RATE / first * b / (root(c / second) + 1e-8), p, m, v)
        return (p, m, v, count), None

    def steps(self, count: int) -> None:
        """Train so many steps; a new number of steps is compiled, and its batches drawn, first."""
        if count not in self.compiled:
            drawn = self.jax.numpy.asarray(np.stack([next(self.batches) for _ in range(count)]))
            run = self.jax.jit(lambda carry, order: self.jax.lax.scan(self._step, carry, order)[0])
            self.compiled[count] = run.lower(self.carry, drawn).compile(), drawn
        run, drawn = self.compiled[count]
        self.carry = self.jax.block_until_ready(run(self.carry, drawn))


class ScikitLearn:
    """scikit-learn's MLPClassifier, epoch by epoch; it draws its own first weights."""

    def __init__(self, task: Task) -> None:
        import warnings

        from sklearn.neural_network import MLPClassifier

        warnings.simplefilter("ignore")
        self.task = task
        self.model = MLPClassifier(
            tuple(len(b) for b in task.biases[:-1]),
            activation="tanh" if task.tanh else "relu",
            solver="adam" if task.adam else "sgd",
            alpha=0.0,
            batch_size=task.batch,
            learning_rate_init=float(RATE),
            momentum=0.0,
            nesterovs_momentum=False,
        )
        self.classes = np.unique(task.y)

    def check(self) -> None:
        """Its gradients are its own affair."""

    def steps(self, count: int) -> int:
        """Train whole epochs; returns how many steps these were."""
        epoch = -(-len(self.task.x) // self.task.batch)
        epochs = max(1, round(count / epoch))
        for _ in range(epochs):
            self.model.partial_fit(self.task.x, self.task.y, classes=self.classes)
        return epochs * epoch


class Limit:
    """The processor's limit: the better of the engine's tile kernel and OpenBLAS at their best shapes."""

    def __init__(self, task: Task) -> None:
        side = 768
        a, b, c = (np.ones((side, side), np.float32) for _ in range(3))
        tile, blas = self._tile(), (lambda: np.matmul(a, b, out=c), 2 * side**3)
        seconds = [min(self._seconds(work) for _ in range(9)) for work, _ in (tile, blas)]
        self.work, self.flops = tile if tile[1] / seconds[0] > blas[1] / seconds[1] else blas

    @staticmethod
    def _tile() -> tuple[Any, int]:
        """96 products of the engine's own kernel, 96×256 by 256×64 each, and their operations."""
        from numba import njit, types

        from playground.engine.compiled import address
        from playground.engine.intrinsics.processor import call
        from playground.engine.machine import aligned

        whole = types.int64

        @njit(whole(whole, whole, whole, whole))
        def repeat(kernel: int, operands: int, arena: int, times: int) -> int:
            for _ in range(times):
                call(kernel, operands, arena, arena, arena)
            return 0

        m, k, n, times = 96, 256, 64, 96
        arena = aligned(m * n + m * k + k * n, "float32")
        views = [[0, m, n, n], [m * n, m, k, k], [m * n + m * k, k, n, n]]
        operands = np.array([*np.ravel(views), -1, 0, 0, 0, k, n, 0], np.int64)
        kernel = address("product", "float32")

        def work() -> None:
            repeat(kernel, operands.ctypes.data, arena.ctypes.data, times)

        return work, 2 * m * k * n * times

    @staticmethod
    def _seconds(work: Any) -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    def check(self) -> None:
        """Nothing to check."""

    def steps(self, count: int) -> float:
        """About so many million floating-point operations; returns how many these were."""
        times = max(1, round(count * 1e6 / self.flops))
        for _ in range(times):
            self.work()
        return times * self.flops / 1e6


RUNNERS: dict[str, Any] = {
    "engine": Engine,
    "two threads": EngineWithTwoThreads,
    "limit": Limit,
    "NumPy": NumPyLoop,
    "PyTorch": PyTorch,
    "JAX": Jax,
    "scikit-learn": ScikitLearn,
}


def keep_to_one_core() -> None:
    """For all that are to have one thread: with two cores JAX works on both, whatever it is told."""
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Build the runner, write what it found, then work as told."""
    name, task, found_at = sys.argv[1:4]
    if name != "two threads":
        keep_to_one_core()
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    try:
        runner = RUNNERS[name](Task(task))
        found = runner.check()
    except ImportError:
        print("missing", flush=True)
        return
    if found:
        np.savez(found_at, loss=found[0], **{f"gradient{i}": g for i, g in enumerate(found[1])})
    print("ready", flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        done = runner.steps(int(line)) or int(line)
        print((time.perf_counter() - start) * int(line) / done, flush=True)


if __name__ == "__main__":
    main()
