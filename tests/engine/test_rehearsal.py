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
