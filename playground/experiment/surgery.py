"""Surgery on a living network: structural changes that say where every old number goes.

The learned function is kept where mathematics permits. A unit and its copy share its outgoing weights,
unequally, so that the two do not stay alike for ever; a new layer begins as the identity; what a layer
reads anew begins with weight 0 (Net2Net: Chen, Goodfellow and Shlens, 2016).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from playground.experiment import edits, wiring
from playground.experiment.model import MAX_UNITS, Experiment
from playground.experiment.shapes import feature_names, shapes
from playground.experiment.words import called

Array = NDArray[Any]
Unit = tuple[str, Any]  # the layer and the number of a unit, or "input" and a feature's key
Way = tuple[Unit, tuple[str, ...]]  # a unit, and the norms that it has passed
Kind = Literal["split_unit", "remove_unit", "insert_identity", "duplicate_layer"]

KEPT_SHARE = 0.75  # of the outgoing weights, when a unit is split
IDEMPOTENT = ("identity", "relu")  # applied twice they give what they give once


@dataclass(frozen=True)
class Surgery:
    """One operation on `layer`: on its unit, or on the whole layer with `new` as the name of the copy."""

    kind: Kind
    layer: str
    unit: int = -1
    new: str = ""


def split_unit(experiment: Experiment, layer: str, unit: int) -> tuple[Experiment, Surgery]:
    """Put a copy of a unit after the layer's last one. EditError beyond the most units."""
    units = _units(experiment, layer, unit)
    if units >= MAX_UNITS:
        raise edits.EditError(f"a layer has at most {MAX_UNITS} units")
    return edits.set_value(experiment, f"network.{layer}.units", units + 1), Surgery(
        "split_unit", layer, unit
    )


def remove_unit(experiment: Experiment, layer: str, unit: int) -> tuple[Experiment, Surgery]:
    """Take this very unit out. EditError for a layer's only unit."""
    units = _units(experiment, layer, unit)
    if units == 1:
        raise edits.EditError("a layer has at least one unit; delete the layer instead")
    return edits.set_value(experiment, f"network.{layer}.units", units - 1), Surgery(
        "remove_unit", layer, unit
    )


def insert_identity(experiment: Experiment, layer: str) -> tuple[Experiment, Surgery]:
    """Insert a dense layer behind a layer (or "input") that hands on what it reads.

    It bends as the layer before it where that changes nothing (relu), else not at all.
    """
    before = shapes(experiment)
    index = 0 if layer == "input" else edits.index_of(experiment, layer) + 1
    units = before.inputs if layer == "input" else before.layer(layer).units
    kind = getattr(experiment.layer(layer), "activation", None) if index else None
    bend = kind.kind if kind is not None and kind.kind in IDEMPOTENT else "identity"
    new = edits.free_name(experiment, "dense")
    changed = edits.add_layer(experiment, index, "dense", name=new, units=units)
    changed = edits.set_value(changed, f"network.{new}.activation", bend)
    return changed, Surgery("insert_identity", layer, new=new)


def duplicate_layer(experiment: Experiment, layer: str) -> tuple[Experiment, Surgery]:
    """Put a copy of a layer behind it, with the same weights where their shape fits.

    A dense layer whose activation may be applied twice gets the identity instead, which keeps the function.
    """
    index = edits.index_of(experiment, layer)
    copied = edits.copy_layer(experiment, layer, index + 1)
    new = copied.network.layers[index + 1].name
    bend = getattr(experiment.layer(layer), "activation", None)
    keeps = bend is not None and bend.kind in IDEMPOTENT
    return copied, Surgery("insert_identity" if keeps else "duplicate_layer", layer, new=new)


def _units(experiment: Experiment, layer: str, unit: int) -> int:
    units = getattr(experiment.layer(layer), "units", 0) if layer not in ("input", "output") else 0
    if not 0 <= unit < units:
        raise edits.EditError(f"there is no unit {unit + 1} of {called(layer)} to operate on")
    return int(units)


# Where the numbers go --------------------------------------------------------------------------------


def carried(
    before: Experiment, after: Experiment, tensors: Mapping[str, Array], surgery: Surgery | None = None
) -> dict[str, Array]:
    """The tensors of `before` as `after` takes them over, weights and optimizer slots by name.

    Every row and column follows its unit. What a layer reads anew gets weight 0 if the rest of what it
    reads was known to it; rows of new units are left to first values. Without `surgery` units are known
    by their numbers.
    """
    old_in, old_out = _ways(before)
    new_in, new_out = _ways(after)
    origins = _origins(before, after, surgery, new_in)
    copies = frozenset(origins if surgery is not None and surgery.kind == "split_unit" else ())
    found = dict(tensors)
    for layer in new_in:
        source = layer if layer in old_in else ""
        if surgery is not None and layer == surgery.new:
            source = surgery.layer if surgery.kind == "duplicate_layer" else ""
        if not source:
            continue
        rows = _places(new_out[layer], old_out[source], origins, copies)
        if layer != source:
            rows = list(range(len(new_out[layer])))
        columns = _places(new_in[layer], old_in[source], origins, copies)
        if layer != source:
            columns = list(range(len(new_in[layer]))) if len(new_in[layer]) == len(old_in[source]) else []
        for name, array in tensors.items():
            owner, _, rest = name.partition(".")
            if owner == source:
                share = (
                    _shares(new_in[layer], origins, surgery) if "/" not in rest or "/best" in rest else None
                )
                picked = _picked(array, rows, columns, share, _first_value(after, layer, rest))
                found[f"{layer}.{rest}"] = picked
    if surgery is not None and surgery.kind == "insert_identity":
        width = len(new_in[surgery.new])
        found[f"{surgery.new}.weight"] = np.eye(width)
        found[f"{surgery.new}.bias"] = np.zeros(width)
    return found


def flow(experiment: Experiment) -> tuple[dict[str, list[Unit]], dict[str, list[Unit]]]:
    """For every layer which units it reads and which it hands on; units that only pass by keep their name."""
    read, handed = ({n: [unit for unit, _ in ways] for n, ways in each.items()} for each in _ways(experiment))
    return read, handed


def _ways(experiment: Experiment) -> tuple[dict[str, list[Way]], dict[str, list[Way]]]:
    """As `flow`, with the way that each unit has come."""
    handed: dict[str, list[Way]] = {"input": [(("input", key), ()) for key in feature_names(experiment.data)]}
    read: dict[str, list[Way]] = {}
    widths = {shape.name: shape.units for shape in shapes(experiment).layers}
    for name, sources in wiring.wires(experiment.network.layers).items():
        read[name] = [way for source in sources for way in handed[source]]
        layer = experiment.layer(name) if name != "output" else None
        if layer is not None and not hasattr(layer, "units") and len(read[name]) == widths[name]:
            passed = (name,) if layer.entry.learns else ()
            handed[name] = [(unit, norms + passed) for unit, norms in read[name]]
        else:
            handed[name] = [((name, number), ()) for number in range(widths[name])]
    return read, handed


def _origins(
    before: Experiment, after: Experiment, surgery: Surgery | None, read: dict[str, list[Way]]
) -> dict[Unit, Unit]:
    """Which unit of old each new one comes from, where that is not the one of its name."""
    if surgery is None:
        return {}
    layer, unit = surgery.layer, surgery.unit
    units = {shape.name: shape.units for shape in shapes(after).layers}
    if surgery.kind == "split_unit":
        return {(layer, units[layer] - 1): (layer, unit)}
    if surgery.kind == "remove_unit":
        return {(layer, number): (layer, number + 1) for number in range(unit, units[layer])}
    if surgery.kind == "insert_identity":
        return {(surgery.new, number): unit for number, (unit, _) in enumerate(read[surgery.new])}
    return {(surgery.new, number): (layer, number) for number in range(units[surgery.new])}


def _places(
    wanted: list[Way], known: list[Way], origins: Mapping[Unit, Unit], copies: frozenset[Unit]
) -> list[int]:
    """The place of each wanted unit among the known, −1 for a new one; [] if none is known.

    A unit that is read twice, past a norm and through it, has a place for each time; its copy has the same.
    """
    places = [-1] * len(wanted)
    for copied in (False, True):
        left = list(range(len(known)))
        for parts in (2, 1):  # first those that came the same way, then those of the same unit
            queues: dict[Any, list[int]] = defaultdict(list)
            for at in reversed(left):
                queues[known[at][:parts]].append(at)
            for index, (unit, norms) in enumerate(wanted):
                queue = queues.get((origins.get(unit, unit), norms)[:parts])
                if queue and places[index] < 0 and (unit in copies) == copied:
                    places[index] = queue.pop()
            left = sorted(at for queue in queues.values() for at in queue)
    return places if any(place >= 0 for place in places) else []


def _first_value(experiment: Experiment, layer: str, rest: str) -> float:
    """What a number of a norm is before it learns; optimizers begin with 0."""
    chosen = experiment.layer(layer) if layer != "output" else None
    name, slot, _ = rest.partition("/")
    if chosen is None or (slot and "/best" not in rest):
        return 0.0
    buffers = {name: value for name, (_shape, value) in chosen.entry.buffers(chosen, 1).items()}
    return float((dict(chosen.entry.first) | buffers).get(name, 0.0))


def _shares(ways: list[Way], origins: dict[Unit, Unit], surgery: Surgery | None) -> Array | None:
    """By what the weights of what a layer reads are multiplied: a unit and its copy share them."""
    if surgery is None or surgery.kind != "split_unit":
        return None
    split, read = (surgery.layer, surgery.unit), [unit for unit, _ in ways]
    shares = {unit: KEPT_SHARE if unit == split else 1.0 for unit in read}
    shares |= {unit: 1.0 - KEPT_SHARE for unit in read if origins.get(unit) == split}
    return np.array([shares[unit] for unit in read])


def _picked(array: Array, rows: list[int], columns: list[int], share: Array | None, first: float) -> Array:
    """Rows and columns of a tensor in their new order.

    New columns are 0. New rows after all others are left out, those between them begin with `first`.
    """
    last = max((place for place, row in enumerate(rows) if row >= 0), default=-1)
    picked = array[rows[: last + 1]] if rows else array
    between = [place for place, row in enumerate(rows[: last + 1]) if row < 0]
    if between:
        picked[between] = first
    if array.ndim == 2 and columns:
        picked = np.where(np.array(columns) >= 0, picked[:, columns], 0.0)
        if share is not None:
            picked = picked * share
    return np.asarray(picked, array.dtype)
