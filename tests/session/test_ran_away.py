"""A network whose numbers have left all bounds is still looked at: by pictures, rules and slow motion."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.session.diagnostics.judged import judge
from playground.session.plane import Plane
from playground.session.rules.evidence import Witness
from playground.session.rules.rule import check_up
from playground.session.slow_motion import slow_motion
from playground.session.snapshot import Rehearse
from playground.session.stopping import failure_of
from playground.sweep.jobs import not_finite

START = edits.set_value(edits.default_experiment(), "training.optimizer", "sgd")


def straight(layers):
    """Identity layers whose weights are all 1000, on numbers to predict."""
    made = edits.set_dataset(START, "bumps")
    made = edits.with_layers(made, ())
    for at in range(layers):
        made = edits.add_layer(made, at, "dense", units=4, activation="identity")
        weights = {"kind": "constant", "value": 1000.0}
        made = edits.set_value(made, f"network.dense_{at + 1}.initializer", weights)
    return made


@pytest.fixture
def away():
    run = Run(straight(15))
    assert run.advance(1000.0, 1).stopped == "not_finite"
    return run


@pytest.mark.parametrize("layers", [10, 11, 12, 13])
def test_a_step_is_shown_as_far_as_it_came(layers):
    run = Run(straight(layers))
    shown = slow_motion(run, Rehearse(None))
    assert shown.stopped
    first = shown.layers["dense_1"]
    assert first.arriving is None
    assert not first.sent_back


def test_no_learning_rate_is_to_blame_before_the_first_step(away):
    told = failure_of(away, None, None)
    assert told.why.endswith("choose another initialization, or scale the inputs.")
    assert told.gentler_rate is None
    assert not_finite(away).startswith("The loss is no finite number from the start. No step was done yet")


def test_there_is_nothing_to_judge(away):
    assert all(np.isfinite(values).all() for values in away.parameters.values())
    with pytest.raises(ValueError, match="answers are not finite numbers any more, so there is nothing"):
        judge(away)


def test_the_curvature_is_not_asked_of_averages_without_bounds():
    run = Run(edits.add_layer(edits.set_dataset(START, "plane"), 1, "batch_norm"))
    witness = Witness(run, run.prepared)
    assert witness.look().sharpness is not None
    machine = run.machine_between_steps()
    machine.tensor(machine.program.buffers["batch_norm_1.running_var"])[:] = np.inf
    assert check_up(witness.look()).experiment == run.experiment
    assert witness.look().sharpness is None


@pytest.mark.parametrize("length", [np.inf, np.nan, 1e200])
def test_a_plane_without_bounds_has_one_place(length):
    middle = {"w": np.zeros(3)}
    plane = Plane(middle, ({"w": np.full(3, length)}, {"w": np.array([0.0, 1.0, 0.0])}), (1.0, 1.0))
    places, away = plane.places(np.ones((2, 3)))
    assert places.tolist() == [[0.0, 0.0]]
    assert away.tolist() == [0.0]
