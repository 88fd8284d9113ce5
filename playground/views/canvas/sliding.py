"""Columns that come, go and make room: they slide to their new places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playground.views.canvas.layer_item import LayerItem
from playground.views.canvas.motion import Motion

if TYPE_CHECKING:
    from playground.views.canvas.scene import CanvasScene


class Sliding:
    """The way of each column from where it stood before; new ones appear, others fade."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._from: dict[str, float] = {}
        self._leaving: list[LayerItem] = []
        self._motion = Motion(scene, "slow", self._move, self._end)

    def remember(self, names: list[str]) -> None:
        """Note where the columns stand that stay; those that are not among these names leave."""
        columns = self._scene.columns
        self._from = {name: item.x() for name, item in columns.items() if name in names}
        for name in [name for name in columns if name not in names]:
            self._leaving.append(columns.pop(name))

    def run(self, moved: bool) -> None:
        """Slide, or be there at once."""
        if moved:
            self._motion.run(0.0, 1.0)
        else:
            self._motion.stop()
            self._end()

    def _move(self, done: float) -> None:
        for column in self._scene.arrangement.columns:
            item = self._scene.columns[column.name]
            if column.name in self._from:
                item.setX(self._from[column.name] + (column.x - self._from[column.name]) * done)
            else:
                item.setOpacity(done)
        for item in self._leaving:
            item.setOpacity(1.0 - done)
        for insert in self._scene.inserts:
            insert.setOpacity(done)
        for bundle in self._scene.bundles:
            is_new = bundle.source not in self._from or bundle.target not in self._from
            bundle.setOpacity(done if is_new else 1.0)
        self._scene.place_edges()
        self._scene.update()

    def _end(self) -> None:
        for item in self._leaving:
            self._scene.removeItem(item)
        self._leaving = []
        for insert in self._scene.inserts:
            insert.setOpacity(1.0)
        for column in self._scene.arrangement.columns:
            self._scene.columns[column.name].setOpacity(1.0)
            self._scene.columns[column.name].setX(column.x)
        for bundle in self._scene.bundles:
            bundle.setOpacity(1.0)
        self._scene.place_edges()
        self._scene.update()
