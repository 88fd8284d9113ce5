"""Measure the time machine: how long a seek takes, what recording costs, and that memory stays flat.

    python packaging/benchmark_travel.py spiral digits --steps 1000000

For each example: the run is trained with and without recording in turn, half a second each (so that what
else the machine does meets both); then 200 random steps are sought; at last the kept states are counted.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from playground.engine.run import Run
from playground.experiment.files import load
from playground.session.course import Course

SLICE = 8.0  # milliseconds, as the trainer trains
TURN = 0.5  # seconds of training with recording, then without
SEEKS = 200


def resident() -> float:
    """Megabytes of memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def train_for(trained: Any, seconds: float, most: int) -> float:
    """Train for so many seconds, not beyond step `most`; steps a second."""
    run = trained.run if isinstance(trained, Course) else trained
    first, start = run.steps, time.perf_counter()
    while time.perf_counter() - start < seconds and run.steps < most:
        trained.advance(SLICE, most - run.steps)
    return float((run.steps - first) / (time.perf_counter() - start))


def measure(name: str, steps: int, seed: int) -> None:
    """Print one line an example."""
    experiment = load(name)
    course, plain = Course(experiment, Run), Run(experiment)
    assert course.run is not None
    rates: list[tuple[float, float]] = []
    memory = []
    while course.run.steps < steps:
        pair = train_for(course, TURN, steps), train_for(plain, TURN, 10**18)
        if course.run.steps < steps:  # whole turns only
            rates.append(pair)
        memory.append(resident())
    cost = 1.0 - median(ours / bare for ours, bare in rates) if rates else float("nan")
    rng = random.Random(seed)
    times = []
    for _ in range(SEEKS):
        target = rng.randrange(steps)
        start = time.perf_counter()
        course.seek(target)
        times.append(1000 * (time.perf_counter() - start))
    times.sort()
    timeline = course.timeline
    half = memory[len(memory) // 2]
    print(
        f"{name:24} {steps:>11,} steps  seek median {median(times):6.1f} ms, 99 of 100 under "
        f"{times[int(0.99 * SEEKS) - 1]:6.1f} ms  recording {100 * cost:4.1f} %  "
        f"{len(timeline.current.moments):,} kept states, {timeline.nbytes / 1e6:.1f} MB  "
        f"memory {half:.0f} MB half way, {memory[-1]:.0f} MB at the end",
        flush=True,
    )


def main() -> int:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description="Measure the time machine.")
    parser.add_argument("examples", nargs="*", default=["spiral", "xor", "digits"])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name in options.examples:
        measure(name, options.steps, options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
