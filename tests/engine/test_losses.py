"""Losses: right to the last digits, stable for sure answers, and with settings that change while training."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.program import LOSS
from playground.engine.run import Run
from playground.experiment import edits
from tests.engine.kernel_calls import call

GOLDEN = np.load(Path(__file__).parent.parent / "golden" / "losses.npz")
START = edits.default_experiment()
LOSSES = registries["losses"]
BOUNDS = {"float64": (1e-14, 1e-15), "float32": (1e-6, 1e-7)}
CASES = [name.removesuffix(".value") for name in GOLDEN.files if name.endswith(".value")]


def losses_and_slopes(key, settings, o, y, dtype, backend):
    """Each column is a batch of one sample, so that every loss is seen by itself."""
    values, slopes = [], []
    for column in range(o.shape[1]):
        outputs, wanted = o[:, [column]], y[:, [column]]
        if LOSSES[key].reads == "log_softmax":
            outputs, _ = call("log_softmax", dtype, backend, [outputs])
        over_outputs = int(LOSSES[key].mean_over == "elements")
        slope, machine = call(f"loss:{key}", dtype, backend, [outputs, wanted], settings, (over_outputs,))
        if LOSSES[key].reads == "log_softmax":
            slope, _ = call("log_softmax_slope", dtype, backend, [outputs, slope])
        values.append(machine.cells[LOSS])
        slopes.append(slope[:, 0])
    return np.array(values), np.array(slopes).T


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES)
def test_losses_and_slopes_are_right_to_the_last_digits(case, dtype, backend):
    key = case.partition("/")[0]
    settings = tuple(GOLDEN[f"{case}.settings"])
    found = losses_and_slopes(key, settings, GOLDEN[f"{case}.o"], GOLDEN[f"{case}.y"], dtype, backend)
    relative, absolute = BOUNDS[dtype]
    for name, array in zip(("value", "slope"), found, strict=True):
        wanted = GOLDEN[f"{case}.{name}"]
        np.testing.assert_allclose(array, wanted, rtol=relative, atol=absolute, err_msg=name)


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_softmax_is_right_to_the_last_digits(dtype, backend):
    case = "categorical_cross_entropy/0"  # its slope is p − y
    found, _ = call("softmax", dtype, backend, [GOLDEN[f"{case}.o"]])
    slope, y = GOLDEN[f"{case}.slope"], GOLDEN[f"{case}.y"]
    relative, absolute = BOUNDS[dtype]
    np.testing.assert_allclose(found[y == 0], slope[y == 0], rtol=relative, atol=absolute)
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=relative)


def test_every_loss_is_recorded():
    assert {case.partition("/")[0] for case in CASES} == set(LOSSES.keys())


def test_cross_entropy_stays_finite_for_the_surest_answers():
    for z in (90.0, -90.0, 0.0):
        for y in (0.0, 1.0):
            o = np.array([[z]])
            value, slope = losses_and_slopes("binary_cross_entropy", (), o, o * 0 + y, "float32", "compiled")
            assert np.isfinite(value).all()
            assert np.isfinite(slope).all()
            assert value[0] == pytest.approx(math.log1p(math.exp(-abs(z))) + max(z, 0) - z * y, rel=1e-6)


@pytest.mark.parametrize(
    ("dataset", "loss", "setting", "value"),
    [("plane", "huber", "delta", 0.05), ("penguins", "categorical_cross_entropy", "label_smoothing", 0.3)],
)
def test_a_setting_of_a_loss_changes_between_two_steps(dataset, loss, setting, value):
    experiment = edits.set_loss(edits.set_dataset(START, dataset), loss)
    changed = edits.set_value(experiment, f"training.loss.{setting}", value)
    run, twin = Run(experiment), Run(experiment, backend="twin")
    for each in (run, twin):
        each.step(3)
        weights = each.parameters
        assert not each.adopt(changed).tensors
        assert all(np.array_equal(weights[name], array) for name, array in each.parameters.items())
    fresh = Run(changed)
    fresh.set_parameters(run.parameters)
    assert run.loss("train") == fresh.loss("train")
    x, y = run.data("train")
    assert run.loss_and_gradients(x, y)[0] == fresh.loss_and_gradients(x, y)[0]
    run.step(3)
    twin.step(3)
    for name, array in twin.parameters.items():
        np.testing.assert_allclose(run.parameters[name], array, rtol=1e-3, atol=1e-5)


def perceptron(experiment):
    """One unit with a step, from zeros, one sample at a time, without scaling its inputs."""
    experiment = edits.set_loss(edits.with_layers(experiment, ()), "perceptron")
    for path, value in {
        "network.output.initializer": "zeros",
        "training.optimizer": "sgd",
        "training.optimizer.learning_rate": 1.0,
        "training.batch_size": 1,
    }.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


def test_one_step_is_the_rule_of_the_perceptron():
    run = Run(perceptron(edits.set_dataset(START, "xor")), dtype="float64")
    x, y = run.data("train")
    for _ in range(40):
        before = run.parameters
        run.step(1)
        after = run.parameters
        moved, shift = after["output.weight"][0] - before["output.weight"][0], after["output.bias"][0]
        shift -= before["output.bias"][0]
        wrong = y - (x @ before["output.weight"][0] + before["output.bias"][0] > 0)
        wanted = np.concatenate([wrong[:, None] * x, wrong[:, None]], axis=1)
        assert np.abs(wanted - [*moved, shift]).max(axis=1).min() < 1e-12


def mistakes(run):
    """Updates in one epoch: steps that moved a weight."""
    count = 0
    for _ in range(run.steps_per_epoch):
        before = run.parameters
        run.step(1)
        count += any(not np.array_equal(before[name], array) for name, array in run.parameters.items())
    return count


def test_the_perceptron_is_right_after_as_many_updates_as_novikoff_allows():
    data = edits.set_value(edits.set_dataset(START, "gaussians", noise=0.0), "data.scaling", "none")
    run = Run(perceptron(data), dtype="float64")
    x, y = run.data("train")
    augmented = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    line = np.array([-1.0, 1.0, 0.0]) / math.sqrt(2.0)
    margin = ((2 * y - 1) * (augmented @ line)).min()
    assert margin > 0.5
    updates = [mistakes(run) for _ in range(20)]
    assert 0 < sum(updates) <= (np.linalg.norm(augmented, axis=1).max() / margin) ** 2
    assert updates[-1] == 0
    assert run.history[-1].train_metric == 1.0


def test_the_perceptron_never_settles_on_xor():
    run = Run(perceptron(edits.set_dataset(START, "xor", samples=50)))
    assert all(mistakes(run) > 0 for _ in range(50))
