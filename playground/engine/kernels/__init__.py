"""The kernels: what one instruction does to the arena, next to nothing else. Their slow twin is `twin`.

A kernel gets four pointers: its operands, the arena, the counts and the cells. Each view takes four
operands: offset, rows, stride and columns; the views that are written come first, then those that are
read, then the instruction's numbers. It returns NEXT, the instruction to jump to plus 1, DONE or
NOT_FINITE. The names in capitals without a number in `words` are bound by `binding` for
each catalog entry.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from playground.engine.kernels import activations, chance, data, evaluation, learning, norms, products

MODULES = (data, products, activations, chance, norms, learning, evaluation)

KERNELS: dict[str, Callable[..., Any]] = {
    name: function
    for module in MODULES
    for name, function in vars(module).items()
    if isinstance(function, FunctionType) and function.__module__ == module.__name__
}
