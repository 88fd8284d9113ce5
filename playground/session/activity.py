"""Activations and weights of one layer, arranged for the inspector's pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from playground.experiment.data import Prepared
from playground.experiment.shapes import shapes
from playground.experiment.surgery import flow
from playground.session.grids import plane_grid

if TYPE_CHECKING:
    from playground.engine.run import Run

Array = NDArray[np.float64] | NDArray[np.float32]
View = str  # "samples", "grid", "alike", "outgoing", "images"; "" is none

SAMPLES = 96  # of the training rows, for the map of units × samples
LINES = 21  # of the coordinate grid, along each side
CORRELATED = 500  # samples
MOST_UNITS = 64  # in the matrix of correlations, strongest first


@dataclass(frozen=True)
class Activity:
    """One view of a layer. `order` lists its units, those with the largest outgoing weights first.

    `values` by `view`: "samples" activations (units, samples), sorted by class or target; "grid"
    activations over the plane (units, LINES, LINES), row 0 at the top; "alike" correlations of the first
    units of `order` with each other; "outgoing" weights (units, units of `other`); "images" incoming
    weights (units, rows, columns). `rows` are the samples of "samples", as rows of the data. `depths` are
    the "grid" of the inputs and of every layer, by name, in the order of the forward pass.
    """

    layer: str
    view: View
    values: Array
    order: NDArray[np.int64]
    other: str = ""
    rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    depths: tuple[tuple[str, Array], ...] = ()


def views_of(prepared: Prepared | None, layer: str, reads_input: bool) -> tuple[View, ...]:
    """Which views have a meaning for a layer of a network on these data."""
    plane = prepared is not None and prepared.domain is not None and len(prepared.domain) == 2
    image = prepared is not None and prepared.image_shape is not None and reads_input
    found: list[View] = ["samples"]
    if plane:
        found.append("grid")
    found.append("alike")
    if layer != "output":
        found.append("outgoing")
    if image:
        found.append("images")
    return tuple(found)


def activity(run: Run, prepared: Prepared, layer: str, view: View) -> Activity | None:
    """What this view shows of a layer now; None where it has no meaning."""
    known = {shape.name: shape.units for shape in shapes(run.experiment).layers}
    if layer not in known:
        return None
    reader, outgoing = _outgoing(run, layer)
    strength = np.linalg.norm(outgoing, axis=1) if outgoing is not None else np.zeros(known[layer])
    order = np.argsort(-strength, kind="stable")
    if view == "outgoing":
        return Activity(layer, view, outgoing, order, reader) if outgoing is not None else None
    if view == "images":
        weight, shape = run.parameters.get(f"{layer}.weight"), prepared.image_shape
        if weight is None or shape is None or weight.ndim != 2 or weight.shape[1] != shape[0] * shape[1]:
            return None
        return Activity(layer, view, weight.reshape(-1, *shape), order)
    return _forward(run, prepared, layer, view, order)


def _forward(
    run: Run, prepared: Prepared, layer: str, view: View, order: NDArray[np.int64]
) -> Activity | None:
    """The views that need a forward pass."""
    if view == "grid":
        if prepared.domain is None or len(prepared.domain) != 2:
            return None
        inputs = prepared.transform(plane_grid(prepared.domain, LINES))
        post = run.forward(inputs).post
        names = [layer.name for layer in run.experiment.network.layers]
        each = {"input": inputs.T} | {name: post[name] for name in (*names, "output")}
        depths = tuple((name, values.reshape(-1, LINES, LINES)) for name, values in each.items())
        return Activity(layer, view, dict(depths)[layer], order, depths=depths)
    if view == "alike":
        values = run.forward(prepared.inputs[prepared.train[:CORRELATED]]).post[layer]
        return Activity(layer, view, correlations(values[order[:MOST_UNITS]]), order[:MOST_UNITS])
    rows = _sorted_rows(prepared)
    return Activity(layer, view, run.forward(prepared.inputs[rows]).post[layer], order, rows=rows)


def correlations(values: Array) -> NDArray[np.float64]:
    """Pearson's r of each row of (units, samples) with each other; 0 for a unit that never changes."""
    centred = values.astype(np.float64) - values.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    scaled = np.divide(centred, length, out=np.zeros_like(centred), where=length > 1e-12)
    return np.asarray(scaled @ scaled.T)


def _outgoing(run: Run, layer: str) -> tuple[str, Array | None]:
    """The first layer that weighs these units, and its weights on them: (units, its units)."""
    read, handed = flow(run.experiment)
    parameters = run.parameters
    for reader, units in read.items():
        weight = parameters.get(f"{reader}.weight")
        at = {unit: place for place, unit in enumerate(units)}
        if weight is not None and weight.ndim == 2 and all(unit in at for unit in handed[layer]):
            return reader, weight[:, [at[unit] for unit in handed[layer]]].T
    return "", None


def _sorted_rows(prepared: Prepared) -> NDArray[np.int64]:
    """Some training rows, sorted by class or by the first target."""
    rows = prepared.train
    rows = rows[np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).astype(np.int64)]
    targets = prepared.targets[rows].reshape(len(rows), -1)[:, 0]
    return np.asarray(rows[np.argsort(targets, kind="stable")])
