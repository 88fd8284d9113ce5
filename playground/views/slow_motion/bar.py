"""The bar below the stage: which sample is followed, and the way back and forward."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Rehearse, SlowMotion
from playground.views.output.confusion_view import picture, values_picture
from playground.views.output.samples import sample_title
from playground.views.slow_motion.numbers import plain
from playground.views.theme import theme
from playground.views.widgets.buttons import TextButton
from playground.views.widgets.control import painter_of, rounded, write
from playground.views.widgets.passing_menu import passing_menu
from playground.views.widgets.segments import Segments

HEIGHT = 116
SIDE = 96
MOST_POINTS = 400


class SamplePicture(QWidget):
    """The sample among the others: a ring on the plane, or the image itself. A click chooses another."""

    picked = Signal(int)  # a row of the data

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName("Sample")
        self._prepared: Prepared | None = None
        self._row = -1
        self._values: tuple[float, ...] | None = None
        self._spots = np.zeros((0, 2))

    def show_sample(
        self, prepared: Prepared | None, row: int, values: tuple[float, ...] | None = None
    ) -> None:
        """Another sample, an input made by hand, or other data."""
        if prepared is not self._prepared:
            self._prepared = prepared
            self._spots = self._make_spots()
        self._row, self._values = row, values
        self.update()

    def _make_spots(self) -> np.ndarray:
        """Where each training sample stands in the picture; nothing where the data are no plane."""
        prepared = self._prepared
        if prepared is None or prepared.domain is None or len(prepared.domain) != 2:
            return np.zeros((0, 2))
        return self._placed(prepared, prepared.raw_inputs)

    @staticmethod
    def _placed(prepared: Prepared, raw: np.ndarray) -> np.ndarray:
        """Points of the plane in the pixels of the picture."""
        assert prepared.domain is not None
        (x_low, x_high), (y_low, y_high) = prepared.domain
        x = 5 + (raw[:, 0] - x_low) / (x_high - x_low) * (SIDE - 10)
        y = 5 + (y_high - raw[:, 1]) / (y_high - y_low) * (SIDE - 10)
        return np.column_stack([x, y])

    def sizeHint(self) -> QSize:
        """Square."""
        return QSize(SIDE, SIDE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The nearest training sample."""
        if self._prepared is not None and len(self._spots):
            train = self._prepared.train
            away = np.hypot(*(self._spots[train] - (event.position().x(), event.position().y())).T)
            self.picked.emit(int(train[int(away.argmin())]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Points with a ring, or pixels."""
        painter = painter_of(self)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        rounded(painter, box, 8, theme().color("raised"), theme().color("border"))
        prepared, values = self._prepared, self._values
        if prepared is None or (values is None and not 0 <= self._row < len(prepared.raw_inputs)):
            return
        if prepared.image_shape is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            image = picture(prepared, self._row) if values is None else values_picture(prepared, values)
            painter.drawImage(box.adjusted(6, 6, -6, -6), image)
            return
        if not len(self._spots):
            words = f"row {self._row + 1:,}" if values is None else "by hand"
            write(painter, box, words, "label", "text-2", align=Qt.AlignmentFlag.AlignHCenter)
            return
        classes = len(prepared.class_names)
        painter.setPen(Qt.PenStyle.NoPen)
        for row in prepared.train[:MOST_POINTS].tolist():
            index = int(prepared.targets[row]) if classes else 1
            painter.setBrush(theme().class_color(index, classes) if classes else theme().color("text-3"))
            painter.drawEllipse(QPointF(*self._spots[row].tolist()), 1.5, 1.5)
        painter.setBrush(theme().color("raised"))
        painter.setPen(QPen(theme().color("ink"), 2))
        spot = self._spots[self._row] if values is None else self._placed(prepared, np.array([values]))[0]
        painter.drawEllipse(QPointF(*spot.tolist()), 5, 5)


class Bar(QWidget):
    """Sample on the left, buttons on the right."""

    picked = Signal(int)
    mode = Signal(str)  # "sample" or "batch"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self._lines: list[str] = []
        self.picture = SamplePicture(self)
        self.picture.picked.connect(self.picked)
        ways = (("sample", "One sample"), ("batch", "Next batch"))
        self.which = Segments("What the step learns from", ways, self)
        self.which.edited.connect(lambda key, _finished: self.mode.emit(key))
        self.other = TextButton("Another sample", self, tip="Choose another training sample")
        self.worst = TextButton("Ten worst", self, tip="The training samples with the largest loss")
        self.worst.clicked.connect(self._open_worst)
        self._motion: SlowMotion | None = None
        self._prepared: Prepared | None = None
        self.back = TextButton("Back", self, icon="undo", tip="One micro-step back (←)")
        self.next = TextButton("Next", self, icon="step", primary=True, tip="One micro-step on (→)")
        self.play = TextButton("Play slowly", self, icon="play", tip="Walk by itself (Space)")
        self.keep = TextButton("Keep this step", self, icon="check", tip="Train with this step and go on")
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 16, 10)
        row.addWidget(self.picture)
        row.addStretch(1)
        right = QVBoxLayout()
        for parts in ((self.which, self.worst, self.other, self.keep), (self.back, self.play, self.next)):
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addStretch(1)
            for part in parts:
                line.addWidget(part)
            right.addLayout(line)
        row.addLayout(right)

    def show_motion(self, motion: SlowMotion | None, prepared: Prepared | None) -> None:
        """Say which sample, or which batch."""
        self._lines = []
        self._motion, self._prepared = motion, prepared
        self.worst.setEnabled(motion is not None and bool(motion.worst))
        row = int(motion.rows[0]) if motion is not None and len(motion.rows) else -1
        if prepared is not None and motion is not None and 0 <= row < len(prepared.raw_inputs):
            self._lines = _words(motion, prepared, row)
        values = motion.asked.values if motion is not None else None
        if prepared is not None and values is not None and len(values) == len(prepared.raw_names):
            self._lines = _words_by_hand(values)
        else:
            values = None
        self.picture.show_sample(prepared, row, values)
        batch = motion is not None and motion.asked == Rehearse(None)
        self.which.set_value("batch" if batch else "sample")
        self.keep.setVisible(batch)
        self.other.setVisible(not batch)
        self.update()

    def worst_menu(self) -> QMenu:
        """The ten worst samples, each one click away."""
        menu = passing_menu(self)
        for row, loss in self._motion.worst if self._motion is not None else ():
            words = f"{sample_title(self._prepared, row)}: loss {plain(loss)}"
            menu.addAction(words).triggered.connect(lambda _checked=False, row=row: self.picked.emit(row))
        return menu

    def _open_worst(self) -> None:
        self.worst_menu().popup(self.worst.mapToGlobal(self.worst.rect().bottomLeft()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words beside the picture."""
        painter = painter_of(self)
        painter.fillRect(self.rect(), theme().color("canvas"))
        left = self.picture.geometry().right() + 16
        room = max(60, min(b.x() for b in (self.back, self.which)) - left - 10)
        for index, line in enumerate(self._lines):
            style, color = ("section", "text") if index == 0 else ("body", "text-2")
            write(painter, QRectF(left, 12 + 21 * index, room, 20), line, style, color)


def _words_by_hand(values: tuple[float, ...]) -> list[str]:
    lines = ["Your input"]
    if len(values) <= 4:
        lines.append(f"x = ({', '.join(plain(value) for value in values)})")
    return [*lines, "Only forward: it has no target.", "Click any edge to follow it."]


def _words(motion: SlowMotion, prepared: Prepared, row: int) -> list[str]:
    title = sample_title(prepared, row)
    values = prepared.raw_inputs[row]
    lines = [title]
    if motion.rows.size > 1:
        lines[0] = f"Step {motion.step:,}: a batch of {motion.rows.size:,}"
        lines.append(f"The neurons show {title[0].lower()}{title[1:]}.")
    if len(values) <= 4:
        lines.append(f"x = ({', '.join(plain(float(value)) for value in values)})")
    lines.append("Click any edge to follow it.")
    return lines
