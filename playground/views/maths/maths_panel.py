"""The maths panel: the network in the textbook's notation, each symbol tied to the thing on the canvas."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent, QTextOption, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QTextBrowser, QVBoxLayout, QWidget

from playground.experiment.model import Experiment
from playground.experiment.shapes import shapes
from playground.session.snapshot import Rehearse, Snapshot, Wants
from playground.views.maths.notation import INVERSION, PREDICTION, Place
from playground.views.maths.update import Update
from playground.views.maths.writer import Numbers, Style, sections
from playground.views.theme import theme
from playground.views.widgets.control import FocusRing, painter_of
from playground.views.widgets.segments import Segments

PERIOD = 0.25  # seconds between two texts while training runs, at least
SHARE = 0.1  # of the window's time may go into writing
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
        self._keeps_last = False
        self._next = 0.0
        self._settle = QTimer(self, singleShot=True, interval=0)
        self._settle.timeout.connect(self._arrange)
        self._late = QTimer(self, singleShot=True)  # or the numbers a run stops at may never be written
        self._late.timeout.connect(self._write)
        self._names = Segments("Names of prediction and observation")
        self._names.set_options((("prediction", "ŷ and y"), ("inversion", "d pred and d obs")))
        self._names.edited.connect(self._write)
        self.pages: list[Page] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 6, MARGIN, MARGIN)
        column.addWidget(self._names, 0, Qt.AlignmentFlag.AlignLeft)
        self._column = QVBoxLayout()
        self._column.setSpacing(11)
        column.addLayout(self._column)
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
        elif self.isVisible() and not self._late.isActive():
            self._late.start(math.ceil(1000 * (self._next - now)))

    def show_last(self) -> None:
        """Keep the last piece of text in sight, that of the single layer, until the wheel is turned."""
        self._keeps_last = True
        self._come_into_view()

    def _come_into_view(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None and self.pages:
            last = self.pages[-1].geometry()
            for edge in (last.bottom(), last.top()):  # the top, where there is room for one of them
                around.ensureVisible(0, edge, 0, MARGIN)

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
        return "\n".join(page.html for page in self.pages)

    def _write(self, *_changes: object) -> None:
        if self._experiment is None or not self.isVisible():
            return
        self._late.stop()
        start = time.monotonic()
        style = Style(
            names=INVERSION if self._names.value() == "inversion" else PREDICTION,
            selected=self._selected,
            lit=self._lit,
            ink=theme().color("text").name(),
            quiet=theme().color("text-3").name(),
            light=theme().color("border-strong").name(),
        )
        texts = sections(self._experiment, self._numbers(), style)
        self._count(len(texts))
        for page, text in zip(self.pages, texts, strict=True):
            page.offer(text)
        now = time.monotonic()
        self._next = now + max(PERIOD, (now - start) / SHARE)

    def _count(self, pages: int) -> None:
        """As many pages as there are pieces of text."""
        while len(self.pages) > pages:
            page = self.pages.pop()
            self._column.removeWidget(page)
            page.hide()
            page.deleteLater()
        while len(self.pages) < pages:
            page = Page()
            page.highlighted.connect(self._point)
            page.anchorClicked.connect(self._choose)
            page.grown.connect(self._settle.start)
            self.pages.append(page)
            self._column.addWidget(page)

    def _arrange(self) -> None:
        """Place the pages anew: a layout that grows while it is at work may miss that it has to."""
        self._column.invalidate()
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        layout.activate()

    def _numbers(self) -> Numbers:
        snapshot, shown_here = self._snapshot, self._experiment
        if snapshot is None or shown_here is None or snapshot.experiment.network != shown_here.network:
            return Numbers()
        if shapes(snapshot.experiment) != shapes(
            shown_here
        ):  # other data: as many inputs and outputs as then
            return Numbers()
        last = snapshot.history[-1] if len(snapshot.history) else None
        shown, update = snapshot.slow_motion, None
        # A step by the rule that was chosen before says nothing of this one.
        rule = self._experiment and self._experiment.training.optimizer.kind
        same = snapshot.experiment.training.optimizer.kind == rule
        if shown is not None and same and not shown.stopped and self._selected.layer in shown.layers:
            sheet = shown.layers[self._selected.layer].update
            update = Update(
                shown.step, sheet.before, sheet.gradient, sheet.after, sheet.clipped, shown.settings
            )
        return Numbers(
            parameters=dict(snapshot.parameters),
            train_loss=float(last.train_loss) if last is not None else float("nan"),
            validation_loss=float(last.validation_loss) if last is not None else float("nan"),
            update=update,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """There is more text, or less."""
        super().resizeEvent(event)
        if self._keeps_last:
            QTimer.singleShot(0, self, self._come_into_view)  # once what scrolls knows the height, too

    def wheelEvent(self, event: QWheelEvent) -> None:
        """What is around scrolls, where the reader wants."""
        self._keeps_last = False
        event.ignore()

    def showEvent(self, event: object) -> None:
        """Catch up with what was missed while hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._write()

    def hideEvent(self, event: object) -> None:
        """Nothing is pointed at any more."""
        self._keeps_last = False
        super().hideEvent(event)  # type: ignore[arg-type]
        self.pointed.emit("")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The panel."""
        painter_of(self).fillRect(self.rect(), theme().color("panel"))


class Page(QTextBrowser):
    """Rich text as high as it needs to be. What is out of sight is laid out when it comes into sight."""

    grown = Signal()  # it has another height

    def __init__(self) -> None:
        super().__init__()
        self.html = ""
        self.setAccessibleName("Formulas")
        self._ring = FocusRing(self, theme().radius("bar"), margin=3)
        self._stale = False
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QTextBrowser { background: transparent; border: none; padding: 0 }")
        self.document().setDocumentMargin(0)
        self.document().setDefaultStyleSheet("p { margin-top: 4px; margin-bottom: 4px }")

    def offer(self, html: str) -> None:
        """Show another text, now or when it is scrolled into sight."""
        if html != self.html:
            first, self.html = not self.html, html
            if first or not self.viewport().visibleRegion().isEmpty():
                self._show()
            else:
                self._stale = True

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text; one that has changed out of sight is laid out in a moment."""
        if self._stale:
            QTimer.singleShot(0, self, self._show)
        super().paintEvent(event)

    def _show(self) -> None:
        self._stale = False
        self.document().setDefaultFont(theme().math_font(14.5, italic=False))
        self.setHtml(self.html)
        self._fit()

    def _fit(self) -> None:
        self.document().setTextWidth(max(120, self.viewport().width()))
        height = int(self.document().size().height()) + 2
        if height != self.height():
            self.setFixedHeight(height)
            self.grown.emit()

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
