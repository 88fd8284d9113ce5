"""Repeating with other seeds: pairs, verdicts, and what all runs answer together."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment.edits import default_experiment, set_dataset, set_value
from playground.experiment.files import load
from playground.session.grids import plane_grid
from playground.session.repeat import Repeat, Side
from playground.session.uncertainty import (
    ImagesAnswer,
    ImagesTogether,
    LineTogether,
    PlaneTogether,
    RecallTogether,
    RowsAnswer,
    RowsTogether,
    together,
)
from tests.patience import PATIENCE

START = default_experiment()


def repeated(*experiments, seeds=3, steps=60):
    sides = tuple(Side(f"Side {number}", each) for number, each in enumerate(experiments, 1))
    repeat = Repeat(sides, seeds, steps).start()
    assert repeat.wait(PATIENCE)
    return repeat.look()


@pytest.fixture(scope="module")
def two():
    return repeated(START, set_value(START, "training.optimizer.learning_rate", 1e-6), seeds=4, steps=300)


def test_a_worse_setting_is_found_to_be_worse(two):
    assert two.done
    assert two.seeds == (1, 2, 3, 4)
    verdict = two.verdict("validation_loss")
    assert (verdict.word, verdict.pairs, verdict.wins) == ("better", 4, 4)
    assert "validation_accuracy" in two.metrics
    assert repeated(START, steps=1, seeds=1).verdict("validation_loss") is None


def test_ends_are_those_of_runs_on_their_own(two):
    for seed, end in zip(two.seeds, two.outcomes[0].ends("validation_loss"), strict=True):
        run = Run(set_value(START, "seed", seed))
        run.step(300)
        assert end == run.loss("validation")
    band = two.outcomes[0].band("validation_loss")
    assert band.step[-1] == 300
    assert two.outcomes[0].spread("validation_loss").median == band.median[-1]


def test_the_plane_of_all_seeds_is_that_of_their_weights(two):
    found = two.outcomes[0].answers()
    assert isinstance(found, PlaneTogether)
    maps = []
    for result in two.outcomes[0].results:
        run = Run(result.job.seeded())
        run.set_parameters(result.weights)
        grid = plane_grid(run.prepared.domain, 100)
        maps.append(run.predict(grid, scaled=False).T.reshape(-1, 100, 100))
    assert found.mean == pytest.approx(np.mean(maps, axis=0), abs=1e-6)
    votes = np.mean(np.array(maps)[:, 0] > 0.5, axis=0)
    assert np.mean(found.apart[0] == np.minimum(votes, 1.0 - votes)) > 0.999
    assert 0.0 < found.apart.max() <= 0.5
    assert len(found.boundaries) == 4


@pytest.mark.parametrize(
    ("experiment", "kind"),
    [
        (set_dataset(START, "plane"), PlaneTogether),
        (load("curve"), LineTogether),
        (set_dataset(START, "penguins"), RecallTogether),
        (load("weather"), RowsTogether),
        (load("autoencoder"), ImagesTogether),
    ],
)
def test_every_kind_of_data_has_a_picture_of_its_uncertainty(experiment, kind):
    found = repeated(experiment, steps=20).outcomes[0].answers()
    assert isinstance(found, kind)
    for value in vars(found).values():
        if isinstance(value, np.ndarray):
            assert np.isfinite(value).all()


def test_rows_that_several_runs_predicted_stand_together():
    one = RowsAnswer(np.array([4, 1]), np.array([[1.0], [5.0]]), np.array([[2.0], [6.0]]))
    two = RowsAnswer(np.array([1, 7]), np.array([[7.0], [9.0]]), np.array([[6.0], [8.0]]))
    found = together([one, two])
    assert found.observed[:, 0].tolist() == [6.0, 2.0, 8.0]
    assert found.mean[:, 0].tolist() == [6.0, 1.0, 9.0]
    assert found.least[:, 0].tolist() == [5.0, 1.0, 9.0]
    assert found.most[:, 0].tolist() == [7.0, 1.0, 9.0]


def test_images_of_several_runs_are_their_mean_and_how_far_they_are_apart():
    truth = np.array([[1.0, 2.0], [3.0, 4.0]])
    one = ImagesAnswer(np.array([0, 9]), np.array([[0.0, 1.0], [5.0, 5.0]]), truth)
    two = ImagesAnswer(np.array([0, 9]), np.array([[2.0, 1.0], [7.0, 7.0]]), truth + np.array([[0.0], [1.0]]))
    found = together([one, two])
    assert found.rows.tolist() == [0]  # the other row holds another image in the second run
    assert found.mean.tolist() == [[1.0, 1.0]]
    assert found.apart[0] == pytest.approx([2.0**0.5, 0.0])
    assert together([one]).apart.max() == 0.0


def test_failures_are_counted_and_leave_the_rest_alone():
    numbers = set_dataset(START, "plane")
    wild = set_value(numbers, "training.optimizer", {"kind": "sgd", "learning_rate": 1e6})
    for layer in ("dense_1", "dense_2"):
        wild = set_value(wild, f"network.{layer}.activation", "relu")
    found = repeated(numbers, wild, steps=100)
    assert len(found.outcomes[1].failures) == 3
    assert found.outcomes[1].spread("validation_rmse") is None
    assert found.outcomes[1].answers() is None
    assert found.verdict("validation_rmse").word == "unknown"


def test_losses_of_different_kinds_are_not_compared():
    other = set_value(START, "training.loss", "mean_squared_error")
    found = repeated(START, other, steps=10)
    assert found.unlike("validation_loss") == "measures its loss in another way"
    assert found.verdict("validation_loss").word == "unknown"
    assert found.unlike("validation_accuracy") == ""
    assert found.verdict("validation_accuracy").pairs == 3


def test_nothing_said_together_without_a_run():
    assert together([]) is None


def test_the_largest_seed_is_followed_by_the_first():
    repeat = Repeat((Side("", set_value(START, "seed", 2**53)),), 2)
    assert repeat.seeds == (2**53, 0)
