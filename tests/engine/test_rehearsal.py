"""A rehearsal computes what the engine computes, to the last bit, and changes nothing."""

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.program import FIRST_SETTING, Count
from playground.engine.rehearsal import Stage, rehearse
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.model import Experiment

OPTIMIZERS = registries["optimizers"].keys()
LOSSES = registries["losses"]
SCHEDULES = registries["schedules"].keys()


def random_network(number, batch=16):
    """A small network of random layers, with every loss and optimizer in turn."""
    draw = np.random.default_rng(number)
    loss = LOSSES.keys()[number % len(LOSSES.keys())]
    single = "categorical" not in loss and LOSSES[loss].task == "classes"
    classes = 2 if single else int(draw.integers(2, 5)) if LOSSES[loss].task == "classes" else 0
    hidden = [a.key for a in registries["activations"] if not a.output_only and a.key != "step"]
    layers = [
        {"kind": "dense", "name": f"dense_{i}", "units": int(draw.integers(1, 20)), "activation": str(kind)}
        for i, kind in enumerate(draw.choice(hidden, int(draw.integers(1, 4))))
    ]
    if number % 3 == 1:
        layers.insert(1, {"kind": "batch_norm", "name": "norm"})
    optimizer = OPTIMIZERS[number % len(OPTIMIZERS)]
    if number % 4 == 1 and optimizer != "lbfgs":
        layers.insert(1, {"kind": "dropout", "name": "dropout", "rate": 0.0})
    data = {"kind": "random", "samples": 70, "inputs": int(draw.integers(1, 9)), "classes": classes}
    batch = 70 if optimizer == "lbfgs" else batch  # it needs all samples at once
    training = {"loss": loss, "optimizer": optimizer, "batch_size": batch, "l2": 0.01 * (number % 2)}
    return Experiment.model_validate(
        {"seed": number, "data": {"dataset": data}, "network": {"layers": layers}, "training": training}
    )


def hard_network(number):
    """Norms, dropout, noise, joins, penalties, clipping, a schedule, frozen layers and weights; see above."""
    optimizer = OPTIMIZERS[number % len(OPTIMIZERS)]
    searches = registries["optimizers"][optimizer].searches
    draw = np.random.default_rng(number)
    hidden = [a.key for a in registries["activations"] if not a.output_only and not a.forward_only]
    first, second, third = ({"kind": "dense", "activation": str(kind)} for kind in draw.choice(hidden, 3))
    norms = [{"kind": "batch_norm", "name": "norm"}, {"kind": "layer_norm", "name": "norm"}]
    chance = [
        {"kind": "dropout", "name": "dropout_1", "rate": 0.4},
        {"kind": "gaussian_noise", "name": "noise_1", "deviation": 0.2},
    ]
    layers = [
        first | {"name": "dense_1", "units": 7, "held": [["weight", 2, 1], ["bias", 0]]},
        norms[number % 2],
        *([] if searches else chance),
        second | {"name": "dense_2", "units": 7, "frozen": number % 3 == 0},
        {"kind": "add", "name": "add_1", "inputs": ["dense_2", "norm"]},
        third | {"name": "dense_3", "units": 5},
        {"kind": "concatenate", "name": "both", "inputs": ["dense_3", "dense_1", "input"]},
    ]
    training = {
        "loss": "mean_squared_error",
        "optimizer": optimizer,
        "batch_size": 70,
        "l1": 0.003,
        "l2": 0.01,
    }
    if not searches:
        schedule = SCHEDULES[number % len(SCHEDULES)]
        training |= {"batch_size": 13, "schedule": schedule, "clip_norm": 0.5, "clip_value": 0.1}
    data = {"kind": "random", "samples": 70, "inputs": 4, "classes": 0}
    return Experiment.model_validate(
        {"seed": number, "data": {"dataset": data}, "network": {"layers": layers}, "training": training}
    )


@pytest.mark.parametrize("number", range(2 * len(OPTIMIZERS)))
def test_hard_networks_end_where_the_real_step_does_too(number):
    run = Run(hard_network(number))
    run.step(7)
    shown = rehearse(run)
    one = rehearse(run, row=int(run.prepared.train[3]))
    run.step()
    assert not shown.stopped
    assert not one.stopped
    for name, array in run.parameters.items():
        assert np.array_equal(shown.after[name], array), name
    clipped = run.experiment.training.clip_norm is not None
    for name, array in run.gradients.items():
        assert np.array_equal(shown.clipped[name] if clipped else shown.tensors[f"{name}.gradient"], array)
    assert np.array_equal(shown.after["dense_1.weight"][2, 1], shown.before["dense_1.weight"][2, 1])


@pytest.mark.parametrize("number", range(20))
def test_one_sample_shows_what_loss_and_gradients_say(number):
    experiment = random_network(number)
    if experiment.training.optimizer.kind == "lbfgs":  # its search looks at other weights first
        experiment = edits.set_value(experiment, "training.optimizer", "sgd")
    run = Run(experiment)
    run.step(number)
    digest = run.digest()
    row = int(run.prepared.train[number])
    shown = rehearse(run, row)
    loss, gradients = run.loss_and_gradients(run.prepared.inputs[[row]], run.prepared.targets[[row]])
    assert not shown.stopped
    assert shown.loss == loss
    assert gradients.keys() <= run.parameters.keys()
    for name, gradient in gradients.items():
        assert np.array_equal(shown.tensors[f"{name}.gradient"], gradient), name
    assert run.digest() == digest
    assert shown.rows.tolist() == [row]


@pytest.mark.parametrize("number", range(20))
def test_a_rehearsed_batch_ends_where_the_real_step_does(number):
    run = Run(random_network(number, batch=int(3 + number)))
    run.step(number)
    stage, shown = Stage(run), rehearse(run)
    while stage.execute()[1] >= 0:
        pass
    run.step()
    real = run.machine_between_steps()
    assert stage.machine.arena.tobytes() == real.arena.tobytes()
    settings = slice(FIRST_SETTING, None)
    assert stage.machine.cells[settings].tobytes() == real.cells[settings].tobytes()
    counted = [Count.STEP, Count.EPOCH, Count.POSITION, Count.CHECK]
    assert stage.machine.counts[counted].tolist() == real.counts[counted].tolist()
    for name, array in run.parameters.items():
        assert np.array_equal(shown.after[name], array)
    for name, array in run.gradients.items():
        assert np.array_equal(shown.tensors[f"{name}.gradient"], array)
    assert shown.step == run.steps


def test_the_batch_is_the_one_that_comes_next():
    run = Run(random_network(2, batch=10))
    seen = []
    for _ in range(run.steps_per_epoch):
        seen += rehearse(run).rows.tolist()
        run.step()
    assert sorted(seen) == sorted(run.prepared.train.tolist())


def test_every_tensor_is_seen_as_it_was_written():
    """Places are shared: what the plan writes over later must have been copied in time."""
    run = Run(random_network(4))
    shown = rehearse(run)
    x = run.prepared.inputs[shown.rows]
    for operation in shown.graph.operations:
        if operation.op == "dense":
            source, weight, bias = (shown.tensors.get(t.name) for t in operation.inputs)
            weight, bias = (shown.before[t.name] for t in operation.inputs[1:])
            np.testing.assert_allclose(
                shown.tensors[operation.out.name], weight @ source + bias[:, None], rtol=1e-4, atol=1e-5
            )
    np.testing.assert_allclose(shown.tensors["input"], x.T, rtol=1e-6)


def test_a_step_that_ends_in_nan_says_so():
    run = Run(random_network(0))
    run.set_parameters({n: np.full_like(v, 1e30) for n, v in run.parameters.items()})
    assert rehearse(run).stopped
