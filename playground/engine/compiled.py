"""Which kernel an instruction names: loaded from disk, or compiled when it is first needed and kept there.

Numba is imported only where something has to be compiled: with all kernels kept, a process does without it.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache
from typing import Any

from playground.catalog.activations import activations
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.schedules import schedules
from playground.engine import kernel_cache
from playground.engine.kernel_cache import fingerprint

_compiling = threading.RLock()  # Numba compiles for one thread at a time


def address(kernel: str, dtype: str) -> int:
    """Where the machine code of a kernel lies, such as "apply:tanh" for float32; compiles it if need be."""
    family, _, key = kernel.partition(":")
    with _compiling:
        return _address(family, key, dtype, _version(family, key))


def _version(family: str, key: str) -> str:
    """Changes with the code of the catalog entry, so that two entries never share a kernel."""
    if family in ("apply", "slope"):
        return fingerprint(activations[key].value, activations[key].slope)
    if family in ("loss", "judge"):
        return fingerprint(losses[key].value, losses[key].slope)
    if family in ("schedule", "watch"):
        return fingerprint(schedules[key].at, schedules[key].watch)
    if family in ("prepare", "update"):
        return fingerprint(optimizers[key].prepare, optimizers[key].update)
    return ""


@cache
def _address(family: str, key: str, dtype: str, version: str) -> int:
    name = "_".join(part for part in (family, key, version, dtype) if part)
    kept = kernel_cache.load(name)
    if kept is not None:
        return kept
    from playground.engine.binding import compiled

    return compiled(family, key, dtype, name)


def machine_function(name: str, operands: int) -> Any:
    """A function of `interpreter` that takes so many whole numbers and needs no lock of Python's."""
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, *[ctypes.c_int64] * operands)
    with _compiling:
        return kind(_machine_address(name, operands))


@cache
def _machine_address(name: str, operands: int) -> int:
    kept = kernel_cache.load(name)
    if kept is not None:
        return kept
    from playground.engine import interpreter
    from playground.engine.lift import compile_loop

    return compile_loop(getattr(interpreter, name), operands)
