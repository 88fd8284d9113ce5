"""The verifier: compiled kernels check no bounds, so the program is checked once, when it is built."""

from __future__ import annotations

from playground.engine.program import Block, Instruction, Program, View, lanes_of

IN_PLACE = ("update", "track")  # read and write the same places, number by number


class BrokenProgram(Exception):
    """The program would read or write where it must not: a fault of the engine, never of the user."""


def verify(program: Program) -> None:
    """Check that all operands lie inside their blocks and the arena, and that none overlap wrongly."""
    width = lanes_of(program.dtype)
    for instruction in program.instructions:
        for view in (*instruction.writes, *instruction.reads):
            _inside(program, instruction, view, width)
        if instruction.kernel.split(":")[0] not in IN_PLACE:
            for written in instruction.writes:
                for read in instruction.reads:
                    if _overlap(written, read):
                        raise BrokenProgram(f"{instruction}: reads what it writes")
        if instruction.kernel == "product":
            _product(instruction)
    for start, instruction in enumerate(program.instructions):
        _group(program.instructions[start : start + instruction.parallel])


def _inside(program: Program, instruction: Instruction, view: View, width: int) -> None:
    block = view.block
    limit = block.columns if view.turned else block.rows
    if view.first < 0 or view.rows < 1 or view.first + view.rows > limit:
        raise BrokenProgram(f"{instruction}: {view} leaves its block")
    if block.offset < 0 or block.offset + block.size > program.arena_size:
        raise BrokenProgram(f"{instruction}: {block.name} leaves the arena")
    if block.offset % width or (block.columns > 1 and block.stride % (width // 2)):
        raise BrokenProgram(f"{instruction}: {block.name} is not aligned")
    if block.columns > block.stride:
        raise BrokenProgram(f"{instruction}: the rows of {block.name} overlap")


def _group(group: list[Instruction]) -> None:
    """Instructions that run side by side: what one writes none of the others touches."""
    for one in group:
        for other in group:
            if one is not other:
                for written in one.writes:
                    for view in (*other.writes, *other.reads):
                        if _overlap(written, view):
                            raise BrokenProgram(f"{one}: writes what its neighbour uses")


def _overlap(a: View, b: View) -> bool:
    (a_low, a_high), (b_low, b_high) = _extent(a), _extent(b)
    return a_low < b_high and b_low < a_high


def _extent(view: View) -> tuple[int, int]:
    block: Block = view.block
    if view.turned:
        return block.offset, block.offset + block.size
    return view.offset, view.offset + view.rows * block.stride


def _product(instruction: Instruction) -> None:
    """C (m, n) = A (m, k) · B (k, n), with a bias a row."""
    (c,), (a, b, *bias) = instruction.writes, instruction.reads
    depth, width, _ = instruction.numbers
    a_columns = a.block.rows if a.turned else a.block.columns
    if c.rows != a.rows or any(part.rows != c.rows for part in bias):
        raise BrokenProgram(f"{instruction}: the rows do not fit")
    if depth >= 0 and (a_columns != depth or b.rows != depth):
        raise BrokenProgram(f"{instruction}: the inner sizes do not fit")
    if depth < 0 and a_columns > b.rows:
        raise BrokenProgram(f"{instruction}: the samples do not fit")
    if c.block.stride > b.block.stride or not 0 < width <= c.block.stride:
        raise BrokenProgram(f"{instruction}: the columns do not fit")
