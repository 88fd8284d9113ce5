"""Answers: what a network says to inputs with the weights of a moment, and what stands inside it then."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine import assemble
from playground.engine import program as p
from playground.engine.machine import DataSet, Machine, data_set
from playground.engine.program import Block, Count
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.problems import Problem, answering_problems
from playground.experiment.shapes import shapes, task

Array = NDArray[Any]
MOST_HELPERS = 12  # machines kept for questions of so many sizes
MOST_ASKED = 4  # inputs kept as kernels read them


@dataclass(frozen=True)
class Forward:
    """All layers for some samples: before the activation and after it, (units, samples) each."""

    pre: dict[str, Array]
    post: dict[str, Array]


class Answers:
    """A network with its weights of this moment: it answers and is judged, and nothing of it changes."""

    def __init__(self, experiment: Experiment, dtype: str, threads: int, backend: str) -> None:
        self.experiment = experiment
        self.dtype = dtype
        self.threads = threads
        self.backend = backend
        self.prepared: Prepared
        self._machine: Machine  # whose weights they are
        self._ask_anew()

    def _ask_anew(self) -> None:
        """Forget what was made ready for another network or other data."""
        self._helpers: dict[tuple[str, int], Machine] = {}
        self._judged: tuple[bytes, DataSet] | None = None  # the last rows to measure the loss on
        self._asked: dict[Any, tuple[Array, DataSet]] = {}  # by shape, the last inputs to answer for

    @property
    def parameters(self) -> dict[str, Array]:
        """A copy of every tensor that learns: weights (units, inputs), biases (units,)."""
        return self._copies(self._machine.program.parameters)

    @property
    def buffers(self) -> dict[str, Array]:
        """A copy of every tensor that is measured: batch norm's running mean and variance."""
        return self._copies(self._machine.program.buffers)

    def data(self, part: str = "train") -> tuple[Array, Array]:
        """The samples of "train", "validation", "test" or "all", as the network sees them.

        x (samples, features) scaled; y (samples, outputs) scaled, or class numbers (samples,).
        """
        parts = {name: getattr(self.prepared, name) for name in ("train", "validation", "test")}
        if part == "all":
            return self.prepared.inputs.copy(), self.prepared.targets.copy()
        if part not in parts:
            raise ValueError(f'There is no part "{part}" of the data; there are {", ".join(parts)} and all.')
        return self.prepared.inputs[parts[part]], self.prepared.targets[parts[part]]

    def loss(self, part: str = "train") -> float:
        """The data loss of a part of the data in evaluation mode, without penalties."""
        x, y = self.data(part)
        if len(x) == 0:
            return float("nan")
        machine = self._helper("judge", len(x))
        machine.bind((machine.data[0], data_set(x, y, self.dtype)))
        fill_scale(machine, self.prepared)
        machine.run()
        return float(machine.cells[p.LOSS_SUM]) / len(x)

    def loss_with(self, values: Mapping[str, Any], rows: Array) -> float:
        """The data loss on these rows of the data if parameters had other values; nothing is changed."""
        machine = self._helper("judge", len(rows))
        key = rows.tobytes()
        if self._judged is None or self._judged[0] != key:
            x, y = self.prepared.inputs[rows], self.prepared.targets[rows]
            self._judged = key, data_set(x, y, self.dtype)
        machine.bind((machine.data[0], self._judged[1]))
        for name, array in values.items():
            machine.tensor(machine.program.parameters[name])[:] = array
        fill_scale(machine, self.prepared)
        machine.run(work=machine.program.work() * -(-len(rows) // machine.program.lanes))
        return float(machine.cells[p.LOSS_SUM]) / len(rows)

    def forward(self, x: Any) -> Forward:
        """Every layer's values for scaled inputs x (samples, features), in evaluation mode."""
        question = self._question(x)
        machine = self._helper("answer", len(question[0]))
        program = machine.program
        if program.lanes >= len(question[0]):
            for _, count in self._chunks(machine, question):
                pre = {layer: machine.read(block)[:, :count] for layer, block in program.pre.items()}
                post = {layer: machine.read(block)[:, :count] for layer, block in program.post.items()}
                return Forward(pre, post)
        pre, post = (
            {layer: np.empty((block.rows, len(question[0])), self.dtype) for layer, block in blocks.items()}
            for blocks in (program.pre, program.post)
        )
        for start, count in self._chunks(machine, question):
            for found, blocks in ((pre, program.pre), (post, program.post)):
                for layer, block in blocks.items():
                    found[layer][:, start : start + count] = machine.read(block)[:, :count]
        return Forward(pre, post)

    def _question(self, x: Any) -> DataSet:
        """Inputs as kernels read them; pictures and maps ask for the same points again and again."""
        key = (x.shape, x.dtype.char) if isinstance(x, np.ndarray) else None
        if key in self._asked and np.array_equal(self._asked[key][0], x):
            return self._asked[key][1]
        question = data_set(self._inputs(x), None, self.dtype)
        if key is not None:
            if len(self._asked) >= MOST_ASKED:
                self._asked.pop(next(iter(self._asked)))
            self._asked[key] = np.array(x), question
        return question

    def _chunks(self, machine: Machine, question: DataSet) -> Any:
        """Answer chunk by chunk; yields where each starts and how many samples it has."""
        machine.bind((machine.data[0], question))
        machine.counts[Count.SET] = p.TRAIN
        work = machine.program.work()
        for start in range(0, len(question[0]), machine.program.lanes):
            machine.counts[Count.CHUNK] = start
            machine.run(work=work)
            yield start, int(machine.counts[Count.SAMPLES])

    def predict(self, x: Any, scaled: bool = True) -> Array:
        """What the network answers for inputs x (samples, features): (samples, outputs).

        For classes probabilities: P(class 1) alone, (samples, 1), for a single output. `scaled=False`
        takes raw inputs and gives numbers in the target's own units.
        """
        if not scaled:
            x = self.prepared.transform(finite_numbers(x, "x", "float64"))
        question = self._question(x)
        machine = self._helper("answer", len(question[0]))
        output = machine.program.post["output"]
        found = np.empty((len(question[0]), output.rows), self.dtype)
        for start, count in self._chunks(machine, question):
            found[start : start + count] = machine.read(output)[:, :count].T
        if self.prepared.task == "classes":
            return np.clip(found, 0.0, 1.0)
        return found if scaled else self.prepared.restore_targets(found)

    def loss_and_gradients(self, x: Any, y: Any) -> tuple[float, dict[str, Array]]:
        """The data loss on x (samples, features) and y as one batch, and its gradient by parameter.

        Batch norm works as in training, dropout does not; no penalties; nothing is changed.
        """
        x = self._inputs(x)
        y = self._targets(y, len(x))
        if len(x) == 0:
            raise ValueError("At least one sample is needed.")
        machine = self._helper("gradient", len(x))
        machine.bind((machine.data[0], data_set(x, y, self.dtype)))
        machine.counts[Count.SET], machine.counts[Count.CHUNK] = p.TRAIN, 0
        status = machine.run()
        machine.counts[Count.PC] = 0
        if status == p.NOT_FINITE:
            self._helpers.pop(("gradient", len(x)), None)
        blocks = machine.program.gradients
        return float(machine.cells[p.LOSS]), {n: machine.tensor(b).copy() for n, b in blocks.items()}

    def as_if(self, experiment: Experiment) -> Answers:
        """The weights of this moment in another network with the same parameters, to look at.

        ValueError if it has other parameters, data or problems.
        """
        refuse_problems(answering_problems(experiment))
        before = self.experiment
        alike = [(s.name, s.parameters) for s in shapes(before).layers] == [
            (s.name, s.parameters) for s in shapes(experiment).layers
        ]
        if not alike or (experiment.data, experiment.seed) != (before.data, before.seed):
            raise ValueError("The two networks have different parameters or data.")
        other = Answers(experiment, self.dtype, self.threads, self.backend)
        other.prepared, other._machine = self.prepared, self._machine
        return other

    def _helper(self, kind: str, samples: int) -> Machine:
        """A machine that answers, judges or differentiates, with the weights of this moment."""
        key = (kind, samples)
        if key not in self._helpers:
            if len(self._helpers) >= MOST_HELPERS:
                self._helpers.pop(next(iter(self._helpers)))
            make = {
                "answer": assemble.answering_program,
                "judge": assemble.judging_program,
                "gradient": assemble.gradient_program,
            }[kind]
            program = make(self.experiment, self.dtype, max(samples, 1), self.threads)
            nothing = (np.zeros((0, 0), self.dtype), np.zeros((0, 0), self.dtype))
            self._helpers[key] = Machine(program, (nothing,), self.backend, self.threads)
        machine = self._helpers[key]
        machine.leave_held_memory()
        size = machine.program.state_size
        machine.arena[:size] = self._machine.arena[:size]
        return machine

    def _inputs(self, x: Any) -> Array:
        array = finite_numbers(x, "x", "float64")
        features = shapes(self.experiment).inputs
        if array.ndim != 2 or array.shape[1] != features:
            raise ValueError(f"x needs the shape (samples, {features}), not {array.shape}.")
        return array

    def _targets(self, y: Any, samples: int) -> Array:
        array = finite_numbers(y, "y", "float64")
        if task(self.experiment.data) == "regression":
            outputs = shapes(self.experiment).outputs
            if array.shape != (samples, outputs):
                raise ValueError(f"y needs the shape ({samples}, {outputs}), not {array.shape}.")
            return array
        classes = len(self.prepared.class_names)
        if array.shape != (samples,):
            raise ValueError(f"y needs the shape ({samples},): a class number a sample, not {array.shape}.")
        if np.any((array < 0) | (array >= classes) | (array != np.floor(array))):
            raise ValueError(f"Class numbers are whole numbers from 0 to {classes - 1}.")
        return array

    def _copies(self, blocks: Mapping[str, Block]) -> dict[str, Array]:
        return {name: self._machine.tensor(block).copy() for name, block in blocks.items()}


def refuse_problems(found: Sequence[Problem]) -> None:
    """ValueError with the first of the reasons why an experiment cannot train, or answer, if there is one."""
    if found:
        raise ValueError(found[0].message)


def fill_scale(machine: Machine, prepared: Prepared) -> None:
    """What one scaled unit of each target is worth in its own units, for the metric."""
    block = machine.program.blocks.get("target_scale")
    if block is not None:
        machine.read(block)[0] = prepared.target_scale


def finite_numbers(value: Any, name: str, dtype: str) -> Array:
    """Finite numbers as an array; ValueError with a sentence otherwise."""
    try:
        array = np.asarray(value, dtype=dtype)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be an array of numbers.") from None
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds a number that is not finite.")
    return array
