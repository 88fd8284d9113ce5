"""Where on the canvas a weight is drawn: wide layers show a page of their units, and the edges of those."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene


def edge_of(scene: CanvasScene, layer: str, unit: int, source: int) -> tuple[int, int] | None:
    """The bundle and the edge of the weight with which a unit reads another; None where it is not drawn."""
    for index, bundle in enumerate(scene.bundles):
        if bundle.target == layer and bundle.weights is not None:
            units = np.asarray(scene.columns[bundle.target].units)[bundle.targets]
            sources = np.asarray(scene.columns[bundle.source].units)[bundle.sources]
            drawn = np.flatnonzero((units == unit) & (sources == source))
            if len(drawn):
                return index, int(drawn[0])
    return None
