"""Every lane of a race has the bits of a run on its own, and the map says what is true of its end."""

from __future__ import annotations

import numpy as np
import pytest

from playground.engine.run import Run
from playground.experiment import files
from playground.experiment.edits import set_value
from playground.session.race.contests import CONTESTS, Contestant
from playground.session.race.race import Race
from tests.patience import wait_for

STEPS = 150


def finished(race, steps=STEPS):
    """The state of the race once all lanes stand at this step and the map is whole."""
    race.train_to(steps)

    def is_finished():
        state = race.latest()
        there = all(lane.steps == steps or lane.ended for lane in state.lanes)
        whole = state.map is not None and np.isfinite(state.map.values).all()
        return there and whole and not race._unmeasured

    wait_for(is_finished)
    return race.latest()


@pytest.fixture
def running():
    races = []

    def start(contestants):
        races.append(Race(contestants).start())
        return races[-1]

    yield start
    for race in races:
        assert race.close()


def usual(contest, experiment):
    there = contest.contestants(experiment)
    keys = contest.chosen(there, experiment)
    return [each for each in there if each.key in keys]


@pytest.mark.parametrize("part", [slice(0, 5), slice(4, 9)])
def test_every_optimizer_runs_as_it_runs_alone(part, running):
    whole = set_value(files.load("curve"), "training.batch_size", 120)  # as L-BFGS needs it
    race = running(CONTESTS[0].contestants(whole)[part])
    finished(race, 40)
    for lane in race._lanes:
        alone = Run(lane.contestant.experiment)
        alone.step(40)
        assert lane.run.digest() == alone.digest()


@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.key)
def test_lanes_are_plain_runs_bit_for_bit(contest, running):
    experiment = files.load("spiral")
    race = running(usual(contest, experiment))
    state = finished(race)
    assert 2 <= len(state.lanes) <= 6
    for lane, view in zip(race._lanes, state.lanes, strict=True):
        alone = Run(lane.contestant.experiment)
        alone.step(STEPS)
        assert lane.run.digest() == alone.digest()
        assert view.output is not None
        assert view.history.train_loss[-1] == alone.history.train_loss[-1]
        assert view.now == (STEPS, alone.loss("train"), alone.loss("validation"))
        assert len(view.path) > 50


def test_where_two_lanes_set_out_together_the_map_at_their_ends_is_their_loss(running):
    experiment = files.load("spiral")
    rates = [
        Contestant(f"{r}", f"{r}", set_value(experiment, "training.optimizer.learning_rate", r))
        for r in (0.1, 0.01)
    ]
    race = running(rates)
    state = finished(race)
    for lane, view in zip(race._lanes, state.lanes, strict=True):
        assert view.spot.in_plane
        assert view.spot.on_map == pytest.approx(view.spot.loss, abs=1e-5)
        assert view.spot.loss == pytest.approx(lane.run.loss(), abs=1e-5)
        np.testing.assert_allclose(view.path[-1], view.spot.place)
        assert (np.abs(view.path) <= state.map.reach).all()
    assert state.lanes[0].path[0] == pytest.approx(state.lanes[1].path[0])
    assert state.map.shared


def test_the_map_is_measured_where_it_says(running):
    experiment = files.load("spiral")
    race = running(usual(CONTESTS[0], experiment))
    state = finished(race)
    judge, survey = Run(experiment), race._shown
    for row, column in ((0, 0), (7, 20), (24, 24)):
        judge.set_parameters(survey.plane.at(*survey.position(row, column)))
        assert state.map.values[row, column] == pytest.approx(judge.loss(), rel=1e-4)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("optimizers", "Same data, same first weights, same batches"),
        ("learning_rates", "Same data, same first weights, same batches"),
        ("initializers", "Same data, same batches; other first weights"),
    ],
)
def test_it_says_what_is_the_same_only_where_it_is(key, words, running):
    contest = next(each for each in CONTESTS if each.key == key)
    race = running(usual(contest, files.load("spiral")))
    assert finished(race, 3).alike == words


def test_a_lane_that_fails_says_so_and_the_others_go_on(running):
    experiment = files.load("curve")
    rates = [
        Contestant(
            f"{r}",
            f"{r}",
            set_value(
                set_value(experiment, "training.optimizer", "sgd"), "training.optimizer.learning_rate", r
            ),
        )
        for r in (1e3, 0.01, 0.02)
    ]
    state = finished(running(rates))
    bad, *good = state.lanes
    assert bad.failed
    assert "stopped being a finite number" in bad.ended
    assert all(lane.steps == STEPS and not lane.ended for lane in good)
    assert np.isfinite(state.map.values).mean() > 0.9


def test_reset_begins_again(running):
    race = running(usual(CONTESTS[1], files.load("spiral")))
    before = [lane.history.train_loss[-1] for lane in finished(race).lanes]
    race.reset()
    state = finished(race, 0)
    assert {len(lane.history) for lane in state.lanes} == {1}
    assert [lane.history.train_loss[-1] for lane in finished(race).lanes] == before


def test_a_race_plays_until_it_is_paused(running):
    race = running(usual(CONTESTS[0], files.load("spiral")))
    race.set_speed(2000.0)
    race.play()
    wait_for(lambda: race.latest().steps >= 300)
    race.pause()
    wait_for(lambda: not race.latest().playing)
    state = race.latest()
    assert state.steps >= 300
    assert {lane.steps for lane in state.lanes} == {state.steps}


@pytest.mark.parametrize("contest", CONTESTS, ids=lambda contest: contest.key)
def test_contestants_differ_in_that_one_thing_and_the_present_one_runs(contest):
    experiment = files.load("spiral")
    there = contest.contestants(experiment)
    chosen = contest.chosen(there, experiment)
    assert len({each.key for each in there}) == len(there) > 2
    assert len({each.experiment for each in there}) == len(there)
    assert 2 <= len(chosen) <= 6
    assert any(each.experiment == experiment and each.key in chosen for each in there)


def test_a_network_with_two_functions_runs_as_it_is():
    mixed = set_value(files.load("spiral"), "network.dense_1.activation", "sin")
    activations = next(each for each in CONTESTS if each.key == "activations")
    first = activations.contestants(mixed)[0]
    assert (first.label, first.experiment) == ("As it is", mixed)
    assert activations.chosen(activations.contestants(mixed), mixed)[0] == first.key
    assert activations.contestants(files.load("perceptron")) == ()  # no hidden layer


@pytest.mark.parametrize("contest", ["optimizers", "initializers", "activations"])
@pytest.mark.parametrize("through", [(2,), (3, 1)])
def test_the_map_goes_through_the_lanes_that_are_chosen(contest, through, running):
    there = next(each for each in CONTESTS if each.key == contest)
    race = running(usual(there, files.load("spiral")))
    race.draw_through(through)
    state = finished(race)
    assert state.map.through == through
    assert state.map.surface == through[-1]
    for number in through:
        assert state.lanes[number].spot.away < 1e-5 * state.lanes[number].spot.way
    last = state.lanes[through[-1]].spot
    assert last.on_map == pytest.approx(last.loss, abs=1e-5)
    assert last.loss == pytest.approx(race._lanes[through[-1]].run.loss(), abs=1e-5)
