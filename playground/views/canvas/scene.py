"""The scene: items for the columns of one experiment, brought up to date by experiments and snapshots."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsScene

from playground.experiment import wiring
from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.session.snapshot import Snapshot
from playground.views.canvas.axes import AxesItem
from playground.views.canvas.chip_item import pieces_of
from playground.views.canvas.columns import ColumnText, columns_of
from playground.views.canvas.edge_item import EdgeBundleItem, OutwardItem
from playground.views.canvas.far_chip import FAR
from playground.views.canvas.filling import (
    fill_dropped,
    fill_held,
    fill_kernels,
    fill_tiles,
    fill_weights,
    sample_picture,
    shown_scale,
)
from playground.views.canvas.insert_zone import InsertItem
from playground.views.canvas.layer_item import LayerItem, name_width
from playground.views.canvas.layout import BOTTOM, CHIP_TOP, Arrangement, ColumnSize, arrange
from playground.views.canvas.marks import Marks
from playground.views.canvas.motion import Motion
from playground.views.canvas.notes import CalloutItem, EmptyItem, ProblemNotes
from playground.views.canvas.skip_item import SkipItem, headroom, lanes_of
from playground.views.canvas.sliding import Sliding
from playground.views.canvas.unit_rows import UnitRows


class CanvasScene(QGraphicsScene):
    """All items of the canvas. It knows nothing of mouse and keys; the view tells it what to show."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.experiment: Experiment | None = None
        self.texts: tuple[ColumnText, ...] = ()
        self.arrangement = Arrangement((), (), 0.0, 0.0, 0)
        self.columns: dict[str, LayerItem] = {}
        self.bundles: list[EdgeBundleItem] = []
        self.skips: list[SkipItem] = []
        self.headroom = 0.0  # above the columns, for skip connections
        self.inserts: list[InsertItem] = []
        self.short = False
        self.is_bare = False  # without the + between the columns
        self.has_images = True  # of the weights of units that see an image
        self.selected: tuple[str, int] = ("", -1)
        self.selected_skip: tuple[str, str] | None = None
        self.focused: tuple[str, int] | None = None
        self.focused_edge: tuple[int, int] | None = None  # bundle and edge that the keyboard has walked to
        self.callout = CalloutItem()
        self.outward = OutwardItem()
        self.empty = EmptyItem()
        self.notes = ProblemNotes(self)
        self.marks = Marks(self)
        self.axes = AxesItem(self)
        for item in (self.callout, self.outward, self.empty, self.axes):
            self.addItem(item)
        self._zoom = 1.0
        self._size = (864.0, 636.0)
        self._bottom = BOTTOM
        self._partly = False
        self._spread = 0.0
        self._rows = UnitRows(self)
        self._snapshot: Snapshot | None = None
        self._prepared: Prepared | None = None
        self._sliding = Sliding(self)
        self._widen = Motion(self, "base", self._spread_to)

    def update(self, *area: Any) -> None:
        """Paint all views anew.

        The scene alone would not do: it forgets about the whole when a part of a view is painted before its
        next turn of the event loop, and a column that has just faded in would stay unseen.
        """
        super().update(*area)
        for view in self.views():
            view.viewport().update()

    # Structure -----------------------------------------------------------------------------------

    def show_experiment(self, experiment: Experiment) -> None:
        """Rebuild what differs from the experiment shown before."""
        data_changed = self.experiment is None or self.experiment.data != experiment.data
        self.experiment = experiment
        if data_changed:
            self._prepared = None
        self._show_texts(columns_of(experiment, self._prepared))
        fill_held(self.bundles, self.columns, experiment)
        self.update()

    def _show_texts(self, texts: tuple[ColumnText, ...]) -> None:
        changed = self._make_skips()
        if texts == self.texts and not changed:
            return
        before = {text.name: text.units for text in self.texts}
        self.texts = texts
        names = [text.name for text in texts]
        self._sliding.remember(names)
        for text in texts:
            if text.name not in self.columns:
                item = LayerItem(text)
                self.columns[text.name] = item
                self.addItem(item)
            if before.get(text.name) != text.units:
                self._rows.forget(text.name)
                self.columns[text.name].page = 0
        self._make_bundles()
        self._make_inserts(len(texts) - 1)
        if self.selected[0] not in names:
            self.selected = ("", -1)
        self.focused = self.focused if self.focused and self.focused[0] in names else None
        moved = bool(before) and tuple(before) != tuple(names)
        self._arrange()
        self._sliding.run(moved)

    def _make_bundles(self) -> None:
        assert self.experiment is not None
        wanted: list[tuple[str, str]] = []
        before = "input"
        for layer in self.experiment.network.layers:
            source = before if layer.inputs is None or before in layer.inputs else layer.inputs[0]
            wanted.append((source if source in self.columns else before, layer.name))
            before = layer.name
        wanted.append((before, "output"))
        kept = {(bundle.source, bundle.target): bundle for bundle in self.bundles}
        for pair, bundle in kept.items():
            if pair not in wanted:
                self.removeItem(bundle)
        self.bundles = []
        for pair in wanted:
            if pair not in kept:
                kept[pair] = EdgeBundleItem(*pair)
                self.addItem(kept[pair])
            self.bundles.append(kept[pair])

    def _make_skips(self) -> bool:
        """Arcs for all skip connections into layers that join; True if there are others than before."""
        assert self.experiment is not None
        layers = self.experiment.network.layers
        joining = {layer.name for layer in layers if layer.entry.joins is not None}
        places = {"input": 0} | {layer.name: place for place, layer in enumerate(layers, 1)}
        wanted = [
            (source, target)
            for source, target in wiring.skips(layers)
            if target in joining and places.get(source, len(places)) < places[target]
        ]
        if wanted == [(skip.source, skip.target) for skip in self.skips]:
            return False
        for skip in self.skips:
            self.removeItem(skip)
        self.skips = [SkipItem(*pair) for pair in wanted]
        for skip in self.skips:
            self.addItem(skip)
        self.headroom = headroom(self._lanes())
        if self.selected_skip not in wanted:
            self.selected_skip = None
        return True

    def _lanes(self) -> list[int]:
        assert self.experiment is not None
        names = ["input", *(layer.name for layer in self.experiment.network.layers)]
        return lanes_of([(names.index(skip.source), names.index(skip.target)) for skip in self.skips])

    def _make_inserts(self, count: int) -> None:
        while len(self.inserts) > count:
            self.removeItem(self.inserts.pop())
        while len(self.inserts) < count:
            item = InsertItem(len(self.inserts))
            self.inserts.append(item)
            self.addItem(item)

    # Places --------------------------------------------------------------------------------------

    def resize(self, width: float, height: float, bottom: float, short: bool, partly: bool) -> None:
        """Lay everything out for a canvas of this size, `bottom` of it under the palette."""
        if (width, height, bottom, short, partly) != (*self._size, self._bottom, self.short, self._partly):
            self._size, self._bottom, self.short, self._partly = (width, height), bottom, short, partly
            self._arrange()

    def set_bare(self, bare: bool, images: bool = True) -> None:
        """Show no + between the columns, or show them again; with or without the images of weights."""
        self.is_bare, self.has_images = bare, images
        self._arrange()

    @property
    def is_far(self) -> bool:
        """True where the network is seen from too far away for its words to be read."""
        return self._zoom < FAR

    def see_from(self, zoom: float) -> None:
        """Say what can be read at this zoom; 1 is 100 %."""
        if zoom != self._zoom:
            before, self._zoom = self.is_far, zoom
            if before or self.is_far:
                self._see_columns()
                self.update()

    def _see_columns(self) -> None:
        columns = self.arrangement.columns
        for place, column in enumerate(columns):
            near = (*columns[max(0, place - 1) : place], *columns[place + 1 : place + 2])
            room = min((abs(other.x - column.x) for other in near), default=200.0) * self._zoom - 5.0
            self.columns[column.name].see_from_far(self._zoom, room if self.is_far else None)
        rise = min((item.chip.area().top() for item in self.columns.values()), default=CHIP_TOP) - CHIP_TOP
        for skip in self.skips:
            skip.setY(rise)
        between = len(columns) > 2 and not self.is_bare and not self.is_far
        for insert in self.inserts:
            insert.setVisible(between or insert.is_open)

    def natural_width(self, width: float, short: bool) -> float:
        """How wide the columns lie on a canvas of this width; more than that if they do not fit."""
        return arrange(self._sizes(), width, self._size[1], short=short).width

    def _sizes(self) -> list[ColumnSize]:
        return [
            ColumnSize(
                text.name,
                text.units,
                (pieces_of(text, 0)[1], pieces_of(text, 1)[1], pieces_of(text, 2)[1]),
                text.look,
                name_width(text),
                foot=26.0 if text.below and text.units > 1 else 0.0,
                is_output=text.kind == "output",
                is_input=text.kind == "input",
            )
            for text in self.texts
        ]

    def _arrange(self) -> None:
        if not self.texts:
            return
        self.arrangement = arrange(
            self._sizes(),
            *self._size,
            bottom=self._bottom,
            short=self.short,
            partly=self._partly,
            spread=self._spread,
        )
        for text, column in zip(self.texts, self.arrangement.columns, strict=True):
            item = self.columns[text.name]
            item.show_column(text, column, self.arrangement.form, self.has_images)
            item.setX(column.x)
        for insert, x in zip(self.inserts, self.arrangement.gaps, strict=True):
            insert.setX(x)
            insert.bottom = self._size[1] - self._bottom
        is_empty = len(self.texts) == 2
        self.empty.setVisible(is_empty and not any(insert.is_open for insert in self.inserts))
        self.empty.place(
            self.arrangement.gaps[0] if self.arrangement.gaps else 0.0, self._size[1] - self._bottom
        )
        self._see_columns()
        self._show_units()
        self.notes.place()
        self.marks.place()
        self._show_selection()
        self.update()

    def place_edges(self) -> None:
        """Let edges and skip connections end where the units are now."""
        for bundle in self.bundles:
            source, target = self.columns[bundle.source], self.columns[bundle.target]
            bundle.place(source.ends(bundle.sources, 1), target.ends(bundle.targets, -1))
        for skip, lane in zip(self.skips, self._lanes(), strict=True):
            skip.place(self.columns[skip.source].x(), self.columns[skip.target].x(), lane)
        output = self.columns["output"]
        if output.column is not None and len(output.neurons) == 1:
            start = QPointF(output.x() + output.column.tile / 2 + 5, output.column.rows[0])
            self.outward.place(start, QPointF(self.arrangement.width - 6, output.column.rows[0] * 0.58))
        else:
            self.outward.place(QPointF(), QPointF())

    # Motion --------------------------------------------------------------------------------------

    def open_gaps(self, legal: tuple[int, ...], nearest: int | None) -> None:
        """Show where a dragged block may be dropped; no legal gap closes them all."""
        was_open = any(insert.is_open for insert in self.inserts)
        for insert in self.inserts:
            insert.set_open(insert.gap in legal, insert.gap == nearest)
            insert.setVisible(insert.isVisible() or insert.is_open)
        if bool(legal) != was_open:
            self._widen.run(self._spread, 1.0 if legal else 0.0)

    def _spread_to(self, spread: float) -> None:
        self._spread = spread
        self._arrange()

    # Units ---------------------------------------------------------------------------------------

    def turn_page(self, name: str, by: int = 1) -> None:
        """Show the next units of a wide layer, or those before."""
        if self._rows.turn(name, by):
            self._sort_units()
            self._show_units()
            self._show_selection()
            self.update()

    def _sort_units(self) -> bool:
        return self._rows.sort(self._snapshot.parameters if self._snapshot is not None else {})

    def _show_units(self) -> None:
        self._choose_units()
        self.place_edges()

    def _choose_units(self) -> None:
        self._rows.choose()
        if self._snapshot is not None:
            self._fill(self._snapshot)

    # Snapshots -----------------------------------------------------------------------------------

    def show_snapshot(self, snapshot: Snapshot) -> QRectF:
        """Show the numbers of one moment; returns where that is seen."""
        last, self._snapshot = self._snapshot, snapshot
        self.marks.show(snapshot.checkup)
        current = self.experiment is not None and snapshot.experiment.data == self.experiment.data
        if snapshot.prepared is not None and current and snapshot.prepared is not self._prepared:
            self._prepared = snapshot.prepared
            assert self.experiment is not None
            self._show_texts(columns_of(self.experiment, self._prepared))
            self._show_picture()
        if last is not None and last.state == "running" and snapshot.state != "running":
            pages = [item for item in self.columns.values() if item.page]
            if not pages:
                self._rows.forget()
        if self._sort_units():
            self._show_units()
            self._show_selection()
        elif last is None or last.parameters is not snapshot.parameters or last.tiles is not snapshot.tiles:
            is_new = last is None or last.tiles is not snapshot.tiles
            self._fill(snapshot, with_tiles=is_new)
        else:
            return QRectF()
        return self._live_part()

    def _live_part(self) -> QRectF:
        """The part of the scene that follows the training: edges and tiles, not the words around them."""
        part = QRectF()
        for bundle in self.bundles:
            part |= bundle.boundingRect()
        for item in self.columns.values():
            for neuron in item.neurons[:1] + item.neurons[-1:]:
                part |= neuron.sceneBoundingRect()
        return part

    def scale_of(self, name: str) -> float | None:
        """The activation that is drawn in full colour; None before the first pictures."""
        tiles = self._snapshot.tiles if self._snapshot is not None else None
        return shown_scale(tiles, name) if tiles is not None else None

    def refresh(self) -> None:
        """Paint everything anew, after a change of colours."""
        if self._snapshot is not None:
            self._fill(self._snapshot)
            self._show_picture()
        for item in self.items():
            item.update()

    def _fill(self, snapshot: Snapshot, with_tiles: bool = True) -> None:
        if self.experiment is not None:
            fill_held(self.bundles, self.columns, self.experiment)
        fill_weights(self.bundles, self.columns, snapshot.parameters)
        fill_kernels(self.columns, snapshot.parameters)
        fill_dropped(self.columns, snapshot.dropped)
        if with_tiles and snapshot.tiles is not None:
            fill_tiles(self.columns, self._rows.atlas, snapshot.tiles)

    def _show_picture(self) -> None:
        """The image at the input: the first training sample."""
        item = self.columns["input"]
        is_picture = item.text.look == "picture" and self._prepared is not None
        picture = sample_picture(self._prepared) if is_picture and self._prepared is not None else None
        for neuron in item.neurons:
            neuron.picture = picture
        self.update()

    # Selection -----------------------------------------------------------------------------------

    def select(self, name: str, unit: int) -> None:
        """Mark a column and perhaps one of its units."""
        self.selected, self.selected_skip = (name, unit), None
        self._show_selection()

    def select_skip(self, source: str, target: str) -> None:
        """Mark a skip connection."""
        self.selected, self.selected_skip = ("", -1), (source, target)
        self._show_selection()

    def focus(self, place: tuple[str, int] | None) -> None:
        """Put the focus ring on a chip (unit −1), a unit, or nothing."""
        self.focused = place
        self._show_selection()

    def _show_selection(self) -> None:
        for skip in self.skips:
            skip.is_selected = (skip.source, skip.target) == self.selected_skip
        for name, item in self.columns.items():
            item.select(name == self.selected[0], self.selected[1])
            item.chip.mark(is_focused=self.focused == (name, -1))
            for neuron in item.neurons:
                neuron.is_focused = self.focused == (name, neuron.unit)
        self.update()
