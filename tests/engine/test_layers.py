"""Layers: gradients against central differences, and each against its formula in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.engine.twin.chance import drawn_bits, normal_numbers
from playground.experiment import edits
from playground.session.frames import Frames
from playground.session.snapshot import Wants

START = edits.set_value(edits.default_experiment(), "network.dense_2.units", 6)


def wired():
    """Two skips over one another, joined in both ways, and norms in between."""
    experiment = edits.add_layer(START, 2, "add")
    experiment = edits.add_layer(experiment, 3, "layer_norm")
    experiment = edits.add_layer(experiment, 4, "dense", units=3)
    experiment = edits.add_layer(experiment, 5, "concatenate", inputs=("dense_3", "add_1", "input"))
    return edits.add_layer(experiment, 6, "batch_norm")


EXPERIMENTS = {
    "layer norm": edits.add_layer(START, 1, "layer_norm"),
    "layer norm of the inputs": edits.add_layer(START, 0, "layer_norm"),
    "add": edits.add_layer(START, 2, "add"),
    "add of three": edits.connect(
        edits.add_layer(edits.add_layer(START, 2, "dense"), 3, "add"), "dense_1", "add_1"
    ),
    "concatenate": edits.add_layer(START, 2, "concatenate"),
    "the inputs twice": edits.add_layer(START, 1, "concatenate", inputs=("dense_1", "input")),
    "noise": edits.add_layer(START, 1, "gaussian_noise"),
    "dropout of the chapter": edits.add_layer(START, 1, "dropout", scaling="at_test_time"),
    "wired": wired(),
}


@pytest.mark.parametrize("case", EXPERIMENTS)
def test_gradients_agree_with_central_differences(case):
    run = Run(EXPERIMENTS[case], dtype="float64", backend="twin")
    x, y = run.data("train")
    x, y = x[:7], y[:7]
    draw = np.random.default_rng(1)
    first = {name: array + draw.normal(0, 0.1, array.shape) for name, array in run.parameters.items()}
    run.set_parameters(first)
    _, gradients = run.loss_and_gradients(x, y)
    compiled = Run(EXPERIMENTS[case], dtype="float64")
    compiled.set_parameters(first)
    for name, slope in compiled.loss_and_gradients(x, y)[1].items():
        np.testing.assert_allclose(slope, gradients[name], rtol=1e-9, atol=1e-13)
        for index in list(np.ndindex(slope.shape))[:: max(1, slope.size // 4)]:
            losses = []
            for h in (1e-5, -1e-5):
                moved = first[name].copy()
                moved[index] += h
                compiled.set_parameters({name: moved})
                losses.append(compiled.loss_and_gradients(x, y)[0])
            compiled.set_parameters({name: first[name]})
            assert abs((losses[0] - losses[1]) / 2e-5 - slope[index]) < 1e-8, (name, index)


def test_layer_norm_is_pytorchs_formula():
    run = Run(EXPERIMENTS["layer norm"], dtype="float64")
    found = run.forward(run.data("train")[0])
    h = found.post["dense_1"]
    wanted = (h - h.mean(axis=0)) / np.sqrt(h.var(axis=0) + 1e-5)
    np.testing.assert_allclose(found.post["layer_norm_1"], wanted, rtol=1e-12, atol=1e-13)


def test_add_and_concatenate_join_what_they_read():
    for kind, join in (("add", np.add), ("concatenate", lambda a, b: np.concatenate([a, b]))):
        run = Run(EXPERIMENTS[kind], dtype="float64")
        post = run.forward(run.data("train")[0]).post
        np.testing.assert_array_equal(post[f"{kind}_1"], join(post["dense_2"], post["dense_1"]))


def test_both_kinds_of_dropout_expect_the_same():
    x = Run(START).data("train")[0]
    plain = Run(START, dtype="float64").forward(x).post["dense_1"]
    for scaling, share in (("inverted", 1.0), ("at_test_time", 0.8)):
        experiment = edits.add_layer(START, 1, "dropout", scaling=scaling)
        answered = Run(experiment, dtype="float64").forward(x).post["dropout_1"]
        np.testing.assert_allclose(answered, share * plain, rtol=1e-15)


def test_noise_is_normal_and_differs_from_step_to_step():
    drawn = [2.0 * normal_numbers(drawn_bits(7, 11, step, (40, 750))).ravel() for step in (0, 1)]
    for values in drawn:
        assert abs(values.mean()) < 5 * 2.0 / np.sqrt(values.size)
        assert abs(values.std() / 2.0 - 1.0) < 0.03
        assert abs(np.mean(np.abs(values) < 2.0) - 0.6827) < 0.02
    assert abs(np.corrcoef(*drawn)[0, 1]) < 0.05


def test_noise_and_dropout_answer_without_chance():
    run = Run(EXPERIMENTS["noise"])
    run.step(5)
    post = run.forward(run.data("validation")[0]).post
    np.testing.assert_array_equal(post["gaussian_noise_1"], post["dense_1"])


def test_the_units_that_a_step_dropped_can_be_asked_for():
    experiment = edits.add_layer(edits.set_value(START, "training.batch_size", 50), 1, "dropout", rate=0.5)
    run = Run(experiment, dtype="float64")
    assert not run.dropped("dropout_1").any()
    run.step(5)  # the last batch of the epoch has 40 samples
    dropped = run.dropped("dropout_1")
    assert dropped.shape == (6, 40)
    np.testing.assert_array_equal(run.dropped("dropout_1", 3), dropped[:, :3])
    frames = Frames(run, run.prepared).refresh(Wants(parameters=True), at_once=True)
    np.testing.assert_array_equal(frames["dropped"]["dropout_1"], dropped[:, 0])
    assert 0.3 < dropped.mean() < 0.7
    run.step()
    assert not np.array_equal(run.dropped("dropout_1")[:, :40], dropped)
    with pytest.raises(ValueError, match="dense_1"):
        run.dropped("dense_1")


def test_a_unit_dropped_for_the_only_sample_gets_no_gradient():
    experiment = edits.add_layer(edits.set_value(START, "training.batch_size", 1), 1, "dropout", rate=0.5)
    run = Run(experiment, dtype="float64")
    for _ in range(4):
        run.step()
        off = run.dropped("dropout_1")[:, 0]
        np.testing.assert_array_equal(run.gradients["dense_1.bias"] == 0.0, off)


@pytest.mark.parametrize("kind", ["gaussian_noise", "dropout", "add", "concatenate", "layer_norm"])
def test_a_batch_of_one_and_one_unit(kind):
    experiment = edits.set_value(edits.add_layer(START, 2, kind), "training.batch_size", 1)
    for name in ("dense_1", "dense_2"):
        experiment = edits.set_value(experiment, f"network.{name}.units", 1)
    run = Run(experiment)
    run.step(30)
    assert np.isfinite(run.loss("train"))


def test_rewiring_keeps_the_weights_that_still_fit():
    run = Run(START)
    run.step(20)
    for change in (
        lambda e: edits.connect(e, "dense_1", "output"),
        lambda e: edits.connect(e, "input", "output", "concatenate"),
        lambda e: edits.rename_layer(e, "dense_1", "first"),
        lambda e: edits.add_layer(e, 2, "layer_norm"),
        lambda e: edits.disconnect(e, "first", "add_1"),
        lambda e: edits.remove_layer(e, "dense_2"),
    ):
        before = run.parameters
        run.adopt(change(run.experiment))
        after = run.parameters
        same = [name for name in before if name in after and name.startswith("dense")]
        assert all(np.array_equal(before[name], after[name]) for name in same)
        run.step(5)
    assert np.isfinite(run.loss("train"))
