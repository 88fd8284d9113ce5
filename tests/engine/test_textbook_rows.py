"""The numbers that the textbook's rows promise, each from a run of the engine."""

from __future__ import annotations

import math

import numpy as np
import pytest

from playground.catalog import registries
from playground.catalog.datasets.entry import LINE, Dataset, Samples
from playground.engine import lbfgs
from playground.engine.rehearsal import rehearse
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.shapes import shapes
from playground.session.stopping import steps_to_stop
from tests.engine.kernel_calls import call

START = edits.default_experiment()


def chain(experiment, units, activation, initializer="glorot_uniform"):
    """The experiment with dense layers of these widths, all alike."""
    experiment = edits.with_layers(experiment, ())
    for index, count in enumerate(units):
        experiment = edits.add_layer(
            experiment, index, "dense", units=count, activation=activation, initializer=initializer
        )
    return edits.set_value(experiment, "network.output.initializer", initializer)


def all_for_training(experiment):
    for part, share in (("train", 1.0), ("validation", 0.0), ("test", 0.0)):
        experiment = edits.set_value(experiment, f"data.split.{part}", share)
    return experiment


def trained_accuracy(experiment, seed, steps):
    run = Run(edits.set_value(experiment, "seed", seed))
    run.step(steps)
    x, y = run.data("all")
    return float(np.mean((run.predict(x)[:, 0] > 0.5) == y))


def test_xor_needs_a_bend():
    xor = edits.set_value(
        edits.set_dataset(START, "xor", noise=0.0), "training.optimizer.learning_rate", 0.03
    )
    straight, bent = (
        [trained_accuracy(chain(xor, (8, 8), activation), seed, 500) for seed in range(1, 6)]
        for activation in ("identity", "tanh")
    )
    assert max(straight) <= 0.6
    assert min(bent) >= 0.98


def gradient_ratio(activation, initializer, dataset="spiral"):
    """The gradient of the first of ten layers over that of the last, at the start: median of ten seeds."""
    deep = chain(edits.set_dataset(START, dataset), [16] * 10, activation, initializer)
    ratios = []
    for seed in range(1, 11):
        run = Run(edits.set_value(deep, "seed", seed), dtype="float64")
        _, gradients = run.loss_and_gradients(*run.data("train"))
        first, last = (np.linalg.norm(gradients[f"dense_{number}.weight"]) for number in (1, 10))
        ratios.append(first / last)
    return float(np.median(ratios))


def test_what_ten_layers_leave_of_the_gradient_is_what_the_textbook_says():
    """How much it is depends on the data: PyTorch finds 1e-6 on spirals and 2.5e-7 on a circle, as we do."""
    names = ("spiral", "circle", "xor", "curve")
    sigmoid = [gradient_ratio("sigmoid", "glorot_uniform", name) for name in names]
    assert min(sigmoid) > 5e-7 / 2.5
    assert max(sigmoid) < 5e-7 * 2.5
    assert np.exp(np.mean(np.log(sigmoid))) == pytest.approx(5e-7, rel=0.2)
    relu = [gradient_ratio("relu", "he_uniform", name) for name in names]
    assert np.exp(np.mean(np.log(relu))) == pytest.approx(0.4, rel=0.25)


def test_first_weights_and_activation_decide_what_ten_layers_leave_of_the_gradient():
    assert gradient_ratio("sigmoid", "pytorch_default") < 1e-7
    assert 0.3 < gradient_ratio("tanh", "glorot_uniform") < 1.5
    assert gradient_ratio("relu", "pytorch_default") < 0.02


@pytest.mark.parametrize(("activation", "dead"), [("relu", 8), ("leaky_relu", 0)])
def test_dead_units_stay_dead_under_relu_and_none_under_leaky_relu(activation, dead):
    run = Run(chain(edits.set_dataset(START, "circle"), (16,), activation))
    bias = run.parameters["dense_1.bias"]
    bias[:8] = -3.0
    run.set_parameters({"dense_1.bias": bias})
    before = run.parameters["dense_1.weight"]
    run.step(600)
    moved = np.any(run.parameters["dense_1.weight"] != before, axis=1)
    assert np.count_nonzero(~moved[:8]) == dead
    assert moved[8:].all()
    off = (run.forward(run.data("train")[0]).post["dense_1"][:8] == 0.0).all(axis=1)
    assert np.count_nonzero(off) == dead


def wave(seed):
    x = np.linspace(0.0, 1.0, 200)
    return Samples(x[:, None], (np.sin(2 * math.pi * x) + 0.5 * np.sin(5 * math.pi * x))[:, None])


@pytest.fixture
def wave_data():
    """sin 2πx + ½ sin 5πx on 0 to 1, as a data set of the catalog for the time of a test."""
    entry = Dataset(
        "wave",
        "Wave",
        "Two sines.",
        task="regression",
        raw_names=("x1",),
        target_names=("y",),
        domain=LINE,
        make=wave,
    )
    registries["datasets"].register(entry)
    yield edits.set_dataset(START, "wave")
    del registries["datasets"].entries["wave"]


def wave_error(experiment, width):
    experiment = chain(experiment, (width,), "tanh", "pytorch_default")
    experiment = edits.set_value(all_for_training(experiment), "training.batch_size", 200)
    experiment = edits.set_value(experiment, "training.optimizer.learning_rate", 0.01)
    errors = []
    for seed in range(1, 6):
        run = Run(edits.set_value(experiment, "seed", seed))
        run.step(2000)
        errors.append(run.history.train_metric[-1])
    return float(np.median(errors))


def test_a_wide_layer_fits_any_curve(wave_data):
    """The root of the mean squared error after 2,000 full batches of Adam, median of five seeds."""
    errors = {width: wave_error(wave_data, width) for width in (1, 4, 64)}
    assert errors[64] < 0.02
    assert errors[64] < errors[4] / 10
    assert errors[1] > 0.4


def test_the_chain_of_the_chapter_has_209_parameters():
    data = edits.set_dataset(START, "random", inputs=3, classes=0)
    assert shapes(chain(data, (16, 8), "relu")).parameter_count == 209


def test_100_samples_in_batches_of_32_take_4_steps_an_epoch():
    data = edits.set_dataset(START, "random", samples=100)
    run = Run(edits.set_value(all_for_training(data), "training.batch_size", 32))
    assert run.steps_per_epoch == 4
    run.step(3)
    assert run.epochs == pytest.approx(0.96)
    run.step(1)
    assert (run.epochs, run.epoch_position) == (1.0, 0)


def test_the_smaller_last_batch_is_left_out_where_asked_for():
    data = edits.set_dataset(START, "random", samples=100)
    whole = edits.set_value(all_for_training(data), "training.batch_size", 32)
    run = Run(edits.set_value(whole, "training.drop_last", True))
    assert run.steps_per_epoch == run.experiment.steps_per_epoch(100) == 3
    run.step(2)
    assert (run.epochs, run.epoch_position) == (pytest.approx(2 / 3), 2)
    run.step(1)
    assert (run.epochs, run.epoch_position) == (1.0, 0)
    run.step(60)
    assert run.history.epoch == pytest.approx(run.history.step / 3)
    run.adopt(edits.set_value(run.experiment, "training.stop.epochs", 22))
    assert steps_to_stop(run) == 3
    run.step(1)
    assert steps_to_stop(run) == 2
    run.adopt(edits.set_value(run.experiment, "training.batch_size", 1000))
    assert run.steps_per_epoch == 1


@pytest.mark.parametrize("backend", ["compiled", "twin"])
def test_no_batch_is_smaller_where_the_last_one_is_left_out(backend):
    data = edits.set_dataset(START, "random", samples=100)
    whole = edits.set_value(all_for_training(data), "training.batch_size", 32)
    run, orders = Run(edits.set_value(whole, "training.drop_last", True), backend=backend), []
    for _ in range(2):
        batches = [rehearse_and_step(run) for _ in range(3)]
        assert [len(batch) for batch in batches] == [32, 32, 32]
        orders.append([row for batch in batches for row in batch])
        assert len(set(orders[-1])) == 96
    assert set(orders[0]) != set(orders[1])


def rehearse_and_step(run):
    rows = rehearse(run).rows.tolist()
    run.step()
    return rows


def test_a_batch_size_set_in_mid_epoch_leaves_no_batch_of_one_under_batch_norm():
    data = edits.set_dataset(START, "random", samples=100)
    normed = edits.add_layer(all_for_training(data), 1, "batch_norm")
    for drop in (False, True):
        whole = edits.set_value(normed, "training.batch_size", 7)
        run = Run(edits.set_value(whole, "training.drop_last", drop))
        run.step(3)
        run.adopt(edits.set_value(run.experiment, "training.batch_size", 6))  # 79 samples: 13 batches and one
        sizes = [len(rehearse_and_step(run)) for _ in range(14)]
        assert set(sizes) == {6}
        assert np.isfinite(np.concatenate([array.ravel() for array in run.parameters.values()])).all()


def noisy_circle(**changes):
    """Sixty points that hardly tell their class, before 64 and 64 relu units, 1,500 full batches of Adam."""
    made = chain(edits.set_dataset(START, "circle", samples=60, noise=0.9), (64, 64), "relu", "he_uniform")
    for path, value in (
        {"training.optimizer.learning_rate": 0.01, "training.batch_size": 60} | changes
    ).items():
        made = edits.set_value(made, path, value)
    return made


def overfit(experiment):
    run = Run(experiment)
    run.step(1500)
    return run.history.train_loss[-1], run.history.validation_loss


def test_a_large_network_overfits_a_noisy_circle_and_decay_and_dropout_temper_it():
    train, judged = overfit(noisy_circle())
    assert train < 5e-4
    assert judged[-1] > 4.0
    assert judged.min() < 0.7
    assert judged.argmin() < len(judged) / 4
    decay = {"training.optimizer": "adamw", "training.optimizer.weight_decay": 0.3}
    kept, tempered = overfit(noisy_circle(**decay))
    assert kept > 10 * train
    assert tempered[-1] < judged[-1] / 3
    dropping = edits.add_layer(
        edits.add_layer(noisy_circle(), 1, "dropout", rate=0.3), 3, "dropout", rate=0.3
    )
    assert overfit(dropping)[1][-1] < judged[-1] / 1.5


def lowest(key, rate, **settings):
    """½(x² + 50y²) after 100 steps of a rule from (−4, 2)."""
    entry = registries["optimizers"][key]
    given = {setting.key: float(setting.default) for setting in entry.settings} | settings
    given["learning_rate"] = rate
    counters, w = [first for _, first in entry.counters], [-4.0, 2.0]
    slots = [[0.0] * len(entry.slots) for _ in w]
    for _ in range(100):
        made = (entry.prepare or (lambda *numbers: numbers))(*counters, *given.values())
        counters = made[: len(counters)]
        for i, curvature in enumerate((1.0, 50.0)):
            g = curvature * w[i]
            w[i], *slots[i] = entry.update(w[i], g, *slots[i], *made[len(counters) :])
        if max(abs(each) for each in w) > 1e100:
            return math.inf
    return 0.5 * (w[0] ** 2 + 50.0 * w[1] ** 2)


def test_the_reference_race_ends_as_the_textbook_says():
    rates = np.geomspace(1e-3, 1.0, 24)
    keys = ("sgd", "momentum", "adam", "adamw", "rmsprop")
    best = {key: min(lowest(key, rate) for rate in rates) for key in keys}
    assert 3.5e-3 / 1.5 < best["sgd"] < 3.5e-3 * 1.5
    assert 3.3e-4 / 2 < best["momentum"] < 3.3e-4 * 2
    assert best["adam"] < 3.7e-4
    assert best["adamw"] < 3.7e-4
    assert best["rmsprop"] < 1e-30


@pytest.mark.parametrize(("times", "settles"), [(1.9, True), (2.1, False)])
def test_descent_on_a_valley_settles_below_two_over_its_largest_curvature(times, settles):
    w = lowest("sgd", times / 50.0)
    assert (w < 250.0) is settles  # the loss at (−4, 2) is 108
    assert w > 1e8 or settles


def test_lbfgs_ends_the_reference_race_after_a_handful_of_evaluations():
    n, history, evaluations = 4, 20, 0
    arena, cells = np.zeros(n * (1 + lbfgs.PAIRS + 2 * history)), np.zeros(lbfgs.FACTORS + 2 * history)
    arena[:2] = -4.0, 2.0
    slope, curvature = slice(n * (1 + lbfgs.SLOPE), n * (2 + lbfgs.SLOPE)), np.array([1.0, 50.0, 0.0, 0.0])
    value = math.inf
    while value > 1e-12:
        lbfgs.depart(arena, cells, 0, n, n, 0, history, 1.0)
        again = True
        while again:
            value, arena[slope] = 0.5 * curvature @ arena[:n] ** 2, curvature * arena[:n]
            evaluations += 1
            again = lbfgs.search(arena, cells, 0, n, n, 0, history, 1.0, value)
    assert evaluations <= 12


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_the_first_step_of_adam_is_the_learning_rate_times_the_sign_of_the_gradient(kind):
    experiment = edits.set_value(START, "training.optimizer", kind)
    experiment = edits.set_value(experiment, "training.batch_size", 1000)
    if kind == "adamw":
        experiment = edits.set_value(experiment, "training.optimizer.weight_decay", 0.0)
    run = Run(experiment, "float64")
    before = run.parameters
    _, gradients = run.loss_and_gradients(*run.data("train"))
    run.step()
    rate = experiment.training.optimizer.learning_rate
    for name, gradient in gradients.items():
        moved = run.parameters[name] - before[name]
        np.testing.assert_allclose(
            moved, -rate * np.sign(gradient), rtol=1e-8 / np.abs(gradient).min() + 1e-9
        )


def test_a_penalty_under_adam_does_not_shrink_weights_by_their_share_as_adamw_does():
    """With no gradient from the data, decay takes the same share of each weight; L2 the same length."""
    bent = {f"network.{name}.activation": "relu" for name in ("dense_1", "dense_2")}
    experiment = START
    for path, value in (bent | {"training.l2": 0.3}).items():
        experiment = edits.set_value(experiment, path, value)
    run = Run(experiment, "float64")
    dead = np.full(run.parameters["dense_1.bias"].shape, -1000.0)
    run.set_parameters({"dense_1.bias": dead})
    before = run.parameters["dense_1.weight"]
    run.step()
    moved = np.abs(run.parameters["dense_1.weight"] - before)
    assert moved == pytest.approx(experiment.training.optimizer.learning_rate, rel=1e-3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_and_tanh_keep_their_range_and_tanh_is_odd(dtype):
    sigmoid, tanh = (activation_run(kind, dtype) for kind in ("sigmoid", "tanh"))
    z = np.concatenate([np.linspace(-15.0, 15.0, 601), [-1e30, -90.0, 90.0, 1e30]]).astype(dtype)
    s, t = sigmoid(z), tanh(z)
    assert ((s[:601] > 0.0) & (s[:601] < 1.0)).all()
    assert (s >= 0.0).all()
    assert (s <= 1.0).all()
    assert (np.abs(t) <= 1.0).all()
    assert np.array_equal(tanh(-z), -t)
    assert sigmoid(np.zeros(1, dtype))[0] == 0.5


def activation_run(kind, dtype):
    """The engine's activation as a function of an array."""

    def apply(z):
        out, _ = call(f"apply:{kind}", np.dtype(dtype).name, "compiled", [z[None, :]])
        return out[0]

    return apply


@pytest.mark.parametrize(
    ("kind", "settings", "slope"),
    [("relu", (), 0.0), ("leaky_relu", (0.2,), 0.2), ("sigmoid", (), 0.25), ("tanh", (), 1.0)],
)
def test_slopes_at_nothing_are_those_of_the_conventions(kind, settings, slope):
    entry = registries["activations"][kind]
    assert entry.slope(0.0, entry.value(0.0, *settings), *settings) == slope
