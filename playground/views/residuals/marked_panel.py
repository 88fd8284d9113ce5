"""What is known of the marked samples: each of them, what they have in common, who answers to them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from playground.experiment.words import called
from playground.session.residuals import Response, Share
from playground.views.metrics.grid import Grid
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import painter_of
from playground.views.widgets.numbers import count
from playground.views.widgets.rows import Paragraph, Text
from playground.views.widgets.scroll import Scroll

HINT = "Drag over a zone of a plot, or click a bar, to see which samples lie there."
WIDTH = 320


class MarkedPanel(QWidget):
    """`followed` tells the place in the list of a sample, `asked` the neuron (layer, unit) to look at."""

    followed = Signal(int)
    asked = Signal(str, int)
    cleared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(WIDTH)
        self.setAccessibleName("Marked samples")
        self._neurons: tuple[Response, ...] = ()
        self.title = Text("Nothing is marked", style="section")
        self.clear = TextButton("Clear", quiet=True)
        self.clear.clicked.connect(self.cleared)
        self.words = Paragraph(style="body")
        self.words.say(HINT)
        self.shares = Grid("Regimes of the marked samples")
        self.neurons = _list("Neurons that answer most to the marked samples")
        self.neurons.itemActivated.connect(self._ask)
        self.samples = _list("Marked samples, the most wrong first")
        self.samples.itemActivated.connect(lambda item: self.followed.emit(self.samples.row(item)))
        self._about = [
            Text("More common among them", style="label"),
            self.shares,
            Text("Neurons that answer most differently", style="label"),
            self.neurons,
            Text("Samples, the most wrong first", style="label"),
            self.samples,
        ]
        self._build()
        theme().changed.connect(self._dress)
        self._dress()
        self.show_nothing()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.clear)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 16, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.words)
        for part in self._about:
            column.addWidget(part)
        column.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(1, 0, 0, 0)
        outer.addWidget(Scroll("Marked samples", inside))

    def _dress(self) -> None:
        for part in (self.neurons, self.samples):
            part.setFont(theme().font("body"))

    def show_nothing(self) -> None:
        """Say how samples are marked."""
        self.title.set_text("Nothing is marked")
        self.words.say(HINT)
        self.clear.hide()
        for part in self._about:
            part.hide()

    def show_marked(self, words: str, number: int, shares: Sequence[Share], samples: Sequence[str]) -> None:
        """Show what is known at once; neurons come with `show_neurons`."""
        self.title.set_text(f"{count(number)} sample{'' if number == 1 else 's'} marked")
        self.words.say(words)
        self.clear.show()
        rows = [
            (f"{share.name}: {share.label}", f"{share.marked:.0%}", f"of all {share.all:.0%}")
            for share in shares
        ]
        self.shares.show_rows((), rows)
        for part in self._about:
            part.setVisible(True)
        for part in self._about[:2]:
            part.setVisible(bool(rows))
        _fill(self.samples, samples, 9)

    def show_neurons(self, found: tuple[Response, ...]) -> None:
        """Show which neurons answer to the marked samples."""
        self._neurons = found
        lines = [
            f"{called(each.layer)}, neuron {each.unit + 1}   {each.difference:+.1f} σ".replace("-", "−")
            for each in found
        ]
        _fill(self.neurons, lines, 6)
        for part in self._about[2:4]:
            part.setVisible(bool(found))

    def _ask(self) -> None:
        row = self.neurons.currentRow()
        if 0 <= row < len(self._neurons):
            self.asked.emit(self._neurons[row].layer, self._neurons[row].unit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, and a line towards the plots."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("panel"))
        painter.fillRect(0, 0, 1, self.height(), theme().color("border"))


def _list(name: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(name)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setUniformItemSizes(True)
    made.setSpacing(1)
    return made


def _fill(made: QListWidget, lines: Sequence[str], most: int) -> None:
    """Show these lines, keeping the current one; as high as they are, up to so many."""
    if [made.item(row).text() for row in range(made.count())] != list(lines):
        row = made.currentRow()
        made.clear()
        made.addItems(list(lines))
        made.setCurrentRow(min(row, len(lines) - 1))
    high = made.sizeHintForRow(0) + 2 if lines else 0
    made.setFixedHeight(min(len(lines), most) * high + 4)
