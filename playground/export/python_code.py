"""What NumPy, PyTorch and Keras code have in common: reading the weights, scaling, the answer in units."""

from __future__ import annotations

import keyword

from playground.export.model import Model
from playground.export.words import comment, feature_texts, texts

TAKEN = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, "input", "x", "w", "raw", "np", "math", "Path", "erf", "sigmoid"}
    | {"softmax", "layer_norm", "prepare", "network", "predict", "answers", "print", "abs", "len"}
)


def frame(model: Model, library: str, imports: str, network: str, call: str) -> str:
    """The whole file; `network` defines it, `call` is its answer to the prepared features x."""
    head = comment(
        f"{model.title}, written with {library}.",
        "Trained in Network Playground: " + ", ".join(f"{key} {fact}" for key, fact in model.facts.items()),
        "The weights lie in the npz file of the same name beside this one.",
    )
    return f"""{head}
from pathlib import Path

import numpy as np
{imports}
columns = {texts(model.columns)}
{_names(model)}
with np.load(Path(__file__).with_suffix(".npz")) as file:
    w = dict(file)


def prepare(raw):
    \"\"\"Columns in their own units (samples, {len(model.columns)}) to scaled features \
(samples, {len(model.features)}).\"\"\"
{_features(model)}
    return ((x - w["input.shift"]) / w["input.scale"]).astype(np.float32)


{network}

def predict(raw):
    \"\"\"{_says(model)}, for samples whose columns are in their own units.\"\"\"
    x = prepare(np.asarray(raw, dtype=np.float64))
    {_answer(model, call)}


if __name__ == "__main__":
    answers = predict(w["example.inputs"])
    print(answers)
    print("Largest difference from the program:", np.abs(answers - w["example.outputs"]).max())
"""


def _names(model: Model) -> str:
    return (
        f"classes = {texts(model.class_names)}" if model.classes else f"targets = {texts(model.target_names)}"
    )


def _says(model: Model) -> str:
    if not model.classes:
        return "Predictions in the target's own units (samples, targets)"
    single = model.blocks[-1].units == 1
    return (
        "The probability of the second class (samples, 1)" if single else "Probabilities (samples, classes)"
    )


def _features(model: Model) -> str:
    if model.features == model.columns:
        return "    x = raw"
    if set(model.features) <= set(model.columns):
        return f"    x = raw[:, {[model.columns.index(name) for name in model.features]}]"
    found = feature_texts(model.features, model.columns, lambda index: f"raw[:, {index}]")
    written = "".join(f"        {text},\n".replace("sin(", "np.sin(") for text in found)
    return f"    x = np.stack([\n{written}    ], axis=1)"


def _answer(model: Model, call: str) -> str:
    if not model.classes:
        return f'return {call} * w["target.scale"] + w["target.shift"]'
    return f"return np.clip({call}, 0, 1)" if model.clips else f"return {call}"
