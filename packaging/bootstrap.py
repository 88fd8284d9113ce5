#!/usr/bin/env python3
"""One command from a fresh clone to the running program, or to its passed tests.

    python3 packaging/bootstrap.py run  [FILE …]             install what is missing, open the window
    python3 packaging/bootstrap.py test [--long] [-- ARGS]   install what is missing, run every check

Standard library only. What is installed is remembered, so that the second time costs nothing.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
OLDEST, NEWEST = (3, 11), (3, 13)

# What Qt needs from a Debian-like system: library -> package.
OFFSCREEN = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
WINDOW = {
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}


class Stop(Exception):
    """Nothing more can be done; the text says why and what to do, `status` is the exit status."""

    def __init__(self, words: str, status: int = 1) -> None:
        super().__init__(words)
        self.status = status


def say(words: str) -> None:
    """Tell what is going on."""
    print(f"• {words}", flush=True)


def python() -> Path:
    """The interpreter of the project's own environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def call(*command: object, quiet: bool = False, env: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder; its exit status."""
    sink = subprocess.DEVNULL if quiet else None
    whole = None if env is None else {**os.environ, **env}
    return subprocess.call([str(c) for c in command], cwd=ROOT, stdout=sink, env=whole)


# The system -----------------------------------------------------------------------------------------


def check_python() -> None:
    """Refuse a Python that the libraries do not support, before anything is installed."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        raise Stop(f"Python {wanted} is needed; this is {sys.version.split()[0]}. Use another one.", 2)


def missing_packages(wanted: dict[str, str]) -> list[str]:
    """The Debian packages whose libraries cannot be loaded."""
    missing = []
    for library, package in wanted.items():
        try:
            ctypes.CDLL(library)
        except OSError:
            missing.append(package)
    return missing


def install_packages(packages: list[str], why: str) -> None:
    """Install system packages where we may, or say the exact line where we may not."""
    if not packages:
        return
    line = f"apt-get install -y {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        names = ", ".join(packages)
        raise Stop(f"{why} needs these libraries, by their Debian names: {names}. Install them.", 2)
    if os.geteuid() != 0:
        raise Stop(f"{why} needs system libraries. Run this, then start again:\n\n    sudo {line}\n", 2)
    say(f"Installing system libraries: {', '.join(packages)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "update", "-qq", quiet=True, env=quiet)
    command = line.replace("install -y", "install -y -qq --no-install-recommends")
    if call(*command.split(), quiet=True, env=quiet):
        raise Stop(f"The system libraries could not be installed. Try it by hand: {line}", 2)


def prepare_system(window: bool) -> None:
    """Make sure that Qt finds its libraries. Only Linux leaves them to the system."""
    if sys.platform.startswith("linux"):
        install_packages(missing_packages(OFFSCREEN | (WINDOW if window else {})), "The window")


# The environment ------------------------------------------------------------------------------------


def fingerprint(extra: str) -> str:
    """Changes whenever what has to be installed changes."""
    digest = hashlib.sha256(f"{sys.version}{extra}{ROOT}".encode())
    for file in (ROOT / "pyproject.toml", CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """Create .venv; on Debian the venv module may be a package of its own."""
    say("Making .venv")
    if call(sys.executable, "-m", "venv", VENV, quiet=True) == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        raise Stop("Python's venv module does not work here. Install it, then start again.", 2)
    install_packages([name], "The environment")
    if call(sys.executable, "-m", "venv", VENV, quiet=True):
        raise Stop(f"The environment could not be made in {VENV}. Is the folder writable, is the disk full?")


def prepare_environment(extra: str = "") -> None:
    """Install the project into .venv, unless exactly this is there already.

    `extra` names an optional group of pyproject.toml; what has it serves those who do not need it.
    """
    stamps = {name: VENV / f".installed-{name or 'program'}" for name in ("", "dev")}
    enough = [stamps[""], stamps["dev"]] if not extra else [stamps["dev"]]
    for stamp, name in ((s, "dev" if s == stamps["dev"] else "") for s in enough):
        if stamp.is_file() and stamp.read_text() == fingerprint(name) and python().exists():
            return
    if not python().exists():
        make_environment()
    say("Installing the project and its libraries (about 300 MB; usually one to three minutes)")
    target = f"{ROOT}[{extra}]" if extra else str(ROOT)
    env = {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [python(), "-m", "pip", "install", "--quiet", "--editable", target]
    if call(*command, env=env):
        raise Stop(
            "The libraries could not be installed (pip says why above). "
            "Check the network and the free space on the disk, then start again."
        )
    stamps[extra].write_text(fingerprint(extra))


# The two commands -----------------------------------------------------------------------------------


def run(arguments: list[str]) -> int:
    """Open the window."""
    prepare_system(window=True)
    prepare_environment()
    command = [str(python()), "-m", "playground", *arguments]
    if os.name == "nt":
        return subprocess.call(command)
    os.execv(command[0], command)


def test(arguments: list[str]) -> int:
    """Lint, check types, run the tests, build the wheel and try it in a clean environment."""
    own, rest = (
        (arguments[: arguments.index("--")], arguments[arguments.index("--") + 1 :])
        if "--" in arguments
        else (arguments, [])
    )
    unknown = [argument for argument in own if argument != "--long"]
    if unknown:
        raise Stop(
            f"test does not know {unknown[0]}. It takes --long, and pytest's own arguments after --.", 2
        )
    prepare_system(window=False)
    prepare_environment("dev")
    marks = ["-m", "long or not long"] if "--long" in own else ["-m", "not long"]
    steps: list[tuple[str, list[object]]] = [
        ("Linting", [python(), "-m", "ruff", "check", "."]),
        ("Checking the format", [python(), "-m", "ruff", "format", "--check", "."]),
        ("Checking types", [python(), "-m", "mypy"]),
        ("Testing", [python(), "-m", "pytest", "-q", *marks, *rest]),
    ]
    failed = []
    for words, command in steps:
        say(words)
        start = time.monotonic()
        if call(*command):
            failed.append(words.lower())
        say(f"{words} took {time.monotonic() - start:.0f} s")
    if not rest and try_wheel():
        failed.append("trying the wheel")
    if failed:
        raise Stop(f"Failed: {', '.join(failed)}.")
    say("All checks passed.")
    return 0


def try_wheel() -> int:
    """Build the wheel and use it as a user would, in an environment that holds nothing else."""
    say("Building the wheel and trying it in a clean environment")
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        env = {"PIP_CONSTRAINT": str(CONSTRAINTS), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        if call(python(), "-m", "build", "--wheel", "--outdir", folder, ROOT, quiet=True, env=env):
            return 1
        wheel = next(Path(folder).glob("*.whl"))
        clean = Path(folder) / "clean"
        if call(sys.executable, "-m", "venv", clean, quiet=True):
            return 1
        interpreter = clean / python().relative_to(VENV)
        if call(interpreter, "-m", "pip", "install", "--quiet", wheel, env=env):
            return 1
        status = call(interpreter, ROOT / "packaging" / "smoke.py", folder)
    say(f"Trying the wheel took {time.monotonic() - start:.0f} s")
    return status


def main(arguments: list[str]) -> int:
    """Dispatch; every failure is a plain sentence."""
    commands = {"run": run, "test": test}
    if not arguments or arguments[0] not in commands:
        print(__doc__)
        return 0 if arguments in (["-h"], ["--help"]) else 2
    try:
        check_python()
        return commands[arguments[0]](arguments[1:])
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return stop.status
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
