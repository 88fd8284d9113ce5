"""The right loss is chosen with the task, and another one says what follows."""

from __future__ import annotations

import pytest

from playground.catalog import registries
from playground.experiment import edits
from playground.experiment.advice import consequence
from playground.experiment.problems import problems

START = edits.default_experiment()
CLASSES, SEVERAL, NUMBERS = START, edits.set_dataset(START, "penguins"), edits.set_dataset(START, "plane")


@pytest.mark.parametrize(
    ("experiment", "loss"),
    [
        (CLASSES, "binary_cross_entropy"),
        (SEVERAL, "categorical_cross_entropy"),
        (NUMBERS, "mean_squared_error"),
    ],
)
def test_the_task_chooses_the_loss(experiment, loss):
    assert experiment.training.loss.kind == loss
    assert consequence(experiment) == ""


@pytest.mark.parametrize("loss", registries["losses"].keys())
@pytest.mark.parametrize("experiment", [CLASSES, SEVERAL, NUMBERS], ids=["two", "several", "numbers"])
def test_another_loss_says_what_follows_or_why_it_cannot_be(experiment, loss):
    usual = experiment.training.loss.kind
    other = edits.set_loss(experiment, loss)
    advice = consequence(other)
    assert loss == usual or problems(other) or advice or loss == "categorical_cross_entropy"
    assert not advice or (advice[0].isupper() and advice.endswith("."))


def test_squared_error_behind_a_sigmoid_fades():
    experiment = edits.set_value(
        edits.set_loss(CLASSES, "mean_squared_error"), "network.output.activation", {"kind": "sigmoid"}
    )
    assert "slope of squared error fades" in consequence(experiment)
    assert "Cross-entropy is made for classes." in consequence(experiment)
    assert "no probabilities" not in consequence(experiment)
    assert "no probabilities" in consequence(edits.set_loss(CLASSES, "mean_squared_error"))


@pytest.mark.parametrize("loss", ["mean_squared_error", "mean_absolute_error", "huber"])
def test_behind_a_straight_line_no_slope_fades(loss):
    straight = edits.set_loss(CLASSES, loss)
    assert "fades" not in consequence(straight)
    assert "far on the right side costs as much as a mistake" in consequence(straight)


def test_an_output_that_cannot_reach_every_number_is_told():
    bounded = edits.set_value(NUMBERS, "network.output.activation", {"kind": "tanh"})
    assert "out of reach" in consequence(bounded)


def test_nothing_learns_through_a_step():
    hidden = edits.set_value(START, "network.dense_1.activation", "step")
    (problem,) = problems(hidden)
    assert problem.place == "network.dense_1.activation"
    assert "slope of step is 0 everywhere" in problem.message
    squared = edits.set_value(
        edits.set_loss(START, "mean_squared_error"), "network.output.activation", {"kind": "step"}
    )
    assert [problem.place for problem in problems(squared)] == ["network.output.activation"]
    assert problems(edits.set_loss(START, "perceptron")) == ()
