"""What lies under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF

from playground.views.canvas.chip_item import zone_at
from playground.views.canvas.scene import CanvasScene

Kind = Literal["", "chip", "port", "skip", "tile", "more", "insert", "start", "edge", "column"]
PORT = 11.0  # how far around its middle a port is hit


@dataclass(frozen=True)
class Hit:
    """One thing on the canvas. `unit` is −1 where no unit is meant; `zone` is a part of a chip.

    A skip connection leads from `source` to `name`.
    """

    kind: Kind = ""
    name: str = ""
    unit: int = -1
    zone: str = ""
    gap: int = -1
    bundle: int = -1
    edge: int = -1
    source: str = ""


def hit(scene: CanvasScene, point: QPointF) -> Hit:
    """The topmost thing at a point of the scene."""
    x, y = point.x(), point.y()
    for column in scene.arrangement.columns[:-1] if not scene.is_far else ():
        middle = column.chip.x + column.chip.width / 2
        if abs(x - middle) <= PORT and column.chip.y - PORT <= y < column.chip.y + 5:
            return Hit("port", column.name)
    for column in scene.arrangement.columns:
        item = scene.columns[column.name]
        if item.chip.area().adjusted(-2, -2, 2, 2).contains(x - column.x, y):
            zone = "title" if scene.is_far else zone_at(item.text, item.chip.form, x - column.chip.x)
            return Hit("chip", column.name, zone=zone)
    for skip in reversed(scene.skips):
        if skip.contains_point(x, y):
            return Hit("skip", skip.target, source=skip.source)
    found = _start(scene, x, y) or _insert(scene, x, y) or _tile(scene, x, y)
    return found or _edge(scene, x, y) or _column(scene, x, y) or Hit()


def _start(scene: CanvasScene, x: float, y: float) -> Hit | None:
    place = scene.empty.pos()
    inside = scene.empty.isVisible() and scene.empty.button().contains(x - place.x(), y - place.y())
    return Hit("start") if inside else None


def _insert(scene: CanvasScene, x: float, y: float) -> Hit | None:
    for insert in scene.inserts:
        if insert.isVisible() and insert.contains_point(x - insert.x(), y):
            return Hit("insert", gap=insert.gap)
    return None


def _tile(scene: CanvasScene, x: float, y: float) -> Hit | None:
    for column in scene.arrangement.columns:
        item = scene.columns[column.name]
        for row, unit in enumerate(item.units[: len(column.rows)]):
            tile, beside = column.tile_box(row), item.kernel_room  # the image of its weights belongs to it
            if tile._replace(x=tile.x - beside, width=tile.width + beside).contains(x, y, 3.0):
                return Hit("tile", column.name, unit)
        more = item.more.area().adjusted(-1, -1, 1, 1)
        if column.more is not None and more.contains(x - column.x, y):
            return Hit("more", column.name)
    return None


def _edge(scene: CanvasScene, x: float, y: float) -> Hit | None:
    for index, bundle in enumerate(scene.bundles):
        edge = bundle.nearest(x, y)
        if edge is not None:
            return Hit("edge", bundle.target, bundle=index, edge=edge)
    return None


def _column(scene: CanvasScene, x: float, y: float) -> Hit | None:
    for column in scene.arrangement.columns:
        if column.body.contains(x, y):
            return Hit("column", column.name)
    return None
