"""PyTorch, Keras and ONNX answer as the program does, and a parser of Julia accepts the Lux code."""

from __future__ import annotations

import os
import runpy

import numpy as np
import pytest

from playground.catalog.activations import activations
from playground.experiment.files import load
from playground.export.formats import write
from playground.export.model import describe
from tests.export.networks import every_layer, trained, with_activation

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

EXAMPLES = ("perceptron", "weather", "swirl", "penguins", "digits")


@pytest.fixture(scope="module")
def runs():
    """Every layer, every activation, and examples of each kind of data."""
    keys = [a.key for a in activations if not a.output_only and not a.forward_only]
    found = [trained(every_layer()), *(trained(with_activation(key), 3) for key in keys)]
    return found + [
        trained(load(name), 2) for name in ("perceptron", "weather", "swirl", "penguins", "digits")
    ]


def compare(run, answers):
    shown = run.predict(run.prepared.raw_inputs[:60], scaled=False)
    np.testing.assert_allclose(answers, shown, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("library", ["pytorch", "keras"])
def test_code_answers_as_the_program_does(runs, library, tmp_path, monkeypatch):
    monkeypatch.setitem(os.environ, "KERAS_BACKEND", "torch")
    for run in runs:
        write(describe(run), library, tmp_path / "network.py")
        compare(run, runpy.run_path(str(tmp_path / "network.py"))["predict"](run.prepared.raw_inputs[:60]))


def test_onnx_answers_as_the_program_does(runs, tmp_path):
    import onnxruntime

    for run in runs:
        write(describe(run), "onnx", tmp_path / "network.onnx")
        session = onnxruntime.InferenceSession(tmp_path / "network.onnx")
        compare(run, session.run(None, {"raw": run.prepared.raw_inputs[:60]})[0])


def test_safetensors_are_read_by_their_own_package(runs, tmp_path):
    from safetensors.numpy import load_file

    write(describe(runs[0]), "safetensors", tmp_path / "weights.safetensors")
    found = load_file(tmp_path / "weights.safetensors")
    for name, array in (runs[0].parameters | runs[0].buffers).items():
        np.testing.assert_array_equal(found[name], array)


def test_lux_code_parses(runs, tmp_path):
    import tree_sitter_julia
    from tree_sitter import Language, Parser

    parser = Parser(Language(tree_sitter_julia.language()))
    for run in runs:
        write(describe(run), "lux", tmp_path / "network.jl")
        assert not parser.parse((tmp_path / "network.jl").read_bytes()).root_node.has_error
