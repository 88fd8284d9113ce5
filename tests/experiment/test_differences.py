"""What differs between experiments, in words."""

from __future__ import annotations

import pytest

from playground.catalog import registries
from playground.experiment import edits
from playground.experiment.differences import lines
from playground.experiment.model import choice

START = edits.default_experiment()


def differing(*experiments):
    return {line.label: line.values for line in lines(experiments) if line.differs}


def test_three_optimizers_differ_as_in_a_lecture():
    runs = []
    for key, rate in (("sgd", 0.3), ("momentum", 0.1), ("adam", 0.03)):
        run = edits.set_choice(START, "training.optimizer", key)
        runs.append(edits.set_value(run, "training.optimizer.learning_rate", rate))
    assert differing(*runs) == {
        "Optimizer": ("SGD", "Momentum 0.9", "Adam"),
        "Learning rate": ("0.3", "0.1", "0.03"),
    }


def test_an_experiment_differs_from_itself_in_nothing():
    assert differing(START, START) == {}
    assert len(lines([START, START])) > 20
    assert lines([]) == ()


def test_names_are_no_settings():
    assert differing(START, edits.set_value(START, "name", "Another")) == {}


@pytest.mark.parametrize(
    ("path", "value", "label"),
    [
        ("seed", 7, "Seed"),
        ("network.dense_1.units", 9, "Dense 1 units"),
        ("network.dense_2.activation", "relu", "Dense 2 activation"),
        ("training.l2", 0.01, "L2 penalty"),
        ("training.clip_norm", 1.0, "Clip norm"),
        ("training.stop.steps", 500, "Stop after steps"),
        ("data.dataset.noise", 0.5, "Noise"),
    ],
)
def test_a_changed_setting_is_the_only_line_that_differs(path, value, label):
    assert list(differing(START, edits.set_value(START, path, value))) == [label]


def test_layers_that_are_not_the_same_ones_are_told_in_a_line():
    fewer = START.model_copy(
        update={"network": START.network.model_copy(update={"layers": START.network.layers[:1]})}
    )
    assert differing(START, fewer) == {"Layers": ("6 tanh, 5 tanh", "6 tanh")}


@pytest.mark.parametrize("kind", ["optimizers", "losses", "schedules"])
def test_every_entry_can_be_told_from_every_other(kind):
    field = {"optimizers": "optimizer", "losses": "loss", "schedules": "schedule"}[kind]
    training = START.training
    runs = [
        START.model_copy(
            update={"training": training.model_copy(update={field: choice(registries[kind], key)})}
        )
        for key in registries[kind].keys()
    ]
    (first, *_) = differing(*runs).values()
    assert len(set(first)) == len(runs)


def test_long_records_are_told_apart_by_number():
    drawn = edits.set_dataset(START, "points")
    points = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    runs = [
        edits.set_value(drawn, "data.dataset.points", points),
        edits.set_value(drawn, "data.dataset.points", points[::-1]),
    ]
    (values,) = differing(*runs).values()
    assert values[0] != values[1]
