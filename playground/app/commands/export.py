"""Take a network along: `export` writes it for other programs, `predict` asks it about a table."""

from __future__ import annotations

import argparse
import zipfile
import zlib
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from playground.app.commands import (
    FILE_HELP,
    FINE,
    INTERRUPTED,
    Failure,
    must_train,
    no_such,
    open_experiment,
    whole_number,
)

if TYPE_CHECKING:
    from playground.engine.run import Run

_MOST_BYTES = 200_000_000  # of weights, unpacked


def add(commands: Any) -> None:
    """Add the commands of this group."""
    export = commands.add_parser(
        "export",
        help="a trained network as weights, ONNX, or code for PyTorch, Keras, NumPy or Lux",
        epilog="Example: playground export spiral --weights results/final.npz --to pytorch -o spiral.py",
    )
    export.add_argument("file", metavar="FILE", help=FILE_HELP)
    export.add_argument(
        "--to",
        metavar="FORMAT",
        required=True,
        help="numpy, pytorch, keras, lux, onnx, npz or safetensors",
    )
    export.add_argument("-o", "--out", metavar="OUT", required=True, type=Path, help="the file to write")
    add_weights(export)
    export.set_defaults(run=run_export)

    predict = commands.add_parser(
        "predict",
        help="what a trained network says to each row of a table",
        description="Read a table whose columns are called like the inputs, and write it with the "
        "predictions beside each row. Rows where an input is missing get none.",
        epilog="Example: playground predict weather days.csv --weights results/final.npz -o answers.csv",
    )
    predict.add_argument("file", metavar="FILE", help=FILE_HELP)
    predict.add_argument("table", metavar="TABLE", type=Path, help="a file such as CSV, Excel or Parquet")
    predict.add_argument("-o", "--out", metavar="OUT.csv", required=True, type=Path, help="the file to write")
    add_weights(predict)
    predict.set_defaults(run=run_predict)


def add_weights(parser: argparse.ArgumentParser) -> None:
    """Where the weights come from: a file, or a training first."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument(
        "--weights",
        metavar="FILE.npz",
        type=Path,
        help="the weights, as `playground train --out` writes them; trains first unless given",
    )
    source.add_argument(
        "--epochs", metavar="N", type=whole_number(0, 10**15), help="train so long first, 100 unless said"
    )


def run_export(options: argparse.Namespace) -> int:
    """Write the network and name the files."""
    from playground.experiment.store import shown
    from playground.export.formats import FORMATS, write
    from playground.export.model import describe
    from playground.export.onnx_file import NeedsOnnx

    if options.to not in FORMATS:
        raise no_such("format", options.to, FORMATS)
    run = ready(options)
    try:
        written = write(describe(run), options.to, options.out)
    except NeedsOnnx as error:
        raise Failure(str(error)) from None
    print("Wrote " + " and ".join(shown(path) for path in written) + ".")
    return FINE


def run_predict(options: argparse.Namespace) -> int:
    """Write the table with its predictions."""
    from playground.catalog.tables import NotATable
    from playground.experiment.store import shown
    from playground.export.predictions import Predictions

    try:
        asked = Predictions(options.table, open_experiment(options.file))
        run = ready(options)
        asked.write(options.out, run)
    except NotATable as error:
        raise Failure(f"{shown(options.table)}: {error}") from None
    print("\n".join(asked.told(shown(options.out))))
    return FINE


def ready(options: argparse.Namespace) -> Run:
    """The run with the weights that the command asks for."""
    experiment = open_experiment(options.file)
    must_train(options.file, experiment)
    from playground.engine.run import Run

    run = Run(experiment)
    if options.weights is not None:
        _load_weights(run, options.weights)
        return run
    from playground.app.commands.train import train

    stopped = train(run, None, options.epochs)
    if stopped.failed or stopped.interrupted:
        raise Failure(f"{stopped.words} Nothing is written.", INTERRUPTED if stopped.interrupted else 1)
    return run


def _load_weights(run: Run, path: Path) -> None:
    import numpy as np

    from playground.experiment.store import shown

    wanted = run.parameters | run.buffers
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES:
                raise Failure(f"{shown(path)} holds more numbers than any network here has.")
        with np.load(path, allow_pickle=False) as file:
            missing = [name for name in wanted if name not in file]
            values = {name: file[name] for name in wanted if name not in missing}
    except FileNotFoundError:
        raise Failure(f"There is no file {shown(path)}.") from None
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError, TokenError) as error:
        if isinstance(error, IsADirectoryError | PermissionError):
            raise Failure(f"{shown(path)} cannot be read: {(error.strerror or '').lower()}.") from None
        raise Failure(
            f"{shown(path)} is no file of weights. Take one that `playground train --out` wrote."
        ) from None
    if missing:
        raise Failure(f"{shown(path)} has no {missing[0]}, so it belongs to another network.")
    try:
        run.set_parameters(values)
    except ValueError as error:
        raise Failure(f"{shown(path)} belongs to another network: {error}") from None
