"""What the inspector's pictures show is what the engine computes."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits, files, presets
from playground.session.activity import activity, correlations, views_of
from playground.session.frames import Frames
from playground.session.snapshot import Wants


def trained(name: str) -> Run:
    run = Run(files.load(name))
    run.step(20)
    return run


@pytest.mark.parametrize("name", presets.names())
def test_every_view_that_is_offered_can_be_made_for_every_layer(name: str) -> None:
    run = trained(name)
    names = [layer.name for layer in run.experiment.network.layers] + ["output"]
    for layer in names:
        for view in views_of(run.prepared, layer, layer == names[0]):
            made = activity(run, run.prepared, layer, view)
            if made is not None:
                assert np.isfinite(made.values).all()
                assert len(made.values) == len(made.order)


def test_samples_and_weights_are_the_engines_own() -> None:
    run = trained("spiral")
    shown = activity(run, run.prepared, "dense_1", "samples")
    post = run.forward(run.prepared.inputs[run.prepared.train]).post["dense_1"]
    for column in shown.values.T[:5]:
        assert np.isclose(post.T, column, atol=1e-6).all(axis=1).any()
    weights = activity(run, run.prepared, "dense_1", "outgoing")
    np.testing.assert_array_equal(weights.values.T, run.parameters["dense_2.weight"])
    assert weights.other == "dense_2"
    strength = np.linalg.norm(weights.values, axis=1)[weights.order]
    assert (np.diff(strength) <= 0).all()


def test_weights_are_found_behind_layers_that_only_pass_units_on() -> None:
    run = Run(edits.add_layer(files.load("spiral"), 1, "batch_norm"))
    weights = activity(run, run.prepared, "dense_1", "outgoing")
    np.testing.assert_array_equal(weights.values.T, run.parameters["dense_2.weight"])


def test_the_grid_is_the_plane_and_pictures_are_rows_of_weights() -> None:
    run = trained("spiral")
    grid = activity(run, run.prepared, "dense_1", "grid").values
    corner = run.prepared.transform(np.array([[-6 + 6 / 21, 6 - 6 / 21]]))
    np.testing.assert_allclose(grid[:, 0, 0], run.forward(corner).post["dense_1"][:, 0], atol=1e-6)
    digits = trained("digits")
    images = activity(digits, digits.prepared, "dense_1", "images").values
    np.testing.assert_array_equal(images[3].ravel(), digits.parameters["dense_1.weight"][3])


def test_correlations_agree_with_numpy_and_bear_units_that_never_change() -> None:
    values = np.random.default_rng(1).normal(size=(4, 50))
    np.testing.assert_allclose(correlations(values), np.corrcoef(values), atol=1e-12)
    assert (correlations(np.ones((2, 9))) == 0.0).all()


def test_nothing_is_computed_that_nobody_looks_at() -> None:
    run = trained("spiral")
    frames = Frames(run, run.prepared)
    assert "activity" not in frames.refresh(Wants(layer="dense_1"), at_once=True)
    asked = Wants(layer="dense_1", activity="alike")
    assert frames.refresh(asked, at_once=True)["activity"].view == "alike"
    other = Wants(layer="dense_2", activity="alike")
    assert frames.refresh(other, at_once=False)["activity"].layer == "dense_2"


def test_the_plane_is_bent_from_layer_to_layer() -> None:
    run = trained("spiral")
    shown = activity(run, run.prepared, "dense_2", "grid")
    assert [name for name, _values in shown.depths] == ["input", "dense_1", "dense_2", "output"]
    np.testing.assert_array_equal(dict(shown.depths)["dense_2"], shown.values)
    assert dict(shown.depths)["input"].shape[0] == 2


def test_the_columns_of_the_samples_are_rows_of_the_data() -> None:
    run = trained("spiral")
    shown = activity(run, run.prepared, "dense_1", "samples")
    forward = run.forward(run.prepared.inputs[shown.rows])
    np.testing.assert_array_equal(forward.post["dense_1"], shown.values)
