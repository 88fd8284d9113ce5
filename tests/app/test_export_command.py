"""`playground export` and `playground predict`."""

from __future__ import annotations

import csv
import runpy
from dataclasses import replace

import numpy as np
import openpyxl
import pytest

from playground.app.cli import main
from playground.catalog.tables import fingerprint, guess, read
from playground.engine.run import Run
from playground.experiment import edits
from playground.experiment.files import load, save
from playground.experiment.own_table import proposed, settled


@pytest.fixture
def weights(tmp_path):
    assert main(["train", "spiral", "--steps", "20", "--out", str(tmp_path / "results")]) == 0
    return tmp_path / "results" / "final.npz"


def rows_of(path, delimiter=","):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_code_with_the_given_weights(weights, tmp_path, capsys):
    out = tmp_path / "spiral.py"
    assert main(["export", "spiral", "--weights", str(weights), "--to", "numpy", "-o", str(out)]) == 0
    assert '"spiral.py" and "spiral.npz"' in capsys.readouterr().out
    run = Run(load("spiral"))
    run.step(20)
    raw = run.prepared.raw_inputs
    answers = runpy.run_path(str(out))["predict"](raw)
    np.testing.assert_allclose(answers, run.predict(raw, scaled=False), atol=1e-5)


def test_a_network_with_batch_norm_keeps_what_it_measured(tmp_path):
    experiment = tmp_path / "normed.json"
    save(edits.add_layer(load("spiral"), 1, "batch_norm"), experiment)
    assert main(["train", str(experiment), "--steps", "20", "--out", str(tmp_path)]) == 0
    out = tmp_path / "again.npz"
    weights = str(tmp_path / "final.npz")
    assert main(["export", str(experiment), "--weights", weights, "--to", "npz", "-o", str(out)]) == 0
    with np.load(weights) as before, np.load(out) as after:
        assert any(name.endswith("running_var") for name in after)
        for name in before:
            np.testing.assert_array_equal(before[name], after[name])


def test_it_trains_first_without_weights(tmp_path):
    out = tmp_path / "net.safetensors"
    assert main(["export", "xor", "--epochs", "1", "--to", "safetensors", "-o", str(out)]) == 0
    assert out.stat().st_size > 100


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--to", "pytroch"], 'did you mean "pytorch"?\n'),
        (["--to", "npz", "--weights", "nothing.npz"], 'no file "nothing.npz"'),
        (["--to", "npz", "--weights", "text.npz"], "is no file of weights"),
        (["--to", "npz", "--weights", "folder"], "folder"),
        (["--to", "npz", "--weights", "other.npz"], "another network"),
        (["--to", "npz", "--weights", "wide.npz"], "another network"),
    ],
)
def test_what_is_wrong_is_a_sentence(arguments, sentence, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.npz").write_text("weights")
    (tmp_path / "folder").mkdir()
    np.savez(tmp_path / "other.npz", unknown=np.zeros(3))
    shapes = {name: np.zeros((*array.shape, 2)) for name, array in Run(load("spiral")).parameters.items()}
    np.savez(tmp_path / "wide.npz", **shapes)
    assert main(["export", "spiral", *arguments, "-o", "out.npz"]) in (1, 2)
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out.npz").exists()


def test_predictions_stand_beside_the_rows(weights, tmp_path, capsys):
    table = tmp_path / "points.csv"
    table.write_text("name;X2;x1\na;1,5;-2\nb;;1\nc;0,5;x\nd;-3,25;4,5\n", encoding="utf-8")
    out = tmp_path / "answers.csv"
    assert main(["predict", "spiral", str(table), "--weights", str(weights), "-o", str(out)]) == 0
    said = capsys.readouterr().out
    assert "2 predictions" in said
    assert "2 rows have none" in said
    found = rows_of(out, ";")
    assert [row["name"] for row in found] == list("abcd")
    run = Run(load("spiral"))
    run.step(20)
    answers = run.predict([[-2.0, 1.5], [4.5, -3.25]], scaled=False)[:, 0]
    shown = [row[f"probability of {run.prepared.class_names[1]}"] for row in (found[0], found[3])]
    shown = [float(each.replace(",", ".")) for each in shown]
    np.testing.assert_allclose(shown, answers, atol=1e-6)
    assert [row["predicted class"] for row in found[1:3]] == ["", ""]
    assert (found[0]["X2"], found[3]["x1"]) == ("1,5", "4,5")  # written as the table is
    assert found[0]["predicted class"] == run.prepared.class_names[int(answers[0] > 0.5)]


def test_predictions_of_numbers_are_in_their_own_units(tmp_path):
    run = Run(load("weather"))
    raw = run.prepared.raw_inputs[:5000]
    table = tmp_path / "days.csv"
    lines = [",".join(run.prepared.raw_names), *(",".join(map(repr, row)) for row in raw.tolist())]
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "answers.csv"
    assert main(["predict", "weather", str(table), "--epochs", "0", "-o", str(out)]) == 0
    found = rows_of(out)
    name = f"predicted {run.prepared.target_names[0]}"
    shown = [float(row[name]) for row in found]
    np.testing.assert_allclose(shown, run.predict(raw, scaled=False)[:, 0], rtol=1e-6)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,x1\n1,2\n3,4\n", 'no column "x2"'),
        ("a,b\n1,2\n3,4\n", 'no columns "x1", "x2"'),
        ("1,2\n3,4\n", "must name the columns: x1, x2"),
        ("", "spiral"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_before_the_training(text, sentence, tmp_path, capsys):
    table = tmp_path / "spiral.csv"
    table.write_text(text, encoding="utf-8")
    assert main(["predict", "spiral", str(table), "-o", str(tmp_path / "out.csv")]) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert "steps" not in said
    assert not (tmp_path / "out.csv").exists()


def test_a_table_of_ones_own_is_read_as_it_was_learned_from(tmp_path):
    experiment = edits.set_dataset(edits.default_experiment(), "table")
    save(experiment, tmp_path / "kiosk.json")
    run = Run(experiment)
    names = run.prepared.raw_names
    assert names == ("Temperature", "Sunshine", "Day=work", "Day=free")
    table = tmp_path / "days.csv"
    table.write_text("Day,Sunshine,Temperature [°C]\nfree,3,20\nwork,7,13\nnever,1,1\n", encoding="utf-8")
    out = tmp_path / "answers.csv"
    assert main(["predict", str(tmp_path / "kiosk.json"), str(table), "--epochs", "0", "-o", str(out)]) == 0
    shown = [row["predicted Sold"] for row in rows_of(out)]
    expected = run.predict([[20.0, 3.0, 0.0, 1.0], [13.0, 7.0, 1.0, 0.0]], scaled=False)[:, 0]
    np.testing.assert_allclose([float(each) for each in shown[:2]], expected, rtol=1e-6)
    assert shown[2] == ""


def test_a_workbook_is_answered_as_its_text_would_be(tmp_path):
    save(edits.set_dataset(edits.default_experiment(), "table"), tmp_path / "kiosk.json")
    rows = [["Temperature", "Sunshine", "Day"], [20.5, 3, "free"], [13, None, "work"]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "days.xlsx")
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    (tmp_path / "days.csv").write_text(text, encoding="utf-8")
    for name in ("days.xlsx", "days.csv"):
        out = str(tmp_path / f"{name} answers.csv")
        table = str(tmp_path / name)
        assert main(["predict", str(tmp_path / "kiosk.json"), table, "--epochs", "0", "-o", out]) == 0
    assert rows_of(tmp_path / "days.xlsx answers.csv") == rows_of(tmp_path / "days.csv answers.csv")


def test_cells_of_a_new_table_mean_what_they_meant_in_the_old_one(tmp_path):
    each = ((i, f"2020{1 + i // 28:02}{1 + i % 28:02}", i if i % 3 else "<4") for i in range(60))
    body = [f"r{i},{day},{metal},{i % 5},{2 * i}" for i, day, metal in each]
    old = tmp_path / "old.csv"
    old.write_text("\n".join(["day,Au,Ni,sum", *body, ""]))  # the first column has no name
    table = read(old, guess(old))
    roles = ("ignore", "input", "input", "input", "target")
    uses = [replace(use, role=role) for use, role in zip(proposed(table), roles, strict=True)]
    columns = settled(uses, table)
    settings = {
        "path": str(old),
        "fingerprint": fingerprint(str(old)),
        "format": guess(old),
        "columns": columns,
    }
    save(edits.set_dataset(edits.default_experiment(), "table", **settings), tmp_path / "metals.json")
    new = tmp_path / "new.csv"
    new.write_text("day,Au,Ni\nr1,20200102,1,1\nr2,20200103,<4,2\nr3,20200104,-999,3\n")
    out = tmp_path / "answers.csv"
    told = ["predict", str(tmp_path / "metals.json"), str(new), "--epochs", "0", "-o", str(out)]
    assert main(told) == 0
    run = Run(load(tmp_path / "metals.json"))
    assert run.prepared.raw_names == ("day", "Au", "Ni")
    expected = run.predict([[737426.0, 1.0, 1.0], [737427.0, 2.0, 2.0]], scaled=False)[:, 0]
    shown = [row["predicted sum"] for row in rows_of(out)]
    np.testing.assert_allclose([float(each) for each in shown[:2]], expected, rtol=1e-6)
    assert shown[2] == ""
