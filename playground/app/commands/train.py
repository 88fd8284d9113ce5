"""`playground train`: train an experiment without a window and write down how it went."""

from __future__ import annotations

import argparse
import math
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.app.commands import (
    FILE_HELP,
    FINE,
    INTERRUPTED,
    USAGE,
    Failure,
    must_train,
    open_experiment,
    whole_number,
    write_json,
)
from playground.app.commands.results import Folder, print_summary, summarize
from playground.experiment.words import counted

if TYPE_CHECKING:
    from playground.engine.run import Run
    from playground.experiment.model import Experiment

_MOST = 10**15
_SLICE = 50.0  # milliseconds between two looks at the clock and at Ctrl-C


def add(commands: Any) -> None:
    """Add `train`."""
    parser = commands.add_parser(
        "train",
        help="train without a window",
        description="Train an experiment without a window. Progress goes to stderr, the summary to stdout.",
        epilog="Example: playground train spiral --epochs 200 --set training.optimizer.learning_rate=0.03 "
        "--set network.dense_1.units=8 --out results",
    )
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", metavar="N", type=whole_number(0, _MOST), help="stop after N steps")
    length.add_argument(
        "--epochs",
        metavar="N",
        type=whole_number(0, _MOST),
        help="stop after N epochs, 100 unless said",
    )
    parser.add_argument(
        "--seed", metavar="N", type=whole_number(0, 2**53), help="the seed, instead of the file's"
    )
    parser.add_argument(
        "--dtype", choices=("float32", "float64"), default="float32", help="float32 unless said"
    )
    parser.add_argument("--threads", metavar="N", type=whole_number(1, 64), default=1, help="1 unless said")
    parser.add_argument(
        "--set",
        metavar="PATH=VALUE",
        action="append",
        default=[],
        dest="changes",
        help="change a value of the experiment; may be given many times",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=folder,
        help="write history.csv, initial.npz and final.npz to this folder",
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.set_defaults(run=run_train)


def folder(text: str) -> Path:
    """An argument type: a folder with a name."""
    if not text:  # an empty variable in a script must not fill the folder at hand
        raise argparse.ArgumentTypeError("the folder has no name")
    return Path(text)


def run_train(options: argparse.Namespace) -> int:
    """Train as the options say; exit status 1 if the loss stops being a number."""
    experiment = changed(open_experiment(options.file), options.changes, options.seed)
    must_train(options.file, experiment)
    results = Folder(options.out) if options.out else None
    if (
        sys.stderr.isatty()
    ):  # the first time, kernels compile for a few seconds; the bar takes this line's place
        print("Preparing the engine…", end="\r", file=sys.stderr, flush=True)
    from playground.engine.run import Run

    run = Run(experiment, dtype=options.dtype, threads=options.threads)
    if results:
        results.write_parameters("initial.npz", run.parameters | run.buffers)
    started = time.perf_counter()
    stopped = train(run, options.steps, options.epochs)
    seconds = time.perf_counter() - started
    if results:
        results.write_history(run)
        results.write_parameters("final.npz", run.parameters | run.buffers)
    how = {
        "dtype": options.dtype,
        "threads": options.threads,
        "out": str(options.out) if options.out else None,
    }
    summary = summarize(run, seconds, stopped.words) | how
    if options.json:
        write_json(summary)
    else:
        print_summary(summary)
    if stopped.failed:
        raise Failure(stopped.words)
    return INTERRUPTED if stopped.interrupted else FINE


def changed(experiment: Experiment, changes: list[str], seed: int | None = None) -> Experiment:
    """The experiment with every `--set PATH=VALUE` applied in turn; Failure names all that do not fit."""
    from playground.experiment.edits import EditError, set_value

    wrong: list[str] = []
    for change in changes + ([f"seed={seed}"] if seed is not None else []):
        path, equals, text = change.partition("=")
        if not equals or not path:
            wrong.append(f'--set {change}: write it as PATH=VALUE, as in "--set training.batch_size=16"')
            continue
        try:
            experiment = set_value(experiment, path.strip(), value_of(text.strip()))
        except (EditError, ValueError) as error:
            wrong.append(f"--set {change}: {error}")
    if wrong:
        raise Failure("\n  ".join(wrong), USAGE)
    return experiment


def value_of(text: str) -> Any:
    """A value as the experiment file spells it; what is no JSON, such as sgd, is a text."""
    from playground.experiment.strict_json import NotJson, parse

    try:
        return parse(text)
    except NotJson:
        if text[:1] in ("{", "[", '"'):
            raise
        return text


@dataclass(frozen=True)
class Stopped:
    """Why training ended."""

    words: str = ""
    failed: bool = False
    interrupted: bool = False


def train(run: Run, most_steps: int | None, most_epochs: int | None) -> Stopped:
    """Train as far as told, or until early stopping, the target loss, Ctrl-C or a loss that is no number."""
    from playground.sweep.jobs import goal, not_finite

    last = goal(run, most_steps, most_epochs)
    target = run.experiment.training.stop.target_loss
    with asked_to_stop() as asked, _progress(last) as show:
        while run.steps < last:
            steps = last - run.steps
            if target is not None:  # look after every epoch, so that the same file stops at the same step
                steps = min(steps, run.steps_per_epoch - run.epoch_position)
            advance = run.advance(milliseconds=_SLICE, most_steps=steps)
            loss = float(run.history[-1].train_loss) if len(run.history) else math.nan
            show(run.steps, loss)
            if advance.stopped == "not_finite":
                return Stopped(not_finite(run), failed=True)
            if advance.stopped == "early":
                epochs = counted(round(run.epochs), "epoch")
                return Stopped(f"Stopped early after {epochs}, at step {run.steps:,}.")
            if asked():
                return Stopped(f"Interrupted at step {run.steps:,}.", interrupted=True)
            if target is not None and loss <= target:
                return Stopped(f"The training loss reached {loss:.4g}; the target is {target:g}.")
    return Stopped()


@contextmanager
def asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Ctrl-C and the system's polite end only raise a hand; a second one ends the program at once."""
    hands: list[int] = []

    def raise_hand(number: int, frame: object) -> None:
        hands.append(number)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, raise_hand) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(hands)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _progress(goal: int) -> Iterator[Callable[[int, float], None]]:
    """A progress bar on stderr: lively in a terminal, a line now and then in a log."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    lively = sys.stderr.isatty()
    with tqdm(
        total=goal, unit=" steps", file=sys.stderr, mininterval=0.1 if lively else 30.0, dynamic_ncols=lively
    ) as bar:

        def show(steps: int, loss: float) -> None:
            if math.isfinite(loss):
                bar.set_postfix_str(f"loss {loss:.4g}", refresh=False)
            bar.update(steps - bar.n)

        yield show
