"""The landscape's middle is the loss of this moment, and measuring it changes nothing."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.session.course import Course
from playground.session.landscape import SIDE, Slice, Surveyor

WEIGHTS = Slice("weights", places=(("dense_1.weight", (0, 0)), ("output.bias", (0,))))
PLANES = [Slice(), Slice("path"), WEIGHTS]


def surveyed(course: Course, asked: Slice):
    surveyor = Surveyor(course.run, lambda: course.timeline.current.moments)
    shown = surveyor.look(asked)
    while surveyor.unfinished:
        shown = surveyor.look(asked)
    return shown


@pytest.fixture
def course():
    made = Course(files.load("spiral"), lambda experiment: Run(experiment, "float64"))
    made.timeline.interval = 0.0
    for _ in range(8):
        made.advance(1e6, 25)
        made._keep()
    return made


@pytest.mark.parametrize("asked", PLANES, ids=lambda asked: asked.kind)
def test_the_middle_is_the_loss_of_this_moment_and_nothing_is_changed(course, asked):
    digest = course.run.digest()
    shown = surveyed(course, asked)
    assert shown.centre == pytest.approx(course.run.loss("train"), abs=1e-9)
    np.testing.assert_allclose(shown.path[-1], 0.0, atol=1e-9)
    assert shown.steps == course.run.steps
    assert np.isfinite(shown.values).all()
    assert np.ptp(shown.values) > 0.0
    assert course.run.digest() == digest


def test_a_point_of_the_plane_is_the_loss_there(course):
    shown = surveyed(course, WEIGHTS)
    parameters = course.run.parameters
    column, row = SIDE - 1, 0
    parameters["dense_1.weight"][0, 0] += shown.reach[0]
    parameters["output.bias"][0] += shown.reach[1]
    course.run.set_parameters(parameters)
    assert shown.values[row, column] == pytest.approx(course.run.loss("train"), abs=1e-9)


def test_the_path_lies_in_the_plane_for_the_most_part(course):
    shown = surveyed(course, Slice("path"))
    assert len(shown.path) >= 8
    assert sum(shown.shares) > 0.7
    assert np.abs(shown.path[:, 0]).max() < shown.reach[0]


def test_the_ball_rolls_while_the_next_landscape_is_measured(course):
    surveyor = Surveyor(course.run, lambda: course.timeline.current.moments)
    while surveyor.look(Slice("path")) and surveyor.unfinished:
        pass
    course.advance(1e6, 40)
    rolled = surveyor.look(Slice("path"))
    assert np.abs(rolled.path[-1]).max() > 1e-6
    assert rolled.steps < course.run.steps


def test_filters_are_normalised(course):
    surveyor = Surveyor(course.run)
    surveyor.look(Slice(seed=3))
    for axis in surveyor._survey.survey.plane.axes:
        for name, weight in course.run.parameters.items():
            if weight.ndim == 2:
                np.testing.assert_allclose(np.linalg.norm(axis[name], axis=1), np.linalg.norm(weight, axis=1))
            else:
                assert not axis[name].any()


def test_the_middle_is_the_loss_over_all_images_too():
    run = Run(files.load("digits"))
    run.step(5)
    shown = Surveyor(run).look(Slice())
    for _ in range(100):
        if np.isfinite(shown.centre):
            break
        shown = Surveyor(run).look(Slice(), 0.1)
    assert shown.centre == pytest.approx(run.loss("train"), rel=1e-5)
