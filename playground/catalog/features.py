"""Input features: what the network may see of a point besides its coordinates.

These belong to the data sets of one or two coordinates. The features of a table are its columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from playground.catalog import elementary
from playground.catalog.entry import Entry, Registry

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Feature(Entry):
    """One number computed from the coordinates named in `inputs`: `value(*columns)`, arrays of shape (n,)."""

    inputs: tuple[str, ...] = ()
    value: Callable[..., Floats] = np.asarray


features: Registry[Feature] = Registry("features", "input feature")

_X1, _X2 = "<i>x</i><sub>1</sub>", "<i>x</i><sub>2</sub>"


def _itself(x: Floats) -> Floats:
    return x


def _square(x: Floats) -> Floats:
    return x * x


def _product(x1: Floats, x2: Floats) -> Floats:
    return x1 * x2


features.register(Feature("x1", "x₁", "The first coordinate.", _X1, inputs=("x1",), value=_itself))
features.register(Feature("x2", "x₂", "The second coordinate.", _X2, inputs=("x2",), value=_itself))
features.register(
    Feature(
        "x1_squared",
        "x₁²",
        "The first coordinate squared: the distance from the middle, left or right.",
        f"{_X1}<sup>2</sup>",
        inputs=("x1",),
        value=_square,
    )
)
features.register(
    Feature(
        "x2_squared",
        "x₂²",
        "The second coordinate squared: the distance from the middle, up or down.",
        f"{_X2}<sup>2</sup>",
        inputs=("x2",),
        value=_square,
    )
)
features.register(
    Feature(
        "x1_x2",
        "x₁x₂",
        "The product of the coordinates: positive in two opposite quarters.",
        f"{_X1}{_X2}",
        inputs=("x1", "x2"),
        value=_product,
    )
)
features.register(
    Feature(
        "sin_x1",
        "sin x₁",
        "Waves along the first coordinate.",
        f"sin {_X1}",
        inputs=("x1",),
        value=elementary.sin,
    )
)
features.register(
    Feature(
        "sin_x2",
        "sin x₂",
        "Waves along the second coordinate.",
        f"sin {_X2}",
        inputs=("x2",),
        value=elementary.sin,
    )
)


def available(raw_names: tuple[str, ...]) -> tuple[str, ...]:
    """Every feature that can be computed from these coordinates, in the order of the menus."""
    return tuple(feature.key for feature in features if set(feature.inputs) <= set(raw_names))


def feature_values(names: tuple[str, ...], raw: Floats, raw_names: tuple[str, ...]) -> Floats:
    """The features of each row: raw (n, raw columns) in, (n, features) out.

    A name is a column of the data or a key of the registry; ValueError if it is neither.
    """
    if names == raw_names:
        return raw
    position = {name: index for index, name in enumerate(raw_names)}
    result = np.empty((len(raw), len(names)))
    for index, name in enumerate(names):
        if name in position:
            result[:, index] = raw[:, position[name]]
        elif name in features and set(features[name].inputs) <= position.keys():
            feature = features[name]
            result[:, index] = feature.value(*(raw[:, position[column]] for column in feature.inputs))
        else:
            raise ValueError(f'The data have no input "{name}". Choose another input feature.')
    return result
