"""What other seeds came to is at hand for a run of the same settings, and for no other."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment.edits import default_experiment, set_value
from playground.session.repeat import Repeat, Side
from playground.session.seeds import SeedBook
from tests.patience import PATIENCE

START = default_experiment()
OTHER = set_value(START, "training.optimizer.learning_rate", 1e-6)


@pytest.fixture(scope="module")
def book():
    repeat = Repeat((Side("This", START), Side("other", OTHER)), 4, 120).start()
    assert repeat.wait(PATIENCE)
    made = SeedBook()
    made.keep(repeat.look())
    return made


def test_seeds_are_found_by_settings_whatever_the_seed(book):
    assert book.of(START).count == 4
    assert book.of(set_value(START, "seed", 77)) is book.of(START)
    assert book.of(OTHER) is not book.of(START)
    assert book.of(set_value(START, "training.batch_size", 7)) is None


def test_a_later_repetition_takes_the_place_of_an_earlier_one(book):
    repeat = Repeat((Side("This", START),), 2, 5).start()
    assert repeat.wait(PATIENCE)
    made = SeedBook()
    told = []
    made.changed.connect(lambda: told.append(1))
    made.keep(repeat.look())
    first = made.of(START)
    made.keep(repeat.look())
    assert made.of(START) is not first
    assert made.of(START).steps == 5
    assert len(told) == 2


def test_a_run_stands_among_them_at_its_own_step(book):
    seeds, metric = book.of(START), "validation_loss"
    values = seeds.at(metric, 120)
    assert np.isfinite(values).all()
    runs = [Run(set_value(START, "seed", seed)) for seed in (1, 2)]
    for run, value in zip(runs, values, strict=False):
        run.step(120)
        assert run.loss("validation") == value
    assert seeds.standing(metric, 120, float(values.min()) / 2) == "lucky"
    assert seeds.standing(metric, 120, float(np.median(values))) == "typical"
    assert seeds.standing(metric, 120, 2 * float(values.max())) == "unlucky"
    assert seeds.standing("validation_accuracy", 120, 1.01) == "lucky"
    assert np.isnan(seeds.at(metric, 121)).all()  # beyond where they were trained
    assert seeds.standing(metric, 121, 0.0) is None
    assert seeds.standing(metric, 120, float("nan")) is None
