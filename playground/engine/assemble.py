"""The programs of an experiment: the training step with its evaluation, answering, and gradients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from math import inf

from playground.catalog.schedules import rate as first_rate
from playground.engine import lbfgs
from playground.engine.graph import Tensor
from playground.engine.lower import Lowering, whole
from playground.engine.memory import Memory, row_stride
from playground.engine.network import Network, build
from playground.engine.program import (
    BATCHES,
    FIRST_SETTING,
    L1,
    L2,
    NO_L1,
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
EAGER_WORK = 300_000_000  # parameters times samples: the first curve is dense where that costs little
MOST_EAGER = 5_000  # epochs
UPDATED_AT_ONCE = 65_536
WORTH_SHARING = 8192  # parameters: from here on two threads update them
MOST_SHARED = 128  # stretches between frozen numbers; more are shorter than the way to the other thread
MOST_FORWARD_NUMBERS = 4_000_000
ANSWERED_IN_PLACE = 1_000_000  # numbers: an answer so small is left where it was computed


BASE_RATE = "training.optimizer.learning_rate"  # the learning rate that the user sets
RATE = "training.optimizer/learning_rate"  # and what a schedule makes of it


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
        self.counters: dict[str, int] = {}
        self.first_cells = {L1: experiment.training.l1, L2: experiment.training.l2}
        self.declare(network.graph.cells)

    def tensor(self, tensor: Tensor, suffix: str = "") -> Block:
        """A lasting place for a matrix or a vector."""
        if tensor.kind == "matrix":
            stride = row_stride(tensor.columns, self.memory.width, narrow=True)
            return self.memory.block(tensor.name + suffix, tensor.rows, tensor.columns, stride)
        stride = padded(tensor.rows, self.memory.width)
        return self.memory.block(tensor.name + suffix, 1, tensor.rows, stride, vector=True)

    def like_parameters(self, suffix: str) -> dict[str, Block]:
        """A second set of places, laid out as the parameters are."""
        return {name: self.tensor(t, suffix) for name, t in self.network.graph.parameters.items()}

    def flat(self, blocks: dict[str, Block], name: str) -> Block:
        """Tensors that lie one behind the other, gaps included, as one row of numbers."""
        first, last = next(iter(blocks.values())), next(reversed(blocks.values()))
        return Block(name, first.offset, self.memory.end(last) - first.offset, 1, 1)

    def declare(self, cells: dict[str, float]) -> None:
        """Give each setting a cell."""
        for name, value in cells.items():
            if name not in self.cells:
                self.cells[name] = FIRST_SETTING + len(self.cells)
            self.first_cells[self.cells[name]] = float(value)

    def count(self, path: str, counters: Iterable[tuple[str, float]], prefix: str = "") -> None:
        """Give each counter a cell: a number that steps write and later steps read."""
        for name, first in counters:
            self.declare({f"{path}.{name}": first})
            self.counters[prefix + name] = self.cells[f"{path}.{name}"]

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
            counters=self.counters,
            state_size=self.state_size,
            lanes=lowering.columns,
        )
        return program


@lru_cache(maxsize=16)
def training_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """One training step on `samples` training samples, and the evaluation at the steps that ask for it."""
    made = _Assembly(experiment, dtype, build(experiment, "train"))
    optimizer = experiment.training.optimizer
    gradients = made.like_parameters(".gradient")
    searches = optimizer.entry.searches
    names = lbfgs.slot_names(optimizer.history) if searches else optimizer.entry.slots
    slots = {slot: made.like_parameters(f".{slot}") for slot in names}
    network = made.network
    batch = min(experiment.training.batch_size, samples)
    lowering = Lowering(made.memory, made.fixed(gradients), batch, made.cells, threads=threads)
    if searches:
        lowering.phase = "update"
        _depart(made, lowering, slots)
    again_at = len(lowering.instructions)
    lowering.phase = "pick"
    lowering.load("pick", network.x, network.y, BATCHES)
    lowering.phase = "forward"
    lowering.graph(network.graph)
    lowering.phase = "update"
    if searches:
        _search(made, lowering, gradients, slots, again_at)
    else:
        _update(made, lowering, gradients, slots)
    lowering.phase = "count"
    lowering.emit("next_step", numbers=(0, int(_watches(experiment))))
    answers = build(experiment, "answer")
    made.declare(answers.graph.cells)
    start = len(lowering.instructions)
    lowering.phase = "evaluate"
    _evaluate(made, lowering, answers, samples, threads)
    best = _stop_early(made, lowering)
    lowering.emit("repeat", numbers=(0,))
    program = made.program(lowering)
    program.gradients, program.slots, program.best = gradients, slots, best
    program.marks = {"evaluate": start}
    verify(program)
    return program


def _watches(experiment: Experiment) -> bool:
    """True if something has to know the loss after every epoch."""
    training = experiment.training
    return training.schedule.entry.watch is not None or training.early_stopping is not None


@dataclass(frozen=True)
class _Part:
    """Parameters side by side that are updated alike, as a place in the row of all of them."""

    first: int
    size: int
    penalized: bool


def _parts(made: _Assembly, at_once: int) -> Iterator[_Part]:
    """The parameters that learn, in stretches as long as can be, at most `at_once` numbers each."""
    experiment, tensors = made.experiment, made.network.graph.parameters
    everything = experiment.training.penalize_biases
    start = next(iter(made.parameters.values())).offset

    def kind(name: str) -> tuple[bool, bool]:
        frozen = experiment.layer(name.rpartition(".")[0]).frozen
        return not frozen, everything or tensors[name].kind == "matrix"

    held = _held(made, start)
    for (learns, penalized), names in groupby(made.parameters, kind):
        blocks = [made.parameters[name] for name in names]
        first = blocks[0].offset - start
        end = made.memory.end(blocks[-1]) - start
        for low, high in _between(first, end, held) if learns else ():
            yield from (_Part(at, count, penalized) for at, count in _cut(low, high, at_once))


def _held(made: _Assembly, start: int) -> list[int]:
    """Where the frozen numbers lie in the row of all parameters, in order."""
    found = set()
    for name, block in made.parameters.items():
        layer, _, tensor = name.rpartition(".")
        for key, *place in made.experiment.layer(layer).held:
            shape = (block.columns,) if block.vector else (block.rows, block.columns)
            fits = len(place) == len(shape) and all(a < b for a, b in zip(place, shape, strict=False))
            if key == tensor and fits:
                row, column = (0, *place) if block.vector else place
                found.add(block.offset - start + row * block.stride + column)
    return sorted(found)


def _between(first: int, end: int, held: list[int]) -> Iterator[tuple[int, int]]:
    """What is left of a stretch without the frozen numbers, which no optimizer touches."""
    for place in [*(at for at in held if first <= at < end), end]:
        if place > first:
            yield first, place
        first = place + 1


def _cut(first: int, end: int, at_once: int) -> Iterator[tuple[int, int]]:
    """A stretch in pieces: where each starts and how long it is."""
    for at in range(first, end, at_once):
        yield at, min(at_once, end - at)


def _update(
    made: _Assembly, lowering: Lowering, gradients: dict[str, Block], slots: dict[str, dict[str, Block]]
) -> None:
    """The optimizer's step over all parameters that learn, after a look at the gradients."""
    key = made.experiment.training.optimizer.kind
    places = [made.flat(made.parameters, "parameters"), *(made.flat(s, name) for name, s in slots.items())]
    slopes = made.flat(gradients, "gradients")
    at_once, shared = UPDATED_AT_ONCE, lowering.threads > 1 and slopes.rows >= WORTH_SHARING
    if shared:
        number = padded(-(-slopes.rows // at_once), 2 * lowering.threads)  # as many for each thread
        at_once = padded(-(-slopes.rows // number), made.memory.width)
    checks = list(_cut(0, slopes.rows, at_once))
    for number, (at, count) in enumerate(checks):
        group = len(checks) if shared and number == 0 else 0
        lowering.emit("check", (), (View(slopes, at, count),), cost=10 + count // 20, parallel=group)
    parts = list(_parts(made, at_once))
    _clip(made, lowering, slopes, parts)
    factors = _prepare(made, lowering)
    for number, part in enumerate(parts):
        writes = tuple(View(block, part.first, part.size) for block in places)
        reads = (View(slopes, part.first, part.size),)
        numbers = (factors, L1 if part.penalized else NO_L1)
        group = len(parts) if shared and number == 0 and len(parts) <= MOST_SHARED else 0
        lowering.emit(f"update:{key}", writes, reads, numbers, cost=10 + part.size // 2, parallel=group)


def _clip(made: _Assembly, lowering: Lowering, slopes: Block, parts: list[_Part]) -> None:
    """Bound the gradient: its norm over all parameters that learn, then each number."""
    training = made.experiment.training
    views = [View(slopes, part.first, part.size) for part in parts]
    if training.clip_norm is not None:
        made.declare({"training.clip_norm": training.clip_norm, "training/squares": 0.0})
        squares, limit = made.cells["training/squares"], made.cells["training.clip_norm"]
        for number, view in enumerate(views):
            lowering.emit("sum_squares", (), (view,), (squares, int(number == 0)), cost=10 + view.rows // 10)
        for view in views:
            lowering.emit("clip_norm", (view,), (), (squares, limit), cost=10 + view.rows // 10)
    if training.clip_value is not None:
        made.declare({"training.clip_value": training.clip_value})
        for view in views:
            limit = made.cells["training.clip_value"]
            lowering.emit("clip_value", (view,), (), (limit,), cost=10 + view.rows // 10)


def _prepare(made: _Assembly, lowering: Lowering) -> int:
    """This step's learning rate and the optimizer's coefficients; returns where these lie.

    The optimizer reads its counters and settings side by side. A schedule writes the learning rate
    there, and the one that the user sets stands apart.
    """
    training, path = made.experiment.training, "training.optimizer"
    entry = training.optimizer.entry
    made.count(path, entry.counters)
    given = {f"{path}.{s.key}": v for s, v in zip(entry.settings, training.optimizer.settings, strict=True)}
    for name, value in given.items():
        if name == BASE_RATE and training.schedule.entry.settings:
            made.declare({RATE: first_rate(training.schedule, value, 0.0)})
        else:
            made.declare({name: value})
    made.declare(given)
    coefficients = [f"{path}/{number}" for number in range(entry.coefficients)]
    made.declare(dict.fromkeys(coefficients, 0.0))
    if RATE in made.cells:
        _schedule(made, lowering, ahead=False)
    start = min(cell for name, cell in made.cells.items() if name.startswith(path))
    lowering.emit(f"prepare:{entry.key}", numbers=(start, made.cells[coefficients[0]]))
    return made.cells[coefficients[0]]


def _schedule(made: _Assembly, lowering: Lowering, ahead: bool) -> None:
    """The learning rate of this epoch, into the place where the optimizer reads it.

    `ahead` where the batch is still to be picked.
    """
    chosen, path = made.experiment.training.schedule, "training.schedule"
    entry, time = chosen.entry, -1
    if entry.watch is not None:
        made.count(path, (("best", inf), ("bad", 0.0), ("cuts", 0.0)), "schedule.")
        time = made.cells[f"{path}.cuts"]
    made.declare({f"{path}.{s.key}": v for s, v in zip(entry.settings, chosen.settings, strict=True)})
    settings = made.cells[f"{path}.{entry.settings[0].key}"]
    places = (made.cells[RATE], made.cells[BASE_RATE], time, settings)
    lowering.emit(f"schedule:{entry.key}", numbers=(*places, int(ahead)))


def _depart(made: _Assembly, lowering: Lowering, slots: dict[str, dict[str, Block]]) -> None:
    """L-BFGS goes to its first trial point before the batch is evaluated."""
    training, path = made.experiment.training, "training.optimizer"
    history, rate = training.optimizer.history, training.optimizer.learning_rate
    room = lbfgs.FACTORS + history - len(lbfgs.CARRIED)
    made.count(path, [(f"search_{name}", 0.0) for name in lbfgs.CARRIED])
    made.declare({f"{path}/{number}": 0.0 for number in range(lbfgs.FACTORS - len(lbfgs.CARRIED))})
    made.count(path, [(f"search_factor_{number}", 0.0) for number in range(history)])
    made.declare({f"{path}/{room + number}": 0.0 for number in range(history)})
    made.declare({BASE_RATE: rate, f"{path}/objective": 0.0})
    if training.schedule.entry.settings:
        made.declare({RATE: first_rate(training.schedule, rate, 0.0)})
        _schedule(made, lowering, ahead=True)
    lowering.emit("depart", *_searched(made, slots), cost=10 + made.parameter_size * history // 2)


def _searched(
    made: _Assembly, slots: dict[str, dict[str, Block]]
) -> tuple[tuple[View, ...], tuple[View, ...], tuple[int, ...]]:
    """The weights and all vectors of L-BFGS, and where its numbers lie."""
    vectors = made.flat(
        {f"{n}/{slot}": b for slot, part in slots.items() for n, b in part.items()}, "vectors"
    )
    numbers = (
        made.cells[f"training.optimizer.search_{lbfgs.CARRIED[0]}"],
        made.experiment.training.optimizer.history,
        made.cells.get(RATE, made.cells[BASE_RATE]),
    )
    return (whole(made.flat(made.parameters, "parameters")), whole(vectors)), (), numbers


def _search(
    made: _Assembly,
    lowering: Lowering,
    gradients: dict[str, Block],
    slots: dict[str, dict[str, Block]],
    again_at: int,
) -> None:
    """L-BFGS judges what was evaluated: another trial on the same batch, or the end of the step."""
    slopes, weights = made.flat(gradients, "gradients"), made.flat(made.parameters, "parameters")
    penalized = made.flat(slots["slope"], "slope")
    objective = made.cells["training.optimizer/objective"]
    lowering.emit("check", (), (whole(slopes),), cost=10 + slopes.rows // 20)
    for number, part in enumerate(_parts(made, UPDATED_AT_ONCE)):
        out, w, g = (View(block, part.first, part.size) for block in (penalized, weights, slopes))
        penalties = L1 if part.penalized else NO_L1
        lowering.emit(
            "penalize", (out,), (w, g), (objective, int(number == 0), penalties), cost=10 + part.size
        )
    writes, reads, numbers = _searched(made, slots)
    lowering.emit("search", writes, reads, (*numbers, objective, again_at), cost=10 + 4 * slopes.rows)


def _stop_early(made: _Assembly, lowering: Lowering) -> dict[str, Block]:
    """After each evaluation: the schedule's look at the loss, then early stopping's."""
    training, path = made.experiment.training, "training.early_stopping"
    if training.schedule.entry.watch is not None:
        lowering.emit(f"watch:{training.schedule.kind}", numbers=(made.cells["training.schedule.best"],))
    chosen = training.early_stopping
    if chosen is None:
        return {}
    made.count(path, (("best", inf), ("waited", 0.0), ("stopped", 0.0)), "early_stopping.")
    made.declare({f"{path}.patience": chosen.patience, f"{path}.min_delta": chosen.min_delta})
    numbers = (made.cells[f"{path}.best"], 0)
    if not chosen.restore_best:
        lowering.emit("early_stop", numbers=numbers)
        return {}
    graph = made.network.graph
    best = {name: made.tensor(tensor, ".best") for name, tensor in (graph.parameters | graph.buffers).items()}
    here = made.flat(made.parameters | made.buffers, "parameters and buffers")
    lowering.emit("early_stop:restore", (whole(made.flat(best, "best")), whole(here)), (), numbers)
    return best


def _evaluate(made: _Assembly, lowering: Lowering, network: Network, samples: int, threads: int) -> None:
    """Loss and metric over training and validation samples, chunk by chunk, into the records."""
    at_once = row_stride(min(EVALUATED_AT_ONCE, samples), made.memory.width)
    inner = Lowering(made.memory, made.fixed(), at_once, made.cells, prefix="evaluate.", threads=threads)
    inner.phase = lowering.phase
    base = len(lowering.instructions)
    inner.emit("begin_evaluation", numbers=(TRAIN,))
    _judge(made, inner, network)
    inner.emit("next_chunk", numbers=(base + 1,))
    rate = made.cells.get(RATE, made.cells.get(BASE_RATE, -1))
    work = made.parameter_size * min(samples, MOST_EVALUATED)
    inner.emit("record", numbers=(base + 1, rate, max(5, min(MOST_EAGER, EAGER_WORK // work))))
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
    if samples * units <= ANSWERED_IN_PLACE:
        at_once = samples
    at_once = row_stride(at_once, made.memory.width)
    lowering = Lowering(made.memory, made.fixed(), at_once, made.cells, keep=True, threads=threads)
    lowering.load("fetch", network.x, None, TRAIN)
    lowering.graph(network.graph)
    lowering.emit("halt")
    program = made.program(lowering)
    program.pre = {layer: program.blocks[tensor.name] for layer, tensor in network.graph.pre.items()}
    program.post = {layer: program.blocks[tensor.name] for layer, tensor in network.graph.post.items()}
    verify(program)
    return program


@lru_cache(maxsize=8)
def judging_program(experiment: Experiment, dtype: str, samples: int, threads: int = 1) -> Program:
    """Loss and metric over one set of samples, chunk by chunk."""
    network = build(experiment, "answer")
    made = _Assembly(experiment, dtype, network)
    at_once = row_stride(min(EVALUATED_AT_ONCE, samples), made.memory.width)
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
