"""`playground report`: one page about a trained network."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from playground.app.commands import FILE_HELP, FINE, USAGE, Failure
from playground.app.commands.export import add_weights, ready


def add(commands: Any) -> None:
    """Add `report`."""
    parser = commands.add_parser(
        "report",
        help="one page about a trained network, as HTML or PDF",
        description="Write one page: data, split, network, metrics with intervals, baselines, pictures, "
        "and the experiment itself. Metrics are those of the validation samples; the test set stays locked "
        "unless the file says that it was opened.",
        epilog="Example: playground report weather --epochs 200 -o weather.pdf",
    )
    parser.add_argument("file", metavar="FILE", help=FILE_HELP)
    parser.add_argument(
        "-o", "--out", metavar="OUT", required=True, type=Path, help="the file to write, .html or .pdf"
    )
    parser.add_argument(
        "--seeds",
        action="store_true",
        help="train as many more networks from other seeds as the checks ask for, to say how far luck goes",
    )
    add_weights(parser)
    parser.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Train or load, gather, write."""
    if options.out.suffix.lower() not in (".html", ".pdf"):
        raise Failure("The report can be .html or .pdf: end the name of OUT with one of them.", USAGE)
    run = ready(options)
    from playground.experiment.store import shown
    from playground.session.report import Writing
    from playground.session.table_answers import Learned

    learned = Learned(run.experiment, run.parameters | run.buffers, run.steps)
    writing = Writing(learned, run.history, other_seeds=options.seeds)
    while not writing.done:
        writing.wait(0.2)
    if writing.report is None:
        raise Failure(writing.problem)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from playground.app.report_file import save
    from playground.app.start import application

    app = application()
    save(writing.report, options.out)
    app.processEvents()
    print(writing.report.headline)
    print(f"Wrote {shown(options.out)}.")
    return FINE
