"""Runs: the same bits however they are cut, the compiled engine beside its twin, and what is refused."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine import assemble
from playground.engine.program import trace
from playground.engine.run import Run
from playground.engine.state import RunState
from playground.experiment import edits
from playground.experiment.files import load
from playground.experiment.presets import names

START = edits.default_experiment()


def built(kinds, batch=30, **changes):
    """A network with layers of these kinds between two dense ones."""
    experiment = START
    for kind in kinds:
        experiment = edits.add_layer(experiment, 1, kind)
    experiment = edits.set_value(experiment, "training.batch_size", batch)
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path.replace("__", "."), value)
    return experiment


def residual(kind):
    """Layers of one width, joined with the inputs of the one before."""
    wide = edits.set_value(START, "network.dense_2.units", 6)
    return edits.add_layer(edits.add_layer(wide, 2, kind), 3, "dense", units=4)


EXPERIMENTS = {
    "layer norm": built(["layer_norm"], batch=17),
    "noise": built(["gaussian_noise"]),
    "noise on the inputs": edits.add_layer(START, 0, "gaussian_noise"),
    "dropout of the chapter": built(["dropout"], network__dropout_1__scaling="at_test_time"),
    "add": residual("add"),
    "concatenate": residual("concatenate"),
    "every layer": edits.add_layer(
        built(["dropout", "layer_norm", "gaussian_noise", "batch_norm"], batch=17), 2, "concatenate"
    ),
    "plain": START,
    "dropout": built(["dropout"]),
    "batch norm": built(["batch_norm"]),
    "both": built(["dropout", "batch_norm"], batch=17),
    "penalties": built([], training__l1=0.01, training__l2=0.1),
    "full batch": built([], batch=1000),
    "one by one": built([], batch=1),
    "momentum": built([], training__optimizer="momentum"),
    "sgd": built([], training__optimizer="sgd"),
    "three classes": edits.set_dataset(START, "penguins"),
    "numbers": edits.set_dataset(START, "plane"),
    "curve": edits.set_dataset(START, "curve"),
    "squared error for classes": edits.set_loss(START, "mean_squared_error"),
}


@pytest.mark.parametrize("case", EXPERIMENTS)
def test_the_compiled_engine_does_what_its_twin_does(case):
    experiment = EXPERIMENTS[case]
    run, twin = Run(experiment, dtype="float64"), Run(experiment, dtype="float64", backend="twin")
    for steps in (1, 1, 20):
        run.step(steps)
        twin.step(steps)
        for name, wanted in (twin.parameters | twin.buffers).items():
            np.testing.assert_allclose((run.parameters | run.buffers)[name], wanted, rtol=1e-9, atol=1e-12)
    for column in run.history.dtype.names:
        np.testing.assert_allclose(run.history[column], twin.history[column], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("case", ["plain", "both", "three classes"])
def test_the_same_bits_however_it_is_cut(case):
    straight, cut = Run(EXPERIMENTS[case]), Run(EXPERIMENTS[case])
    straight.step(300)
    for steps in (1, 2, 7, 90):
        cut.step(steps)
        cut.forward(cut.data("train")[0])
        cut.loss("validation")
    while cut.steps < 300:
        cut.advance(milliseconds=0.01, most_steps=300 - cut.steps)
    assert cut.digest() == straight.digest()
    assert np.array_equal(cut.history, straight.history)


def test_another_process_gets_the_same_bits():
    code = (
        "from playground.engine.run import Run; from playground.experiment.edits import default_experiment;"
        "run = Run(default_experiment()); run.step(500); print(run.digest())"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    run = Run(START)
    run.step(500)
    assert found == {run.digest() + "\n"}


def test_one_thread_or_two_the_same_bits():
    wide = edits.set_value(edits.set_value(START, "network.dense_1.units", 512), "network.dense_2.units", 512)
    runs = [Run(wide, threads=threads) for threads in (1, 2)]
    for run in runs:
        run.step(5)
    assert runs[0].digest() == runs[1].digest()


def test_a_state_that_was_kept_goes_on_with_the_same_bits():
    run = Run(EXPERIMENTS["both"])
    run.step(50)
    arrays = run.state().to_arrays()
    run.step(50)
    again = Run(EXPERIMENTS["both"])
    again.restore(RunState.from_arrays(arrays))
    again.step(50)
    assert again.digest() == run.digest()


def test_dropout_and_batch_norm_predict_without_chance():
    run = Run(EXPERIMENTS["both"])
    run.step(20)
    x, _ = run.data("validation")
    assert np.array_equal(run.predict(x), run.predict(x))
    one = np.concatenate([run.predict(x[i : i + 1]) for i in range(len(x))])
    np.testing.assert_array_equal(one, run.predict(x))


def test_batch_norm_measures_what_pytorch_measures():
    experiment = built(["batch_norm"], batch=240)
    run = Run(experiment, dtype="float64")
    first = run.parameters
    x, _ = run.data("train")
    h = np.tanh(x @ first["dense_1.weight"].T + first["dense_1.bias"])
    run.step(1)
    np.testing.assert_allclose(run.buffers["batch_norm_1.running_mean"], 0.1 * h.mean(axis=0), rtol=1e-9)
    wanted = 0.9 + 0.1 * h.var(axis=0, ddof=1)
    np.testing.assert_allclose(run.buffers["batch_norm_1.running_var"], wanted, rtol=1e-9)


def test_the_first_step_of_adam_is_the_learning_rate():
    run = Run(START, dtype="float64")
    before = run.parameters
    run.step(1)
    moved = np.concatenate([(run.parameters[n] - before[n]).ravel() for n in before])
    np.testing.assert_allclose(np.abs(moved[moved != 0]), 0.02, rtol=1e-3)


def test_penalties_pull_every_parameter_and_are_not_in_the_loss():
    plain = Run(built([], batch=240, training__optimizer="sgd"), dtype="float64")
    pulled = Run(
        built([], batch=240, training__optimizer="sgd", training__l1=0.01, training__l2=0.1), dtype="float64"
    )
    first = plain.parameters
    rate = plain.experiment.training.optimizer.learning_rate
    plain.step(1)
    pulled.step(1)
    for name, w in first.items():
        wanted = plain.parameters[name] - rate * (0.1 * w + 0.01 * np.sign(w))
        np.testing.assert_allclose(pulled.parameters[name], wanted, rtol=1e-9, atol=1e-15)
    assert plain.history[0].train_loss == pulled.history[0].train_loss


def test_a_loss_that_is_not_finite_stops_before_the_update():
    wild = edits.set_value(edits.set_dataset(START, "plane"), "training.optimizer", "sgd")
    for layer in ("dense_1", "dense_2"):
        wild = edits.set_value(wild, f"network.{layer}.activation", "relu")
    run = Run(edits.set_value(wild, "training.optimizer.learning_rate", 1e5))
    with pytest.raises(FloatingPointError, match="learning rate"):
        run.step(10_000)
    assert all(np.isfinite(array).all() for array in run.parameters.values())


@pytest.mark.parametrize("name", names())
def test_every_preset_trains(name):
    run = Run(load(name))
    first = run.loss("train")
    run.step(200)
    assert run.loss("train") < first or name == "dead_relus"  # which shows how learning fails
    assert np.isfinite(run.history["train_loss"]).all()


@pytest.mark.parametrize("units", [1, 15, 16, 17, 4096])
def test_widths_at_the_edges(units):
    experiment = edits.set_value(START, "network.dense_1.units", units)
    run, twin = Run(experiment, dtype="float64"), Run(experiment, dtype="float64", backend="twin")
    x, y = run.data("train")
    loss, gradients = run.loss_and_gradients(x[:33], y[:33])
    wanted, judged = twin.loss_and_gradients(x[:33], y[:33])
    assert loss == pytest.approx(wanted, rel=1e-12)
    for name, array in judged.items():
        np.testing.assert_allclose(gradients[name], array, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("optimizer", registries["optimizers"].keys())
def test_settings_are_poked_without_losing_anything(optimizer):
    whole = edits.set_value(START, "training.batch_size", 400)  # as L-BFGS needs it
    run = Run(edits.set_choice(whole, "training.optimizer", optimizer))
    run.step(10)
    before = run.parameters
    lost = run.adopt(edits.set_value(run.experiment, "training.optimizer.learning_rate", 0.0))
    assert not lost.tensors
    run.step(10)
    after = run.parameters
    assert all(np.array_equal(before[name], after[name]) for name in before)


def test_a_smaller_layer_keeps_the_overlapping_weights():
    run = Run(START)
    run.step(10)
    before = run.parameters
    run.adopt(edits.set_value(START, "network.dense_1.units", 4))
    after = run.parameters
    assert np.array_equal(after["dense_1.weight"], before["dense_1.weight"][:4])
    assert np.array_equal(after["dense_2.weight"], before["dense_2.weight"][:, :4])
    run.step(10)


def test_what_is_refused_is_said_in_words():
    run = Run(START)
    x, y = run.data("train")
    for wrong in (
        lambda: Run(START, dtype="float16"),
        lambda: Run(START, threads=0),
        lambda: run.step(-1),
        lambda: run.predict(x[:, :1]),
        lambda: run.predict("no"),
        lambda: run.data("tomorrow"),
        lambda: run.loss_and_gradients(x, y[:-1]),
        lambda: run.set_parameters({"nothing": x}),
        lambda: run.set_parameters({"dense_1.bias": np.zeros(3)}),
        lambda: run.set_parameters({"dense_1.bias": np.full(6, np.nan)}),
        lambda: Run(edits.set_value(START, "network.output.units", 9)),
    ):
        with pytest.raises(ValueError, match=r"\w+ \w+"):
            wrong()


def test_chunks_leave_no_sample_out():
    many = edits.set_value(START, "data.dataset.samples", 5000)
    run = Run(many, dtype="float64")
    x, y = run.data("all")
    whole, parts = run.predict(x), np.concatenate([run.predict(part) for part in np.array_split(x, 50)])
    np.testing.assert_array_equal(whole, parts)
    for part in ("train", "validation"):
        x, y = run.data(part)
        assert run.loss(part) == pytest.approx(run.loss_and_gradients(x, y)[0], rel=1e-12)
    x, y = run.data("train")
    assert run.history[0].train_loss == pytest.approx(run.loss("train"), rel=1e-12)


def test_the_program_can_be_read():
    lines = trace(assemble.training_program(START, "float32", 240)).splitlines()
    assert any("apply:tanh" in line and "forward" in line for line in lines)
    assert any("update:adam" in line for line in lines)


def test_every_kernel_compiles():
    from playground.engine.compiled import address
    from playground.engine.warm_up import every_kernel

    for dtype in ("float32", "float64"):
        for name in every_kernel():
            assert address(name, dtype)


@pytest.mark.parametrize("samples", [255, 257, 264, 2047, 2049, 2056, 2116, 4100])
def test_an_answer_does_not_depend_on_what_is_answered_with_it(samples):
    run = Run(edits.default_experiment())
    run.step(50)
    x = np.random.default_rng(samples).normal(size=(samples, 2))
    alone = np.concatenate([run.predict(x[start : start + 100]) for start in range(0, samples, 100)])
    np.testing.assert_array_equal(run.predict(x), alone)


@pytest.mark.parametrize("samples", [300, 500, 1000])
def test_the_curves_are_the_losses_of_all_samples(samples):
    experiment = edits.set_value(edits.default_experiment(), "data.dataset.samples", samples)
    run = Run(experiment, dtype="float64")
    run.step(run.steps_per_epoch)
    for part in ("train", "validation"):
        x, y = run.data(part)
        p = run.predict(x)[:, 0]
        expected = -np.mean(np.where(y == 1, np.log(p), np.log(1 - p)))
        assert run.history[-1][f"{part}_loss"] == pytest.approx(expected, rel=1e-9)
        assert run.loss(part) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("backend", ["compiled", "twin"])
@pytest.mark.parametrize("samples", [5, 4100, 40_000])
def test_an_answer_stays_as_it_is_when_more_is_asked(backend, samples):
    run = Run(edits.default_experiment(), backend=backend)
    x = np.random.default_rng(0).normal(size=(samples, 2))
    held = run.forward(x).post["dense_1"]
    before = held.copy()
    run.step(3)
    x[:, 0] += 1.0
    later = run.forward(x).post["dense_1"]
    np.testing.assert_array_equal(held, before)
    assert not np.array_equal(later, before)
    np.testing.assert_array_equal(run.forward(x).post["dense_1"], later)


def test_a_run_that_is_over_gives_its_memory_back_at_once():
    gc.collect()
    gc.disable()
    try:
        run = Run(load("xor"))
        run.step(3)
        kept = [weakref.ref(run), weakref.ref(run._machine), weakref.ref(run._machine.arena.base)]
        del run
        assert [each() for each in kept] == [None, None, None]
    finally:
        gc.enable()
