"""The learning rate over the epochs, as the schedule will have it, with a dot where the run stands."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.catalog.schedules import rate
from playground.experiment.model import Training
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write
from playground.views.widgets.numbers import count, measure

POINTS = 200
HEIGHT = 64


class RateCurve(QWidget):
    """Small enough for the training panel; the numbers at its ends say the range."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._training: Training | None = None
        self._last = 1.0  # the epoch at the right end
        self._epoch = 0.0
        self._now: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as the column."""
        return QSize(160, HEIGHT)

    def show_training(self, training: Training) -> None:
        """Draw another schedule."""
        self._training = training
        self._last = self._shown_epochs()
        entry = training.schedule.entry
        self.setAccessibleName(f"Learning rate over {self._last:,.0f} epochs: {entry.label.lower()}")
        self.setToolTip(
            "Nobody knows when the loss will stop falling; each cut shows under the loss curve."
            if entry.watch
            else ""
        )
        self.update()

    def _shown_epochs(self) -> float:
        """The schedule's own length, or enough of it to see what it does."""
        assert self._training is not None
        schedule = self._training.schedule
        every = getattr(schedule, "every", None)
        length = getattr(schedule, "epochs", None) or (5 * every if every else 100)
        return float(max(length, self._training.stop.epochs or 0, 1))

    def show_now(self, epoch: float, recorded: float) -> None:
        """Move the dot to where the run stands: its epoch, and the rate last recorded.

        Where the rate follows from the epoch alone it is the one of this epoch, which is newer.
        """
        training, now = self._training, recorded
        if training is not None and training.schedule.entry.watch is None:
            now = rate(training.schedule, getattr(training.optimizer, "learning_rate", 0.0), epoch)
        if (epoch, now) != (self._epoch, self._now):
            self._epoch, self._now = epoch, now
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The curve, its highest value and its last epoch, the dot."""
        if self._training is None:
            return
        painter = painter_of(self)
        schedule, initial = self._training.schedule, getattr(self._training.optimizer, "learning_rate", 0.0)
        last = max(self._last, self._epoch)
        epochs = [last * i / (POINTS - 1) for i in range(POINTS)]
        rates = [rate(schedule, initial, epoch) for epoch in epochs]
        top = max(*rates, self._now or 0.0) or 1.0
        box = QRectF(self.rect()).adjusted(4, 18, -4, -16)

        def place(epoch: float, value: float) -> QPointF:
            return QPointF(box.left() + epoch / last * box.width(), box.bottom() - value / top * box.height())

        painter.setPen(QPen(theme().color("border"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(QPen(theme().color("train"), 1.6))
        painter.drawPolyline(QPolygonF([place(e, r) for e, r in zip(epochs, rates, strict=True)]))
        captions = QRectF(self.rect()).adjusted(4, 0, -4, 0)
        right = Qt.AlignmentFlag.AlignRight
        above, below = QRectF(captions), QRectF(captions)
        above.setHeight(14)
        below.setTop(captions.bottom() - 14)
        write(painter, above, measure(top), "caption", "text-3")
        write(painter, below, "epoch 0", "caption", "text-3")
        write(painter, below, count(last), "caption", "text-3", right)
        if self._now is not None:
            write(painter, above, f"now {measure(self._now)}", "caption", "text-2", right)
            painter.setPen(QPen(theme().color("panel"), 1.5))
            painter.setBrush(theme().color("train"))
            painter.drawEllipse(place(min(self._epoch, last), self._now), 4, 4)
