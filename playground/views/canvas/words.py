"""What the canvas says of its parts: tooltips and the names that a screen reader speaks."""

from __future__ import annotations

from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF

from playground.experiment.model import Experiment
from playground.experiment.shapes import output_activation, shapes
from playground.views.canvas.columns import spell_weight
from playground.views.canvas.hits import Hit
from playground.views.canvas.scene import CanvasScene

_ZONES = {
    "less": "One unit fewer (−)",
    "more": "One unit more (+)",
    "number": "Type a number",
    "menu": "Choose the activation",
}


def output_activation_key(experiment: Experiment) -> str:
    """The key of the activation at the output, given or not."""
    return str(output_activation(experiment).kind)


def describe(scene: CanvasScene, name: str, unit: int = -1, with_bias: bool = True) -> str:
    """A chip or a tile in words: "Dense 1, neuron 3, bias −0.41"."""
    item = scene.columns.get(name)
    if item is None:
        return ""
    text = item.text
    if unit < 0:
        unit_word = "unit" if text.units == 1 else "units"
        parts = [text.spoken, f"{text.units:,} {unit_word}", text.activation]
        if text.number and not text.steps:
            parts.insert(1, text.value)
        parts += [_reads(scene, name), "frozen" if text.frozen else ""]
        return ", ".join([part for part in parts if part] + [text.caption])
    if text.look == "picture":
        return f"{text.spoken}, one image of {text.units:,} pixels"
    neuron = next((neuron for neuron in item.neurons if neuron.unit == unit), None)
    if text.names and unit < len(text.names):
        words = f"{text.spoken}, {text.names[unit]}"
    else:
        words = f"{text.spoken}, {'input' if text.kind == 'input' else 'neuron'} {unit + 1}"
    if neuron is not None and neuron.is_dropped:
        words += ", switched off in the last step for the first sample"
    if neuron is not None and neuron.bias is not None and with_bias:
        words += f", bias {spell_weight(neuron.bias)}{', frozen' if neuron.is_held else ''}"
    elif neuron is not None and neuron.is_held:
        words += ", bias frozen"
    if neuron is not None and neuron.mark:
        words += f", {neuron.mark}"
    return words


def describe_edge(scene: CanvasScene, bundle_index: int, edge: int) -> str:
    """An edge in words: "Weight from Dense 2, neuron 5 to Output, −4.42"."""
    bundle = scene.bundles[bundle_index]
    source, target = scene.columns[bundle.source], scene.columns[bundle.target]
    start = _short(scene, bundle.source, source.units[int(bundle.sources[edge])])
    end = _short(scene, bundle.target, target.units[int(bundle.targets[edge])])
    value = "" if bundle.weights is None else f", {spell_weight(float(bundle.weights[edge]))}"
    axis = scene.axes.words(bundle_index, edge)
    frozen = ", frozen" if edge in bundle.held else ""
    return f"Weight from {start} to {end}{value}{frozen}{f', {axis}' if axis else ''}"


def _reads(scene: CanvasScene, name: str) -> str:
    """What a joining layer reads: "reads Dense 2 and Dense 1"."""
    layers = scene.experiment.network.layers if scene.experiment is not None else ()
    inputs = next((layer.inputs for layer in layers if layer.name == name), None) or ()
    sources = [scene.columns[source].text.spoken for source in inputs if source in scene.columns]
    return f"reads {' and '.join(sources)}" if len(sources) > 1 else ""


def describe_skip(scene: CanvasScene, source: str, target: str) -> str:
    """A skip connection in words: "Connection from Dense 1 to Add 1"."""
    return f"Connection from {scene.columns[source].text.spoken} to {scene.columns[target].text.spoken}"


def _short(scene: CanvasScene, name: str, unit: int) -> str:
    return describe(scene, name, unit).split(", bias")[0]


def tooltip(scene: CanvasScene, found: Hit) -> str:
    """What the tooltip says; "" for nothing. No numbers that training changes: the callout has them."""
    if found.kind == "tile":
        wrong = _wrong(scene, found.name, found.unit)
        beside = "\nAt its left its weights, a cell for each pixel" if _has_image(scene, found.name) else ""
        what = describe(scene, found.name, found.unit, with_bias=False)
        return what + _scale(scene, found.name) + beside + wrong
    if found.kind == "chip":
        editable = scene.columns[found.name].text.editable
        drag = "\nDrag to move, with Alt to copy" if editable else ""
        about = describe(scene, found.name) + _tensors(scene, found.name) + _wrong(scene, found.name)
        return _ZONES.get(found.zone) or about + drag
    if found.kind == "port":
        return "Drag to a later layer to connect them"
    if found.kind == "skip":
        return f"{describe_skip(scene, found.source, found.name)}\nDel takes it away"
    if found.kind == "insert":
        return "Add a layer here"
    if found.kind == "more":
        return "Next units by their outgoing weights (Page Down)\nShift-click goes back (Page Up)"
    return ""


def _has_image(scene: CanvasScene, name: str) -> bool:
    return scene.columns[name].kernel_room > 0.0


def _tensors(scene: CanvasScene, name: str) -> str:
    """The shapes of a layer's parameters on a line of their own: "weight (6, 2), bias (6,)"."""
    found = shapes(scene.experiment).layers if scene.experiment is not None else ()
    tensors = next((layer.parameters for layer in found if layer.name == name), {})
    line = ", ".join(f"{tensor.rpartition('.')[2]} {shape}" for tensor, shape in tensors.items())
    return f"\n{line}" if line else ""


def _wrong(scene: CanvasScene, name: str, unit: int = -1) -> str:
    """What the rules found there, a line each."""
    return "".join(f"\n{sentence}" for sentence in scene.marks.sentences(name, unit))


def _scale(scene: CanvasScene, name: str) -> str:
    scale = scene.scale_of(name)
    return f"\nFull colour at ±{scale:.3g}" if scale is not None and scale != 1.0 else ""


class Part(NamedTuple):
    """One thing on the canvas: a chip or a tile (`name`, `unit`), an edge (`bundle`, `unit`), or a skip."""

    kind: Literal["chip", "tile", "edge", "skip"]
    name: str = ""
    unit: int = -1
    bundle: int = -1


def parts(scene: CanvasScene) -> list[Part]:
    """Every chip, tile, edge and skip connection, in reading order."""
    found: list[Part] = []
    for text in scene.texts:
        found.append(Part("chip", text.name))
        found += [Part("tile", text.name, unit) for unit in scene.columns[text.name].units]
    for index, bundle in enumerate(scene.bundles):
        if bundle.weights is not None:
            found += [Part("edge", unit=edge, bundle=index) for edge in range(len(bundle.weights))]
    return found + [Part("skip", bundle=index) for index in range(len(scene.skips))]


def name_of(scene: CanvasScene, part: Part) -> str:
    """A part in words."""
    if part.kind == "edge":
        return describe_edge(scene, part.bundle, part.unit)
    if part.kind == "skip":
        skip = scene.skips[part.bundle]
        return describe_skip(scene, skip.source, skip.target)
    return describe(scene, part.name, part.unit)


def has_keyboard(scene: CanvasScene, part: Part) -> bool:
    """True for the one part that the keyboard has walked to."""
    if scene.focused_edge is not None:
        return part.kind == "edge" and (part.bundle, part.unit) == scene.focused_edge
    return part.kind in ("chip", "tile") and (part.name, part.unit) == scene.focused


def place_of(scene: CanvasScene, part: Part) -> QRectF:
    """Where a part is in the scene; of an edge the middle."""
    if part.kind == "edge":
        middle = scene.bundles[part.bundle].middle(part.unit)
        return QRectF(middle.x() - 6, middle.y() - 6, 12, 12)
    if part.kind == "skip":
        return scene.skips[part.bundle].sceneBoundingRect()
    column = scene.arrangement.column(part.name)
    if part.kind == "chip":
        return scene.columns[part.name].chip.area().translated(column.x, 0.0)
    return QRectF(*column.tile_box(scene.columns[part.name].units.index(part.unit)))
