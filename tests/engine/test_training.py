"""Training beside PyTorch, whose answers are recorded in tests/golden/training.json."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits

START = edits.default_experiment()
GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "training.json").read_text(encoding="utf-8"))


def changed(experiment, changes):
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


def small(changes=None):
    """Three tanh units between two inputs and one output, one batch an epoch."""
    experiment = edits.remove_layer(START, "dense_2")
    experiment = edits.set_value(experiment, "network.dense_1.units", 3)
    return changed(edits.set_value(experiment, "training.batch_size", 1000), changes or {})


def flat(run):
    return np.concatenate([run.parameters[name].ravel() for name in sorted(run.parameters)])


@pytest.mark.parametrize("case", GOLDEN["paths"])
def test_a_hundred_steps_as_pytorch_takes_them(case):
    recorded = GOLDEN["paths"][case]
    run = Run(small(recorded["changes"]), dtype="float64")
    for step, wanted in recorded["parameters"].items():
        run.step(int(step) - run.steps)
        np.testing.assert_allclose(flat(run), wanted, rtol=0, atol=1e-9)


def test_every_optimizer_is_recorded():
    recorded = {path["changes"]["training.optimizer"] for path in GOLDEN["paths"].values()}
    assert recorded == set(registries["optimizers"].keys())


def test_slots_of_one_name_come_with_the_same_counters():
    for one, other in combinations(registries["optimizers"], 2):
        if set(one.slots) & set(other.slots):
            assert one.counters == other.counters, (one.key, other.key)


def test_adam_goes_on_as_adamw():
    run = Run(changed(START, {"training.optimizer": "adam"}), dtype="float64")
    run.step(200)
    before = run.parameters
    without_decay = {"training.optimizer": "adamw", "training.optimizer.weight_decay": 0.0}
    run.adopt(changed(run.experiment, without_decay))
    run.step(1)
    most = max(np.abs(run.parameters[name] - before[name]).max() for name in before)
    assert most < 2 * run.experiment.training.optimizer.learning_rate


def test_decay_alone_shrinks_by_exactly_its_factor():
    run = Run(small({"training.optimizer": "adamw", "training.optimizer.weight_decay": 0.5}), dtype="float64")
    rate = run.experiment.training.optimizer.learning_rate
    update = run.experiment.training.optimizer.entry.update
    prepare = run.experiment.training.optimizer.entry.prepare
    w, mean, square, counters = 2.0, 0.0, 0.0, (1.0, 1.0)
    for _ in range(10):
        *after, rate_, scale, b1, r1, b2, r2, epsilon, kept = prepare(*counters, rate, 0.9, 0.999, 1e-8, 0.5)
        counters = tuple(after)
        w, mean, square = update(w, 0.0, mean, square, rate_, scale, b1, r1, b2, r2, epsilon, kept)
    assert w == pytest.approx(2.0 * (1.0 - rate * 0.5) ** 10, rel=1e-15)
