"""The verifier refuses every program that would read or write where it must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from playground.engine.program import Block, Instruction, Program, View, lanes_of
from playground.engine.verify import BrokenProgram, verify

WIDTH = lanes_of("float32")
A = Block("a", 0, 3, 5, WIDTH)
B = Block("b", 3 * WIDTH, 5, WIDTH, WIDTH)
C = Block("c", 8 * WIDTH, 3, WIDTH, WIDTH)
BIAS = Block("bias", 11 * WIDTH, 3, 1, 1)


def check(c=C, a=A, b=B, bias=BIAS, depth=5, columns=WIDTH, rows=(3, 3, 5, 3), first=0, arena=12 * WIDTH):
    """Verify C (3, n) = A (3, 5) · B (5, n) + bias, with something changed."""
    blocks = (c, a, b, bias)
    firsts = (0, first, 0, 0)
    views = [View(*each) for each in zip(blocks, firsts, rows, strict=True)]
    product = Instruction("forward", "product", tuple(views[:1]), tuple(views[1:]), (depth, columns, 0))
    verify(Program("float32", [product], {}, arena, {}, {}))


def test_a_sound_program_passes():
    check()
    check(depth=-1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"first": 1}, "leaves its block"),
        ({"first": -1}, "leaves its block"),
        ({"rows": (0, 3, 5, 3)}, "leaves its block"),
        ({"arena": 11 * WIDTH}, "leaves the arena"),
        ({"a": replace(A, offset=-WIDTH)}, "leaves the arena"),
        ({"c": replace(C, offset=20 * WIDTH + 1), "arena": 30 * WIDTH}, "is not aligned"),
        ({"c": replace(C, offset=20 * WIDTH, stride=WIDTH + 1), "arena": 30 * WIDTH}, "is not aligned"),
        ({"a": replace(A, columns=WIDTH + 1)}, "rows of a overlap"),
        ({"c": replace(C, offset=7 * WIDTH)}, "reads what it writes"),
        ({"rows": (3, 2, 5, 3)}, "the rows do not fit"),
        ({"rows": (3, 3, 5, 2)}, "the rows do not fit"),
        ({"depth": 4}, "the inner sizes do not fit"),
        ({"rows": (3, 3, 4, 3)}, "the inner sizes do not fit"),
        ({"rows": (3, 3, 4, 3), "depth": -1}, "the samples do not fit"),
        ({"columns": WIDTH + 1}, "the columns do not fit"),
        ({"columns": 0}, "the columns do not fit"),
    ],
)
def test_a_broken_program_is_refused(changes, words):
    with pytest.raises(BrokenProgram, match=words):
        check(**changes)
