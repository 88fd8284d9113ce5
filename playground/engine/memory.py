"""The memory plan: where every block lies, and which may share a place because they never live together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from playground.engine.program import Block, Instruction, View, padded

LONG_ROW = 8  # vectors: from here on, rows are an odd number of vectors apart


def row_stride(columns: int, width: int, narrow: bool = False) -> int:
    """How far apart rows of so many numbers lie: whole vectors, or half ones where rows may be `narrow`.

    Samples side by side are summed by whole vectors. What has few columns otherwise, such as the weights of
    a small layer, would be half padding, and the nearest cache holds just a small network.
    Long rows take an odd number of vectors: rows a power of two apart would fall on the same few places
    of the processor's cache.
    """
    stride = padded(columns, width // 2 if narrow else width)
    if stride >= LONG_ROW * width and stride % (2 * width) == 0:
        stride += width
    return stride


@dataclass
class Memory:
    """Places handed out one after the other, each starting on a vector's boundary."""

    width: int
    size: int = 0
    blocks: dict[str, Block] = field(default_factory=dict)

    def block(self, name: str, rows: int, columns: int, stride: int, vector: bool = False) -> Block:
        """A lasting place, one that is shared with nothing."""
        block = Block(name, self.size, rows, columns, stride, vector)
        self.size = self.end(block)
        self.blocks[name] = block
        return block

    def end(self, block: Block) -> int:
        """Where the next block may begin."""
        return block.offset + padded(block.size, self.width)

    def share(self, instructions: Sequence[Instruction]) -> list[Instruction]:
        """Give the blocks without a place (offset −1) one, reusing the places of those no longer needed."""
        lives: dict[str, tuple[Block, int, int]] = {}
        for index, instruction in enumerate(instructions):
            for view in (*instruction.writes, *instruction.reads):
                if view.block.offset < 0:
                    name = view.block.name
                    first = lives[name][1] if name in lives else index
                    lives[name] = (view.block, first, index)
        placed: dict[str, Block] = {}
        start = self.size
        taken: list[tuple[int, int, int]] = []  # offset, end, last use
        for name, (block, first, last) in sorted(lives.items(), key=lambda item: item[1][1]):
            taken = [place for place in taken if place[2] >= first]
            offset = _gap(sorted(taken), start, padded(block.size, self.width))
            placed[name] = replace(block, offset=offset)
            taken.append((offset, offset + padded(block.size, self.width), last))
            self.size = max(self.size, offset + padded(block.size, self.width))
        self.blocks |= placed
        return [_moved(instruction, placed) for instruction in instructions]


def _gap(taken: Iterable[tuple[int, int, int]], start: int, size: int) -> int:
    """The first free place of this size."""
    for offset, end, _ in taken:
        if offset - start >= size:
            break
        start = max(start, end)
    return start


def _moved(instruction: Instruction, placed: dict[str, Block]) -> Instruction:
    def move(views: tuple[View, ...]) -> tuple[View, ...]:
        return tuple(
            View(placed[view.block.name], view.first, view.rows, view.turned)
            if view.block.offset < 0
            else view
            for view in views
        )

    return replace(instruction, writes=move(instruction.writes), reads=move(instruction.reads))
