"""How long a large table takes from the file to the first steps of training, and how much memory.

    python packaging/benchmark_tables.py [--rows 1000000] [--columns 20]

Promised: 1,000,000 rows of 20 columns open with progress and train in less than 1.5 GB, and reading takes
at most 300 MB beyond the table itself. Memory is that of this process, without a window (add some 300 MB).
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from playground.catalog.tables import guess, read
from playground.experiment import edits
from playground.experiment.own_table import with_table
from playground.session.table_reading import TablePreview, TableReading


def write_table(path: Path, rows: int, columns: int) -> None:
    """Numbers drawn by chance; the last column is a sum of the others."""
    random = np.random.default_rng(1)
    with path.open("w", encoding="ascii") as file:
        file.write(",".join(f"c{index}" for index in range(columns)) + "\n")
        for start in range(0, rows, 10_000):
            part = random.normal(size=(min(10_000, rows - start), columns))
            part[:, -1] = part[:, :-1].sum(axis=1)
            np.savetxt(file, part, fmt="%.6g", delimiter=",")


def megabytes() -> float:
    """The most memory that this process has had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 2**20 if sys.platform == "darwin" else most / 2**10


def timed(what: str, work: Callable[[], object]) -> None:
    """Do it and print how long it took, and the most memory so far."""
    start, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    print(f"  {what:<34}{seconds:8.1f} s {used:8.1f} s of processor {megabytes():10,.0f} MB")


def learn(path: Path) -> None:
    """As the window does: look, read in the background, make the run, train."""
    look = TablePreview(path)
    timed("first rows on screen", lambda: look.wait(600))
    assert look.seen is not None, look.problem
    reading = TableReading(path, look.seen.form, look.seen.uses, edits.default_experiment())
    timed("read and made ready", lambda: reading.wait(3600))
    assert reading.chosen is not None, reading.problem
    experiment = with_table(edits.default_experiment(), reading.chosen)
    from playground.engine.run import Run

    made: list[Run] = []
    timed("engine ready", lambda: made.append(Run(experiment)))
    timed("1,000 steps", lambda: made[0].advance(1e6, 1000))


def main() -> int:
    """Write the table to a temporary folder, read it alone, then learn from it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="playground table ") as folder:
        path = Path(folder) / "table.csv"
        write_table(path, options.rows, options.columns)
        table = options.rows * options.columns * 8 / 2**20
        size = path.stat().st_size / 2**20
        print(f"{options.rows:,} × {options.columns}: {size:,.0f} MB of text, {table:,.0f} MB of numbers")
        print(f"  {'at the start':<34}{'':>31}{megabytes():10,.0f} MB")
        timed("read alone", lambda: read(path, guess(path)))
        learn(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
