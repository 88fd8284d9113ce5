"""Any step of a run comes back bit for bit, whatever was changed on the way."""

import random

import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.session.course import Course
from playground.session.document import Document
from playground.session.timeline import Moment, Timeline

START = edits.default_experiment()


class Told:
    """A document whose changes a course performs at once."""

    def __init__(self, experiment=START):
        self.document = Document(experiment)
        self.course = Course(experiment, Run)
        self.document.changed.connect(self.course.perform)

    def apply(self, path, value):
        before = self.course.run.experiment if self.course.travelled else self.document.experiment
        self.document.apply(edits.set_value(before, path, value), path)

    def train(self, steps):
        end = self.course.run.steps + steps
        while self.course.run.steps < end and not self.course.problems:
            if self.course.advance(8.0, end - self.course.run.steps).stopped:
                return


@pytest.fixture
def told():
    return Told()


def test_a_step_comes_back_bit_for_bit_and_so_does_the_last(told):
    digests = {}
    for _ in range(30):
        digests[told.course.run.steps] = told.course.run.digest()
        told.train(37)
    last = told.course.run.digest()
    for step in sorted(digests, key=lambda s: (s * 7919) % 101):
        told.course.seek(step)
        assert told.course.travelled
        assert told.course.run.digest() == digests[step]
        assert told.course.run.history[-1].step <= step
    told.course.seek(10**18)
    assert not told.course.travelled
    assert told.course.run.digest() == last


def test_travel_shows_the_settings_of_then(told):
    told.train(100)
    told.apply("training.optimizer.learning_rate", 0.3)
    told.train(100)
    told.apply("network.dense_1.units", 9)
    told.train(100)
    told.course.seek(99)
    assert told.course.run.experiment == START
    told.course.seek(150)
    assert told.course.run.experiment.training.optimizer.learning_rate == 0.3
    told.course.seek(200)
    assert told.course.run.parameters["dense_1.weight"].shape[0] == 9
    assert [flag.step for flag in told.course.view().flags] == [100, 200]


def test_training_on_from_the_past_repeats_what_happened(told):
    told.train(100)
    told.apply("network.dense_1.units", 9)
    told.train(100)
    last = told.course.run.digest()
    told.course.seek(50)
    told.train(150)
    assert not told.course.travelled
    assert told.course.run.digest() == last


def test_a_change_in_the_past_begins_a_branch_and_undo_returns_to_the_old_one(told):
    told.train(300)
    last = told.course.run.digest()
    told.course.seek(100)
    told.apply("training.optimizer.learning_rate", 0.5)
    told.train(50)
    branched = told.course.run.digest()
    assert [b.tip for b in told.course.view().branches] == [300, 150]
    told.document.undo()
    assert told.course.run.digest() == last
    told.document.redo()
    assert told.course.run.digest() == branched
    assert told.course.run.experiment.training.optimizer.learning_rate == 0.5


def test_a_branch_can_be_chosen_and_discarded(told):
    told.train(200)
    last = told.course.run.digest()
    told.course.seek(80)
    old = told.course.branch_off()
    told.train(300)
    other = told.course.go_to(old)
    assert told.course.run.digest() == last
    told.course.timeline.discard(other)
    assert len(told.course.view().branches) == 1


def test_kept_states_stay_within_the_budget_and_the_ends_stay():
    timeline = Timeline(budget=20_000)
    run = Run(START)
    state = run.state()
    for step in range(500):
        timeline.keep(Moment(step, 0, START, state, 1))
        assert timeline.nbytes <= 20_000 + Moment(0, 0, START, state, 1).nbytes
    steps = [moment.step for moment in timeline.current.moments]
    assert steps[0] == 0
    assert steps[-1] == 499
    assert steps == sorted(steps)


def wander(told, chance, moves):
    """Random moves; every digest that is seen is compared with the first one seen at its place."""
    seen = {}
    for _ in range(moves):
        move = chance.choice(["train", "train", "seek", "edit", "undo", "redo", "reset", "units", "branch"])
        course = told.course
        if move == "train":
            told.train(chance.randrange(1, 60))
        elif move == "seek":
            course.seek(chance.randrange(0, course.timeline.current.tip + 1))
        elif move == "edit":
            told.apply("training.optimizer.learning_rate", chance.choice([0.01, 0.02, 0.05]))
        elif move == "units":
            told.apply("network.dense_1.units", chance.randrange(1, 9))
        elif move == "undo":
            told.document.undo()
        elif move == "redo":
            told.document.redo()
        elif move == "reset":
            told.document.reset_training()
        elif move == "branch":
            course.go_to(chance.choice(course.timeline.branches))
        place = (course.timeline.current.number, course.run.steps, course._done)
        assert seen.setdefault(place, course.run.digest()) == course.run.digest()


@pytest.mark.parametrize("seed", range(15))
def test_wherever_one_wanders_a_place_has_one_digest(told, seed):
    wander(told, random.Random(seed), 40)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 1100))
def test_a_thousand_walks(told, seed):
    wander(told, random.Random(seed), 40)
