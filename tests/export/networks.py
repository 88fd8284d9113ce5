"""Trained networks with every layer, activation and feature there is."""

from __future__ import annotations

import numpy as np

from playground.catalog.activations import activations
from playground.catalog.features import features
from playground.engine.run import Run
from playground.experiment import edits


def every_layer():
    """All kinds of layers, skips across them, names that mean something in code, all features."""
    experiment = edits.set_value(edits.default_experiment(), "data.features", features.keys())
    experiment = edits.add_layer(experiment, 1, "batch_norm")
    experiment = edits.add_layer(experiment, 2, "gaussian_noise")
    experiment = edits.add_layer(experiment, 3, "dropout")
    experiment = edits.add_layer(experiment, 4, "dropout", scaling="at_test_time")
    experiment = edits.add_layer(experiment, 5, "dense", units=6)
    experiment = edits.add_layer(experiment, 6, "add", inputs=("dense_3", "dense_1"))
    experiment = edits.add_layer(experiment, 7, "layer_norm")
    return edits.add_layer(experiment, 8, "concatenate", inputs=("layer_norm_1", "dropout_2", "input"))


def with_activation(key):
    experiment = edits.default_experiment()
    if activations[key].output_only:
        return experiment
    return edits.set_value(experiment, "network.dense_1.activation", key)


def trained(experiment, steps=30):
    """A run whose every tensor has moved from its first values."""
    run = Run(experiment)
    run.step(steps)
    draw = np.random.default_rng(5)
    run.set_parameters({n: a + 0.2 * draw.random(a.shape) for n, a in (run.parameters | run.buffers).items()})
    return run
