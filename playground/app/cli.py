"""The command line: `playground [FILE]` opens the window, every other command works without one.

No module that is imported here imports Qt, Numba or pandas, so that `check` and `list` answer at once.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import playground
from playground.app.commands import (
    FILE_HELP,
    INTERRUPTED,
    USAGE,
    Failure,
    describe,
    export,
    replay,
    report,
    sweep,
    table,
    train,
    window,
)

_DESCRIPTION = "Draw a neural network, press play and watch every part of it learn."
_EPILOG = f"""FILE is {FILE_HELP}.
Exit status: 0 fine, 1 a problem with the file or the training, 2 wrong usage or no display,
130 interrupted. `playground COMMAND --help` says more about a command."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without repeating the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise Failure(f"{message}. See `{self.prog} --help`.", USAGE)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="playground",
        usage="playground [FILE]\n       playground COMMAND …",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"playground {playground.__version__}")
    commands = parser.add_subparsers(
        prog="playground", title="commands", metavar="COMMAND", dest="command", required=True
    )
    for group in (train, sweep, replay, export, report, describe, table, window):
        group.add(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status. Whatever happens, the user reads a sentence, not a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    try:
        status = _run(given)
        sys.stdout.flush()
        return status
    except Failure as failure:
        _say(str(failure))
        return failure.status
    except BrokenPipeError:  # as in `playground list | head`
        _drop_output()
        return 0
    except KeyboardInterrupt:
        _say("Interrupted.")
        return INTERRUPTED
    except MemoryError:
        _say("There is not enough memory for this. Take fewer samples or a smaller network.")
        return 1
    except OSError as error:
        _drop_output()
        _say(error.strerror.capitalize() + "." if error.strerror else str(error))
        return 1
    except Exception as error:
        if os.environ.get("PLAYGROUND_DEBUG"):
            raise
        _say(_unexpected(error))
        return 1


def _run(given: list[str]) -> int:
    parser = _parser()
    if not given or not (given[0].startswith("-") or given[0] in _names(parser)):
        return window.open_window(given, _names(parser))
    options = parser.parse_args(given)
    return int(options.run(options))


def _names(parser: argparse.ArgumentParser) -> tuple[str, ...]:
    groups = (action.choices for action in parser._actions if action.dest == "command")
    return tuple(name for choices in groups for name in choices or ())


def _drop_output() -> None:
    """Throw away what stdout cannot take, so that Python does not complain about it at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say(message: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(f"playground: {message}", file=sys.stderr, flush=True)


def _unexpected(error: Exception) -> str:
    """One sentence about a mistake of ours, whose traceback goes to the log."""
    import traceback

    from playground.app.log import log_path

    log = log_path()
    what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    try:
        log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return f"Something went wrong ({what}). PLAYGROUND_DEBUG=1 shows where."
    return f"Something went wrong ({what}). {log} says where."


def _speak_utf8() -> None:
    """Write UTF-8 whatever the locale; what cannot be written appears as an escape."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
        reconfigure = getattr(getattr(sys, name), "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


if __name__ == "__main__":
    sys.exit(main())
