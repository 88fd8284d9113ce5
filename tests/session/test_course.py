"""Any step of a run comes back bit for bit, whatever was changed on the way."""

import random

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.surgery import duplicate_layer
from playground.session.course import Course
from playground.session.document import Change, Document
from playground.session.run_file import record
from playground.session.timeline import FIRST_INTERVAL, Entry, Moment, Timeline

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


def test_going_along_what_happened_leaves_the_rest_of_it_there(told):
    told.train(100)
    last = told.course.run.digest()
    told.course.seek(20)
    told.train(30)
    assert told.course.run.steps == 50
    assert told.course.view().tip == 100
    told.course.seek(10**18)
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


def test_thinning_spares_the_ends_of_every_branch_and_keeps_half_as_many_from_then_on():
    timeline, state = Timeline(), Run(START).state()
    for step in range(8):
        timeline.keep(Moment(step, 0, START, state, 1))
    old = timeline.fork((3, 0), 1)
    timeline.set_budget(timeline.nbytes - 1)
    assert [moment.step for moment in old.moments] == [0, 2, 4, 6, 7]
    assert [moment.step for moment in timeline.current.moments] == [0, 2, 3]
    assert timeline.interval == 2 * FIRST_INTERVAL


@pytest.mark.parametrize(("step", "good"), [(20, 20), (25, 10)], ids=["at the change", "not judged since"])
def test_the_last_good_state_has_a_loss_near_the_best_that_is_its_own(told, step, good):
    course, state = told.course, told.course.run.state()
    course.run = None  # the curves are the branch's own
    branch = course.timeline.current
    branch.records = np.zeros((4, 7))
    branch.records[:, 0] = 0, 10, 20, 30
    branch.records[:, 2] = 1.0, 0.5, 0.6, 5.0
    branch.entries = [Entry(20, Change("edit", (1,), START, START, "Set learning rate 1,000"))]
    places = ((0, 0, 1), (10, 0, 2), (step, 1, 3), (30, 1, 4))
    branch.moments = [Moment(at, entries, START, state, records) for at, entries, records in places]
    assert course.last_good_step() == good
    branch.records[:, 2] = np.nan
    assert course.last_good_step() is None


@pytest.mark.parametrize(
    ("losses", "good"),
    [((1.0, 0.5, 0.6), 20), ((1.0, 0.5, np.inf), 10), ((1.0, 0.5, np.nan), 10), ((1.0, 0.5), 10)],
    ids=["as good after it", "infinite after it", "no number after it", "never judged after it"],
)
def test_a_state_on_the_way_to_a_bad_loss_is_not_the_last_good_one(told, losses, good):
    course, state = told.course, told.course.run.state()
    course.run = None
    branch = course.timeline.current
    branch.records = np.zeros((len(losses), 7))
    branch.records[:, 0] = np.arange(len(losses)) * 10
    branch.records[:, 2] = losses
    branch.entries = []
    places = ((0, 1), (10, 2), (15, 2), (20, len(losses)))
    branch.moments = [Moment(at, 0, START, state, records) for at, records in places]
    assert course.last_good_step() == good


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


def test_going_along_a_run_whose_last_change_cannot_train_stops_there(told):
    told.train(60)
    told.apply("data.features", ("x1", "nothing"))
    assert told.course.problems
    last = told.course.run.digest()
    told.course.seek(10)
    assert not told.course.problems
    told.train(200)
    assert told.course.advance(8.0).steps == 0
    assert (told.course.run.steps, told.course.timeline.current.tip) == (60, 60)
    assert told.course.run.digest() == last


def test_a_restart_that_was_asked_for_while_nothing_could_train_is_not_made_in_the_past(told):
    told.train(40)
    told.apply("training.batch_size", 5)
    told.train(20)
    last = told.course.run.digest()
    told.apply("data.features", ("x1", "nothing"))
    told.document.reset_training()
    told.course.seek(30)
    told.train(30)  # across the change
    assert (told.course.run.steps, told.course.run.digest()) == (60, last)
    told.course.seek(60)
    assert told.course.problems
    told.apply("data.features", ("x1", "x2"))
    assert told.course.run.steps == 0  # now it is made


def test_a_run_that_ends_with_what_cannot_train_is_not_saved_from_its_past_either(told):
    told.train(20)
    told.apply("data.features", ("x1", "nothing"))
    told.course.seek(10)
    with pytest.raises(ValueError, match="once its experiment trains"):
        record(told.course)
    assert told.course.run.steps == 10


def test_surgery_on_a_network_that_never_trained_leaves_the_one_that_did_in_peace(told):
    told.train(20)
    units = told.course.run.parameters["dense_1.weight"].shape[0]
    told.apply("network.dense_1.units", units + 1)
    told.apply("data.features", ("x1", "nothing"))
    told.apply("network.dense_1.units", units + 3)  # not seen by the run
    after, surgery = duplicate_layer(told.document.experiment, "dense_1")
    able = edits.set_value(after, "data.features", ("x1", "x2"))
    told.document.apply(able, "Duplicate", surgery=surgery)
    assert not told.course.problems
    assert told.course.run.parameters["dense_1.weight"].shape[0] == units + 3
    told.train(5)
    told.document.undo()
    told.document.undo()
    told.document.undo()
    assert told.course.run.parameters["dense_1.weight"].shape[0] == units + 1
