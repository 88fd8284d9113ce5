"""Lowering: from the operations of a graph to instructions over blocks of memory."""

from __future__ import annotations

from collections.abc import Callable

from playground.catalog.losses import losses
from playground.catalog.random import stream_key
from playground.engine.graph import Graph, Operation, Tensor
from playground.engine.memory import Memory, row_stride
from playground.engine.program import Block, Instruction, View, padded

FLOPS_PER_NANOSECOND = 20  # a cautious guess; it only sets how finely work is cut
MOST_COST = 1_000_000  # nanoseconds: a product that takes longer is cut into several instructions
PARALLEL_COST = 40_000  # from here on, splitting a product over threads pays
WORTH_SHARING = 32_768  # numbers: from here on two threads apply an activation
SAMPLES = -1  # "as many as the batch has" where an instruction names a count


def whole(block: Block, turned: bool = False) -> View:
    """A view of all of a block."""
    return View(block, 0, block.columns if turned else block.rows, turned)


def chance_key(op: str, layer: str) -> int:
    """The key of a layer's own random numbers; fits int64."""
    return stream_key(0, op, layer) >> 1


class Lowering:
    """Turns operations into instructions, in one phase after the other.

    `samples` stand side by side in a row, `lanes` numbers wide. Names get `prefix`, so that the training
    step and the evaluation can lie in one program. With `keep`, no block shares its place.
    """

    def __init__(
        self,
        memory: Memory,
        fixed: dict[str, Block],
        samples: int,
        cells: dict[str, int],
        prefix: str = "",
        keep: bool = False,
        threads: int = 1,
    ) -> None:
        self.memory = memory
        self.fixed = fixed  # parameters, buffers and gradients by name
        self.columns = padded(samples, memory.width)
        self.lanes = row_stride(samples, memory.width)
        self.filled = padded(samples, memory.width // 2)  # what products work out; zeros stand behind
        self.cells = cells
        self.prefix = prefix
        self.keep = keep
        self.threads = threads
        self.phase = "forward"
        self.instructions: list[Instruction] = []
        self.blocks: dict[str, Block] = {}

    def block(self, tensor: Tensor) -> Block:
        """The place of a tensor; temporary ones get theirs when the memory plan is made."""
        if tensor.name in self.fixed:
            return self.fixed[tensor.name]
        if tensor.kind == "vector":
            return self.named(tensor.name, 1, tensor.rows, padded(tensor.rows, self.memory.width))
        return self.named(tensor.name, tensor.rows, self.columns, self.lanes)

    def named(self, name: str, rows: int, columns: int, stride: int) -> Block:
        """The block of this name, made at its first use."""
        name = self.prefix + name
        if name not in self.blocks:
            if self.keep:
                self.blocks[name] = self.memory.block(name, rows, columns, stride)
            else:
                self.blocks[name] = Block(name, -1, rows, columns, stride)
        return self.blocks[name]

    def turned(self, x: Tensor) -> Block:
        """The place of a batch with samples as rows: (samples, units padded)."""
        stride = row_stride(x.rows, self.memory.width, narrow=True)
        return self.named(f"{x.name}.turned", self.columns, x.rows, stride)

    def emit(
        self,
        kernel: str,
        writes: tuple[View, ...] = (),
        reads: tuple[View, ...] = (),
        numbers: tuple[int, ...] = (),
        cost: int = 0,
        parallel: int = 0,
    ) -> None:
        """Append one instruction."""
        estimate = cost or 10 + sum(view.rows * view.block.stride for view in writes) // 4
        self.instructions.append(Instruction(self.phase, kernel, writes, reads, numbers, estimate, parallel))

    def load(self, kernel: str, x: Tensor, y: Tensor | None, data: int) -> None:
        """Bring samples of a data set into the arena, both ways round, with their targets."""
        writes = [whole(self.turned(x)), whole(self.block(x))]
        if y is not None:
            writes.append(whole(self.block(y)))
        self.emit(kernel, tuple(writes), (), (data, int(y is not None)))

    def graph(self, graph: Graph) -> None:
        """Lower every operation; what comes after the loss is the backward pass."""
        for operation in graph.operations:
            if operation.op == "loss":
                self.phase = "loss"
            SPECIAL.get(operation.op, Lowering._plain)(self, operation)
            if operation.op == "loss":
                self.phase = "backward"

    def _plain(self, operation: Operation) -> None:
        """One operation, one instruction, all operands whole."""
        kernel = f"{operation.op}:{operation.entry}" if operation.entry else operation.op
        numbers = tuple(self.cells[name] for name in operation.settings)
        reads = tuple(self.block(tensor) for tensor in operation.inputs)
        out = self.block(operation.out)
        also = tuple(whole(self.block(tensor)) for tensor in operation.also)
        parts = 1
        if operation.op in ("apply", "slope") and self.threads > 1 and out.size >= WORTH_SHARING:
            parts = self.threads
        if parts == 1:
            self.emit(kernel, (whole(out), *also), tuple(whole(block) for block in reads), numbers)
            return
        rows = -(-out.rows // parts)
        starts = range(0, out.rows, rows)
        for first in starts:
            count = min(rows, out.rows - first)
            views = tuple(View(block, first, count) for block in reads)
            self.emit(
                kernel, (View(out, first, count),), views, numbers, parallel=0 if first else len(starts)
            )

    def _dropout(self, operation: Operation) -> None:
        numbers = (*self._chance(operation), int(operation.flag))
        reads = (whole(self.block(operation.inputs[0])),)
        self.emit("dropout", (whole(self.block(operation.out)),), reads, numbers)

    def _noise(self, operation: Operation) -> None:
        reads = (whole(self.block(operation.inputs[0])),)
        out = whole(self.block(operation.out))
        self.emit("noise", (out,), reads, self._chance(operation), cost=10 + 4 * out.rows * out.block.stride)

    def _chance(self, operation: Operation) -> tuple[int, int]:
        """The cell of the setting, and the key of the layer's own random numbers."""
        return self.cells[operation.settings[0]], chance_key(operation.op, operation.entry)

    def _concatenate(self, operation: Operation) -> None:
        out, first = self.block(operation.out), 0
        for tensor in operation.inputs:
            self.emit("copy", (View(out, first, tensor.rows),), (whole(self.block(tensor)),))
            first += tensor.rows

    def _rows(self, operation: Operation) -> None:
        source = View(self.block(operation.inputs[0]), operation.first, operation.out.rows)
        self.emit("copy", (whole(self.block(operation.out)),), (source,))

    def _track(self, operation: Operation) -> None:
        running, measured = operation.out, operation.inputs[0]
        self.emit(
            "track", (whole(self.block(running)),), (whole(self.block(measured)),), (int(operation.flag),)
        )

    def _loss(self, operation: Operation) -> None:
        over_outputs = losses[operation.entry].mean_over == "elements"
        reads = tuple(whole(self.block(tensor)) for tensor in operation.inputs)
        writes = (whole(self.block(operation.out)),)
        numbers = (int(over_outputs), *(self.cells[name] for name in operation.settings))
        self.emit(f"loss:{operation.entry}", writes, reads, numbers)

    def _dense(self, operation: Operation) -> None:
        x, weight, bias = (self.block(tensor) for tensor in operation.inputs)
        out = self.block(operation.out)
        self._product(
            out,
            lambda i, n: (View(weight, i, n), whole(x), _part(bias, i, n)),
            weight.columns,
            self.filled,
        )

    def _back(self, operation: Operation) -> None:
        weight, dz = (self.block(tensor) for tensor in operation.inputs)
        out = self.block(operation.out)
        self._product(
            out, lambda i, n: (View(weight, i, n, turned=True), whole(dz)), weight.rows, self.filled
        )

    def _outer(self, operation: Operation) -> None:
        dz, x = operation.inputs
        turned = self.turned(x)
        written = any(turned == view.block for made in self.instructions for view in made.writes)
        if not written:
            self.emit("transpose", (whole(turned),), (whole(self.block(x)),))
        out, left = self.block(operation.out), self.block(dz)
        self._product(out, lambda i, n: (View(left, i, n), whole(turned)), SAMPLES, out.columns)

    def _product(
        self, out: Block, reads: Callable[[int, int], tuple[View, ...]], depth: int, width: int
    ) -> None:
        """A matrix product, cut by output rows where it takes long or several threads can share it."""
        flops = 2 * out.rows * (self.columns if depth < 0 else depth) * width
        cost = 10 + flops // FLOPS_PER_NANOSECOND
        parts = -(-cost // MOST_COST)
        if self.threads > 1 and cost >= PARALLEL_COST:
            parts = padded(parts, 2 * self.threads)  # as many for each thread
        rows = padded(-(-out.rows // parts), 8) if parts > 1 else out.rows
        starts = range(0, out.rows, rows)
        for start in starts:
            count = min(rows, out.rows - start)
            self.emit(
                "product",
                (View(out, start, count),),
                reads(start, count),
                (depth, width, int(reads(0, 1)[0].turned)),
                cost=-(-cost // len(starts)),
                parallel=len(starts) if start == 0 and self.threads > 1 and len(starts) > 1 else 0,
            )


def _part(bias: Block, first: int, count: int) -> View:
    """Some numbers of a vector, which lies in one row: seen as that many rows."""
    return View(Block(bias.name, bias.offset, bias.columns, 1, 1), first, count)


SPECIAL: dict[str, Callable[[Lowering, Operation], None]] = {
    "dense": Lowering._dense,
    "back": Lowering._back,
    "outer": Lowering._outer,
    "dropout": Lowering._dropout,
    "noise": Lowering._noise,
    "concatenate": Lowering._concatenate,
    "rows": Lowering._rows,
    "track": Lowering._track,
    "loss": Lowering._loss,
}
