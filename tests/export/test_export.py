"""The exported network answers as the program does."""

from __future__ import annotations

import ast
import json
import re
import runpy
import sys
from dataclasses import replace

import numpy as np
import pytest

from playground.catalog.activations import activations
from playground.catalog.features import features
from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.files import load
from playground.export import keras_code, lux_code, numpy_code, onnx_file, pytorch_code, words
from playground.export.formats import FORMATS, write
from playground.export.model import describe
from tests.export.networks import every_layer, trained, with_activation


@pytest.fixture(scope="module")
def rich():
    return trained(every_layer())


def raw_rows(run, count=60):
    return run.prepared.raw_inputs[:count]


def answers_of(path, raw):
    return runpy.run_path(str(path))["predict"](raw)


def agree(run, path, raw=None):
    raw = raw_rows(run) if raw is None else raw
    np.testing.assert_allclose(answers_of(path, raw), run.predict(raw, scaled=False), rtol=1e-5, atol=1e-5)


def test_every_layer_activation_and_feature_is_spelled(rich):
    assert words.ACTIVATIONS.keys() == set(activations.keys())
    assert words.FEATURES.keys() == set(features.keys())
    assert onnx_file.ACTIVATIONS.keys() == set(activations.keys())
    assert onnx_file.FEATURES.keys() == set(features.keys())
    for writer in (numpy_code, pytorch_code, keras_code, lux_code, onnx_file):
        assert writer.LAYERS.keys() == set(layers.keys()), writer
    for activation in activations:
        spelled = words.ACTIVATIONS[activation.key]
        assert spelled.keras or activation.keras
        assert spelled.lux or activation.lux
    assert {block.kind for block in describe(rich).blocks} == set(layers.keys())


def test_numpy_code_with_every_layer(rich, tmp_path):
    write(describe(rich), "numpy", tmp_path / "network.py")
    agree(rich, tmp_path / "network.py")


@pytest.mark.parametrize("key", [a.key for a in activations if not a.output_only and not a.forward_only])
def test_numpy_code_with_every_activation(key, tmp_path):
    run = trained(with_activation(key), steps=3)
    write(describe(run), "numpy", tmp_path / "network.py")
    agree(run, tmp_path / "network.py")


@pytest.mark.parametrize("preset", ["perceptron", "weather", "swirl", "penguins"])
def test_numpy_code_of_examples(preset, tmp_path):
    run = trained(load(preset), steps=2)
    write(describe(run), "numpy", tmp_path / "network.py")
    agree(run, tmp_path / "network.py")


def test_a_program_shows_how_far_it_is_from_the_shown_predictions(rich, tmp_path, capsys):
    write(describe(rich), "numpy", tmp_path / "network.py")
    runpy.run_path(str(tmp_path / "network.py"), run_name="__main__")
    assert float(capsys.readouterr().out.rsplit(":", 1)[1]) < 1e-5


def test_names_that_mean_something_in_code(tmp_path):
    experiment = edits.rename_layer(edits.default_experiment(), "dense_1", "class")
    experiment = edits.rename_layer(experiment, "dense_2", "np")
    hostile = experiment.model_copy(update={"name": 'a """\nraise SystemExit(1)\n# $(x) \\'})
    run = trained(hostile, steps=2)
    write(describe(run), "numpy", tmp_path / "network.py")
    agree(run, tmp_path / "network.py")


def test_a_column_that_never_changes_becomes_0(tmp_path):
    model = describe(trained(edits.default_experiment(), steps=2))
    assert np.isfinite(model.input_scale).all()
    still = replace(model, input_scale=np.full_like(model.input_scale, np.inf))
    write(still, "numpy", tmp_path / "network.py")
    answers = answers_of(tmp_path / "network.py", np.array([[1.0, 2.0], [-5.0, 7.0]]))
    np.testing.assert_array_equal(answers[0], answers[1])


def test_weights(rich, tmp_path):
    write(describe(rich), "npz", tmp_path / "weights.npz")
    write(describe(rich), "safetensors", tmp_path / "weights.safetensors")
    expected = rich.parameters | rich.buffers
    with np.load(tmp_path / "weights.npz") as found:
        assert set(found) == set(expected)
        for name, array in expected.items():
            np.testing.assert_array_equal(found[name], array)
    data = (tmp_path / "weights.safetensors").read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    assert header.pop("__metadata__")["steps"] == "30"
    for name, array in expected.items():
        start, end = header[name]["data_offsets"]
        values = np.frombuffer(data[8 + length + start : 8 + length + end], "<f4")
        np.testing.assert_array_equal(values.reshape(header[name]["shape"]), array)
    assert (8 + length) % 8 == 0
    assert header.keys() == expected.keys()


def test_every_format_writes(rich, tmp_path):
    for form in FORMATS.values():
        if form.key == "onnx":  # with its package, in the long tests
            continue
        for path in write(describe(rich), form.key, tmp_path / f"{form.key}{form.suffix}"):
            assert path.stat().st_size > 100


def sources():
    """Code of every language for every layer and activation."""
    keys = [a.key for a in activations if not a.output_only and not a.forward_only]
    runs = [trained(every_layer()), *(trained(with_activation(key), 1) for key in keys)]
    for run in [*runs, trained(load("perceptron"), 1), trained(load("weather"), 1)]:
        yield run, describe(run)


def test_python_code_compiles_and_lux_code_is_balanced():
    for _, model in sources():
        for writer in (pytorch_code, keras_code):
            ast.parse(writer.code(model)[0])
        text = re.sub(r'"(\\.|[^"\\])*"|#.*', "", lux_code.code(model)[0])
        for opening, closing in ("()", "[]"):
            assert text.count(opening) == text.count(closing)
        blocks = re.findall(r"^\s*(?:function|if)\b|\bdo\b", text, re.MULTILINE)
        assert len(blocks) == len(re.findall(r"^end$", text, re.MULTILINE))
        assert "{" not in text
        assert "None" not in text


def test_without_the_package_a_sentence_says_what_to_install(rich, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(onnx_file.NeedsOnnx, match="needs the package"):
        write(describe(rich), "onnx", tmp_path / "network.onnx")
