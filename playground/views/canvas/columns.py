"""What each column of the canvas says, in words: read from the experiment, without Qt."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from playground.catalog import registries
from playground.catalog.entry import Setting
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.shapes import (
    LayerShape,
    class_names,
    feature_names,
    output_activation,
    output_units,
    shapes,
    target_names,
)
from playground.experiment.wiring import wires
from playground.experiment.words import called, counted

MINUS = "−"


@dataclass(frozen=True)
class ColumnText:
    """One column: its chip, the line of parameters below it, and the names of its rows.

    `number` is the setting that the chip shows and lets one type ("" if there is none); `steps` is True
    where − and + change it. `menu` is True where the chip opens a menu of activations. `formulas` are
    the row names as rich text, for input features; `below` stands under the last tile. `frozen` layers
    keep their parameters and bear a lock. `image` is the shape of the image that the units see, None where
    they see none.
    """

    name: str
    kind: str
    title: str
    spoken: str
    units: int
    number: str = ""
    value: str = ""
    steps: bool = False
    activation: str = ""
    menu: bool = False
    caption: str = ""
    names: tuple[str, ...] = ()
    formulas: tuple[str, ...] = ()
    below: str = ""
    look: str = "tiles"
    frozen: bool = False
    image: tuple[int, int] | None = None

    @property
    def editable(self) -> bool:
        """True for layers that can be moved, copied and deleted."""
        return self.kind not in ("input", "output")


def spell(value: float) -> str:
    """A number as people read it: thousands commas, a real minus sign, no trailing zeros."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.4g}"
    return text.replace("-", MINUS)


def spell_weight(value: float) -> str:
    """A weight with two digits after the point, small ones with three."""
    return f"{value:.{2 if abs(value) >= 0.1 else 3}f}".replace("-", MINUS)


def number_setting(layer: Any) -> Setting | None:
    """The setting that stands on a layer's chip: its first number."""
    numbers = (setting for setting in layer.entry.settings if setting.type in ("number", "whole"))
    return next(numbers, None)


def columns_of(experiment: Experiment, prepared: Prepared | None = None) -> tuple[ColumnText, ...]:
    """All columns from the input to the output; `prepared` lets an image be shown as a picture."""
    found = shapes(experiment)
    layers = [
        _layer(layer, shape) for layer, shape in zip(experiment.network.layers, found.layers, strict=False)
    ]
    reads, image = wires(experiment.network.layers), _image(experiment, prepared)
    columns = (*layers, _output(experiment, found.layers[-1]))
    seeing = (replace(text, image=image if _sees(text, reads[text.name]) else None) for text in columns)
    return (_input(experiment, prepared), *seeing)


def _sees(text: ColumnText, reads: tuple[str, ...]) -> bool:
    return text.look == "tiles" and reads == ("input",)


def _image(experiment: Experiment, prepared: Prepared | None) -> tuple[int, int] | None:
    """The shape of the image that the inputs are; None where they are none, or only a part of it."""
    shape = prepared.image_shape if prepared is not None else experiment.data.dataset.entry.image_shape
    whole = shape is not None and shape[0] * shape[1] == len(feature_names(experiment.data))
    return shape if whole else None


def _input(experiment: Experiment, prepared: Prepared | None) -> ColumnText:
    names = feature_names(experiment.data)
    dataset = experiment.data.dataset
    features = registries["features"]
    image = _image(experiment, prepared)
    text = ColumnText("input", "input", "Input", "Input", len(names), value=spell(len(names)))
    if image is not None:
        size = f"{image[0]}×{image[1]}"
        caption = f"{len(prepared.raw_inputs):,} × {size} pixels" if prepared else f"{len(names):,} pixels"
        return replace(text, value=size, caption=caption, look="picture", names=("One image",))
    known = all(name in features for name in names)
    formulas = tuple(features[name].formula for name in names) if known else ()
    samples = len(prepared.raw_inputs) if prepared is not None else getattr(dataset, "samples", 0)
    caption = f"{samples:,} × {len(names):,} numbers" if samples else f"{len(names):,} numbers"
    return replace(text, names=input_labels(experiment), formulas=formulas, caption=caption)


def input_labels(experiment: Experiment) -> tuple[str, ...]:
    """What each number that the network sees is called on screen."""
    names, features = feature_names(experiment.data), registries["features"]
    if all(name in features for name in names):
        return tuple(features[name].label for name in names)
    return _column_names(experiment.data.dataset, names)


def output_labels(experiment: Experiment) -> tuple[str, ...]:
    """The classes or targets that the outputs stand for; empty where one output stands for two classes."""
    data = experiment.data
    itself = data.target == "inputs"
    names = input_labels(experiment) if itself else class_names(data) or target_names(data)
    return names if len(names) == output_units(experiment) else ()


def _column_names(dataset: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    readable = dict(zip(dataset.entry.raw_names, dataset.entry.columns, strict=False))
    return tuple(readable.get(name, name.replace("_", " ")) for name in names)


def chip_title(layer: Any) -> str:
    """What a chip calls a layer: its kind, or the name that the user gave it."""
    if re.fullmatch(rf"{layer.kind}_\d+", layer.name):
        return str(layer.entry.label)
    return called(layer.name)


def _layer(layer: Any, shape: LayerShape) -> ColumnText:
    setting = number_setting(layer)
    activation = getattr(layer, "activation", None)
    return ColumnText(
        name=layer.name,
        kind=layer.kind,
        title=chip_title(layer),
        spoken=called(layer.name),
        units=shape.units,
        number=setting.key if setting else "",
        value=spell(getattr(layer, setting.key)) if setting else spell(shape.units),
        steps=setting is not None and setting.type == "whole",
        activation=activation.entry.label if activation is not None else "",
        menu=activation is not None,
        caption=parameter_line(shape),
        look=_look(shape),
        frozen=getattr(layer, "frozen", False),
    )


def _look(shape: LayerShape) -> str:
    """Layers without a matrix of weights treat each unit alone and stand beside the units they read."""
    if any(len(size) > 1 for size in shape.parameters.values()):
        return "tiles"
    return "follow" if shape.parameters else "dots"


def parameter_line(shape: LayerShape) -> str:
    """How the number of parameters comes about: "6 × 2 + 6 = 18 parameters"."""
    sizes = list(shape.parameters.values())
    if not sizes:
        return "no parameters"
    terms = [" × ".join(f"{side:,}" for side in size) for size in sizes]
    if len(set(terms)) == 1 and len(terms) > 1:
        terms = [f"{len(terms)} × {terms[0]}"]
    return f"{' + '.join(terms)} = {counted(shape.parameter_count, 'parameter')}"


def _output(experiment: Experiment, shape: LayerShape) -> ColumnText:
    data = experiment.data
    entry = data.dataset.entry
    picture = data.target == "inputs" and entry.image_shape is not None
    names = () if picture or shape.units == 1 else output_labels(experiment)
    loss = experiment.training.loss.entry.label
    return ColumnText(
        name="output",
        kind="output",
        title="Output",
        spoken="Output",
        units=shape.units,
        value=spell(shape.units),
        activation=output_activation(experiment).entry.label,
        menu=True,
        caption=parameter_line(shape),
        names=names,
        below=short_loss(loss),
        frozen=experiment.network.output.frozen,
    )


def short_loss(label: str) -> str:
    """A loss in a word or two, to stand under a tile."""
    short = re.sub(r"^(Binary|Categorical) ", "", label)
    return short[:1].upper() + short[1:]
