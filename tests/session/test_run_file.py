"""A run file gives the same bits again, and a damaged one is refused in one sentence."""

import contextlib
import random
import zipfile

import pytest

from playground.app.cli import main
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.surgery import split_unit
from playground.session.course import Course
from playground.session.document import Document
from playground.session.run_file import NotARun, load_run, record, replay, save_run


@pytest.fixture
def told():
    """A course with edits, an undo, a reset and undo again on the way."""
    experiment = edits.default_experiment()
    document, course = Document(experiment), Course(experiment, Run)
    document.changed.connect(course.perform)

    def train(steps):
        end = course.run.steps + steps
        while course.run.steps < end:
            course.advance(8.0, end - course.run.steps)

    train(50)
    rate = "training.optimizer.learning_rate"
    document.apply(edits.set_value(document.experiment, rate, 0.02), "Rate")
    train(31)
    document.apply(edits.set_value(document.experiment, "network.dense_1.units", 3), "Units")
    train(20)
    document.undo()
    train(17)
    document.reset_training()
    train(40)
    document.apply(edits.set_value(document.experiment, rate, 0.05), "Rate")
    train(23)
    document.undo()
    train(12)
    after, surgery = split_unit(document.experiment, "dense_1", 1)
    document.apply(after, "Split unit", surgery=surgery)
    train(9)
    document.undo()
    train(9)
    document.redo()
    train(9)
    return document, course


@pytest.mark.parametrize("with_states", [False, True])
def test_a_run_replays_bit_for_bit_from_its_file(told, with_states, tmp_path, capsys):
    _, course = told
    path = tmp_path / "spiral.run"
    save_run(record(course, with_states), path)
    again = replay(load_run(path), Run)
    assert again.run.steps == course.run.steps
    assert again.run.digest() == course.run.digest()
    assert (again.run.records == course.run.records).all()
    assert main(["replay", str(path)]) == 0
    assert course.run.digest() in capsys.readouterr().out


def test_a_file_with_states_opens_at_once_and_any_step_comes_back(told, tmp_path, monkeypatch):
    _, course = told
    path = tmp_path / "spiral.run"
    save_run(record(course, with_states=True), path)
    trained = []
    advance = Run.advance
    monkeypatch.setattr(Run, "advance", lambda run, *rest: trained.append(run) or advance(run, *rest))
    again = replay(load_run(path), Run)
    assert not trained
    assert not again.travelled
    assert again.run.digest() == course.run.digest()
    for step in (0, 20, 41, 73, 100):
        assert again.seek(step)
        course.seek(step + course.first_step - again.first_step)
        assert again.run.digest() == course.run.digest()
        assert len(again.run.records) == len(course.run.records)


def test_a_run_is_recorded_to_its_end_while_its_past_is_on_screen(told):
    _, course = told
    whole = record(course)
    course.seek(7)
    assert record(course).digest == whole.digest
    assert course.run.steps == 7


def test_damaged_files_are_refused_in_one_sentence(told, tmp_path, capsys):
    path = tmp_path / "damaged.run"
    save_run(record(told[1], with_states=True), path)
    good = path.read_bytes()
    for text in (b"", b"no zip", good[:-40], good[: len(good) // 2]):
        path.write_bytes(text)
        with pytest.raises(NotARun):
            load_run(path)
    chance = random.Random(5)
    for _ in range(60):
        bad = bytearray(good)
        for _ in range(3):
            bad[chance.randrange(len(bad))] = chance.randrange(256)
        path.write_bytes(bytes(bad))
        with contextlib.suppress(NotARun):  # and nothing else: some damage is to a label only
            load_run(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("run.json", '{"format": "network-playground-run", "version": 1}')
        archive.writestr("start.bin", b"")
    assert main(["replay", str(path)]) == 1
    assert capsys.readouterr().err.strip() == 'playground: "damaged.run" is damaged and cannot be read.'
