"""How long it takes until the first step: of a new architecture, of a process, of an installation."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FIRST_STEP = (
    "import playground; run = playground.Run(playground.load('spiral'));"
    "run.step(1); print(run.steps, flush=True)"
)


def new_architecture(times: int) -> float:
    """Seconds from a network that was never seen to its first step, the kernels being there."""
    from playground.engine.run import Run
    from playground.experiment import edits

    run = Run(edits.default_experiment())
    run.step(1)
    found = []
    for units in range(20, 20 + max(5, times)):
        experiment = edits.set_value(run.experiment, "network.dense_1.units", units)
        start = time.perf_counter()
        run.adopt(experiment)
        run.step(1)
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def _process(cache: str | None) -> float:
    """Seconds until a process has trained the default network for one step."""
    environment = dict(os.environ)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    if cache is not None:
        environment |= {"XDG_CACHE_HOME": cache, "LOCALAPPDATA": cache}
    command = [sys.executable, "-c", FIRST_STEP]
    start = time.perf_counter()
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        return time.perf_counter() - start


def measure(times: int) -> list[dict[str, Any]]:
    """Medians, with what is promised; the first start is measured twice only, each time without kernels."""
    _process(None)
    cold = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as cache:
            cold.append(_process(cache))
    rows = (
        ("new architecture to first step", new_architecture(times), 0.005),
        (
            "process start to first step, kernels kept",
            statistics.median(_process(None) for _ in range(5)),
            0.5,
        ),
        ("first start after installation, default network", min(cold), 5.0),
    )
    return [{"workload": name, "seconds": seconds, "at_most": most} for name, seconds, most in rows]
