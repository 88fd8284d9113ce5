"""A rehearsal: one training step on a copy of the arena, instruction by instruction, with all it computes.

The run is left as it was. The program, the kernels and the memory plan are the run's own, so what is seen
is what the next step does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from playground.engine import program as p
from playground.engine.assemble import RATE
from playground.engine.graph import Graph
from playground.engine.machine import Machine, data_set
from playground.engine.network import build
from playground.engine.program import Block, Count, Instruction, View
from playground.engine.run import Run

Array = NDArray[Any]

MOST_SAMPLES = 64  # of a batch, whose values are kept
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Executed:
    """One instruction that ran, with the names of the tensors that it wrote and read."""

    phase: str
    kernel: str
    writes: tuple[str, ...]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Rehearsal:
    """All that one training step computes.

    `tensors` by name as in the graph: batches (units, samples kept), matrices (rows, columns), vectors
    (n,). `before` and `after` hold parameters and optimizer slots (`dense_1.weight/mean`), `clipped` the
    gradients of the parameters that clipping has left, `settings` the optimizer's numbers of this step, the
    learning rate as the schedule has it.
    `rows` are the samples, as rows of the data. `stopped` is true where a number that is not finite ended
    the step.
    """

    step: int
    rows: NDArray[np.int64]
    graph: Graph
    executed: tuple[Executed, ...]
    tensors: dict[str, Array]
    before: dict[str, Array]
    after: dict[str, Array]
    clipped: dict[str, Array]
    settings: dict[str, float]
    loss: float
    stopped: bool


class Stage:
    """A copy of a run's machine, about to do its next step, or a step on the one sample in `row`.

    `inputs` (1, features), scaled, take the place of that sample's.
    """

    def __init__(self, run: Run, row: int | None = None, inputs: Array | None = None) -> None:
        source = run.machine_between_steps()
        self.machine = machine = Machine(source.program, source.data, run.backend)
        machine.arena[:] = source.arena
        machine.cells[:] = source.cells
        kept = [c for c in Count if not Count.SET_INPUTS <= c <= Count.LAST and c != Count.ORDER]
        machine.counts[kept] = source.counts[kept]
        machine.order[:] = source.order
        if row is not None:
            x, y = run.prepared.inputs[[row]] if inputs is None else inputs, run.prepared.targets[[row]]
            machine.bind((data_set(x, y, run.dtype), *source.data[1:]))
            machine.counts[[Count.BATCH, Count.LEAST, Count.POSITION, Count.CHECK]] = 1, 1, 0, NEVER
        self._row = row
        self._train = run.prepared.train
        machine.counts[Count.STOP] = machine.counts[Count.STEP] + 1

    def execute(self) -> tuple[Instruction, int]:
        """Run one instruction; returns it with what the machine said of it."""
        at = int(self.machine.counts[Count.PC])
        return self.machine.program.instructions[at], self.machine.run(1)

    @property
    def samples(self) -> int:
        """How many samples the batch has, once it is picked."""
        return int(self.machine.counts[Count.SAMPLES])

    @property
    def rows(self) -> NDArray[np.int64]:
        """The samples of the batch, as rows of the data."""
        if self._row is not None:
            return np.array([self._row])
        end = int(self.machine.counts[Count.POSITION])
        return np.asarray(self._train[self.machine.order[end - self.samples : end]])

    def state(self) -> dict[str, Array]:
        """Copies of parameters and optimizer slots."""
        program = self.machine.program
        blocks = dict(program.parameters)
        blocks |= {f"{n}/{slot}": b for slot, part in program.slots.items() for n, b in part.items()}
        return self._copies(blocks)

    def gradients(self) -> dict[str, Array]:
        """Copies of the gradients of the parameters as they stand."""
        return self._copies(self.machine.program.gradients)

    def _copies(self, blocks: dict[str, Block]) -> dict[str, Array]:
        read = self.machine.read
        return {name: (read(b)[0] if b.vector else read(b)).copy() for name, b in blocks.items()}


def rehearse(run: Run, row: int | None = None, inputs: Array | None = None) -> Rehearsal:
    """Rehearse the run's next step, or a step on a batch of one: the sample in this row of the data.

    With `inputs` (1, features) these in place of the sample's; what comes after the forward pass then
    speaks of a target that belongs to another input.
    """
    stage = Stage(run, row, inputs)
    machine, program = stage.machine, stage.machine.program
    graph = build(run.experiment, "train").graph
    kinds: dict[str, str] = {
        tensor.name: tensor.kind
        for operation in graph.operations
        for tensor in (operation.out, *operation.also)
    }
    before, tensors = stage.state(), dict[str, Array]()
    executed: list[Executed] = []
    evaluation, step = program.marks["evaluate"], int(machine.counts[Count.STEP]) + 1
    status = p.NEXT
    first = next(i for i, each in enumerate(program.instructions) if each.phase == "forward")
    seen: set[int] = set()
    loss = float("nan")
    while status >= p.NEXT and (at := int(machine.counts[Count.PC])) < evaluation:
        if (
            at == first and at not in seen
        ):  # where a line search has moved the weights already, as they stand now
            before = stage.state()
        instruction, status = stage.execute()
        if at in seen:  # a line search tries further places; what is shown is where the step begins
            continue
        seen.add(at)
        executed.append(_executed(instruction))
        if instruction.kernel.startswith("loss:"):
            loss = float(machine.cells[p.LOSS])
        for view in instruction.writes:
            _record(stage, view, kinds, tensors)
    path = "training.optimizer."
    settings = {n.removeprefix(path): float(machine.cells[c]) for n, c in program.cells.items() if path in n}
    if RATE in program.cells:
        settings["learning_rate"] = float(machine.cells[program.cells[RATE]])
    after, training = stage.state(), run.experiment.training
    clips = training.clip_norm is not None or training.clip_value is not None
    return Rehearsal(
        step,
        stage.rows.copy(),
        graph,
        tuple(executed),
        tensors,
        before,
        after,
        stage.gradients() if clips else {},
        settings,
        loss,
        status == p.NOT_FINITE,
    )


def _executed(instruction: Instruction) -> Executed:
    writes = tuple(view.block.name for view in instruction.writes)
    reads = tuple(view.block.name for view in instruction.reads)
    return Executed(instruction.phase, instruction.kernel, writes, reads)


def _record(stage: Stage, view: View, kinds: dict[str, str], tensors: dict[str, Array]) -> None:
    """Copy what an instruction has just written; its place may soon hold something else."""
    block = view.block
    kind = kinds.get(block.name, "batch" if block.name in ("input", "target") else "")
    if not kind:
        return
    values = stage.machine.read(block)
    if kind == "vector":
        tensors[block.name] = values[0].copy()
        return
    if kind == "batch":
        values = values[:, : min(stage.samples, MOST_SAMPLES)]
    if block.name not in tensors:
        tensors[block.name] = np.zeros(values.shape, values.dtype)
    part = slice(view.first, view.first + view.rows)
    tensors[block.name][part] = values[part]
