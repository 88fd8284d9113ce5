"""`playground sweep`: the table that is printed, the files that are written, and what is refused."""

from __future__ import annotations

import csv
import json

import pytest

from playground.app.cli import main
from playground.app.commands.sweep import pieces
from playground.engine.run import Run
from playground.experiment.edits import set_value
from playground.experiment.files import load


def run(capsys, *arguments):
    status = main(["sweep", *arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_combination_is_trained_with_every_seed(tmp_path, capsys):
    status, out, _ = run(
        capsys,
        *("moons", "--seeds", "3", "--steps", "300", "--out", str(tmp_path), "--workers", "2"),
        *("--set", "training.optimizer.learning_rate=1e-6, 0.03", "--set", "training.batch_size=16"),
        *("--metric", "validation_loss"),
    )
    assert status == 0
    assert "6 runs finished; validation loss at the end" in out
    lines = [line.split() for line in out.splitlines() if "learning_rate" in line]
    assert [line[0] for line in lines] == [
        "training.optimizer.learning_rate=1e-6",
        "training.optimizer.learning_rate=0.03",
    ]
    assert lines[1][-1] == "better"
    runs = rows_of(tmp_path / "runs.csv")
    assert [(row["training.optimizer.learning_rate"], row["seed"]) for row in runs] == [
        (rate, seed) for rate in ("1e-6", "0.03") for seed in ("1", "2", "3")
    ]
    experiment = load("moons")
    for path, value in (("training.optimizer.learning_rate", 0.03), ("training.batch_size", 16), ("seed", 2)):
        experiment = set_value(experiment, path, value)
    alone = Run(experiment)
    alone.step(300)
    assert runs[4]["digest"] == alone.digest()
    assert float(runs[4]["validation_loss"]) == alone.loss("validation")
    summary = rows_of(tmp_path / "summary.csv")
    assert [row["verdict"] for row in summary] == ["", "better"]
    told = json.loads((tmp_path / "sweep.json").read_text(encoding="utf-8"))
    assert told["seeds"] == [1, 2, 3]
    assert told["settings"][1]["median"] == float(summary[1]["median"])


def test_the_json_summary_alone_is_on_stdout(capsys):
    status, out, _ = run(capsys, "curve", "--seeds", "2", "--seed", "7", "--epochs", "1", "--json")
    summary = json.loads(out)
    assert status == 0
    assert (summary["metric"], summary["seeds"]) == ("validation_rmse", [7, 8])
    assert summary["settings"][0]["finished"] == 2
    assert summary["settings"][0]["verdict"] is None


def test_runs_that_fail_say_why_beside_those_that_do_not(capsys):
    wild = "training.optimizer.learning_rate=0.01,1e6"
    status, out, _ = run(
        capsys,
        *("plane", "--seeds", "3", "--steps", "200", "--set", wild, "--metric", "train_loss"),
        *("--set", "network.dense_1.activation=relu"),
    )
    assert status == 0
    assert "3 of 6 runs finished, 3 failed; train loss" in out
    assert "1e6: The loss stopped being a finite number" in out
    status, _, err = run(
        capsys,
        *("plane", "--seeds", "2", "--set", "training.optimizer.learning_rate=1e6"),
        *("--set", "network.dense_1.activation=relu"),
    )
    assert status == 1
    assert "playground: The loss stopped being a finite number" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("spiral", "--metric", "validation_rmse"), 'There is no metric "validation_rmse"'),
        (("spiral", "--set", "training.batch_size"), "write it as PATH=VALUE"),
        (("spiral", "--set", "training.batch_size=8,big"), "--set training.batch_size=big"),
        (("spiral", "--seeds", "1000", "--set", "seed=1,2,3,4,5,6,7,8,9,10,11"), "11,000 runs are too many"),
        (("spiral", "--seed", "9007199254740992"), "beyond the largest seed"),
        (("spiral", "--seeds", "0"), "a whole number from 1 to 1,000"),
    ],
)
def test_what_cannot_be_is_refused_before_the_training(arguments, words, capsys):
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert words in err


def test_commas_inside_a_value_belong_to_it():
    assert pieces("1, 2,3") == ["1", "2", "3"]
    assert pieces('{"kind": "sgd", "learning_rate": 0.1},adam') == [
        '{"kind": "sgd", "learning_rate": 0.1}',
        "adam",
    ]
    assert pieces('["a,b", [1, 2]],"c,d"') == ['["a,b", [1, 2]]', '"c,d"']
    assert pieces("") == [""]
