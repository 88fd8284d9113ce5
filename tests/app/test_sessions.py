"""Sessions survive a kill, and two windows never mix theirs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from playground.app.sessions import claim, find_session, left_behind, slot_path
from playground.experiment import edits
from playground.session.autosave import Autosave
from playground.session.document import Document
from playground.session.keep import Kept, keep_session, kept_session
from playground.session.repeat import Outcome, Side
from playground.session.seeds import SeedBook, Seeds
from playground.session.trainer import Trainer
from tests.patience import PATIENCE, wait_for

START = edits.default_experiment()


@pytest.fixture
def slots(home):
    taken = []

    def take(*arguments):
        slot, kept = find_session(*arguments)
        if slot is not None:
            taken.append(slot)
        return slot, kept

    yield take
    for slot in taken:
        slot.release()


def test_two_windows_keep_their_sessions_apart(slots):
    first, _ = slots(True)
    second, _ = slots(True)
    assert first.path != second.path
    keep_session(Kept(START, START, None, None), first.path)
    assert kept_session(second.path) is None


@pytest.mark.parametrize(("at", "byte"), [(6, 255), (8, 1), (10, 1)], ids=["version", "password", "packed"])
def test_a_session_with_one_wrong_byte_is_set_aside(slots, at, byte):
    slot, _ = slots(True)
    keep_session(Kept(START, START, None, None), slot.path)
    content = bytearray(slot.path.read_bytes())
    content[content.index(b"PK\x01\x02") + at] = byte
    slot.path.write_bytes(content)
    assert kept_session(slot.path) is None
    assert not slot.path.exists()
    assert slot.path.with_suffix(".damaged").exists()


def test_a_file_to_open_leaves_an_unsaved_session_where_it_is(slots):
    other = edits.set_value(START, "seed", 5)
    keep_session(Kept(other, START, None, None), slot_path(0))
    slot, kept = slots(False)
    assert slot.path == slot_path(1)
    assert kept is None
    assert slots(True)[1].experiment == other


def test_the_session_of_a_killed_second_window_is_found(slots):
    slots(True)
    assert not left_behind()
    keep_session(Kept(START, START, None, None, closed=False), slot_path(1))
    assert left_behind()


def test_a_slot_can_be_taken_once(home):
    slot = claim(0)
    assert claim(0) is None
    slot.release()
    again = claim(0)
    assert again is not None
    again.release()


def test_what_was_edited_and_trained_is_on_the_disk_within_seconds(home, tmp_path):
    document, path = Document(START), tmp_path / "session.npz"
    trainer = Trainer(START)
    document.changed.connect(trainer.change)
    trainer.start()
    wait_for(lambda: trainer.latest() is not None and trainer.latest().state == "paused")
    complaints = []
    book = SeedBook()
    autosave = Autosave(path, document, trainer, complaints.append, seeds=book)
    try:
        document.apply(edits.set_value(START, "training.batch_size", 10), "Batch")
        wait_for(lambda: path.exists() and kept_session(path).experiment == document.experiment)
        assert kept_session(path).seeds == ()
        book.recall((Seeds(Outcome(Side("This", START), ())),))
        trainer.step(500)
        wait_for(lambda: kept_session(path).arrays["counts"][0] == 500)
        assert not kept_session(path).closed
        assert [each.outcome.side.experiment for each in kept_session(path).seeds] == [START]
    finally:
        autosave.close()
        trainer.close(PATIENCE)
    assert not complaints


def test_a_folder_that_cannot_be_written_is_said_once(home, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    document, complaints = Document(START), []
    trainer = Trainer(START)
    trainer.start()
    wait_for(lambda: trainer.latest() is not None and trainer.latest().state == "paused")
    autosave = Autosave(blocked / "session.npz", document, trainer, complaints.append)
    wait_for(lambda: complaints)
    autosave.close()
    trainer.close(PATIENCE)
    assert len(complaints) == 1


KILLED = """
import sys, time
from PySide6.QtCore import QTimer
from playground.app import start, window
from playground.experiment import edits
import random
chance = random.Random(int(sys.argv[1]))
shown = window.Window.showEvent
def show(self, event):
    shown(self, event)
    def act():
        self.do("play") if not self.trainer.playing else None
        path, most = chance.choice([("training.batch_size", 99), ("network.dense_1.units", 12)])
        self.edit(edits.set_value(self.shown, path, chance.randrange(1, most)), path, "")
        now = self.document.experiment
        print(time.time(), now.training.batch_size, now.network.layers[0].units, flush=True)
    timer = QTimer(self); timer.timeout.connect(act); timer.start(700)
window.Window.showEvent = show
start.main()
"""


def edited(experiment):
    """The two numbers that the program under test changes."""
    return experiment.training.batch_size, experiment.network.layers[0].units


@pytest.mark.long
@pytest.mark.parametrize("seed", range(200))
def test_a_kill_at_any_moment_loses_seconds_at_most(home, seed):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", KILLED, str(seed)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline().split()]
        time.sleep(seed % 50 / 5)
        process.send_signal(signal.SIGKILL)
        killed = time.time()
        said += [line.split() for line in process.stdout.read().splitlines()]
    kept = kept_session(slot_path(0))
    if kept is None:
        assert killed - float(said[0][0]) < 5.5
        return
    assert not kept.closed
    known = [(int(batch), int(units)) for when, batch, units in said if killed - float(when) < 5.5]
    known += [edited(START)] if killed - float(said[0][0]) < 5.5 else []
    assert edited(kept.experiment) in known
    slot, again = find_session(True)
    assert again is not None
    slot.release()
    trainer = Trainer(kept.experiment, kept.arrays)
    trainer.start()
    wait_for(lambda: trainer.latest() is not None and trainer.latest().state != "loading")
    assert trainer.error is None
    trainer.close(PATIENCE)
