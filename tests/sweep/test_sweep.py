"""Sweeps: every run has the bits of a run on its own, can be stopped at any time, and says what failed."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment.edits import default_experiment, set_dataset, set_value
from playground.sweep import Job, Sweep
from playground.sweep.scores import lower_is_better, scores
from tests.patience import PATIENCE

START = default_experiment()


def finished(jobs, **options):
    sweep = Sweep(jobs, **options).start()
    assert sweep.wait(PATIENCE)
    return sweep.state()


def changed(path, value, start=START):
    return set_value(start, path, value)


def test_every_run_has_the_bits_of_a_run_on_its_own():
    jobs = [Job(f"seed {seed}", START, seed=seed, steps=150) for seed in (1, 2, 7)]
    state = finished(jobs, workers=3)
    assert state.done
    assert state.progress == 1.0
    assert state.message == "3 runs finished."
    for job, result in zip(jobs, state.results, strict=True):
        run = Run(set_value(START, "seed", job.seed))
        run.step(150)
        assert result.label == job.label
        assert result.finished
        assert result.failure is None
        assert result.digest == run.digest()
        assert np.array_equal(result.step, run.history.step)
        assert np.array_equal(result.train_loss, run.history.train_loss)
        assert np.array_equal(result.validation_loss, run.history.validation_loss)
        assert np.array_equal(result.validation_metric, run.history.validation_metric)
        for name, array in run.parameters.items():
            assert np.array_equal(result.weights[name], array)
        assert result.metrics == scores(run)
    assert len({result.digest for result in state.results}) == 3


def test_gradient_norms_are_looked_at_on_the_way():
    (result,) = finished([Job("", START, steps=120)]).results
    assert result.looked.tolist() == [120 * mark // 50 for mark in range(1, 51)]
    run = Run(START)
    for place in (0, 20, 49):
        run.step(int(result.looked[place]) - run.steps)
        for layer, values in result.norms.items():
            parts = [a for name, a in run.gradients.items() if name.startswith(f"{layer}.")]
            assert values[place] == pytest.approx(np.sqrt(sum(float((a**2).sum()) for a in parts)), rel=1e-5)
    assert list(result.norms) == ["dense_1", "dense_2", "output"]


def test_the_best_weights_are_those_of_the_lowest_loss_on_the_way():
    (result,) = finished([Job("", START, steps=200)]).results
    run = Run(START)
    losses = [run.loss("validation")]
    for _ in range(50):
        run.step(4)
        losses.append(run.loss("validation"))
    run = Run(START)
    run.set_parameters(result.best)
    assert run.loss("validation") == min(losses)


@pytest.mark.parametrize(
    ("job", "steps"),
    [
        (Job("", START, epochs=2), 2 * Run(START).steps_per_epoch),
        (Job("", START, steps=0), 0),
        (Job("", changed("training.stop.steps", 12), epochs=3), 12),
        (Job("", START), 100 * Run(START).steps_per_epoch),
    ],
)
def test_a_run_goes_as_far_as_told(job, steps):
    (result,) = finished([job]).results
    assert result.finished
    assert result.steps == steps


def test_a_target_loss_ends_a_run_at_the_same_step_every_time():
    experiment = changed("training.stop.target_loss", 0.4)
    ends = {finished([Job("", experiment, epochs=200)]).results[0].steps for _ in range(2)}
    assert len(ends) == 1
    assert 0 < ends.pop() < 200 * Run(START).steps_per_epoch


def test_a_diverged_run_and_one_that_cannot_train_say_so_beside_one_that_can():
    numbers = set_dataset(START, "plane")
    wild = changed("training.optimizer", {"kind": "sgd", "learning_rate": 1e6}, numbers)
    wild = changed("network.dense_1.activation", "relu", wild)
    wild = changed("network.dense_2.activation", "relu", wild)
    useless = changed("network.output.units", 7, START)
    state = finished([Job("wild", wild, steps=500), Job("useless", useless), Job("fine", START, steps=10)])
    assert state.done
    assert state.message == "1 of 3 runs finished, 2 failed."
    first, second, third = state.results
    assert first.failure.startswith("The loss stopped being a finite number at step")
    assert not first.finished
    assert len(first.step)
    assert second.failure.endswith(".")
    assert not len(second.step)
    assert third.finished


def test_a_seed_that_cannot_be_one_is_a_sentence():
    (result,) = finished([Job("", START, seed=-1)]).results
    assert result.failure
    assert not result.finished


def test_results_grow_while_runs_train_and_a_sweep_can_be_cancelled_at_any_time():
    before = threading.active_count()
    sweep = Sweep([Job("", START, seed=seed, steps=10**9) for seed in range(5)], workers=2)
    assert sweep.state().message == "Getting the engine ready…"
    sweep.start()
    lengths = set()
    while len(lengths) < 3:
        state = sweep.state()
        lengths.add(len(state.results[0].step))
        assert not state.done
        assert 0.0 <= state.progress < 1.0
        time.sleep(0.05)
    sweep.cancel()
    assert sweep.wait(PATIENCE)
    state = sweep.state()
    assert state.done
    assert state.message == "Cancelled: 0 of 5 runs finished."
    assert not any(result.finished or result.failure for result in state.results)
    assert state.results[0].steps > 0
    assert state.results[0].weights
    assert not len(state.results[4].step)
    assert threading.active_count() == before


def test_a_look_sees_the_run_at_its_end():
    state = finished([Job("", START, steps=30)], look=lambda run: (run.steps, run.predict(run.data()[0][:2])))
    steps, predicted = state.results[0].seen
    assert steps == 30
    assert predicted.shape == (2, 1)


def test_nothing_to_do_is_done():
    state = finished([])
    assert state.done
    assert state.progress == 1.0


@pytest.mark.parametrize("name", ["validation_loss", "train_rmse", "validation_mae"])
def test_errors_are_better_when_lower(name):
    assert lower_is_better(name)
    assert not lower_is_better("validation_accuracy")
