"""The single layer that a linear network equals, against the network itself."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.session.rules.collapse import is_linear, single_layer

START = edits.default_experiment()


def straight(*changes):
    made = START
    for name in ("dense_1", "dense_2"):
        made = edits.set_value(made, f"network.{name}.activation", "identity")
    for change in changes:
        made = change(made)
    return made


CASES = {
    "plain": straight(),
    "dropout as in the chapter": straight(
        lambda e: edits.add_layer(e, 1, "dropout", rate=0.3, scaling="at_test_time")
    ),
    "dropout and noise": straight(
        lambda e: edits.add_layer(e, 0, "gaussian_noise"), lambda e: edits.add_layer(e, 2, "dropout")
    ),
    "batch norm": straight(
        lambda e: edits.add_layer(e, 0, "batch_norm"),
        lambda e: edits.add_layer(e, 2, "batch_norm"),
        lambda e: edits.add_layer(e, 4, "dropout", rate=0.3, scaling="at_test_time"),
    ),
    "joined": straight(
        lambda e: edits.add_layer(e, 2, "dense", units=5, activation="identity"),
        lambda e: edits.add_layer(e, 3, "add", inputs=("dense_2", "dense_3")),
        lambda e: edits.add_layer(e, 4, "concatenate", inputs=("add_1", "dense_1", "input")),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_single_layer_equals_the_network(name):
    run = Run(CASES[name], "float64")
    run.step(20)
    single = single_layer(CASES[name], run.parameters | run.buffers)
    x, _ = run.data("train")
    z = single.weight @ x.T + single.bias[:, None]
    network = run.forward(x).pre["output"]
    assert np.abs(z - network).max() <= 1e-12 * max(1.0, np.abs(network).max())


def test_a_bend_anywhere_has_no_single_layer():
    assert not is_linear(START)
    assert single_layer(START, Run(START).parameters) is None
    assert not is_linear(edits.add_layer(straight(), 1, "layer_norm"))
    assert not is_linear(edits.with_layers(START, ()))
