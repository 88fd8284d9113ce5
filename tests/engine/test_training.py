"""Training beside PyTorch, whose answers are recorded in tests/golden/training.json."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from playground.catalog import registries
from playground.catalog.schedules import rate
from playground.engine import lbfgs
from playground.engine.run import Run
from playground.engine.state import RunState
from playground.experiment import edits
from playground.experiment.problems import problems

START = edits.default_experiment()
GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "training.json").read_text(encoding="utf-8"))


ALL_FROZEN = ("dense_1", "dense_2", "output")


def changed(experiment, changes):
    for path, value in changes.items():
        experiment = edits.set_value(experiment, path, value)
    return experiment


def small(changes=None):
    """Three tanh units between two inputs and one output, one batch an epoch."""
    experiment = edits.remove_layer(START, "dense_2")
    experiment = edits.set_value(experiment, "network.dense_1.units", 3)
    return changed(edits.set_value(experiment, "training.batch_size", 1000), changes or {})


def flat(run):
    return np.concatenate([run.parameters[name].ravel() for name in sorted(run.parameters)])


@pytest.mark.parametrize("case", GOLDEN["paths"])
def test_a_hundred_steps_as_pytorch_takes_them(case):
    recorded = GOLDEN["paths"][case]
    run = Run(small(recorded["changes"]), dtype="float64")
    for step, wanted in recorded["parameters"].items():
        run.step(int(step) - run.steps)
        np.testing.assert_allclose(flat(run), wanted, rtol=0, atol=1e-9)


def test_every_optimizer_is_recorded():
    recorded = {path["changes"]["training.optimizer"] for path in GOLDEN["paths"].values()}
    assert recorded == set(registries["optimizers"].keys())


def test_slots_of_one_name_come_with_the_same_counters():
    for one, other in combinations(registries["optimizers"], 2):
        if set(one.slots) & set(other.slots):
            assert one.counters == other.counters, (one.key, other.key)


def test_adam_goes_on_as_adamw():
    run = Run(changed(START, {"training.optimizer": "adam"}), dtype="float64")
    run.step(200)
    before = run.parameters
    without_decay = {"training.optimizer": "adamw", "training.optimizer.weight_decay": 0.0}
    run.adopt(changed(run.experiment, without_decay))
    run.step(1)
    most = max(np.abs(run.parameters[name] - before[name]).max() for name in before)
    assert most < 2 * run.experiment.training.optimizer.learning_rate


def test_decay_alone_shrinks_by_exactly_its_factor():
    run = Run(small({"training.optimizer": "adamw", "training.optimizer.weight_decay": 0.5}), dtype="float64")
    rate = run.experiment.training.optimizer.learning_rate
    update = run.experiment.training.optimizer.entry.update
    prepare = run.experiment.training.optimizer.entry.prepare
    w, mean, square, counters = 2.0, 0.0, 0.0, (1.0, 1.0)
    for _ in range(10):
        *after, rate_, scale, b1, r1, b2, r2, epsilon, kept = prepare(*counters, rate, 0.9, 0.999, 1e-8, 0.5)
        counters = tuple(after)
        w, mean, square = update(w, 0.0, mean, square, rate_, scale, b1, r1, b2, r2, epsilon, kept)
    assert w == pytest.approx(2.0 * (1.0 - rate * 0.5) ** 10, rel=1e-15)


@pytest.mark.parametrize("case", GOLDEN["schedules"])
def test_schedules_give_the_rates_that_pytorch_gives(case):
    given = GOLDEN["schedules"][case]
    schedule = edits.set_value(START, "training.schedule", given["schedule"]).training.schedule
    best, bad, cuts = math.inf, 0.0, 0.0
    for epoch, (loss, wanted) in enumerate(zip(GOLDEN["losses"], given["rates"], strict=True)):
        if schedule.entry.watch:
            settings = [float(value) for value in schedule.settings]
            assert schedule.entry.at(0.1, cuts, *settings) == wanted, epoch
            best, bad, cuts = schedule.entry.watch(loss, best, bad, cuts, *settings)
        else:
            assert rate(schedule, 0.1, epoch) == pytest.approx(wanted, rel=1e-14), epoch


def test_every_schedule_is_recorded():
    kinds = {given["schedule"]["kind"] for given in GOLDEN["schedules"].values()}
    assert kinds == set(registries["schedules"].keys())


@pytest.mark.parametrize("kind", registries["schedules"].keys())
def test_a_run_follows_its_schedule(kind):
    experiment = changed(START, {"training.schedule": kind, "training.batch_size": 100})
    run, twin = Run(experiment), Run(experiment, backend="twin")
    run.step(40 * run.steps_per_epoch)
    twin.step(2 * run.steps_per_epoch)
    assert np.array_equal(twin.history.learning_rate, run.history.learning_rate[: len(twin.history)])
    for row in run.history[1:]:
        if not experiment.training.schedule.entry.watch:
            wanted = rate(experiment.training.schedule, 0.02, math.ceil(row.epoch) - 1)
            assert row.learning_rate == pytest.approx(wanted, rel=1e-15, abs=1e-16)


def test_a_plateau_is_cut_on_the_same_epoch():
    frozen = {f"network.{name}.frozen": True for name in ALL_FROZEN}  # the loss never falls
    plateau = {"training.schedule": {"kind": "plateau", "patience": 3}}
    run = Run(changed(START, plateau | frozen | {"training.optimizer.learning_rate": 0.1}))
    run.step(12 * run.steps_per_epoch)
    assert list(run.history.learning_rate[1:]) == [0.1] * 5 + [0.05] * 4 + [0.025] * 3


def test_the_learning_rate_can_be_moved_under_a_schedule():
    run = Run(changed(START, {"training.schedule": {"kind": "exponential", "factor": 0.5}}))
    run.step(3 * run.steps_per_epoch)
    run.adopt(edits.set_value(run.experiment, "training.optimizer.learning_rate", 0.8))
    run.step(1 * run.steps_per_epoch)
    assert run.history.learning_rate[-1] == 0.8 * 0.5**3


@pytest.mark.parametrize("optimizer", registries["optimizers"].keys())
@pytest.mark.parametrize("layer", ALL_FROZEN)
def test_a_frozen_layer_keeps_its_bits(optimizer, layer):
    changes = {"training.l1": 0.01, "training.l2": 0.1, f"network.{layer}.frozen": True}
    whole = {"training.batch_size": 1000} if optimizer == "lbfgs" else {}
    run = Run(changed(START, {"training.optimizer": optimizer} | changes | whole))
    run.step(10)
    run.set_parameters({f"{layer}.bias": np.full(run.parameters[f"{layer}.bias"].shape, -0.0)})
    before = run.parameters
    run.step(30)
    for name, array in run.parameters.items():
        same = array.tobytes() == before[name].tobytes()
        assert same == name.startswith(layer), name


EARLY = {"training.early_stopping": {"patience": 5}, "training.batch_size": 20}


def best_epoch(history):
    losses = history.validation_loss[1:]
    best = np.inf
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, found = loss, epoch
    return found


@pytest.mark.parametrize("backend", ["compiled", "twin"])
def test_early_stopping_brings_the_best_weights_back(backend):
    overfit = changed(
        edits.set_value(START, "data.dataset", {"kind": "circle", "samples": 60, "noise": 0.4}),
        {"training.optimizer.learning_rate": 0.1, "training.early_stopping": {"patience": 4}},
    )
    run = Run(overfit, backend=backend)
    kept = {}
    for epoch in range(1, 1000):
        done = run.advance(1e6, run.steps_per_epoch)
        if done.stopped:
            break
        kept[epoch] = run.parameters | run.buffers
    assert done.stopped == "early"
    best = best_epoch(run.history)
    assert epoch == best + 4
    for name, array in (run.parameters | run.buffers).items():
        assert array.tobytes() == kept[best][name].tobytes()
    assert run.advance(1e6, 1).stopped == ""


def test_without_restoring_the_last_weights_stay():
    frozen = {f"network.{name}.frozen": True for name in ALL_FROZEN}
    stop = {"training.early_stopping": {"patience": 3, "restore_best": False, "min_delta": 0.5}}
    run = Run(changed(START, frozen | stop))
    run.step(10_000)
    assert run.steps == 4 * run.steps_per_epoch


@pytest.mark.parametrize("backend", ["compiled", "twin"])
def test_a_loss_that_falls_by_less_than_asked_for_counts_as_one_that_does_not(backend):
    run = Run(
        changed(START, {"training.early_stopping": {"patience": 3, "min_delta": 10.0}}), backend=backend
    )
    done = run.advance(1e6, 10_000)
    assert (done.stopped, done.steps) == ("early", 4 * run.steps_per_epoch)
    losses = run.history.validation_loss
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("restore", [True, False])
@pytest.mark.parametrize("backend", ["compiled", "twin"])
def test_what_ran_away_is_not_said_to_have_stopped_early(backend, restore):
    away = {"training.loss": "mean_squared_error", "training.optimizer": "sgd", "training.l2": 1e6}
    away |= {"training.optimizer.learning_rate": 1e6, "training.batch_size": 1000}
    straight = edits.add_layer(START, 2, "dense", units=6)
    away |= {f"network.{name}.activation": "identity" for name in (*ALL_FROZEN, "dense_3")}
    stop = {"training.early_stopping": {"patience": 1, "restore_best": restore}}
    run = Run(changed(straight, away | stop), backend=backend)
    with np.errstate(over="ignore", invalid="ignore"):
        done = run.advance(1e6, 100)
    assert (done.stopped, done.phase, run.steps) == ("not_finite", "evaluate", 1)
    assert not math.isfinite(run.last_loss)  # of the weights after the first step


def test_a_best_loss_on_other_data_is_no_mark_to_beat():
    run = Run(changed(START, {"training.early_stopping": {"patience": 50}, "training.schedule": "plateau"}))
    run.step(3 * run.steps_per_epoch)
    marks = ("early_stopping.best", "schedule.best")
    assert all(np.isfinite(run.state().counters[name]) for name in marks)
    run.adopt(edits.set_value(run.experiment, "training.l2", 0.01))
    assert all(np.isfinite(run.state().counters[name]) for name in marks)
    run.adopt(edits.set_value(run.experiment, "data.dataset.noise", 0.4))
    assert all(run.state().counters[name] == np.inf for name in marks)


def test_early_stopping_and_plateau_survive_pauses_and_files():
    changes = EARLY | {
        "training.schedule": {"kind": "plateau", "patience": 2},
        "training.optimizer": "rmsprop",
        "training.optimizer.learning_rate": 0.05,
        "training.clip_norm": 1.0,
    }
    experiment = changed(START, changes)
    straight, cut = Run(experiment), Run(experiment)
    straight.step(10_000)
    while True:
        done = cut.advance(0.05, 7)
        if done.stopped:
            break
        arrays = cut.state().to_arrays()
        cut = Run(experiment)
        cut.restore(RunState.from_arrays(arrays))
        cut.adopt(changed(experiment, {"training.clip_value": 2.0}))
        cut.adopt(experiment)
    assert cut.steps == straight.steps < 10_000
    assert cut.digest() == straight.digest()
    assert np.array_equal(cut.history, straight.history)


def rosenbrock(w):
    x, y = w[:2]
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2, np.array(
        [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x), 0.0, 0.0]
    )


def test_lbfgs_solves_rosenbrock():
    n, history, evaluations = 4, 20, 0
    arena, cells = np.zeros(n * (1 + lbfgs.PAIRS + 2 * history)), np.zeros(lbfgs.FACTORS + 2 * history)
    arena[:2] = -1.2, 1.0
    slope = slice(n * (1 + lbfgs.SLOPE), n * (2 + lbfgs.SLOPE))
    while np.abs(arena[:2] - 1.0).max() > 1e-8:
        lbfgs.depart(arena, cells, 0, n, n, 0, history, 1.0)
        again = True
        while again:
            value, arena[slope] = rosenbrock(arena)
            evaluations += 1
            again = lbfgs.search(arena, cells, 0, n, n, 0, history, 1.0, value)
    assert evaluations <= 60


LBFGS = {"training.optimizer": "lbfgs", "training.batch_size": 1000}


def test_lbfgs_is_the_same_however_it_is_cut():
    experiment = changed(START, LBFGS | {"training.l2": 1e-4, "training.schedule": "step"})
    straight, cut = Run(experiment), Run(experiment)
    straight.step(60)
    while cut.steps < 60:
        cut.advance(0.01, 60 - cut.steps)
        if cut.steps % 7 == 3:
            arrays = cut.state().to_arrays()
            cut = Run(experiment)
            cut.restore(RunState.from_arrays(arrays))
    assert cut.digest() == straight.digest()
    assert straight.loss("train") < 0.5 * Run(START).loss("train")


def test_lbfgs_and_its_twin():
    run, twin = (Run(small(LBFGS), dtype="float64", backend=backend) for backend in ("compiled", "twin"))
    run.step(20)
    twin.step(20)
    np.testing.assert_allclose(flat(run), flat(twin), atol=1e-9)


def test_lbfgs_goes_on_from_weights_that_were_changed():
    run = Run(changed(START, LBFGS))
    run.step(10)
    first = Run(START).parameters
    run.set_parameters(first)
    start = run.loss("train")
    run.step(1)
    assert run.loss("train") < start
    run.adopt(edits.set_value(run.experiment, "training.optimizer.history", 2))
    run.step(5)
    assert run.state().counters["search_known"]
    run.adopt(edits.set_value(run.experiment, "network.dense_1.units", 9))
    assert not run.state().counters["search_known"]  # the slope was that of another network
    run.step(5)
    assert run.loss("train") < start


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"training.batch_size": 32}, "all 240 training samples in one batch"),
        ({"training.clip_norm": 1.0}, "cannot be clipped"),
    ],
)
def test_lbfgs_says_what_it_needs(changes, words):
    (problem,) = problems(changed(START, LBFGS | changes))
    assert problem.place == "training.optimizer"
    assert words in problem.message


@pytest.mark.parametrize("kind", [layer.key for layer in registries["layers"] if layer.chance])
def test_lbfgs_refuses_chance(kind):
    (problem,) = problems(edits.add_layer(changed(START, LBFGS), 1, kind))
    assert "by chance" in problem.message
