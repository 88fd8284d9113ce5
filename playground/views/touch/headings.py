"""What the rows and columns of the numbers' table are called: features, classes, or units by number."""

from __future__ import annotations

from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes
from playground.experiment.wiring import wires
from playground.experiment.words import called
from playground.views.canvas.columns import input_labels, output_labels

Names = tuple[str, ...]


def inputs_of(experiment: Experiment, layer: str) -> Names:
    """What a layer reads, in order: features by name as far as none has mixed them, else units by number."""
    sources = wires(experiment.network.layers).get(layer, ())
    return units_of(experiment, sources[0]) if sources else ()


def units_of(experiment: Experiment, layer: str) -> Names:
    """What a layer hands on, in order: classes or targets at the output, features, or units by number."""
    if layer not in ("input", *wires(experiment.network.layers)):
        return ()
    found = output_labels(experiment) if layer == "output" else _passed(experiment, layer)
    return found or _numbered(experiment, layer)


def _passed(experiment: Experiment, name: str) -> Names:
    """The names of the features that a layer hands on one by one; empty where it mixes them."""
    if name == "input":
        return input_labels(experiment)
    layer, sources = experiment.layer(name), wires(experiment.network.layers)[name]
    found = [_passed(experiment, source) for source in sources]
    if layer.entry.joins is sum and any(found):
        parts = zip(sources, found, strict=True)
        return tuple(label for source, names in parts for label in names or _told_apart(experiment, source))
    sizes = shapes(experiment).layer(name).parameters.values()
    mixes = len(sources) > 1 or any(len(size) > 1 for size in sizes)
    return () if mixes else found[0]


def _told_apart(experiment: Experiment, name: str) -> Names:
    return tuple(f"{called(name)}: {number}" for number in _numbered(experiment, name))


def _numbered(experiment: Experiment, name: str) -> Names:
    units = shapes(experiment).inputs if name == "input" else shapes(experiment).layer(name).units
    return tuple(f"{unit + 1}" for unit in range(units))
