"""Which units the columns show: all of a narrow layer, a page of a wide one, the strongest first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from playground.views.canvas.edge_item import EdgeBundleItem
from playground.views.canvas.filling import strongest_first
from playground.views.canvas.tile_atlas import TileAtlas

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene

PASSING = ("dots", "follow")  # the looks of columns whose units stand beside those they read


class UnitRows:
    """The units in sight, their pieces of the atlas of pictures, and the edges between them."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.atlas = TileAtlas(0)
        self._order: dict[str, NDArray[np.intp]] = {}  # of wide layers, by outgoing weights

    def forget(self, name: str = "") -> None:
        """Let a layer, or all of them, be ordered anew."""
        if name:
            self._order.pop(name, None)
        else:
            self._order.clear()

    def turn(self, name: str, by: int) -> bool:
        """To another page of a wide layer, after the last the first; False where all units are seen."""
        item = self._scene.columns[name]
        if item.column is None or not item.column.hidden:
            return False
        item.page = (item.page + by) % (-(-item.text.units // len(item.column.rows)))
        if item.page == 0:
            self.forget(name)
        return True

    def choose(self) -> None:
        """Which units the rows show, and which piece of the atlas belongs to each."""
        cells = 0
        source_of = {bundle.target: bundle.source for bundle in self._scene.bundles}
        for text in self._scene.texts:
            item = self._scene.columns[text.name]
            assert item.column is not None
            rows = len(item.column.rows)
            source = self._scene.columns.get(source_of.get(text.name, ""))
            if text.look == "picture":
                units: tuple[int, ...] = (0,)
            elif text.look in PASSING and source is not None and len(source.units) == rows:
                units = source.units
            elif item.column.hidden:
                order = self._order.get(text.name)
                page = (order if order is not None else np.arange(text.units))[item.page * rows :][:rows]
                units = tuple(int(unit) for unit in page)
            else:
                units = tuple(range(rows))
            item.set_units(units)
            for index, neuron in enumerate(item.neurons):
                neuron.setVisible(index < len(units))
                neuron.cell = cells + index
            cells += rows if text.look != "dots" else 0
        self.atlas = TileAtlas(cells)
        for item in self._scene.columns.values():
            for neuron in item.neurons:
                neuron.atlas = self.atlas
        self._join()

    def _join(self) -> None:
        for bundle in self._scene.bundles:
            source, target = self._scene.columns[bundle.source], self._scene.columns[bundle.target]
            rows_in, rows_out = len(source.units), len(target.units)
            if target.text.look in PASSING and source.text.look != "picture":
                into, out = np.array(source.units), np.array(target.units)
                sources, targets = np.nonzero(into[:, None] + self._first_unit(bundle) == out[None, :])
            else:
                sources = np.tile(np.arange(rows_in), rows_out)
                targets = np.repeat(np.arange(rows_out), rows_in)
            bundle.connect(sources, targets)

    def _first_unit(self, bundle: EdgeBundleItem) -> int:
        """The unit of a joining layer at which the units of one that it reads begin."""
        assert self._scene.experiment is not None
        layer = self._scene.experiment.layer(bundle.target)
        if layer.inputs is None or layer.entry.equal_widths or bundle.source not in layer.inputs:
            return 0
        earlier = layer.inputs[: layer.inputs.index(bundle.source)]
        return sum(self._scene.columns[name].text.units for name in earlier if name in self._scene.columns)

    def sort(self, parameters: Mapping[str, Any]) -> bool:
        """Order the units of wide layers by their outgoing weights, once; True if an order was found."""
        reads = {bundle.source: bundle.target for bundle in self._scene.bundles}
        found = False
        for text in self._scene.texts:
            column = self._scene.columns[text.name].column
            if column is None or not column.hidden or text.name in self._order or text.kind == "output":
                continue
            target = reads.get(text.name, "")
            while target and self._scene.columns[target].text.look in PASSING:
                target = reads.get(target, "")
            order = strongest_first(parameters.get(f"{target}.weight"), text.units)
            if order is not None:
                self._order[text.name] = order
                found = True
        return found
