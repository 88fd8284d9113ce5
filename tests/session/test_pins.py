"""Pinning a run: a frozen value, with a name that says how it differs, that survives the session."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from playground.experiment import edits
from playground.session.compare import in_common
from playground.session.pins import MOST_PINS, PinBoard, proposed_name
from playground.session.snapshot import MapOutput
from tests.patience import wait_for
from tests.session.pinned_runs import START, board, pinned_run
from tests.session.test_trainer import open_session, same

__all__ = ["open_session"]


def test_the_name_says_what_differs():
    sgd = edits.set_choice(START, "training.optimizer", "sgd")
    adam = edits.set_choice(START, "training.optimizer", "adam")
    pins = PinBoard()
    assert pins.add(pinned_run(sgd)).name == "SGD"
    assert pins.add(pinned_run(adam)).name == "Adam"
    faster = edits.set_value(adam, "training.optimizer.learning_rate", 0.3)
    assert proposed_name(pinned_run(faster), pins.runs) == "Adam, learning rate 0.3"
    only = PinBoard([replace(pinned_run(adam), name="Adam")])
    assert proposed_name(pinned_run(faster), only.runs) == "Learning rate 0.3"
    assert proposed_name(pinned_run(adam), only.runs) == "Step 3,000"


def test_names_and_looks_are_never_given_twice():
    pins = PinBoard()
    for _ in range(MOST_PINS):
        pins.add(pinned_run())
    assert len({run.name for run in pins.runs}) == len({run.slot for run in pins.runs}) == MOST_PINS
    with pytest.raises(ValueError, match="Unpin one first"):
        pins.add(pinned_run())
    gone = pins.runs[4]
    pins.remove(gone)
    assert pins.add(pinned_run()).slot == gone.slot


def test_a_run_can_be_renamed_and_pinned_again():
    pins = board()
    told = []
    pins.changed.connect(lambda: told.append(len(pins.runs)))
    pins.rename(pins.runs[1], "  the  second ")
    assert [run.name for run in pins.runs] == ["SGD", "the second", "Adam"]
    pins.rename(pins.runs[1], " ")
    second = pins.runs[1]
    pins.remove(second)
    again = pins.add(second)
    assert (again.name, again.slot) == ("the second", second.slot)
    assert told == [3, 2, 3]


def test_what_is_pinned_stays_as_it_was_while_training_goes_on(open_session):
    session = open_session()
    session.step(200)
    run = session.trainer.pin()
    assert run.steps == 200
    assert run.history["step"][-1] == 200
    assert isinstance(run.output, MapOutput)
    assert np.isfinite(run.seconds).all()
    assert (np.diff(run.seconds) >= 0).all()
    before = run.history.copy(), run.output.values.copy()
    session.step(300)
    later = session.trainer.pin()
    assert np.array_equal(run.history, before[0])
    assert np.array_equal(run.output.values, before[1])
    assert later.seconds[-1] > run.seconds[-1]
    assert (later.source, later.timeline) == (run.source, run.timeline)
    assert in_common([run, later]) == "Same data, same first weights, same batches"


def test_a_reset_begins_with_the_same_weights_and_keeps_the_pinned_branch(open_session):
    session = open_session()
    session.step(50)
    run = session.trainer.pin()
    session.document.apply(edits.set_choice(START, "training.optimizer", "sgd"), "Choose SGD")
    session.document.reset_training()
    session.settle()
    session.step(20)
    other = session.trainer.pin()
    assert other.branch != run.branch
    assert run.branch in [branch.number for branch in session.now().timeline.branches]
    assert in_common([run, other]) == "Same data, same first weights, same batches"


def test_changes_on_the_way_and_weights_set_by_hand_are_not_hidden(open_session):
    from playground.session.document import ByHand

    session = open_session()
    session.step(50)
    plain = session.trainer.pin()
    session.document.apply(edits.set_value(START, "training.batch_size", 8), "Set batch size")
    session.settle()
    session.step(50)
    changed = session.trainer.pin()
    assert [(flag.step, flag.label) for flag in changed.changes] == [(50, "Set batch size")]
    assert in_common([plain, changed]) == "Same data, same first weights"
    session.document.reset_training()
    session.document.touch((ByHand("dense_1.weight", (0, 0), 3.0),), "Set a weight")
    session.settle()
    session.step(10)
    assert in_common([plain, session.trainer.pin()]) == "Same data"


def test_how_a_run_began_survives_the_session(open_session):
    session = open_session()
    session.step(100)
    run = session.trainer.pin()
    arrays = session.trainer.keep()
    resumed = open_session(resume=arrays)
    resumed.step(10)
    later = resumed.trainer.pin()
    assert later.first_weights == run.first_weights
    assert np.isfinite(later.seconds).all()
    assert later.timeline != run.timeline


def test_nothing_is_pinned_while_nothing_trains(open_session):
    session = open_session()
    blocked = edits.set_dataset(session.document.experiment, "curve")
    blocked = blocked.model_copy(update={"training": START.training})  # cross-entropy for numbers
    session.document.apply(blocked, "Choose data")
    wait_for(lambda: session.now().state == "blocked")
    assert session.trainer.pin() is None


def test_a_pinned_run_stays_while_its_branch_goes_on_and_comes_back(open_session):
    session = open_session()
    session.step(50)
    run = session.trainer.pin()
    weights = session.weights()
    assert run.is_shown(session.now())
    session.document.apply(edits.set_choice(START, "training.optimizer", "sgd"), "Choose SGD")
    session.settle()
    assert not run.is_shown(session.now())
    session.step(10)
    session.document.branch(run.experiment, "Show", number=run.branch)
    wait_for(lambda: run.is_shown(session.now()))
    assert same(session.weights(), weights)
    count = len(session.now().timeline.branches)
    session.document.undo()
    session.settle()
    assert session.now().steps == 60
    assert session.document.experiment.training.optimizer.kind == "sgd"
    assert len(session.now().timeline.branches) == count - 1  # the copy of the pinned run is gone again
    session.document.redo()
    session.settle()
    session.step(10)
    session.document.branch(run.experiment, "Show", number=run.branch)
    wait_for(lambda: run.is_shown(session.now()))
    assert same(session.weights(), weights)


def test_a_run_is_pinned_where_it_has_travelled_to(open_session):
    session = open_session()
    session.step(100)
    session.trainer.seek(40)
    wait_for(lambda: session.now().steps == 40)
    weights = session.weights()
    run = session.trainer.pin()
    assert run.steps == 40
    assert run.history["step"][-1] <= 40
    session.trainer.back_to_live()
    wait_for(lambda: session.now().steps == 100)
    session.document.branch(run.experiment, "Show", number=run.branch)
    wait_for(lambda: session.now().steps == 40)
    assert not session.now().timeline.travelled
    assert same(session.weights(), weights)


def test_runs_are_numbered_as_they_appear_and_a_copy_says_what_it_came_from(open_session):
    session = open_session()
    session.step(50)
    run = session.trainer.pin()
    session.trainer.name_branch(run.branch, "Adam", True)
    session.trainer.seek(20)
    wait_for(lambda: session.now().steps == 20)
    session.document.branch(START, "Continue from step 20")
    session.settle()
    assert [each.name for each in session.now().timeline.branches] == ["Run 1", "Adam", "Run 2"]
    session.document.branch(START, "Show Adam", number=run.branch)
    session.settle()
    assert next(each.name for each in session.now().timeline.branches if each.current) == "From Adam"
