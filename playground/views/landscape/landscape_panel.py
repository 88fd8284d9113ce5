"""The sheet of the loss landscape: which plane, the map, and what it shows in words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes
from playground.experiment.words import called
from playground.session.landscape import MOST_ROWS, MOST_WEIGHTS, Landscape, Place, Slice
from playground.session.snapshot import Snapshot, Wants
from playground.views.canvas.saying import aloud
from playground.views.landscape.landscape_map import LandscapeMap, Scale
from playground.views.maths.notation import Place as Edge
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.numbers import measure
from playground.views.widgets.rows import Paragraph, Text, side_by_side
from playground.views.widgets.segments import Segments

HOW = "Click an edge on the canvas, or walk to it with W and press X."
PLANES = (("random", "Random"), ("path", "Path so far"), ("weights", "Two weights"))


class LandscapePanel(QWidget):
    """Shows the loss around the present weights, measured anew while training goes on."""

    edited = Signal(object, str, str)  # no edits; every view has it
    looked = Signal(object)  # along which weights, while they are looked along: Places of edges

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._seed = 1
        self._large = False
        self._samples = 0  # training samples in all
        self._places: tuple[Place, ...] = ()
        self._shown: Landscape | None = None
        self._kind = Segments("Plane", PLANES)
        self._kind.edited.connect(lambda *_: self._choose())
        self._again = TextButton("Other directions", quiet=True, tip="Draw two other random directions")
        self._again.clicked.connect(self._draw_again)
        self.map = LandscapeMap()
        self._scale = Scale()
        self._loss = Text("", style="label")
        self._hint = Paragraph(style="label")
        self._axes = Text("", style="label", color="text-3")
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 6, 16, 16)
        column.setSpacing(8)
        for part in (self._kind, self.map, self._scale, self._loss, self._axes, self._hint):
            column.addWidget(part)
        column.addWidget(side_by_side(self._again, QWidget(), stretch=1))
        column.addStretch(1)
        self._choose()

    # What every view has

    def wants(self) -> Wants:
        """The chosen plane, while visible."""
        return Wants(landscape=self.asked()) if self.isVisible() else Wants()

    def showEvent(self, event: QShowEvent) -> None:
        """The weights that it looks along are marked."""
        super().showEvent(event)
        self._mark()

    def hideEvent(self, event: QHideEvent) -> None:
        """They are marked no longer."""
        super().hideEvent(event)
        self._mark()

    def _mark(self) -> None:
        seen = self.isVisible() and self._kind.value() == "weights"
        places = self._places if seen else ()
        self.looked.emit(tuple(Edge(name.partition(".")[0], *at) for name, at in places))

    def set_experiment(self, experiment: Experiment) -> None:
        """Weights that are gone cannot be looked along."""
        names = {layer.name for layer in experiment.network.layers} | {"output"}
        self._large = shapes(experiment).parameter_count > MOST_WEIGHTS
        self._places = tuple(place for place in self._places if place[0].partition(".")[0] in names)
        self._choose()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Draw what has been measured."""
        shown = snapshot.landscape
        if shown is None or shown is self._shown or shown.asked != self.asked():
            return
        self._shown = shown
        self.map.show_landscape(shown)
        self._scale.show_values(shown.values)
        self._loss.set_text(f"Loss {measure(shown.centre)} in the middle, at step {shown.steps:,}")
        self._axes.set_text(self._words(shown))
        self._samples = len(snapshot.prepared.train) if snapshot.prepared is not None else 0
        self._say_hint()

    # Choosing

    def asked(self) -> Slice:
        """The plane to measure."""
        kind = self._kind.value()
        seed = self._seed if kind == "random" else 1
        return Slice(kind, seed, self._places if kind == "weights" else ())

    def choose_weight(self, layer: str, unit: int, source: int) -> None:
        """Look along this weight, and along the one chosen before it."""
        place: Place = (f"{layer}.weight", (unit, source))
        if place not in self._places:
            self._places = (*self._places, place)[-2:]
            self._choose()

    def look_along_weights(self) -> None:
        """Turn to the plane of the two chosen weights."""
        self._kind.set_value("weights")
        self._choose()
        self._tell()

    def _tell(self) -> None:
        """Say aloud what was chosen: the keyboard is on the canvas then."""
        both = " and ".join(_spoken(place) for place in self._places)
        words = f"Loss along {both}" if len(self._places) == 2 else self._hint.text()
        self.setAccessibleDescription(words)
        aloud(self, words)

    def _draw_again(self) -> None:
        self._seed += 1
        self._choose()

    def _choose(self) -> None:
        self._again.setVisible(self._kind.value() == "random")
        self._mark()
        self._say_hint()
        if self._shown is not None and self._shown.asked != self.asked():
            self._shown = None
            self.map.show_landscape(None)
            self._loss.set_text("")
            self._axes.set_text("")

    def _say_hint(self) -> None:
        missing = self._kind.value() == "weights" and len(self._places) < 2
        hint = f"{self._chosen()}{HOW}" if missing else ""
        if self._large:
            hint = "This network has too many weights for it."
        elif not hint and self._samples > MOST_ROWS:
            hint = f"Measured on {MOST_ROWS:,} of {self._samples:,} training samples."
        self._hint.say(hint)

    def _chosen(self) -> str:
        return f"{_spoken(self._places[0])}, and one more. " if self._places else ""

    def _words(self, shown: Landscape) -> str:
        """What the two axes are."""
        if shown.asked.kind == "path" and shown.shares is not None:
            return f"{sum(shown.shares):.0%} of the movement so far lies in this plane"
        if shown.asked.kind == "weights" and len(shown.asked.places) == 2:
            across, up = (_spoken(place) for place in shown.asked.places)
            return f"Across {across}, up {up}"
        if shown.asked.kind == "path":
            return "The path is short yet: two random directions"
        return "Two random directions, scaled to the weights"


def _spoken(place: Place) -> str:
    name, (unit, source) = place
    return f"{called(name.partition('.')[0])}: {unit + 1} ← {source + 1}"


if __name__ == "__main__":
    from playground.views.live import show_live

    show_live(LandscapePanel, "spiral", (328, 460))
