"""Experiment files: what is written can be read, and what cannot be read is refused in words."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playground.catalog import registries
from playground.catalog.tables import TableFormat
from playground.catalog.tables.samples import MISSING, ROLES, ColumnUse
from playground.experiment import files, migrate, presets, records, strict_json
from playground.experiment.files import FileProblems, dumps, json_schema, load, loads, save
from playground.experiment.model import Experiment, choice
from tests.experiment.mutations import mutated
from tests.experiment.schema_check import errors

SCHEMA = json_schema()
SPIRAL = presets.path_of("spiral").read_text(encoding="utf-8")


def refused(text: str) -> str:
    with pytest.raises(FileProblems) as caught:
        loads(text)
    assert all(problem.message for problem in caught.value.problems)
    return str(caught.value)


def changed(path: str, value: Any) -> str:
    """The spiral's file with one value changed; layers by number."""
    content = json.loads(SPIRAL)
    owner = content
    *parts, last = path.split("/")
    for part in parts:
        owner = owner[int(part) if part.isdigit() else part]
    owner[last] = value
    return json.dumps(content)


# What is written can be read --------------------------------------------------------------------


def numbers(setting: Any) -> st.SearchStrategy[Any]:
    low = setting.minimum if math.isfinite(setting.minimum) else None
    high = setting.maximum if math.isfinite(setting.maximum) else None
    if setting.type == "whole":
        return st.integers(int(setting.minimum), int(setting.maximum))
    return st.floats(
        low,
        high,
        exclude_min=setting.open_minimum and low is not None,
        exclude_max=setting.open_maximum and high is not None,
        allow_nan=False,
        allow_infinity=False,
    )


def shorts() -> st.SearchStrategy[str]:
    return st.text(max_size=9)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
RECORDS = {
    "path": shorts(),
    "fingerprint": st.sampled_from(["", "0a" * 32]),
    "text": shorts(),
    "count": st.integers(0, 10**9),
    "format": st.builds(
        TableFormat, delimiter=st.sampled_from(",;\t"), missing=st.lists(shorts(), max_size=3).map(tuple)
    ),
    "columns": st.lists(
        st.builds(
            ColumnUse,
            name=shorts(),
            type=st.sampled_from(["number", "category"]),
            role=st.sampled_from(ROLES),
            missing=st.sampled_from(MISSING),
            minimum=st.none() | NUMBERS,
            categories=st.lists(shorts(), max_size=3).map(tuple),
        ),
        max_size=3,
    ).map(tuple),
    "points": st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from([0.0, 1.0])), max_size=3).map(tuple),
}


def test_every_record_is_drawn_here():
    assert set(RECORDS) == set(records.RECORDS)


def choices(kind: str) -> st.SearchStrategy[Any]:
    """Any entry of a registry with any settings."""

    def of(entry: Any) -> st.SearchStrategy[Any]:
        values = {}
        for setting in entry.settings:
            if setting.type == "entry":
                values[setting.key] = choices(setting.registry)
            elif setting.type == "option":
                values[setting.key] = st.sampled_from(setting.options)
            elif setting.type == "switch":
                values[setting.key] = st.booleans()
            elif setting.type == "record":
                values[setting.key] = RECORDS[setting.record]
            else:
                values[setting.key] = numbers(setting)
        return st.fixed_dictionaries(values).map(lambda given: choice(registries[kind], entry.key, **given))

    return st.sampled_from(list(registries[kind])).flatmap(of)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    entries = draw(st.lists(st.sampled_from(registries["layers"].keys()), max_size=5))
    layers = [{"kind": key, "name": f"{key}_{place}"} for place, key in enumerate(entries)]
    for layer in layers:
        if layer["kind"] == "dense":
            layer |= {"units": draw(st.integers(1, 4096)), "activation": draw(choices("activations"))}
    nothing = st.none()
    return Experiment.model_validate(
        {
            "name": draw(st.text(max_size=200)),
            "seed": draw(st.integers(0, 2**53)),
            "data": {
                "dataset": draw(choices("datasets")),
                "features": draw(
                    nothing | st.lists(st.text(min_size=1, max_size=9), min_size=1, max_size=80)
                ),
                "split": draw(choices("splits")),
                "scaling": draw(choices("scalings")),
            },
            "network": {
                "layers": layers,
                "output": {
                    "units": draw(nothing | st.integers(1, 4096)),
                    "activation": draw(nothing | choices("activations")),
                },
            },
            "training": {
                "loss": draw(choices("losses")),
                "optimizer": draw(choices("optimizers")),
                "batch_size": draw(st.integers(1, 2_000_000)),
                "drop_last": draw(st.booleans()),
                "l1": draw(st.floats(0, 1e6)),
                "stop": {
                    "epochs": draw(nothing | st.integers(1, 10**15)),
                    "target_loss": draw(nothing | st.floats(0, 1e9)),
                },
            },
        }
    )


@settings(max_examples=60)
@given(experiments())
def test_any_experiment_survives_its_file(experiment: Experiment) -> None:
    text = dumps(experiment)
    assert text.isascii()
    assert loads(text) == experiment
    assert dumps(loads(text)) == text
    assert errors(json.loads(text), SCHEMA, SCHEMA) == []


SAMPLE = """{
  "format": "network-playground", "version": 1,
  "name": "Spiral, two hidden layers", "seed": 1,
  "data": {
    "dataset": {"kind": "spiral", "samples": 400, "noise": 0.2},
    "features": ["x1", "x2"],
    "split": {"kind": "random", "train": 0.6, "validation": 0.2, "test": 0.2},
    "scaling": {"kind": "standard"}, "target_scaling": {"kind": "standard"}
  },
  "network": {
    "layers": [
      {"kind": "dense", "name": "dense_1", "units": 6, "activation": {"kind": "tanh"},
       "initializer": {"kind": "glorot_uniform"}},
      {"kind": "dropout", "name": "dropout_1", "rate": 0.2},
      {"kind": "batch_norm", "name": "batch_norm_1"},
      {"kind": "dense", "name": "dense_2", "units": 5,
       "activation": {"kind": "leaky_relu", "negative_slope": 0.01}}
    ],
    "output": {"activation": {"kind": "sigmoid"}}
  },
  "training": {
    "kind": "supervised",
    "loss": {"kind": "binary_cross_entropy"},
    "optimizer": {"kind": "adam", "learning_rate": 0.02, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "batch_size": 32, "l1": 0.0, "l2": 0.0
  }
}"""


def test_the_published_sample_opens_and_keeps_its_values() -> None:
    assert errors(json.loads(SAMPLE), SCHEMA, SCHEMA) == []
    said, kept = json.loads(SAMPLE), json.loads(dumps(loads(SAMPLE)))

    def within(part: Any, whole: Any) -> bool:
        if isinstance(part, dict):
            return all(name in whole and within(value, whole[name]) for name, value in part.items())
        if isinstance(part, list):
            return len(part) == len(whole) and all(map(within, part, whole))
        return bool(part == whole)

    assert within(said, kept)


def test_save_and_load_are_each_others_reverse(tmp_path: Path) -> None:
    first, second = tmp_path / "größe 1.json", tmp_path / "2.json"
    experiment = load("digits")
    save(experiment, first)
    assert load(first) == experiment
    save(load(str(first)), second)
    assert first.read_bytes() == second.read_bytes()


def test_short_things_stay_on_one_line() -> None:
    lines = dumps(load("spiral")).splitlines()
    assert '  "format": "network-playground", "version": 1,' in lines
    assert '    "batch_size": 32, "l1": 0.0, "l2": 0.0' in lines
    assert any(line.startswith('        "kind": "dense", "name": "dense_1", "units": 6') for line in lines)
    assert max(map(len, lines)) <= 140


def test_a_file_goes_before_a_preset_of_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "digits").mkdir()
    assert load("digits").data.dataset.kind == "digits"
    save(load("moons"), "spiral")
    assert load("spiral").data.dataset.kind == "moons"


# What cannot be read is refused in words ----------------------------------------------------------


@pytest.mark.parametrize(
    "encode", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: "\n " + t]
)
def test_a_byte_order_mark_and_windows_lines_are_fine(encode: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(encode(SPIRAL).encode())
    assert load(path) == load("spiral")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\x89PNG\r\n\x1a\n....", "a PNG picture"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (SPIRAL.encode("utf-16"), "UTF-16"),
        (SPIRAL.encode("utf-16-le"), "UTF-16"),
        (SPIRAL.encode("utf-16-be"), "UTF-16"),
        (SPIRAL.replace("Spiral", "Größe").encode("latin-1"), "Line 3 is not UTF-8"),
        (SPIRAL.encode() + b"\0", "no text"),
        (bytes(range(256)), "no text"),
        (b"a,b,c\n1,2,3\n", "not JSON"),
        (b"x" * 100_000, "not JSON"),
        (b"[1, 2]", "it is a list"),
        (b'"text"', "it is a text"),
        (b'{"nbformat": 4}', "not an experiment of Network Playground"),
        (b'{"format": "other"}', 'found "other"'),
        ('{"name": "ü'.encode()[:-1], "cut off after 11 bytes"),
    ],
)
def test_foreign_files_are_named(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(FileProblems, match=words) as caught:
        load(path)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize("start", [b"\x89PNG", b"\0\0\0\0", b"{", b'{"name": "', b"plain"])
def test_a_huge_file_is_refused_unread(start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "disk.iso"
    with path.open("wb") as file:
        file.write(start + b" " * 70_000)
        file.truncate(4 * 2**30)
    with pytest.raises(FileProblems):
        load(path)


@pytest.mark.parametrize(("extra", "opens"), [(-1, True), (0, True), (1, False)])
def test_the_largest_file(extra: int, opens: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(SPIRAL.encode().ljust(strict_json.MOST_BYTES + extra))
    if opens:
        assert load(path) == load("spiral")
    else:
        with pytest.raises(FileProblems, match="larger than 32 MB"):
            load(path)


@pytest.mark.parametrize(
    ("depth", "words"), [(31, "item 1"), (32, "item 1|no field"), (33, "levels deep"), (100_000, "levels")]
)
def test_the_deepest_file(depth: int, words: str) -> None:
    nested = "[" * (depth - 1) + "]" * (depth - 1)
    found = refused(SPIRAL.replace('"seed": 1', f'"seed": 1, "deep": {nested}'))
    assert ("levels deep" in found) == (depth > 32)


def test_a_table_is_no_experiment_and_says_what_to_do_with_it(tmp_path: Path) -> None:
    table = tmp_path / "messung.csv"
    table.write_bytes("Höhe;Fläche\n1,5;2\n".encode("cp1252"))
    with pytest.raises(FileProblems, match="This is a table, not an experiment"):
        load(table)
    experiment = tmp_path / "spiral.txt"
    experiment.write_text(dumps(load("spiral")))
    assert load(experiment) == load("spiral")


def test_a_missing_file_and_a_folder_and_a_device(tmp_path: Path) -> None:
    for path, words in [
        (tmp_path / "spirl.json", 'Did you mean "spiral"'),
        (tmp_path / "qqqqqq", "The examples are spiral, circle"),
        (tmp_path, "is a folder"),
        (Path("/dev/zero"), "is a device"),
        (Path("a\0b"), "cannot be read|no file"),
        (tmp_path / ("x" * 300), "cannot be read: file name too long"),
    ]:
        with pytest.raises(FileProblems, match=words):
            load(path)


def test_wherever_a_file_is_cut_it_says_so() -> None:
    text = SPIRAL.rstrip()
    for length in range(1, len(text)):
        line = text.count("\n", 0, len(text[:length].rstrip())) + 1
        assert refused(text[:length]).endswith(f"It is cut off after {length:,} bytes (line {line:,}).")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "Line 1: NaN is not a number"),
        ('{"a":\n -Infinity}', "Line 2: -Infinity is not a number"),
        ('{"a":\n\n 1e999}', "Line 3: the number 1e999 is too large"),
        ('{"a": ' + "9" * 5000 + "}", "5,000 digits"),
        ('{"a": 1,\n "b": {"a": 2},\n "\\u0061": 3}', 'Line 3: "a" is given twice'),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a" 1}', "Line 1, column 6: a colon is missing"),
        ('{"a": 1 "b": 2}', "Line 1, column 9: a comma"),
        ('{"a": 1}}', "after the end"),
        ("{'a': 1}", "in double quotes"),
        ("[" + "0," * 150_000 + "0]", "more than 150,000 values"),
    ],
)
def test_json_that_is_not_strict_is_refused_with_its_line(text: str, words: str) -> None:
    assert words in refused(text)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("network/layers/1/units", "eight", "network, layer 2 (dense_2), units: expected a whole number"),
        ("network/layers/1/units", "8", 'expected a whole number from 1 to 4,096, found "8"'),
        ("network/layers/1/units", True, "expected a whole number from 1 to 4,096, found true"),
        ("network/layers/1/units", 4097, "from 1 to 4,096, found 4097"),
        ("network/layers/1/units", 6.5, "a whole number from 1 to 4,096, found 6.5"),
        ("network/layers/0/name", "Dense 1", "network, layer 1, name: expected a name of a to z"),
        ("network/layers/0/kind", "dens", 'there is no layer "dens"; did you mean "dense"?'),
        ("network/layers/0/kind", "qq", "known are dense, dropout"),
        ("network/layers/0/activation", {"kind": "leaky_relu", "negative_slope": 2}, "less than 1, found 2"),
        *(
            ("network/layers/0/held", [wrong], 'held, item 1: expected ["weight", unit, input] or')
            for wrong in (["weights", 0, 0], ["weight", -1, 0], ["weight", 0.5, 0], ["bias", 0, 0], 5)
        ),
        ("network/layers/0/name", "dense_2", 'two layers are called "dense_2"'),
        ("network/output/activation", "softmx", 'did you mean "softmax"?'),
        ("training/optimizer", 5, 'training, optimizer: expected an object such as {"kind": "sgd"}, found 5'),
        (
            "training/optimizer/learning_rat",
            1,
            'there is no field "learning_rat"; did you mean "learning_rate"?',
        ),
        ("training/l1", -1, "training, l1: expected a number from 0 to 1,000,000, found -1"),
        ("training/kind", "gan", 'training, kind: expected "supervised", found "gan"'),
        ("training/stop", {"target_loss": -0.5}, "target_loss: expected a number at least 0"),
        ("data/dataset", {"kind": "weather", "city": "oslo"}, 'one of "seattle", "new_york", found "oslo"'),
        ("data/features", [], "data, features: expected a list of 1 to 100,000 items"),
        ("data/features", ["x1", 2], "data, features, item 2: expected a text, found 2"),
        ("name", "x" * 201, "name: expected a text of at most 200 characters"),
        ("network", [], "network: expected an object in braces, found a list"),
        ("version", 3, "this program reads version 1. Update to open it."),
        ("version", True, "version: this program reads version 1 of the file format, found true"),
        ("version", 0, "found 0"),
        ("unitz", {"a": 1}, 'there is no field "unitz"'),
    ],
)
def test_a_wrong_value_is_told_with_its_place(path: str, value: Any, words: str) -> None:
    assert words in refused(changed(path, value))


def test_every_problem_is_told_at_once() -> None:
    content = json.loads(SPIRAL)
    content["network"]["layers"][0]["units"] = 0
    content["training"]["batch_siz"] = 8
    content["training"]["optimizer"]["beta1"] = 1.0
    del content["data"]["dataset"]
    with pytest.raises(FileProblems) as caught:
        loads(json.dumps(content))
    assert len(caught.value.problems) == 4
    assert {problem.place for problem in caught.value.problems} == {
        "data",
        "network, layer 1 (dense_1), units",
        "training",
        "training, optimizer, beta1",
    }


def test_very_many_problems_are_counted() -> None:
    found = refused(changed("data/features", [1] * 5000))
    assert "and 4,901 more problems" in found
    assert found.count("\n") == 100


def test_every_object_names_its_unknown_field() -> None:
    content = json.loads(SPIRAL)

    def objects(value: Any) -> list[dict[str, Any]]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [value] * isinstance(value, dict) + [each for part in inner for each in objects(part)]

    for each in objects(content):
        each["qqq"] = 1
        assert 'there is no field "qqq"' in refused(json.dumps(content))
        del each["qqq"]


def test_an_older_version_is_brought_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    """A format to come, in which the seed was once called differently."""

    def renamed(content: dict[str, Any]) -> dict[str, Any]:
        return {("seed" if name == "luck" else name): value for name, value in content.items()}

    monkeypatch.setitem(migrate.MIGRATIONS, 1, renamed)
    old = json.loads(SPIRAL.replace('"seed": 1', '"luck": 1'))
    assert migrate.migrate(old, 2) == json.loads(SPIRAL) | {"version": 2}
    assert old["version"] == 1


# Hostile files ----------------------------------------------------------------------------------------


def read_damaged(count: int, path: Path) -> int:
    """Read so many damaged files; how many of them are experiments all the same."""
    texts = [presets.path_of(name).read_text(encoding="utf-8") for name in presets.names()]
    opened = 0
    for number in range(count):
        path.write_bytes(mutated(texts[number % len(texts)], number))
        try:
            experiment = load(path)
        except FileProblems as error:
            for problem in error.problems:
                assert len(str(problem).encode()) < 700
        else:
            opened += 1
            assert loads(dumps(experiment)) == experiment
            assert errors(json.loads(path.read_text("utf-8-sig")), SCHEMA, SCHEMA) == []
    return opened


def test_two_hundred_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    assert 5 < read_damaged(270, tmp_path / "a.json") < 150


@pytest.mark.long
def test_twenty_thousand_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    assert read_damaged(20_000, tmp_path / "a.json") > 500


AUDIT = """
import sys
from playground.experiment import files, presets
from playground.experiment.files import FileProblems, loads
from tests.experiment.mutations import mutated
texts = [presets.path_of(name).read_text(encoding="utf-8") for name in presets.names()]
cases = [mutated(texts[number % len(texts)], number) for number in range(270)]

def read(case):
    open(path, "wb").write(case)
    watching.append(1)
    try:
        files.load(path)
    except FileProblems:
        pass
    finally:
        watching.clear()

path, watching, seen = sys.argv[1], [], []
for case in cases[:40]:
    read(case)

def hook(event, arguments):
    if watching:
        if event != "open" or arguments[0] != path or arguments[1] not in ("r", "rb"):
            seen.append((event, str(arguments)[:200]))

sys.addaudithook(hook)
for case in cases:
    read(case)
for text in texts:
    read(text.encode())
print(sorted({event for event, _ in seen}), seen[:3])
"""


def test_reading_runs_no_code_and_touches_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", AUDIT, str(tmp_path / "a.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("[] []", "")


def test_the_schema_says_its_draft_and_refuses_what_the_program_refuses() -> None:
    schema = SCHEMA
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for path, value in [("version", 2), ("training/l1", -1), ("network/layers/0/units", 0), ("qqq", 1)]:
        assert errors(json.loads(changed(path, value)), schema, schema)
    for key in list(registries["activations"].entries):
        assert f'"{key}"' in json.dumps(schema)
    assert files.json_schema() == schema


@pytest.mark.parametrize("field", ["batch_size", "l1", "l2", "clip_norm", "clip_value"])
def test_a_number_out_of_range_is_refused_with_the_range(field):
    assert re.search(r"number (from|greater than|at least) \d", refused(changed(f"training/{field}", -1)))
