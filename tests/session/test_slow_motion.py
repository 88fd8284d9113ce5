"""Every number of slow motion follows from the others by the formula that stands beside it."""

import numpy as np
import pytest

from playground.catalog import registries
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.files import load
from playground.experiment.model import Experiment
from playground.experiment.presets import presets
from playground.experiment.shapes import output_activation
from playground.session.slow_motion import MOST_UNITS, sample_losses, slow_motion, worst_samples
from playground.session.snapshot import PHASES, Rehearse


def activation_of(experiment, name):
    return output_activation(experiment) if name == "output" else experiment.layer(name).activation


def check(experiment, row):
    run = Run(experiment, "float64")
    run.step(3)
    shown = slow_motion(run, Rehearse(row))
    assert [p for p in PHASES if any(s.phase == p for s in shown.steps)] == list(PHASES)
    order = [PHASES.index(step.phase) for step in shown.steps]
    assert order == sorted(order)
    assert len(set(shown.steps)) == len(shown.steps)
    for name, sheet in shown.layers.items():
        assert np.isfinite(sheet.post).all()
        if sheet.weight is None:
            continue
        np.testing.assert_allclose(sheet.pre, sheet.weight @ sheet.inputs + sheet.bias[:, None], atol=1e-12)
        activation = activation_of(experiment, name)
        if activation.entry.value is not None:
            value = np.vectorize(lambda z, a=activation: a.entry.value(z, *a.settings))
            np.testing.assert_allclose(sheet.post, value(sheet.pre), atol=1e-12)
        if sheet.sent_back:
            total = sum(part.weight.T @ part.delta for part in sheet.sent_back)
            np.testing.assert_allclose(sheet.arriving, total, atol=1e-12)
        if name != "output":
            slope = np.vectorize(lambda z, h, a=activation: a.entry.slope(z, h, *a.settings))
            np.testing.assert_allclose(sheet.delta, sheet.arriving * slope(sheet.pre, sheet.post), atol=1e-12)
        if shown.rows.size == sheet.delta.shape[1]:
            np.testing.assert_allclose(
                sheet.update.gradient["weight"], sheet.delta @ sheet.inputs.T, atol=1e-12
            )
            np.testing.assert_allclose(sheet.update.gradient["bias"], sheet.delta.sum(axis=1), atol=1e-12)
        assert sheet.update.after.keys() == sheet.update.before.keys()
    return shown


@pytest.mark.parametrize("preset", [preset.name for preset in presets()])
def test_every_preset_in_slow_motion(preset):
    experiment = load(preset)
    check(experiment, 0)
    check(experiment, None)


def test_every_kind_of_layer_in_slow_motion():
    for entry in registries["layers"]:
        experiment = edits.add_layer(edits.default_experiment(), 1, entry.key)
        shown = check(experiment, 0)
        name = experiment.network.layers[1].name
        walked = any(step.layer == name and step.phase == "forward" for step in shown.steps)
        assert walked or entry.joins, entry.key  # what joins one batch alone computes nothing


def test_wide_layers_are_one_micro_step():
    experiment = edits.set_value(edits.default_experiment(), "network.dense_1.units", MOST_UNITS + 1)
    shown = check(experiment, 0)
    assert [s.unit for s in shown.steps if s.layer == "dense_1" and s.phase == "backward"] == [-1]


def test_a_row_that_is_gone_gives_the_next_step():
    run = Run(Experiment.model_validate(edits.default_experiment().model_dump()))
    assert slow_motion(run, Rehearse(10**9)).rows.size == min(32, len(run.prepared.train))


@pytest.mark.parametrize("preset", ["spiral", "spiral_three_arms", "curve", "penguins"])
def test_the_ten_worst_samples_are_those_with_the_largest_loss(preset):
    run = Run(load(preset), "float64")
    run.step(50)
    rows = run.prepared.train
    losses = sample_losses(run, rows)
    for at in (0, 1, len(rows) - 1):
        x, y = run.prepared.inputs[rows[[at]]], run.prepared.targets[rows[[at]]]
        assert losses[at] == pytest.approx(run.loss_and_gradients(x, y)[0], rel=1e-6, abs=1e-9)
    assert losses.mean() == pytest.approx(run.loss("train"), rel=1e-6)
    worst = worst_samples(run)
    assert [loss for _row, loss in worst] == sorted(losses, reverse=True)[:10]
    assert {row for row, _loss in worst} <= set(rows.tolist())
