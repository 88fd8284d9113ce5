"""The document: every change is an undo entry, a drag is one, and a file's mark is right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from playground.catalog.datasets import datasets
from playground.catalog.tables.samples import ColumnUse
from playground.experiment import edits, files
from playground.experiment.model import Answers
from playground.session.document import MOST_UNDO, Document, restarts

START = edits.default_experiment()


def with_rate(rate):
    return edits.set_value(START, "training.optimizer.learning_rate", rate)


def test_undo_and_redo_walk_through_the_changes():
    document = Document(START)
    document.apply(with_rate(0.1), "Learning rate 0.1")
    document.apply(edits.add_layer(document.experiment, 0, "dense"), "Add Dense layer")
    assert document.undo_label == "Add Dense layer"
    document.undo()
    assert document.experiment == with_rate(0.1)
    assert document.redo_label == "Add Dense layer"
    document.undo()
    assert document.experiment == START
    assert not document.can_undo
    document.redo()
    document.redo()
    assert len(document.experiment.network.layers) == 3
    assert not document.can_redo


def test_a_drag_is_one_entry_and_the_next_drag_another():
    document = Document(START)
    for rate in (0.1, 0.2, 0.3):
        document.apply(with_rate(rate), "Learning rate", "rate")
    document.finish_merge()
    document.apply(with_rate(0.4), "Learning rate", "rate")
    document.undo()
    assert document.experiment == with_rate(0.3)
    document.undo()
    assert document.experiment == START


def test_a_change_names_the_numbers_it_undoes():
    document, seen = Document(START), []
    document.changed.connect(seen.append)
    document.apply(with_rate(0.1), "a", "drag")
    document.apply(with_rate(0.2), "a", "drag")
    document.undo()
    document.redo()
    assert [change.kind for change in seen] == ["edit", "edit", "undo", "redo"]
    assert seen[2].numbers == seen[3].numbers == seen[0].numbers + seen[1].numbers
    assert (seen[2].before, seen[2].after) == (with_rate(0.2), START)
    assert (seen[3].before, seen[3].after) == (START, with_rate(0.2))


def test_a_new_change_leaves_nothing_to_redo():
    document = Document(START)
    document.apply(with_rate(0.1), "a")
    document.undo()
    document.apply(with_rate(0.2), "b")
    assert not document.can_redo
    document.redo()
    assert document.experiment == with_rate(0.2)


def test_undoing_a_drag_starts_again_if_any_part_of_it_did():
    document, seen = Document(START), []
    document.changed.connect(seen.append)
    document.apply(edits.set_value(START, "seed", 2), "Set seed", "drag")
    document.apply(edits.set_value(document.experiment, "name", "Two"), "Set seed", "drag")
    document.undo()
    assert [change.restarts for change in seen] == [True, False, True]


def test_a_thousand_changes_can_be_undone_and_the_oldest_are_forgotten():
    document = Document(START)
    names = [f"Run {number}" for number in range(MOST_UNDO + 2)]
    for name in names:
        document.apply(START.model_copy(update={"name": name}), "Rename")
    for _ in range(MOST_UNDO):
        document.undo()
    assert not document.can_undo
    assert document.experiment.name == names[1]


def test_another_seed_or_initializer_restarts_training_and_a_setting_does_not():
    assert restarts(START, edits.set_value(START, "seed", 2))
    assert restarts(START, edits.set_value(START, "network.dense_1.initializer", "zeros"))
    assert not restarts(START, with_rate(1.0))


def test_data_with_other_columns_restart_training_and_other_data_with_the_same_do_not():
    for key in datasets.keys():
        if key not in ("table", "random_table"):
            other = edits.set_dataset(START, key)
            alike = datasets[key].raw_names_of(other.data.dataset) == ("x1", "x2")
            assert restarts(START, other) != alike
    assert not restarts(START, edits.add_layer(START, 0, "dense"))


def test_reset_is_a_change_that_can_be_undone():
    document, seen = Document(START), []
    document.changed.connect(seen.append)
    document.reset_training()
    document.undo()
    assert [(change.kind, change.restarts) for change in seen] == [("edit", True), ("undo", True)]


def test_the_mark_follows_the_file():
    document = Document(START)
    assert not document.modified
    document.apply(with_rate(0.1), "a")
    assert document.modified
    document.mark_saved(Path("x.json"))
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified


def test_nothing_happens_where_nothing_changes():
    document, seen = Document(START), []
    document.changed.connect(seen.append)
    document.apply(with_rate(0.02), "same")
    document.undo()
    document.redo()
    assert seen == []


@given(st.lists(st.one_of(st.floats(0.001, 1.0), st.sampled_from(["undo", "redo", "layer", "remove"]))))
def test_undoing_everything_gives_back_the_first_experiment(moves):
    document = Document(START)
    for move in moves:
        if move == "undo":
            document.undo()
        elif move == "redo":
            document.redo()
        elif move == "layer" and len(document.experiment.network.layers) < 64:
            document.apply(edits.add_layer(document.experiment, 0, "dense"), "Add")
        elif move == "remove" and document.experiment.network.layers:
            name = document.experiment.network.layers[0].name
            document.apply(edits.remove_layer(document.experiment, name), "Remove")
        elif isinstance(move, float):
            rate = edits.set_value(document.experiment, "training.optimizer.learning_rate", move)
            document.apply(rate, "Rate")
    last = document.experiment
    count = 0
    while document.can_undo:
        document.undo()
        count += 1
    assert document.experiment == START
    for _ in range(count):
        document.redo()
    assert document.experiment == last


def test_the_test_set_stays_unlocked_whatever_is_undone():
    document = Document(files.load("xor"))
    first = document.experiment
    document.apply(edits.set_value(first, "training.batch_size", 7), "Batch size")
    document.unlock_test(12, "2026-01-02T03:04:05Z")
    moment = document.experiment.test_unlocked
    assert moment is not None
    assert (moment.step, moment.time) == (12, "2026-01-02T03:04:05Z")
    document.unlock_test(99, "2027-01-02T03:04:05Z")
    document.undo()
    assert document.experiment.training == first.training
    assert document.experiment.test_unlocked == moment
    document.redo()
    assert document.experiment.test_unlocked == moment
    document.apply(edits.set_dataset(document.experiment, "moons"), "Moons")
    assert document.experiment.test_unlocked is None
    document.undo()
    assert document.experiment.test_unlocked == moment


def test_a_test_set_that_was_opened_stays_open_after_other_data_and_in_the_file(tmp_path):
    document = Document(files.load("xor"))
    document.unlock_test(12, "2026-01-02T03:04:05Z")
    moment = document.experiment.test_unlocked
    document.apply(edits.set_dataset(document.experiment, "moons"), "Moons")
    assert document.experiment.test_unlocked is None
    document.unlock_test(30, "2026-02-02T03:04:05Z")
    files.save(document.experiment, tmp_path / "moons.json")
    again = Document(files.load(tmp_path / "moons.json"))
    again.apply(edits.set_dataset(again.experiment, "xor"), "XOR")
    assert again.experiment.test_unlocked == moment
    again.apply(edits.set_dataset(again.experiment, "circle"), "Circle")
    assert again.experiment.test_unlocked is None
    again.apply(edits.set_dataset(again.experiment, "moons"), "Moons")
    assert again.experiment.test_unlocked.step == 30


def test_a_table_stays_open_however_its_columns_are_used():
    start = edits.set_dataset(files.load("xor"), "table")
    document = Document(start)
    document.unlock_test(5, "2026-01-02T03:04:05Z")
    columns = [ColumnUse(**dict(each)) for each in start.data.dataset.columns]
    columns[1] = replace(columns[1], role="ignore")
    document.apply(edits.set_value(start, "data.dataset.columns", tuple(columns)), "Ignore a column")
    assert document.experiment.test_unlocked.step == 5


def test_answers_stay_when_the_run_goes_on_from_its_past():
    document = Document(START)
    document.answer(Answers(given="Points."))
    document.branch(with_rate(0.1), "Go on from step 20", number=1)
    assert document.experiment == with_rate(0.1).model_copy(update={"answers": Answers(given="Points.")})


def test_answers_are_no_undo_step_and_survive_them():
    document = Document(START)
    document.apply(edits.set_value(START, "training.batch_size", 7), "Batch size")
    document.answer(Answers(given="Points."))
    assert document.undo_label == "Batch size"
    document.undo()
    assert document.experiment.answers.given == "Points."
    document.redo()
    assert document.experiment.answers.given == "Points."
