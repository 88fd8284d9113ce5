"""An input by hand, and a network looked at with the weights of another: the engine's own numbers."""

import numpy as np
import pytest

from playground.catalog.activations import activations
from playground.engine.run import Run
from playground.experiment import edits, files, presets
from playground.experiment.problems import problems
from playground.session.frames import Frames
from playground.session.snapshot import Rehearse, Trial, Wants

START = edits.default_experiment()


def with_activation(experiment, layer, key):
    return edits.set_value(experiment, f"network.{layer}.activation", key)


@pytest.mark.parametrize("name", presets.names())
def test_an_input_travels_as_the_sample_it_was_taken_from(name):
    run = Run(files.load(name))
    run.step(3)
    frames, row = Frames(run, run.prepared), int(run.prepared.train[1])
    trial = Trial(tuple(run.prepared.raw_inputs[row].tolist()))
    tried = frames.refresh(Wants(trial=trial), at_once=True)["tried"]
    assert tried.asked == trial
    forward = run.forward(run.prepared.inputs[[row]])
    for layer, values in forward.post.items():
        np.testing.assert_allclose(tried.layers[layer], values[:, 0], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(tried.layers["input"], run.prepared.inputs[row], atol=1e-12)
    if run.prepared.task == "classes":
        assert len(tried.answer) == len(run.prepared.class_names)
        assert tried.answer.sum() == pytest.approx(1.0, abs=1e-4)
    else:
        restored = run.prepared.restore_targets(run.predict(run.prepared.inputs[[row]]))[0]
        np.testing.assert_allclose(tried.answer, restored, rtol=1e-5, atol=1e-5)


def test_an_input_of_other_data_is_not_tried():
    run = Run(START)
    assert "tried" not in Frames(run, run.prepared).refresh(Wants(trial=Trial((1.0,))), at_once=True)


def test_another_input_is_answered_at_once_while_it_trains():
    run = Run(START)
    frames = Frames(run, run.prepared)
    for x in (0.0, 1.0, 2.0):
        trial = Trial((x, 0.0))
        assert frames.refresh(Wants(trial=trial), at_once=False)["tried"].asked == trial


LEARNING = [e.key for e in activations if not problems(with_activation(START, "dense_1", e.key))]


@pytest.mark.parametrize("key", LEARNING)
def test_a_preview_shows_what_choosing_the_activation_would(key):
    run = Run(START)
    run.step(20)
    other, digest = with_activation(START, "dense_1", key), run.digest()
    frames = Frames(run, run.prepared)
    mine = frames.refresh(Wants(tiles=True, output=True), at_once=True)
    shown = frames.refresh(Wants(tiles=True, output=True, instead=other), at_once=False)
    assert run.digest() == digest
    assert shown.get("instead") == (None if other == START else other)
    back = frames.refresh(Wants(tiles=True, output=True), at_once=False)
    np.testing.assert_array_equal(back["output"].values, mine["output"].values)
    run.adopt(other)
    adopted = Frames(run, run.prepared).refresh(Wants(tiles=True, output=True), at_once=True)
    np.testing.assert_array_equal(shown["output"].values, adopted["output"].values)
    for layer, values in adopted["tiles"].layers.items():
        np.testing.assert_array_equal(shown["tiles"].layers[layer], values)


def test_an_activation_that_cannot_learn_is_previewed_all_the_same():
    run = Run(START)
    other = with_activation(START, "dense_1", "step")
    assert problems(other)
    shown = Frames(run, run.prepared).refresh(Wants(tiles=True, instead=other), at_once=True)
    assert shown["instead"] == other
    assert set(np.unique(shown["tiles"].layers["dense_1"])) <= {0.0, 1.0}


def test_a_preview_has_the_settings_of_its_own_activation():
    before = with_activation(START, "dense_1", "leaky_relu")
    after = edits.set_value(before, "network.dense_1.activation.negative_slope", 0.4)
    run = Run(before)
    points = run.prepared.inputs[:5]
    np.testing.assert_array_equal(run.as_if(after).predict(points), Run(after).predict(points))
    assert not np.array_equal(run.predict(points), run.as_if(after).predict(points))


def test_a_network_with_other_parameters_cannot_be_looked_at():
    run = Run(START)
    wider = edits.set_value(START, "network.dense_1.units", 7)
    with pytest.raises(ValueError, match="different"):
        run.as_if(wider)
    assert "instead" not in Frames(run, run.prepared).refresh(Wants(tiles=True, instead=wider), at_once=True)


def test_while_the_run_stands_still_only_what_is_new_is_made():
    run = Run(START)
    frames = Frames(run, run.prepared)
    wants = Wants(tiles=True, output=True, losses=True, layer="dense_1", activity="samples")
    first = frames.refresh(wants, at_once=True, idle=True)
    tried = frames.refresh(wants | Wants(trial=Trial((1.0, 2.0))), at_once=False, idle=True)
    assert tried["tried"].asked == Trial((1.0, 2.0))
    assert all(tried[part] is first[part] for part in first if part != "gradients")
    run.step(3)
    frames.refresh(Wants(tiles=True), at_once=False)
    later = frames.refresh(wants, at_once=False, idle=True)
    assert all(later[part] is not first[part] for part in ("output", "losses", "layer", "activity"))
    for row in (3, 4):
        shown = frames.refresh(Wants(rehearse=Rehearse(row)), at_once=False, idle=True)
        assert shown["slow_motion"].asked == Rehearse(row)
