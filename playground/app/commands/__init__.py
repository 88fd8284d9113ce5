"""The commands of the command line, one module a group; what they share is here."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playground.experiment.model import Experiment

FINE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130

FILE_HELP = "an experiment file, or the name of an example (see `playground presets`)"


class Failure(Exception):
    """A command that cannot go on: a sentence for the user and the exit status."""

    def __init__(self, message: str, status: int = FAILED) -> None:
        super().__init__(message)
        self.status = status


def open_experiment(name: str) -> Experiment:
    """The experiment in a file or preset; Failure says all that is wrong with it."""
    from playground.experiment.files import FileProblems, load

    try:
        return load(name)
    except FileProblems as error:
        raise Failure(listed(name, error.problems)) from None


def no_such(what: str, name: str, known: Iterable[str]) -> Failure:
    """A name that nobody knows, with the nearest known one."""
    from playground.experiment.words import unknown

    sentence = unknown(what, name, known)
    return Failure(sentence[0].upper() + sentence[1:] + ("" if sentence.endswith("?") else "."), USAGE)


def must_train(name: str, experiment: Experiment) -> None:
    """Failure with every reason why this experiment cannot train."""
    from playground.experiment.problems import problems

    found = problems(experiment)
    if found:
        raise Failure(listed(name, found))


def listed(name: str, problems: tuple[Any, ...]) -> str:
    """The problems of one file: a single one in its line, several below each other."""
    from playground.experiment.store import shown

    if len(problems) == 1:
        only = str(problems[0])
        return only if shown(name) in only else f"{shown(name)}: {only}"
    lines = "".join(f"\n  {problem}" for problem in problems)
    return f"{shown(name)} has {len(problems):,} problems:{lines}"


def write_json(value: Any) -> None:
    """Print a value as JSON, and nothing else, on stdout; what is not finite becomes null."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    print()


def whole_number(least: int, most: int) -> Any:
    """An argument type: a whole number in this range."""

    def parse(text: str) -> int:
        if not text.isascii() or not text.removeprefix("-").isdigit() or not least <= int(text[:30]) <= most:
            raise argparse.ArgumentTypeError(
                f'expected a whole number from {least:,} to {most:,}, found "{text[:40]}"'
            )
        return int(text)

    return parse
