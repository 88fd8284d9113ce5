"""What other seeds came to is at hand for a run of the same settings, and for no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.experiment.edits import default_experiment, set_value
from playground.session import seed_files
from playground.session.keep import Kept, keep_session, kept_session
from playground.session.repeat import Repeat, Repeated, Side
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


def test_one_seed_is_no_band_and_two_are_too_few_to_be_lucky_among(book):
    outcome = book.of(START).outcome
    for count in (1, 2, 3):
        made = SeedBook()
        made.keep(Repeated((1, 2, 3), (replace(outcome, results=outcome.results[:count]),), True, 1.0, ""))
        found = made.of(START)
        assert (found is None) == (count == 1)
        if found is not None:
            assert found.standing("validation_loss", 120, 0.0) == (None if count == 2 else "lucky")


def test_seeds_come_back_with_the_session(book, tmp_path):
    path = tmp_path / "session.npz"
    keep_session(Kept(START, START, None, None, seeds=book.found), path)
    again = SeedBook()
    again.recall(kept_session(path).seeds)
    for experiment in (START, OTHER):
        one, other = book.of(experiment), again.of(experiment)
        assert (one.count, one.steps) == (other.count, other.steps) == (4, 120)
        assert one.outcome.by_seed("validation_loss") == other.outcome.by_seed("validation_loss")
        for before, after in zip(
            vars(one.band("train_loss")).values(), vars(other.band("train_loss")).values(), strict=True
        ):
            assert np.array_equal(before, after)
        assert list(one.norm_bands) == list(other.norm_bands) == ["dense_1", "dense_2", "output"]
        for layer, found in one.norm_bands.items():
            assert found.step[-1] == 120
            assert np.array_equal(found.median, other.norm_bands[layer].median)
        assert np.array_equal(one.together.mean, other.together.mean)
        assert one.together.extent == other.together.extent
        assert len(one.together.boundaries) == len(other.together.boundaries) == 4


@pytest.mark.parametrize("preset", ["curve", "penguins", "weather", "autoencoder"])
def test_every_kind_of_answer_is_kept(preset, tmp_path):
    repeat = Repeat((Side("This", files.load(preset)),), 2, 3).start()
    assert repeat.wait(PATIENCE)
    made = SeedBook()
    made.keep(repeat.look())
    path = tmp_path / "session.npz"
    keep_session(Kept(START, START, None, None, seeds=made.found), path)
    (back,) = kept_session(path).seeds
    before, after = vars(made.found[0].together), vars(back.together)
    assert type(back.together) is type(made.found[0].together)
    for name, value in before.items():
        assert np.array_equal(value, after[name], equal_nan=isinstance(value, np.ndarray))


def test_damaged_seeds_do_not_take_the_others_along(book):
    notes, arrays = seed_files.to_notes(book.found)
    del arrays["0/2/train_loss"]
    (left,) = seed_files.from_notes(notes, arrays)
    assert left.outcome.side.experiment == book.found[1].outcome.side.experiment
    assert seed_files.from_notes([{}, None, {"experiment": "?"}], {}) == ()
    notes[1]["runs"][0]["steps"] = float("inf")
    assert seed_files.from_notes(notes, arrays) == ()


def test_where_there_is_no_room_the_oldest_keep_their_curves_only(book, monkeypatch):
    size = sum(array.nbytes for array in seed_files.to_notes(book.found[1:])[1].values())
    monkeypatch.setattr(seed_files, "MOST_ANSWERS", size)
    older, newer = seed_files.from_notes(*seed_files.to_notes(book.found))
    assert newer.together is not None
    assert older.together is None
    assert older.count == 4
