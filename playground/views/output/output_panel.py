"""The upper half of the right column: what the network answers, in the form that fits the data.

Views are made when they are first needed: the plotting library is loaded after the window is shown.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.experiment.model import Experiment
from playground.experiment.words import called
from playground.session.seeds import Seeds
from playground.session.snapshot import (
    ConfusionOutput,
    CurveOutput,
    MapOutput,
    Output,
    PredictedOutput,
    ReconstructionOutput,
    Snapshot,
    Wants,
)
from playground.session.uncertainty import (
    ImagesTogether,
    LineTogether,
    PlaneTogether,
    RecallTogether,
    RowsTogether,
    Together,
)
from playground.views.output.draw_bar import DrawBar
from playground.views.output.legend import Legend
from playground.views.output.samples import sample_title, sample_words
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.combo import Combo
from playground.views.widgets.control import HEIGHT, painter_of
from playground.views.widgets.numbers import measure
from playground.views.widgets.passing_menu import passing_menu
from playground.views.widgets.rows import Text
from playground.views.widgets.segments import Segments

MAP_MODES = (("probability", "Probability"), ("class", "Class"))
CONFUSION_MODES = (("confusion", "Confusion"), ("mistakes", "Mistakes"))
PLAIN = ("network", "Network")
SEEDS = ("seeds", "Seeds")
TOGETHER: dict[type[Output], type[Together]] = {
    MapOutput: PlaneTogether,
    CurveOutput: LineTogether,
    ConfusionOutput: RecallTogether,
    PredictedOutput: RowsTogether,
    ReconstructionOutput: ImagesTogether,
}


class OutputPanel(QWidget):
    """Map, curve, confusion matrix or predicted against observed; while a tile is hovered, that neuron."""

    edited = Signal(object, str, str)  # points that were drawn
    sampleChosen = Signal(int)  # noqa: N815 - a row of the data
    probeDragged = Signal(object)  # noqa: N815 - the point of the plane, or the line, to try

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Output")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._snapshot: Snapshot | None = None
        self._seeds: Seeds | None = None
        self._drawn: object = None
        self._unit: tuple[str, int] | None = None
        self._views: dict[str, Any] = {}
        self._pencils: list[tuple[Any, Any]] = []  # of each view: the one that draws, the one that probes
        self._probe: tuple[float, ...] = ()
        self._shown = ""
        self._has_modes = self._has_outputs = False
        self._names: tuple[str, ...] = ()
        self._legend_shown = False
        self._title = Text("Output", style="section")
        self._modes = Segments("Output view")
        self._modes.edited.connect(self._redraw)
        self._which = Combo("Which output")
        self._which.edited.connect(self._redraw)
        self._which.setFixedWidth(132)
        self._which.hide()
        self._legend = Legend()
        self.draw = DrawBar()
        self.draw.edited.connect(self.edited)
        tip = "The ten training samples with the largest loss"
        self._worst = TextButton("Worst", quiet=True, tip=tip)
        self._worst.clicked.connect(self._open_worst)
        self._wait = Text("The network’s answer appears here.", style="body", color="text-3")
        header = QHBoxLayout()
        header.setSpacing(8)
        header.addWidget(self._title, 1)
        header.addWidget(self._modes)
        header.addWidget(self._which)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 9, 16, 12)
        self._column.setSpacing(8)
        self._column.addLayout(header)
        self._column.addWidget(self._wait)
        self._column.addWidget(self._legend)
        below = QHBoxLayout()
        below.addWidget(self.draw)
        below.addStretch(1)
        below.addWidget(self._worst)
        self._column.addLayout(below)
        self._column.addStretch(1)
        self._title.setMinimumHeight(HEIGHT)
        self._modes.hide()
        self._legend.hide()

    # What every view has

    def wants(self) -> Wants:
        """The output, and the tiles while one of them is shown enlarged."""
        if not self.isVisible():
            return Wants()
        return Wants(output=True, tiles=self._unit is not None, losses=True)

    def set_experiment(self, experiment: Experiment) -> None:
        """Offer to draw on the data; everything else that is shown comes with the snapshots."""
        self.draw.set_experiment(experiment)

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what the network answers now."""
        self._snapshot = snapshot
        if self.isVisible():
            shown = snapshot.tiles if self._unit else snapshot.output
            if shown is not self._drawn or self._drawn is None:
                self._redraw()

    def show_seeds(self, seeds: Seeds | None) -> None:
        """What other seeds of the experiment on screen answer; None where nobody knows."""
        if seeds is not self._seeds:
            self._seeds, self._drawn = seeds, None
            if self.isVisible():
                self._redraw()

    def preview_unit(self, layer: str | None, index: int = 0) -> None:
        """Show one neuron's picture instead of the output; None goes back to the output."""
        unit = None if layer is None else (layer, index)
        if unit != self._unit:
            self._unit = unit
            self._redraw()

    def showEvent(self, event: object) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._redraw()

    # Drawing

    def _redraw(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if self._unit is not None and self._draw_unit(snapshot, *self._unit):
            self._drawn = snapshot.tiles
            return
        self._drawn = snapshot.output
        self._title.set_text("Output" if snapshot.instead is None else "Output, previewed")
        if snapshot.output is None or snapshot.prepared is None:
            self._show("")
        else:
            self._draw_output(snapshot.output, snapshot.prepared)

    def _draw_output(self, output: Output, prepared: Prepared) -> None:
        which = self._chosen_output(output, prepared)
        if isinstance(output, MapOutput):
            from playground.views.output.map_view import show_legend

            seeds = self._set_modes(MAP_MODES if prepared.task == "classes" else (), output)
            mode = "class" if self._modes.value() == "class" else "probability"
            self._view("map").show_seeds(seeds)
            self._view("map").show_output(output, prepared, mode, which)
            show_legend(self._legend, prepared, which, self._seed_count(seeds))
            self._show("map", legend=True)
        elif isinstance(output, CurveOutput):
            from playground.views.output import curve_view

            seeds = self._set_modes((), output)
            self._view("curve").show_seeds(seeds)
            self._view("curve").show_output(output, prepared)
            curve_view.show_legend(self._legend, self._seed_count(seeds))
            self._show("curve", legend=True)
        elif isinstance(output, ConfusionOutput):
            seeds = self._set_modes(CONFUSION_MODES, output)
            shown = "mistakes" if self._modes.value() == "mistakes" else "confusion"
            if seeds is not None:
                self._view("recall").show_recall(seeds)
            else:
                self._view(shown).show_output(output, prepared)
            self._show("recall" if seeds is not None else shown)
        elif isinstance(output, PredictedOutput):
            seeds = self._set_modes((), output)
            self._view("predicted").show_seeds(seeds)
            self._view("predicted").show_output(output, prepared, which)
            self._show("predicted")
        elif isinstance(output, ReconstructionOutput):
            seeds = self._set_modes((), output)
            if seeds is not None:
                self._view("reconstruction").show_seeds(seeds, prepared, self._seed_count(seeds))
            else:
                self._view("reconstruction").show_output(output, prepared)
            self._show("reconstruction")

    def _chosen_output(self, output: Output, prepared: Prepared) -> int:
        """Which of several predicted numbers is shown; the menu appears where there is a choice."""
        names = prepared.target_names
        self._has_outputs = len(names) > 1 and isinstance(output, MapOutput | PredictedOutput)
        if not self._has_outputs:
            return 0
        if names != self._names:
            self._names = names
            self._which.set_options(tuple((name, name.replace("_", " "), "") for name in names))
        if self._which.value() not in names:
            self._which.set_value(names[0])
        return names.index(self._which.value())

    def _draw_unit(self, snapshot: Snapshot, layer: str, index: int) -> bool:
        """Draw a neuron's tile; False while there is no picture of it."""
        tiles = snapshot.tiles
        values = tiles.layers.get(layer) if tiles is not None else None
        if tiles is None or values is None or not 0 <= index < len(values):
            return False
        self._title.set_text(f"{called(layer)}, {'feature' if layer == 'input' else 'neuron'} {index + 1}")
        scale = tiles.scale.get(layer, 1.0)
        domain = snapshot.prepared.domain if snapshot.prepared is not None else None
        if tiles.kind == "map" and domain is not None and len(domain) == 2:
            extent = (*domain[0], *domain[1])
            self._view("map").show_unit(values[index], scale, extent)
            self._show("map", modes=False)
        else:
            self._view("unit").show_unit(values[index], scale, tiles.kind)
            self._show("unit", modes=False)
        return True

    # Samples

    def _describe(self, row: int) -> str:
        """What is said of the sample that is pointed at."""
        snapshot = self._snapshot
        return sample_words(snapshot.prepared, snapshot.losses, row) if snapshot is not None else ""

    def worst_menu(self) -> QMenu:
        """The ten training samples with the largest loss; choosing one follows it."""
        menu, snapshot = passing_menu(self), self._snapshot
        if snapshot is not None and snapshot.losses is not None:
            for row, loss in snapshot.losses.worst:
                words = f"{sample_title(snapshot.prepared, row)}: loss {measure(loss)}"
                menu.addAction(words).triggered.connect(
                    lambda _on=False, row=row: self.sampleChosen.emit(row)
                )
        return menu

    def _open_worst(self) -> None:
        menu = self.worst_menu()
        menu.popup(self._worst.mapToGlobal(self._worst.rect().bottomLeft()))

    # Which view is on screen

    def _view(self, key: str) -> Any:
        if key not in self._views:
            view: Any = _made(key)
            self._views[key] = view
            if key not in ("unit", "recall"):
                view.sampleChosen.connect(self.sampleChosen)
            if key in ("map", "curve", "predicted"):
                view.describe = self._describe
            if key in ("map", "curve"):
                self._add_pencil(view)
            view.hide()
            self._column.insertWidget(2, view)
        return self._views[key]

    def _add_pencil(self, view: Any) -> None:
        from playground.views.output.pencil import Pencil

        pencil, probe = Pencil(view), Pencil(view)
        pencil.stroked.connect(self.draw.stroke)
        probe.stroked.connect(lambda x, y, _view, _end: self.probeDragged.emit((x, y)[: len(self._probe)]))
        self.draw.modeChanged.connect(self._take_pencils)
        self._pencils.append((pencil, probe))
        view.show_probe(self._probe, None)
        self._take_pencils()

    def _take_pencils(self, _draws: bool = False) -> None:
        """One pencil at a time: it drags the probe while there is one."""
        for pencil, probe in self._pencils:
            pencil.set_active(self.draw.draws and not self._probe)
            probe.set_active(bool(self._probe))
            (probe if self._probe else pencil).show_cursor()

    def show_probe(self, values: tuple[float, ...] | None, answer: float | None = None) -> None:
        """Mark the point that is tried, and let it be dragged; None for no point."""
        before, self._probe = self._probe, values or ()
        for key in ("map", "curve"):
            if key in self._views:
                self._views[key].show_probe(self._probe, answer)
        if len(before) != len(self._probe):
            self._take_pencils()

    def _set_modes(self, modes: tuple[tuple[str, str], ...], output: Output) -> Together | None:
        """Offer these, and other seeds where they are known; returns those if they are chosen."""
        seeds = self._seeds.together if self._seeds is not None else None
        if not isinstance(seeds, TOGETHER.get(type(output), ())):
            seeds = None
        if seeds is not None:
            modes = (*(modes or (PLAIN,)), SEEDS)
        if modes:
            self._modes.set_options(modes)
        self._has_modes = bool(modes)
        tip = f"Seeds: where {self._seed_count(seeds)} seeds of these settings disagree" if seeds else ""
        self._modes.setToolTip(tip)
        return seeds if self._modes.value() == SEEDS[0] else None

    def _seed_count(self, seeds: Together | None) -> int:
        """How many seeds are drawn."""
        return self._seeds.count if self._seeds is not None and seeds is not None else 0

    def _show(self, key: str, legend: bool = False, modes: bool = True) -> None:
        self._modes.setVisible(modes and self._has_modes and key != "")
        self._which.setVisible(modes and self._has_outputs and key != "")
        # While a neuron is shown the legend keeps its place, so that nothing below moves.
        keep = self._legend.sizePolicy()
        keep.setRetainSizeWhenHidden(self._unit is not None and self._legend_shown)
        self._legend.setSizePolicy(keep)
        self._legend.setVisible(legend)
        if self._unit is None:
            self._legend_shown = legend
        if key != self._shown or key == "":
            for name, view in self._views.items():
                if name != key:  # hide first: the panel must not grow for a moment
                    view.hide()
            if key:
                self._views[key].show()
            self._wait.setVisible(key == "")
            self._shown = key

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


def _made(key: str) -> QWidget:
    """The view of this name; those that plot are imported here, and not before."""
    if key == "map":
        from playground.views.output.map_view import MapView

        return MapView()
    if key == "curve":
        from playground.views.output.curve_view import CurveView

        return CurveView()
    if key == "predicted":
        from playground.views.output.predicted_view import PredictedView

        return PredictedView()
    if key == "reconstruction":
        from playground.views.output.reconstruction_view import ReconstructionView

        return ReconstructionView()
    if key == "recall":
        from playground.views.output.recall_strips import RecallStrips

        return RecallStrips()
    if key == "unit":
        from playground.views.output.unit_view import UnitView

        return UnitView()
    from playground.views.output.confusion_view import ConfusionView, MistakesView

    return MistakesView() if key == "mistakes" else ConfusionView()


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(OutputPanel, "spiral_three_arms")
