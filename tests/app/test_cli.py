"""The command line, as a user meets it: output, errors in one sentence, exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import playground
from playground.app.cli import main
from playground.catalog import registries
from playground.experiment import files, presets
from tests.experiment.mutations import mutated
from tests.patience import PATIENCE, wait_for

Captured = pytest.CaptureFixture[str]


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command."""
    try:
        status = main(arguments)
    except SystemExit as end:  # argparse's --help and --version
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return status, out, err


def spawn(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "playground.app.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | environment,
    )


# What there is ------------------------------------------------------------------------------------


def test_help_names_every_command(capsys: Captured) -> None:
    status, out, _ = run(capsys, "--help")
    assert status == 0
    for command in ("train", "sweep", "check", "list", "schema", "trace", "screenshot", "presets"):
        assert command in out
        status, help_text, _ = run(capsys, command, "--help")
        assert status == 0
        assert f"playground {command}" in help_text


def test_version(capsys: Captured) -> None:
    assert run(capsys, "--version")[:2] == (0, f"playground {playground.__version__}\n")


def test_list_shows_every_entry_with_its_settings(capsys: Captured) -> None:
    status, out, _ = run(capsys, "list")
    assert status == 0
    for registry in registries.values():
        for entry in registry:
            assert f"  {entry.key} " in out
            assert entry.summary in out
            assert all(setting.key in out for setting in entry.settings)


@pytest.mark.parametrize("kind", list(registries))
def test_list_as_json_says_the_same(kind: str, capsys: Captured) -> None:
    status, out, _ = run(capsys, "list", kind, "--json")
    assert status == 0
    (entries,) = json.loads(out).values()
    assert [entry["key"] for entry in entries] == list(registries[kind].entries)
    for found, entry in zip(entries, registries[kind], strict=True):
        assert [setting["key"] for setting in found["settings"]] == [s.key for s in entry.settings]
        defaults = [None if s.type == "record" else s.default for s in entry.settings]
        assert [setting["default"] for setting in found["settings"]] == defaults


def test_list_takes_the_singular_and_corrects_a_slip(capsys: Captured) -> None:
    assert run(capsys, "list", "optimizer") == run(capsys, "list", "optimizers")
    status, out, err = run(capsys, "list", "optimisers")
    assert (status, out) == (2, "")
    assert 'did you mean "optimizers"?' in err


def test_schema_is_the_files_schema(capsys: Captured) -> None:
    status, out, _ = run(capsys, "schema")
    assert (status, json.loads(out)) == (0, files.json_schema())


def test_presets_lists_the_examples(capsys: Captured) -> None:
    status, out, _ = run(capsys, "presets")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == list(presets.names())


def test_trace_prints_the_program(capsys: Captured) -> None:
    status, out, _ = run(capsys, "trace", "spiral")
    assert status == 0
    assert "dense_1.weight" in out
    assert all(phase in out for phase in ("forward", "backward", "update"))


# Checking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", presets.names())
def test_the_examples_are_fine(name: str, capsys: Captured) -> None:
    status, out, err = run(capsys, "check", name)
    assert (status, err) == (0, "")
    assert out.startswith(f'"{name}" is fine: ')
    assert out.count("\n") == 1


def test_check_tells_every_problem_with_its_place(tmp_path: Path, capsys: Captured) -> None:
    content = json.loads(presets.path_of("spiral").read_bytes())
    content["network"]["layers"][1]["units"] = "eight"
    content["training"]["batch_siz"] = 8
    path = tmp_path / "größe.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    status, out, err = run(capsys, "check", str(path))
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        '"größe.json" has 2 problems:',
        '  network, layer 2 (dense_2), units: expected a whole number from 1 to 4,096, found "eight"',
        '  training: there is no field "batch_siz"; did you mean "batch_size"?',
    ]


def test_check_tells_why_an_experiment_cannot_train(tmp_path: Path, capsys: Captured) -> None:
    path = tmp_path / "a.json"
    text = presets.path_of("spiral").read_text(encoding="utf-8")
    path.write_text(text.replace("binary_cross_entropy", "categorical_cross_entropy"), encoding="utf-8")
    assert run(capsys, "check", str(path))[0] == 0
    path.write_text(text.replace("binary_cross_entropy", "mean_squared_error"), encoding="utf-8")
    status, out, _ = run(capsys, "check", str(path))
    assert status in (0, 1)
    path.write_text(text.replace('"train": 0.6', '"train": 0.9'), encoding="utf-8")
    status, out, _ = run(capsys, "check", str(path))
    assert (status, "data.split" in out) == (1, True)


def test_check_of_something_else(tmp_path: Path, capsys: Captured) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    for name, words in [
        ("spirl", 'Did you mean "spiral"?'),
        (str(tmp_path), "is a folder"),
        (str(picture), "a PNG picture"),
        ("", "has no name"),
    ]:
        status, out, err = run(capsys, "check", name)
        assert (status, err, out.count("\n")) == (1, "", 1)
        assert words in out


def test_two_hundred_damaged_files_never_end_in_a_traceback(tmp_path: Path, capsys: Captured) -> None:
    texts = [presets.path_of(name).read_text(encoding="utf-8") for name in ("spiral", "curve", "digits")]
    path = tmp_path / "a.json"
    for number in range(200):
        path.write_bytes(mutated(texts[number % len(texts)], number))
        status, out, err = run(capsys, "check", str(path))
        assert status in (0, 1)
        assert out
        assert "went wrong" not in err


# Wrong usage ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["trian"], 'Did you mean "playground train"?'),
        (["nothing.json"], "no command, file or example"),
        (["spiral", "xor"], "one file at a time"),
        (["train"], "required: FILE"),
        (["train", "spiral", "--steps", "2.5"], "expected a whole number from 0"),
        (["train", "spiral", "--steps", "-1"], "expected a whole number from 0"),
        (["train", "spiral", "--steps", "٣"], "expected a whole number from 0"),
        (["train", "spiral", "--steps", "9" * 5000], "expected a whole number from 0"),
        (["train", "spiral", "--steps", "1", "--epochs", "1"], "not allowed with"),
        (["train", "spiral", "--dtype", "int8"], "invalid choice"),
        (["train", "spiral", "--out", ""], "the folder has no name"),
        (["train", "spiral", "--threads", "0"], "expected a whole number from 1"),
        (["train", "spiral", "--set", "network.dense_1.units"], "write it as PATH=VALUE"),
        (["train", "spiral", "--set", "network.dense_1.units=0"], "expected a whole number from 1 to 4,096"),
        (["train", "spiral", "--set", "network.dense_9.units=3"], "the layers are dense_1, dense_2, output"),
        (["train", "spiral", "--set", "training.optimizer.learning_rate=0,03"], 'found "0,03"'),
        (["train", "spiral", "--set", "training.optimizer.learning_rate=NaN"], 'found "NaN"'),
        (["train", "spiral", "--set", "training.optimizer=sdg"], "sgd"),
        (["train", "spiral", "--set", "training.optimizer.kind=nope"], "sgd, momentum, "),
        (["train", "spiral", "--set", "qqq=1"], 'there is no "qqq"'),
        (["screenshot", "spiral"], "required: OUT.png"),
        (["screenshot", "spiral", "a.png", "--size", "big"], "expected a size such as 1440x900"),
        (["train", "spiral", "--set", 'data.features=["x1"'], "cut off"),
        (["train", "spiral", "--set", "data.features=[1]"], "expected a text, found 1"),
        (["--nonsense"], "--nonsense|required: COMMAND"),
    ],
)
def test_wrong_usage_is_told_in_a_sentence(arguments: list[str], words: str, capsys: Captured) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("playground: ")
    assert any(word in err for word in words.split("|"))
    assert err.count("\n") == 1


def test_all_wrong_changes_are_told_together(capsys: Captured) -> None:
    status, _, err = run(capsys, "train", "spiral", "--set", "a=1", "--set", "b=2")
    assert status == 2
    assert "--set a=1" in err
    assert "--set b=2" in err


def test_an_unexpected_error_is_one_sentence_and_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    def broken() -> None:
        raise RuntimeError("the roof\nfell in")

    monkeypatch.setattr(presets, "presets", broken)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("PLAYGROUND_DEBUG", raising=False)
    status, out, err = run(capsys, "presets")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "RuntimeError: the roof" in err
    if sys.platform == "linux":
        (log,) = tmp_path.rglob("*.log")
        assert "fell in" in log.read_text()
        assert str(log) in err
    monkeypatch.setenv("PLAYGROUND_DEBUG", "1")
    with pytest.raises(RuntimeError):
        main(["presets"])


def test_without_a_display_it_says_so_and_names_train(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.app import preflight

    monkeypatch.setattr(
        preflight, "check", lambda: "There is no display. `playground train` works without one."
    )
    status, out, err = run(capsys, "spiral")
    assert (status, out) == (2, "")
    assert "playground train" in err


# Training ---------------------------------------------------------------------------------------------


def test_training_fills_the_folder_and_sums_up(tmp_path: Path, capsys: Captured) -> None:
    out_folder = tmp_path / "results" / "first"
    status, out, err = run(capsys, "train", "spiral", "--epochs", "20", "--out", str(out_folder))
    assert status == 0
    assert "160/160" in err  # 240 training samples in batches of 32
    assert out.startswith("Spiral, two hidden layers\n  160 steps, 20 epochs in ")
    assert all(word in out for word in ("train      loss", "validation accuracy", "digest", str(out_folder)))
    assert sorted(path.name for path in out_folder.iterdir()) == ["final.npz", "history.csv", "initial.npz"]
    rows = list(csv.DictReader(io.StringIO((out_folder / "history.csv").read_text(encoding="utf-8"))))
    assert list(rows[0]) == [
        "step",
        "epoch",
        "train_loss",
        "validation_loss",
        "learning_rate",
        "train_accuracy",
        "validation_accuracy",
    ]
    assert [int(row["step"]) for row in rows] == list(range(0, 161, 8))
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])
    with np.load(out_folder / "initial.npz") as first, np.load(out_folder / "final.npz") as last:
        assert {name: array.shape for name, array in first.items()} == {
            "dense_1.weight": (6, 2),
            "dense_1.bias": (6,),
            "dense_2.weight": (5, 6),
            "dense_2.bias": (5,),
            "output.weight": (1, 5),
            "output.bias": (1,),
        }
        assert all(not np.array_equal(first[name], last[name]) for name in first.files)


def summary(capsys: Captured, *arguments: str) -> dict[str, Any]:
    status, out, _ = run(capsys, "train", *arguments, "--json")
    assert status == 0
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


def test_the_json_summary_is_what_the_library_says(capsys: Captured) -> None:
    found = summary(capsys, "xor", "--steps", "37", "--seed", "5", "--dtype", "float64")
    experiment = playground.load("xor").model_copy(update={"seed": 5})
    trained = playground.Run(experiment, dtype="float64")
    trained.step(37)
    assert found["digest"] == trained.digest()
    assert (found["steps"], found["seed"], found["dtype"]) == (37, 5, "float64")
    assert found["train_loss"] == trained.loss("train")
    assert found["validation_loss"] == trained.loss("validation")
    assert 0.0 <= found["validation_accuracy"] <= 1.0


def test_a_hundred_epochs_unless_said(capsys: Captured) -> None:
    assert summary(capsys, "circle")["epochs"] == 100
    assert summary(capsys, "circle", "--set", "training.stop.epochs=3")["epochs"] == 3
    assert summary(capsys, "circle", "--epochs", "5", "--set", "training.stop.steps=7")["steps"] == 7
    assert summary(capsys, "circle", "--steps", "0")["steps"] == 0


def test_changes_reach_the_network(tmp_path: Path, capsys: Captured) -> None:
    changes = (
        "network.dense_1.units=3",
        "network.dense_2.kind=batch_norm",
        "training.optimizer=sgd",
        "training.optimizer.learning_rate=0.5",
        "training.loss.kind=mean_squared_error",
        "training.batch_size=16",
        "network.output.activation=sigmoid",
    )
    arguments = [word for change in changes for word in ("--set", change)]
    found = summary(capsys, "spiral", "--steps", "15", "--out", str(tmp_path), *arguments)
    assert found["epochs"] == 1.0
    with np.load(tmp_path / "final.npz") as last:
        assert last["dense_1.weight"].shape == (3, 2)
        assert "dense_2.weight" in last.files


def test_the_target_loss_ends_the_training(capsys: Captured) -> None:
    found = summary(capsys, "gaussians", "--epochs", "500", "--set", "training.stop.target_loss=0.2")
    assert found["steps"] < 4000
    assert "the target" in found["stopped"]


def test_a_regression_is_judged_in_its_own_units(capsys: Captured) -> None:
    found = summary(capsys, "plane", "--epochs", "30")
    assert found["train_rmse"] > 0
    assert "train_accuracy" not in found


def test_a_loss_that_explodes_ends_with_its_step(tmp_path: Path, capsys: Captured) -> None:
    arguments = ("plane", "--set", "training.optimizer.learning_rate=1e5", "--out", str(tmp_path), "--json")
    status, out, err = run(capsys, "train", *arguments)
    assert status == 1
    found = json.loads(out)
    assert found["stopped"] in err
    assert "at step" in err
    assert "learning rate of 100,000 may be too high" in err
    assert (tmp_path / "history.csv").exists()


def test_a_folder_that_cannot_be_is_told_before_the_training(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file", "file/inside", "a\0b"):
        status, out, err = run(
            capsys, "train", "digits", "--epochs", "1000000", "--out", f"{tmp_path}/{name}"
        )
        assert (status, out, err.count("\n")) == (1, "", 1)
        assert "cannot be made" in err


# These show how learning fails; tests/session/test_examples.py holds them to it.
FAIL = "xor_one_neuron linear_collapse same_weights vanishing_gradient dead_relus overfitting regularisation"


@pytest.mark.parametrize("name", sorted({*presets.names()} - {*FAIL.split()}))
def test_every_other_example_learns(name: str, capsys: Captured) -> None:
    found = summary(capsys, name)
    if "validation_accuracy" in found:
        wanted = {"penguins": 0.9, "weather": 0.0}.get(name, 0.9)
        assert found["validation_accuracy"] >= wanted
    else:
        before = summary(capsys, name, "--steps", "0")
        assert found["validation_rmse"] < 0.8 * before["validation_rmse"]


# The process ------------------------------------------------------------------------------------------


WATCH = """
import sys
from playground.app.cli import main
for command in ("list", "list --json", "presets", "schema", "check spiral", "check digits"):
    main(command.split())
heavy = [name for name in ("PySide6", "numba", "pandas", "pyqtgraph", "tqdm") if name in sys.modules]
print("heavy:", heavy)
"""


def test_the_quick_commands_import_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", WATCH], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "heavy: []"


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_any_locale_gets_utf8(locale: dict[str, str]) -> None:
    out, err = spawn("check", "spiral", **locale).communicate()
    assert ("→" in out.decode("utf-8"), err) == (True, b"")
    process = spawn("check", "größe 漢字", **locale)
    assert b"no file" in process.communicate()[0]
    assert process.returncode == 1


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = spawn("schema")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), err) == (0, b"")


@pytest.mark.parametrize("closing", ["2>&1 >/dev/full", "2>&1 >&-", "2>&-"])
def test_a_closed_or_full_output_is_no_crash(closing: str) -> None:
    command = f"{sys.executable} -m playground.app.cli list {closing}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", check=False)
    full = "full" in closing
    assert (done.returncode, done.stderr) == (int(full), "")
    assert ("No space left on device." in done.stdout) == full
    assert "Exception" not in done.stdout


def waits_for_a_sign(process: subprocess.Popen[bytes]) -> bool:
    """True while the process catches SIGTERM, as only training does."""
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{process.pid}/status").read_text())
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_politely_and_writes_what_is_there(number: signal.Signals, tmp_path: Path) -> None:
    process = spawn("train", "spiral", "--steps", "1000000000", "--out", str(tmp_path), "--json")
    wait_for(lambda: waits_for_a_sign(process))
    process.send_signal(number)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    found = json.loads(out)
    assert found["stopped"] == f"Interrupted at step {found['steps']:,}."
    assert found["steps"] > 0
    assert b"Traceback" not in err
    assert (tmp_path / "history.csv").exists()
    assert (tmp_path / "final.npz").exists()


def test_without_validation_samples_the_fields_stay_empty(tmp_path: Path, capsys: Captured) -> None:
    shares = {"train": 1.0, "validation": 0, "test": 0}
    changes = [word for part, share in shares.items() for word in ("--set", f"data.split.{part}={share}")]
    found = summary(capsys, "xor", "--epochs", "2", "--out", str(tmp_path), *changes)
    assert (found["validation_loss"], found["validation_accuracy"]) == (None, None)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "history.csv").read_text(encoding="utf-8"))))
    assert [row["validation_loss"] for row in rows] == ["", "", ""]


def test_screenshot_passes_its_options_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    from playground.app import screenshot

    taken: list[tuple[Any, ...]] = []
    monkeypatch.setattr(screenshot, "take", lambda *arguments: taken.append(arguments))
    options = ("--size", "1100x700", "--theme", "dark", "--steps", "5")
    target = tmp_path / "a.png"
    assert run(capsys, "screenshot", "moons", str(target), *options) == (0, "", "")
    assert taken == [(playground.load("moons"), target, (1100, 700), "dark", 5)]


def test_early_stopping_ends_the_command(capsys: Captured) -> None:
    frozen = [f"network.{layer}.frozen=true" for layer in ("dense_1", "dense_2", "output")]
    changes = [*frozen, "training.early_stopping.patience=3"]
    options = [part for change in changes for part in ("--set", change)]
    status, out, err = run(capsys, "train", "spiral", "--steps", "5000", *options)
    assert status == 0
    assert "Stopped early after 4 epochs" in out + err
