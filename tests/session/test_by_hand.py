"""Weights set by hand: undo steps, flags on the timeline, and the same bits when the run is replayed."""

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.session.course import Course
from playground.session.document import ByHand, Document

WEIGHT = ByHand("dense_1.weight", (2, 1), 0.5)


@pytest.fixture
def told():
    """A document whose changes a course performs at once."""
    document = Document(edits.default_experiment())
    course = Course(document.experiment, Run)
    document.changed.connect(course.perform)
    return document, course


def weight(course, touch=WEIGHT):
    return float(course.run.parameters[touch.tensor][touch.place])


def test_a_weight_is_set_undone_and_set_again(told):
    document, course = told
    course.advance(8.0, 30)
    before, others = weight(course), course.run.parameters
    document.touch((WEIGHT,), "Set weight")
    assert weight(course) == 0.5
    changed = {n: np.flatnonzero(others[n] != a) for n, a in course.run.parameters.items()}
    assert sum(len(places) for places in changed.values()) == 1
    document.undo()
    assert weight(course) == before
    document.redo()
    assert weight(course) == 0.5
    assert course.view().flags[0].label == "Set weight"


def test_a_drag_is_undone_together(told):
    document, course = told
    before = weight(course)
    for value in (0.1, 0.2, 0.3):
        document.touch((ByHand("dense_1.weight", (2, 1), value),), "Set weight", "drag")
        course.advance(8.0, 5)
    document.undo()
    assert weight(course) == before
    assert not document.can_undo
    document.redo()
    assert weight(course) == pytest.approx(0.3)
    document.undo()
    assert weight(course) == before


def test_travel_passes_a_weight_set_by_hand_bit_for_bit(told):
    document, course = told
    course.advance(80.0, 40)
    early = course.run.steps
    document.touch((WEIGHT, ByHand("output.bias", (0,), -2.0)), "Set weights")
    course.advance(80.0, 40)
    last, digest = course.run.steps, course.run.digest()
    course.seek(early - 10)
    course.seek(last)
    assert course.run.digest() == digest


def test_a_place_that_is_gone_is_passed_over(told):
    document, course = told
    digest = course.run.digest()
    gone = [
        ("dense_1.weight", (99, 0)),
        ("dense_9.bias", (0,)),
        ("dense_1.bias", (0, 0)),
        ("output.bias", (-1,)),
    ]
    document.touch(tuple(ByHand(tensor, place, 1.0) for tensor, place in gone), "Set weights")
    assert course.run.digest() == digest
    document.undo()
    assert course.run.digest() == digest


def test_a_weight_set_in_the_past_begins_a_branch(told):
    document, course = told
    course.advance(80.0, 60)
    tip, digest = course.run.steps, course.run.digest()
    course.seek(20)
    document.touch((WEIGHT,), "Set weight", experiment=course.run.experiment)
    assert not course.travelled
    assert course.run.steps == 20
    assert weight(course) == 0.5
    document.undo()
    assert (course.run.steps, course.run.digest()) == (tip, digest)
