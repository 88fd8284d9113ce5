"""What slow motion paints over the canvas: numbers in the neurons, the edges at work, the formula beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTextDocument
from PySide6.QtWidgets import QGraphicsItem, QWidget

from playground.session.snapshot import LayerSheet, MicroStep
from playground.views.canvas.drawn import edge_of
from playground.views.canvas.edge_item import EdgeBundleItem
from playground.views.canvas.layer_item import LayerItem
from playground.views.canvas.marks import mark_box
from playground.views.canvas.neuron_item import NeuronItem
from playground.views.canvas.scene import CanvasScene
from playground.views.output.confusion_view import readable_on
from playground.views.slow_motion.callout import MARGIN, place_callout
from playground.views.slow_motion.leader import find_leader
from playground.views.slow_motion.numbers import plain
from playground.views.slow_motion.walk import Followed, Walk
from playground.views.theme import theme
from playground.views.widgets.control import rounded, text_width, write

MOST_CHIPS = 8  # weights that are written on the edges at work
WIDEST, WIDE_PILL = 560.0, 96.0  # the formula, and a δ
RING = 2.2  # the frame around a neuron at work
ASIDE = 34.0  # from a neuron to where the formula is looked for
TOP = 66.0  # of the canvas, below the chips
Place = tuple[str, int]


def box_of(neuron: NeuronItem) -> QRectF:
    """The box around a neuron in which its number stands; it covers the tile."""
    if neuron.look == "dot":
        return QRectF(-22, -11, 44, 22)
    side, width = neuron.side, max(neuron.side + 12, 60.0)
    left = {-1: -side / 2 - 2, 1: side / 2 + 2 - width}.get(neuron.named_on, -width / 2)
    return QRectF(left, -(side + 8) / 2, width, side + 8)


class StageItem(QGraphicsItem):
    """Painted above all columns, in the scene's coordinates."""

    def __init__(self, scene: CanvasScene, walk: Walk) -> None:
        super().__init__()
        self._scene, self._walk = scene, walk
        self.formula = QTextDocument()
        self.formula.setDocumentMargin(14)
        self.unit = 0  # whose numbers the formula has
        self.picture: QImage | None = None  # the sample, where the inputs are an image
        self.setZValue(40)

    def boundingRect(self) -> QRectF:
        """The whole arrangement."""
        arrangement = self._scene.arrangement
        return QRectF(-60, 0, arrangement.width + 120, arrangement.height)

    def set_formula(self, html: str) -> None:
        """What stands in the callout; "" for none."""
        self.formula.setDefaultFont(theme().font("section", 400))
        self.formula.setTextWidth(-1)
        color = theme().color("text").name()
        self.formula.setHtml(f'<div style="color:{color}">{html}</div>' if html else "")
        self.formula.setTextWidth(min(WIDEST, self.formula.idealWidth() + 2))

    # Values --------------------------------------------------------------------------------------

    def _value(self, layer: str, unit: int) -> float | None:
        """A neuron's number, None before its turn."""
        motion = self._walk.motion
        if motion is None or not self._walk.known("forward", layer, unit):
            return None
        values = motion.inputs if layer == "input" else motion.layers[layer].post
        return float(values[unit, 0]) if unit < len(values) else None

    def _delta(self, layer: str, unit: int) -> float | None:
        sheet = self._walk.motion.layers.get(layer) if self._walk.motion is not None else None
        if sheet is None or not self._walk.known("backward", layer, unit):
            return None
        values = sheet.delta if sheet.delta is not None else sheet.arriving
        return float(values[unit, 0]) if values is not None and unit < len(values) else None

    def _scale(self, layer: str) -> float:
        motion = self._walk.motion
        assert motion is not None
        values = motion.inputs if layer == "input" else motion.layers[layer].post
        return max(1.0, float(np.nanmax(np.abs(values[:, 0]), initial=0.0)))

    def _neurons(self) -> Iterator[tuple[str, LayerItem, NeuronItem, QPointF]]:
        for name, item in self._scene.columns.items():
            known = self._walk.motion is not None and (name == "input" or name in self._walk.motion.layers)
            for neuron in item.neurons if known else ():
                if neuron.isVisible() and neuron.look != "picture":
                    yield name, item, neuron, item.pos() + neuron.pos()

    # Painting ------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: Any, widget: QWidget | None = None) -> None:
        """Edges at work, numbers, δ, the formula."""
        if self._walk.motion is None or self._walk.now is None:
            return
        self._paint_edges(painter, self._walk.now)
        self._paint_picture(painter)
        for name, _item, neuron, place in self._neurons():
            self._paint_neuron(painter, name, neuron, place)
        self._paint_chips(painter, self._walk.now)
        self._paint_formula(painter)

    def _paint_picture(self, painter: QPainter) -> None:
        """The image that is followed, in place of the one that stands for all."""
        item = self._scene.columns.get("input")
        if item is None or item.text.look != "picture" or self.picture is None:
            return
        for neuron in item.neurons:
            place, half = item.pos() + neuron.pos(), neuron.side / 2
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(QRectF(place.x() - half, place.y() - half, 2 * half, 2 * half), self.picture)

    def _active(self, name: str, unit: int) -> bool:
        now = self._walk.now
        return now is not None and now.layer == name and now.unit in (unit, -1) and now.phase != "loss"

    def _paint_neuron(self, painter: QPainter, name: str, neuron: NeuronItem, place: QPointF) -> None:
        box = box_of(neuron).translated(place)
        value = self._value(name, neuron.unit)
        around = min(3.0, (self._pitch(name) - box.height() - RING) / 2)  # not over the neighbour's frame
        rounded(painter, box.adjusted(-3, -around, 3, around), 10, theme().color("canvas"))
        if neuron.mark:
            covered = mark_box(neuron.side, neuron.mark).translated(place).adjusted(-1, -1, 1, 1)
            painter.fillRect(covered, theme().color("canvas"))
        fill, ink = theme().color("field"), theme().color("text-3")
        if value is not None:
            level = float(np.clip(np.nan_to_num(value / self._scale(name)), -1, 1)) * 0.85
            fill = QColor.fromRgb(int(theme().lut("diverging")[int((level + 1) * 127.5)]))
            ink = readable_on(fill)
        rounded(painter, box, 8, fill)
        active = self._active(name, neuron.unit)
        painter.setPen(QPen(theme().color("ink" if active else "border-strong"), RING if active else 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 8, 8)
        if value is not None:
            painter.setPen(ink)
            wide = neuron.look != "dot" and text_width(plain(value), "stat") < box.width() - 4
            painter.setFont(theme().font("stat" if wide else "body", 600))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), plain(value))
        self._paint_delta(painter, name, neuron, box)
        if name == "output" and self._walk.state("loss") != "next":
            self._paint_target(painter, neuron.unit, box)

    def _paint_target(self, painter: QPainter, unit: int, box: QRectF) -> None:
        """What was wanted, below an output."""
        motion = self._walk.motion
        assert motion is not None
        if self._pitch("output") < box.height() + 46 or unit >= len(motion.wanted):
            return
        words = f"target y = {plain(float(motion.wanted[unit, 0]))}"
        place = QRectF(box.center().x() - 80, box.bottom() + 25, 160, 18)
        rounded(painter, place.adjusted(30, -22, -30, 0), 4, theme().color("canvas"))
        write(painter, place, words, "body", "text-2", align=Qt.AlignmentFlag.AlignHCenter)
        self._paint_delta(painter, "output", self._scene.columns["output"].neurons[0], box)

    def _paint_delta(self, painter: QPainter, name: str, neuron: NeuronItem, box: QRectF) -> None:
        delta, pill = self._delta(name, neuron.unit), self._delta_box(name, neuron, box)
        if delta is None or pill is None:
            return
        if self._pitch(name) >= 1e9:  # alone: the caption below it makes room
            caption = QRectF(box.center().x() - 82, box.bottom() + 3, 164, 20)
            rounded(painter, caption, 4, theme().color("canvas"))
        rounded(painter, pill, 6, theme().color("raised"), theme().color("grad"))
        write(
            painter,
            pill,
            self._delta_words(name, delta),
            "label",
            "grad",
            align=Qt.AlignmentFlag.AlignHCenter,
        )

    def _pill(self, name: str, text: str, box: QRectF) -> QRectF:
        """Below a neuron's box if there is room, else beside it, inside the canvas."""
        width = text_width(text, "label") + 16
        pill = QRectF(box.center().x() - width / 2, box.bottom() + 3, width, 20)
        if self._pitch(name) < box.height() + 26:
            pill.moveTo(box.right() + 3, box.center().y() - 10)
            if box.right() + WIDE_PILL > self._scene.arrangement.width:
                pill.moveRight(box.left() - 3)
        return pill

    def _pitch(self, name: str) -> float:
        column = self._scene.columns[name].column
        rows = column.rows if column is not None else ()
        return rows[1] - rows[0] if len(rows) > 1 else 1e9

    # Edges ---------------------------------------------------------------------------------------

    def _bundle(self, layer: str) -> EdgeBundleItem | None:
        return next((bundle for bundle in self._scene.bundles if bundle.target == layer), None)

    def edge_of(self, followed: Followed) -> tuple[EdgeBundleItem, int] | None:
        """The edge on the canvas that stands for a weight; None where it is not shown."""
        found = edge_of(self._scene, followed.layer, followed.unit, followed.source)
        return (self._scene.bundles[found[0]], found[1]) if found is not None else None

    def _edges_into(self, layer: str, unit: int) -> list[tuple[EdgeBundleItem, int]]:
        bundle = self._bundle(layer)
        if bundle is None or bundle.weights is None or not len(bundle.points):
            return []
        units = self._scene.columns[layer].units
        rows = [units.index(unit)] if unit in units else list(range(len(units))) if unit < 0 else []
        return [(bundle, int(edge)) for edge in np.flatnonzero(np.isin(bundle.targets, rows))]

    def _edges_out_of(self, layer: str, unit: int) -> list[tuple[EdgeBundleItem, int]]:
        units = self._scene.columns[layer].units
        if unit not in units:
            return []
        row = units.index(unit)
        own = [b for b in self._scene.bundles if b.source == layer and b.weights is not None]
        rows = ((b, np.flatnonzero(b.sources == row)) for b in own if len(b.points))
        return [(bundle, int(edge)) for bundle, edges in rows for edge in edges]

    def _at_work(self, now: MicroStep) -> list[tuple[EdgeBundleItem, int]]:
        if now.phase == "loss" or now.layer not in self._scene.columns:
            return []
        if now.phase == "backward" and now.layer != "output":
            return self._edges_out_of(now.layer, now.unit)
        return self._edges_into(now.layer, now.unit)

    def _paint_edges(self, painter: QPainter, now: MicroStep) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        backward = now.phase == "backward"
        for bundle, edge in self._at_work(now):
            assert bundle.weights is not None
            token = "grad" if backward else "neg" if bundle.weights[edge] < 0 else "pos"
            self._paint_edge(painter, bundle.points[edge], token, 2.6, backward and now.layer != "output")
        if self._walk.followed is not None:
            found = self.edge_of(self._walk.followed)
            if found is not None:
                self._paint_edge(painter, found[0].points[found[1]], "ink", 2.2, False)

    def _paint_edge(
        self, painter: QPainter, points: NDArray[np.float64], token: str, width: float, arrow: bool
    ) -> None:
        painter.setPen(theme().pen(token, width))
        painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points.tolist()]))
        if arrow:  # towards the unit that the error comes back to
            tip, behind = points[len(points) // 3], points[len(points) // 3 + 2]
            along = (behind - tip) / max(1e-9, float(np.hypot(*(behind - tip))))
            across = np.array([-along[1], along[0]])
            wings = [tip + 9 * along + 5.5 * across, tip, tip + 9 * along - 5.5 * across]
            painter.drawPolyline(QPolygonF([QPointF(*wing.tolist()) for wing in wings]))

    def _paint_chips(self, painter: QPainter, now: MicroStep) -> None:
        followed = self._walk.followed
        marked = self.edge_of(followed) if followed is not None else None
        edges = self._at_work(now) if now.unit >= 0 else []
        for bundle, edge in edges if len(edges) <= MOST_CHIPS else []:
            if marked is None or (bundle, edge) != marked:
                share = {"forward": 0.36, "update": 0.56}.get(now.phase, 0.62)
                share = 0.36 if now.phase == "backward" and now.layer == "output" else share
                self._paint_chip(painter, bundle, edge, share, followed=False)
        if marked is not None:
            self._paint_chip(painter, *marked, 0.5, followed=True)

    def _paint_chip(
        self, painter: QPainter, bundle: EdgeBundleItem, edge: int, share: float, followed: bool
    ) -> None:
        value = self._weight(bundle, edge)
        if value is None:
            return
        text = f"w = {plain(value)}" if followed else plain(value)
        width = text_width(text, "label") + 14
        chip = self._chip_box(bundle, edge, share, width)
        if followed:
            ways = (self._chip_box(bundle, edge, at, width) for at in (share, 0.42, 0.58, 0.34, 0.66))
            numbers = list(self._numbers())
            chip = next((box for box in ways if not any(box.intersects(n) for n in numbers)), chip)
            rounded(painter, chip, 6, theme().color("ink"))
            write(painter, chip, text, "label", "on-ink", align=Qt.AlignmentFlag.AlignHCenter)
        else:
            rounded(painter, chip, 6, theme().color("raised"), theme().color("border"))
            color = "neg-text" if value < 0 else "pos-text"
            write(painter, chip, text, "label", color, align=Qt.AlignmentFlag.AlignHCenter)

    @staticmethod
    def _chip_box(bundle: EdgeBundleItem, edge: int, share: float, width: float) -> QRectF:
        """A chip around a point that lies this share of the way along an edge."""
        x, y = bundle.points[edge, int(share * (bundle.points.shape[1] - 1))].tolist()
        return QRectF(x - width / 2, y - 11, width, 22)

    def _weight(self, bundle: EdgeBundleItem, edge: int) -> float | None:
        """The weight as it stands on the walk: a new one once it has been moved."""
        motion = self._walk.motion
        sheet: LayerSheet | None = motion.layers.get(bundle.target) if motion is not None else None
        if sheet is None or sheet.weight is None:
            return None
        unit = self._scene.columns[bundle.target].units[int(bundle.targets[edge])]
        source = self._scene.columns[bundle.source].units[int(bundle.sources[edge])]
        moved = sheet.update.after.get("weight") if self._walk.known("update", bundle.target, unit) else None
        values = sheet.weight if moved is None else moved
        return float(values[unit, source]) if unit < values.shape[0] and source < values.shape[1] else None

    # Formula -------------------------------------------------------------------------------------

    def _anchor(self) -> QPointF | None:
        """What the formula speaks of: a unit, or the followed edge while it is moved."""
        now = self._walk.now
        assert now is not None
        edges = self._edges_into(now.layer, now.unit) if now.phase in ("backward", "update") else []
        followed = self._walk.followed
        if followed is not None and (now.layer, now.unit) == (followed.layer, followed.unit) and edges:
            found = self.edge_of(followed)
            if found is not None:
                points = found[0].points[found[1]]
                return QPointF(*points[int(0.72 * (len(points) - 1))].tolist())
        for name, _item, neuron, place in self._neurons():
            if name == now.layer and neuron.unit == self.unit:
                box = box_of(neuron).translated(place)
                return QPointF(box.right() if now.phase == "backward" else box.left(), box.center().y())
        return None

    def formula_box(self, anchor: QPointF | None) -> QRectF:
        """Where the formula stands, near what it speaks of."""
        width, height = self._scene.arrangement.width, self._scene.arrangement.height
        area = QRectF(MARGIN, TOP, width - 2 * MARGIN, height - TOP - 4.0)
        near = anchor + self._aside() if anchor is not None else None
        return place_callout(self.formula.size(), area, near, self._kept())

    def _paint_formula(self, painter: QPainter) -> None:
        if self.formula.isEmpty():
            return
        box = self.formula_box(self._anchor())
        for spread in (8, 5, 2) if theme().name == "light" else ():
            shadow = box.adjusted(-spread, 2 - spread, spread, 4 + spread)
            rounded(painter, shadow, 12, theme().color("ink", 0.02))
        leader = self.leader(box)
        if leader is not None:
            self._paint_leader(painter, leader)
        rounded(painter, box, 9, theme().color("raised"))
        painter.setPen(QPen(theme().color("ink"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 9, 9)
        painter.save()
        painter.translate(box.topLeft())
        self.formula.drawContents(painter)
        painter.restore()

    def leader(self, box: QRectF) -> QPainterPath | None:
        """The line from the formula to what it speaks of, on any side; None where that is not seen."""
        anchor = self._anchor()
        if anchor is None:
            return None
        now, ends, numbers = self._walk.now, [anchor], list(self._numbers())
        for name, _item, neuron, place in self._neurons():
            unit = box_of(neuron).translated(place)
            if now is not None and name == now.layer and _on_border(unit, anchor):
                whole = unit.united(self._delta_box(name, neuron, unit) or unit)
                ends = [QPointF(x, unit.center().y()) for x in (whole.left(), whole.right())]
                ends += [QPointF(unit.center().x(), y) for y in (whole.top(), whole.bottom())]
                break
        return find_leader(box, ends, numbers)

    def _numbers(self) -> Iterator[QRectF]:
        """All numbers and words that the leader should not cross."""
        for name, _item, neuron, place in self._neurons():
            box = box_of(neuron).translated(place)
            yield box
            delta = self._delta_box(name, neuron, box)
            if delta is not None:
                yield delta
        for item in self._scene.columns.values():
            if item.more.isVisible():
                yield item.more.area().translated(item.pos())
            elif item.text.below and item.column is not None and item.column.rows:
                foot = item.column.rows[-1] + item.column.tile / 2 + 8
                yield QRectF(item.x() - 45, foot, 90, 16)

    def _delta_box(self, name: str, neuron: NeuronItem, box: QRectF) -> QRectF | None:
        """Where the δ of a neuron stands; None before its turn."""
        delta = self._delta(name, neuron.unit)
        if delta is None or neuron.look == "dot":
            return None
        return self._pill(name, self._delta_words(name, delta), box)

    def _delta_words(self, name: str, delta: float) -> str:
        """δ is the slope at a weighted sum; what comes back to a norm, say, has another name."""
        motion = self._walk.motion
        own = motion is not None and motion.layers[name].delta is not None
        return f"δ = {plain(delta)}" if own else plain(delta)

    def _aside(self) -> QPointF:
        back = self._walk.now is not None and self._walk.now.phase == "backward"
        return QPointF(ASIDE if back else -ASIDE, 0.0)

    def _kept(self) -> Iterator[tuple[QRectF, float]]:
        """What the formula should leave in sight: neurons, the ones at work above all, and what stands by."""
        for name, _item, neuron, place in self._neurons():
            box = box_of(neuron).translated(place)
            yield box, 20.0 if self._active(name, neuron.unit) else 1.0
            delta = self._delta_box(name, neuron, box)
            if delta is not None:
                yield delta, 1.0
                yield box.translated(0, 46 if name == "output" else 0), 1.0  # and the target below it
        for item in self._scene.columns.values():
            if item.more.isVisible():
                yield item.more.area().translated(item.pos()), 1.0
        for bundle, edge in self._at_work(self._walk.now)[:MOST_CHIPS] if self._walk.now is not None else ():
            for x, y in bundle.points[edge, ::4].tolist():
                yield QRectF(x - 5, y - 5, 10, 10), 2.0

    @staticmethod
    def _paint_leader(painter: QPainter, path: QPainterPath) -> None:
        painter.setPen(QPen(theme().color("ink"), 1.4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.setBrush(theme().color("ink"))
        painter.drawEllipse(path.currentPosition(), 3.2, 3.2)


def _on_border(unit: QRectF, anchor: QPointF) -> bool:
    return anchor.x() in (unit.left(), unit.right()) and unit.contains(anchor)
