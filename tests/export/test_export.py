"""The exported network answers as the program does."""

from __future__ import annotations

import json
import runpy
from dataclasses import replace

import numpy as np
import pytest

from playground.catalog.activations import activations
from playground.catalog.features import features
from playground.catalog.layers import layers
from playground.experiment import edits
from playground.experiment.files import load
from playground.export import numpy_code, words
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
    assert numpy_code.LAYERS.keys() == set(layers.keys())
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
        for path in write(describe(rich), form.key, tmp_path / f"{form.key}{form.suffix}"):
            assert path.stat().st_size > 100
