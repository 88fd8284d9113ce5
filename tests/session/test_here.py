"""What is shown of a run that rests are the losses of its own step, and looking changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from playground.catalog.optimizers import optimizers
from playground.engine.run import Run
from playground.experiment import edits
from playground.session import here

START = edits.default_experiment()


@pytest.mark.parametrize("kind", optimizers.keys())
def test_looking_at_the_losses_of_a_step_changes_nothing(kind):
    whole = edits.set_value(START, "training.batch_size", 240)  # which L-BFGS needs
    experiment = edits.set_value(whole, "training.optimizer", kind)
    looked, plain = Run(experiment), Run(experiment)
    for _ in range(3):
        looked.step(7)
        plain.step(7)
        here.evaluated(looked)
    assert looked.digest() == plain.digest()
    assert np.array_equal(looked.records, plain.records)


@pytest.mark.parametrize("experiment", [START, edits.set_dataset(START, "plane")], ids=["classes", "numbers"])
def test_the_row_is_what_an_evaluation_would_record(experiment):
    ahead, run = Run(experiment), Run(experiment)
    ahead.step(50)
    known = ahead.records[-1]
    run.step(int(known[0]))
    row = here.evaluated(run)
    assert np.array(row.tolist()[0]).tolist() == known.tolist()
    run.step(999)
    row = here.evaluated(run)
    assert row.step[0] == run.steps
    assert row.train_loss[0] == pytest.approx(run.loss("train"))
    assert row.validation_loss[0] == pytest.approx(run.loss("validation"))
    longer = here.with_row(run.history, row)
    assert longer.step[-1] == run.steps
    assert np.array_equal(here.with_row(longer, row), longer)


def test_what_takes_long_is_left_to_the_run(monkeypatch):
    monkeypatch.setattr(here, "MOST_WORK", 10)
    run = Run(START)
    run.step(999)
    assert here.evaluated(run) is None
