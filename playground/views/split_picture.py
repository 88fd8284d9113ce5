"""The split drawn on the data: a strip over time, a map, or a histogram, in the colours of the parts."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.split_picture import LEFT_OUT, PARTS, SplitPicture
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, write
from playground.views.widgets.split_bar import paint_hatching

_HEIGHTS = {"strip": 18, "histogram": 40, "map": 96}
_CAPTION = 14


class SplitPictureView(QWidget):
    """Where each part lies among the rows; test is hatched, what a gap leaves out stays empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: SplitPicture | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_picture(self, picture: SplitPicture | None) -> None:
        """Show another split; nothing for None."""
        self.picture = picture
        self.setVisible(picture is not None)
        if picture is not None:
            self.setToolTip(f"Where train, validation and test lie over {picture.over}.")
            self.setAccessibleName(f"The split over {picture.over}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As high as the kind of picture asks for."""
        return QSize(200, (_HEIGHTS[self.picture.kind] if self.picture else 0) + _CAPTION)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, and below it what it is over."""
        if self.picture is None:
            return
        painter = painter_of(self)
        box = QRectF(0, 0, self.width(), self.height() - _CAPTION)
        painter.fillRect(box, theme().color("field"))
        paint = {"map": _map, "strip": _strip, "histogram": _histogram}[self.picture.kind]
        paint(painter, box, self.picture)
        caption = QRectF(0, box.bottom(), self.width(), _CAPTION)
        write(painter, caption, f"over {self.picture.over}", "micro", "text-3")


def _fill(painter: QPainter, part: int, box: QRectF) -> None:
    if PARTS[part] == "test":
        paint_hatching(painter, box)
    else:
        painter.fillRect(box, theme().color("train" if part == 0 else "val"))


def _strip(painter: QPainter, box: QRectF, picture: SplitPicture) -> None:
    """For each stretch that has rows, a column divided as its rows are."""
    sums = picture.counts.sum(axis=1)
    _columns(painter, box, picture.counts, np.where(sums > 0, sums, 1))


def _histogram(painter: QPainter, box: QRectF, picture: SplitPicture) -> None:
    """For each range, a column as high as its rows are many."""
    most = max(int(picture.counts.sum(axis=1).max(initial=0)), 1)
    _columns(painter, box, picture.counts, np.full(len(picture.counts), most))


def _columns(painter: QPainter, box: QRectF, counts: np.ndarray, whole: np.ndarray) -> None:
    """Neighbours with the same content are drawn as one, so that hatching runs through."""
    wide = box.width() / max(len(counts), 1)
    start = 0
    for end in range(1, len(counts) + 1):
        if end < len(counts) and (counts[end] / whole[end] == counts[start] / whole[start]).all():
            continue
        bottom = box.bottom()
        for part in range(LEFT_OUT):
            high = box.height() * counts[start, part] / whole[start]
            column = QRectF(box.left() + start * wide, bottom - high, (end - start) * wide, high)
            if high > 0:
                _fill(painter, part, column)
            bottom -= high
        start = end


def _map(painter: QPainter, box: QRectF, picture: SplitPicture) -> None:
    """A spot for each row; test is a ring."""
    inner = box.adjusted(5, 5, -5, -5)
    side = min(inner.width(), inner.height())
    x = inner.center().x() + (picture.places[:, 0] - 0.5) * side
    y = inner.center().y() - (picture.places[:, 1] - 0.5) * side
    colors = [theme().color(name) for name in ("train", "val", "text-3", "border")]
    for part in (LEFT_OUT, 2, 0, 1):
        painter.setPen(colors[part] if part == 2 else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if part == 2 else colors[part])
        for row in np.flatnonzero(picture.parts == part).tolist():
            painter.drawEllipse(QPointF(x[row], y[row]), 1.8, 1.8)
