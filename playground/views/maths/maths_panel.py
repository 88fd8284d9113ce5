"""The maths panel: the network in the textbook's notation, each symbol tied to the thing on the canvas."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.session.snapshot import Rehearse, Snapshot, Wants
from playground.views.maths.notation import INVERSION, PREDICTION, Place
from playground.views.maths.writer import Numbers, Style, Update, write
from playground.views.theme import theme
from playground.views.widgets.control import painter_of
from playground.views.widgets.segments import Segments

PERIOD = 0.25  # seconds between two texts while training runs
MARGIN = 16


class MathsPanel(QWidget):
    """Text that is written anew as the numbers change. Pointing at a symbol shows it on the canvas.

    `pointed` says which link is under the pointer ("" for none); `chosen` which neuron was clicked.
    """

    edited = Signal(object, str, str)  # no edits; every view has it
    pointed = Signal(str)
    chosen = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("The maths of the network")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self._experiment: Experiment | None = None
        self._snapshot: Snapshot | None = None
        self._selected = Place("output", 0, 0)
        self._lit = ""
        self._html = ""
        self._next = 0.0
        self._names = Segments("Names of prediction and observation")
        self._names.set_options((("prediction", "ŷ and y"), ("inversion", "d pred and d obs")))
        self._names.edited.connect(self._write)
        self._text = _Page()
        self._text.highlighted.connect(self._point)
        self._text.anchorClicked.connect(self._choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 6, MARGIN, MARGIN)
        column.addWidget(self._names, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._text)
        column.addStretch(1)
        theme().changed.connect(self._write)

    # What every view has

    def wants(self) -> Wants:
        """The parameters, and what the next step does to them, while visible."""
        return Wants(parameters=True, rehearse=Rehearse()) if self.isVisible() else Wants()

    def set_experiment(self, experiment: Experiment) -> None:
        """Write another network."""
        self._experiment = experiment
        names = [layer.name for layer in experiment.network.layers]
        if self._selected.layer not in (*names, "output"):
            self._selected = Place("output", 0, 0)
        self._write()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Write the numbers of now, a few times a second."""
        before, self._snapshot = self._snapshot, snapshot
        now = time.monotonic()
        stopped = before is None or before.state != snapshot.state
        if self.isVisible() and (stopped or now >= self._next):
            self._write()

    # Both ways between symbols and canvas

    def select(self, layer: str, unit: int = -1) -> None:
        """Write out this neuron and its first weight; the first neuron where a whole layer is selected."""
        if (layer, max(unit, 0)) != (self._selected.layer, self._selected.unit):
            self._selected = Place(layer, max(unit, 0), 0)
            self._write()

    def light(self, link: str) -> None:
        """Light up what is pointed at on the canvas; a weight is also selected."""
        if link == self._lit:
            return
        self._lit = link
        place = Place.of(link)
        if place is not None and place.source >= 0:
            self._selected = place
        self._write()

    def _point(self, url: QUrl) -> None:
        self.pointed.emit(url.toString())

    def _choose(self, url: QUrl) -> None:
        place = Place.of(url.toString())
        if place is None:
            return
        if place.source >= 0:
            self._selected = place
            self._write()
        self.chosen.emit(place.layer, place.unit)

    # Writing

    def html(self) -> str:
        """The text as it stands."""
        return self._html

    def _write(self, *_changes: object) -> None:
        if self._experiment is None or not self.isVisible():
            return
        self._next = time.monotonic() + PERIOD
        style = Style(
            names=INVERSION if self._names.value() == "inversion" else PREDICTION,
            selected=self._selected,
            lit=self._lit,
            ink=theme().color("text").name(),
            quiet=theme().color("text-3").name(),
            light=theme().color("border-strong").name(),
        )
        html = write(self._experiment, self._numbers(), style)
        if html != self._html:
            self._html = html
            self._text.show_html(html)

    def _numbers(self) -> Numbers:
        snapshot = self._snapshot
        if snapshot is None or snapshot.experiment.network != (self._experiment and self._experiment.network):
            return Numbers()
        last = snapshot.history[-1] if len(snapshot.history) else None
        shown, update = snapshot.slow_motion, None
        if shown is not None and not shown.stopped and self._selected.layer in shown.layers:
            sheet = shown.layers[self._selected.layer].update
            update = Update(shown.step, sheet.before, sheet.gradient, sheet.after)
        return Numbers(
            parameters=dict(snapshot.parameters),
            train_loss=float(last.train_loss) if last is not None else float("nan"),
            validation_loss=float(last.validation_loss) if last is not None else float("nan"),
            update=update,
        )

    def showEvent(self, event: object) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._write()

    def hideEvent(self, event: object) -> None:
        """Nothing is pointed at any more."""
        super().hideEvent(event)  # type: ignore[arg-type]
        self.pointed.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


class _Page(QTextBrowser):
    """Rich text as high as it needs to be; what is around it scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; padding: 0 }")
        self.document().setDocumentMargin(0)

    def show_html(self, html: str) -> None:
        """Show another text."""
        self.document().setDefaultFont(theme().math_font(14.5, italic=False))
        self.setHtml(html)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(120, self.viewport().width()))
        height = int(self.document().size().height()) + 8
        if height != self.height():
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """It breaks lines where it must."""
        return QSize(120, 20)

    def wheelEvent(self, event: object) -> None:
        """What is around scrolls."""
        event.ignore()  # type: ignore[attr-defined]
