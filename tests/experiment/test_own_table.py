"""A table of one's own in an experiment: by reference with a fingerprint, or inside it."""

import json
import os
import sys
from dataclasses import replace

import numpy as np
import pytest

from playground.catalog.datasets import datasets
from playground.catalog.tables import NotATable, TableFormat, Text, fingerprint, read
from playground.catalog.tables.samples import ColumnUse
from playground.experiment import edits
from playground.experiment.data import prepare, regimes_of
from playground.experiment.files import FileProblems, load, loads, save
from playground.experiment.model import choice
from playground.experiment.own_table import (
    OwnTableChoice,
    fitting_split,
    proposed,
    settled,
    thinned,
    too_many,
    with_table,
)
from playground.experiment.problems import problems

TEXT = "a,b,kind\n" + "".join(
    f"{i},{i * i % 7 if i % 5 else ''},{'odd' if i % 2 else 'even'}\n" for i in range(40)
)
COLUMNS = (
    ColumnUse("a", "m", role="input"),
    ColumnUse("b", role="input", missing="mean"),
    ColumnUse("kind", type="category", role="target", categories=("even", "odd")),
)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "numbers.csv"
    path.write_text(TEXT)
    return path


def experiment(path, **settings):
    settings = {"path": str(path), "fingerprint": fingerprint(str(path)), "columns": COLUMNS} | settings
    return edits.set_dataset(edits.default_experiment(), "table", **settings)


def test_an_experiment_learns_from_a_file(table):
    of = experiment(table)
    assert problems(of) == ()
    prepared = prepare(of.data, 1)
    assert prepared.class_names == ("even", "odd")
    assert prepared.feature_names == ("a", "b")
    assert of.data.dataset.entry.label == "numbers.csv"
    assert of.data.dataset.entry.units == ("m", "")
    gaps = prepared.raw_inputs[::5, 1]
    known = [i * i % 7 for i in prepared.train.tolist() if i % 5]
    np.testing.assert_allclose(gaps, np.mean(known), rtol=1e-14)
    with_gap = prepared.transform(np.array([[5.0, np.nan]]))
    np.testing.assert_array_equal(with_gap, prepared.inputs[5:6])


@pytest.mark.parametrize("column", ["a", "b"])
@pytest.mark.parametrize("power", [31, 300])
def test_numbers_too_large_to_compute_with_are_named(tmp_path, column, power):
    path = tmp_path / "large.csv"
    scale = {each: f"e{power}" if each == column else "" for each in "ab"}
    path.write_text("a,b\n" + "".join(f"{i}{scale['a']},{i % 7}{scale['b']}\n" for i in range(40)))
    columns = (ColumnUse("a", role="input"), ColumnUse("b", role="target"))
    (problem,) = problems(experiment(path, columns=columns))
    assert problem.message == (
        f"{column} has numbers beyond 1e30, too large to compute with. Give it in another unit."
    )


def test_another_seed_or_split_does_not_read_the_file_again(table, monkeypatch):
    of = experiment(table)
    prepare(of.data, 1)
    module = sys.modules["playground.catalog.datasets.own_table"]
    monkeypatch.setattr(module, "read", lambda *args, **more: 1 / 0)
    prepare(of.data, 2)
    prepare(edits.set_choice(of, "data.split", "stratified").data, 2)


def test_a_table_without_a_fingerprint_is_refused(table):
    assert "fingerprint is missing" in str(problems(experiment(table, fingerprint=""))[0])


def test_the_file_says_where_the_table_is_seen_from_it(table, tmp_path):
    of = experiment(table)
    file = tmp_path / "mine.json"
    save(of, file)
    assert json.loads(file.read_text())["data"]["dataset"]["path"] == "numbers.csv"
    assert load(file) == of
    other = tmp_path / "elsewhere"
    other.mkdir()
    for each in (file, table):
        os.rename(each, other / each.name)
    moved = load(other / "mine.json")
    assert moved.data.dataset.path == str(other / "numbers.csv")
    assert problems(moved) == ()
    save(of, other / "second.json")
    assert json.loads((other / "second.json").read_text())["data"]["dataset"]["path"] == str(table)


def test_a_moved_or_changed_table_is_said_and_its_return_too(table):
    of = experiment(table)
    assert problems(of) == ()
    table.write_text(TEXT.replace("3,", "4,"))
    assert "has changed since" in str(problems(of)[0])
    table.unlink()
    assert "is not where it was" in str(problems(of)[0])
    table.write_text(TEXT)
    assert problems(of) == ()


def test_a_table_can_lie_in_the_experiment(table, tmp_path):
    of = experiment(table, text=TEXT)
    table.unlink()
    assert problems(of) == ()
    save(of, tmp_path / "whole.json")
    assert load(tmp_path / "whole.json") == of


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("\\\\server\\share\\a.csv", "on another computer"),
        ("//server/share/a.csv", "on another computer"),
        ("/dev/zero", "a folder or a device"),
        ("a\0b", "is not where it was"),
        (".", "a folder or a device"),
    ],
)
def test_hostile_paths_are_refused(path, words):
    of = edits.set_dataset(edits.default_experiment(), "table", path=path, columns=COLUMNS)
    if path == "/dev/zero" and not os.path.exists(path):
        words = "is not where it was"
    assert words in str(problems(of)[0])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"path": 7}, "expected a text"),
        ({"fingerprint": "xyz"}, "fingerprint"),
        ({"columns": [{"name": "a", "role": "boss"}]}, '"boss"'),
        ({"columns": [{"name": "a", "roles": "input"}]}, '"roles"'),
        ({"columns": [{"name": "a" * 300}]}, "300 characters"),
        ({"format": {"delimiter": "ab"}}, '"ab"'),
        ({"format": {"skip": True}}, "skip"),
        ({"format": {"encoding": "zlib"}}, '"zlib"'),
    ],
)
def test_hostile_content_is_refused_in_words(change, words):
    content = {"format": "network-playground", "version": 1, "data": {"dataset": {"kind": "table"} | change}}
    content |= {"network": {}, "training": {"loss": "mean_squared_error", "optimizer": "adam"}}
    with pytest.raises(FileProblems) as caught:
        loads(json.dumps(content))
    assert words in str(caught.value)
    assert "pydantic" not in str(caught.value)


def test_uses_that_make_no_samples_are_problems():
    of = edits.set_dataset(edits.default_experiment(), "table", columns=COLUMNS[:2])
    assert "No column is the target" in str(problems(of)[0])


def test_a_table_that_is_too_long_is_thinned_and_says_so():
    form = thinned(TableFormat(), rows=57_000_000, columns=20)
    assert form.every == 32
    assert thinned(TableFormat(), rows=1_000_000, columns=20).every == 1
    table = read(Text("a,b\n" + "".join(f"{i},{-i}\n" for i in range(100))), TableFormat(every=7))
    assert table.columns[0].values.tolist() == list(range(0, 100, 7))
    assert "one row in 7 is used" in table.notes[0]
    uses = (ColumnUse("a", role="input"), ColumnUse("b", role="target"))
    assert too_many(2_000_000, uses) == ""
    assert "At most 2,000,000 rows" in too_many(2_000_001, uses)


def test_a_proposal_leaves_out_what_only_names_rows():
    lines = ["id,DEPT,name,gr,rock"] + [f"{i},{i / 2},n{i},{i * 7 % 11},{'ab'[i % 2]}" for i in range(30)]
    table = read(Text("\n".join(lines)), TableFormat())
    assert [use.role for use in proposed(table)] == ["ignore", "depth", "ignore", "input", "target"]
    assert fitting_split(proposed(table)) == "depth"


def test_one_class_or_a_constant_target_is_refused():
    for column in ("x,x,x", "1,1,1"):
        rows = "\n".join(f"{i},{cell}" for i, cell in enumerate(column.split(",")))
        table = read(Text("a,b\n" + rows), TableFormat())
        uses = (ColumnUse("a", role="input"), ColumnUse("b", type=table.columns[1].kind, role="target"))
        with pytest.raises(NotATable, match="the same in every row"):
            settled(uses, table)


def test_drawn_points_outside_the_picture_are_problems():
    start = edits.default_experiment()
    for points, words in [
        ((), "no points yet"),
        (((9.0, 0.0, 0.0),), "outside the picture"),
        (((1.0, 0.0, 0.5),), "of class 0.5"),
        (((1.0, 0.0, 0.0), (2.0, 0.0, 0.0)), "only one class"),
    ]:
        of = edits.set_dataset(start, "points", points=points)
        assert words in " ".join(str(problem) for problem in problems(of))
    drawn = choice(datasets, "points", points=((0.0, 0.0, 0.0), (1.0, 1.0, 2.0)))
    assert drawn.entry.class_names == ("A", "B", "C")


def test_a_column_of_regimes_tells_errors_apart(table):
    columns = (*COLUMNS[:1], ColumnUse("b", "s", role="regime"), COLUMNS[2])
    found = regimes_of(experiment(table, columns=columns).data, 1)
    assert [each.name for each in found] == ["b", "Class"]
    assert found[0].labels == ("0", "1", "2", "4")
    assert found[0].of[:6].tolist() == [-1, 1, 3, 2, 2, -1]
    columns = (ColumnUse("a", role="regime"), ColumnUse("b", role="input", missing="mean"), COLUMNS[2])
    assert regimes_of(experiment(table, columns=columns).data, 1)[0].labels[0] == "below 4"


def test_what_names_wells_is_their_group(tmp_path):
    path = tmp_path / "wells.csv"
    rows = "".join(
        f"W-{i // 10},{i % 10},{i * 7 % 11},{'coal' if i % 3 else 'shale'},{i}\n" for i in range(40)
    )
    path.write_text(f"Well,Log x,Log y,Rock,Deep\n{rows}")
    uses = proposed(read(path, TableFormat()))
    assert [use.role for use in uses] == ["group", "x", "y", "input", "target"]


def test_an_experiment_without_a_name_of_its_own_takes_the_files(table):
    path = table
    chosen = OwnTableChoice(str(path), fingerprint(str(path)), TableFormat(), COLUMNS, 40)
    for start in (edits.default_experiment(), load("weather")):
        after = with_table(start, chosen)
        assert after.name == path.stem
        assert with_table(after, replace(chosen, path=str(path.with_name("other.csv")))).name == "other"
    named = edits.set_value(edits.default_experiment(), "name", "My winter")
    assert with_table(named, chosen).name == "My winter"


def test_years_are_the_time(tmp_path):
    path = tmp_path / "years.csv"
    rows = "".join(f"{1960 + i},{315 + i * 1.6:.1f},{i * 7 % 5}.5\n" for i in range(30))
    path.write_text(f"Year,CO2,Warmer\n{rows}")
    table = read(path, TableFormat())
    assert [use.role for use in proposed(table)] == ["time", "input", "target"]
    path.write_text("Year,Warmer\n" + "".join(f"{1960 + i},{i * 7 % 5}.5\n" for i in range(30)))
    assert [use.role for use in proposed(read(path, TableFormat()))] == ["input", "target"]
