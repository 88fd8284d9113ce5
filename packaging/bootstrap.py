#!/usr/bin/env python3
"""One command from a fresh clone to the running program, or to its passed tests.

    python3 packaging/bootstrap.py run  [FILE …]             install what is missing, open the window
    python3 packaging/bootstrap.py test [--long] [-- ARGS]   install what is missing, run every check

ARGS go to pytest. Standard library only. What is installed is remembered, so that the second time
costs nothing.
"""

from __future__ import annotations

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
CONSTRAINTS = Path("packaging") / "constraints.txt"  # relative: pip splits this setting at spaces
OLDEST, NEWEST = (3, 11), (3, 13)
PIP_SETTINGS = {
    "PIP_CONSTRAINT": CONSTRAINTS.as_posix(),
    "PIP_BUILD_CONSTRAINT": CONSTRAINTS.as_posix(),
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
}


class Stop(Exception):
    """Nothing more can be done; the text says why and what to do, `status` is the exit status."""

    def __init__(self, words: str, status: int = 1) -> None:
        super().__init__(words)
        self.status = status


def say(words: str) -> None:
    """Tell what is going on."""
    print(f"• {words}", flush=True)


def python(environment: Path = VENV) -> Path:
    """The interpreter of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def call(*command: object, quiet: bool = False, env: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder; its exit status. `quiet` drops all it prints."""
    sink = subprocess.DEVNULL if quiet else None
    whole = {**os.environ, **(env or {})}
    return subprocess.call([str(c) for c in command], cwd=ROOT, stdout=sink, stderr=sink, env=whole)


# The system -----------------------------------------------------------------------------------------


def check_python() -> None:
    """Refuse a Python that the libraries do not support, before anything is installed."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        raise Stop(f"Python {wanted} is needed; this is {sys.version.split()[0]}. Use another one.", 2)


def prepare_system(window: bool) -> None:
    """Make sure that Qt finds its libraries. Only Linux leaves them to the system."""
    if sys.platform.startswith("linux"):
        sys.path.insert(0, str(ROOT))
        from playground.app import preflight  # plain Python, so that its list is the only one

        wanted = preflight.LIBRARIES | (preflight.X11_LIBRARIES if window else {})
        install_packages(preflight.missing_packages(wanted), "The window")


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
    say(f"Installing system packages (usually less than a minute): {', '.join(packages)}")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    call("apt-get", "update", quiet=True, env=env)
    command = line.replace("install -y", "install -y --no-install-recommends")
    if call(*command.split(), quiet=True, env=env):
        raise Stop(f"The system packages could not be installed. This shows why: {line}", 2)


# The environment ------------------------------------------------------------------------------------


def fingerprint(extra: str) -> str:
    """Changes whenever what has to be installed changes."""
    digest = hashlib.sha256(f"{sys.version}{extra}{ROOT}".encode())
    for file in (ROOT / "pyproject.toml", ROOT / CONSTRAINTS):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def make_environment(folder: Path) -> None:
    """Create an environment; on Debian the venv module may be a package of its own."""
    command = (sys.executable, "-m", "venv", "--clear", folder)
    if call(*command, quiet=True) == 0:
        return
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform.startswith("linux") and call(sys.executable, "-c", "import ensurepip", quiet=True):
        name = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        install_packages([name], "The environment")
        if call(*command, quiet=True) == 0:
            return
    raise Stop(
        f"Python could not make an environment in {folder}. "
        "Check that the folder can be written, that the disk is not full, and that Python has venv."
    )


def prepare_environment(extra: str = "") -> None:
    """Install the project into .venv, unless exactly this is there already.

    `extra` names an optional group of pyproject.toml; what has it serves those who do not need it.
    """
    groups = ("", "dev", "long")  # each holds those before it
    stamps = {name: VENV / f".installed-{name or 'program'}" for name in groups[groups.index(extra) :]}
    for name, stamp in stamps.items():
        if python().exists() and stamp.is_file() and stamp.read_text() == fingerprint(name):
            return
    if not python().exists() or call(python(), "-m", "pip", "--version", quiet=True):
        say("Making .venv")
        make_environment(VENV)
    size = "350 MB to load, 1 GB" if extra else "250 MB to load, 700 MB"
    say(f"Installing the libraries (about {size} on disk; usually one to three minutes)")
    pip_install(python(), "--editable", f"{ROOT}[{extra}]" if extra else str(ROOT))
    stamps[extra].write_text(fingerprint(extra))


def pip_install(interpreter: Path, *what: str) -> None:
    """Install, with pip's many lines as one that changes; Stop in plain words if it fails."""
    command = [str(interpreter), "-m", "pip", "install", "--progress-bar", "off", *what]
    lines = []
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **PIP_SETTINGS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            lines.append(line.strip())
            if sys.stdout.isatty() and lines[-1].startswith(("Collecting", "Downloading", "Installing")):
                print(f"\r\033[K  {lines[-1][:76]}", end="", flush=True)
    if sys.stdout.isatty():
        print("\r\033[K", end="", flush=True)
    if pip.returncode:
        raise Stop(f"The libraries could not be installed. {why_pip_failed(lines)} Then start again.")


def why_pip_failed(lines: list[str]) -> str:
    """The reason in pip's many lines, and what to do."""
    text = "\n".join(lines)
    if "No space left" in text:
        return "The disk is full: make room (700 MB are needed)."
    if any(sign in text for sign in ("Retrying", "NewConnectionError", "Temporary failure", "timed out")):
        return "The package index did not answer: check the network."
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    reason = errors[-1] if errors else next((line for line in reversed(lines) if line), "nothing")
    return f'pip says "{reason.rstrip(".")}". Put that right.'


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
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    own, rest = arguments[:cut], arguments[cut + 1 :]
    unknown = [argument for argument in own if argument != "--long"]
    if unknown:
        words = f"test does not know {unknown[0]}. It takes --long, and pytest's own arguments after --."
        raise Stop(words, 2)
    prepare_system(window="--long" in own)
    if "--long" in own and sys.platform.startswith("linux"):
        wanted = {"Xvfb": "xvfb", "xdotool": "xdotool"}
        install_packages([name for tool, name in wanted.items() if shutil.which(tool) is None], "The tests")
    prepare_environment("long" if "--long" in own else "dev")
    chosen = ["-o", "faulthandler_timeout=3600"] if "--long" in own else ["-m", "not long"]
    steps: dict[str, list[object]] = {
        "Linting": ["ruff", "check", "."],
        "Checking the format": ["ruff", "format", "--check", "."],
        "Checking types": ["mypy"],
        "Testing": ["pytest", "-q", *chosen, *rest],
    }
    failed = [words for words, module in steps.items() if timed(words, python(), "-m", *module)]
    if not rest and try_wheel():
        failed.append("Trying the wheel")
    if failed:
        raise Stop(f"Failed: {', '.join(failed).lower()}.")
    say("All checks passed.")
    return 0


def timed(words: str, *command: object) -> int:
    """Run one step, saying what it is and how long it took; its exit status."""
    say(words)
    start = time.monotonic()
    status = call(*command)
    say(f"{words} took {time.monotonic() - start:.0f} s")
    return status


def try_wheel() -> int:
    """Build the wheel and use it as a user would, in an environment that holds nothing else."""
    with tempfile.TemporaryDirectory(prefix="playground wheel ") as folder:
        build = (python(), "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
        if timed("Building the wheel", *build):
            return 1
        say("Installing the wheel into a clean environment (usually half a minute)")
        clean = Path(folder) / "clean"
        make_environment(clean)
        pip_install(python(clean), str(next(Path(folder).glob("*.whl"))))
        return timed("Trying the wheel", python(clean), ROOT / "packaging" / "smoke.py", folder)


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
    except OSError as error:
        print(f"\n{error.filename or 'The system'}: {error.strerror or error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
