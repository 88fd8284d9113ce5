"""Images beside what the network makes of them: an autoencoder's view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from playground.experiment.data import Prepared
from playground.session.snapshot import Array, ReconstructionOutput
from playground.session.uncertainty import ImagesTogether
from playground.views.output.colors import shaded
from playground.views.plots.words import with_unit
from playground.views.theme import theme
from playground.views.widgets.control import painter_of, text_width, write
from playground.views.widgets.numbers import count

PAIRS = 4  # side by side
BETWEEN, APART, BELOW = 2.0, 10.0, 8.0
WORDS = 44.0


class ReconstructionView(QWidget):
    """Pairs of images: the sample at the left, its reconstruction at the right; the error below.

    Of several seeds the reconstruction is their mean, coloured where they differ. A click on a pair chooses
    that sample.
    """

    sampleChosen = Signal(int)  # noqa: N815 - a row of the data

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Images and their reconstructions")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._rows: NDArray[np.int64] = np.empty(0, np.int64)
        self._images: Array = np.empty((0, 0))
        self._apart: Array | None = None
        self._words = ("", "", "")  # what the pictures are, the number below them, and what it is
        self._prepared: Prepared | None = None
        theme().changed.connect(self.update)

    def show_output(self, output: ReconstructionOutput, prepared: Prepared) -> None:
        """Show these pairs."""
        kind = "validation images" if len(prepared.validation) else "training images"
        rest = f"RMSE on {count(output.samples)} {kind}"
        words = ("left the image, right what comes out", with_unit("")(output.error), rest)
        self._show(output.rows, output.images, None, words, prepared)

    def show_seeds(self, found: ImagesTogether, prepared: Prepared, seeds: int) -> None:
        """Show what several seeds make of some images, which some of them may have learned from."""
        words = f"right the mean of {seeds} seeds, orange where they differ"
        most = with_unit("")(float(found.apart.max(initial=0.0)))
        rest = "largest standard deviation of a pixel"
        self._show(found.rows, found.mean, found.apart, (words, most, rest), prepared)

    def _show(
        self,
        rows: NDArray[np.int64],
        images: Array,
        apart: Array | None,
        words: tuple[str, str, str],
        prepared: Prepared,
    ) -> None:
        if len(self._rows) != len(rows):
            self.updateGeometry()
        self._rows, self._images, self._apart, self._words = rows, images, apart, words
        self._prepared = prepared
        self.setAccessibleDescription(" ".join(words[1:]))
        self.update()

    @property
    def _lines(self) -> int:
        return -(-len(self._rows) // PAIRS) or 6

    def _side(self, width: float) -> float:
        return (width - APART * (PAIRS - 1) - BETWEEN * PAIRS) / (2 * PAIRS)

    @property
    def _shown_side(self) -> float:
        """As wide as there is room, or as high."""
        return min(self._side(self.width()), (self.height() + 1 - WORDS) / self._lines - BELOW)

    def heightForWidth(self, width: int) -> int:
        """Square images, and two lines of words."""
        return round(self._lines * (self._side(width) + BELOW) + WORDS)

    def sizeHint(self) -> QSize:
        """As in the narrow column."""
        return QSize(296, self.heightForWidth(296))

    def _corner(self, position: int) -> QPointF:
        """The upper left corner of a pair."""
        side = self._shown_side
        return QPointF(
            (position % PAIRS) * (2 * side + BETWEEN + APART), (position // PAIRS) * (side + BELOW)
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the pair under the pointer."""
        side = self._shown_side
        for position, row in enumerate(self._rows):
            if QRectF(self._corner(position), QSizeF(2 * side + BETWEEN, side)).contains(event.position()):
                self.sampleChosen.emit(int(row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """All pairs, then what they mean and how far they are apart."""
        prepared = self._prepared
        if prepared is None or prepared.image_shape is None:
            return
        painter = painter_of(self)
        side = self._shown_side
        top = float(prepared.raw_inputs.max()) or 1.0
        for position, row in enumerate(self._rows):
            x, y = self._corner(position).toTuple()
            apart = self._apart[position] / (0.25 * top) if self._apart is not None else None
            pair = (
                gray_image(prepared.raw_inputs[row], prepared.image_shape, top),
                gray_image(self._images[position], prepared.image_shape, top, apart),
            )
            for at, image in enumerate(pair):
                self._paint(painter, QRectF(x + at * (side + BETWEEN), y, side, side), image)
        pictures, number, rest = self._words
        words = QRectF(0, self.height() - WORDS + 2, self.width(), 18)
        write(painter, words, pictures, "caption", "text-3")
        below = words.translated(0, 21)
        write(painter, below, number, font=theme().font("label", 600))
        write(painter, below.adjusted(text_width(number) + 8, 0, 0, 0), rest, "body", "text-2")

    @staticmethod
    def _paint(painter: QPainter, box: QRectF, image: QImage) -> None:
        painter.drawImage(box, image)
        painter.setPen(QPen(theme().color("border"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)


def gray_image(pixels: Array, shape: tuple[int, int], top: float, apart: Array | None = None) -> QImage:
    """Pixels from 0 to `top` in the theme's greys; what is not a number is drawn as 0.

    They are coloured where `apart`, 0 to 1, is large.
    """
    level = np.clip(np.nan_to_num(np.asarray(pixels, dtype=np.float64).reshape(shape) / top), 0.0, 1.0)
    argb = np.take(theme().lut("gray"), (level * 255 + 0.5).astype(np.int64))
    if apart is not None:
        argb = shaded(argb, apart.reshape(shape), theme().color("neg"))
    rows, columns = argb.shape
    return QImage(argb.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()


if __name__ == "__main__":
    from playground.views.live import show_live
    from playground.views.output.output_panel import OutputPanel

    show_live(OutputPanel, "autoencoder")
