"""Everything a trained network can be written as, and writing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playground.experiment.store import NotSaved, shown, write_file
from playground.export import keras_code, lux_code, numpy_code, onnx_file, pytorch_code, weights
from playground.export.model import Model

Code = Callable[[Model], tuple[str, Model]]


@dataclass(frozen=True)
class Format:
    """One way to write a network: its name, the end of its files, and how its content is made.

    `content` gives the bytes of a single file; `code` gives a program, whose weights are then written
    to an npz file of the same name beside it.
    """

    key: str
    label: str
    suffix: str
    summary: str
    content: Callable[[Model], bytes] | None = None
    code: Code | None = None


FORMATS = {
    each.key: each
    for each in (
        Format("numpy", "NumPy code", ".py", "A program that needs nothing but NumPy.", code=numpy_code.code),
        Format("pytorch", "PyTorch code", ".py", "A module with its weights loaded.", code=pytorch_code.code),
        Format("keras", "Keras code", ".py", "A Keras 3 model, weights loaded.", code=keras_code.code),
        Format("lux", "Lux code", ".jl", "A Julia program with its weights loaded.", code=lux_code.code),
        Format("onnx", "ONNX", ".onnx", "Columns in, predictions out, for every runtime.", onnx_file.content),
        Format("npz", "Weights for NumPy", ".npz", "Every weight by name.", lambda m: weights.npz(m.tensors)),
        Format(
            "safetensors",
            "Weights as safetensors",
            ".safetensors",
            "Every weight by name, for most libraries.",
            weights.safetensors,
        ),
    )
}


def write(model: Model, key: str, path: Path) -> tuple[Path, ...]:
    """Write the network to a file; returns all files written. NotSaved with a sentence if that fails."""
    form = FORMATS[key]
    if form.content is not None:
        write_file(path, form.content(model))
        return (path,)
    assert form.code is not None
    text, named = form.code(model)
    if path.suffix == ".npz":
        raise NotSaved(
            f'Could not save {shown(path)}: its weights go to this name. End it with "{form.suffix}".'
        )
    write_file(path, text)
    beside = path.with_suffix(".npz")
    write_file(beside, weights.npz(named.tensors | named.surroundings))
    return (path, beside)
