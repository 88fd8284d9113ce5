"""Which kernel an instruction names: loaded from disk, or compiled when it is first needed and kept there.

Numba is imported only where something has to be compiled: with all kernels kept, a process does without it.
"""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from playground.catalog.activations import activations
from playground.catalog.losses import losses
from playground.catalog.optimizers import optimizers
from playground.catalog.schedules import schedules
from playground.engine import kernel_cache
from playground.engine.kernel_cache import fingerprint

_compiling = threading.RLock()  # Numba compiles for one thread at a time
_loaded: dict[str, int] = {}  # addresses, by the names under which kernels are kept
FEW = 4  # kernels for which another process would not pay
SLOW = ("product", "loss", "pick", "fetch", "record", "judge", "transpose", "update")  # the slowest first


def address(kernel: str, dtype: str) -> int:
    """Where the machine code of a kernel lies, such as "apply:tanh" for float32; compiles it if need be."""
    name = _file_of(kernel, dtype)
    if name not in _loaded:
        with _compiling:
            if name not in _loaded:
                _loaded[name] = _made(kernel, dtype, name)
    return _loaded[name]


def _file_of(kernel: str, dtype: str) -> str:
    """The name under which a kernel is kept."""
    family, _, key = kernel.partition(":")
    return "_".join(part for part in (family, key, _version(family, key), dtype) if part)


def addresses(
    kernels: Iterable[str], dtype: str, progress: Callable[[float], None] = lambda share: None
) -> dict[str, int]:
    """The addresses of kernels by name; `progress(0..1)` as it goes.

    Where many have to be compiled, as at the first start, another process begins with the last of them.
    """
    names = _from_both_ends(dict.fromkeys(kernels))
    found: dict[str, int] = {}
    missing = [name for name in names if not _is_there(_file_of(name, dtype))]
    with _second_compiler(missing, dtype), _uncollected(missing):
        for done, name in enumerate(names):
            progress(done / len(names))
            found[name] = address(name, dtype)
    return found


def _is_there(name: str) -> bool:
    return name in _loaded or kernel_cache.holds(name)


def _from_both_ends(names: Iterable[str]) -> list[str]:
    """What takes long to compile at both ends, so that two compilers meet at something quick."""
    slow: dict[str, list[str]] = {family: [] for family in (*SLOW, "")}
    for name in names:
        slow.get(name.partition(":")[0], slow[""]).append(name)
    quick = slow.pop("")
    ends = [name for each in slow.values() for name in each]
    return ends[::2] + quick + ends[1::2][::-1]


@contextmanager
def _uncollected(missing: Sequence[str]) -> Iterator[None]:
    """Without Python's search for cyclic garbage, which costs a tenth of the time to compile."""
    if len(missing) <= FEW or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _second_compiler(missing: Sequence[str], dtype: str) -> Iterator[None]:
    """A process that compiles for the folder of kept kernels from the other end, until it is too late."""
    frozen = getattr(sys, "frozen", False)  # then the executable is the program itself
    if len(missing) <= FEW or kernel_cache.FOLDER is None or frozen or (os.cpu_count() or 1) < 2:
        yield
        return
    command = [sys.executable, "-c", _COMPILE, os.pathsep.join(sys.path), dtype, *reversed(missing)]
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        yield
        return
    try:
        yield
    finally:
        process.kill()
        process.wait()


_COMPILE = """
import gc, os, sys
gc.disable()
sys.path[:] = sys.argv[1].split(os.pathsep)
from playground.engine.compiled import address
for name in sys.argv[3:]:
    address(name, sys.argv[2])
"""


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


def _made(kernel: str, dtype: str, name: str) -> int:
    kept = kernel_cache.load(name)
    if kept is not None:
        return kept
    from playground.engine.binding import compiled

    family, _, key = kernel.partition(":")
    return compiled(family, key, dtype, name)


def machine_function(name: str, operands: int, held: bool = False) -> Any:
    """A function of `interpreter` that takes so many whole numbers and needs no lock of Python's.

    It gives the lock away while it runs, unless it is `held`: to get it back from a window that paints may
    take longer than the work.
    """
    make = ctypes.PYFUNCTYPE if held else ctypes.CFUNCTYPE
    kind = make(ctypes.c_int64, *[ctypes.c_int64] * operands)
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
