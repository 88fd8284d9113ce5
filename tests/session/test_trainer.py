"""The trainer: commands take effect between slices, and undo gives back what an edit overwrote."""

from __future__ import annotations

import gc
import math
import time
from weakref import ref

import numpy as np
import pytest

from playground.experiment import edits
from playground.session.document import ByHand, Document
from playground.session.snapshot import Rehearse, Wants
from playground.session.trainer import Trainer
from tests.patience import PATIENCE, wait_for

START = edits.default_experiment()
EVERYTHING = Wants(parameters=True, tiles=True, output=True, layer="dense_1")


class Session:
    """A document and a trainer, as the window joins them."""

    def __init__(self, experiment=START, resume=None):
        self.document = Document(experiment)
        self.trainer = Trainer(experiment, resume)
        self.reports = []
        self.trainer.report = lambda sentence, details: self.reports.append(details)
        self.document.changed.connect(self.trainer.change)
        self.trainer.want("test", EVERYTHING)
        self.trainer.set_speed(math.inf)
        self.trainer.start()
        wait_for(lambda: self.now() is not None and self.now().state != "loading")

    def now(self):
        return self.trainer.latest()

    def step(self, count):
        goal = self.now().steps + count
        self.trainer.step(count)
        wait_for(lambda: self.now().steps == goal and self.now().state == "paused")

    def settle(self):
        """Until every command so far has been carried out and shown."""
        self.trainer.keep()
        before = self.now()
        self.trainer.keep()
        wait_for(lambda: self.now() is not before)

    def weights(self):
        self.settle()
        return {name: array.copy() for name, array in self.now().parameters.items()}


@pytest.fixture
def open_session():
    opened = []

    def opener(*args, **kwargs):
        opened.append(Session(*args, **kwargs))
        return opened[-1]

    yield opener
    for session in opened:
        assert session.trainer.close(PATIENCE)
        assert session.reports == []


def same(a, b):
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def test_it_trains_pauses_and_counts(open_session):
    session = open_session()
    session.trainer.play()
    wait_for(lambda: session.now().steps > 2000)
    session.trainer.pause()
    wait_for(lambda: session.now().state == "paused")
    steps = session.now().steps
    time.sleep(0.05)
    assert session.now().steps == steps
    session.step(1)
    assert session.now().steps == steps + 1
    assert len(session.now().history) > 10


def test_one_epoch_ends_where_the_epoch_ends(open_session):
    session = open_session()
    session.step(3)
    session.trainer.epoch()
    wait_for(lambda: session.now().epochs == 1.0)
    session.trainer.epoch()
    wait_for(lambda: session.now().epochs == 2.0)


def test_speed_is_kept(open_session):
    session = open_session()
    session.trainer.set_speed(200.0)
    began = time.monotonic()
    session.trainer.play()
    wait_for(lambda: session.now().steps >= 100)
    assert time.monotonic() - began > 0.4


def test_snapshots_hold_what_was_asked_for(open_session):
    session = open_session()
    session.step(20)
    session.settle()
    snapshot = session.now()
    assert snapshot.parameters["dense_1.weight"].shape == (6, 2)
    assert snapshot.tiles.kind == "map"
    assert snapshot.tiles.layers["dense_2"].shape == (5, 46, 46)
    assert snapshot.output.values.shape == (1, 100, 100)
    assert 0.0 <= snapshot.output.values.min() <= snapshot.output.values.max() <= 1.0
    assert snapshot.layer.name == "dense_1"
    assert snapshot.layer.counts.sum() == 6 * snapshot.layer.samples
    session.trainer.want("test", Wants())
    wait_for(lambda: session.now().tiles is None)


def test_undo_brings_back_a_removed_layer_with_its_weights(open_session):
    session = open_session()
    session.step(50)
    trained = session.weights()
    session.document.apply(edits.remove_layer(START, "dense_2"), "Delete")
    removed = session.weights()
    assert "dense_2.weight" not in removed
    session.document.undo()
    assert same(session.weights(), trained)
    session.document.redo()
    assert same(session.weights(), removed)


def test_undo_brings_back_removed_units_bit_for_bit(open_session):
    session = open_session()
    session.step(50)
    trained = session.weights()
    for units in (5, 3, 8, 1):
        fewer = edits.set_value(session.document.experiment, "network.dense_1.units", units)
        session.document.apply(fewer, "Units")
    session.settle()
    for _ in range(4):
        session.document.undo()
    assert same(session.weights(), trained)


def test_undo_of_a_reset_brings_back_the_trained_network(open_session):
    session = open_session()
    first = session.weights()
    session.step(50)
    trained, steps = session.weights(), session.now().steps
    session.document.reset_training()
    assert same(session.weights(), first)
    wait_for(lambda: session.now().steps == 0)
    session.document.undo()
    assert same(session.weights(), trained)
    wait_for(lambda: session.now().steps == steps)
    session.document.redo()
    assert same(session.weights(), first)


def test_another_seed_starts_again_and_undo_goes_back(open_session):
    session = open_session()
    session.step(30)
    trained = session.weights()
    session.document.apply(edits.set_value(START, "seed", 7), "Seed")
    wait_for(lambda: session.now().steps == 0)
    assert not same(session.weights(), trained)
    session.document.undo()
    assert same(session.weights(), trained)
    assert session.now().steps == 30


def test_settings_change_while_it_trains(open_session):
    session = open_session()
    session.trainer.play()
    for rate in (0.001, 0.1, 0.05):
        faster = edits.set_value(session.document.experiment, "training.optimizer.learning_rate", rate)
        session.document.apply(faster, "Rate")
        session.settle()
    for key in ("sgd", "momentum", "adam"):
        session.document.apply(
            edits.set_choice(session.document.experiment, "training.optimizer", key), "Optimizer"
        )
        session.settle()
    assert session.now().state == "running"
    while session.document.can_undo:
        session.document.undo()
    session.settle()
    assert session.now().experiment == START


@pytest.mark.parametrize("key", ["digits", "weather", "penguins", "curve", "plane", "moons"])
def test_every_kind_of_data_has_its_pictures(open_session, key):
    session = open_session()
    session.step(5)
    session.document.apply(edits.set_dataset(START, key), "Data")
    session.settle()
    session.step(20)
    session.settle()
    assert session.now().output is not None
    assert session.now().tiles.layers["dense_1"].shape[0] == 6
    session.document.undo()
    session.settle()
    assert session.now().output.values.shape == (1, 100, 100)


def test_an_experiment_that_cannot_train_says_why_and_comes_back(open_session):
    session = open_session()
    session.step(10)
    trained = session.weights()
    session.document.apply(edits.set_value(START, "network.output.units", 7), "Units")
    wait_for(lambda: session.now().state == "blocked")
    assert session.now().problems[0].place == "network.output.units"
    session.trainer.play()
    time.sleep(0.05)
    assert session.now().state == "blocked"
    session.document.undo()
    wait_for(lambda: session.now().state == "paused")
    assert same(session.weights(), trained)


WRONG = ("infinite", "NaN")


def test_a_diverging_loss_pauses_and_offers_the_way_back(open_session):
    wild = edits.set_value(edits.set_dataset(START, "plane"), "training.optimizer", "sgd")
    wild = edits.set_value(wild, "network.dense_1.activation", "relu")
    session = open_session(edits.set_value(wild, "network.dense_2.activation", "identity"))
    session.step(20)
    session.trainer.play()
    time.sleep(0.2)
    before = session.document.experiment.training.optimizer.learning_rate
    rate = edits.set_value(session.document.experiment, "training.optimizer.learning_rate", 1e5)
    session.document.apply(rate, "Rate")
    wait_for(lambda: session.now().state == "failed")
    failure = session.now().failure
    assert failure.headline in (f"Loss became {what} at step {failure.step + 1:,}" for what in WRONG)
    assert failure.why.startswith("The numbers of Dense 1 grew")
    assert "A learning rate of 100,000, set at step" in failure.why
    assert failure.good_step is not None
    assert f"set at step {failure.good_step:,}, may be too high. Before that it was" in failure.why
    assert failure.gentler_rate == before
    session.trainer.seek(failure.good_step)
    wait_for(lambda: session.now().state == "paused")
    assert all(np.isfinite(array).all() for array in session.weights().values())
    assert session.now().steps == failure.good_step


@pytest.mark.parametrize(
    ("stop", "reached"),
    [({"steps": 40}, lambda s: s.steps == 40), ({"epochs": 3}, lambda s: s.epochs == 3.0)],
)
def test_it_stops_where_it_is_told(open_session, stop, reached):
    session = open_session(edits.set_value(START, "training.stop", stop))
    session.trainer.play()
    wait_for(lambda: session.now().stopped_by)
    assert reached(session.now())
    session.trainer.play()
    wait_for(lambda: session.now().steps > 60)


def test_early_stopping_is_told_in_words_and_training_can_go_on(open_session):
    frozen = START
    for layer in ("dense_1", "dense_2", "output"):  # so that the loss never falls
        frozen = edits.set_value(frozen, f"network.{layer}.frozen", True)
    session = open_session(edits.set_value(frozen, "training.early_stopping.patience", 3))
    session.trainer.play()
    wait_for(lambda: session.now().stopped_by)
    assert session.now().stopped_by == (
        "Stopped early after 4 epochs: the validation loss has not fallen for 3 epochs. "
        "The best weights are back."
    )
    assert session.now().state == "paused"
    session.trainer.play()
    wait_for(lambda: session.now().epochs == 7 and session.now().stopped_by)


def test_it_stops_at_the_target_loss(open_session):
    session = open_session(edits.set_value(START, "training.stop.target_loss", 0.5))
    session.trainer.play()
    wait_for(lambda: session.now().stopped_by)
    assert session.now().history[-1].train_loss <= 0.5


def test_a_kept_run_goes_on_with_the_same_bits(open_session):
    session = open_session()
    session.step(100)
    arrays = session.trainer.keep()
    session.step(100)
    again = open_session(START, arrays)
    assert again.now().steps == 100
    again.step(100)
    assert same(again.weights(), session.weights())
    assert len(again.now().history) == len(session.now().history)


def test_an_exception_in_the_worker_is_reported_and_the_trainer_lives(open_session):
    session = open_session()
    session.trainer._send(lambda: 1 / 0)
    wait_for(lambda: session.reports)
    assert "ZeroDivisionError" in session.reports.pop()
    session.step(5)


def test_a_wish_for_steps_is_met_to_the_step_whatever_else_is_asked(open_session):
    experiment = edits.set_value(START, "data.dataset.samples", 2000)
    session = open_session(edits.set_value(experiment, "network.dense_1.units", 300))
    for count in (7, 50, 200):
        before = session.now().steps
        session.trainer.step(count)
        while session.now().steps < before + count:
            session.trainer.keep()  # finishes the step under way
        time.sleep(0.1)
        assert session.now().steps == before + count


def test_the_stop_is_not_missed_while_the_run_is_being_kept(open_session):
    session = open_session(edits.set_value(START, "training.stop", {"steps": 3000}))
    session.trainer.play()
    while not session.now().stopped_by:
        session.trainer.keep()
    assert session.now().steps == 3000


def test_the_inspected_layer_says_what_it_makes_of_one_sample(open_session):
    session = open_session()
    session.step(20)
    for rehearse in (None, Rehearse(7)):
        session.trainer.want("test", Wants(layer="dense_2", rehearse=rehearse))
        wait_for(lambda: session.now().layer is not None and session.now().layer.name == "dense_2")
        row = int(session.now().prepared.train[0]) if rehearse is None else 7
        wait_for(lambda row=row: session.now().layer.sample == row)
        detail = session.now().layer
        np.testing.assert_allclose(detail.post, np.tanh(detail.pre), atol=1e-6)


def test_a_command_ends_the_slice_under_way(open_session):
    session = open_session()
    session.trainer.play()
    wait_for(lambda: session.now().steps > 0)
    worker = session.trainer._worker
    worker.pace.until_frame = lambda: 3600.0  # a slice would last an hour
    for _ in range(20):
        assert session.trainer.present() is not None
    session.trainer.pause()
    wait_for(lambda: session.now().state == "paused")


def test_who_looks_again_ends_the_slice_that_nobody_watched(open_session):
    session = open_session()
    session.trainer.play()
    worker = session.trainer._worker
    wait_for(lambda: worker.pace.unseen)  # nobody has looked meanwhile
    worker.pace.until_frame = lambda: 3600.0 if worker.pace.unseen else 0.004
    session.now()
    before = session.now()
    wait_for(lambda: session.now() is not before)


def test_slow_training_rests_between_frames(open_session):
    session = open_session()
    session.trainer.set_speed(1000.0)
    turns = []
    worker = session.trainer._worker
    rest = worker._rest
    worker._rest = lambda run: (turns.append(run.steps), rest(run))
    session.trainer.play()
    wait_for(lambda: session.now().steps >= 300)
    session.trainer.pause()
    assert len(turns) < 100  # not once a step


def test_losses_follow_a_weight_set_by_hand_while_nothing_trains(open_session):
    session = open_session()
    for steps in (0, 1_237):  # evaluated at its very step, and between two evaluations
        session.step(steps)
        before = float(session.now().history.train_loss[-1])
        session.document.touch((ByHand("output.bias", (0,), 9.0),), "Set bias")
        session.settle()
        assert session.now().history.step[-1] == session.now().steps == steps
        assert session.now().history.train_loss[-1] > before + 0.1
        session.document.undo()
        session.settle()
        assert session.now().history.train_loss[-1] == before


def test_what_was_taken_back_where_it_was_made_has_no_flag(open_session):
    session = open_session()
    session.step(10)
    start = session.document.experiment
    session.document.apply(edits.set_value(start, "training.l2", 0.1), "L2 0.1")
    session.document.undo()
    session.document.apply(edits.set_value(start, "training.l2", 0.2), "L2 0.2")
    session.settle()
    assert [flag.label for flag in session.now().timeline.flags] == ["L2 0.2"]
    session.step(10)
    session.document.undo()
    session.settle()
    assert [flag.label for flag in session.now().timeline.flags] == ["L2 0.2", "Undo L2 0.2"]


def test_a_dragged_playhead_shows_true_weights_at_once_and_all_pictures_when_it_rests(open_session):
    session = open_session()
    session.step(3_000)

    def stand_at(step):
        session.trainer.seek(step)
        wait_for(lambda: session.now().steps == step)
        return session.now()

    there = stand_at(2_000)
    for step in (2_500, 1_000, 700, 2_000):
        here = stand_at(step)
    assert same(here.parameters, there.parameters)
    wait_for(lambda: same(session.now().tiles.layers, there.tiles.layers))
    wait_for(lambda: np.array_equal(session.now().output.values, there.output.values))


def test_undo_to_data_that_cannot_be_learned_shows_the_run_that_is_there(open_session):
    session = open_session()
    session.step(20)
    curve = edits.set_dataset(START, "curve")
    stuck = edits.set_value(curve, "network.output.units", 3)
    session.document.apply(stuck, "Other data with too many outputs")
    wait_for(lambda: session.now().state == "blocked")
    session.document.apply(curve, "One output")
    wait_for(lambda: session.now().state == "paused" and session.now().steps == 0)
    session.document.undo()
    wait_for(lambda: session.now().state == "blocked")
    session.settle()
    assert session.trainer.error is None
    session.document.undo()
    wait_for(lambda: session.now().state == "paused" and session.now().steps == 20)
    session.step(5)


def test_a_closed_trainer_frees_its_run_though_nobody_looks_for_garbage():
    trainer = Trainer(START)
    trainer.want("test", EVERYTHING)
    trainer.start()
    wait_for(lambda: trainer.latest() is not None and trainer.latest().parameters)
    run = ref(trainer._worker.run)
    collecting = gc.isenabled()
    gc.disable()  # as for all that the window sets aside when it is ready
    try:
        assert trainer.close(PATIENCE)
        assert run() is None
    finally:
        if collecting:
            gc.enable()
