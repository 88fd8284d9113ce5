"""Where compiled kernels are kept: a folder of the user's own, never shared, one file of machine code each.

Its name holds a fingerprint of the sources that kernels are made of and of the processor. Kernels are
loaded by LLVM alone: Numba takes longer to import than all of them. What is loaded will run, so nobody else
may write there: a folder with other rights, or none that can be written, means that nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import llvmlite
import llvmlite.binding as llvm
import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent
_ENGINE = ("binding", "elementary", "interpreter", "lbfgs", "lift", "twin.evaluation")
_KERNELS = ("activations", "chance", "data", "evaluation", "learning", "norms", "products", "words")
_INTRINSICS = ("building", "moments", "processor", "scalars", "tiles", "tuples", "vectors")
_CATALOG = ("activations", "losses", "optimizers", "schedules")
SOURCES = (
    *(f"engine.{name}" for name in _ENGINE),
    *(f"engine.kernels.{name}" for name in _KERNELS),
    *(f"engine.intrinsics.{name}" for name in _INTRINSICS),
    *(f"catalog.{name}" for name in _CATALOG),
)
_UNUSED_DAYS = 30


def processor_features() -> str:
    """What the processor can do, or what Numba was told that it can, as one line of text."""
    told = os.environ.get("NUMBA_CPU_FEATURES")
    if told is not None:
        return " ".join(part[1:] for part in told.split(",") if part.startswith("+"))
    return " ".join(name for name, there in llvm.get_host_cpu_features().items() if there)


def _numba_version() -> str:
    try:
        return metadata.version("numba")
    except metadata.PackageNotFoundError:  # a frozen program brings no other Numba than its own
        return ""


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        source = _PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
        digest.update(name.encode() + source.read_bytes())
    processor = os.environ.get("NUMBA_CPU_NAME", llvm.get_host_cpu_name())
    for part in (_numba_version(), llvmlite.__version__, processor, processor_features()):
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]


def watched(module: str) -> str:
    """The module, if a change of it makes new kernels. RuntimeError if not: it must join SOURCES."""
    package, _, name = module.partition(".")
    if package == "playground" and name not in SOURCES:
        raise RuntimeError(f"{module} is compiled, so it must stand in SOURCES of kernel_cache.")
    return module


def _usable(folder: Path) -> bool:
    """True if the folder is there, ours alone, and can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.name == "posix":
            status = folder.stat()
            if status.st_uid != os.getuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
                return False
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"kernel")
        probe.unlink()
    except OSError:
        return False
    return True


def _drop_old(root: Path, kept: Path) -> None:
    """Delete what earlier versions left and nobody has used for a month."""
    try:
        for folder in root.iterdir():
            old = time.time() - folder.stat().st_mtime > _UNUSED_DAYS * 86_400
            if folder != kept and old and folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


def prepare() -> Path | None:
    """Make the folder; None if nothing can be kept."""
    try:
        root = Path(platformdirs.user_cache_path("network-playground", appauthor=False)) / "kernels"
    except (OSError, RuntimeError):
        return None
    folder = root / _fingerprint()
    if not _usable(folder):
        return None
    _drop_old(root, folder)
    return folder


def fingerprint(*functions: Callable[..., Any] | None) -> str:
    """Eight letters that change when the code of a function changes."""
    digest = hashlib.sha256()
    for function in functions:
        if function is not None:
            digest.update(function.__code__.co_code)
            digest.update(repr(function.__code__.co_consts).encode())
            digest.update(repr(function.__code__.co_names).encode())
    return digest.hexdigest()[:8]


_DIGEST = 32  # bytes: a file holds the digest of the rest, the kernel's symbol, a line's end, machine code
_PARTS_OF_PYTHON = (b"numba_", b"NRT_", b"PyErr_")  # code that calls these runs beside Numba only


@cache
def _loader() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)


def holds(name: str) -> bool:
    """True if a kernel of this name is kept, damaged or not."""
    return FOLDER is not None and (FOLDER / name).exists()


def load(name: str) -> int | None:
    """The address of a kept kernel; None if there is none, or it is damaged."""
    if FOLDER is None:
        return None
    try:
        stored = (FOLDER / name).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(stored[_DIGEST:]).digest() != stored[:_DIGEST]:
        return None
    symbol, _, code = stored[_DIGEST:].partition(b"\n")
    loader = _loader()
    loader.add_object_file(llvm.ObjectFileRef.from_data(code))
    loader.finalize_object()
    return int(loader.get_function_address(symbol.decode())) or None


def keep(name: str, symbol: str, code: bytes) -> None:
    """Keep a kernel's machine code, if the disk lets us."""
    if FOLDER is None or any(part in code for part in _PARTS_OF_PYTHON):
        return
    stored = symbol.encode() + b"\n" + code
    try:
        handle, made = tempfile.mkstemp(dir=FOLDER)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(stored).digest() + stored)
        os.replace(made, FOLDER / name)  # at once, for another process may read it now
    except OSError:
        return


os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")  # the library's functions differ between machines
os.environ.setdefault("NUMBA_DISABLE_ERROR_MESSAGE_HIGHLIGHTING", "1")  # it colours what nobody reads
FOLDER = prepare()
