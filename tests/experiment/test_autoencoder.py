"""Learning the inputs themselves: shapes, data, files and the run of an autoencoder."""

from __future__ import annotations

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.engine.run import Run
from playground.experiment import edits, files
from playground.experiment.data import prepare
from playground.experiment.problems import problems
from playground.experiment.shapes import class_count, shapes, target_names, task
from playground.session.frames import Frames
from playground.session.snapshot import PredictedOutput, ReconstructionOutput

START = edits.default_experiment()


@pytest.mark.parametrize("key", datasets.keys())
def test_every_data_set_can_be_reproduced(key):
    experiment = edits.set_target(edits.set_dataset(START, key), "inputs")
    assert problems(experiment) == ()
    assert (task(experiment.data), class_count(experiment.data)) == ("regression", 0)
    assert shapes(experiment).outputs == shapes(experiment).inputs == len(target_names(experiment.data))
    prepared = prepare(experiment.data, experiment.seed)
    np.testing.assert_array_equal(prepared.targets, prepared.inputs)
    rows = prepared.train
    restored = prepared.restore_targets(prepared.targets[rows])
    np.testing.assert_allclose(restored, prepared.raw_targets[rows], rtol=1e-9, atol=1e-9)
    assert files.loads(files.dumps(experiment)) == experiment
    assert edits.set_target(experiment, "dataset") == edits.set_dataset(START, key)


def test_the_usual_target_is_not_written_into_files():
    assert '"target"' not in files.dumps(START)
    assert '"target": "inputs"' in files.dumps(edits.set_target(START, "inputs"))


def test_without_its_own_loss_it_is_refused_in_words():
    found = problems(edits.set_value(START, "data.target", "inputs"))
    assert [problem.place for problem in found] == ["training.loss"]


def test_a_narrow_layer_learns_to_reproduce_digits():
    experiment = files.load("autoencoder")
    assert [layer.units for layer in experiment.network.layers] == [32, 8, 32]
    run = Run(experiment)
    first = run.loss("validation")
    run.step(400)
    assert run.loss("validation") < 0.5 * first
    output = Frames(run, run.prepared).output()
    assert isinstance(output, ReconstructionOutput)
    assert output.images.shape == (24, 64)
    assert output.error == pytest.approx(run.history["validation_metric"][-1], rel=0.2)


def test_all_outputs_of_a_table_are_compared():
    run = Run(edits.set_target(edits.set_dataset(START, "penguins"), "inputs"))
    output = Frames(run, run.prepared).output()
    assert isinstance(output, PredictedOutput)
    assert (
        output.predicted.shape == output.observed.shape == (len(output.rows), shapes(run.experiment).outputs)
    )


def test_two_targets_are_learnt_at_once():
    run = Run(files.load("swirl"), dtype="float64")
    run.step(1500)
    x, y = run.data("validation")
    left = np.mean((run.predict(x) - y) ** 2, axis=0)
    assert y.shape[1] == 2
    assert (left < 0.3 * y.var(axis=0)).all()
