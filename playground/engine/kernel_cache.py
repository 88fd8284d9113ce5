"""Where compiled kernels are kept, set before Numba is imported: a folder of the user's own, never shared.

Its name holds a fingerprint of the sources that kernels are made of, because Numba itself does not notice
when a constant or a called function changes. Numba reads its cache with pickle, so nobody else may
write there: a folder with other rights, or none that can be written, means that nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
import time
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent.parent
_ENGINE = ("compiled", "elementary", "kernels", "lbfgs", "lift", "loop", "sharing", "twin", "vectors")
_CATALOG = ("activations", "losses", "optimizers", "schedules")
SOURCES = (*(f"engine.{name}" for name in _ENGINE), *(f"catalog.{name}" for name in _CATALOG))
_UNUSED_DAYS = 30


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for name in SOURCES:
        source = _PACKAGE.joinpath(*name.split(".")).with_suffix(".py")
        digest.update(name.encode() + source.read_bytes())
    for option in ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES"):
        digest.update(os.environ.get(option, "").encode())
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
    """Point Numba at the folder; None if nothing can be kept."""
    try:
        root = Path(platformdirs.user_cache_path("network-playground", appauthor=False)) / "kernels"
    except (OSError, RuntimeError):
        return None
    folder = root / _fingerprint()
    if not _usable(folder):
        return None
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:
        from numba.core import config

        config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    _drop_old(root, folder)
    return folder


def clear() -> None:
    """Delete every kept kernel: one of them was damaged."""
    if FOLDER is not None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)


os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")  # the library's functions differ between machines
FOLDER = prepare()
