"""Problems: everything that keeps an experiment from training, in words and with its place."""

from __future__ import annotations

import pytest

from playground.catalog.activations import activations
from playground.experiment import edits
from playground.experiment.problems import problems
from playground.experiment.words import called

EXPERIMENT = edits.default_experiment()


def with_values(**changes):
    experiment = EXPERIMENT
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path.replace("__", "."), value)
    return experiment


def with_norm(batch_size):
    normed = edits.add_layer(EXPERIMENT, 1, "batch_norm")
    return edits.set_value(normed, "training.batch_size", batch_size)


CASES = {
    "unknown feature": (with_values(data__features=["x1", "x9"]), "data.features"),
    "feature twice": (with_values(data__features=["x1", "x1"]), "data.features"),
    "regression loss output": (with_values(network__output__activation="tanh"), "network.output.activation"),
    "too many outputs": (with_values(network__output__units=7), "network.output.units"),
    "softmax inside": (with_values(network__dense_1__activation="softmax"), "network.dense_1.activation"),
    "wired forward": (with_values(network__dense_1__inputs=["dense_2"]), "network.dense_1.inputs"),
    "wired to nothing": (with_values(network__dense_2__inputs=["dense_7"]), "network.dense_2.inputs"),
    "time split without time": (with_values(data__split="time"), "data.split"),
    "norm with batch 1": (with_norm(1), "network.batch_norm_1"),
    "norm with a last batch of 1": (with_norm(239), "network.batch_norm_1"),
    "cross-entropy for numbers": (
        edits.set_value(edits.set_dataset(EXPERIMENT, "plane"), "training.loss", "binary_cross_entropy"),
        "training.loss",
    ),
    "too many parameters": (
        with_values(network__dense_1__units=4096, network__dense_2__units=4096),
        "network.dense_2.units",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_problem_says_what_is_wrong_and_where(case):
    experiment, place = CASES[case]
    found = problems(experiment)
    assert found, case
    assert place in [problem.place for problem in found]
    for problem in found:
        assert problem.message[0].isupper() or problem.message.split()[0] in activations
        assert problem.message.endswith(".")
        assert "\n" not in problem.message


@pytest.mark.parametrize("batch_size", [2, 32, 240, 10_000])
def test_batch_norm_is_fine_when_every_batch_has_two_samples(batch_size):
    assert problems(with_norm(batch_size)) == ()


def test_a_last_batch_of_one_may_be_left_out():
    (problem,) = problems(with_norm(239))
    assert problem.message.endswith("Choose another batch size, or leave the smaller last batch out.")
    assert problems(edits.set_value(with_norm(239), "training.drop_last", True)) == ()


def test_sentences_call_layers_as_the_canvas_does():
    experiment = edits.set_value(edits.default_experiment(), "network.dense_1.activation", "step")
    (problem,) = problems(experiment)
    assert "Dense 1 and all before it" in problem.message
    assert "dense_1" not in problem.message
    assert problem.place == "network.dense_1.activation"
    assert called("batch_norm_1") == "Batch norm 1"
    assert called("myEncoder_a") == "MyEncoder a"
