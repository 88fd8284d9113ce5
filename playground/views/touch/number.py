"""The number that stands for a thing on the canvas: an edge's weight, a tile's bias."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF

from playground.session.document import ByHand
from playground.views.canvas.hits import Hit
from playground.views.canvas.scene import CanvasScene


@dataclass(frozen=True)
class Number:
    """One weight or bias, with its value and where its callout stands in the scene."""

    tensor: str
    place: tuple[int, ...]
    value: float
    at: QPointF

    @property
    def symbol(self) -> str:
        """w or b."""
        return "w" if self.tensor.endswith(".weight") else "b"

    @property
    def word(self) -> str:
        """As it is called in menus."""
        return "weight" if self.symbol == "w" else "bias"

    def to(self, value: float) -> ByHand:
        """The same number, set to a value."""
        return ByHand(self.tensor, self.place, value)


def number_at(scene: CanvasScene, found: Hit) -> Number | None:
    """The weight of an edge or the bias of a tile; None for anything else."""
    if found.kind == "edge" and 0 <= found.bundle < len(scene.bundles):
        bundle = scene.bundles[found.bundle]
        if bundle.weights is None or not 0 <= found.edge < len(bundle.weights):
            return None
        unit = scene.columns[bundle.target].units[int(bundle.targets[found.edge])]
        source = scene.columns[bundle.source].units[int(bundle.sources[found.edge])]
        value = float(bundle.weights[found.edge])
        return Number(f"{bundle.target}.weight", (unit, source), value, bundle.middle(found.edge))
    item = scene.columns.get(found.name) if found.kind == "tile" else None
    for neuron in item.neurons if item is not None else ():
        if neuron.unit == found.unit and neuron.bias is not None and item is not None:
            place = item.pos() + neuron.pos() + QPointF(0, neuron.side / 2 + 16)
            return Number(f"{found.name}.bias", (found.unit,), neuron.bias, place)
    return None
