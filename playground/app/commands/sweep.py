"""`playground sweep`: the same experiment with many seeds and settings, on all cores, and what is luck."""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
import time
from typing import TYPE_CHECKING, Any

from playground.app.commands import (
    FAILED,
    FILE_HELP,
    FINE,
    INTERRUPTED,
    USAGE,
    Failure,
    no_such,
    open_experiment,
    whole_number,
    write_json,
)
from playground.app.commands.results import Folder
from playground.app.commands.train import asked_to_stop, changed, folder

if TYPE_CHECKING:
    from playground.session.repeat import Outcome, Side
    from playground.sweep import Sweep

MOST_RUNS = 10_000
_POLL = 0.2  # seconds between two looks
_MOST = 10**15


def add(commands: Any) -> None:
    """Add `sweep`."""
    parser = commands.add_parser(
        "sweep",
        help="train with many seeds and settings, and see what is luck",
        description="Train an experiment with several seeds, and every combination of the settings given. "
        "Each combination is compared with the first, seed by seed: better, equal or worse, with the 95% "
        "interval of the mean difference (Student's t, paired over seeds).",
        epilog="Example: playground sweep spiral --seeds 10 --set training.optimizer=sgd,adam "
        "--set training.batch_size=8,32 --out results",
    )
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    parser.add_argument("--seeds", metavar="N", type=whole_number(1, 1_000), default=5, help="5 unless said")
    parser.add_argument("--seed", metavar="N", type=whole_number(0, 2**53), help="the first seed")
    parser.add_argument(
        "--set",
        metavar="PATH=V1,V2,…",
        action="append",
        default=[],
        dest="changes",
        help="values of a setting to try; given many times, every combination is trained",
    )
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--steps", metavar="N", type=whole_number(0, _MOST), help="stop after N steps")
    length.add_argument(
        "--epochs", metavar="N", type=whole_number(0, _MOST), help="stop after N epochs, 100 unless said"
    )
    parser.add_argument("--workers", metavar="N", type=whole_number(1, 1_024), help="all cores unless said")
    parser.add_argument("--metric", metavar="NAME", help="what is compared, such as validation_loss")
    parser.add_argument(
        "--out", metavar="DIR", type=folder, help="write runs.csv, summary.csv and sweep.json to this folder"
    )
    parser.add_argument("--json", action="store_true", help="the summary as JSON")
    parser.set_defaults(run=run_sweep)


def run_sweep(options: argparse.Namespace) -> int:
    """Train everything; exit status 1 if no run came to its end."""
    from playground.experiment.shapes import task
    from playground.session.repeat import Repeated, outcomes_of
    from playground.session.repeat_table import run_rows
    from playground.session.spreadsheet import as_csv
    from playground.sweep import Job, Sweep
    from playground.sweep.scores import metric_names

    sides, settings = _sides(options)
    if options.metric is not None:
        known = metric_names(task(sides[0].experiment.data))
        if options.metric not in known:
            raise no_such("metric", options.metric, known)
    first = sides[0].experiment.seed
    seeds = tuple(first + number for number in range(options.seeds))
    if len(sides) * len(seeds) > MOST_RUNS:
        raise Failure(f"{len(sides) * len(seeds):,} runs are too many: at most {MOST_RUNS:,}.", USAGE)
    if seeds[-1] > 2**53:
        raise Failure(f"The seeds from {first} on go beyond the largest seed, {2**53}.", USAGE)
    results = Folder(options.out) if options.out else None
    jobs = [
        Job(side.label, side.experiment, seed, options.epochs, options.steps)
        for seed in seeds
        for side in sides
    ]
    sweep = Sweep(jobs, options.workers).start()
    interrupted = _wait(sweep)
    state = sweep.state()
    repeated = Repeated(
        seeds, outcomes_of(state.results, tuple(sides)), state.done, state.progress, state.message
    )
    if not repeated.count:
        failures = [reason for outcome in repeated.outcomes for reason in outcome.failures]
        print(state.message, file=sys.stderr)
        if interrupted:
            return INTERRUPTED
        raise Failure(failures[0] if failures else state.message, FAILED)
    metric = _metric(options.metric, repeated.metrics)
    rows = [
        {"setting": outcome.side.label} | chosen | _row(outcome, repeated.outcomes[0], metric)
        for outcome, chosen in zip(repeated.outcomes, settings, strict=True)
    ]
    summary = {"name": sides[0].experiment.name, "metric": metric, "seeds": list(seeds), "settings": rows}
    if results is not None:
        results.write_text("runs.csv", as_csv(run_rows(repeated, settings)))
        results.write_text("summary.csv", as_csv(rows))
        results.write_text("sweep.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    if options.json:
        write_json(summary)
    else:
        _print(summary, state.message)
    return INTERRUPTED if interrupted else FINE


# What is trained ----------------------------------------------------------------------------------


def _sides(options: argparse.Namespace) -> tuple[list[Side], list[dict[str, str]]]:
    """One side for each combination of settings, and its settings; Failure names all that do not fit."""
    from playground.session.repeat import Side

    experiment = open_experiment(options.file)
    axes = []
    for change in options.changes:
        path, equals, values = change.partition("=")
        if not equals:
            changed(experiment, [change])  # says how it is written
        axes.append([(path.strip(), value) for value in pieces(values)])
    sides, settings = [], []
    for combination in itertools.islice(itertools.product(*axes), MOST_RUNS + 1):
        made = changed(experiment, [f"{path}={value}" for path, value in combination], options.seed)
        told = [
            f"{path}={value}" for (path, value), axis in zip(combination, axes, strict=True) if len(axis) > 1
        ]
        sides.append(Side(", ".join(told) or experiment.name, made))
        settings.append(dict(combination))
    return sides, settings


def pieces(text: str) -> list[str]:
    """The values between commas; commas inside quotes, brackets and braces belong to a value."""
    found, depth, quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        if letter == '"' and text[place - 1 : place] != "\\":
            quoted = not quoted
        elif not quoted:
            depth += (letter in "[{") - (letter in "]}")
        if letter == "," and depth == 0 and not quoted:
            found.append(text[start:place])
            start = place + 1
    return [piece.strip() for piece in (*found, text[start:])]


def _metric(wanted: str | None, known: tuple[str, ...]) -> str:
    """The metric to compare: accuracy or RMSE of the validation samples unless said."""
    if wanted is None:
        usual = ("validation_accuracy", "validation_rmse", "train_accuracy", "train_rmse")
        return next(name for name in (*usual, *known) if name in known)
    if wanted not in known:
        raise Failure(f"No run has {wanted}: there are no samples that it could be measured on.")
    return wanted


def _wait(sweep: Sweep) -> bool:
    """Show how far it is until all is over; True if Ctrl-C ended it."""
    from tqdm import tqdm

    tqdm.monitor_interval = 0
    lively = sys.stderr.isatty()
    layout = "{l_bar}{bar}| {elapsed}, {remaining} left"
    with (
        asked_to_stop() as asked,
        tqdm(total=1.0, file=sys.stderr, mininterval=0.1 if lively else 30.0, bar_format=layout) as bar,
    ):
        over = False
        while not over:
            over = sweep.wait(_POLL)
            bar.update(sweep.state().progress - bar.n)
            if asked():
                sweep.cancel()
                while not sweep.wait(_POLL):
                    time.sleep(0)
                return True
    return False


# What came out ------------------------------------------------------------------------------------


def _row(outcome: Outcome, first: Outcome, metric: str) -> dict[str, Any]:
    """The summary of one combination; None for what does not exist."""
    from playground.session.repeat import judged

    found = outcome.spread(metric)
    row: dict[str, Any] = {"finished": len(outcome.finished), "failed": len(outcome.failures)}
    names = ("median", "low", "high", "least", "most", "mean", "deviation")
    row |= {name: getattr(found, name, None) for name in names}
    if outcome is first:
        blank = dict.fromkeys(("difference", "difference_low", "difference_high", "verdict"))
        return row | blank | {"failure": next(iter(outcome.failures), None)}
    verdict = judged(outcome, first, metric)
    return row | {
        "difference": _finite(verdict.difference),
        "difference_low": _finite(verdict.low),
        "difference_high": _finite(verdict.high),
        "verdict": verdict.word,
        "failure": next(iter(outcome.failures), None),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _print(summary: dict[str, Any], message: str) -> None:
    """The summary for a person."""
    from playground.sweep.wording import metric_in_words

    rows = summary["settings"]
    width = max(7, *(len(row["setting"]) for row in rows))
    print(summary["name"])
    print(f"  {message.removesuffix('.')}; {metric_in_words(summary['metric']).lower()} at the end")
    alone = len(rows) == 1
    head = f"  {'setting':<{width}}  {'median':>10}  {'middle half':>23}  {'failed':>6}"
    print(head + ("" if alone else f"  {'difference, 95% interval':>34}  verdict"))
    for row in rows:
        middle = f"{_shown(row['low'])} to {_shown(row['high'])}"
        line = f"  {row['setting']:<{width}}  {_shown(row['median']):>10}  {middle:>23}  {row['failed']:>6}"
        if row["verdict"] is not None:
            interval = f"{_shown(row['difference_low'])} to {_shown(row['difference_high'])}"
            line += f"  {_shown(row['difference']):>10} {interval:>23}  {row['verdict']}"
        print(line)
    for row in rows:
        if row["failure"]:
            print(f"  {row['setting']}: {row['failure']}")
    if len(rows) > 2:
        print(f"  Of {len(rows) - 1} comparisons about one in twenty looks better or worse by luck alone.")


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}".replace("-", "−")
