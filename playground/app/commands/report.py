"""`playground report`: one page about a trained network."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from playground.app.commands import FILE_HELP, FINE, USAGE, Failure, whole_number
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
        metavar="N",
        type=whole_number(2, 50),
        help="train so many more networks from other seeds, to say how far the scores depend on luck",
    )
    add_weights(parser)
    parser.set_defaults(run=run_report)


def run_report(options: argparse.Namespace) -> int:
    """Train or load, gather, write."""
    if options.out.suffix.lower() not in (".html", ".pdf"):
        raise Failure("The report can be .html or .pdf: end the name of OUT with one of them.", USAGE)
    from datetime import datetime

    run = ready(options)
    from playground.experiment.store import shown
    from playground.session.report import collect, gather, other_seeds

    material = collect(run)
    seeds = other_seeds(material, options.seeds) if options.seeds else None
    report = gather(material, datetime.now().astimezone(), seeds=seeds)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from playground.app.report_file import save
    from playground.app.start import application

    app = application()
    save(report, options.out)
    app.processEvents()
    print(report.headline)
    print(f"Wrote {shown(options.out)}.")
    return FINE
