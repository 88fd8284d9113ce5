"""The programs of an experiment: the training step with its evaluation, answering, and gradients."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from playground.engine.graph import Tensor
from playground.engine.lower import Lowering, whole
from playground.engine.memory import LONG_WEIGHTS, Memory, row_stride
from playground.engine.network import Network, build
from playground.engine.program import (
    BATCHES,
    FIRST_SETTING,
    L1,
    L2,
    TRAIN,
    Block,
    Program,
    View,
    lanes_of,
    padded,
)
from playground.engine.verify import verify
from playground.experiment.model import Experiment
from playground.experiment.shapes import task

EVALUATED_AT_ONCE = 256
MOST_EVALUATED = 4096  # training samples that the curves are measured on
COSTLY_EVALUATION = 100_000_000  # parameters times samples: some milliseconds
UPDATED_AT_ONCE = 65_536
WORTH_SHARING = 8192  # parameters: from here on two threads update them
MOST_FORWARD_NUMBERS = 4_000_000


class _Assembly:
    """What all programs of an experiment begin with: parameters, buffers, cells."""

    def __init__(self, experiment: Experiment, dtype: str, network: Network) -> None:
        self.experiment = experiment
        self.dtype = dtype
        self.network = network
        self.memory = Memory(lanes_of(dtype))
        self.parameters = {name: self.tensor(t) for name, t in network.graph.parameters.items()}
        self.parameter_size = self.memory.size
        self.buffers = {name: self.tensor(t) for name, t in network.graph.buffers.items()}
        self.state_size = self.memory.size
        self.cells: dict[str, int] = {}
        self.first_cells = {L1: experiment.training.l1, L2: experiment.training.l2}
        self.declare(network.graph.cells)

    def tensor(self, tensor: Tensor, suffix: str = "") -> Block:
        """A lasting place for a matrix or a vector."""
        if tensor.kind == "matrix":
            stride = row_stride(tensor.columns, self.memory.width, LONG_WEIGHTS)
            return self.memory.block(tensor.name + suffix, tensor.rows, tensor.columns, stride)
        stride = padded(tensor.rows, self.memory.width)
        return self.memory.block(tensor.name + suffix, 1, tensor.rows, stride, vector=True)

    def like_parameters(self, suffix: str) -> dict[str, Block]:
        """A second set of places, laid out as the parameters are."""
        return {name: self.tensor(t, suffix) for name, t in self.network.graph.parameters.items()}

    def declare(self, cells: dict[str, float]) -> None:
        """Give each setting a cell."""
        for name, value in cells.items():
            if name not in self.cells:
                self.cells[name] = FIRST_SETTING + len(self.cells)
            self.first_cells[self.cells[name]] = float(value)

    def fixed(self, gradients: dict[str, Block] | None = None) -> dict[str, Block]:
        """Parameters, buffers and gradients by the names of their tensors."""
        named = {f"{name}.gradient": block for name, block in (gradients or {}).items()}
        return self.parameters | self.buffers | named

    def program(self, lowering: Lowering) -> Program:
        """Plan the memory and check the result."""
        instructions = self.memory.share(lowering.instructions)
        program = Program(
            self.dtype,
            instructions,
            self.memory.blocks,
            self.memory.size,
            self.cells,
            self.first_cells,
            self.parameters,
            self.buffers,
            state_size=self.state_size,
            lanes=lowering.columns,
            target_rows=self.network.y.rows if self.network.y else 0,
        )
        return program


@lru_cache(maxsize=16)
def training_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """One training step on `samples` training samples, and the evaluation at the steps that ask for it."""
    made = _Assembly(experiment, dtype, build(experiment, "train"))
    optimizer = experiment.training.optimizer
    gradients = made.like_parameters(".gradient")
    slots = {slot: made.like_parameters(f".{slot}") for slot in optimizer.entry.slots}
    network = made.network
    batch = min(experiment.training.batch_size, samples)
    lowering = Lowering(made.memory, made.fixed(gradients), batch, made.cells, threads=threads)
    lowering.phase = "pick"
    lowering.load("pick", network.x, network.y, BATCHES)
    lowering.phase = "forward"
    lowering.graph(network.graph)
    lowering.phase = "update"
    _update(made, lowering, gradients, slots)
    lowering.phase = "count"
    lowering.emit("next_step", numbers=(0,))
    answers = build(experiment, "answer")
    made.declare(answers.graph.cells)
    start = len(lowering.instructions)
    lowering.phase = "evaluate"
    _evaluate(made, lowering, answers, samples, threads)
    program = made.program(lowering)
    program.gradients, program.slots = gradients, slots
    program.marks = {"evaluate": start}
    verify(program)
    return program


def _flat(blocks: dict[str, Block], name: str) -> Block:
    """Tensors that lie one behind the other, as one row of numbers."""
    first = next(iter(blocks.values()))
    size = sum(block.size for block in blocks.values())
    return Block(name, first.offset, size, 1, 1)


def _update(
    made: _Assembly, lowering: Lowering, gradients: dict[str, Block], slots: dict[str, dict[str, Block]]
) -> None:
    """The optimizer's step over all parameters at once, after a look at the gradients."""
    chosen = made.experiment.training.optimizer
    entry = chosen.entry
    path = "training.optimizer"
    made.declare({f"{path}.{name}": first for name, first in entry.counters})
    made.declare({f"{path}.{s.key}": v for s, v in zip(entry.settings, chosen.settings, strict=True)})
    coefficients = [f"{path}/{number}" for number in range(entry.coefficients)]
    made.declare(dict.fromkeys(coefficients, 0.0))
    first = [*(name for name, _ in entry.counters), *(s.key for s in entry.settings)][0]
    start, factors = made.cells[f"{path}.{first}"], made.cells[coefficients[0]]
    places = [_flat(made.parameters, "parameters"), *(_flat(s, name) for name, s in slots.items())]
    slopes = _flat(gradients, "gradients")
    at_once = UPDATED_AT_ONCE
    if lowering.threads > 1 and slopes.rows >= WORTH_SHARING:
        at_once = min(at_once, padded(-(-slopes.rows // (2 * lowering.threads)), made.memory.width))
    parts = [(at, min(at_once, slopes.rows - at)) for at in range(0, slopes.rows, at_once)]
    together = len(parts) if lowering.threads > 1 else 0
    for at, count in parts:
        lowering.emit(
            "check", (), (View(slopes, at, count),), cost=10 + count // 20, parallel=0 if at else together
        )
    lowering.emit(f"prepare:{entry.key}", numbers=(start, factors))
    for at, count in parts:
        writes = tuple(View(block, at, count) for block in places)
        lowering.emit(
            f"update:{entry.key}",
            writes,
            (View(slopes, at, count),),
            (factors,),
            cost=10 + count // 2,
            parallel=0 if at else together,
        )


def _evaluate(made: _Assembly, lowering: Lowering, network: Network, samples: int, threads: int) -> None:
    """Loss and metric over training and validation samples, chunk by chunk, into the records."""
    at_once = min(EVALUATED_AT_ONCE, samples)
    inner = Lowering(made.memory, made.fixed(), at_once, made.cells, prefix="evaluate.", threads=threads)
    inner.phase = lowering.phase
    base = len(lowering.instructions)
    inner.emit("begin_evaluation", numbers=(TRAIN,))
    _judge(made, inner, network)
    inner.emit("next_chunk", numbers=(base + 1,))
    rate = made.cells.get("training.optimizer.learning_rate", -1)
    work = made.parameter_size * min(samples, MOST_EVALUATED)
    inner.emit("record", numbers=(0, base + 1, rate, 25 if work < COSTLY_EVALUATION else 5))
    lowering.instructions += inner.instructions


def _judge(made: _Assembly, lowering: Lowering, network: Network) -> None:
    """Answer one chunk of samples and add up its loss and its metric."""
    assert network.y is not None
    assert network.wanted is not None
    lowering.load("fetch", network.x, network.y, 0)
    lowering.graph(network.graph)
    block = lowering.block
    loss = made.experiment.training.loss.entry
    judged = (whole(block(network.judged)), whole(block(network.wanted)))
    settings = (made.cells[f"training.loss.{setting.key}"] for setting in loss.settings)
    lowering.emit(f"judge:{loss.key}", (), judged, (int(loss.mean_over == "elements"), *settings))
    if task(made.experiment.data) == "classes":
        lowering.emit("hits", (), (whole(block(network.output)), whole(block(network.y))))
    else:
        scale = made.memory.blocks.get("target_scale")
        rows = network.y.rows
        scale = scale or made.memory.block("target_scale", 1, rows, padded(rows, made.memory.width))
        lowering.emit("squares", (), (whole(block(network.output)), whole(block(network.y)), whole(scale)))


@lru_cache(maxsize=32)
def answering_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """The network as it predicts; every layer's pre-activation and output stay readable."""
    network = build(experiment, "answer", targets=False)
    made = _Assembly(experiment, dtype, network)
    units = sum(tensor.rows for tensor in (network.x, *(o.out for o in network.graph.operations)))
    at_once = max(made.memory.width, min(samples, 2048, MOST_FORWARD_NUMBERS // units))
    lowering = Lowering(made.memory, made.fixed(), at_once, made.cells, keep=True, threads=threads)
    lowering.load("fetch", network.x, None, TRAIN)
    lowering.graph(network.graph)
    lowering.emit("halt")
    program = made.program(lowering)
    verify(program)
    return program


def places(experiment: Experiment, program: Program) -> tuple[dict[str, Block], dict[str, Block]]:
    """Where the pre-activations and the outputs of every layer lie in an answering program."""
    graph = build(experiment, "answer", targets=False).graph
    pre = {layer: program.blocks[tensor.name] for layer, tensor in graph.pre.items()}
    return pre, {layer: program.blocks[tensor.name] for layer, tensor in graph.post.items()}


@lru_cache(maxsize=8)
def judging_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """Loss and metric over one set of samples, chunk by chunk."""
    network = build(experiment, "answer")
    made = _Assembly(experiment, dtype, network)
    at_once = min(EVALUATED_AT_ONCE, samples)
    lowering = Lowering(made.memory, made.fixed(), at_once, made.cells, threads=threads)
    lowering.phase = "evaluate"
    lowering.emit("begin_evaluation", numbers=(TRAIN,))
    _judge(made, lowering, network)
    lowering.emit("next_chunk", numbers=(1,))
    lowering.emit("halt")
    program = made.program(lowering)
    verify(program)
    return program


@lru_cache(maxsize=8)
def gradient_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """The data loss on one batch of `samples`, with its gradients; no dropout, nothing is changed."""
    network = build(experiment, "gradient")
    made = _Assembly(experiment, dtype, network)
    gradients = made.like_parameters(".gradient")
    lowering = Lowering(made.memory, made.fixed(gradients), samples, made.cells, threads=threads)
    lowering.phase = "pick"
    lowering.load("fetch", network.x, network.y, TRAIN)
    lowering.phase = "forward"
    lowering.graph(network.graph)
    lowering.emit("halt")
    program = replace(made.program(lowering), gradients=gradients)
    verify(program)
    return program
