"""Scores equal scikit-learn's on real data sets, and their intervals hold what they should."""

import numpy as np
import pytest
from sklearn import metrics as reference
from sklearn.linear_model import LinearRegression, LogisticRegression

from playground.experiment.data import prepare
from playground.experiment.model import Data
from playground.experiment.scoring import Answered, answered, scores, with_intervals


def answers(dataset, part="validation"):
    """A linear model's answers, in the form that a network gives them."""
    prepared = prepare(Data.model_validate({"dataset": dataset}), 1)
    rows, train = getattr(prepared, part), prepared.train
    if prepared.task == "classes":
        model = LogisticRegression(max_iter=2000).fit(prepared.inputs[train], prepared.targets[train])
        said = model.predict_proba(prepared.inputs[rows])
        return prepared, answered(prepared, part, rows, said[:, 1:] if said.shape[1] == 2 else said)
    model = LinearRegression().fit(prepared.inputs[train], prepared.targets[train])
    return prepared, answered(prepared, part, rows, model.predict(prepared.inputs[rows]))


@pytest.mark.parametrize("dataset", ["weather", "stations", "plane", "diabetes"])
def test_scores_of_numbers_are_those_of_scikit_learn(dataset):
    prepared, found = answers(dataset)
    by = {score.key: score.value for score in scores(found)}
    truth, predicted = prepared.raw_targets[found.rows], found.predicted
    assert by["rmse"] == pytest.approx(reference.root_mean_squared_error(truth, predicted))
    assert by["mae"] == pytest.approx(reference.mean_absolute_error(truth, predicted))
    assert by["r2"] == pytest.approx(reference.r2_score(truth, predicted))
    assert by["bias"] == pytest.approx(float(np.mean(predicted - truth)))
    assert ("skill" in by) == (prepared.time is not None)
    if "skill" in by:
        errors = (reference.mean_squared_error(truth, each) for each in (predicted, found.before))
        own, persistence = errors
        assert by["skill"] == pytest.approx(1.0 - own / persistence)


@pytest.mark.parametrize("dataset", ["spiral", "moons", "breast_cancer", "wine", "digits"])
def test_scores_of_classes_are_those_of_scikit_learn(dataset):
    _, found = answers(dataset)
    by = {score.key: score.value for score in scores(found)}
    truth, named, probability = found.observed, found.predicted, found.probability
    assert by["accuracy"] == pytest.approx(reference.accuracy_score(truth, named))
    assert by["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(truth, named))
    if probability.shape[1] == 2:
        assert by["f1"] == pytest.approx(reference.f1_score(truth, named))
        assert by["auc"] == pytest.approx(reference.roc_auc_score(truth, probability[:, 1]))
        assert by["brier"] == pytest.approx(reference.brier_score_loss(truth, probability[:, 1]))
    else:
        assert by["f1"] == pytest.approx(reference.f1_score(truth, named, average="macro"))
        assert by["auc"] == pytest.approx(reference.roc_auc_score(truth, probability, multi_class="ovr"))
    assert by["log_loss"] == pytest.approx(reference.log_loss(truth, probability))


def test_the_interval_is_that_of_the_mean():
    """Of a share, the bootstrap's interval is the binomial's, but for what chance does."""
    truth = np.zeros(400, np.int64)
    named = (np.arange(400) % 5 == 0).astype(np.int64)
    found = Answered("validation", np.arange(400), truth, named, np.eye(2)[named])
    prepared = prepare(Data.model_validate({"dataset": "spiral"}), 1)
    sure = with_intervals(prepared, found)
    score = sure.scores[0]
    assert (score.key, score.value, sure.drawn) == ("accuracy", 0.8, "samples")
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)
    assert score.low == pytest.approx(0.8 - half, abs=0.01)
    assert score.high == pytest.approx(0.8 + half, abs=0.01)


def test_rows_that_belong_together_are_drawn_together():
    weather, found = answers("weather")
    assert with_intervals(weather, found, 100).drawn == "blocks of 8 samples in a row"
    stations, found = answers("stations", "train")
    assert with_intervals(stations, found, 100).drawn == "groups"


def test_the_same_seed_draws_the_same_interval():
    prepared, found = answers("plane")
    assert with_intervals(prepared, found, 100) == with_intervals(prepared, found, 100)


def test_no_rows_have_no_scores():
    prepared, found = answers("plane")
    nothing = found.only(np.array([], np.int64))
    assert scores(nothing) == ()
    assert with_intervals(prepared, nothing).scores == ()


def test_a_row_misses_by_its_distance_or_by_the_doubt_in_its_class():
    _, found = answers("weather")
    np.testing.assert_allclose(found.miss, np.abs(found.predicted - found.observed)[:, 0])
    _, found = answers("wine")
    sure = found.probability[np.arange(len(found.rows)), found.observed]
    np.testing.assert_allclose(found.miss, 1.0 - sure)
