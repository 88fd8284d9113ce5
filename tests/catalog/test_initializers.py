"""Initializers: the spread they promise, the gain, and the symmetry that zeros never break."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.catalog import registries
from playground.catalog.random import Stream
from playground.engine.first_values import first_values
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.model import choice

START = edits.default_experiment()
INITIALIZERS = registries["initializers"]
FAN_IN, FAN_OUT, COUNT = 30, 50, 40_001
VARIANCES = {
    "glorot_uniform": 2 / (FAN_IN + FAN_OUT),
    "glorot_normal": 2 / (FAN_IN + FAN_OUT),
    "he_uniform": 2 / FAN_IN,
    "he_normal": 2 / FAN_IN,
    "lecun_uniform": 1 / FAN_IN,
    "lecun_normal": 1 / FAN_IN,
    "pytorch_default": 1 / (3 * FAN_IN),
    "zeros": 0.0,
    "constant": 0.0,
}


def weights(key, recommended=1.0, **settings):
    chosen = choice(INITIALIZERS, key, **settings)
    return INITIALIZERS[key].weight(Stream(1, "weights", "w"), COUNT, FAN_IN, FAN_OUT, chosen, recommended)


@pytest.mark.parametrize("key", INITIALIZERS.keys())
def test_first_weights_have_the_spread_of_the_formula(key):
    found = weights(key)
    assert found.var() == pytest.approx(VARIANCES[key], rel=0.03, abs=1e-30)
    if key.endswith("uniform") or key == "pytorch_default":
        bound = math.sqrt(3 * VARIANCES[key])
        assert 0.999 * bound < np.abs(found).max() <= bound
    if key.endswith("normal"):
        assert np.mean(np.abs(found) > 2 * found.std()) == pytest.approx(0.0455, abs=0.005)


@pytest.mark.parametrize("key", [key for key in INITIALIZERS.keys() if INITIALIZERS[key].settings])
def test_the_gain_scales_and_may_follow_the_activation(key):
    if key == "constant":
        assert set(weights(key, value=0.3)) == {0.3}
        return
    plain = weights(key)
    np.testing.assert_array_equal(weights(key, recommended=9.0), plain)
    np.testing.assert_allclose(weights(key, gain=2.5), 2.5 * plain, rtol=1e-15)
    usual = math.sqrt(2.0) if key.startswith("he") else 1.0
    fitted = weights(key, recommended=1.7, gain=2.0, follow_activation=True)
    np.testing.assert_allclose(fitted, 2.0 * 1.7 / usual * plain, rtol=1e-14)


GAINS = {"tanh": 5 / 3, "relu": math.sqrt(2), "selu": 0.75, "sigmoid": 1.0, "identity": 1.0}


@pytest.mark.parametrize("key", GAINS)
def test_recommended_gains_are_those_of_pytorch(key):
    assert registries["activations"][key].gain() == pytest.approx(GAINS[key])


def test_he_follows_the_slope_of_leaky_relu():
    experiment = START
    for path, value in {
        "network.dense_2.activation": choice(registries["activations"], "leaky_relu", negative_slope=0.5),
        "network.dense_2.initializer": choice(INITIALIZERS, "he_normal", follow_activation=True),
    }.items():
        experiment = edits.set_value(experiment, path, value)
    plain = edits.set_value(experiment, "network.dense_2.initializer.follow_activation", False)
    ratio = first_values(experiment)["dense_2.weight"] / first_values(plain)["dense_2.weight"]
    np.testing.assert_allclose(ratio, 1 / math.sqrt(1.25), rtol=1e-12)


@pytest.mark.parametrize("key", ["zeros", "constant"])
def test_units_that_start_alike_stay_alike(key):
    experiment = START
    for layer in ("dense_1", "dense_2", "output"):
        experiment = edits.set_value(experiment, f"network.{layer}.initializer", key)
    run = Run(experiment)
    run.step(100)
    for layer in ("dense_1", "dense_2"):
        weight, bias = run.parameters[f"{layer}.weight"], run.parameters[f"{layer}.bias"]
        assert np.array_equal(weight, np.broadcast_to(weight[0], weight.shape))
        assert np.array_equal(bias, np.broadcast_to(bias[0], bias.shape))
    if key == "constant":
        assert np.any(run.parameters["dense_1.weight"] != 0.1)
