"""From a snapshot's arrays to what the items paint: weights, biases, pictures of units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from playground.experiment.data import Prepared
from playground.experiment.held import held_places
from playground.experiment.model import Experiment
from playground.session.snapshot import TILE, Tiles
from playground.views.canvas.edge_item import EdgeBundleItem
from playground.views.canvas.layer_item import LayerItem
from playground.views.canvas.tile_atlas import TileAtlas
from playground.views.output.colors import signed
from playground.views.theme import theme
from playground.views.widgets.pictures import colored

Array = NDArray[Any]
INPUT_GAIN = 1.5
Columns = Mapping[str, LayerItem]


def fill_weights(
    bundles: Iterable[EdgeBundleItem], columns: Columns, parameters: Mapping[str, Array]
) -> None:
    """Give every bundle the weights of the units that are shown, and every tile its bias."""
    for bundle in bundles:
        source, target = columns[bundle.source], columns[bundle.target]
        weight = parameters.get(f"{bundle.target}.weight")
        if weight is None or weight.ndim != 2 or source.text.look == "picture":
            bundle.set_weights(None)
            continue
        rows = np.array(target.units, dtype=np.intp)[bundle.targets]
        inputs = np.array(source.units, dtype=np.intp)[bundle.sources]
        bundle.set_weights(_numbers_at(weight, rows, inputs), float(np.abs(weight).max(initial=0.0)))
    for name, item in columns.items():
        bias = parameters.get(f"{name}.bias")
        for neuron in item.neurons:
            neuron.bias = float(bias[neuron.unit]) if bias is not None and neuron.unit < len(bias) else None


def fill_kernels(columns: Columns, parameters: Mapping[str, Array]) -> None:
    """Give every tile whose unit sees an image the weights with which it does, as an image."""
    for name, item in columns.items():
        shape, weight = item.text.image, parameters.get(f"{name}.weight")
        if shape is None or weight is None or weight.shape[1:] != (shape[0] * shape[1],):
            continue
        scale = float(np.nan_to_num(np.abs(weight)).max(initial=0.0))
        for neuron in item.neurons:
            if neuron.unit < len(weight):
                values = weight[neuron.unit].reshape(shape)
                table = signed(values, scale, theme().lut("diverging"), theme().color("field"))
                neuron.kernel = colored(np.ascontiguousarray(table))


def fill_held(bundles: Iterable[EdgeBundleItem], columns: Columns, experiment: Experiment) -> None:
    """Mark the edges and biases that are frozen."""
    for bundle in bundles:
        source, target = columns[bundle.source].units, columns[bundle.target].units
        places = held_places(experiment, f"{bundle.target}.weight")
        ends = zip(bundle.targets.tolist(), bundle.sources.tolist(), strict=True) if places else ()
        bundle.held = frozenset(at for at, (t, s) in enumerate(ends) if (target[t], source[s]) in places)
    for name, item in columns.items():
        held = held_places(experiment, f"{name}.bias")
        for neuron in item.neurons:
            neuron.is_held = (neuron.unit,) in held


def fill_dropped(columns: Columns, dropped: Mapping[str, NDArray[np.bool_]]) -> None:
    """Tell every dot of a dropout layer whether its unit was switched off in the last step."""
    for name, item in columns.items():
        off = dropped.get(name)
        for neuron in item.neurons:
            neuron.is_dropped = bool(off is not None and neuron.unit < len(off) and off[neuron.unit])


def _numbers_at(weight: Array, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """The weights at these places; those that the engine does not have yet are 0."""
    known = (rows < weight.shape[0]) & (columns < weight.shape[1])
    shown = np.zeros(len(rows))
    shown[known] = weight[rows[known], columns[known]]
    return shown


def shown_scale(tiles: Tiles, name: str) -> float:
    """The value drawn in full colour; inputs are ramps and would look pale at their own scale."""
    scale = tiles.scale.get(name, 1.0) or 1.0
    return scale / INPUT_GAIN if name == "input" and tiles.kind == "map" else scale


def fill_tiles(columns: Columns, atlas: TileAtlas, tiles: Tiles) -> None:
    """Colour the pictures of all units that are shown; curves are drawn by the tiles themselves."""
    for name, item in columns.items():
        values = tiles.layers.get(name)
        if values is None or item.text.look in ("dots", "picture") or not item.neurons:
            continue
        scale = shown_scale(tiles, name)
        for neuron in item.neurons:
            known = tiles.kind == "curve" and neuron.unit < len(values)
            neuron.curve = values[neuron.unit] / scale if known else None
        units = [unit for unit in item.units if unit < len(values)]
        if units and tiles.kind != "curve" and values.shape[-1] == TILE:
            atlas.fill(item.neurons[0].cell, values[units], scale)


def sample_picture(prepared: Prepared) -> QImage | None:
    """The first training image, dark where its pixels are large; None where the inputs are no image."""
    if prepared.image_shape is None or not len(prepared.train):
        return None
    pixels = prepared.raw_inputs[prepared.train[0]].reshape(prepared.image_shape)
    top = float(np.abs(pixels).max()) or 1.0
    index = np.clip(pixels / top * 255.0, 0, 255).astype(np.uint8)
    colors = np.ascontiguousarray(np.take(theme().lut("gray"), index))
    rows, columns = colors.shape
    return QImage(colors.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()


def strongest_first(weight: Array | None, units: int) -> NDArray[np.intp] | None:
    """The units ordered by their outgoing weights (targets, units); None if the weights do not fit."""
    if weight is None or weight.shape[1:] != (units,):
        return None
    return np.argsort(-np.nan_to_num(np.abs(weight)).sum(axis=0), kind="stable")
