"""One lane as a card: its name, what its network answers, where it stands, and a button that opens it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.session.race.race import LaneView
from playground.session.snapshot import Output
from playground.session.uncertainty import Together
from playground.views.output.legend import Swatch, paint_swatch
from playground.views.output.thumbnail import paint_output
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.card import Card
from playground.views.widgets.control import painter_of, rounded
from playground.views.widgets.numbers import measure
from playground.views.widgets.rows import Paragraph, Text


class OutputTile(QWidget):
    """What a network answers, as large a square as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._shown: tuple[Output, Prepared] | None = None
        self._seeds: Together | None = None
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """A small picture."""
        return QSize(150, 150)

    def show_output(
        self, output: Output | None, prepared: Prepared | None, seeds: Together | None = None
    ) -> None:
        """Another moment, shaded where other seeds disagree; costs nothing where it is the same."""
        shown = (output, prepared) if output is not None and prepared is not None else None
        new = shown is None or self._shown is None or shown[0] is not self._shown[0]
        if new or seeds is not self._seeds:
            self._shown, self._seeds = shown, seeds
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture with round corners."""
        painter = painter_of(self)
        side = float(min(self.width(), self.height()))
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        rounded(painter, box, theme().radius("tile"), theme().color("field"))
        if self._shown is not None:
            corners = QPainterPath()
            corners.addRoundedRect(box, theme().radius("tile"), theme().radius("tile"))
            painter.setClipPath(corners)
            paint_output(painter, box, *self._shown, self._seeds)


class Marker(QWidget):
    """The marker of a lane."""

    def __init__(self, look: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedSize(14, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        """In the lane's colour."""
        swatch = Swatch("", theme().marker(self._look), color=theme().categorical(self._look))
        paint_swatch(painter_of(self), swatch, QPointF(7, 8))


class LaneCard(Card):
    """`opened` when the lane's experiment is wanted in the window; `chosen` when the card is clicked."""

    opened = Signal(int)
    chosen = Signal(int)

    def __init__(self, number: int, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.number = number
        self.setAccessibleName(f"Lane {number + 1}: {label}")
        self._loss = Text("", style="label", color="text")
        self.tile = OutputTile()
        self._where = Text("", style="caption", color="text-2")
        self._ended = Paragraph()
        self.open = TextButton(
            "Open this one", tip="Take these settings into the window; undo brings yours back"
        )
        self.open.clicked.connect(lambda: self.opened.emit(self.number))
        self.through = TextButton("Map", quiet=True, tip="Draw the map exactly through the end of this lane")
        self.through.setAccessibleName(f"Draw the map through {label}")
        for button in (self.open, self.through):
            button.setProperty("screen_only", True)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.open)
        buttons.addWidget(self.through)
        buttons.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(Marker(number))
        head.addWidget(Text(label, style="section"), 1)
        head.addWidget(self._loss)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.tile, 1)
        column.addWidget(self._where)
        column.addWidget(self._ended)
        column.addLayout(buttons)

    def show_lane(
        self, lane: LaneView, loss: float, on_map: bool, own: bool, seeds: Together | None = None
    ) -> None:
        """This moment; `on_map` where the map is drawn through this lane, `own` where it is its loss.

        `seeds` is what other seeds of the lane answer.
        """
        self._loss.set_text(measure(loss))
        self.tile.show_output(lane.output, lane.prepared, seeds)
        where, sentence = ("", "") if lane.failed else _where(lane, own)
        self._where.set_text(where)
        self._where.setToolTip(sentence)
        if lane.ended != self._ended.text():
            self._ended.say(lane.ended)
        if on_map != self.strong:
            self.strong = on_map
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Draw the map through this lane, or no longer."""
        self.chosen.emit(self.number)


def _where(lane: LaneView, own: bool) -> tuple[str, str]:
    """How true the map is at the lane's end: in a few words, and in a sentence."""
    spot = lane.spot
    if spot is None or lane.steps == 0:
        return "", ""
    if not own:
        return (
            "Path only: the map is another function’s",
            "The map shows the loss of another function: of this lane it shows the way only.",
        )
    if spot.in_plane:
        return f"On the map: loss {measure(spot.on_map)}", "Its weights lie in the plane of the map."
    share = spot.away / spot.way if spot.way > 0 else 0.0
    far = f", {share:.0%} of its way" if share < 10 else ""
    short = f" ({share:.0%} of its way)" if share < 10 else ""
    sentence = (
        f"Its weights lie {measure(spot.away)} out of the plane of the map{far}. "
        f"Their loss is {measure(spot.loss)}; at the marker the map shows {measure(spot.on_map)}."
    )
    return f"{measure(spot.away)} off the map{short}", sentence
