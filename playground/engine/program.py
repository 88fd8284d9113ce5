"""A program: instructions over one arena of numbers, as a table that a machine runs.

Each instruction names its kernel, its phase and the views it reads and writes. Beside the arena lie
two small tables: `counts` (int64: counters, random keys, addresses of the data) and `cells` (float64:
settings, running products, sums), so that a counter never sticks and a setting is never rounded twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

VECTOR_BYTES = 64


class Count(IntEnum):
    """Where each counter lies in the table `counts`."""

    PC = 0  # offset of the next instruction in the machine's table
    STEP = 1
    STOP = 2  # the step at which the machine halts
    EPOCH = 3
    POSITION = 4  # samples of this epoch already seen
    SAMPLES = 5  # samples in the batch at hand
    BATCH = 6  # batch size
    ORDERED = 7  # the epoch that the order of samples was drawn for, −1 for none
    ORDER = 8  # address of the order of samples (int64)
    SHUFFLE_KEY = 9
    DROPOUT_KEY = 10
    CHECK = 11  # the step of the next evaluation
    SET = 12  # the data set being evaluated
    CHUNK = 13  # samples of it already seen
    RECORDS = 14  # evaluations recorded and not yet fetched
    LEAST = 15  # an epoch is over once fewer samples than this are left of it
    SET_INPUTS = 16  # addresses of the inputs of the sets: batches, train, validation
    SET_TARGETS = 20
    SET_SAMPLES = 24
    LAST = 28


BATCHES, TRAIN, VALIDATION = range(3)

# Cells that every program has, before its settings.
LOSS, LOSS_SUM, METRIC_SUM, TRAIN_LOSS, TRAIN_METRIC, L1, L2, NO_L1, _NO_L2, WATCHED = range(10)
MOST_RECORDS = 512
FIRST_RECORD = 16
RECORD_SIZE = 7  # step, epoch, train and validation loss, learning rate, train and validation metric
FIRST_SETTING = FIRST_RECORD + MOST_RECORDS * RECORD_SIZE

# What a kernel returns: NEXT, the offset of the instruction to jump to plus 1, or one of these.
NEXT, DONE, NOT_FINITE = 0, -1, -2


@dataclass(frozen=True)
class Block:
    """A named place in the arena: `rows` rows of `columns` numbers, `stride` numbers apart."""

    name: str
    offset: int
    rows: int
    columns: int
    stride: int
    vector: bool = False  # one row that stands for a tensor of one dimension

    @property
    def size(self) -> int:
        """How many numbers it occupies, padding included."""
        return self.rows * self.stride


@dataclass(frozen=True)
class View:
    """Some rows of a block as they lie, or some of its columns, read `turned` as if they were rows."""

    block: Block
    first: int = 0
    rows: int = 0
    turned: bool = False

    @property
    def offset(self) -> int:
        """Where the view starts in the arena."""
        return self.block.offset + self.first * (1 if self.turned else self.block.stride)

    def __str__(self) -> str:
        rows, columns = self.block.rows, self.block.columns
        if self.turned:
            rows, columns = columns, rows
        part = f"[{self.first}:{self.first + self.rows}]" if self.rows != rows else ""
        return f"{self.block.name}{'ᵀ' if self.turned else ''}{part} {self.rows}×{columns}"


@dataclass(frozen=True)
class Instruction:
    """One call of a kernel. `numbers` are further operands: counts, and places of cells."""

    phase: str
    kernel: str
    writes: tuple[View, ...] = ()
    reads: tuple[View, ...] = ()
    numbers: tuple[int, ...] = ()
    cost: int = 0  # estimated, in nanoseconds
    parallel: int = 0  # on the first of a group: how many instructions may run side by side

    def __str__(self) -> str:
        left = ", ".join(map(str, self.writes))
        right = ", ".join(map(str, self.reads))
        flow = f"{left} ← {right}" if left and right else left or right
        return f"{self.phase:<9} {self.kernel:<28} {flow}".rstrip()


@dataclass
class Program:
    """Instructions with the layout of the memory they work on."""

    dtype: str
    instructions: list[Instruction]
    blocks: dict[str, Block]
    arena_size: int
    cells: dict[str, int]  # where each setting lies
    first_cells: dict[int, float]  # what stands in the cells at the start
    parameters: dict[str, Block] = field(default_factory=dict)
    buffers: dict[str, Block] = field(default_factory=dict)
    gradients: dict[str, Block] = field(default_factory=dict)
    slots: dict[str, dict[str, Block]] = field(default_factory=dict)  # by slot, then parameter
    best: dict[str, Block] = field(default_factory=dict)  # early stopping's copy, by parameter or buffer
    counters: dict[str, int] = field(default_factory=dict)  # cells that steps write and the next steps read
    state_size: int = 0  # parameters and buffers lie first, in every program of an experiment alike
    lanes: int = 0  # samples side by side
    pre: dict[str, Block] = field(default_factory=dict)  # by layer: before its activation, in answers
    post: dict[str, Block] = field(default_factory=dict)  # by layer: its output
    marks: dict[str, int] = field(default_factory=dict)  # named instructions, for jumps

    def work(self, mark: str = "") -> int:
        """Estimated nanoseconds of all instructions, or of those before a mark, once each."""
        return sum(each.cost for each in self.instructions[: self.marks.get(mark)])


def lanes_of(dtype: str) -> int:
    """How many numbers a vector holds."""
    return VECTOR_BYTES // (4 if dtype == "float32" else 8)


def padded(count: int, width: int) -> int:
    """The next multiple of the vector width."""
    return -(-count // width) * width


def trace(program: Program) -> str:
    """The program as readable assembly, one line an instruction."""
    return "\n".join(f"{i:4}  {instruction}" for i, instruction in enumerate(program.instructions))
