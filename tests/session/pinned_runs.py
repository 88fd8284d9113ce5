"""Pinned runs made up for tests: no engine, no training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from playground.engine.state import HISTORY
from playground.experiment import edits
from playground.session.pins import PinBoard, Pinned

START = edits.default_experiment()
KINDS = ("sgd", "momentum", "adam", "nesterov", "adagrad", "rmsprop", "adamw", "momentum_average")


def history(rows=400, last=3_000, end=0.05, seed=1):
    """Losses that fall to `end` with noise, and an accuracy that rises."""
    made = np.recarray(rows, dtype=HISTORY)
    t = np.linspace(0, 1, rows)
    noise = np.exp(0.15 * np.random.default_rng(seed).normal(size=rows))
    made.step = np.linspace(0, last, rows).astype(np.int64)
    made.epoch = made.step / 8
    made.validation_loss = end * np.exp(np.log(0.75 / end) * (1 - t) ** 2) * noise
    made.train_loss = made.validation_loss * 0.6
    made.train_metric = made.validation_metric = np.clip(1 - made.validation_loss / 2, 0, 1)
    made.learning_rate = 0.02
    return made


def pinned_run(experiment=START, output=None, data=None, first_weights="a", **of_history):
    """A run of this experiment at its last step."""
    curves = history(**of_history)
    return Pinned(
        experiment=experiment,
        steps=int(curves.step[-1]),
        history=curves,
        seconds=curves.step / 1_000.0,
        output=output,
        stages=((0, experiment),),
        first_weights=first_weights,
        timeline="these tests",
        data=data,
    )


def board(count=3, output=None, data=None):
    """So many runs that differ in optimizer and learning rate."""
    made = PinBoard()
    for number in range(count):
        experiment = edits.set_choice(START, "training.optimizer", KINDS[number % len(KINDS)])
        experiment = edits.set_value(
            experiment, "training.optimizer.learning_rate", (0.3, 0.1, 0.03)[number // len(KINDS)]
        )
        end = (0.012, 0.181, 0.052)[number % 3] * (1 + number // 3 * 0.13)
        made.add(replace(pinned_run(experiment, output, data, end=end, seed=number), branch=number + 1))
    return made
