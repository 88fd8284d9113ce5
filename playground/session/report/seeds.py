"""The scores of a report under other seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.experiment.scoring import Part, scores
from playground.session.report.gather import Seeds
from playground.session.report.material import Material, answers
from playground.sweep import Job, Sweep

if TYPE_CHECKING:
    from playground.engine.run import Run

LARGEST_SEED = 2**53


def other_seeds(material: Material, count: int) -> Seeds:
    """Train the experiment from so many other seeds, as far as this run came; waits until all are done."""
    experiment, part = material.experiment, material.main.part
    numbers = [(experiment.seed + 1 + number) % (LARGEST_SEED + 1) for number in range(count)]
    jobs = [Job(f"Seed {seed}", experiment, seed, steps=max(1, material.steps)) for seed in numbers]
    sweep = Sweep(jobs, look=lambda run: _scores(run, part)).start()
    sweep.wait()
    found: dict[str, list[float]] = {}
    for result in sweep.state().results:
        for key, value in (result.seen or {}).items() if result.finished else ():
            found.setdefault(key, []).append(value)
    return Seeds({key: tuple(values) for key, values in found.items()})


def _scores(run: Run, part: Part) -> dict[str, float]:
    return {score.key: score.value for score in scores(answers(run, part))}
