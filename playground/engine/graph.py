"""The graph: named tensors and the primitive operations between them.

Layers are built by calling the methods of a `Graph`; `differentiate` adds the backward operations,
made of the same kind; `lower` turns the whole into a program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["batch", "matrix", "vector"]
Mode = Literal["train", "gradient", "answer"]
STRAIGHT = ("back", "add", "rows", "shrink")  # what these make of rows that add up to 0 adds up to 0 too


@dataclass(frozen=True)
class Tensor:
    """A named block of numbers.

    "batch": (rows, samples), one row a unit; "matrix": (rows, columns); "vector": (rows,).
    """

    name: str
    rows: int
    columns: int = 1
    kind: Kind = "batch"
    learns: bool = False  # a parameter, or computed from one
    balanced: bool = False  # every row adds up to 0 over the samples, but for rounding


@dataclass(frozen=True)
class Operation:
    """`out` is computed from `inputs`; `settings` names the cells that hold the operation's settings.

    `also` is what is computed beside it.
    """

    op: str
    out: Tensor
    inputs: tuple[Tensor, ...]
    settings: tuple[str, ...] = ()
    entry: str = ""  # the catalog entry it applies: an activation or a loss
    flag: bool = False  # track: the unbiased variance; dropout: what is kept does not grow
    first: int = 0  # rows: the first row that is taken
    also: tuple[Tensor, ...] = ()


@dataclass
class Graph:
    """Operations in the order in which they run.

    `mode` "train" is a training step; "gradient" the same without chance and without keeping running
    statistics; "answer" is the network as it predicts.
    """

    mode: Mode
    operations: list[Operation] = field(default_factory=list)
    parameters: dict[str, Tensor] = field(default_factory=dict)
    buffers: dict[str, Tensor] = field(default_factory=dict)
    cells: dict[str, float] = field(default_factory=dict)  # settings by path, with their values
    layer: str = ""  # the layer being built
    sources: tuple[Tensor, ...] = ()  # what it reads
    pre: dict[str, Tensor] = field(default_factory=dict)  # by layer: before its activation
    post: dict[str, Tensor] = field(default_factory=dict)  # by layer: its output

    @property
    def training(self) -> bool:
        """False where the network only answers."""
        return self.mode != "answer"

    def add(
        self,
        op: str,
        name: str,
        rows: int,
        inputs: tuple[Tensor, ...],
        settings: tuple[str, ...] = (),
        entry: str = "",
        kind: Kind = "batch",
        columns: int = 1,
        flag: bool = False,
        first: int = 0,
        also: tuple[Tensor, ...] = (),
    ) -> Tensor:
        """Append one operation and return its output."""
        learns = any(tensor.learns for tensor in inputs)
        batches = [tensor for tensor in inputs if tensor.kind == "batch"]
        balanced = op == "batch_normalize_slope" or (op in STRAIGHT and all(x.balanced for x in batches))
        out = Tensor(name, rows, columns, kind, learns, balanced)
        self.operations.append(Operation(op, out, inputs, settings, entry, flag, first, also))
        return out

    def parameter(self, tensor: str) -> Tensor:
        """A tensor of the layer being built that learns."""
        return self.parameters[f"{self.layer}.{tensor}"]

    def buffer(self, tensor: str) -> Tensor:
        """A tensor of the layer being built that is measured, not learned."""
        return self.buffers[f"{self.layer}.{tensor}"]

    def dense(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """weight · x + bias: (units, batch)."""
        z = self.add("dense", f"{self.layer}.pre", weight.rows, (x, weight, bias))
        self.pre[self.layer] = z
        return z

    def activate(self, z: Tensor, activation: Any) -> Tensor:
        """An activation from the catalog, applied to each number (softmax: to each sample)."""
        if activation.kind == "identity":
            return z
        name = f"{self.layer}.post"
        if activation.entry.value is None:
            return self.add(activation.kind, name, z.rows, (z,))
        settings = self.settings(f"network.{self.layer}.activation", activation)
        return self.add("apply", name, z.rows, (z,), settings, activation.kind)

    def settings(self, path: str, choice: Any) -> tuple[str, ...]:
        """Cells for the settings of a choice, so that they can change while it trains."""
        names = tuple(f"{path}.{setting.key}" for setting in choice.entry.settings)
        self.cells |= dict(zip(names, choice.settings, strict=True))
        return names

    def dropout(self, x: Tensor, rate: float, at_test_time: bool = False) -> Tensor:
        """Each number times 0 or 1 / (1 − rate), by the layer's own random numbers.

        `at_test_time`: times 0 or 1, and times 1 − rate where there is no chance.
        """
        if self.mode != "train" and not at_test_time:
            return x
        path, name = f"network.{self.layer}.rate", f"{self.layer}.post"
        self.cells[path] = rate
        if self.mode != "train":
            return self.add("shrink", name, x.rows, (x,), (path,))
        return self.add("dropout", name, x.rows, (x,), (path,), entry=self.layer, flag=at_test_time)

    def noise(self, x: Tensor, deviation: float) -> Tensor:
        """Each number plus a normal random number of its own, in training steps."""
        if self.mode != "train":
            return x
        path = f"network.{self.layer}.deviation"
        self.cells[path] = deviation
        return self.add("noise", f"{self.layer}.post", x.rows, (x,), (path,), entry=self.layer)

    def sum(self, tensors: tuple[Tensor, ...]) -> Tensor:
        """The sum of batches of the same width."""
        total = tensors[0]
        for number, tensor in enumerate(tensors[1:], 2):
            name = f"{self.layer}.post" if number == len(tensors) else f"{self.layer}.sum_{number}"
            total = self.add("add", name, total.rows, (total, tensor))
        return total

    def concatenate(self, tensors: tuple[Tensor, ...]) -> Tensor:
        """The rows of all batches, one batch below the other."""
        if len(tensors) == 1:
            return tensors[0]
        rows = sum(tensor.rows for tensor in tensors)
        return self.add("concatenate", f"{self.layer}.post", rows, tensors)

    def layer_normalize(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """weight · (x − mean) / √(variance + 1e-5) + bias, where mean and variance are each sample's own."""
        statistics = Tensor(f"{self.layer}.statistics", 4)
        inputs = (x, weight, bias)
        return self.add("layer_normalize", f"{self.layer}.post", x.rows, inputs, also=(statistics,))

    def batch_normalize(self, x: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """weight · (x − mean) / √(variance + 1e-5) + bias; then the batch's mean and biased variance.

        Mean and variance are each unit's own: (units,).
        """
        statistics = Tensor(f"{self.layer}.statistics", 4 * x.rows, kind="vector")
        mean = Tensor(f"{self.layer}.mean", x.rows, kind="vector")
        variance = Tensor(f"{self.layer}.variance", x.rows, kind="vector")
        name, inputs = f"{self.layer}.post", (x, weight, bias)
        out = self.add("batch_normalize", name, x.rows, inputs, also=(statistics, mean, variance))
        return out, mean, variance

    def track(self, running: Tensor, measured: Tensor, unbiased: bool = False) -> None:
        """Let a running average follow what was measured on the batch: 0.9 old + 0.1 new."""
        if self.mode == "train":
            self.operations.append(Operation("track", running, (measured,), flag=unbiased))

    def normalize(self, x: Tensor, mean: Tensor, variance: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """weight · (x − mean) / √(variance + 1e-5) + bias, with a mean and a variance that are kept."""
        return self.add("normalize", f"{self.layer}.post", x.rows, (x, mean, variance, weight, bias))
