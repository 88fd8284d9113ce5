"""Things on the canvas as addresses, and back: what ties the symbols of the maths panel to the drawing."""

from __future__ import annotations

from playground.views.canvas.drawn import edge_of
from playground.views.canvas.hits import Hit
from playground.views.canvas.scene import CanvasScene
from playground.views.maths.notation import Place


def link_of(scene: CanvasScene, found: Hit) -> str:
    """The address of what was hit; "" for what has no symbol."""
    if found.kind == "chip":
        return Place(found.name).link
    if found.kind == "tile":
        return Place(found.name, found.unit).link
    if found.kind == "edge" and found.bundle < len(scene.bundles):
        bundle = scene.bundles[found.bundle]
        if bundle.weights is None or found.edge >= len(bundle.weights):
            return ""
        unit = scene.columns[bundle.target].units[int(bundle.targets[found.edge])]
        source = scene.columns[bundle.source].units[int(bundle.sources[found.edge])]
        return Place(bundle.target, unit, source).link
    return ""


def hit_of(scene: CanvasScene, link: str) -> Hit:
    """What an address means on the canvas; a weight that is not drawn gives its neuron."""
    place = Place.of(link)
    if place is None or place.layer not in scene.columns:
        return Hit()
    if place.unit < 0:
        return Hit("chip", place.layer, zone="title")
    drawn = edge_of(scene, place.layer, place.unit, place.source) if place.source >= 0 else None
    if drawn is not None:
        return Hit("edge", bundle=drawn[0], edge=drawn[1])
    return Hit("tile", place.layer, place.unit)
