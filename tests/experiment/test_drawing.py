"""Drawn data: what is on the picture becomes points that can be added, erased and moved."""

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.experiment import drawing, edits
from playground.experiment.data import prepare
from playground.experiment.files import dumps, loads
from playground.experiment.problems import problems

START = edits.default_experiment()


def test_a_spiral_becomes_points_that_keep_inputs_and_split():
    of = edits.set_value(START, "data.features", ("x1", "x2", "x1_x2"))
    points = drawing.points_of(of)
    after = drawing.with_points(of, drawing.added(points, 1.23456, -9.0, 1))
    assert after.data.dataset.points[-1] == (1.235, -6.0, 1.0)
    assert after.data.features == of.data.features
    assert after.data.split == of.data.split
    assert after.training == of.training
    assert problems(after) == ()
    assert len(prepare(after.data, 1).raw_inputs) == 401
    assert loads(dumps(after)) == after
    np.testing.assert_allclose(np.array(points)[:, :2], prepare(of.data, of.seed).raw_inputs, atol=6e-4)


def test_another_class_asks_for_another_output():
    points = drawing.points_of(START)
    assert drawing.class_choices(START) == 3
    after = drawing.with_points(START, drawing.added(points, 0.0, 0.0, 2))
    assert after.training.loss.kind == "categorical_cross_entropy"
    assert problems(after) == ()
    back = drawing.with_points(after, drawing.erased(after.data.dataset.points, 0.0, 0.0, 0.001))
    assert back.training.loss.kind == "binary_cross_entropy"
    assert drawing.points_of(back) == points


def test_points_of_a_curve_are_moved():
    curve = edits.set_dataset(START, "curve")
    assert drawing.drawable(curve) == "line"
    points = drawing.points_of(curve)
    after = drawing.with_points(curve, drawing.moved(points, 3, 1.0, 2.0))
    assert after.data.dataset.points[3] == (1.0, 2.0, 0.0)
    assert problems(after) == ()


def test_the_eraser_goes_round_and_can_be_stretched():
    points = ((0.0, 0.0, 0.0), (1.0, 0.0, 1.0), (0.0, 1.0, 0.0))
    assert drawing.erased(points, 0.9, 0.0, 0.5) == (points[0], points[2])
    assert drawing.erased(points, 0.0, 0.5, 0.5, stretch=2.0) == (points[1],)


@pytest.mark.parametrize("key", datasets.keys())
def test_what_can_be_drawn_can_be_trained_on(key):
    of = edits.set_dataset(START, key)
    where = drawing.drawable(of)
    assert bool(where) <= (of.data.dataset.entry.domain is not None)
    if where:
        assert problems(drawing.with_points(of, drawing.points_of(of))) == ()
    assert not drawing.drawable(edits.set_target(of, "inputs"))


def test_a_picture_can_be_full(monkeypatch):
    monkeypatch.setattr(drawing, "MOST_POINTS", 2)
    with pytest.raises(edits.EditError, match="at most 2 points"):
        drawing.added(((0.0, 0.0, 0.0),) * 2, 0.0, 0.0, 0)
