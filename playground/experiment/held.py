"""Single weights and biases that are frozen: no step of training moves them.

They lie in their layer's `held`, so they are saved, undone and replayed as all of the experiment is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from playground.experiment import edits
from playground.experiment.model import MAX_HELD, Experiment
from playground.experiment.shapes import LayerShape, shapes
from playground.experiment.surgery import Surgery, carried, flow
from playground.experiment.wiring import wires

Place = tuple[int, ...]
Numbers = Iterable[tuple[str, Place]]  # tensor as `dense_1.weight` or `dense_1.bias`, and its place there


def held_places(experiment: Experiment, tensor: str) -> frozenset[Place]:
    """The places of a tensor that are frozen one by one."""
    layer, _, key = tensor.partition(".")
    names = {"output", *(each.name for each in experiment.network.layers)}
    held = getattr(experiment.layer(layer), "held", ()) if layer in names else ()
    return frozenset(tuple(place) for name, *place in held if name == key)


def hold(experiment: Experiment, numbers: Numbers, freeze: bool = True) -> Experiment:
    """Freeze these numbers, or let them learn again. EditError beyond the most of a layer."""
    for tensor, place in numbers:
        name, _, key = tensor.partition(".")
        others = tuple(each for each in experiment.layer(name).held if each != (key, *place))
        wanted = (*others, (key, *place)) if freeze else others
        if len(wanted) > MAX_HELD:
            raise edits.EditError(f"a layer has at most {MAX_HELD:,} frozen numbers; freeze the whole layer")
        experiment = edits.set_value(experiment, f"network.{name}.held", tuple(sorted(wanted)))
    return experiment


def follow_units(before: Experiment, after: Experiment, surgery: Surgery | None = None) -> Experiment:
    """The changed experiment with every frozen number where its unit went; those of lost units are gone."""
    marks = _marks(before)
    if not marks or not (_is_wired(before) and _is_wired(after)) or flow(before) == flow(after):
        return after
    moved = carried(before, after, marks, surgery)
    for shape in shapes(after).layers:
        held = getattr(after.layer(shape.name), "held", ())
        if held:
            kept = tuple(each for each in held if _fits(shape, each))
            if any(tensor in moved for tensor in shape.parameters):
                kept = _marked(shape, moved)
            after = edits.set_value(after, f"network.{shape.name}.held", kept)
    return after


def _is_wired(experiment: Experiment) -> bool:
    """True if every layer reads what comes before it; a file may say something else."""
    known = {"input"}
    for name, sources in wires(experiment.network.layers).items():
        if not known.issuperset(sources):
            return False
        known.add(name)
    return True


def _marks(experiment: Experiment) -> dict[str, Any]:
    """A tensor of ones and zeros for each of the layers that have frozen numbers."""
    found: dict[str, Any] = {}
    for shape in shapes(experiment).layers:
        held = getattr(experiment.layer(shape.name), "held", ())
        if held:
            found |= {tensor: np.zeros(size) for tensor, size in shape.parameters.items()}
        for key, *place in held:
            if _fits(shape, (key, *place)):
                found[f"{shape.name}.{key}"][tuple(place)] = 1.0
    return found


def _fits(shape: LayerShape, number: tuple[Any, ...]) -> bool:
    """True if the layer has this number."""
    key, *place = number
    size = shape.parameters.get(f"{shape.name}.{key}", ())
    return len(place) == len(size) and all(at < most for at, most in zip(place, size, strict=True))


def _marked(shape: LayerShape, moved: dict[str, Any]) -> tuple[Any, ...]:
    """The numbers of a layer that bear a mark."""
    found = []
    for tensor in shape.parameters:
        key = tensor.rpartition(".")[2]
        for place in np.argwhere(moved[tensor] > 0).tolist() if tensor in moved else ():
            if _fits(shape, (key, *place)):
                found.append((key, *place))
    return tuple(sorted(found))
