"""Where training stops, in words."""

from __future__ import annotations

from playground.engine.run import Run
from playground.experiment import edits
from playground.session.stopping import condition_met


def test_a_loss_to_reach_stops_training_that_goes_on_and_no_single_step():
    run = Run(edits.set_value(edits.default_experiment(), "training.stop", {"target_loss": 10.0}))
    run.step(1)
    assert condition_met(run, 0, playing=True).startswith("Stopped: the training loss reached 0.")
    assert condition_met(run, 0, playing=False) == ""
