"""The curves of gradients and updates are those of the engine, and follow the run back."""

from __future__ import annotations

import numpy as np

from playground.engine.run import Run
from playground.experiment import edits, files
from playground.session.gradient_log import MOST, GradientLog


def norm(tensors, layer):
    return np.sqrt(
        sum(float((a.astype(np.float64) ** 2).sum()) for n, a in tensors.items() if n.startswith(layer + "."))
    )


def test_norms_are_those_of_the_last_step_and_ratios_of_the_way_since():
    run, log = Run(files.load("spiral"), "float64"), GradientLog()
    assert log.look(run).layers == ()
    run.step(10)
    log.look(run)
    before = run.parameters
    run.step(5)
    curves = log.look(run)
    assert curves.layers == ("dense_1", "dense_2", "output")
    assert list(curves.steps) == [10, 15]
    moved = {name: array - before[name] for name, array in run.parameters.items()}
    for place, layer in enumerate(curves.layers):
        np.testing.assert_allclose(curves.norms[-1, place], norm(run.gradients, layer))
        np.testing.assert_allclose(
            curves.ratios[-1, place], norm(moved, layer) / norm(run.parameters, layer) / 5
        )
    assert (curves.ratios[0] > 0.0).all()
    assert len(log.look(run).steps) == 2


def test_a_run_that_begins_again_forgets_and_a_new_layer_joins():
    run, log = Run(files.load("spiral")), GradientLog()
    run.step(20)
    assert list(log.look(run).steps) == [20]
    run.reset()
    log = log.until(0)
    run.step(4)
    assert list(log.look(run).steps) == [4]
    run.adopt(edits.add_layer(run.experiment, 1, "dense"))
    run.step(4)
    curves = log.look(run)
    assert "dense_3" in curves.layers
    assert np.isnan(curves.norms[0, curves.layers.index("dense_3")])


def test_the_log_stays_small():
    run, log = Run(files.load("gaussians")), GradientLog()
    for _ in range(MOST + 5):
        run.step(1)
        log.look(run)
    assert len(log.look(run).steps) < 0.6 * MOST


def test_a_run_that_goes_back_keeps_what_was_seen_and_a_branch_what_came_before_it():
    run, log = Run(files.load("spiral")), GradientLog()
    for _ in range(5):
        run.step(10)
        seen = log.look(run)
    early = Run(files.load("spiral"))
    log.look(early)
    early.step(25)
    again = log.look(early)
    assert list(again.steps) == [10, 20, 30, 40, 50]
    assert np.array_equal(again.ratios, seen.ratios, equal_nan=True)
    branch = log.until(25)
    early.step(9)
    assert list(branch.look(early).steps) == [10, 20, 34]
    run.step(10)
    curves = log.look(run)
    assert list(curves.steps) == [10, 20, 30, 40, 50, 60]
    assert np.isfinite(curves.ratios[-1]).all()
