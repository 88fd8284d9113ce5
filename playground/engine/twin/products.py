"""Products of matrices, and what belongs to them. The twins of `kernels.products`."""

from __future__ import annotations

from playground.engine.twin.words import Arrays, Memory


def product(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    a, b, *bias = reads
    depth = numbers[0] if numbers[0] >= 0 else memory.samples
    writes[0][:] = a[:, :depth] @ b[:depth]
    if bias:
        writes[0][:] += bias[0]
    writes[0][:, numbers[1] :] = 0


def transpose(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0].T


def row_sum(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][0] = reads[0][:, : memory.samples].sum(axis=1)


def zeros(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = 0


def add(memory: Memory, key: str, writes: Arrays, reads: Arrays, numbers: tuple[int, ...]) -> None:
    writes[0][:] = reads[0] + reads[1]
